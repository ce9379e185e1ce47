"""The key chest: opens with the ``admin`` key, and only as it was sealed."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_desktop.domain.errors import OrganizationFileError
from crm_desktop.security.chest import KeyChest, open_chest, seal_chest
from crm_desktop.security.class_keys import FileKey, KeyKind
from crm_desktop.security.derivation import context, key_id, secret_id, subkey
from crm_desktop.security.keyed_box import KeyedBox
from crm_desktop.security.sealing import seal_box
from tests.security.conftest import refusal

_FILE = b"f" * 16
_CHEST = KeyChest(
    root_seed=b"r" * 32,
    file_keys=(FileKey(b"1" * 32, b"s" * 16), FileKey(b"2" * 32, b"s" * 16)),
    bank=(b"b" * 32,),
    admin=(b"x" * 32, b"a" * 32),
    ledger=(b"l" * 32,),
    secrets=(b"o" * 16, b"n" * 16),
)
_BOX = seal_chest(_CHEST, file_id=_FILE)


def test_a_chest_survives_sealing_under_its_newest_admin_key() -> None:
    assert _BOX.key_id == key_id(b"a" * 32, kind=KeyKind.ADMIN, file_id=_FILE)
    assert open_chest(_BOX, admin_key=b"a" * 32, file_id=_FILE) == _CHEST


def test_a_former_admin_key_or_another_file_does_not_open_it() -> None:
    for admin_key, file_id in ((b"x" * 32, _FILE), (b"a" * 32, b"g" * 16)):
        with pytest.raises(OrganizationFileError) as caught:
            open_chest(_BOX, admin_key=admin_key, file_id=file_id)
        assert caught.value.code == "chest_damaged"


@given(st.integers(min_value=0), st.integers(1, 255))
def test_a_chest_with_one_byte_changed_is_damaged(place: int, change: int) -> None:
    box = bytearray(_BOX.box)
    box[place % len(box)] ^= change
    altered = replace(_BOX, box=bytes(box))
    assert refusal(lambda: open_chest(altered, admin_key=b"a" * 32, file_id=_FILE)) == "chest_damaged"


@pytest.mark.parametrize("text", [b"", b"{}", b"[" * 100_000, b'{"root_seed": 1e5}', b"\xff"])
def test_whatever_an_admin_key_holder_writes_is_damaged(text: bytes) -> None:
    box = seal_box(subkey(b"a" * 32, "chest"), text, associated=context("chest", _FILE, _BOX.key_id))
    altered = KeyedBox(_BOX.key_id, box)
    assert refusal(lambda: open_chest(altered, admin_key=b"a" * 32, file_id=_FILE)) == "chest_damaged"


def test_keys_and_secrets_are_found_by_their_ids() -> None:
    former = _CHEST.file_keys[0]
    name = key_id(former.raw, kind=KeyKind.FILE, file_id=_FILE)
    assert _CHEST.raw_key(KeyKind.FILE, name, file_id=_FILE) == former.raw
    assert _CHEST.raw_key(KeyKind.BANK, name, file_id=_FILE) is None
    assert _CHEST.secret(secret_id(b"o" * 16, file_id=_FILE), file_id=_FILE) == b"o" * 16
    assert _CHEST.secret(bytes(16), file_id=_FILE) is None


def test_a_file_key_has_48_bytes() -> None:
    assert FileKey.from_raw(_CHEST.file_keys[0].raw) == _CHEST.file_keys[0]
    with pytest.raises(ValueError, match="32 bytes"):
        FileKey.from_raw(bytes(47))


def test_a_chest_shows_no_key() -> None:
    shown = f"{_CHEST!r} {_CHEST.file_keys[0]!r}"
    assert not any(secret in shown for secret in ("rrrr", "1111", "bbbb", "aaaa", "llll", "nnnn", "ssss"))
