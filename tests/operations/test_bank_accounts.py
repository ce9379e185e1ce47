"""Bank accounts: sealed for holders only, masked, revealed on the record, changed by two people."""

import contextlib
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_desktop.domain.bank_accounts import AccountType, BankDetails, MandateSequence
from crm_desktop.domain.errors import (
    ConflictError,
    InvalidValueError,
    KnownError,
    OrganizationFileError,
    RefusedError,
    SignInError,
)
from crm_desktop.domain.permissions import Role
from crm_desktop.operations import bank_accounts, bank_confirming, contacts, reverting, undo
from crm_desktop.operations.bank_accounts import ConfirmRule
from crm_desktop.operations.session import Session
from crm_desktop.storage import log, rows
from tests.environments import PASSWORD, Office, add_member, new_organization
from tests.operations.samples import broken, customer_with, decrypted, decrypted_log, table_rows
from tests.rights_table import rights_table

IBAN = "DE89370400440532013000"
OTHER_IBAN = "NL91ABNA0417164300"
HOLDER = "Zacharias Quillfeather"
DETAILS = BankDetails(account="DE89 3704 0044 0532 0130 00", holder=HOLDER, currency="eur", purpose="Rent")
OTHER = BankDetails(type=AccountType.OTHER, account="987654321098765", holder=HOLDER)


@pytest.fixture
def staffed(tmp_path: Path) -> Office:
    """An administrator, a manager (both hold the key), and one of each other role."""
    office = new_organization(tmp_path)
    session = office.open()
    for role in (Role.MANAGER, Role.STAFF, Role.VIEWER):
        add_member(session, role.value, role)
    customer_with(session, "Dana", "(212) 555-0123")
    session.close()
    return office


@pytest.fixture
def ana(staffed: Office) -> Iterator[Session]:
    session = staffed.open()
    yield session
    session.close()


DANA = 1


def only(session: Session, contact_id: int = DANA) -> bank_accounts.AccountLine:
    (line,) = bank_accounts.accounts(session, contact_id)
    return line


def confirmed_account(office: Office, details: BankDetails = DETAILS) -> int:
    """Add as ana, confirm as the manager."""
    session = office.open()
    account_id = bank_accounts.add_account(session, DANA, details)
    session.close()
    session = office.open("manager")
    bank_confirming.confirm_change(session, account_id, version=only(session).version)
    session.close()
    return account_id


def test_an_added_account_is_masked_and_waits(ana: Session) -> None:
    bank_accounts.add_account(ana, DANA, DETAILS)
    line = only(ana)
    assert line.confirmed is None
    assert line.waiting is not None
    assert line.waiting.masked == "DE•• •••• 3000"
    assert line.waiting.details.account == ""
    assert line.waiting.details.bic == "COBADEFFXXX"
    assert line.waiting.details.bank_name == "Commerzbank"
    assert line.waiting.details.currency == "EUR"
    assert line.waiting.changed_by == "Ana Lima"
    assert line.rule is ConfirmRule.OWN
    assert IBAN not in repr(line)
    assert HOLDER not in repr(line)
    assert broken(ana) == {}


def test_another_holder_confirms_and_the_editor_cannot(staffed: Office) -> None:
    session = staffed.open()
    account_id = bank_accounts.add_account(session, DANA, DETAILS)
    with pytest.raises(RefusedError, match="bank_own_change"):
        bank_confirming.confirm_change(session, account_id, version=1, password=PASSWORD)
    session.close()
    staffed.clock.advance(3 * 86_400)
    session = staffed.open("manager")
    assert only(session).rule is ConfirmRule.YES
    bank_confirming.confirm_change(session, account_id, version=1)
    line = only(session)
    assert line.waiting is None
    assert line.confirmed is not None
    assert (line.confirmed.changed_by, line.confirmed.confirmed_by) == ("Ana Lima", "Manager")
    assert line.confirmed.confirmed_at == line.confirmed.changed_at + 3 * 86_400
    with pytest.raises(RefusedError, match="bank_nothing_waits"):
        bank_confirming.confirm_change(session, account_id, version=line.version)
    assert broken(session) == {}
    session.close()


