"""The Bank tab: absent without the right, masked, revealed with a reason for a while, changed by two."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QCheckBox, QDialog, QLabel, QLineEdit, QRadioButton, QWidget
from pytestqt.qtbot import QtBot

from crm_desktop.domain.bank_accounts import BankDetails
from crm_desktop.domain.contact_merging import Side
from crm_desktop.domain.permissions import Role
from crm_desktop.operations import bank_accounts, bank_confirming, contacts
from crm_desktop.operations.session import Session
from crm_desktop.ui.pages.customers.page import CustomersPage
from crm_desktop.ui.tasks import Tasks
from crm_desktop.ui.widgets.bank_account_dialog import BankAccountDialog
from crm_desktop.ui.widgets.bank_account_view import BankAccountView, SecretNumber
from crm_desktop.ui.widgets.bank_questions import Question
from crm_desktop.ui.widgets.conflict_dialog import ConflictDialog
from crm_desktop.ui.widgets.contact_bank import ContactBank
from crm_desktop.ui.widgets.revert_dialog import RevertDialog
from tests.environments import PASSWORD, Office, add_member
from tests.operations.samples import table_rows
from tests.ui.desk import Desk, add_people, answering

IBAN = "DE89370400440532013000"
DUTCH = "NL91ABNA0417164300"


def tab(desk: Desk, contact_id: int = 1) -> ContactBank:
    page = desk.page("customers")
    assert isinstance(page, CustomersPage)
    page.show_contact(contact_id)
    desk.settle()
    card = page.panel.card
    assert card.bank is not None
    card.tabs.setCurrentWidget(card.bank)
    desk.settle()
    return card.bank


def texts(bank: QWidget) -> str:
    return "\n".join(part.text() for part in bank.findChildren(QLabel) if not part.isHidden())


def view(bank: ContactBank) -> BankAccountView:
    (found,) = bank.views
    return found


def number(bank: ContactBank) -> SecretNumber:
    found = view(bank).number
    assert found is not None
    return found


def question(bank: ContactBank) -> Question:
    assert isinstance(bank.dialog, Question)
    return bank.dialog


def form(bank: ContactBank) -> BankAccountDialog:
    assert isinstance(bank.dialog, BankAccountDialog)
    return bank.dialog


def type_into(dialog: BankAccountDialog, **values: object) -> None:
    for key, value in values.items():
        dialog.form.editor(key).set_value(value)  # type: ignore[attr-defined]


def signed_in_as(
    login: str, qtbot: QtBot, office: Office, tasks: Tasks, *, confirmed: bool = True, change: bool = False
) -> Desk:
    """A window of ``login`` where Harriet has an account of ana's, confirmed by ben, changed by ben."""
    session = office.open()
    add_people(session)
    for name, role in (("ben", Role.MANAGER), ("vera", Role.VIEWER)):
        add_member(session, name, role)
    account_id = bank_accounts.add_account(session, 1, BankDetails(account=IBAN, holder="Harriet & Co"))
    session.close()
    if confirmed:
        session = office.open("ben")
        bank_confirming.confirm_change(session, account_id, version=1)
        if change:
            change_to_dutch(session, account_id)
        session.close()
    return Desk(qtbot, office, tasks, office.open(login))


def change_to_dutch(session: Session, account_id: int) -> None:
    read = bank_accounts.account_draft(session, account_id)
    draft, version = read.details, read.version
    typed = replace(draft, account=DUTCH, bic=None, bank_name=None)
    bank_accounts.edit_account(session, account_id, typed, version=version)


@pytest.fixture
def ana(qtbot: QtBot, office: Office, tasks: Tasks, bugs: list[BaseException]) -> Iterator[Desk]:
    desk = signed_in_as("ana", qtbot, office, tasks, change=True)
    yield desk
    desk.window.close()
    desk.settle()
    assert bugs == []


