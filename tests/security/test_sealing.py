"""Boxes and sealed keys: whatever is altered does not open."""

import hashlib
import secrets

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from crm_desktop.domain.errors import OrganizationFileError
from crm_desktop.security.class_keys import KeyKind, SealedKey, kinds_for, open_key, seal_key
from crm_desktop.security.derivation import key_id
from crm_desktop.security.sealing import open_box, open_sealed, root_fingerprint, seal_box, seal_to

_KEY = bytes(range(32))
_FILE = b"f" * 16
_ID = b"k" * 16


@given(st.binary(max_size=200), st.binary(max_size=50))
def test_a_box_opens_with_its_key_and_associated_data(plaintext: bytes, associated: bytes) -> None:
    assert (
        open_box(_KEY, seal_box(_KEY, plaintext, associated=associated), associated=associated) == plaintext
    )


@given(st.integers(0, 38), st.integers(1, 255))
def test_a_box_with_one_byte_changed_does_not_open(place: int, change: int) -> None:
    box = bytearray(seal_box(_KEY, b"eleven byte", associated=b""))
    box[place] ^= change
    with pytest.raises(InvalidTag):
        open_box(_KEY, bytes(box), associated=b"")


@pytest.mark.parametrize("box", [b"", b"x" * 27])
def test_a_box_too_short_to_be_one_does_not_open(box: bytes) -> None:
    with pytest.raises(InvalidTag):
        open_box(_KEY, box, associated=b"")


def test_a_box_is_never_the_same_twice() -> None:
    assert seal_box(_KEY, b"same", associated=b"") != seal_box(_KEY, b"same", associated=b"")


def test_a_sealed_key_opens_only_for_its_recipient_file_and_key() -> None:
    private, other = X25519PrivateKey.generate(), X25519PrivateKey.generate()
    sealed = seal_to(private.public_key().public_bytes_raw(), _KEY, file_id=_FILE, key_id=_ID)
    assert open_sealed(private, sealed, file_id=_FILE, key_id=_ID) == _KEY
    for key, file_id, name in ((other, _FILE, _ID), (private, b"g" * 16, _ID), (private, _FILE, b"l" * 16)):
        with pytest.raises(InvalidTag):
            open_sealed(key, sealed, file_id=file_id, key_id=name)


@given(st.binary(max_size=120))
def test_random_bytes_are_no_sealed_key(data: bytes) -> None:
    with pytest.raises(InvalidTag):
        open_sealed(X25519PrivateKey.from_private_bytes(_KEY), data, file_id=_FILE, key_id=_ID)


def test_a_public_key_that_is_no_point_is_refused() -> None:
    with pytest.raises(OrganizationFileError) as caught:
        seal_to(bytes(32), _KEY, file_id=_FILE, key_id=_ID)
    assert caught.value.code == "public_key_refused"


def test_a_key_that_is_not_what_its_id_says_is_refused() -> None:
    private = X25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    honest = seal_key(_KEY, kind=KeyKind.BANK, public=public, file_id=_FILE)
    assert open_key(honest, private=private, file_id=_FILE) == _KEY
    claimed = key_id(_KEY, kind=KeyKind.BANK, file_id=_FILE)
    planted = seal_to(public, secrets.token_bytes(32), file_id=_FILE, key_id=claimed)
    for sealed in (planted, honest.sealed[:-1] + b"\0"):
        with pytest.raises(OrganizationFileError) as caught:
            open_key(
                SealedKey(KeyKind.BANK, claimed, honest.recipient, sealed), private=private, file_id=_FILE
            )
        assert (caught.value.code, caught.value.facts["kind"]) == ("sealed_key_damaged", "bank")


@pytest.mark.parametrize(
    ("rights", "kinds"),
    [
        ({"records.view"}, {KeyKind.FILE}),
        ({"records.view", "bank.view"}, {KeyKind.FILE, KeyKind.BANK}),
        ({"calls.import_own"}, {KeyKind.FILE, KeyKind.LEDGER}),
        ({"keys", "bank.view", "restore"}, {KeyKind.ADMIN, KeyKind.BANK}),
    ],
)
def test_keys_are_sealed_to_those_with_the_right(rights: set[str], kinds: set[KeyKind]) -> None:
    assert kinds_for(rights) == kinds


def test_the_fingerprint_of_the_root_is_the_first_half_of_its_sha256() -> None:
    assert root_fingerprint(_KEY) == hashlib.sha256(_KEY).digest()[:16]
