"""What administrators do to accounts, and what nobody else can."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_desktop.domain.errors import KnownError
from crm_desktop.domain.permissions import Role, rights_of
from crm_desktop.security.accounts import (
    add_user,
    change_user,
    disable_user,
    new_user_id,
    pending_users,
    rename_login,
    reset_password,
    seal_keys,
    slot_of,
    take_over_pending,
)
from crm_desktop.security.class_keys import KeyKind
from crm_desktop.security.key_file import KeyFileBody
from crm_desktop.security.sign_in import rewrap, users_logins
from crm_desktop.security.slots import Slot
from crm_desktop.security.user_pairs import PendingKeys, UserPair
from tests.security.conftest import CHEAP, STAFF_PASSWORD, Office, make_office, refusal

_OFFICE = make_office()
_OWN = "ben's own password"


def _staff_slot(office: Office, body: KeyFileBody | None = None) -> Slot:
    user = office.staff().roster.user(office.staff_id)
    assert user
    slot = slot_of(body or office.body, user)
    assert slot
    return slot


@given(
    st.sampled_from(Role), st.frozensets(st.sampled_from(["bank.view", "contacts.import", "lists.export"]))
)
def test_a_user_holds_exactly_the_keys_of_his_rights(role: Role, granted: frozenset[str]) -> None:
    body = change_user(
        _OFFICE.body, _OFFICE.sign_in(), user_id=_OFFICE.staff_id, role=role, granted=granted, log_sequence=9
    )
    ring = _OFFICE.staff(body)
    rights = rights_of(role, granted=granted)
    assert ring.rights == rights
    if role is Role.ADMINISTRATOR:
        assert set(ring.class_keys) == {"bank", "admin", "ledger"}
        return
    importing = rights & {"contacts.import", "calls.import_own", "calls.import_shared"}
    expected = {
        name for name, needed in (("bank", "bank.view" in rights), ("ledger", bool(importing))) if needed
    }
    assert set(ring.class_keys) == expected


def test_a_login_name_is_given_once(office: Office) -> None:
    with pytest.raises(KnownError) as caught:
        add_user(
            office.body,
            office.sign_in(),
            user_id=new_user_id(),
            login="BEN",
            password=STAFF_PASSWORD,
            role=Role.VIEWER,
            log_sequence=9,
            argon2=CHEAP,
        )
    assert caught.value.code == "login_taken"


def test_a_user_is_enrolled_once(office: Office) -> None:
    with pytest.raises(KnownError) as caught:
        add_user(
            office.body,
            office.sign_in(),
            user_id=office.staff_id,
            login="cleo",
            password=STAFF_PASSWORD,
            role=Role.VIEWER,
            log_sequence=9,
            argon2=CHEAP,
        )
    assert caught.value.code == "user_exists"


def test_only_administrators_change_accounts(office: Office) -> None:
    staff = office.staff()
    for change in (
        lambda: disable_user(office.body, staff, user_id=office.keys.user_id, log_sequence=9),
        lambda: take_over_pending(office.body, staff, log_sequence=9),
    ):
        assert refusal(change) == "right_missing"


def test_a_demoted_administrator_with_his_old_ring_changes_nothing(office: Office) -> None:
    anna = office.sign_in()
    body = change_user(office.body, anna, user_id=office.staff_id, role=Role.ADMINISTRATOR, log_sequence=9)
    ben = office.staff(body)
    demoted = change_user(body, anna, user_id=office.staff_id, role=Role.STAFF, log_sequence=10)
    assert (
        refusal(lambda: disable_user(demoted, ben, user_id=office.keys.user_id, log_sequence=11))
        == "right_missing"
    )


def test_41_the_last_administrator_can_neither_leave_nor_be_demoted(office: Office) -> None:
    anna = office.sign_in()
    me = office.keys.user_id
    assert (
        refusal(lambda: disable_user(office.body, anna, user_id=me, log_sequence=9)) == "last_administrator"
    )
    demote = lambda: change_user(office.body, anna, user_id=me, role=Role.STAFF, log_sequence=9)  # noqa: E731
    assert refusal(demote) == "last_administrator"


def test_a_disabled_users_past_entries_stay_in_the_roster(office: Office) -> None:
    body = disable_user(office.body, office.sign_in(), user_id=office.staff_id, log_sequence=9)
    roster = office.sign_in(body).roster
    assert roster.user(office.staff_id) is None
    entry = roster.user_at(office.staff_id, 8)
    assert entry
    assert (entry.role, entry.valid_to) == (Role.STAFF, 9)
    assert len(body.slots) == 1
    assert (
        refusal(lambda: disable_user(body, office.sign_in(body), user_id=office.staff_id, log_sequence=10))
        == "user_unknown"
    )


def test_a_forgotten_password_gets_a_temporary_one_and_a_new_pair(office: Office) -> None:
    before = office.staff()
    body = reset_password(
        office.body,
        office.sign_in(),
        user_id=office.staff_id,
        password="second temporary one",
        log_sequence=9,
        argon2=CHEAP,
    )
    after = office.staff(body, password="second temporary one")
    assert after.must_change_password
    assert after.pair != before.pair
    assert (after.rights, after.slot_id, after.login) == (before.rights, before.slot_id, "ben")
    assert refusal(lambda: office.staff(body)) == "password_wrong"
    entry = after.roster.user(office.staff_id)
    assert entry
    assert entry.keys_made_by == office.keys.user_id


def test_a_rename_needs_no_password_and_survives_a_later_rewrap(office: Office) -> None:
    ring, slot = office.staff(), _staff_slot(office)
    renamed = rename_login(office.body, office.sign_in(), slot_id=slot.slot_id, login="Benjamin")
    assert office.sign_in(renamed, login="benjamin", password=STAFF_PASSWORD).user_id == office.staff_id
    changed = rewrap(renamed, ring, _OWN, CHEAP)
    assert sorted(users_logins(changed, office.keys.organization_secret).values()) == ["Benjamin", "anna"]


def test_a_rename_that_cannot_be_is_refused(office: Office) -> None:
    anna, slot = office.sign_in(), _staff_slot(office)
    assert (
        refusal(lambda: rename_login(office.body, anna, slot_id=slot.slot_id, login="Anna")) == "login_taken"
    )
    assert refusal(lambda: rename_login(office.body, anna, slot_id=bytes(16), login="x")) == "user_unknown"
    unmoved = office.body.with_slot(replace(slot, secret_id=bytes(16)))
    assert (
        refusal(lambda: rename_login(unmoved, anna, slot_id=slot.slot_id, login="x")) == "account_not_moved"
    )


def test_a_pending_pair_is_taken_over_and_sealed_to(office: Office) -> None:
    changed = rewrap(office.body, office.staff(), _OWN, CHEAP)
    roster = office.sign_in(changed).roster
    assert pending_users(changed, roster) == (office.staff_id,)
    taken = take_over_pending(changed, office.sign_in(changed), log_sequence=9)
    ring = office.staff(taken, password=_OWN)
    assert pending_users(taken, ring.roster) == ()
    assert ring.current_class_key(KeyKind.LEDGER)


def test_40_a_planted_pending_pair_is_not_taken_over(office: Office) -> None:
    """A Viewer writes public keys of his own into another's slot and waits for an administrator."""
    changed = rewrap(office.body, office.staff(), _OWN, CHEAP)
    slot = _staff_slot(office, changed)
    attacker = UserPair.new()
    forged = PendingKeys.sign(attacker, by=attacker, file_id=changed.file_id, slot_id=slot.slot_id)
    assert slot.pending
    for pending in (forged, replace(slot.pending, sealing_public=attacker.public()[0])):
        planted = changed.with_slot(replace(slot, pending=pending))
        anna = office.sign_in(planted)
        assert pending_users(planted, anna.roster) == ()
        after = take_over_pending(planted, anna, log_sequence=9)
        user = office.sign_in(after).roster.user(office.staff_id)
        assert user
        assert user.sealing_public == slot.sealing_public


