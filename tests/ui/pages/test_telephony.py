"""Telephony in the window: settings with their examples and consequences, and lines with their days."""

import pytest
from PySide6.QtWidgets import QAbstractButton, QDialog

from crm_desktop.domain.permissions import Role
from crm_desktop.operations import member_lines
from crm_desktop.operations.member_lines import MemberLine
from crm_desktop.operations.organization_settings import (
    organization_settings,
    save_organization_settings,
)
from crm_desktop.ui.pages.administration.page import AdministrationPage
from crm_desktop.ui.pages.administration.telephony import TelephonySection
from crm_desktop.ui.pages.administration.telephony_lines import LineDialog
from crm_desktop.ui.widgets.dialog import Dialog
from crm_desktop.ui.widgets.places import choose
from tests.environments import add_member
from tests.ui.desk import Desk, answering


def telephony(desk: Desk) -> TelephonySection:
    page = desk.page("administration")
    assert isinstance(page, AdministrationPage)
    section = page.show_section("telephony")
    assert isinstance(section, TelephonySection)
    desk.settle()
    return section


def press(section: TelephonySection, name: str) -> None:
    found = [b for b in section.findChildren(QAbstractButton) if b.accessibleName() == name]
    assert len(found) == 1
    found[0].click()


def test_what_is_typed_shows_at_once_what_a_number_becomes_and_what_saving_does(desk: Desk) -> None:
    section = telephony(desk)
    assert not section.save_button.isEnabled()
    assert not section.consequences.isVisibleTo(section)
    choose(section.country, "DE")
    section.area.setText("0211")
    section.sample.setText("555-0100")
    assert section.reading.text() == "555-0100 → +49 211 5550100"
    section.outside.setText("9")
    section.sample.setText("9 0151 23456789")
    assert section.reading.text() == "9 0151 23456789 → +49 1512 3456789"
    section.area.clear()
    section.sample.setText("555-0100")
    assert "area code is missing" in section.reading.text()
    section.digits.setValue(3)
    section.sample.setText("101")
    assert "extension" in section.reading.text()
    assert "Numbers that are stored stay as they are" in section.consequences.text()
    assert "time zone" not in section.consequences.text()
    choose(section.zone, "Europe/Berlin")
    assert "time zone" in section.consequences.text()
    assert section.save_button.isEnabled()
    section.revert_button.click()
    assert section.consequences.text() == ""
    assert not section.save_button.isEnabled()


def test_without_a_number_typed_the_country_has_its_own_examples(desk: Desk) -> None:
    section = telephony(desk)
    choose(section.country, "DE")
    section.outside.setText("0")
    examples = section.reading.text().splitlines()
    assert len(examples) == 2
    assert all("→ +49 " in example for example in examples)


def test_settings_are_saved_own_numbers_in_one_spelling(desk: Desk) -> None:
    section = telephony(desk)
    choose(section.country, "US")
    section.name.setText("Blythe & Co")
    section.own.set_value("(212) 555-0100\n+1 212 555 0100\n212-555-0101")
    section.save_button.click()
    desk.settle()
    stored, _version = organization_settings(desk.session)
    assert (stored.name, stored.own_numbers) == ("Blythe & Co", ("+12125550100", "+12125550101"))
    assert section.own_reading.text() == "Kept as +1 212-555-0100, +1 212-555-0101"
    assert not section.save_button.isEnabled()


