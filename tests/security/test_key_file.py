"""The format of the key file: what is read is exactly what was written, or a known error, fast."""

import hashlib
import json
import time
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_desktop.domain.errors import KnownError, OrganizationFileError
from crm_desktop.security.former_keys import FormerKit, FormerSecret
from crm_desktop.security.key_file import LARGEST_KEY_FILE, decode, encode
from tests.security.conftest import Office, make_office, refusal

_OFFICE = make_office()
_DATA = encode(_OFFICE.body)
_KNOWN = {None, "key_file_damaged", "key_file_newer"}


def _signed(body: object, *, version: int = 1, sequence: int | None = None) -> bytes:
    """Write any JSON body with an envelope that fits, as a hostile writer would."""
    text = json.dumps(body).encode()
    number = sequence or (body.get("sequence") if isinstance(body, dict) else 1)
    envelope = {
        "format": "ct-crm key file",
        "version": version,
        "sequence": number,
        "sha256": hashlib.sha256(text).hexdigest(),
    }
    return json.dumps(envelope).encode() + b"\n" + text


def _json() -> dict[str, object]:
    body: dict[str, object] = json.loads(_DATA.partition(b"\n")[2])
    return body


def test_a_key_file_survives_writing_and_reading() -> None:
    body = replace(
        _OFFICE.body,
        former_secrets=(FormerSecret.seal(b"o" * 16, current=b"n" * 16, file_id=_OFFICE.body.file_id),),
        former_kits=(FormerKit(1, b"p" * 32, date(2026, 5, 3)),),
    )
    assert decode(encode(body)) == body
    assert encode(decode(encode(body))) == encode(body)


def test_the_envelope_names_sequence_and_sum_so_it_can_be_checked_by_hand() -> None:
    first, _, text = _DATA.partition(b"\n")
    envelope = json.loads(first)
    assert envelope["sequence"] == _OFFICE.body.sequence
    assert envelope["sha256"] == hashlib.sha256(text).hexdigest()


def test_the_file_lists_neither_staff_nor_keys() -> None:
    secret = _OFFICE.keys.organization_secret.hex().encode()
    for marker in (
        b"anna",
        b"ben",
        b"administrator",
        b"staff",
        secret,
        _OFFICE.chest.root_seed.hex().encode(),
    ):
        assert marker not in _DATA


@given(st.binary(max_size=2000))
def test_random_bytes_are_a_known_error(data: bytes) -> None:
    assert refusal(lambda: decode(data)) == "key_file_damaged"


@given(st.integers(min_value=0), st.integers(1, 255))
def test_one_flipped_byte_is_found(place: int, change: int) -> None:
    data = bytearray(_DATA)
    data[place % len(data)] ^= change
    code = refusal(lambda: decode(bytes(data)))
    assert code in _KNOWN
    assert code or decode(bytes(data)) == _OFFICE.body


@given(st.integers(0, len(_DATA) - 1))
def test_a_torn_file_is_found(length: int) -> None:
    assert refusal(lambda: decode(_DATA[:length])) == "key_file_damaged"


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda children: (
        st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=8), children, max_size=3)
    ),
    max_leaves=8,
)


@given(st.sampled_from(sorted(_json())), _JSON)
def test_a_hostile_writer_with_a_fitting_sum_gets_a_known_error(name: str, value: object) -> None:
    data = _signed(_json() | {name: value}, sequence=_OFFICE.body.sequence)
    assert refusal(lambda: decode(data)) in _KNOWN