def test_40_public_keys_swapped_in_a_slot_are_never_sealed_to(office: Office) -> None:
    attacker = UserPair.new()
    sealing_public, signing_public = attacker.public()
    swapped = replace(_staff_slot(office), sealing_public=sealing_public, signing_public=signing_public)
    body = office.body.with_slot(swapped)
    after = change_user(
        body, office.sign_in(body), user_id=office.staff_id, role=Role.MANAGER, log_sequence=9
    )
    slot = after.slot(swapped.slot_id)
    assert slot
    assert slot.sealed == ()


def test_a_password_cannot_be_reset_when_the_account_is_gone(office: Office) -> None:
    slots = tuple(slot for slot in office.body.slots if slot.slot_id != _staff_slot(office).slot_id)
    body = replace(office.body, slots=slots)

    def reset() -> KeyFileBody:
        return reset_password(
            body,
            office.sign_in(body),
            user_id=office.staff_id,
            password="second temporary one",
            log_sequence=9,
            argon2=CHEAP,
        )

    assert refusal(reset) == "account_damaged"


def test_a_roster_entry_never_ends_before_it_began(office: Office) -> None:
    with pytest.raises(ValueError, match="before it began"):
        disable_user(office.body, office.sign_in(), user_id=office.staff_id, log_sequence=4)


def test_a_chest_that_lost_a_key_seals_nothing(office: Office) -> None:
    roster = office.sign_in().roster
    user = roster.user(office.staff_id)
    assert user
    poorer = replace(office.chest, ledger=(bytes(32),))
    assert refusal(lambda: seal_keys(user, roster, poorer)) == "chest_damaged"
