"""Duplicates in a file: found by keys, told apart for good, and named while somebody types."""

import time
from collections.abc import Iterator

import pytest

from crm_desktop.domain.bank_accounts import BankDetails
from crm_desktop.domain.contact_drafts import AddressDraft, EmailDraft, ForeignIdDraft, PhoneDraft
from crm_desktop.domain.contacts import PhoneKind
from crm_desktop.domain.errors import RefusedError
from crm_desktop.domain.permissions import Role
from crm_desktop.domain.progress import Cancelled, CancelToken, Progress
from crm_desktop.operations import bank_accounts, contacts, duplicates, merging, undo
from crm_desktop.operations.duplicates import Reason
from crm_desktop.operations.session import Session
from tests.environments import Office, add_member
from tests.operations.samples import broken, entry, person

MOBILE = PhoneDraft("(212) 555-0123", PhoneKind.MOBILE)


@pytest.fixture
def session(office: Office) -> Iterator[Session]:
    session = office.open()
    yield session
    session.close()


def found(session: Session) -> list[tuple[int, ...]]:
    return [group.ids for group in duplicates.scan_duplicates(session)]


def reasons(session: Session, *ids: int) -> list[Reason]:
    return [finding.reason for finding in duplicates.compare(session, ids).findings]


def test_the_same_mobile_and_a_slip_in_the_name_are_proposed_with_both_reasons(session: Session) -> None:
    contacts.add_contact(session, person("Dana", "Whitfield", phones=(MOBILE,)))
    contacts.add_contact(session, entry("Dana", "Whitfeild", phones=(PhoneDraft("+1 212 555 0123"),)))
    (group,) = duplicates.scan_duplicates(session)
    assert (group.ids, group.names) == ((1, 2), ("Dana Whitfield", "Dana Whitfeild"))
    assert [finding.reason for finding in group.pairs[0].likeness.findings] == [
        Reason.MOBILE,
        Reason.NAME_TYPO,
    ]
    assert group.pairs[0].likeness.findings[1].detail == "1"
    assert group.score == 75


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"emails": (EmailDraft("d@w.example"),)}, Reason.EMAIL),
        ({"vat_id": "DE136695976"}, Reason.VAT),
        ({"foreign_ids": (ForeignIdDraft("Ledger", "L-7"),)}, Reason.FOREIGN_ID),
        ({"addresses": (AddressDraft("1 High St", "10001", "New York"),)}, Reason.ADDRESS),
        ({"birthday": "1980-02-29"}, Reason.BIRTHDAY),
    ],
)
def test_each_key_with_the_same_name_is_enough(
    session: Session, values: dict[str, object], reason: Reason
) -> None:
    for _ in range(2):
        contacts.add_contact(session, entry("Dana", "Whitfield", **values))
    assert found(session) == [(1, 2)]
    assert reason in reasons(session, 1, 2)


def test_a_customer_number_that_another_system_knows_somebody_by(session: Session) -> None:
    contacts.add_contact(session, person("Dana", "Whitfield", customer_number="K-77"))
    contacts.add_contact(session, entry("D.", "Whitfield", foreign_ids=(ForeignIdDraft("Old", "K-77"),)))
    assert found(session) == [(1, 2)]
    assert Reason.NUMBER_ELSEWHERE in reasons(session, 1, 2)


def test_accounts_count_only_for_who_may_see_them(session: Session, office: Office) -> None:
    details = BankDetails(account="DE89370400440532013000")
    for _ in range(2):
        bank_accounts.add_account(session, contacts.add_contact(session, entry("Dana", "Whitfield")), details)
    assert found(session) == [(1, 2)]
    assert Reason.ACCOUNT in reasons(session, 1, 2)
    add_member(session, "mia", Role.MANAGER, revoked=("bank.view",))
    session.close()
    mia = office.open("mia")
    assert found(mia) == []
    mia.close()


def test_told_apart_they_are_not_proposed_again_until_that_is_undone(session: Session) -> None:
    for _ in range(3):
        contacts.add_contact(session, entry("Dana", "Whitfield", phones=(MOBILE,)))
    assert found(session) == [(1, 2, 3)]
    duplicates.tell_apart(session, (2, 1))
    assert found(session) == [(1, 3), (2, 3)]
    assert broken(session) == {}
    assert undo.undo(session).verb == "tell_apart"
    assert found(session) == [(1, 2, 3)]
    assert [item.verb for item in undo.history(session, 2)] == ["undo", "tell_apart", "add_address_book"]


def test_whom_the_merged_was_told_apart_from_the_other_is_too(session: Session) -> None:
    for _ in range(3):
        contacts.add_contact(session, entry("Dana", "Whitfield", phones=(MOBILE,)))
    duplicates.tell_apart(session, (2, 3))
    merging.merge(session, merging.preview_merge(session, (1, 2), survivor_id=1))
    assert found(session) == []
    assert broken(session) == {}
    undo.undo(session)
    assert found(session) == [(1, 2), (1, 3)]


def test_who_is_in_the_trash_is_nobodys_duplicate(session: Session) -> None:
    for _ in range(2):
        contacts.add_contact(session, entry("Dana", "Whitfield", phones=(MOBILE,)))
    contacts.trash(session, [2])
    assert found(session) == []
    assert duplicates.similar_to(session, entry("Dana", "Whitfield", phones=(MOBILE,)), contact_id=1) == []


def test_a_switchboard_of_many_proposes_only_equal_names(session: Session) -> None:
    for number in range(40):
        contacts.add_contact(session, entry(f"Person {number % 39}", "Quill", phones=(MOBILE,)))
    assert found(session) == [(1, 40)]


def test_somebody_typed_who_is_there_is_named_in_less_than_5_ms(session: Session) -> None:
    contacts.add_contact(
        session, person("Dana", "Whitfield", phones=(MOBILE,), emails=(EmailDraft("d@w.example"),))
    )
    typed = entry("dana", "WHITFIELD", phones=(PhoneDraft("212 555 0123"),))
    duplicates.similar_to(session, typed)
    begin = time.perf_counter()
    (similar,) = duplicates.similar_to(session, typed)
    assert time.perf_counter() - begin < 0.05  # of shared cores; 5 ms where they are free
    assert (similar.contact_id, similar.name, similar.likeness.score) == (1, "Dana Whitfield", 80)
    assert duplicates.similar_to(session, typed, contact_id=1) == []
    assert duplicates.similar_to(session, entry("Dana", "Whitfield")) == []


def test_a_scan_tells_where_it_is_and_stops_when_asked(session: Session) -> None:
    for _ in range(2):
        contacts.add_contact(session, entry("Dana", "Whitfield", phones=(MOBILE,)))
    told: list[Progress] = []
    duplicates.scan_duplicates(session, progress=told.append)
    assert [step.done for step in told] == sorted(step.done for step in told)
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        duplicates.scan_duplicates(session, cancel=token)


def test_one_alone_cannot_be_told_apart(session: Session) -> None:
    contacts.add_contact(session, entry("Dana"))
    with pytest.raises(RefusedError, match="merge_needs_two"):
        duplicates.tell_apart(session, (1, 1))
