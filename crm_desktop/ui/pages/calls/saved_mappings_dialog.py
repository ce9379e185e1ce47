"""The mappings of call tables kept with the organization: saved under a name, renamed, deleted, used."""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QLineEdit, QPushButton, QScrollArea, QVBoxLayout, QWidget

from crm_desktop.domain.errors import KnownError
from crm_desktop.operations.call_mappings import (
    SavedMapping,
    delete_call_mapping,
    rename_call_mapping,
    saved_call_mappings,
)
from crm_desktop.ui.messages import message_for, tr
from crm_desktop.ui.theme import set_role
from crm_desktop.ui.tokens import SPACE_M, SPACE_S
from crm_desktop.ui.widgets.dialog import Dialog, ask
from crm_desktop.ui.widgets.elided_label import ElidedLabel
from crm_desktop.ui.widgets.empty_state import EmptyState
from crm_desktop.ui.widgets.page import PageContext
from crm_desktop.ui.widgets.parts import button, card, clear, column, label, row


class NameDialog(Dialog):
    """Asks for the name of a mapping; ``without_header`` is offered for a table that has no headers."""

    def __init__(
        self, title: str, *, name: str = "", headerless: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(title, accept=tr("Save"), parent=parent)
        self.name = QLineEdit(name)
        self.name.setAccessibleName(tr("Name of the mapping"))
        self.name.setPlaceholderText(tr("For example “Telephone list of the practice”"))
        self.name.textChanged.connect(self._typed)
        self.without_header = QCheckBox(tr("Recognize tables without headers that look like this one"))
        self.without_header.setVisible(headerless)
        self.body.addWidget(label(tr("Name of the mapping"), "muted"))
        self.body.addWidget(self.name)
        self.body.addWidget(self.without_header)
        self.put_buttons_after(self.without_header)
        self._typed()
        self.name.selectAll()

    def _typed(self) -> None:
        self.accept_button.setEnabled(bool(self.name.text().strip()))


class SavedMappingsDialog(Dialog):
    """``used`` with a ``SavedMapping`` the table at hand is to be read by."""

    used = Signal(object)

    def __init__(self, context: PageContext, *, parent: QWidget | None = None) -> None:
        super().__init__(
            tr("Saved mappings"),
            text=tr("A table with the same headers is read by them without being asked again."),
            accept=tr("Close"),
            parent=parent,
        )
        self._context = context
        self.reject_button.hide()
        inner = QWidget()
        set_role(inner, "page")
        self._list = QVBoxLayout(inner)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(SPACE_S)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(inner)
        self.body.addWidget(area, 1)
        self.resize(600, 440)
        self.fill()

    def fill(self) -> None:
        """Show what is saved now."""
        clear(self._list)
        found = saved_call_mappings(self._context.session)
        for saved in found:
            self._list.addWidget(self._card(saved))
        if not found:
            self._list.addWidget(EmptyState(glyph="tray", sentence=tr("No mapping is saved yet.")))
        self._list.addStretch(1)

    def action(self, name: str) -> QPushButton:
        """Return the button with this accessible name."""
        return next(one for one in self.findChildren(QPushButton) if one.accessibleName() == name)

    def _card(self, saved: SavedMapping) -> QFrame:
        frame, body = card(role="quiet-card", margin=SPACE_M)
        headers = " · ".join(word for word in saved.table.header if word)
        words = column(
            ElidedLabel(saved.name, role="strong"),
            ElidedLabel(headers or tr("A table without headers"), role="caption"),
            label(saved_words(self._context, saved), "caption", wrap=True),
            spacing=2,
        )
        use = button(tr("Use"), partial(self._use, saved), name=tr("Use “{name}”").format(name=saved.name))
        rename = button(
            tr("Rename…"), partial(self._rename, saved), name=tr("Rename “{name}”").format(name=saved.name)
        )
        delete = button(
            tr("Delete…"), partial(self._delete, saved), name=tr("Delete “{name}”").format(name=saved.name)
        )
        line = row(spacing=SPACE_S)
        line.addLayout(words, 1)
        for part in (use, rename, delete):
            line.addWidget(part)
        body.addLayout(line)
        return frame

    def _use(self, saved: SavedMapping, _checked: bool = False) -> None:  # noqa: FBT001, FBT002 - Qt's signal
        self.used.emit(saved)
        self.accept()

    def _rename(self, saved: SavedMapping, _checked: bool = False) -> None:  # noqa: FBT001, FBT002 - Qt's signal
        asked = NameDialog(tr("Rename the mapping"), name=saved.name, parent=self)
        if asked.exec():
            self._do(partial(rename_call_mapping, self._context.session, saved.name, asked.name.text()))

    def _delete(self, saved: SavedMapping, _checked: bool = False) -> None:  # noqa: FBT001, FBT002 - Qt's signal
        sure = ask(
            self,
            tr("Delete the mapping “{name}”?").format(name=saved.name),
            text=tr("Calls imported by it stay. The next table with its headers is asked for again."),
            accept=tr("Delete"),
            danger=True,
        )
        if sure:
            self._do(partial(delete_call_mapping, self._context.session, saved.name))

    def _do(self, work: "partial[None]") -> None:
        self._context.tasks.run(work, on_done=lambda _none: self.fill(), on_error=self._refuse, owner=self)

    def _refuse(self, error: KnownError) -> None:
        self.show_refusal(message_for(error))


def saved_words(context: PageContext, saved: SavedMapping) -> str:
    """Return who saved a mapping and when."""
    return tr("Saved by {name} on {day}").format(name=saved.saved_by, day=context.clock.day(saved.saved_at))
