"""Signing in: three sentences, verified keys, and nothing that was planted is used."""

import secrets
from dataclasses import replace

import pytest

from crm_desktop.domain.errors import KnownError
from crm_desktop.domain.permissions import Role, rights_of
from crm_desktop.security.accounts import change_user, disable_user, take_over_pending
from crm_desktop.security.chest import KeyChest, seal_chest
from crm_desktop.security.class_keys import FileKey, KeyKind, SealedKey, new_class_key, seal_key
from crm_desktop.security.derivation import Argon2Parameters, key_id, secret_id
from crm_desktop.security.former_keys import FormerSecret
from crm_desktop.security.key_file import KeyFileBody
from crm_desktop.security.roster import KeyIds
from crm_desktop.security.roster_box import seal_roster
from crm_desktop.security.sign_in import renew, rewrap, sign_in, slots_not_moved, users_logins
from crm_desktop.security.slots import OpenedSlot, Slot, wrap_slot
from crm_desktop.security.user_pairs import UserPair
from tests.security.conftest import CHEAP, PASSWORD, STAFF_PASSWORD, Office, make_office, refusal

_OWN = "ben's own password"


def _staff_slot(body: KeyFileBody) -> Slot:
    return next(slot for slot in body.slots if slot.temporary or len(slot.sealed) != 2)


def _with_sealed(body: KeyFileBody, *sealed: SealedKey) -> KeyFileBody:
    return body.with_slot(replace(_staff_slot(body), sealed=sealed))


def test_staff_get_the_keys_their_rights_need(office: Office) -> None:
    ring = office.staff()
    assert ring.user_id == office.staff_id
    assert ring.rights == rights_of(Role.STAFF)
    assert set(ring.class_keys) == {"ledger"}
    assert ring.current_class_key(KeyKind.BANK) is None
    assert ring.current_file_key == office.keys.ring.current_file_key
    assert ring.must_change_password


def test_the_login_name_is_forgiven_case_form_and_spaces(office: Office) -> None:
    for login in (" Anna ", "ANNA", "\uff41nna"):
        assert office.sign_in(login=login).login == "anna"


def test_01_a_wrong_password_and_an_unknown_name_are_one_sentence(office: Office) -> None:
    found = []
    for login, password in (
        ("anna", "wrong password"),
        ("nobody", PASSWORD),
        ("", PASSWORD),
        ("ben", PASSWORD),
    ):
        with pytest.raises(KnownError) as caught:
            office.sign_in(login=login, password=password)
        assert caught.value.code == "password_wrong"
        found.append(caught.value.facts["slot_id"])
    slots = {
        name: slot_id for slot_id, name in users_logins(office.body, office.keys.organization_secret).items()
    }
    assert found == [slots["anna"], None, None, slots["ben"]]


def test_20_an_unknown_secret_is_its_own_sentence(office: Office) -> None:
    other = replace(office, keys=replace(office.keys, organization_secret=secrets.token_bytes(16)))
    assert refusal(other.sign_in) == "secret_unknown"
    assert refusal(lambda: users_logins(office.body, bytes(16))) == "secret_unknown"


def test_12_the_key_file_of_another_organization_is_not_this_computers(office: Office) -> None:
    assert refusal(lambda: office.sign_in(make_office().body)) == "secret_unknown"


def test_13_an_account_asking_for_too_much_is_refused(office: Office) -> None:
    slot = replace(office.body.slots[0], argon2=Argon2Parameters(64 * 1024 * 1024, 400, 4))
    assert refusal(lambda: office.sign_in(office.body.with_slot(slot))) == "key_parameters_refused"


def test_a_planted_account_with_the_same_name_keeps_nobody_out(office: Office) -> None:
    planted = wrap_slot(
        OpenedSlot(UserPair.new()),
        file_id=office.body.file_id,
        slot_id=secrets.token_bytes(16),
        secret=office.keys.organization_secret,
        login="anna",
        password="the planter's password",
        argon2=CHEAP,
        temporary=False,
    )
    costly = replace(planted, slot_id=secrets.token_bytes(16), argon2=Argon2Parameters(2**31, 400, 4))
    body = replace(office.body, slots=(planted, costly, *office.body.slots))
    assert office.sign_in(body).user_id == office.keys.user_id
    assert refusal(lambda: office.sign_in(body, password="the planter's password")) == "account_disabled"


