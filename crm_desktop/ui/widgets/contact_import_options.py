"""How contacts are imported: into which list, by what they are found, and what happens to those found."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from crm_desktop.domain.contact_imports import ContactPlan, MatchKey, OnMatch
from crm_desktop.domain.contacts import Category
from crm_desktop.operations.contact_import_files import ExaminedContacts
from crm_desktop.ui.messages import tr
from crm_desktop.ui.tokens import SPACE_L, SPACE_M, SPACE_XS
from crm_desktop.ui.widgets.contact_import_words import match_words
from crm_desktop.ui.widgets.elided_label import ElidedLabel
from crm_desktop.ui.widgets.field_editors import ChoiceField
from crm_desktop.ui.widgets.inputs import LabelledField
from crm_desktop.ui.widgets.parts import card, clear, column, label, row
from crm_desktop.ui.widgets.places import country_box
from crm_desktop.ui.widgets.progress_panel import megabytes
from crm_desktop.ui.widgets.sign import Sign

_WORTH_SAYING = 100_000
"""Bytes; the size of a smaller file reads as nothing in megabytes."""


class ContactImportOptions(QWidget):
    """``changed`` when the rows would become something else; ``reread`` when they are read otherwise."""

    changed = Signal()
    reread = Signal()

    def __init__(self, category: Category, region: str) -> None:
        super().__init__()
        self._files = column(spacing=SPACE_M)
        self.category = ChoiceField(
            choices=[(Category.CUSTOMER, tr("Customers")), (Category.ADDRESS_BOOK, tr("Address book"))]
        )
        self.category.set_value(category)
        self.country = country_box(region)
        self.keys = {key: QCheckBox(words) for key, words in match_words().items()}
        self.on_match = ChoiceField(
            choices=[
                (OnMatch.UPDATE, tr("Bring it the values it has not got")),
                (OnMatch.SKIP, tr("Leave it as it is")),
                (OnMatch.CREATE, tr("Add the row as a further contact all the same")),
            ]
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_L)
        layout.addLayout(self._files)
        where = row(LabelledField(tr("New contacts go to"), self.category), spacing=SPACE_M)
        where.addWidget(LabelledField(tr("Country of the numbers"), self.country))
        layout.addLayout(where)
        found_by = column(label(tr("A contact is found again by"), "muted"), spacing=SPACE_XS)
        for box in self.keys.values():
            box.setChecked(True)
            box.toggled.connect(self._choice_changed)
            found_by.addWidget(box)
        found_by.addWidget(
            label(
                tr("Never by the name alone. A shared number counts only between names that may be one."),
                "caption", wrap=True,
            )
        )  # fmt: skip
        layout.addLayout(found_by)
        layout.addWidget(LabelledField(tr("If the contact is there"), self.on_match))
        layout.addStretch(1)
        self.category.value_changed.connect(self.changed)
        self.on_match.value_changed.connect(self._choice_changed)
        self.country.currentIndexChanged.connect(self.reread)

    def _choice_changed(self) -> None:
        asked = self.on_match.value() != OnMatch.CREATE
        for box in self.keys.values():
            box.setEnabled(asked)
        self.changed.emit()

    def show_files(self, files: list[ExaminedContacts]) -> None:
        """Show which files are imported and what they are."""
        clear(self._files)
        for file in files:
            frame, body = card(role="quiet-card", margin=SPACE_M)
            size = megabytes(file.size) if file.size >= _WORTH_SAYING else ""
            facts = " · ".join(part for part in (tr(file.title), size) if part)
            line = row(Sign("file-text", "accent", side=22), spacing=SPACE_M)
            line.addLayout(column(ElidedLabel(file.path.name, role="strong"), label(facts, "caption")), 1)
            body.addLayout(line)
            self._files.addWidget(frame)

    @property
    def region(self) -> str:
        """The ISO 3166 code of numbers without a country."""
        return str(self.country.currentData())

    def plan(self) -> ContactPlan:
        """Return what was chosen."""
        keys = frozenset(key for key, box in self.keys.items() if box.isChecked())
        return ContactPlan(
            Category(str(self.category.value())), frozenset(map(MatchKey, keys)),
            OnMatch(str(self.on_match.value())),
        )  # fmt: skip
