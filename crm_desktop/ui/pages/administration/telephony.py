"""Telephony: what the organization is called, how numbers and times are read, and whose line is whose."""

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QScrollArea, QSpinBox, QWidget

from crm_desktop.domain.errors import KnownError
from crm_desktop.domain.organization_settings import OrganizationSettings
from crm_desktop.domain.own_numbers import own_line
from crm_desktop.domain.phone_numbers import SHORT_DIGITS
from crm_desktop.operations.organization_settings import (
    organization_settings,
    save_organization_settings,
)
from crm_desktop.ui.messages import message_for, tr
from crm_desktop.ui.pages.administration.telephony_lines import LinesCard
from crm_desktop.ui.pages.administration.telephony_words import (
    consequences,
    example_sentences,
    own_lines,
    own_words,
    reading_sentence,
)
from crm_desktop.ui.theme import set_role
from crm_desktop.ui.tokens import SPACE_L, SPACE_M
from crm_desktop.ui.widgets.field_editors import LinesField
from crm_desktop.ui.widgets.inputs import LabelledField
from crm_desktop.ui.widgets.page import Page, PageContext
from crm_desktop.ui.widgets.parts import button, card, column, label, row
from crm_desktop.ui.widgets.places import choose, country_box, time_zone_box

_WIDTH_PX = 860