def test_a_bank_key_that_is_not_in_the_roster_is_refused(office: Office) -> None:
    """Somebody who can write the file plants a bank key of his own, to read what is sealed with it."""
    slot = _staff_slot(office.body)
    planted = seal_key(
        new_class_key(), kind=KeyKind.BANK, public=slot.sealing_public, file_id=office.body.file_id
    )
    with pytest.raises(KnownError) as caught:
        office.staff(_with_sealed(office.body, *slot.sealed, planted))
    assert (caught.value.code, caught.value.facts["kind"]) == ("key_not_in_roster", "bank")


def test_a_listed_key_beyond_the_rights_is_not_handed_out(office: Office) -> None:
    slot = _staff_slot(office.body)
    gift = seal_key(
        office.chest.bank[-1], kind=KeyKind.BANK, public=slot.sealing_public, file_id=office.body.file_id
    )
    assert set(office.staff(_with_sealed(office.body, *slot.sealed, gift)).class_keys) == {"ledger"}


def test_an_administrator_with_a_planted_admin_key_and_chest_is_refused(office: Office) -> None:
    """HPKE authenticates no sender: a file-key holder seals a chest of his own to the administrator."""
    slot = office.body.slots[0]
    own = KeyChest(
        root_seed=secrets.token_bytes(32),
        file_keys=office.chest.file_keys,
        bank=(new_class_key(),),
        admin=(new_class_key(),),
        ledger=(new_class_key(),),
        secrets=office.chest.secrets,
    )
    planted = seal_key(
        own.admin[-1], kind=KeyKind.ADMIN, public=slot.sealing_public, file_id=office.body.file_id
    )
    body = replace(office.body, chest=seal_chest(own, file_id=office.body.file_id))
    assert (
        refusal(lambda: office.sign_in(body.with_slot(replace(slot, sealed=(planted,)))))
        == "key_not_in_roster"
    )


def test_a_whole_planted_world_with_its_own_root_is_refused(office: Office) -> None:
    """With file key, roster, chest and root all his own, the fingerprint in the keyring still differs."""
    stranger = make_office()
    slot = office.body.slots[0]
    chest = replace(stranger.chest, secrets=office.chest.secrets)
    roster = replace(stranger.keys.ring.roster, file_id=office.body.file_id)
    names = {kind: chest.raw_keys(kind)[-1] for kind in KeyKind}
    ids = {kind.value: (key_id(raw, kind=kind, file_id=office.body.file_id),) for kind, raw in names.items()}
    roster = replace(roster, key_ids=KeyIds(**ids))
    body = replace(
        office.body,
        roster=seal_roster(roster, root=chest.root_key(), file_key=chest.file_keys[-1]),
        chest=seal_chest(chest, file_id=office.body.file_id),
    )
    admin = seal_key(chest.admin[-1], kind=KeyKind.ADMIN, public=slot.sealing_public, file_id=body.file_id)
    body = body.with_slot(replace(slot, sealed=(admin,)))
    assert refusal(lambda: office.sign_in(body)) == "roster_root_unknown"


@pytest.mark.parametrize("part", ["chest", "roster"])
def test_a_chest_or_roster_with_a_byte_changed_is_refused(office: Office, part: str) -> None:
    sealed = getattr(office.body, part)
    altered = replace(sealed, box=sealed.box[:-1] + bytes([sealed.box[-1] ^ 1]))
    assert refusal(lambda: office.sign_in(replace(office.body, **{part: altered}))) == f"{part}_damaged"


def test_a_sealed_key_with_a_byte_changed_is_refused(office: Office) -> None:
    slot = _staff_slot(office.body)
    first = slot.sealed[0]
    altered = replace(first, sealed=first.sealed[:-1] + bytes([first.sealed[-1] ^ 1]))
    assert (
        refusal(lambda: office.staff(_with_sealed(office.body, altered, *slot.sealed[1:])))
        == "sealed_key_damaged"
    )