@given(st.sampled_from(sorted(_json())))
def test_a_missing_field_is_a_known_error(name: str) -> None:
    body = _json()
    del body[name]
    assert refusal(lambda: decode(_signed(body, sequence=1))) == "key_file_damaged"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        b"{}\n{}",
        b"[" * 200_000,
        b"{}\n" + b"[" * 3_000_000,
        b'{"a": ' * 500_000,
        b"x" * (LARGEST_KEY_FILE + 1),
        _signed([]),
        _signed(None),
        _signed(_json(), sequence=99),
        _signed(_json() | {"sequence": 10**30}),
        _signed(_json() | {"sequence": True}, sequence=1),
        _signed(_json() | {"extra": 1}),
        _DATA.replace(b'"file_id"', b'"file_id": "00", "file_id"', 1),
        _DATA.replace(b"ct-crm key file", b"ct-crm-key-file", 1),
        _signed(_json() | {"former_kits": [{"number": 1, "public": "00" * 32, "replaced_on": "x"}]}),
        _signed(_json() | {"slots": [{"deep": None}] * 100}),
    ],
)
def test_hostile_files_are_refused_fast(data: bytes) -> None:
    begun = time.monotonic()
    assert refusal(lambda: decode(data)) == "key_file_damaged"
    assert time.monotonic() - begun < 1


@pytest.mark.parametrize(
    "nested", [b"[" * 500 + b"]" * 500, b'"' + b"9" * 70_000 + b'"', b"9" * 5000, b"1e999", b"NaN"]
)
def test_hostile_accounts_are_kept_aside_or_refused(nested: bytes) -> None:
    text = json.dumps(_json() | {"slots": ["here"]}).encode().replace(b'"here"', nested)
    header = json.loads(_DATA.partition(b"\n")[0]) | {"sha256": hashlib.sha256(text).hexdigest()}
    data = json.dumps(header).encode() + b"\n" + text
    code = refusal(lambda: decode(data))
    assert code in _KNOWN
    assert code or decode(encode(decode(data))) == decode(data)


def test_a_file_of_a_newer_program_is_told_apart() -> None:
    assert refusal(lambda: decode(_signed({"anything": 1}, version=2, sequence=1))) == "key_file_newer"


def test_14_a_damaged_account_is_carried_along_and_keeps_nobody_else_out(office: Office) -> None:
    body = json.loads(encode(office.body).partition(b"\n")[2])
    damaged = next(slot for slot in body["slots"] if slot["slot_id"] == office.body.slots[1].slot_id.hex())
    del damaged["wrapped"]
    read = decode(_signed(body))
    assert [json.loads(text) for text in read.damaged] == [damaged]
    assert decode(encode(read)) == read
    assert office.sign_in(read).user_id == office.keys.user_id
    with pytest.raises(KnownError) as caught:
        office.staff(read)
    assert caught.value.code == "account_damaged"


def test_two_accounts_with_one_id_are_refused() -> None:
    body = _json()
    slots = body["slots"]
    assert isinstance(slots, list)
    body["slots"] = [slots[0], slots[0]]
    assert refusal(lambda: decode(_signed(body))) == "key_file_damaged"


def test_a_former_secret_opens_with_the_current_one_only() -> None:
    former = FormerSecret.seal(b"o" * 16, current=b"n" * 16, file_id=b"f" * 16)
    assert former.open(current=b"n" * 16, file_id=b"f" * 16) == b"o" * 16
    renamed = replace(former, secret_id=bytes(16))
    for sealed, current, file_id in ((former, b"m", b"f"), (former, b"n", b"g"), (renamed, b"n", b"f")):
        with pytest.raises(OrganizationFileError) as caught:
            sealed.open(current=current * 16, file_id=file_id * 16)
        assert caught.value.code == "key_file_damaged"


@pytest.mark.parametrize("slot_id", [_OFFICE.body.slots[0].slot_id, b"?" * 16])
def test_a_slot_is_put_in_the_place_of_its_former_self(slot_id: bytes) -> None:
    body = _OFFICE.body
    slot = replace(body.slots[0], slot_id=slot_id, salt=bytes(16))
    changed = body.with_slot(slot)
    known = body.slot(slot.slot_id) is not None
    assert len(changed.slots) == len(body.slots) + (0 if known else 1)
    assert changed.slot(slot.slot_id) == slot
    assert changed.slots[0 if known else -1] == slot