def test_a_change_waits_beside_the_confirmed_value(staffed: Office) -> None:
    account_id = confirmed_account(staffed)
    session = staffed.open()
    read = bank_accounts.account_draft(session, account_id)
    draft, shown, version = read.details, read.masked, read.version
    assert (draft.account, shown) == ("", "DE•• •••• 3000")
    changed = replace(draft, account=OTHER_IBAN, bic=None, bank_name=None)
    bank_accounts.edit_account(session, account_id, changed, version=version)
    line = only(session)
    assert line.confirmed is not None
    assert line.waiting is not None
    assert (line.confirmed.masked, line.waiting.masked) == ("DE•• •••• 3000", "NL•• •••• 4300")
    assert bank_accounts.reveal(session, account_id, reason="refund").account == IBAN
    assert bank_accounts.reveal(session, account_id, reason="refund", waiting=True).account == OTHER_IBAN
    with pytest.raises(RefusedError, match="bank_change_waiting"):
        bank_accounts.remove_account(session, account_id, version=line.version)
    session.close()
    session = staffed.open("manager")
    bank_confirming.reject_change(session, account_id, version=line.version)
    line = only(session)
    assert line.waiting is None
    assert line.confirmed is not None
    assert line.confirmed.masked == "DE•• •••• 3000"
    assert broken(session) == {}
    session.close()


def test_who_had_a_hand_in_a_change_does_not_confirm_it(staffed: Office) -> None:
    """A second editor who only mends a note must not make the first one's number confirmable by her."""
    account_id = confirmed_account(staffed)
    session = staffed.open()
    read = bank_accounts.account_draft(session, account_id)
    draft, version = read.details, read.version
    bank_accounts.edit_account(
        session, account_id, replace(draft, account=OTHER_IBAN, bic=None), version=version
    )
    session.close()
    session = staffed.open("manager")
    read = bank_accounts.account_draft(session, account_id)
    draft, version = read.details, read.version
    bank_accounts.edit_account(session, account_id, replace(draft, note="rang"), version=version)
    assert only(session).rule is ConfirmRule.NOBODY
    session.close()
    session = staffed.open()
    assert only(session).rule is ConfirmRule.NOBODY
    with pytest.raises(RefusedError, match="bank_own_change"):
        bank_confirming.confirm_change(session, account_id, version=only(session).version)
    session.close()


def test_an_edit_without_a_number_keeps_it_and_one_back_to_the_confirmed_waits_for_nobody(
    staffed: Office,
) -> None:
    account_id = confirmed_account(staffed)
    session = staffed.open()
    read = bank_accounts.account_draft(session, account_id)
    draft, version = read.details, read.version
    bank_accounts.edit_account(session, account_id, draft, version=version)
    assert only(session).version == version
    bank_accounts.edit_account(session, account_id, replace(draft, purpose="Salary"), version=version)
    assert bank_accounts.reveal(session, account_id, reason="x", waiting=True).account == IBAN
    bank_accounts.edit_account(session, account_id, draft, version=version + 1)
    assert only(session).waiting is None
    assert broken(session) == {}
    session.close()


def test_where_nobody_else_may_confirm_the_password_is_asked_and_logged_as_alone(tmp_path: Path) -> None:
    office = new_organization(tmp_path)
    session = office.open()
    customer_with(session, "Dana")
    account_id = bank_accounts.add_account(session, DANA, DETAILS)
    assert only(session).rule is ConfirmRule.ALONE
    with pytest.raises(RefusedError, match="bank_password_needed"):
        bank_confirming.confirm_change(session, account_id, version=1)
    with pytest.raises(SignInError, match="password_wrong"):
        bank_confirming.confirm_change(session, account_id, version=1, password="not the password")
    assert only(session).confirmed is None
    with pytest.raises(SignInError, match="wait"):
        bank_confirming.confirm_change(session, account_id, version=1, password=PASSWORD)
    office.clock.advance(1)
    bank_confirming.confirm_change(session, account_id, version=1, password=PASSWORD)
    assert only(session).confirmed is not None
    with session.database.read() as connection:
        assert [entry.verb for entry in log.entries(connection)][-1] == "confirm_bank_alone"
    assert broken(session) == {}
    session.close()


