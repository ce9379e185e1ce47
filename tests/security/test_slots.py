"""Accounts in the key file: what opens them, and what altering them does."""

import unicodedata
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_desktop.domain.errors import InvalidValueError, KnownError, OrganizationFileError
from crm_desktop.security.derivation import Argon2Parameters
from crm_desktop.security.login_names import normalized_login, open_login, same_login, seal_login
from crm_desktop.security.slots import OpenedSlot, Slot, open_slot, slot_from_json, slot_to_json, wrap_slot
from crm_desktop.security.user_pairs import PendingKeys, UserPair
from tests.security.conftest import CHEAP, refusal

_FILE = b"f" * 16
_SECRET = b"s" * 16
_SLOT = b"i" * 16
_PASSWORD = "Müßige Passwörter"
_PAIR = UserPair.new()
_PENDING = UserPair.new()


def _wrap(*, pending: UserPair | None = None, temporary: bool = False, password: str = _PASSWORD) -> Slot:
    return wrap_slot(
        OpenedSlot(pair=_PAIR, pending=pending),
        file_id=_FILE,
        slot_id=_SLOT,
        secret=_SECRET,
        login="Anna",
        password=password,
        argon2=CHEAP,
        temporary=temporary,
    )


def _open(
    slot: Slot, *, password: str = _PASSWORD, secret: bytes = _SECRET, file_id: bytes = _FILE
) -> OpenedSlot:
    return open_slot(slot, file_id=file_id, secret=secret, password=password)


def _code(slot: Slot, *, password: str = _PASSWORD, secret: bytes = _SECRET, file_id: bytes = _FILE) -> str:
    with pytest.raises(KnownError) as caught:
        _open(slot, password=password, secret=secret, file_id=file_id)
    return caught.value.code


@pytest.mark.parametrize("pending", [None, _PENDING])
@pytest.mark.parametrize("temporary", [False, True])
def test_a_slot_opens_with_its_password(pending: UserPair | None, temporary: bool) -> None:  # noqa: FBT001
    slot = slot_from_json(slot_to_json(_wrap(pending=pending, temporary=temporary)))
    assert _open(slot) == OpenedSlot(pair=_PAIR, pending=pending)
    assert slot.temporary is temporary


def test_01_a_wrong_password_says_which_account_it_was_for() -> None:
    with pytest.raises(KnownError) as caught:
        _open(_wrap(), password="another password")
    assert (caught.value.code, caught.value.facts["slot_id"]) == ("password_wrong", _SLOT)


def test_15_the_composed_and_the_decomposed_password_open_the_same_slot() -> None:
    slot = _wrap(password=unicodedata.normalize("NFC", _PASSWORD))
    assert _open(slot, password=unicodedata.normalize("NFD", _PASSWORD)).pair == _PAIR


@pytest.mark.parametrize("password", ["", "short", "x" * 1_000_000, "ten\0letters", "ten letters\udc00"])
def test_15_what_cannot_be_a_password_is_a_wrong_one(password: str) -> None:
    assert _code(_wrap(), password=password) == "password_wrong"


def test_the_secret_of_another_organization_or_file_does_not_open_a_slot() -> None:
    slot = _wrap()
    assert _code(slot, secret=b"t" * 16) == "password_wrong"
    assert _code(slot, file_id=b"g" * 16) == "password_wrong"


def _other_pending(slot: Slot) -> Slot:
    stranger = PendingKeys.sign(UserPair.new(), by=UserPair.new(), file_id=_FILE, slot_id=_SLOT)
    return replace(slot, pending=stranger)


@pytest.mark.parametrize(
    "tamper",
    [
        lambda slot: replace(slot, slot_id=b"j" * 16),
        lambda slot: replace(slot, secret_id=b"j" * 16),
        lambda slot: replace(slot, salt=b"j" * 16),
        lambda slot: replace(slot, argon2=Argon2Parameters(19 * 1024, 2, 1)),
        lambda slot: replace(slot, sealing_public=UserPair.new().public()[0]),
        lambda slot: replace(slot, signing_public=UserPair.new().public()[1]),
        lambda slot: replace(slot, temporary=True),
        lambda slot: replace(slot, pending=None),
        lambda slot: replace(slot, wrapped=slot.wrapped[:-1] + bytes([slot.wrapped[-1] ^ 1])),
        _other_pending,
    ],
)
def test_a_slot_that_was_altered_does_not_open(tamper: Callable[[Slot], Slot]) -> None:
    assert _code(tamper(_wrap(pending=_PENDING))) == "password_wrong"


