"""Keys from passwords and keys from keys."""

import time
import unicodedata

import pytest

from crm_desktop.domain.errors import InvalidValueError, OrganizationFileError
from crm_desktop.security import derivation
from crm_desktop.security.derivation import (
    DEFAULT_ARGON2,
    STRONG_ARGON2,
    Argon2Parameters,
    context,
    derive_kek,
    key_id,
    normalized_password,
    secret_id,
    subkey,
)
from tests.security.conftest import CHEAP

_SALT = bytes(range(16))


def _kek(password: str, *, secret: bytes = b"s" * 16, slot_id: bytes = b"i" * 16) -> bytes:
    return derive_kek(
        normalized_password(password), secret=secret, slot_id=slot_id, salt=_SALT, parameters=CHEAP
    )


def test_15_composed_and_decomposed_passwords_are_the_same() -> None:
    password = "Müßiggänger über Ångström"
    composed = unicodedata.normalize("NFC", password)
    decomposed = unicodedata.normalize("NFD", password)
    assert composed != decomposed
    assert normalized_password(composed) == normalized_password(decomposed)


def test_15_a_trailing_space_counts() -> None:
    assert normalized_password("ten letters") != normalized_password("ten letters ")


def test_15_emoji_are_characters() -> None:
    assert normalized_password("🔑" * 10) == ("🔑" * 10).encode()


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("", "password_too_short"),
        ("123456789", "password_too_short"),
        ("x" * 1025, "password_too_long"),
        ("ﷺ" * 100, "password_too_long"),
        ("x" * 1_000_000, "password_too_long"),
        ("ten\0letters", "password_character_refused"),
        ("ten letters\ud800", "password_character_refused"),
    ],
)
def test_15_passwords_nobody_can_type_again_are_refused(password: str, code: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        normalized_password(password)
    assert caught.value.code == code


@pytest.mark.parametrize("password", ["x" * 10, "x" * 1024])
def test_the_bounds_of_a_password_belong_to_it(password: str) -> None:
    assert normalized_password(password) == password.encode()


@pytest.mark.parametrize(
    "parameters",
    [
        Argon2Parameters(64 * 1024, 400, 4),
        Argon2Parameters(64 * 1024 * 1024, 3, 4),
        Argon2Parameters(1024 * 1024 + 1, 1, 1),
        Argon2Parameters(19 * 1024 - 1, 1, 1),
        Argon2Parameters(19 * 1024, 0, 1),
        Argon2Parameters(19 * 1024, 11, 1),
        Argon2Parameters(19 * 1024, 1, 0),
        Argon2Parameters(19 * 1024, 1, 9),
    ],
)
def test_13_costs_outside_the_bounds_are_refused_before_deriving(parameters: Argon2Parameters) -> None:
    begun = time.monotonic()
    with pytest.raises(OrganizationFileError) as caught:
        derive_kek(b"password", secret=bytes(16), slot_id=bytes(16), salt=_SALT, parameters=parameters)
    assert caught.value.code == "key_parameters_refused"
    assert time.monotonic() - begun < 1


def test_the_default_cost_is_the_second_recommended_choice_of_rfc_9106() -> None:
    assert Argon2Parameters(memory_kib=65_536, passes=3, lanes=4) == DEFAULT_ARGON2
    assert Argon2Parameters(memory_kib=262_144, passes=3, lanes=4) == STRONG_ARGON2


@pytest.mark.parametrize("parameters", [DEFAULT_ARGON2, STRONG_ARGON2, Argon2Parameters(1024 * 1024, 10, 8)])
def test_the_costs_this_program_writes_are_within_the_bounds(parameters: Argon2Parameters) -> None:
    parameters.check()
    assert parameters.memory_kib >= 64 * 1024


def test_too_little_memory_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    import argon2.low_level
    from argon2.exceptions import HashingError

    def refuse(*_: object, **__: object) -> bytes:
        raise HashingError("Memory allocation error")

    monkeypatch.setattr(argon2.low_level, "hash_secret_raw", refuse)
    with pytest.raises(OrganizationFileError) as caught:
        _kek("ten letters")
    assert (caught.value.code, caught.value.facts["megabytes"]) == ("memory_too_small", 19)


def test_the_wrapping_key_depends_on_password_secret_and_slot() -> None:
    keys = {
        _kek("ten letters"),
        _kek("ten letterz"),
        _kek("ten letters", secret=b"t" * 16),
        _kek("ten letters", slot_id=b"j" * 16),
    }
    assert len(keys) == 4
    assert {len(key) for key in keys} == {32}
    assert _kek("ten letters") in keys


def test_the_stretching_of_a_password_stays_what_it_is() -> None:
    """Pinned: another value would lock every existing account out."""
    stretched = derivation._argon2id(b"password", salt=_SALT, parameters=CHEAP)
    assert stretched.hex() == "143666059b1c884edd21505693185ab74d6070122d6139491c3958d2652fe038"


def test_subkeys_are_hkdf_expand_of_rfc_5869() -> None:
    """HKDF-Expand by hand: HMAC-SHA256(key, info | 0x01)."""
    import hmac

    expected = hmac.digest(b"k" * 32, context("label", b"\x01") + b"\x01", "sha256")
    assert subkey(b"k" * 32, "label", b"\x01") == expected
    assert subkey(b"k" * 32, "label", b"\x01", length=16) == expected[:16]


def test_key_ids_tell_kinds_and_files_apart() -> None:
    key = bytes(32)
    names = {
        key_id(key, kind=kind, file_id=bytes([number]) * 16)
        for kind in ("bank", "admin")
        for number in (1, 2)
    }
    assert len(names) == 4
    assert secret_id(bytes(16), file_id=bytes(16)) != secret_id(bytes(16), file_id=b"1" * 16)


def test_a_context_cannot_be_cut_differently() -> None:
    assert context("a", "b", b"\x0c", 7) == b"ct-crm/1|a|b|0c|7"
    with pytest.raises(ValueError, match="separator"):
        context("a", "b|c")