def test_a_reveal_needs_a_reason_and_is_in_the_log(staffed: Office) -> None:
    account_id = confirmed_account(staffed)
    session = staffed.open()
    with pytest.raises(InvalidValueError, match="reason_needed"):
        bank_accounts.reveal(session, account_id, reason="  ")
    for giving_away in (f"for {IBAN}", "ends in 0532013000", "0532 0130 00", "de89 3704 0044"):
        with pytest.raises(InvalidValueError, match="reason_holds_account"):
            bank_accounts.reveal(session, account_id, reason=giving_away)
    revealed = bank_accounts.reveal(session, account_id, reason="Refund of order 4711")
    assert revealed.display == "DE89 3704 0044 0532 0130 00"
    with session.database.read() as connection:
        last = list(log.entries(connection))[-1]
    assert last.verb == "reveal_bank"
    assert json.loads(last.payload or "")["reason"] == "Refund of order 4711"
    assert IBAN[-4:] not in (last.payload or "")
    session.close()


def test_what_cannot_be_logged_is_not_shown(staffed: Office) -> None:
    account_id = confirmed_account(staffed)
    session = staffed.open()
    session.database.read_only = True
    with pytest.raises(OrganizationFileError, match="file_read_only"):
        bank_accounts.reveal(session, account_id, reason="refund")
    session.close()


def test_an_invalid_iban_is_refused_with_its_reason_and_kept_knowingly(ana: Session) -> None:
    wrong = replace(DETAILS, account="DE89370400440532013001")
    with pytest.raises(InvalidValueError, match="iban_check_digits"):
        bank_accounts.add_account(ana, DANA, wrong)
    assert bank_accounts.accounts(ana, DANA) == []
    bank_accounts.add_account(ana, DANA, replace(wrong, unchecked=True))
    line = only(ana)
    assert line.waiting is not None
    assert line.waiting.details.unchecked


def test_the_same_account_on_two_customers_is_flagged_for_both(ana: Session) -> None:
    other = customer_with(ana, "Mallory")
    bank_accounts.add_account(ana, DANA, DETAILS)
    assert only(ana).also_on == ()
    bank_accounts.add_account(ana, other, DETAILS)
    assert [same.name for same in only(ana).also_on] == ["Mallory"]
    assert [same.name for same in only(ana, other).also_on] == ["Dana"]
    with pytest.raises(InvalidValueError, match="account_already_there"):
        bank_accounts.add_account(ana, DANA, DETAILS)
    contacts.trash(ana, [other])
    assert only(ana).also_on == ()


def test_holders_find_an_account_by_its_last_four(staffed: Office) -> None:
    confirmed_account(staffed)
    session = staffed.open()
    assert bank_accounts.find_by_last_four(session, "30 00") == [DANA]
    assert bank_accounts.find_by_last_four(session, "3001") == []
    assert bank_accounts.find_by_last_four(session, "") == []
    session.close()


def test_another_account_number_and_a_mandate_are_kept(ana: Session) -> None:
    details = BankDetails(
        type=AccountType.OTHER, account="00 12-345", bank_code="021000021", holder="Dana", currency="USD",
        mandate_reference="M-1", mandate_on="2026-09-01", mandate_sequence=MandateSequence.RECURRENT,
        active=False, note="old", bank_name="Bank",
    )  # fmt: skip
    account_id = bank_accounts.add_account(ana, DANA, details, source="letter")
    revealed = bank_accounts.reveal(ana, account_id, reason="check", waiting=True)
    assert revealed == replace(details, account="0012345")
    line = only(ana)
    assert line.waiting is not None
    assert (line.waiting.masked, line.waiting.source) == ("•••• 345", "letter")


