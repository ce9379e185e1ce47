"""How a log is to be read: format, country, time zone, whose phone, and what to do with unknown numbers."""

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QWidget

from crm_desktop.operations import consents
from crm_desktop.operations.call_logs import Mapping, formats
from crm_desktop.operations.members import members
from crm_desktop.operations.session import Session
from crm_desktop.ui.messages import tr
from crm_desktop.ui.tokens import SPACE_M, SPACE_XS
from crm_desktop.ui.widgets.parts import column, label
from crm_desktop.ui.widgets.places import country_box, time_zone_box


@dataclass(frozen=True, slots=True)
class Choices:
    """What was chosen; ``format`` is "auto" or a format's name."""

    format: str
    region: str
    time_zone: str
    member_id: int
    keep_unknown: bool
    mapping: Mapping | None = None


class ChoicesPanel(QWidget):
    """``changed`` when the files must be read anew."""

    changed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.format = QComboBox()
        self.format.addItem(tr("Recognize by itself"), "auto")
        for known in formats():
            self.format.addItem(known.title, known.name)
        self.country = country_box(session.organization.region)
        self.zone = time_zone_box(session.organization.time_zone)
        self.member = self._member_box()
        self.keep_unknown = QCheckBox(tr("Also keep calls of unknown numbers (removed after 30 days)"))
        self.keep_unknown.setVisible(session.may("calls.unknown_numbers"))
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(SPACE_M)
        grid.setVerticalSpacing(SPACE_M)
        boxes = [
            (tr("Format"), self.format), (tr("Whose phone"), self.member),
            (tr("Country of the numbers"), self.country), (tr("Time zone of the log"), self.zone),
        ]  # fmt: skip
        for place, (words, box) in enumerate(boxes):
            box.setAccessibleName(words)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(10)
            named = label(words, "muted")
            named.setBuddy(box)
            grid.addLayout(column(named, box, spacing=SPACE_XS), place // 2, place % 2)
            box.currentIndexChanged.connect(self.changed)
        grid.addWidget(self.keep_unknown, 2, 0, 1, 2)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        self.keep_unknown.toggled.connect(self.changed)

    def _member_box(self) -> QComboBox:
        """Offer oneself, and by right the members whose consent stands."""
        session = self._session
        box = QComboBox()
        box.addItem(tr("Mine ({name})").format(name=session.member.name), session.member.id)
        if session.may("calls.import_shared"):
            for member in members(session):
                if member.id != session.member.id and consents.active_consent(session, member.id) is not None:
                    box.addItem(member.name, member.id)
        return box

    def choices(self, mapping: Mapping | None) -> Choices:
        """Return what is chosen now."""
        return Choices(
            format=str(self.format.currentData()),
            region=str(self.country.currentData()),
            time_zone=str(self.zone.currentData()),
            member_id=int(self.member.currentData()),
            keep_unknown=self.keep_unknown.isChecked(),
            mapping=mapping,
        )
