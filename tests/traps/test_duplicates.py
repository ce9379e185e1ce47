"""Traps others fell into with duplicates and merging, each named by where it was told."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from crm_desktop.domain.contact_drafts import AddressDraft, EmailDraft, PhoneDraft
from crm_desktop.domain.contacts import PhoneKind
from crm_desktop.operations import call_imports, consents, contacts, duplicates, merging, notes, timeline
from crm_desktop.operations.session import Session
from tests.environments import Office, new_organization
from tests.operations.samples import entry, log_of, person

LANDLINE = PhoneDraft("(212) 555-0199", PhoneKind.HOME)
HOUSE = AddressDraft("7 Mill Lane", "10001", "New York")


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return new_organization(tmp_path)


@pytest.fixture
def session(office: Office) -> Iterator[Session]:
    session = office.open()
    yield session
    session.close()


@pytest.mark.parametrize(
    ("one", "two"), [("Anna", "Bernd"), ("Jan", "Jana"), ("Martin", "Martina"), ("Daniel", "Daniela")]
)
def test_couples_sharing_a_landline_merged_nextcloud_contacts_286(
    session: Session, one: str, two: str
) -> None:
    """Not even with one house, one mailbox and one mobile beside it."""
    shared = (LANDLINE, PhoneDraft("(917) 555-0100", PhoneKind.MOBILE))
    for given in (one, two):
        contacts.add_contact(
            session,
            entry(
                given, "Miller", phones=shared, addresses=(HOUSE,), emails=(EmailDraft("us@miller.example"),)
            ),
        )
    assert duplicates.scan_duplicates(session) == []
    assert duplicates.similar_to(session, entry(two, "Miller", phones=shared), contact_id=2) == []


def test_never_on_the_name_alone(session: Session) -> None:
    for _ in range(2):
        contacts.add_contact(session, entry("Dana", "Whitfield", company="Whitfield Ltd"))
    assert duplicates.scan_duplicates(session) == []
    assert duplicates.similar_to(session, entry("Dana", "Whitfield")) == []


def test_merge_lost_the_timeline_twenty_23903(session: Session, tmp_path: Path) -> None:
    number = PhoneDraft("(212) 555-0123")
    kept = contacts.add_contact(session, person("Dana", "Whitfield"))
    other = contacts.add_contact(session, person("Dana", "Whitfield", phones=(number,)))
    notes.add_note(session, other, "Wants a call back")
    consents.grant_consent(session)
    call_imports.run_import(
        session, [log_of(tmp_path / "log.xml", number.raw, 5)],
        member_id=session.member.id, options=call_imports.reading_options(session),
    )  # fmt: skip
    before = timeline.timeline(session, other).entries
    merging.merge(session, merging.preview_merge(session, (kept, other), survivor_id=kept))
    after = timeline.timeline(session, kept).entries
    assert {item.call.id for item in after if item.call} == {item.call.id for item in before if item.call}
    assert [item.note.text for item in after if item.note] == ["Wants a call back"]
    known = {item.change.change_set_id for item in before if item.change}
    assert known < {item.change.change_set_id for item in after if item.change}


def test_preview_differed_from_the_merge_twenty_15201(session: Session) -> None:
    for number in range(2):
        contacts.add_contact(session, entry("Dana", "Whitfield", nickname=f"Nick {number}", title="Owner"))
    preview = merging.preview_merge(session, (1, 2), {"nickname": 2}, survivor_id=1)
    merging.merge(session, preview)
    now = contacts.card(session, 1).contact
    assert (now.nickname, now.title, now.display_name) == (
        preview.card.contact.nickname, preview.card.contact.title, preview.card.contact.display_name,
    )  # fmt: skip
    assert now.nickname == "Nick 1"


def test_unique_email_blocked_reality_twenty_9920(session: Session) -> None:
    """Two who share a mailbox are both kept; the second is warned of and never forbidden."""
    mailbox = (EmailDraft("whitfield@example.com"),)
    contacts.add_contact(session, entry("Dana", "Whitfield", emails=mailbox))
    assert duplicates.similar_to(session, entry("Dana", "Whitfield", emails=mailbox))
    second = contacts.add_contact(session, entry("Dana", "Whitfield", emails=mailbox))
    assert contacts.card(session, second).emails[0].address == "whitfield@example.com"