def test_two_sessions_do_not_overwrite_each_other(staffed: Office) -> None:
    account_id = confirmed_account(staffed)
    session = staffed.open()
    read = bank_accounts.account_draft(session, account_id)
    draft, version = read.details, read.version
    bank_accounts.edit_account(session, account_id, replace(draft, note="a"), version=version)
    with pytest.raises(ConflictError, match="record_changed"):
        bank_accounts.edit_account(session, account_id, replace(draft, note="b"), version=version)
    with pytest.raises(ConflictError, match="record_changed"):
        bank_accounts.remove_account(session, account_id, version=version)
    session.close()


def test_a_trashed_customers_accounts_come_back_with_him_and_are_not_changed_meanwhile(
    staffed: Office,
) -> None:
    account_id = confirmed_account(staffed)
    session = staffed.open()
    before = table_rows(session, "bank_account")
    contacts.trash(session, [DANA])
    with pytest.raises(RefusedError, match="record_in_trash"):
        bank_accounts.remove_account(session, account_id, version=only(session).version)
    with pytest.raises(RefusedError, match="record_in_trash"):
        bank_accounts.add_account(session, DANA, replace(DETAILS, account=OTHER_IBAN, bic=None))
    assert bank_accounts.find_by_last_four(session, "3000") == []
    contacts.restore_from_trash(session, [DANA])
    assert table_rows(session, "bank_account") == before
    assert only(session).confirmed is not None
    session.close()


# --- undo ------------------------------------------------------------------------------------------------


def test_a_removed_account_comes_back_as_one_that_waits(staffed: Office) -> None:
    account_id = confirmed_account(staffed)
    session = staffed.open()
    bank_accounts.remove_account(session, account_id, version=only(session).version)
    assert bank_accounts.accounts(session, DANA) == []
    assert undo.undo(session).verb == "remove_bank"
    line = only(session)
    assert line.confirmed is None
    assert line.waiting is not None
    assert line.waiting.masked == "DE•• •••• 3000"
    assert line.rule is ConfirmRule.OWN
    assert undo.redo(session).verb == "remove_bank"
    assert undo.undo(session).verb == "remove_bank"
    assert only(session).confirmed is None
    assert bank_accounts.find_by_last_four(session, "3000") == [DANA]
    assert broken(session) == {}
    session.close()


def changed(session: Session, account_id: int, **values: object) -> None:
    read = bank_accounts.account_draft(session, account_id)
    typed = replace(read.details, **values)  # type: ignore[arg-type]
    bank_accounts.edit_account(session, account_id, typed, version=read.version)


def test_an_undo_of_an_edit_somebody_changed_since_tells_the_numbers_masked(staffed: Office) -> None:
    account_id = confirmed_account(staffed)
    session = staffed.open()
    changed(session, account_id, account=OTHER_IBAN, bic=None, bank_name=None, bank_code=None)
    changed(session, account_id, note="by letter")
    with session.database.write() as connection:  # that was in another program
        connection.execute(
            "UPDATE change_set SET session = zeroblob(16) WHERE id = (SELECT max(id) FROM change_set)"
        )
    with pytest.raises(ConflictError, match="undo_conflict"):
        undo.undo(session)
    plan = reverting.plan_undo(session)
    (item,) = plan.items
    assert item.state is reverting.State.CLASH
    told = {line.field: (line.old, line.new) for line in item.lines}
    assert told["account"] == ("NL•• •••• 4300", "DE•• •••• 3000")
    assert told["note"] == ("by letter", None)
    assert not any(number in repr(item.lines) for number in (IBAN, OTHER_IBAN))
    session.close()
    session = staffed.open("staff")
    (untold,) = reverting.plan_revert(session, plan.set_id, DANA).items
    assert untold.lines == ()
    session.close()
    session = staffed.open()
    reverting.revert(session, plan, plan.items)
    assert only(session).waiting is None
    assert bank_accounts.reveal(session, account_id, reason="test").account == IBAN
    assert broken(session) == {}
    session.close()