def test_without_the_right_there_is_no_tab_and_one_line(
    qtbot: QtBot, office: Office, tasks: Tasks, bugs: list[BaseException]
) -> None:
    desk = signed_in_as("vera", qtbot, office, tasks)
    page = desk.page("customers")
    assert isinstance(page, CustomersPage)
    card = page.panel.card
    assert card.bank is None
    assert "Bank" not in [card.tabs.tabText(at) for at in range(card.tabs.count())]
    page.show_contact(1)
    desk.settle()
    shown = "\n".join(part.text() for part in card.findChildren(QLabel))
    assert "Bank details on file" in shown
    assert "3000" not in shown
    page.show_contact(2)
    desk.settle()
    assert "Bank details on file" not in [part.text() for part in card.overview.findChildren(QLabel)]
    desk.window.close()
    desk.settle()
    assert bugs == []


def test_the_confirmed_account_counts_and_the_change_waits_beneath(ana: Desk) -> None:
    bank = tab(ana)
    shown = texts(bank)
    assert number(bank).text.text() == "DE•• •••• 3000"
    assert "NL•• •••• 4300" in shown
    assert "waits for confirmation. The account above still counts." in shown
    assert "by Ben" in shown
    assert IBAN not in shown
    assert not view(bank).confirm_button.isHidden()


def test_a_number_is_revealed_with_a_reason_copied_as_a_secret_and_hides_itself(
    ana: Desk, qtbot: QtBot
) -> None:
    bank = tab(ana)
    bank._shown_ms = 1
    number(bank)._timer.setInterval(60_000)
    number(bank).reveal_button.click()
    question(bank).accept_button.click()
    ana.settle()
    assert question(bank).field._refusal.text().startswith("Say why")
    assert not number(bank).revealed
    question(bank).editor.setText("Refund")
    question(bank).accept_button.click()
    ana.settle()
    assert bank.dialog is None
    assert number(bank).text.text() == "DE89 3704 0044 0532 0130 00"
    number(bank).copy_button.click()
    assert QGuiApplication.clipboard().text() == IBAN
    assert QGuiApplication.clipboard().mimeData().hasFormat("x-kde-passwordManagerHint")
    number(bank)._timer.start(1)
    qtbot.waitUntil(lambda: not number(bank).revealed)
    assert number(bank).text.text() == "DE•• •••• 3000"
    assert number(bank).copy_button.isHidden()


def test_going_to_somebody_else_forgets_what_was_revealed(ana: Desk) -> None:
    bank = tab(ana)
    number(bank).show_number(BankDetails(account=IBAN))
    assert "DE89 3704" in texts(bank)
    tab(ana, 2)
    assert "DE89 3704" not in texts(bank)
    assert "No bank account yet" in texts(bank)


def test_confirming_asks_first_and_then_the_new_one_counts(ana: Desk) -> None:
    bank = tab(ana)
    view(bank).confirm_button.click()
    assert bank.dialog is not None
    bank.dialog.accept_button.click()
    ana.settle()
    assert number(bank).text.text() == "NL•• •••• 4300"
    assert "waits" not in texts(bank)


def test_rejecting_keeps_the_confirmed_one(ana: Desk) -> None:
    bank = tab(ana)
    view(bank).reject_button.click()
    ana.settle()
    assert number(bank).text.text() == "DE•• •••• 3000"
    assert "NL••" not in texts(bank)


def test_who_made_the_change_is_told_that_somebody_else_confirms(
    qtbot: QtBot, office: Office, tasks: Tasks, bugs: list[BaseException]
) -> None:
    desk = signed_in_as("ben", qtbot, office, tasks, change=True)
    bank = tab(desk)
    assert "somebody else confirms it" in texts(bank)
    assert view(bank).confirm_button.parentWidget() is None
    desk.window.close()
    desk.settle()
    assert bugs == []


