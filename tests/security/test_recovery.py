"""The emergency kit opens everything, a former one says so, and a forged chest is found."""

import secrets
from dataclasses import replace
from datetime import date
from functools import partial

import pytest

from crm_desktop.domain.errors import KnownError
from crm_desktop.security.chest import seal_chest
from crm_desktop.security.class_keys import KeyKind, new_class_key, seal_key
from crm_desktop.security.codes import format_recovery_code, new_recovery_code
from crm_desktop.security.derivation import key_id
from crm_desktop.security.former_keys import FormerKit
from crm_desktop.security.key_file import KeyFileBody, decode, encode
from crm_desktop.security.recovery import open_with_recovery_code, recover_administrator
from crm_desktop.security.recovery_slot import RecoverySlot, recovery_key
from crm_desktop.security.roster import KeyIds
from crm_desktop.security.roster_box import seal_roster
from tests.security.conftest import CHEAP, Office, refusal


def test_the_kit_opens_roster_and_chest(office: Office) -> None:
    code = office.keys.recovery_code.lower().replace("-", " ")
    recovered = open_with_recovery_code(office.body, code)
    assert recovered.roster == office.sign_in().roster
    assert recovered.chest == office.chest
    assert recovered.root_fingerprint == office.keys.root_fingerprint
    assert recovered.current_file_key == office.keys.ring.current_file_key


def test_16_a_typo_names_its_group_before_anything_is_tried(office: Office) -> None:
    code = list(office.keys.recovery_code)
    code[13] = "Z" if code[13] != "Z" else "Y"
    with pytest.raises(KnownError) as caught:
        open_with_recovery_code(office.body, "".join(code))
    assert (caught.value.code, caught.value.facts["group"]) == ("code_group_wrong", 3)


def test_a_kit_of_another_organization_is_wrong(office: Office) -> None:
    with pytest.raises(KnownError) as caught:
        open_with_recovery_code(office.body, format_recovery_code(new_recovery_code()))
    assert (caught.value.code, caught.value.facts["needed"]) == ("recovery_code_wrong", 1)


def test_a_former_kit_says_which_one_is_needed_and_what_it_still_opens(office: Office) -> None:
    former = new_recovery_code()
    public = recovery_key(former, file_id=office.body.file_id).public_key().public_bytes_raw()
    kits = (FormerKit(number=2, public=public, replaced_on=date(2026, 5, 3)),)
    body = replace(office.body, former_kits=kits, recovery=replace(office.body.recovery, kit_number=3))
    with pytest.raises(KnownError) as caught:
        open_with_recovery_code(body, format_recovery_code(former))
    assert caught.value.code == "kit_outdated"
    assert caught.value.facts == {"kit": 2, "needed": 3, "before": "2026-05-03"}


def _forged(office: Office) -> KeyFileBody:
    """Build what somebody who can write the file, but has no code, can: a world sealed to the kit."""
    file_id, public = office.body.file_id, office.body.recovery.public
    chest = replace(office.chest, root_seed=secrets.token_bytes(32), admin=(new_class_key(),))
    roster = office.sign_in().roster
    names = {kind.value: (key_id(chest.raw_keys(kind)[-1], kind=kind, file_id=file_id),) for kind in KeyKind}
    roster = replace(roster, key_ids=KeyIds(**names), root_public=chest.root_public())
    admin = seal_key(chest.admin[-1], kind=KeyKind.ADMIN, public=public, file_id=file_id)
    return replace(
        office.body,
        roster=seal_roster(roster, root=chest.root_key(), file_key=chest.file_keys[-1]),
        chest=seal_chest(chest, file_id=file_id),
        recovery=replace(office.body.recovery, sealed=(admin,)),
    )


def test_a_chest_forged_for_the_kit_is_found(office: Office) -> None:
    assert (
        refusal(lambda: open_with_recovery_code(_forged(office), office.keys.recovery_code))
        == "recovery_forged"
    )


def test_a_recovery_slot_that_was_altered_is_refused(office: Office) -> None:
    slot = office.body.recovery
    for altered, code in (
        (replace(slot, witness=bytes(32)), "recovery_forged"),
        (replace(slot, kit_number=9), "recovery_forged"),
        (replace(slot, sealed=()), "key_missing"),
        (replace(slot, sealed=slot.sealed[1:]), "key_missing"),
        (replace(slot, sealed=(replace(slot.sealed[0], sealed=bytes(80)),)), "sealed_key_damaged"),
        (replace(slot, public=bytes(32)), "recovery_code_wrong"),
    ):
        body = replace(office.body, recovery=altered)
        assert refusal(partial(open_with_recovery_code, body, office.keys.recovery_code)) == code


def test_the_pair_and_the_witness_depend_on_code_file_and_root() -> None:
    code, other = new_recovery_code(), new_recovery_code()
    made = RecoverySlot.make(code, file_id=b"f" * 16, kit_number=1, fingerprint=b"r" * 16, keys=[])
    assert made.attests(b"r" * 16, code=code, file_id=b"f" * 16)
    assert not made.attests(b"q" * 16, code=code, file_id=b"f" * 16)
    assert not made.attests(b"r" * 16, code=other, file_id=b"f" * 16)
    assert not made.attests(b"r" * 16, code=code, file_id=b"g" * 16)


def _recover(
    office: Office, new_code: bytes, *, user_id: bytes | None = None, login: str = "Anna"
) -> KeyFileBody:
    return recover_administrator(
        office.body,
        office.keys.recovery_code,
        user_id=user_id or office.keys.user_id,
        login=login,
        password="anna after the kit",
        new_code=new_code,
        log_sequence=9,
        today=date(2026, 5, 3),
        argon2=CHEAP,
    )


def test_the_kit_lets_an_administrator_in_again_and_makes_the_next_kit(office: Office) -> None:
    new_code = new_recovery_code()
    body = decode(encode(_recover(office, new_code)))
    assert refusal(lambda: office.sign_in(body)) == "password_wrong"
    ring = office.sign_in(body, password="anna after the kit")
    assert (ring.user_id, ring.must_change_password) == (office.keys.user_id, False)
    assert ring.current_file_key == office.keys.ring.current_file_key
    assert ring.pair != office.keys.ring.pair
    former = ring.roster.user_at(office.keys.user_id, 8)
    assert former
    assert former.signing_public == office.keys.ring.pair.public()[1]
    assert office.staff(body).user_id == office.staff_id
    recovered = open_with_recovery_code(body, format_recovery_code(new_code))
    assert (recovered.kit_number, recovered.roster) == (2, ring.roster)
    with pytest.raises(KnownError) as caught:
        open_with_recovery_code(body, office.keys.recovery_code)
    assert caught.value.facts == {"kit": 1, "needed": 2, "before": "2026-05-03"}


def test_the_kit_makes_nobody_an_administrator_and_takes_no_name(office: Office) -> None:
    code = new_recovery_code()
    assert refusal(lambda: _recover(office, code, user_id=office.staff_id)) == "user_unknown"
    assert refusal(lambda: _recover(office, code, user_id=bytes(16))) == "user_unknown"
    assert refusal(lambda: _recover(office, code, login="BEN")) == "login_taken"
