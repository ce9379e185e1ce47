"""The ledger: what counts, whatever copies, order, damage and forgers make of its bytes."""

import hashlib
import os
import stat
import threading
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_desktop.domain.errors import OrganizationFileError
from crm_desktop.security import ledger_files
from crm_desktop.security.class_keys import KeyKind
from crm_desktop.security.key_ring import KeyRing
from crm_desktop.security.ledger import (
    DAMAGED,
    LONGEST_RECORD,
    EntryKind,
    JudgedLedger,
    LedgerEntry,
    decode_record,
    encode_record,
    identifier,
    judge,
    open_reason,
    seal_reason,
)
from crm_desktop.security.ledger_files import (
    LedgerPlaces,
    append_missing,
    append_missing_here,
    encode_ledger,
    parse_ledger,
    read_ledger_file,
)
from tests.security.conftest import Office, make_office, refusal

SOMEBODY = b"r" * 16
OFFICE = make_office()


def entry(
    ring: KeyRing, kind: EntryKind = EntryKind.WITHDRAWAL, subject: bytes | None = None, **values: object
) -> LedgerEntry:
    facts: dict[str, object] = {
        "kind": kind, "subject": ring.user_id if subject is None else subject,
        "sequence": 7, "at": 1_790_000_000, "by": ring.user_id,
    }  # fmt: skip
    if kind in {EntryKind.ERASURE, EntryKind.LIFTED}:
        facts["key_id"] = b"k" * 16
    if kind is EntryKind.ERASURE:
        facts["identifiers"] = (b"i" * 32,)
    if kind is EntryKind.LIFTED:
        facts["reason"] = b"sealed"
    return LedgerEntry(**facts | values).signed_by(ring)  # type: ignore[arg-type]


def some_of_each(office: Office) -> list[LedgerEntry]:
    anna = office.keys.ring
    withdrawal, erasure = entry(anna), entry(anna, EntryKind.ERASURE, SOMEBODY)
    lifted = entry(anna, EntryKind.ERASURE, b"s" * 16)
    return [
        withdrawal, erasure, lifted,
        entry(anna, EntryKind.DONE, withdrawal.entry_id),
        entry(anna, EntryKind.LIFTED, lifted.entry_id),
    ]  # fmt: skip


# --- one record -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", range(5))
def test_a_record_is_read_as_it_was_written(number: int, office: Office) -> None:
    written = some_of_each(office)[number]
    line = encode_record(written)
    assert line.endswith(b"\n")
    assert b"\n" not in line[:-1]
    assert decode_record(line[:-1]) == written


def test_identifiers_have_one_order(office: Office) -> None:
    one, two = b"1" * 32, b"2" * 32
    sorted_, other = (
        entry(office.keys.ring, EntryKind.ERASURE, SOMEBODY, identifiers=values)
        for values in ((one, two), (two, one))
    )
    assert encode_record(sorted_) == encode_record(other)
    assert sorted_.entry_id == other.entry_id


@given(position=st.integers(min_value=0), bit=st.integers(min_value=0, max_value=7))
def test_a_flipped_bit_is_found(position: int, bit: int) -> None:
    line = bytearray(encode_record(some_of_each(OFFICE)[1])[:-1])
    line[position % len(line)] ^= 1 << bit
    with pytest.raises(OrganizationFileError, match=DAMAGED):
        decode_record(bytes(line))


@given(st.binary(max_size=400))
def test_no_bytes_are_a_record_by_chance_or_crash_the_reader(data: bytes) -> None:
    reading = parse_ledger(data)
    assert reading.entries == frozenset()
    assert len(reading.damaged) == data.count(b"\n")


def test_other_spellings_of_a_record_are_none(office: Office) -> None:
    text = encode_record(entry(office.keys.ring))[33:-1]
    for other in (
        text.replace(b'":"', b'": "', 1),
        text.replace(b'{"at"', b'{"extra":1,"at"', 1),
        b"[]",
        b"7",
    ):
        assert other != text
        line = _checksum(other) + b" " + other
        assert refusal(lambda line=line: decode_record(line)) == DAMAGED  # type: ignore[misc]


