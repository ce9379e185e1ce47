"""A rotation as a pure change of the key file: what is in it between the two steps, and what after them."""

from dataclasses import replace
from datetime import date

import pytest

from crm_desktop.domain.errors import OrganizationFileError, SignInError
from crm_desktop.domain.permissions import Role
from crm_desktop.security.accounts import add_user, change_user, disable_user, new_user_id
from crm_desktop.security.chest import KeyChest, open_chest
from crm_desktop.security.class_keys import KeyKind
from crm_desktop.security.codes import format_recovery_code
from crm_desktop.security.derivation import secret_id
from crm_desktop.security.key_file import KeyFileBody, decode, encode
from crm_desktop.security.key_ring import KeyRing
from crm_desktop.security.recovery import open_with_recovery_code
from crm_desktop.security.rotation import (
    ROTATED_KINDS,
    NewKeys,
    drop_former,
    new_keys,
    ring_after,
    rotate,
)
from crm_desktop.security.sign_in import sign_in, slots_not_moved
from tests.security.conftest import CHEAP, PASSWORD, STAFF_PASSWORD, Office, refusal

TODAY = date(2026, 5, 3)


def rotated(
    body: KeyFileBody, ring: KeyRing, *, leaving: bytes | None = None
) -> tuple[KeyFileBody, NewKeys, KeyRing]:
    keys = new_keys(body, ring, leaving=leaving)
    both = rotate(body, ring, keys, leaving=leaving, log_sequence=20, today=TODAY, argon2=CHEAP)
    both = decode(encode(replace(both, sequence=body.sequence + 1)))
    return both, keys, ring_after(both, ring, keys)


def enter(body: KeyFileBody, keys: NewKeys, login: str, password: str) -> KeyRing:
    code = keys.set_up_code()
    return sign_in(
        body, secret=code.secret, root_fingerprint=code.root_fingerprint,
        login=login, password=password, argon2=CHEAP,
    )  # fmt: skip


def chest_of(body: KeyFileBody, ring: KeyRing) -> KeyChest:
    admin = ring.class_keys["admin"][body.chest.key_id]
    return open_chest(body.chest, admin_key=admin, file_id=body.file_id)


def test_first_both_keys_are_listed_then_the_new_ones_only(office: Office) -> None:
    ring = office.sign_in()
    both, keys, after = rotated(office.body, ring)
    for kind in KeyKind:
        former = ring.roster.key_ids.of(kind)
        listed = after.roster.key_ids.of(kind)
        assert listed[:1] == former
        assert len(listed) == (2 if kind in ROTATED_KINDS else 1)
    assert after.file_keys.keys() == set(after.roster.key_ids.file)
    assert after.current_file_key == keys.file_key
    final = drop_former(both, after, ROTATED_KINDS)
    last = enter(final, keys, "anna", PASSWORD)
    for kind in KeyKind:
        assert last.roster.key_ids.of(kind) == after.roster.key_ids.of(kind)[-1:]
    assert last.roster.sequence == after.roster.sequence + 1
    assert chest_of(final, last) == chest_of(both, after)


def test_the_chest_keeps_every_key_there_ever_was(office: Office) -> None:
    before = office.chest
    both, keys, after = rotated(office.body, office.sign_in())
    chest = chest_of(both, after)
    assert chest.file_keys == (*before.file_keys, keys.file_key)
    assert chest.bank == (*before.bank, keys.bank)
    assert chest.admin == (*before.admin, keys.admin)
    assert chest.secrets == (*before.secrets, keys.secret)
    assert chest.ledger == before.ledger
    assert chest.root_seed == before.root_seed
    assert chest_of(both, after).admin[-1] == keys.admin
    assert refusal(lambda: open_chest(both.chest, admin_key=before.admin[0], file_id=both.file_id)) == (
        "chest_damaged"
    )


def test_slots_stay_under_the_former_secret_and_open_with_the_new_one_only(office: Office) -> None:
    both, keys, _ = rotated(office.body, office.sign_in())
    assert both.secret_id == secret_id(keys.secret, file_id=both.file_id)
    assert len(slots_not_moved(both)) == len(both.slots) == 2
    staff = enter(both, keys, "ben", STAFF_PASSWORD)
    assert staff.rewrap_needed
    assert staff.file_keys.keys() == set(staff.roster.key_ids.file)
    assert "bank" not in staff.class_keys
    assert refusal(lambda: office.sign_in(both)) == "set_up_code_replaced"


def test_who_leaves_has_no_slot_and_no_key_and_his_entry_ends(office: Office) -> None:
    both, keys, after = rotated(office.body, office.sign_in(), leaving=office.staff_id)
    assert not keys.new_root  # he never held the root
    assert len(both.slots) == 1
    assert after.roster.user(office.staff_id) is None
    ended = after.roster.user_at(office.staff_id, 19)
    assert ended is not None
    assert ended.valid_to == 20
    with pytest.raises(SignInError, match="password_wrong"):
        enter(both, keys, "ben", STAFF_PASSWORD)


