"""What a number is: told on the card, said from its menu, and undone."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QMenu

from crm_desktop.operations import consents
from crm_desktop.operations.call_imports import reading_options, run_import
from crm_desktop.operations.number_kinds import NumberKind, number_kinds, set_number_kind
from crm_desktop.ui.pages.calls.page import CallsPage
from crm_desktop.ui.pages.calls.whose_dialog import WhoseDialog
from crm_desktop.ui.widgets.contact_card import ContactCard
from crm_desktop.ui.widgets.contact_list_page import ContactListPage
from crm_desktop.ui.widgets.contact_numbers import NumberDialog
from tests.operations.samples import customer_with, log_of
from tests.ui.desk import Desk

NUMBER, E164 = "+44 7700 900999", "+447700900999"


@pytest.fixture
def shown(desk: Desk, tmp_path: Path) -> ContactCard:
    """Give the card of a company whose number somebody else has too, with two calls nobody answered for."""
    session = desk.session
    consents.grant_consent(session)
    company = customer_with(session, "Works", NUMBER)
    customer_with(session, "Ann Shared", NUMBER)
    log = log_of(tmp_path / "log.xml", NUMBER, 2)
    run_import(session, [log], member_id=session.member.id, options=reading_options(session))
    page = desk.page("customers")
    assert isinstance(page, ContactListPage)
    page.show_contact(company)
    desk.settle()
    return page.panel.card


def numbers_menu(card: ContactCard) -> QMenu | None:
    menu = QMenu(card)
    card._fill_menu(menu)
    return next((one.menu() for one in menu.actions() if one.text() == "What a number is"), None)  # type: ignore[return-value]


def asked(desk: Desk, card: ContactCard) -> NumberDialog:
    menu = numbers_menu(card)
    assert menu is not None
    menu.actions()[0].trigger()
    desk.settle()
    dialog = card.numbers.writes.dialog
    assert isinstance(dialog, NumberDialog)
    return dialog


def told(card: ContactCard) -> list[str]:
    return [part.accessibleName() for part in card.overview.findChildren(QLabel) if part.accessibleName()]


def said(desk: Desk, card: ContactCard) -> list[tuple[NumberKind, str | None, str | None]]:
    assert card.contact_id is not None
    found = number_kinds(desk.session, card.contact_id).get(E164, ())
    return [(one.kind, one.since, one.until) for one in found]


def test_a_switchboard_is_said_told_and_taken_back(desk: Desk, shown: ContactCard) -> None:
    dialog = asked(desk, shown)
    dialog.form.set_values({"kind": "switchboard", "since": "", "until": ""})
    dialog.accept_button.click()
    desk.settle()
    assert said(desk, shown) == [(NumberKind.SWITCHBOARD, None, None)]
    assert any("switchboard" in words for words in told(shown))
    again = asked(desk, shown)
    assert again.form.values()["kind"] == "switchboard", "it begins with what holds"
    again.reject()
    desk.settle()
    undo = shown._context.actions.action("record.undo")
    assert undo is not None
    undo.trigger()
    desk.settle()
    assert said(desk, shown) == []
    assert not any("switchboard" in words for words in told(shown))


def test_days_that_are_none_are_refused_at_their_field(desk: Desk, shown: ContactCard) -> None:
    dialog = asked(desk, shown)
    dialog.form.set_values({"kind": "shared", "since": "2026-05-02", "until": "2026-05-01"})
    dialog.accept_button.click()
    desk.settle()
    assert dialog.isVisible()
    assert said(desk, shown) == []
    dialog.form.set_values({"kind": "shared", "since": "2026-05-02", "until": "2026-05-03"})
    dialog.accept_button.click()
    desk.settle()
    assert said(desk, shown) == [(NumberKind.SHARED, "2026-05-02", "2026-05-03")]


def test_of_a_line_of_several_people_no_answer_is_remembered(desk: Desk, shown: ContactCard) -> None:
    assert shown.contact_id is not None
    set_number_kind(desk.session, shown.contact_id, E164, NumberKind.SHARED)
    page = desk.page("calls")
    assert isinstance(page, CallsPage)
    page.refresh()
    desk.settle()
    page.table.selectRow(0)
    page.record_open()
    desk.settle()
    dialog = page.writes.dialog
    assert isinstance(dialog, WhoseDialog)
    assert not dialog.remember.isVisibleTo(dialog)
    dialog.names.buttons()[0].click()
    dialog.accept_button.click()
    desk.settle()
    assert said(desk, shown) == [(NumberKind.SHARED, None, None)]


def test_of_a_record_in_the_trash_nothing_is_said(shown: ContactCard) -> None:
    assert numbers_menu(shown) is not None
    shown.trashed = True
    assert numbers_menu(shown) is None