def _checksum(text: bytes) -> bytes:
    return hashlib.sha256(text).hexdigest()[:32].encode()


# --- many records, any order ----------------------------------------------------------------------------

ENTRIES = [*some_of_each(OFFICE), *(entry(OFFICE.keys.ring, at=at) for at in range(5))]
COPIES = st.lists(st.lists(st.sampled_from(ENTRIES), max_size=12), max_size=4)


@given(COPIES, st.randoms(use_true_random=False))
def test_the_union_of_copies_depends_on_neither_order_nor_repetition(
    copies: list[list[LedgerEntry]], random: Random
) -> None:
    read = [parse_ledger(b"".join(map(encode_record, copy))).entries for copy in copies]
    union = frozenset().union(*read)
    assert union == {entry for copy in copies for entry in copy}
    again = [*read, *read]
    random.shuffle(again)
    assert frozenset().union(*again) == union
    assert encode_ledger([*union, *union]) == encode_ledger(union)
    assert parse_ledger(encode_ledger(union)).entries == union
    roster = OFFICE.keys.ring.roster
    shuffled = list(union)
    random.shuffle(shuffled)
    assert judge(shuffled, roster) == judge(union, roster)


@given(st.lists(st.sampled_from(ENTRIES), min_size=1, max_size=6), st.data())
def test_a_torn_last_record_is_ignored_and_every_other_counts(
    entries: list[LedgerEntry], data: st.DataObject
) -> None:
    lines = [encode_record(each) for each in entries]
    cut = data.draw(st.integers(min_value=1, max_value=len(lines[-1])))
    reading = parse_ledger(b"".join(lines)[:-cut])
    whole = entries if cut == 1 else entries[:-1]  # without its line feed a record is still whole
    assert reading.entries == frozenset(whole)
    assert reading.damaged == ()


@given(
    st.integers(min_value=0, max_value=4), st.binary(min_size=1, max_size=50).filter(lambda b: b"\n" not in b)
)
def test_damage_in_the_middle_is_named_and_costs_nothing_else(number: int, noise: bytes) -> None:
    lines = [encode_record(each) for each in ENTRIES]
    lines[number] = noise + b"\n"
    reading = parse_ledger(b"".join(lines))
    assert reading.entries == frozenset(ENTRIES) - {ENTRIES[number]}
    assert reading.damaged == (number + 1,)


# --- whose entries count --------------------------------------------------------------------------------


def test_everybody_withdraws_for_himself_and_an_administrator_for_anybody(office: Office) -> None:
    anna, ben = office.keys.ring, office.staff()
    own, of_ben, of_anna = entry(ben), entry(anna, subject=ben.user_id), entry(ben, subject=anna.user_id)
    roster = office.sign_in().roster
    judged = judge([own, of_ben, of_anna], roster)
    assert set(judged.withdrawals) == {own, of_ben}
    assert judged.refused == (of_anna,)


@pytest.mark.parametrize("kind", [EntryKind.ERASURE, EntryKind.LIFTED])
def test_only_who_may_erase_erases_and_lifts(kind: EntryKind, office: Office) -> None:
    roster = office.sign_in().roster
    forbidden = entry(office.staff(), kind, SOMEBODY)
    assert judge([forbidden], roster) == JudgedLedger(refused=(forbidden,))
    erasure = entry(office.keys.ring, EntryKind.ERASURE, SOMEBODY)
    not_lifted = entry(office.staff(), EntryKind.LIFTED, erasure.entry_id)
    assert judge([erasure, not_lifted], roster).erasures == (erasure,)
    lifted = entry(office.keys.ring, EntryKind.LIFTED, erasure.entry_id)
    assert judge([erasure, lifted], roster).erasures == ()


def test_the_right_is_that_of_the_entrys_sequence(office: Office) -> None:
    roster = office.sign_in().roster
    before_he_came = entry(office.staff(), sequence=4)
    assert judge([before_he_came], roster).refused == (before_he_came,)
    ended = replace(
        roster,
        users=tuple(
            replace(user, valid_to=20) if user.user_id == office.staff_id else user for user in roster.users
        ),
    )
    in_time, too_late = entry(office.staff(), sequence=19), entry(office.staff(), sequence=20)
    judged = judge([in_time, too_late], ended)
    assert judged.withdrawals == (in_time,)
    assert judged.refused == (too_late,)