def test_alone_the_password_is_asked_again(desk: Desk) -> None:
    bank_accounts.add_account(desk.session, 1, BankDetails(account=IBAN))
    bank = tab(desk)
    assert "not confirmed yet" in texts(bank)
    view(bank).confirm_button.click()
    question(bank).editor.setText("not the password")
    question(bank).accept_button.click()
    desk.settle()
    assert "password" in question(bank).field._refusal.text().casefold()
    desk.office.clock.advance(1)  # a wrong one makes the next try wait
    question(bank).editor.setText(PASSWORD)
    question(bank).accept_button.click()
    desk.settle()
    assert bank.dialog is None
    assert "confirmed" in texts(bank)
    assert "not confirmed yet" not in texts(bank)


def test_an_invalid_iban_is_refused_in_place_and_kept_only_knowingly(desk: Desk) -> None:
    bank = tab(desk)
    bank.add()
    dialog = form(bank)
    check = dialog.form.editor("unchecked")
    assert check.isHidden()
    type_into(dialog, account="DE89 3704 0044 0532 0130 01")
    dialog.accept_button.click()
    desk.settle()
    assert "check digits" in dialog.form.refusal("account")
    assert not check.isHidden()
    assert table_rows(desk.session, "bank_account") == []
    type_into(dialog, unchecked=True)
    dialog.accept_button.click()
    desk.settle()
    assert bank.dialog is None
    assert "unchecked" in texts(bank)


def test_leaving_the_number_says_what_is_wrong_or_fills_the_bank_in(desk: Desk) -> None:
    bank = tab(desk)
    bank.add()
    dialog = form(bank)
    type_into(dialog, account=IBAN[:-1])
    dialog._left("account")
    assert "another length" in dialog.form.refusal("account")
    type_into(dialog, account=IBAN)
    dialog._left("account")
    assert dialog.form.refusal("account") == ""
    assert (dialog.details().bic, dialog.details().bank_name) == ("COBADEFFXXX", "Commerzbank")
    type_into(dialog, account=DUTCH)
    dialog._left("account")
    assert dialog.details().bic == "ABNANL2A"
    type_into(dialog, bank_name="What Owen calls it", account=IBAN)
    dialog._left("account")
    assert (dialog.details().bic, dialog.details().bank_name) == ("COBADEFFXXX", "What Owen calls it")
    dialog.reject()


def test_an_edit_never_shows_the_number_and_keeps_it(ana: Desk) -> None:
    bank = tab(ana)
    bank.reject_change(view(bank).line)
    ana.settle()
    bank.edit(view(bank).line)
    ana.settle()
    dialog = form(bank)
    assert dialog.details().account == ""
    assert "DE•• •••• 3000" in dialog.form.editor("account").placeholderText()  # type: ignore[attr-defined]
    type_into(dialog, note="after the call")
    dialog.accept_button.click()
    ana.settle()
    assert "after the call" in texts(bank)
    assert bank_accounts.reveal(ana.session, 1, reason="test", waiting=True).account == IBAN


def test_what_the_operation_refuses_is_said_in_the_form_and_kept(ana: Desk) -> None:
    bank = tab(ana)
    bank.add()
    dialog = form(bank)
    type_into(dialog, account=IBAN)
    dialog.accept_button.click()
    ana.settle()
    assert "on file here already" in dialog.form.refusal("account")
    assert dialog.details().account == IBAN
    dialog.reject()


def test_an_undo_somebody_came_between_shows_the_numbers_masked(ana: Desk) -> None:
    change_to_dutch(ana.session, 1)
    read = bank_accounts.account_draft(ana.session, 1)
    typed = replace(read.details, account="GB29NWBK60161331926819", bic=None, bank_name=None, bank_code=None)
    bank_accounts.edit_account(ana.session, 1, typed, version=read.version)
    read = bank_accounts.account_draft(ana.session, 1)
    typed = replace(read.details, note="by letter")
    bank_accounts.edit_account(ana.session, 1, typed, version=read.version)
    with ana.session.database.write() as connection:  # that was in another program
        connection.execute(
            "UPDATE change_set SET session = zeroblob(16) WHERE id = (SELECT max(id) FROM change_set)"
        )
    shown: list[str] = []

    def look(dialog: QDialog) -> None:
        assert isinstance(dialog, RevertDialog)
        shown.append(texts(dialog) + "".join(box.text() for box in dialog.findChildren(QCheckBox)))
        dialog.reject()

    answering(look)
    ana.workspace.record_undo()
    ana.settle()
    ana.qtbot.waitUntil(lambda: bool(shown))
    assert "GB•• •••• 6819" in shown[0]
    assert "NL•• •••• 4300" in shown[0]
    assert "Bank account: Number" in shown[0]
    assert not any(number in shown[0] for number in (IBAN, DUTCH, "GB29"))