def test_an_own_number_has_its_days_behind_it(desk: Desk) -> None:
    section = telephony(desk)
    choose(section.country, "US")
    section.own.set_value("(212) 555-0100 2024-01-01 – 2026-06-30\n212-555-0101, – 2025-12-31\n212-555-0102")
    words = (
        "+1 212-555-0100 (from 1 Jan 2024 to 30 Jun 2026), +1 212-555-0101 (to 31 Dec 2025), +1 212-555-0102"
    )
    assert section.own_reading.text() == f"Kept as {words}"
    section.save_button.click()
    desk.settle()
    stored, _version = organization_settings(desk.session)
    assert [(one.first, one.last) for one in stored.own_days] == [
        ("2024-01-01", "2026-06-30"), (None, "2025-12-31")
    ]  # fmt: skip
    assert not section.save_button.isEnabled()
    assert section.own.value() == (
        "+1 212-555-0100 2024-01-01 – 2026-06-30\n+1 212-555-0101 – 2025-12-31\n+1 212-555-0102"
    )
    section.own.set_value("(212) 555-0100 2026-01-01 – 2024-06-30")
    section.save_button.click()
    desk.settle()
    assert section.own.property("refused") is True
    assert organization_settings(desk.session)[0] == stored


@pytest.mark.parametrize(
    ("box", "text", "field"),
    [("own", "12", "own_numbers"), ("area", "02x", "area_code"), ("name", " ", "name")],
)
def test_a_refusal_stands_at_its_field_and_nothing_is_saved(
    desk: Desk, box: str, text: str, field: str
) -> None:
    section = telephony(desk)
    before = organization_settings(desk.session)
    widget = getattr(section, box)
    widget.setPlainText(text) if box == "own" else widget.setText(text)
    section.save_button.click()
    desk.settle()
    assert widget.property("refused") is True
    assert section._fields[field].field.accessibleDescription() != ""
    assert organization_settings(desk.session) == before
    assert section.save_button.isEnabled()


def test_what_somebody_else_saved_meanwhile_is_not_overwritten(desk: Desk) -> None:
    section = telephony(desk)
    stored, version = organization_settings(desk.session)
    save_organization_settings(
        desk.session, stored.__class__("Other", "GB", "Europe/London"), version=version
    )
    section.area.setText("0211")
    section.save_button.click()
    desk.settle()
    assert organization_settings(desk.session)[0].name == "Other"
    assert "Somebody else saved" in desk.workspace.notices.bar.label.text()


def test_a_line_is_given_ended_and_taken_back(desk: Desk) -> None:
    eva = add_member(desk.session, "eva", Role.STAFF)
    section = telephony(desk)
    assert section.lines is not None

    def give(dialog: QDialog) -> None:
        assert isinstance(dialog, LineDialog)
        dialog.member.setCurrentIndex(dialog.member.findData(eva))
        dialog.line.setText("101")
        dialog.since.set_value("2026-01-01")
        dialog.accept_button.click()
        desk.settle()

    answering(give)
    section.lines.give_button.click()
    desk.settle()
    given = MemberLine(eva, "101", "2026-01-01")
    assert section.lines.lines == (given,)

    def end(dialog: QDialog) -> None:
        assert isinstance(dialog, LineDialog)
        dialog.until.set_value("2026-03-01")
        dialog.accept_button.click()
        desk.settle()

    answering(end)
    press(section, "End… 101 Eva")
    desk.settle()
    assert member_lines.lines(desk.session) == [MemberLine(eva, "101", "2026-01-01", "2026-03-01")]

    def remove(dialog: QDialog) -> None:
        assert isinstance(dialog, Dialog)
        dialog.accept_button.click()

    answering(remove)
    press(section, "Remove 101 Eva")
    desk.settle()
    assert member_lines.lines(desk.session) == []


def test_a_line_somebody_has_is_refused_in_the_dialog(desk: Desk) -> None:
    eva = add_member(desk.session, "eva", Role.STAFF)
    member_lines.change_line(desk.session, None, MemberLine(eva, "101"))
    section = telephony(desk)
    assert section.lines is not None

    def give(dialog: QDialog) -> None:
        assert isinstance(dialog, LineDialog)
        dialog.line.setText("101")
        dialog.accept_button.click()
        desk.settle()
        assert "Eva" in dialog.line.accessibleDescription()
        dialog.reject()

    answering(give)
    section.lines.give_button.click()
    assert len(member_lines.lines(desk.session)) == 1