def test_an_account_whose_public_keys_are_not_its_seeds_is_damaged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Slot, "associated", lambda *_: b"a faulty program authenticates nothing")
    slot = _wrap()
    assert _code(replace(slot, sealing_public=UserPair.new().public()[0])) == "account_damaged"
    pending = PendingKeys.sign(_PENDING, by=_PAIR, file_id=_FILE, slot_id=_SLOT)
    assert _code(replace(slot, pending=pending)) == "account_damaged"


def test_every_wrapping_uses_a_new_salt_and_nonce() -> None:
    first, second = _wrap(), _wrap()
    assert first.salt != second.salt
    assert first.wrapped != second.wrapped
    assert first.login_box != second.login_box


def test_13_a_slot_asking_for_too_much_is_refused() -> None:
    slot = replace(_wrap(), argon2=Argon2Parameters(64 * 1024 * 1024, 400, 4))
    assert _code(slot_from_json(slot_to_json(slot))) == "key_parameters_refused"


def test_14_a_slot_without_one_of_its_fields_is_a_damaged_account() -> None:
    whole = slot_to_json(_wrap(pending=_PENDING))
    for name in whole:
        cut = {field: value for field, value in whole.items() if field != name}
        with pytest.raises(OrganizationFileError) as caught:
            slot_from_json(cut)
        assert caught.value.code == "account_damaged"


@given(
    st.sampled_from(sorted(slot_to_json(_wrap()))),
    st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.text()),
)
def test_14_a_slot_with_anything_else_in_a_field_is_a_damaged_account(name: str, value: object) -> None:
    mutated = slot_to_json(_wrap_once()) | {name: value}
    code = refusal(lambda: slot_from_json(mutated))
    assert code in {None, "account_damaged"}
    assert code or slot_to_json(slot_from_json(mutated))[name] == value


_made: list[Slot] = []


def _wrap_once() -> Slot:
    if not _made:
        _made.append(_wrap())
    return _made[0]


def test_a_pending_pair_is_vouched_for_by_the_pair_in_use_only() -> None:
    _, signing_public = _PAIR.public()
    pending = _wrap(pending=_PENDING).pending
    assert pending
    assert pending.vouched_for(signing_public, file_id=_FILE, slot_id=_SLOT)
    assert not pending.vouched_for(signing_public, file_id=b"g" * 16, slot_id=_SLOT)
    assert not pending.vouched_for(signing_public, file_id=_FILE, slot_id=b"j" * 16)
    assert not pending.vouched_for(UserPair.new().public()[1], file_id=_FILE, slot_id=_SLOT)
    other = replace(pending, sealing_public=UserPair.new().public()[0])
    assert not other.vouched_for(signing_public, file_id=_FILE, slot_id=_SLOT)


@given(st.text(min_size=1, max_size=120))
def test_a_login_name_is_kept_or_refused(login: str) -> None:
    if code := refusal(lambda: normalized_login(login)):
        assert code == "login_refused"
        return
    normalized = normalized_login(login)
    box = seal_login(login, secret=_SECRET, file_id=_FILE, slot_id=_SLOT)
    assert open_login(box, secret=_SECRET, file_id=_FILE, slot_id=_SLOT) == normalized
    assert (
        same_login(normalized, normalized.upper()) or normalized.upper().casefold() != normalized.casefold()
    )


@pytest.mark.parametrize("login", ["", "   ", "x" * 101, "a\nb", "a\0b", "a\ud800"])
def test_login_names_nobody_can_type_are_refused(login: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        normalized_login(login)
    assert caught.value.code == "login_refused"


def test_login_names_tell_neither_content_nor_length() -> None:
    boxes = [
        seal_login(name, secret=_SECRET, file_id=_FILE, slot_id=_SLOT) for name in ("a", "Annabella Meier")
    ]
    assert len(boxes[0]) == len(boxes[1])
    assert open_login(boxes[0], secret=b"t" * 16, file_id=_FILE, slot_id=_SLOT) is None
    assert open_login(boxes[0], secret=_SECRET, file_id=_FILE, slot_id=b"j" * 16) is None


def test_a_pair_and_an_opened_slot_show_no_seed() -> None:
    for shown in (repr(_PAIR), str(OpenedSlot(_PAIR, _PENDING)), repr(_wrap(pending=_PENDING))):
        assert repr(_PAIR.sealing_seed)[2:-1] not in shown
        assert _PAIR.signing_seed.hex() not in shown
