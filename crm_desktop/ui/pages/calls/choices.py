"""How logs are to be read, for this import: whose phone, country, time zone, the office's own numbers."""

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QLineEdit, QVBoxLayout, QWidget

from crm_desktop.operations import consents
from crm_desktop.operations.members import members
from crm_desktop.ui.messages import message_for, tr
from crm_desktop.ui.tokens import SPACE_M, SPACE_S, SPACE_XS
from crm_desktop.ui.widgets.consent_dialog import ConsentDialog
from crm_desktop.ui.widgets.page import PageContext
from crm_desktop.ui.widgets.parts import button, column, label, row
from crm_desktop.ui.widgets.places import country_box, time_zone_box


@dataclass(frozen=True, slots=True)
class Choices:
    """What was chosen; a detail that was left as it was is None: the organization's counts."""

    region: str
    time_zone: str
    member_id: int
    keep_unknown: bool
    skip_duplicates: bool
    own_numbers: tuple[str, ...] | None = None
    area_code: str | None = None
    outside_prefix: str | None = None
    internal_digits: int | None = None


class ChoicesPanel(QWidget):
    """``changed`` when the files must be read anew, ``refused`` with why a consent could not be given."""

    changed = Signal()
    refused = Signal(str)

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self._context = context
        self._session = session = context.session
        self.country = country_box(session.organization.region)
        self.zone = time_zone_box(session.organization.time_zone)
        self.member = self._member_box()
        self.keep_unknown = QCheckBox(tr("Also keep calls of unknown numbers (removed after 30 days)"))
        self.keep_unknown.setVisible(session.may("calls.unknown_numbers"))
        self.skip_duplicates = QCheckBox(tr("Leave out calls that another source seems to have given before"))
        self.consent = label("", "muted", wrap=True)
        self.consent_button = button(tr("Give my consent…"), self._ask_consent)
        self.more_button = button(tr("Numbers of this office…"), self._show_more, role="link")
        self.details = self._details()
        self._lay_out()
        self.renew_consent()
        for box in (self.member, self.country, self.zone):
            box.currentIndexChanged.connect(self.changed)
        self.member.currentIndexChanged.connect(self.renew_consent)
        self.keep_unknown.toggled.connect(self.changed)
        self.skip_duplicates.toggled.connect(self.changed)

    def _lay_out(self) -> None:
        grid = _grid(
            [
                (tr("Whose phone"), self.member), (tr("Country of the numbers"), self.country),
                (tr("Time zone of the log"), self.zone),
            ]
        )  # fmt: skip
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_S)
        layout.addLayout(grid)
        consent = row(spacing=SPACE_M)
        consent.addWidget(self.consent, 1)
        consent.addWidget(self.consent_button)
        consent.addWidget(self.more_button)
        layout.addLayout(consent)
        layout.addWidget(self.details)
        layout.addWidget(self.keep_unknown)
        layout.addWidget(self.skip_duplicates)

    def _details(self) -> QWidget:
        """Return the fields that are the organization's own unless somebody types otherwise."""
        organization = self._session.organization
        self.own_numbers = QLineEdit(organization.own_numbers or "")
        self.area_code = QLineEdit(organization.area_code or "")
        self.outside_prefix = QLineEdit(organization.outside_prefix or "")
        digits = organization.internal_digits
        self.internal_digits = QLineEdit("" if digits is None else str(digits))
        fields = [
            (tr("Own numbers, with commas"), self.own_numbers), (tr("Area code"), self.area_code),
            (tr("Digits for an outside line"), self.outside_prefix),
            (tr("Longest internal number (digits)"), self.internal_digits),
        ]  # fmt: skip
        holder = QWidget()
        holder.setLayout(_grid(fields))
        for _words, field in fields:
            field.editingFinished.connect(self._detail_edited)
        self._details_before = self._detail_texts()
        holder.hide()
        return holder

    def _show_more(self) -> None:
        self.details.setVisible(self.details.isHidden())

    def _detail_texts(self) -> tuple[str, ...]:
        fields = (self.own_numbers, self.area_code, self.outside_prefix, self.internal_digits)
        return tuple(field.text().strip() for field in fields)

    def _detail_edited(self) -> None:
        if self._detail_texts() != self._details_before:
            self._details_before = self._detail_texts()
            self.changed.emit()

    def _member_box(self) -> QComboBox:
        """Offer oneself, and by right every other member: the line below says who agreed."""
        session = self._session
        box = QComboBox()
        box.addItem(tr("Mine ({name})").format(name=session.member.name), session.member.id)
        if session.may("calls.import_shared"):
            for member in members(session):
                if member.id != session.member.id:
                    box.addItem(member.name, member.id)
        return box

    def renew_consent(self) -> None:
        """Say whether the member agreed, and what can be done where he did not."""
        member_id = int(self.member.currentData())
        own = member_id == self._session.member.id
        agreed = consents.active_consent(self._session, member_id) is not None
        self.consent_button.setVisible(own and not agreed)
        if agreed:
            words = tr("You agreed to it.") if own else tr("{name} agreed to it.")
        elif own:
            words = tr("You have not agreed yet: logs of your phone are not read.")
        else:
            words = tr(
                "{name} has not agreed: logs of this phone are not read. {name} can agree when signed in, "
                "or an administrator records a consent on paper, both under Privacy."
            )
        self.consent.setText(words.format(name=self.member.currentText()))

    def _ask_consent(self) -> None:
        """Have the person agree here, then read what waits for it."""
        dialog = ConsentDialog(self._session, parent=self)
        if dialog.agreed():
            self._context.tasks.run(
                partial(consents.grant_consent, self._session, expires_at=dialog.expires_at),
                on_done=self._consented, on_error=lambda error: self.refused.emit(message_for(error)),
                owner=self,
            )  # fmt: skip

    def _consented(self, _consent: object) -> None:
        self.renew_consent()
        self.changed.emit()

    def choices(self) -> Choices:
        """Return what is chosen now."""
        organization = self._session.organization
        own, area, prefix, digits = self._detail_texts()
        return Choices(
            region=str(self.country.currentData()),
            time_zone=str(self.zone.currentData()),
            member_id=int(self.member.currentData()),
            keep_unknown=self.keep_unknown.isChecked(),
            skip_duplicates=self.skip_duplicates.isChecked(),
            own_numbers=None
            if own == (organization.own_numbers or "")
            else tuple(part.strip() for part in own.split(",") if part.strip()),
            area_code=None if area == (organization.area_code or "") else area,
            outside_prefix=None if prefix == (organization.outside_prefix or "") else prefix,
            internal_digits=int(digits) if digits.isdecimal() else None,
        )


def _grid(fields: "list[tuple[str, QComboBox]] | list[tuple[str, QLineEdit]]") -> QGridLayout:
    """Return fields side by side, each under its name."""
    grid = QGridLayout()
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(SPACE_M)
    for place, (words, field) in enumerate(fields):
        field.setAccessibleName(words)
        if isinstance(field, QComboBox):
            field.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            field.setMinimumContentsLength(10)
        named = label(words, "muted")
        named.setBuddy(field)
        grid.addLayout(column(named, field, spacing=SPACE_XS), 0, place)
        grid.setColumnStretch(place, 1)
    return grid