def test_two_numbers_an_undo_tells_of_are_two_although_their_masks_are_alike(staffed: Office) -> None:
    account_id = confirmed_account(staffed)
    session = staffed.open()
    alike = ("NL91ABNA0417164300", "NL39RABO0000004300")
    for number in (alike[0], IBAN, alike[1]):
        changed(session, account_id, account=number, bic=None, bank_name=None, bank_code=None)
    with session.database.write() as connection:  # the last was in another program
        connection.execute(
            "UPDATE change_set SET session = zeroblob(16) WHERE id = (SELECT max(id) FROM change_set)"
        )
    (item,) = reverting.plan_undo(session).items
    told = {line.field: (line.old, line.new) for line in item.lines}
    assert told["account"] == ("NL•• •••• 4300", "NL•• •••• 4300 (2)")
    assert told["bic"] == ("RABONL2U", "ABNANL2A")
    session.close()


def test_undoing_an_edit_drops_the_waiting_value(staffed: Office) -> None:
    account_id = confirmed_account(staffed)
    session = staffed.open()
    read = bank_accounts.account_draft(session, account_id)
    draft, version = read.details, read.version
    bank_accounts.edit_account(session, account_id, replace(draft, note="a"), version=version)
    undo.undo(session)
    assert only(session).waiting is None
    assert only(session).confirmed is not None
    undo.redo(session)
    assert only(session).waiting is not None
    undo.undo(session)
    assert broken(session) == {}
    session.close()


def test_a_confirmation_is_not_undone_and_keeps_what_it_confirmed_from_being_undone(tmp_path: Path) -> None:
    office = new_organization(tmp_path)
    session = office.open()
    customer_with(session, "Dana")
    account_id = bank_accounts.add_account(session, DANA, DETAILS)
    bank_confirming.confirm_change(session, account_id, version=1, password=PASSWORD)
    assert undo.can_undo(session) == "add_bank"
    with pytest.raises(ConflictError, match="undo_conflict"):
        undo.undo(session)
    assert only(session).confirmed is not None
    session.close()


steps = st.lists(
    st.tuples(
        st.sampled_from(["add", "edit", "remove", "reject", "undo", "redo", "trash", "restore"]),
        st.integers(0, 3),
    ),
    max_size=14,
)
NUMBERS = (IBAN, OTHER_IBAN, "GB29NWBK60161331926819", "FR1420041010050500013M02606")


@pytest.fixture(scope="module")
def one_editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """Ana's session, with one account that the manager confirmed."""
    office = new_organization(tmp_path_factory.mktemp("editor"))
    session = office.open()
    add_member(session, "manager", Role.MANAGER)
    customer_with(session, "Dana")
    session.close()
    confirmed_account(office)
    session = office.open()
    yield session
    session.close()


def do(session: Session, verb: str, which: int) -> None:
    """One step of somebody who tries everything alone; refusals and conflicts are part of life."""
    lines = bank_accounts.accounts(session, DANA)
    line = lines[which % len(lines)] if lines else None
    if verb == "add":
        bank_accounts.add_account(session, DANA, BankDetails(account=NUMBERS[which]))
    elif verb == "undo":
        undo.undo(session)
    elif verb == "redo":
        undo.redo(session)
    elif verb == "trash":
        contacts.trash(session, [DANA])
    elif verb == "restore":
        contacts.restore_from_trash(session, [DANA])
    elif line is None:
        return
    elif verb == "edit":
        read = bank_accounts.account_draft(session, line.id)
        draft, version = read.details, read.version
        typed = replace(draft, account=NUMBERS[which], bic=None, bank_name=None, note=f"note {which}")
        bank_accounts.edit_account(session, line.id, typed, version=version)
    elif verb == "remove":
        bank_accounts.remove_account(session, line.id, version=line.version)
    else:
        bank_confirming.reject_change(session, line.id, version=line.version)


@given(steps)
@settings(max_examples=8, deadline=None)
def test_nothing_one_person_does_makes_or_changes_a_confirmed_account(
    one_editor: Session, taken: list[tuple[str, int]]
) -> None:
    session = one_editor
    for verb, which in taken:
        before = confirmed_ones(session)
        with contextlib.suppress(KnownError):
            do(session, verb, which)
        assert confirmed_ones(session) <= before
    assert {line.rule for line in bank_accounts.accounts(session, DANA) if line.waiting} <= {ConfirmRule.OWN}
    assert broken(session) == {}


