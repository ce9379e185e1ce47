"""Two programs change one bank account: both are kept, or asked about field by field; no number is told."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from crm_desktop.domain.bank_accounts import AccountType, BankDetails
from crm_desktop.domain.contact_merging import Place, Side
from crm_desktop.domain.errors import ConflictError
from crm_desktop.domain.permissions import Role
from crm_desktop.operations import bank_accounts, bank_confirming
from crm_desktop.operations.bank_conflicts import AccountDraft, decided_account
from crm_desktop.operations.row_conflicts import RowConflict
from crm_desktop.operations.session import Session
from tests.environments import Office, add_member, new_organization
from tests.operations.samples import broken, customer_with

IBAN = "DE89370400440532013000"
DUTCH = "NL91ABNA0417164300"
# Both end in 4300 and are Dutch: under their masks they look alike.
TWIN = "NL39RABO0000004300"
DANA = 1


class TwoPeople:
    """Ana, whose program stays open, and Ben, who comes for one change each time."""

    def __init__(self, office: Office) -> None:
        self.office = office
        session = office.open()
        add_member(session, "ben", Role.MANAGER)
        customer_with(session, "Dana", "(212) 555-0123")
        details = BankDetails(account=IBAN, holder="Dana", purpose="Rent", note="old")
        self.account_id = bank_accounts.add_account(session, DANA, details)
        session.close()
        self.confirm()
        self.ana = office.open()

    def confirm(self) -> None:
        """Ben confirms what waits."""
        with closing(self.office.open("ben")) as ben:
            (line,) = bank_accounts.accounts(ben, DANA)
            bank_confirming.confirm_change(ben, self.account_id, version=line.version)

    def ben_changes(self, values: dict[str, Any]) -> None:
        """Ben is faster."""
        self.ana.close()
        with closing(self.office.open("ben")) as ben:
            changed(ben, self.account_id, values)
        self.ana = self.office.open()

    def ben_confirms(self) -> None:
        self.ana.close()
        self.confirm()
        self.ana = self.office.open()

    def read(self) -> AccountDraft:
        """What Ana's form begins with."""
        return bank_accounts.account_draft(self.ana, self.account_id)

    def save(self, typed: BankDetails, read: AccountDraft) -> RowConflict[BankDetails] | None:
        """What Ana's form does."""
        return bank_accounts.edit_account(self.ana, self.account_id, typed, version=read.version, base=read)

    def whole(self) -> BankDetails:
        """The newest value, number included."""
        (line,) = bank_accounts.accounts(self.ana, DANA)
        waiting = line.waiting is not None
        return bank_accounts.reveal(self.ana, self.account_id, reason="to compare", waiting=waiting)


@pytest.fixture
def two(tmp_path: Path) -> Iterator[TwoPeople]:
    people = TwoPeople(new_organization(tmp_path))
    yield people
    assert broken(people.ana) == {}
    people.ana.close()


def numbered(number: str) -> dict[str, Any]:
    """Return what the form holds once another number is typed."""
    return {"account": number, "bic": None, "bank_name": None, "bank_code": None}


def changed(session: Session, account_id: int, values: dict[str, Any]) -> None:
    """Change an account as somebody does who was faster."""
    read = bank_accounts.account_draft(session, account_id)
    done = bank_accounts.edit_account(
        session, account_id, replace(read.details, **values), version=read.version, base=read
    )
    assert done is None


def test_changes_of_different_fields_are_both_kept(two: TwoPeople) -> None:
    read = two.read()
    two.ben_changes(numbered(DUTCH))
    typed = replace(read.details, note="rang")
    assert two.save(typed, read) is None
    found = two.whole()
    assert (found.account, found.note, found.purpose) == (DUTCH, "rang", "Rent")
    (line,) = bank_accounts.accounts(two.ana, DANA)
    assert line.rule is bank_accounts.ConfirmRule.NOBODY  # both had a hand in it


@pytest.mark.parametrize("side", list(Side))
def test_the_same_field_is_asked_about_and_the_other_number_stays(two: TwoPeople, side: Side) -> None:
    read = two.read()
    two.ben_changes({"note": "by letter"} | numbered(DUTCH))
    typed = replace(read.details, note="by phone")
    found = two.save(typed, read)
    assert isinstance(found, RowConflict)
    (clash,) = found.clashes
    assert (clash.place.column, clash.before, clash.theirs, clash.mine) == (
        "note", "old", "by letter", "by phone",
    )  # fmt: skip
    assert two.whole().note == "by letter"
    chosen = decided_account(found, {clash.place: side}, typed)
    assert bank_accounts.edit_account(two.ana, two.account_id, chosen, version=found.version) is None
    kept = two.whole()
    assert (kept.account, kept.note) == (DUTCH, clash.mine if side is Side.MINE else clash.theirs)