def test_a_removed_account_comes_back_by_undo_and_waits(ana: Desk) -> None:
    bank = tab(ana)
    bank.reject_change(view(bank).line)
    ana.settle()
    bank.remove(view(bank).line)
    ana.settle()
    assert "No bank account yet" in texts(bank)
    ana.workspace.record_undo()
    ana.settle()
    assert "not confirmed yet" in texts(tab(ana))


def test_in_the_trash_accounts_are_only_shown(ana: Desk) -> None:
    contacts.trash(ana.session, [1])
    page = ana.page("customers")
    assert isinstance(page, CustomersPage)
    bank = page.panel.card.bank
    assert bank is not None
    bank.show_contact(1, trashed=True)
    ana.settle()
    assert view(bank).menu_button.isHidden()
    assert view(bank).reject_button.parentWidget() is None
    assert "Add account" not in texts(bank)


def test_locking_takes_a_revealed_number_and_an_open_form_off_the_screen(ana: Desk) -> None:
    bank = tab(ana)
    number(bank).show_number(BankDetails(account=IBAN))
    number(bank).copy_button.click()
    bank.add()
    type_into(form(bank), account=DUTCH)
    ana.window.program_lock()
    ana.settle()
    assert ana.locked
    shown = [part for part in QApplication.allWidgets() if isinstance(part, QLabel | QLineEdit)]
    assert [part.text() for part in shown if DUTCH in part.text() or "DE89 3704" in part.text()] == []
    assert QGuiApplication.clipboard().text() != IBAN
    assert QApplication.activeModalWidget() is None


def test_what_somebody_else_changed_in_an_account_is_asked_about(ana: Desk) -> None:
    bank = tab(ana)
    read = bank_accounts.account_draft(ana.session, 1)
    bank.edit(bank.views[0].line)
    ana.settle()
    dialog = form(bank)
    type_into(dialog, note="by phone")
    faster = replace(read.details, note="by letter", purpose="Salary")
    bank_accounts.edit_account(ana.session, 1, faster, version=read.version, base=read)
    dialog.accept_button.click()
    ana.settle()
    (asked,) = dialog.findChildren(ConflictDialog)
    shown = " ".join(choice.text() for choice in asked.findChildren(QRadioButton))
    assert "by phone" in shown
    assert "by letter" in shown
    assert "Salary" not in shown
    assert not [kept for kept in (IBAN, DUTCH) if kept[4:] in shown]
    asked.reject()
    ana.settle()
    assert dialog.isVisible()
    assert dialog.accept_button.isEnabled()
    dialog.accept_button.click()
    ana.settle()
    asked = next(one for one in dialog.findChildren(ConflictDialog) if one.isVisible())
    asked.choose_all(Side.THEIRS)
    asked.accept_button.click()
    ana.settle()
    found = bank_accounts.account_draft(ana.session, 1).details
    assert (found.note, found.purpose) == ("by letter", "Salary")
    assert bank.dialog is None


def test_where_everybody_had_a_hand_in_it_the_card_says_how_to_go_on(ana: Desk) -> None:
    read = bank_accounts.account_draft(ana.session, 1)
    bank_accounts.edit_account(ana.session, 1, replace(read.details, note="rang"), version=read.version)
    bank = tab(ana)
    assert "Drop it, and let one of you enter it again" in texts(bank)
    assert not view(bank).confirm_button.isVisibleTo(bank)
    view(bank).reject_button.click()
    ana.settle()
    assert bank_accounts.accounts(ana.session, 1)[0].waiting is None