def confirmed_ones(session: Session) -> set[tuple[int, str, int]]:
    return {
        (line.id, line.confirmed.masked, line.confirmed.confirmed_at or 0)
        for line in bank_accounts.accounts(session, DANA)
        if line.confirmed is not None
    }


def test_undo_is_refused_once_the_right_is_gone(staffed: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    account_id = confirmed_account(staffed)
    session = staffed.open("manager")
    bank_accounts.remove_account(session, account_id, version=only(session).version)
    rights = session.rights - {"bank.edit"}
    monkeypatch.setattr(type(session), "may", lambda _, right: right in rights)
    with pytest.raises(RefusedError, match="right_missing"):
        undo.undo(session)
    session.close()


# --- what somebody without the right sees ------------------------------------------------------------------


def test_without_the_right_only_that_something_is_on_file_is_told(staffed: Office) -> None:
    account_id = confirmed_account(staffed)
    for login in ("staff", "viewer"):
        session = staffed.open(login)
        assert bank_accounts.accounts_on_file(session, DANA)
        for call in (
            lambda s: bank_accounts.accounts(s, DANA),
            lambda s: bank_accounts.account_draft(s, account_id),
            lambda s: bank_accounts.reveal(s, account_id, reason="curious"),
            lambda s: bank_accounts.find_by_last_four(s, "3000"),
            lambda s: bank_accounts.add_account(s, DANA, DETAILS),
            lambda s: bank_accounts.edit_account(s, account_id, DETAILS, version=2),
            lambda s: bank_accounts.remove_account(s, account_id, version=2),
            lambda s: bank_confirming.confirm_change(s, account_id, version=2),
            lambda s: bank_confirming.reject_change(s, account_id, version=2),
            bank_accounts.rotate_bank_key,
            bank_accounts.reseal_all,
        ):
            with pytest.raises(RefusedError, match="right_missing"):
                call(session)
        for entry in undo.history(session, DANA):
            assert "bank_account" not in {change.table for change in entry.changes}
        assert broken(session) == {}
        session.close()


VERBS: tuple[tuple[str, str, Callable[[Session, int, int], object]], ...] = (
    ("on file", "records.view", lambda s, _a, _v: bank_accounts.accounts_on_file(s, DANA)),
    ("list", "bank.view", lambda s, _a, _v: bank_accounts.accounts(s, DANA)),
    ("reveal", "bank.view", lambda s, a, _v: bank_accounts.reveal(s, a, reason="test")),
    ("last four", "bank.view", lambda s, _a, _v: bank_accounts.find_by_last_four(s, "3000")),
    ("draft", "bank.edit", lambda s, a, _v: bank_accounts.account_draft(s, a)),
    ("add", "bank.edit", lambda s, _a, _v: bank_accounts.add_account(s, DANA, OTHER)),
    ("edit", "bank.edit", lambda s, a, v: bank_accounts.edit_account(s, a, BankDetails(note="x"), version=v)),
    ("confirm", "bank.confirm", lambda s, a, v: bank_confirming.confirm_change(s, a, version=v + 1)),
    ("reject", "bank.confirm", lambda s, a, v: bank_confirming.reject_change(s, a, version=v + 1)),
    ("remove", "bank.edit", lambda s, a, v: bank_accounts.remove_account(s, a, version=v + 2)),
    ("rotate", "keys", lambda s, _a, _v: bank_accounts.rotate_bank_key(s)),
    ("reseal", "keys", lambda s, _a, _v: bank_accounts.reseal_all(s)),
)


@pytest.mark.parametrize("role", Role)
def test_each_verb_is_refused_exactly_where_the_products_table_says(role: Role, staffed: Office) -> None:
    account_id = confirmed_account(staffed)
    session = staffed.open("ana" if role is Role.ADMINISTRATOR else role.value)
    assert session.role is role

    def is_refused(call: Callable[[Session, int, int], object]) -> bool:
        try:
            call(session, account_id, 2)
        except RefusedError as error:
            return error.code == "right_missing"
        return False

    rights = rights_table()[role]
    expected = {name: right not in rights for name, right, _ in VERBS}
    assert {name: is_refused(call) for name, _, call in VERBS} == expected
    assert broken(session) == {}
    session.close()


def test_a_viewer_with_the_open_connection_reads_only_ciphertext(staffed: Office) -> None:
    """Every page, the write-ahead log, images, log and full text: no number, no end of it, no holder."""
    account_id = confirmed_account(staffed, replace(DETAILS, note="Quillfeatherish note"))
    session = staffed.open()
    read = bank_accounts.account_draft(session, account_id)
    draft, version = read.details, read.version
    changed = replace(draft, account=OTHER_IBAN, bic=None, bank_name=None)
    bank_accounts.edit_account(session, account_id, changed, version=version)
    bank_accounts.reveal(session, account_id, reason="because")
    bank_accounts.remove_account(session, bank_accounts.add_account(session, DANA, OTHER), version=1)
    pages = decrypted_log(session)
    session.close()

    session = staffed.open("viewer")
    assert session.ring.class_keys.get("bank", {}) == {}
    told = b"".join(repr(row).encode() for row in everything(session))
    pages += decrypted(session)
    marks = (IBAN, OTHER_IBAN, OTHER.account, HOLDER, "Quillfeather", "0532013000", "0417164300", "COBADEFF")
    assert [mark for mark in marks if mark.encode() in told + pages] == []
    assert b"Dana" in told
    assert b"because" in pages
    tokens = {row[0] for row in session.database.connection().execute("SELECT token FROM search_token")}
    assert not tokens & {"3000", "4300", "quillfeather", "zacharias"}
    session.close()


def everything(session: Session) -> Iterator[tuple[object, ...]]:
    connection = session.database.connection()
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    for (name,) in names:
        if not name.startswith(("search_word", "search_digit", "search_token_part", "search_vocabulary")):
            yield from connection.execute(f"SELECT * FROM {name}")  # noqa: S608 - names of the schema


def test_equal_details_have_boxes_of_equal_length_and_never_the_same_bytes(ana: Session) -> None:
    other = customer_with(ana, "Bo")
    bank_accounts.add_account(ana, DANA, DETAILS)
    bank_accounts.add_account(ana, other, replace(DETAILS, note="A much longer note than none at all"))
    first, second = (row["pending"] for row in table_rows(ana, "bank_account"))
    assert isinstance(first, bytes)
    assert isinstance(second, bytes)
    assert len(first) % 256 == len(second) % 256
    assert first[16:] != second[16:]


@pytest.mark.parametrize("forged", ["owner", "row", "column"])
def test_a_box_that_was_moved_does_not_open(forged: str, staffed: Office) -> None:
    account_id = confirmed_account(staffed)
    session = staffed.open("viewer")
    other = rows_of_contact(staffed, "Mallory", session)
    connection = session.database.connection()
    if forged == "owner":
        connection.execute(
            "UPDATE bank_account SET contact_id = ?, owner_uuid = (SELECT uuid FROM contact WHERE id = ?)",
            (other, other),
        )
    elif forged == "row":
        connection.execute("UPDATE bank_account SET uuid = randomblob(16)")
    else:
        connection.execute("UPDATE bank_account SET pending = sealed")
    session.close()
    session = staffed.open()
    line = only(session, other if forged == "owner" else DANA)
    assert line.problem is not None
    assert line.problem.code == "bank_not_authentic"
    assert (line.confirmed, line.waiting) == (None, None)
    with pytest.raises(OrganizationFileError, match="bank_not_authentic"):
        bank_accounts.reveal(session, account_id, reason="look", waiting=forged == "column")
    assert "rows_against_log" in broken(session)
    session.close()


def rows_of_contact(office: Office, name: str, session: Session) -> int:
    """Add a contact at SQL level, as somebody with the connection can."""
    with session.database.read() as connection:
        (copy,) = [row for row in [rows.full_row(connection, "contact", DANA)] if row]
    values = {**copy, "uuid": bytes(range(16)), "display_name": name, "customer_number": None}
    values.pop("id")
    connection = session.database.connection()
    return rows.insert_row(connection, "contact", values)