@pytest.mark.parametrize("side", list(Side))
def test_two_numbers_are_two_although_their_masks_are_alike(two: TwoPeople, side: Side) -> None:
    read = two.read()
    two.ben_changes(numbered(TWIN))
    typed = replace(read.details, **numbered(DUTCH))
    found = two.save(typed, read)
    assert isinstance(found, RowConflict)
    place = Place("bank_accounts", str(two.account_id), "account")
    (clash,) = [one for one in found.clashes if one.place == place]
    assert clash.theirs != clash.mine
    said = repr(found) + "".join(
        str(value) for one in found.clashes for value in (one.before, one.theirs, one.mine)
    )
    assert not [number for number in (IBAN, DUTCH, TWIN) if number[4:] in said]
    chosen = decided_account(found, {one.place: side for one in found.clashes}, typed)
    bank_accounts.edit_account(two.ana, two.account_id, chosen, version=found.version)
    kept = two.whole()
    assert (kept.account, kept.bic) == ((DUTCH, "ABNANL2A") if side is Side.MINE else (TWIN, "RABONL2U"))


def test_the_same_number_typed_by_both_is_no_question(two: TwoPeople) -> None:
    read = two.read()
    two.ben_changes(numbered(DUTCH))
    typed = replace(read.details, note="rang", **numbered("NL91 ABNA 0417 1643 00"))
    assert two.save(typed, read) is None
    assert (two.whole().account, two.whole().note) == (DUTCH, "rang")


def test_a_change_that_was_confirmed_meanwhile_is_no_conflict(two: TwoPeople) -> None:
    changed(two.ana, two.account_id, {"note": "by letter"})
    read = two.read()
    two.ben_confirms()
    typed = replace(read.details, purpose="Salary")
    assert two.save(typed, read) is None
    found = two.whole()
    assert (found.account, found.note, found.purpose) == (IBAN, "by letter", "Salary")


def test_whoever_is_faster_once_more_is_not_overwritten(two: TwoPeople) -> None:
    read = two.read()
    two.ben_changes({"note": "by letter"})
    typed = replace(read.details, note="by phone")
    found = two.save(typed, read)
    assert isinstance(found, RowConflict)
    two.ben_changes({"note": "in person"})
    with pytest.raises(ConflictError, match="record_changed"):
        bank_accounts.edit_account(two.ana, two.account_id, typed, version=found.version)
    assert two.whole().note == "in person"


def other_account(two: TwoPeople) -> AccountDraft:
    """Make it an account without an IBAN, whose bank is typed; return what Ana's form begins with."""
    values = {"type": AccountType.OTHER, "account": "0012345", "bic": None, "bank_code": "021000021"}
    two.ben_changes(values | {"bank_name": "Bank"})
    return two.read()


def test_the_bank_somebody_named_stays_beside_a_number_of_mine(two: TwoPeople) -> None:
    read = other_account(two)
    two.ben_changes({"bank_name": "Bank of Ben"})
    assert two.save(replace(read.details, account="0067890"), read) is None
    assert (two.whole().account, two.whole().bank_name) == ("0067890", "Bank of Ben")


@pytest.mark.parametrize("side", list(Side))
def test_the_bank_that_was_chosen_is_saved_with_a_number_of_mine(two: TwoPeople, side: Side) -> None:
    read = other_account(two)
    two.ben_changes({"bank_name": "Bank of Ben"})
    typed = replace(read.details, account="0067890", bank_name="Bank of Ana")
    found = two.save(typed, read)
    assert isinstance(found, RowConflict)
    (clash,) = found.clashes
    assert clash.place.column == "bank_name"
    chosen = decided_account(found, {clash.place: side}, typed)
    assert bank_accounts.edit_account(two.ana, two.account_id, chosen, version=found.version) is None
    named = "Bank of Ana" if side is Side.MINE else "Bank of Ben"
    assert (two.whole().account, two.whole().bank_name) == ("0067890", named)


@pytest.mark.parametrize("side", list(Side))
def test_of_one_number_typed_by_both_the_bank_is_asked_about(two: TwoPeople, side: Side) -> None:
    read = other_account(two)
    two.ben_changes({"account": "0067890", "bank_name": "Bank of Ben"})
    typed = replace(read.details, account="00 67 890", bank_name="Bank of Ana")
    found = two.save(typed, read)
    assert isinstance(found, RowConflict)
    (clash,) = found.clashes
    assert (clash.place.column, clash.theirs, clash.mine) == ("bank_name", "Bank of Ben", "Bank of Ana")
    chosen = decided_account(found, {clash.place: side}, typed)
    assert bank_accounts.edit_account(two.ana, two.account_id, chosen, version=found.version) is None
    named = "Bank of Ana" if side is Side.MINE else "Bank of Ben"
    assert (two.whole().account, two.whole().bank_name) == ("0067890", named)