def test_missing_keys_are_said(office: Office) -> None:
    slot = _staff_slot(office.body)
    ledger = [key for key in slot.sealed if key.kind is KeyKind.LEDGER]
    assert refusal(lambda: office.staff(_with_sealed(office.body, *ledger))) == "key_missing"
    assert refusal(lambda: office.staff(_with_sealed(office.body))) == "account_disabled"
    poorer = replace(office.chest, ledger=(new_class_key(),))
    body = replace(office.body, chest=seal_chest(poorer, file_id=office.body.file_id))
    assert refusal(lambda: office.sign_in(body)) == "key_missing"
    body = replace(office.body, chest=replace(office.body.chest, key_id=bytes(16)))
    assert refusal(lambda: office.sign_in(body)) == "key_missing"


def test_a_chest_with_another_root_than_the_roster_is_damaged(office: Office) -> None:
    other = replace(office.chest, root_seed=secrets.token_bytes(32))
    body = replace(office.body, chest=seal_chest(other, file_id=office.body.file_id))
    assert refusal(lambda: office.sign_in(body)) == "chest_damaged"


def test_an_older_key_file_than_this_computer_saw_is_refused(office: Office) -> None:
    newest = office.sign_in().roster.sequence
    assert office.sign_in(highest_roster_seen=newest).roster.sequence == newest
    with pytest.raises(KnownError) as caught:
        office.sign_in(office.keys.body, highest_roster_seen=newest)
    assert (caught.value.code, caught.value.facts) == ("roster_older", {"found": newest - 1, "seen": newest})


def test_a_changed_password_replaces_the_old_one(office: Office) -> None:
    changed = rewrap(office.body, office.sign_in(), "another good password", CHEAP)
    assert refusal(lambda: office.sign_in(changed)) == "password_wrong"
    ring = office.sign_in(changed, password="another good password")
    assert (ring.pending, ring.pair) == (None, office.keys.ring.pair)
    assert refusal(lambda: rewrap(office.body, office.sign_in(), "short", CHEAP)) == "password_too_short"


def test_a_slot_below_the_wanted_cost_asks_to_be_wrapped_anew(office: Office) -> None:
    dearer = Argon2Parameters(CHEAP.memory_kib, 2, 1)

    def enter(body: KeyFileBody) -> bool:
        return sign_in(
            body,
            secret=office.keys.organization_secret,
            root_fingerprint=office.keys.root_fingerprint,
            login="anna",
            password=PASSWORD,
            argon2=dearer,
        ).rewrap_needed

    assert enter(office.body)
    assert not enter(rewrap(office.body, office.sign_in(), PASSWORD, dearer))


def test_a_password_set_by_somebody_else_becomes_a_pending_pair_until_an_administrator_signs_in(
    office: Office,
) -> None:
    first = office.staff()
    changed = rewrap(office.body, first, _OWN, CHEAP)
    working = office.staff(changed, password=_OWN)
    assert (working.must_change_password, working.pair) == (False, first.pair)
    assert working.pending
    taken = take_over_pending(changed, office.sign_in(changed), log_sequence=9)
    after = office.staff(taken, password=_OWN)
    assert (after.pair, after.pending, after.rewrap_needed) == (working.pending, None, True)
    entry = after.roster.user(office.staff_id)
    assert entry
    assert (entry.keys_made_by, entry.valid_from) == (office.staff_id, 9)
    dropped = rewrap(taken, after, _OWN, CHEAP)
    final = office.staff(dropped, password=_OWN)
    assert (final.pair, final.rewrap_needed) == (after.pair, False)
    slot = dropped.slot(final.slot_id)
    assert slot
    assert (slot.sealing_public, slot.pending) == (entry.sealing_public, None)
    former = final.roster.user_at(office.staff_id, 8)
    assert former
    assert former.signing_public == first.pair.public()[1]


def test_a_second_change_before_the_takeover_keeps_the_pending_pair(office: Office) -> None:
    once = rewrap(office.body, office.staff(), _OWN, CHEAP)
    ring = office.staff(once, password=_OWN)
    twice = office.staff(rewrap(once, ring, "ben's third password", CHEAP), password="ben's third password")
    assert twice.pending == ring.pending