def with_second_administrator(office: Office) -> tuple[KeyFileBody, bytes]:
    user_id = new_user_id()
    body = add_user(
        office.body, office.sign_in(), user_id=user_id, login="eva", password=PASSWORD,
        role=Role.ADMINISTRATOR, log_sequence=9, argon2=CHEAP,
    )  # fmt: skip
    return body, user_id


@pytest.mark.parametrize("how", ["leaves now", "left before", "demoted"])
def test_a_new_root_where_an_administrator_left(how: str, office: Office) -> None:
    body, eva = with_second_administrator(office)
    ring = office.sign_in(body)
    leaving = eva if how == "leaves now" else None
    if how == "left before":
        body = disable_user(body, ring, user_id=eva, log_sequence=12)
    elif how == "demoted":
        body = change_user(body, ring, user_id=eva, role=Role.STAFF, log_sequence=12)
    both, keys, after = rotated(body, ring, leaving=leaving)
    assert keys.new_root
    assert after.root_fingerprint != ring.root_fingerprint
    assert after.roster.root_public == chest_of(both, after).root_public()
    with pytest.raises(OrganizationFileError, match="roster_root_unknown"):
        sign_in(
            both, secret=keys.secret, root_fingerprint=ring.root_fingerprint,
            login="anna", password=PASSWORD, argon2=CHEAP,
        )  # fmt: skip
    if how == "demoted":
        assert "admin" not in enter(both, keys, "eva", PASSWORD).class_keys


def test_a_user_on_a_pair_of_somebody_who_left_gets_a_password_under_the_new_secret(office: Office) -> None:
    body, eva = with_second_administrator(office)
    evas = office.sign_in(body, login="eva")
    noa = new_user_id()
    body = add_user(
        body,
        evas,
        user_id=noa,
        login="noa",
        password=PASSWORD,
        role=Role.STAFF,
        log_sequence=10,
        argon2=CHEAP,
    )
    former = {slot.sealing_public for slot in body.slots}
    both, keys, after = rotated(body, office.sign_in(body), leaving=eva)
    assert set(keys.passwords) == {noa}
    ring = enter(both, keys, "noa", keys.passwords[noa])
    assert ring.must_change_password
    assert not ring.rewrap_needed
    present = after.roster.user(noa)
    assert present is not None
    assert present.keys_made_by == office.keys.user_id
    assert present.sealing_public not in former


def test_the_next_kit_opens_it_and_the_former_says_which_is_needed(office: Office) -> None:
    both, keys, after = rotated(office.body, office.sign_in())
    recovered = open_with_recovery_code(both, format_recovery_code(keys.recovery_code))
    assert (recovered.kit_number, recovered.roster) == (2, after.roster)
    with pytest.raises(SignInError, match="kit_outdated") as caught:
        open_with_recovery_code(both, office.keys.recovery_code)
    assert caught.value.facts == {"kit": 1, "needed": 2, "before": "2026-05-03"}


def test_a_forged_recovery_key_is_not_remembered_as_a_kit(office: Office) -> None:
    forged = replace(office.body, recovery=replace(office.body.recovery, public=bytes(32), kit_number=70))
    both, _, after = rotated(forged, office.sign_in())
    assert [(kit.number, kit.public) for kit in both.former_kits] == [(1, office.body.recovery.public)]
    assert after.roster.kit_number == both.kit_number == 2


def test_a_rotation_that_has_not_ended_is_ended_first(office: Office) -> None:
    both, _, after = rotated(office.body, office.sign_in())
    assert refusal(lambda: new_keys(both, after, leaving=None)) == "rotation_unfinished"
    final = drop_former(both, after, ROTATED_KINDS)
    assert new_keys(final, after, leaving=None).bank


def test_staff_changes_no_keys(office: Office) -> None:
    ring = office.staff()
    assert refusal(lambda: new_keys(office.body, ring, leaving=None)) == "right_missing"
    keys = new_keys(office.body, office.sign_in(), leaving=None)
    assert refusal(
        lambda: rotate(office.body, ring, keys, leaving=None, log_sequence=20, today=TODAY, argon2=CHEAP)
    ) == "right_missing"  # fmt: skip
    assert refusal(lambda: drop_former(office.body, ring, ROTATED_KINDS)) == "right_missing"


def test_nothing_secret_is_shown(office: Office) -> None:
    keys = new_keys(office.body, office.sign_in(), leaving=None)
    shown = repr(keys)
    for secret in (keys.bank, keys.admin, keys.secret, keys.root_seed, keys.recovery_code, keys.file_key.key):
        assert repr(secret) not in shown
        assert secret.hex() not in shown