def test_a_changed_borrowed_or_foreign_signature_does_not_count(office: Office) -> None:
    anna, ben, other = office.keys.ring, office.staff(), make_office()
    own = entry(ben)
    changed = replace(own, at=own.at + 1)
    in_annas_name = replace(entry(ben, subject=anna.user_id), by=anna.user_id)
    of_another_file = replace(own, signature=ben.sign(own.message(other.keys.ring.file_id)))
    roster = office.sign_in().roster
    judged = judge([changed, in_annas_name, of_another_file], roster)
    assert judged.withdrawals == ()
    assert len(judged.refused) == 3
    # A worthless double beside a good entry takes nothing from it.
    assert judge([of_another_file, own], roster).withdrawals == (own,)


def test_the_mark_of_one_entry_is_no_mark_of_another(office: Office) -> None:
    first, second = entry(office.keys.ring), entry(office.keys.ring, at=5)
    done = entry(office.staff(), EntryKind.DONE, first.entry_id)
    judged = judge([first, second, done], office.sign_in().roster)
    assert judged.done == {first.entry_id}
    assert first.entry_id != second.entry_id


def test_identifiers_and_reasons_tell_nothing_without_the_ledger_key(office: Office) -> None:
    found = office.staff().current_class_key(KeyKind.LEDGER)
    assert found is not None
    key_id, key = found
    assert identifier(key, "phone", "+12125550123") == identifier(key, "phone", "+12125550123")
    others = {identifier(key, "iban", "+12125550123"), identifier(bytes(32), "phone", "+12125550123")}
    assert identifier(key, "phone", "+12125550123") not in others
    reason = seal_reason(key, key_id, SOMEBODY, "  Dana Whitfield signed again \N{WHITE SMILING FACE} ")
    lifted = entry(office.keys.ring, EntryKind.LIFTED, SOMEBODY, key_id=key_id, reason=reason)
    assert b"Dana" not in encode_record(lifted)
    assert open_reason(key, lifted) == "Dana Whitfield signed again \N{WHITE SMILING FACE}"
    moved = replace(lifted, subject=b"o" * 16)
    assert refusal(lambda: open_reason(key, moved)) == DAMAGED
    assert refusal(lambda: seal_reason(key, key_id, SOMEBODY, " ")) == "value_required"
    assert refusal(lambda: seal_reason(key, key_id, SOMEBODY, "x" * 2001)) == "value_too_long"
    longest = seal_reason(key, key_id, SOMEBODY, "\N{GRINNING FACE}" * 2000)
    assert decode_record(encode_record(replace(lifted, reason=longest))[:-1]).reason == longest


# --- files ----------------------------------------------------------------------------------------------


@pytest.fixture
def ledger(tmp_path: Path) -> LedgerPlaces:
    return LedgerPlaces.beside(
        tmp_path / "acme.crm", device_folder=tmp_path / "data" / "keys", file_id=b"f" * 16
    )


def test_a_missing_ledger_is_empty(ledger: LedgerPlaces) -> None:
    assert read_ledger_file(ledger.main).entries == frozenset()
    assert ledger.main.name == "acme.crm.ledger"
    assert not ledger.main.exists()