class TelephonySection(Page):
    """The settings are saved together, the lines one by one; neither is undone by Ctrl+Z."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self._stored: tuple[OrganizationSettings, int] | None = None
        self._fields: dict[str, LabelledField] = {}
        inner = QWidget()
        set_role(inner, "page")
        self.lines = LinesCard(context) if self.session.may("calls.import_shared") else None
        cards = column(
            self._organization_card(), self._numbers_card(), self._saving(), self.lines or 0, None,
            spacing=SPACE_L,
        )  # fmt: skip
        cards.setContentsMargins(0, 0, SPACE_M, 0)
        inner.setLayout(cards)
        inner.setMaximumWidth(_WIDTH_PX)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(inner)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = column(
            label(tr("How this program reads the numbers and times in your call logs."), "muted", wrap=True),
            spacing=SPACE_M,
        )
        layout.addWidget(area, 1)
        self.setLayout(layout)

    # --- the cards -----------------------------------------------------------------------------

    def _organization_card(self) -> QWidget:
        frame, body = card(spacing=SPACE_M)
        self.name, self.country, self.zone = QLineEdit(), country_box(), time_zone_box()
        self.name.textChanged.connect(self._typed)
        self.country.currentIndexChanged.connect(self._typed)
        self.zone.currentIndexChanged.connect(self._typed)
        body.addWidget(label(tr("Organization"), "section"))
        body.addWidget(self._field("name", tr("Name"), self.name))
        body.addLayout(
            _side_by_side(
                self._field(
                    "region", tr("Country"), self.country,
                    tr("Numbers without a country code belong here: 0211… in Germany is +49 211…"),
                ),
                self._field(
                    "time_zone", tr("Time zone"), self.zone,
                    tr("Times in logs that name no zone are this place’s, summer time included."),
                ),
            )
        )  # fmt: skip
        return frame

    def _numbers_card(self) -> QWidget:
        frame, body = card(spacing=SPACE_M)
        self.area, self.outside, self.digits = QLineEdit(), QLineEdit(), QSpinBox()
        self.digits.setRange(0, SHORT_DIGITS)
        self.digits.setSpecialValueText(tr("not set"))
        self.own = LinesField()
        self.sample = QLineEdit()
        self.sample.setPlaceholderText(tr("0211 555-0100", "example of a number"))
        self.reading = label("", "strong", wrap=True)
        self.own_reading = label("", "caption", wrap=True)
        for box in (self.area, self.outside, self.sample):
            box.textChanged.connect(self._typed)
        self.digits.valueChanged.connect(self._typed)
        self.own.value_changed.connect(self._typed)
        hints = _side_by_side(
            self._field(
                "area_code", tr("Area code"), self.area,
                tr("Put before numbers dialled inside your town: with 0211, 555 0100 is 0211 555 0100."),
            ),
            self._field(
                "outside_prefix", tr("Outside line"), self.outside,
                tr("Dialled to get out: with 9, the log’s 9 0151… is 0151…"),
            ),
            self._field(
                "internal_digits", tr("Figures of an extension"), self.digits,
                tr("At most so many: with 3, calls between 101 and 102 are internal."),
            ),
        )  # fmt: skip
        hint = tr(
            "One on each line. Calls between them are internal; they never count as a customer’s. One that "
            "is yours for a time has its days behind it: 0211 555 0100 2024-01-01 – 2026-06-30."
        )
        body.addWidget(label(tr("Numbers in call logs"), "section"))
        body.addLayout(hints)
        body.addWidget(self._field("own_numbers", tr("Own numbers of the office"), self.own, hint))
        body.addWidget(self.own_reading)
        body.addWidget(LabelledField(tr("Try a number as a log writes it"), self.sample))
        body.addWidget(self.reading)
        return frame

    def _saving(self) -> QWidget:
        self.consequences = label("", "muted", wrap=True)
        self.save_button = button(tr("Save settings"), self.save, role="primary")
        self.revert_button = button(tr("Discard"), self._discard)
        whole = QWidget()
        whole.setLayout(column(self.consequences, row(None, self.revert_button, self.save_button)))
        return whole

    def _field(self, name: str, words: str, box: QWidget, hint: str = "") -> LabelledField:
        made = self._fields[name] = LabelledField(words, box, hint=hint)
        return made

    # --- what is shown -------------------------------------------------------------------------

    def activate(self) -> None:
        """Read everything that is not being typed, and take the focus."""
        self.refresh()
        self.name.setFocus()

    def refresh(self) -> None:
        """Read settings and lines again; what is typed and not saved stays."""
        if self.lines is not None:
            self.lines.refresh()
        if self._stored is None or not self._is_typed():
            self._read()

    def _read(self) -> None:
        self.context.tasks.run(
            lambda: organization_settings(self.session),
            on_done=self._show,
            on_error=self.context.notices.refuse,
            owner=self,
        )

    def _show(self, stored: tuple[OrganizationSettings, int]) -> None:
        self._stored = None  # nothing is compared while the boxes are filled
        settings, _version = stored
        self.name.setText(settings.name)
        choose(self.country, settings.region)
        choose(self.zone, settings.time_zone)
        self.area.setText(settings.area_code or "")
        self.outside.setText(settings.outside_prefix or "")
        self.digits.setValue(settings.internal_digits or 0)
        self.own.set_value("\n".join(own_lines(settings)))
        self._stored = stored
        self._typed()

    def typed(self) -> OrganizationSettings:
        """Return the settings as typed; own numbers that read alike are those stored."""
        made = OrganizationSettings(
            self.name.text(), self.country.currentData(), self.zone.currentData(),
            self.area.text().strip() or None, self.outside.text().strip() or None,
            self.digits.value() or None,
        )  # fmt: skip
        lines = [own_line(line) for line in str(self.own.value()).splitlines() if line.strip()]
        own = [replace(one, number=made.reading(one.number).e164 or one.number) for one in lines]
        dated = tuple(one for one in own if not one.always)
        return replace(made, own_numbers=tuple(one.number for one in own), own_days=dated)

    def _is_typed(self) -> bool:
        return self._stored is not None and self.typed() != self._stored[0]

    def _typed(self) -> None:
        if self._stored is None:
            return
        for field in self._fields.values():
            field.refuse("")
        typed = self.typed()
        sample = self.sample.text()
        shown = [reading_sentence(typed, sample)] if sample.strip() else example_sentences(typed)
        self.reading.setText("\n".join(shown))
        self.own_reading.setText(tr("Kept as {numbers}").format(numbers=", ".join(own_words(typed))))
        self.own_reading.setVisible(bool(typed.own_numbers))
        words = consequences(self._stored[0], typed)
        changed = bool(words) and not self.session.read_only
        if changed:
            words.append(tr("Ctrl+Z does not take it back; the log keeps who changed it."))
        self.consequences.setText("\n".join(f"• {sentence}" for sentence in words))
        self.consequences.setVisible(bool(words))
        self.save_button.setEnabled(changed)
        self.revert_button.setEnabled(changed)

    # --- what is done --------------------------------------------------------------------------

    def save(self) -> None:
        """Change the settings for everybody."""
        if self._stored is None:
            return
        typed, version = self.typed(), self._stored[1]
        self.save_button.setEnabled(False)
        self.context.tasks.run(
            lambda: save_organization_settings(self.session, typed, version=version),
            on_done=self._saved,
            on_error=self._refuse,
            owner=self,
        )

    def _saved(self, _settings: OrganizationSettings) -> None:
        self._read()
        self.context.notices.say(tr("Settings saved"))

    def _refuse(self, error: KnownError) -> None:
        self.save_button.setEnabled(True)
        field = self._fields.get(str(error.facts.get("field", "")))
        if field is None:
            self.context.notices.refuse(error)
            return
        field.refuse(message_for(error))
        field.field.setFocus()

    def _discard(self) -> None:
        if self._stored is not None:
            self._show(self._stored)


def _side_by_side(*fields: LabelledField) -> QHBoxLayout:
    """Return fields of one width whose labels stand on one line, however long their hints are."""
    made = row(spacing=SPACE_M)
    for field in fields:
        made.addLayout(column(field, None), 1)
    return made
