"""What ``create`` makes opens again in both ways, and shows nothing."""

import secrets

from crm_desktop.domain.permissions import RIGHTS, Role
from crm_desktop.security.class_keys import KeyKind
from crm_desktop.security.codes import parse_recovery_code, parse_set_up_code
from crm_desktop.security.key_file import decode, encode
from crm_desktop.security.recovery import open_with_recovery_code
from tests.security.conftest import Office, make_office


def test_a_new_organization_opens_with_password_and_set_up_code(office: Office) -> None:
    keys = office.keys
    code = parse_set_up_code(keys.set_up_code)
    assert (code.secret, code.root_fingerprint) == (keys.organization_secret, keys.root_fingerprint)
    ring = office.sign_in(decode(encode(keys.body)))
    assert (ring.user_id, ring.login, ring.file_id) == (keys.user_id, "anna", keys.file_id)
    assert ring.rights == {right.name for right in RIGHTS if Role.ADMINISTRATOR in right.roles}
    assert not ring.must_change_password
    assert not ring.rewrap_needed
    assert len(ring.current_file_key.key) == 32
    assert len(ring.current_file_key.salt) == 16


def test_a_new_organization_opens_with_its_kit(office: Office) -> None:
    recovered = open_with_recovery_code(office.keys.body, office.keys.recovery_code)
    assert recovered.current_file_key == office.keys.ring.current_file_key
    assert recovered.kit_number == office.keys.kit_number == office.keys.body.kit_number == 1
    assert len(parse_recovery_code(office.keys.recovery_code)) == 20


def test_the_administrator_is_sealed_admin_and_bank_only_and_takes_the_rest_from_the_chest(
    office: Office,
) -> None:
    (slot,) = office.keys.body.slots
    assert {key.kind for key in slot.sealed} == {KeyKind.ADMIN, KeyKind.BANK}
    assert {key.kind for key in office.keys.body.recovery.sealed} == {KeyKind.ADMIN, KeyKind.BANK}
    assert set(office.keys.ring.class_keys) == {"bank", "admin", "ledger"}
    for kind in (KeyKind.BANK, KeyKind.ADMIN, KeyKind.LEDGER):
        current = office.keys.ring.current_class_key(kind)
        assert current
        assert current[0] == office.keys.ring.roster.newest(kind)


def test_two_organizations_share_nothing() -> None:
    first, second = make_office().keys, make_office().keys
    for name in (
        "file_id",
        "user_id",
        "organization_secret",
        "root_fingerprint",
        "recovery_code",
        "set_up_code",
    ):
        assert getattr(first, name) != getattr(second, name)
    assert first.ring.current_file_key != second.ring.current_file_key


def test_nothing_that_is_shown_holds_a_secret(office: Office) -> None:
    """No repr or str of any object of this room reveals a key, a code or a name."""
    keys, chest, ring = office.keys, office.chest, office.keys.ring
    recovered = open_with_recovery_code(keys.body, keys.recovery_code)
    objects = [keys, keys.body, keys.body.slots[0], chest, ring, ring.roster, ring.pair, recovered]
    objects += [ring.current_file_key, office.body.recovery, parse_set_up_code(keys.set_up_code)]
    raw = [chest.root_seed, *chest.secrets, ring.pair.raw, ring.pair.sealing_seed, ring.pair.signing_seed]
    raw += [key for kind in KeyKind for key in chest.raw_keys(kind)]
    raw += [chest.file_keys[0].key, chest.file_keys[0].salt, parse_recovery_code(keys.recovery_code)]
    forbidden = [form for key in raw for form in (repr(key)[2:-1], key.hex(), key.hex().upper())]
    forbidden += [keys.recovery_code, keys.set_up_code, "anna"]
    shown = "".join(f"{item!r} {item!s}" for item in objects)
    assert [form for form in forbidden if form in shown] == []


def test_random_signatures_are_the_users_own(office: Office) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    message = secrets.token_bytes(40)
    user = office.keys.ring.roster.user(office.keys.user_id)
    assert user
    Ed25519PublicKey.from_public_bytes(user.signing_public).verify(office.keys.ring.sign(message), message)
    assert office.keys.ring.sealing_key.public_key().public_bytes_raw() == user.sealing_public