def test_appending_is_synced_private_and_adds_only_what_is_missing(
    ledger: LedgerPlaces, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    real = os.fsync

    def noted(handle: int) -> None:
        synced.append(os.fstat(handle).st_size)
        real(handle)

    monkeypatch.setattr(os, "fsync", noted)
    assert append_missing(ledger.main, ENTRIES[:2]) == 2
    assert ledger.main.stat().st_size in synced
    before = ledger.main.read_bytes()
    assert append_missing(ledger.main, ENTRIES[:3]) == 1
    assert append_missing(ledger.main, ENTRIES[:3]) == 0
    assert ledger.main.read_bytes().startswith(before)
    assert read_ledger_file(ledger.main).entries == frozenset(ENTRIES[:3])
    assert append_missing_here(ledger.device, ENTRIES[:3]) == 3
    if os.name == "posix":
        assert stat.S_IMODE(ledger.main.stat().st_mode) == 0o600
        assert stat.S_IMODE(ledger.device.stat().st_mode) == 0o600
        assert stat.S_IMODE(ledger.device.parent.stat().st_mode) == 0o700


@settings(max_examples=30)
@given(cut=st.integers(min_value=1, max_value=700))
def test_behind_a_torn_record_the_next_one_is_whole(
    cut: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("torn") / "acme.crm.ledger"
    append_missing(path, ENTRIES[:2])
    os.truncate(path, max(0, path.stat().st_size - cut))
    left = read_ledger_file(path)
    assert left.damaged == ()
    append_missing(path, [ENTRIES[2]])
    reading = read_ledger_file(path)
    assert reading.entries == left.entries | {ENTRIES[2]}
    assert reading.damaged == ()
    assert path.read_bytes().endswith(b"\n")


def test_a_full_disk_leaves_what_was_there(ledger: LedgerPlaces, monkeypatch: pytest.MonkeyPatch) -> None:
    append_missing(ledger.main, ENTRIES[:1])
    before = ledger.main.read_bytes()
    real = os.write
    written: list[bytes] = []

    def half(handle: int, data: bytes) -> int:
        if written:
            raise OSError(28, "no space")
        written.append(data)
        return real(handle, bytes(data)[:100])

    monkeypatch.setattr(os, "write", half)
    assert refusal(lambda: append_missing(ledger.main, ENTRIES[:2])) == "ledger_not_written"
    monkeypatch.undo()
    assert ledger.main.read_bytes() == before
    assert append_missing(ledger.main, ENTRIES[:2]) == 1


def test_a_ledger_something_else_blew_up_is_not_appended_to(
    ledger: LedgerPlaces, monkeypatch: pytest.MonkeyPatch
) -> None:
    append_missing(ledger.main, ENTRIES[:1])
    monkeypatch.setattr(ledger_files, "LARGEST_LEDGER", 4096)
    with ledger.main.open("ab") as stream:
        stream.write(b"x" * 100 + b"\n" + b"y" * 5000)
    reading = read_ledger_file(ledger.main)
    assert reading.entries == frozenset(ENTRIES[:1])
    assert reading.damaged == (2, 3)
    before = ledger.main.read_bytes()
    assert refusal(lambda: append_missing(ledger.main, ENTRIES[:2])) == "ledger_full"
    assert ledger.main.read_bytes() == before
    ledger.main.write_bytes(b"x" * 4000 + b"\n")
    assert refusal(lambda: append_missing(ledger.main, ENTRIES[:1])) == "ledger_full"


def test_a_line_longer_than_any_record_is_not_parsed() -> None:
    reading = parse_ledger(b"0" * (LONGEST_RECORD + 1) + b"\n" + encode_record(ENTRIES[0]))
    assert (reading.entries, reading.damaged) == (frozenset(ENTRIES[:1]), (1,))


@pytest.mark.skipif(os.name != "posix", reason="pipes and links are made here as POSIX makes them")
def test_a_folder_a_pipe_or_a_link_is_no_ledger(ledger: LedgerPlaces, tmp_path: Path) -> None:
    os.mkfifo(ledger.main)
    assert refusal(lambda: read_ledger_file(ledger.main)) == "ledger_unreadable"
    ledger.main.unlink()
    ledger.main.mkdir()
    assert refusal(lambda: append_missing(ledger.main, ENTRIES[:1])) == "ledger_unreadable"
    ledger.main.rmdir()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(b"")
    ledger.main.symlink_to(elsewhere)
    assert refusal(lambda: append_missing(ledger.main, ENTRIES[:1])) == "ledger_not_written"
    assert elsewhere.read_bytes() == b""


def test_programs_that_renew_this_computers_copy_at_once_lose_nothing(ledger: LedgerPlaces) -> None:
    threads = [threading.Thread(target=append_missing_here, args=(ledger.device, [each])) for each in ENTRIES]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    reading = read_ledger_file(ledger.device)
    assert (reading.entries, reading.damaged) == (frozenset(ENTRIES), ())