def test_a_ring_from_before_another_rewrap_does_not_drop_the_seeds_made_since(office: Office) -> None:
    stale = office.staff()
    changed = rewrap(office.body, stale, _OWN, CHEAP)
    assert refusal(lambda: rewrap(changed, stale, "ben's third password", CHEAP)) == "sign_in_again"
    renewed = renew(changed, stale)
    assert refusal(lambda: rewrap(changed, renewed, "ben's third password", CHEAP)) == "sign_in_again"


def test_42_a_changed_right_counts_when_the_key_file_is_read_again(office: Office) -> None:
    ring = office.staff()
    body = change_user(
        office.body,
        office.sign_in(),
        user_id=office.staff_id,
        role=Role.MANAGER,
        revoked=["calls.view"],
        log_sequence=9,
    )
    renewed = renew(body, ring)
    assert renewed.rights == rights_of(Role.MANAGER) - {"calls.view"}
    assert set(renewed.class_keys) == {"bank", "ledger"}
    assert refusal(lambda: renew(office.body, renewed)) == "roster_older"


def test_42_a_disabled_user_ends_when_the_key_file_is_read_again(office: Office) -> None:
    ring = office.staff()
    body = disable_user(office.body, office.sign_in(), user_id=office.staff_id, log_sequence=9)
    assert refusal(lambda: renew(body, ring)) == "account_disabled"
    assert refusal(lambda: rewrap(body, ring, _OWN, CHEAP)) == "account_disabled"
    assert refusal(lambda: office.staff(body)) == "password_wrong"


def test_an_open_session_learns_that_its_pair_was_made_elsewhere(office: Office) -> None:
    here = office.staff()
    changed = rewrap(office.body, here, _OWN, CHEAP)
    taken = take_over_pending(changed, office.sign_in(changed), log_sequence=9)
    assert refusal(lambda: renew(taken, here)) == "sign_in_again"
    elsewhere = renew(taken, office.staff(changed, password=_OWN))
    assert (elsewhere.pending, elsewhere.rewrap_needed) == (None, True)


def _rotated(office: Office, secret: bytes) -> KeyFileBody:
    file_id = office.body.file_id
    former = FormerSecret.seal(office.keys.organization_secret, current=secret, file_id=file_id)
    return replace(office.body, secret_id=secret_id(secret, file_id=file_id), former_secrets=(former,))


def test_a_new_set_up_code_opens_accounts_not_yet_moved_and_signing_in_moves_them(office: Office) -> None:
    secret = secrets.token_bytes(16)
    body = _rotated(office, secret)
    assert refusal(lambda: office.sign_in(body)) == "set_up_code_replaced"
    moved_office = replace(office, keys=replace(office.keys, organization_secret=secret))
    assert set(users_logins(body, secret).values()) == {"anna", "ben"}
    assert set(slots_not_moved(body)) == {slot.slot_id for slot in body.slots}
    ring = moved_office.sign_in(body)
    assert ring.rewrap_needed
    moved = rewrap(body, ring, PASSWORD, CHEAP)
    assert slots_not_moved(moved) == (_staff_slot(moved).slot_id,)
    assert not moved_office.sign_in(moved).rewrap_needed
    assert moved_office.staff(moved).user_id == office.staff_id


def test_an_account_under_a_secret_the_file_does_not_hold_stays_closed(office: Office) -> None:
    body = office.body.with_slot(replace(_staff_slot(office.body), secret_id=bytes(16)))
    assert set(users_logins(body, office.keys.organization_secret).values()) == {"anna"}
    assert refusal(lambda: office.staff(body)) == "password_wrong"


def test_the_file_key_of_a_former_time_is_not_the_current_one(office: Office) -> None:
    former = FileKey.new()
    ring = replace(office.keys.ring, file_keys={**office.keys.ring.file_keys, b"x" * 16: former})
    assert ring.current_file_key != former


def test_the_staff_password_is_only_good_for_staff(office: Office) -> None:
    assert refusal(lambda: office.sign_in(login="anna", password=STAFF_PASSWORD)) == "password_wrong"
