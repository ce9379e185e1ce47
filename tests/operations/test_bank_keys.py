"""Rotating the bank key: both keys until every box is under the new one, stopped anywhere without loss."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_desktop.domain.bank_accounts import BankDetails
from crm_desktop.domain.errors import OrganizationFileError, RefusedError
from crm_desktop.domain.permissions import Role
from crm_desktop.domain.progress import Cancelled, CancelToken, Progress
from crm_desktop.operations import bank_accounts, bank_confirming, bank_keys, undo, user_rights
from crm_desktop.operations.session import Session
from crm_desktop.operations.user_rights import KeysLeft
from crm_desktop.security.bank_details import BankKeys, Place
from crm_desktop.security.bank_details import bank_keys as held_keys
from crm_desktop.security.bank_rotation import with_new_bank_key
from crm_desktop.security.class_keys import KeyKind
from crm_desktop.security.key_file_copies import read_key_file
from crm_desktop.security.recovery import open_with_recovery_code
from crm_desktop.storage import bank_accounts as stored
from crm_desktop.storage import log
from crm_desktop.storage.digests import read_image
from tests.environments import Office, add_member, new_organization
from tests.operations.samples import broken, customer_with, table_rows

NUMBERS = ("DE89370400440532013000", "NL91ABNA0417164300", "GB29NWBK60161331926819")


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """Three customers, each with a confirmed account, a change that waits, and images of both."""
    office = new_organization(tmp_path)
    session = office.open()
    add_member(session, "mia", Role.MANAGER)
    ids = [bank_accounts.add_account(session, customer_with(session, f"C{at}"), BankDetails(account=number))
           for at, number in enumerate(NUMBERS)]  # fmt: skip
    session.close()
    session = office.open("mia")
    for account_id in ids:
        bank_confirming.confirm_change(session, account_id, version=1)
        read = bank_accounts.account_draft(session, account_id)
        draft, version = read.details, read.version
        bank_accounts.edit_account(session, account_id, replace(draft, note="new"), version=version)
    session.close()
    return office


def boxes(session: Session) -> list[bytes]:
    """Return every box of every row and image."""
    found = [row[column] for row in table_rows(session, "bank_account") for column in stored.LOOKUPS]
    images = session.database.connection().execute(
        "SELECT before_image, after_image FROM change_row WHERE table_name = 'bank_account'"
    )
    found += [
        read_image(text).get(column) for pair in images for text in pair if text for column in stored.LOOKUPS
    ]
    return [box for box in found if isinstance(box, bytes)]


def key_names(session: Session) -> set[bytes]:
    return {box[:16] for box in boxes(session)}


def listed(session: Session) -> list[bytes]:
    return list(session.ring.roster.key_ids.bank)


def revealed(session: Session) -> list[str]:
    ids = [int(str(row["id"])) for row in table_rows(session, "bank_account")]
    return [bank_accounts.reveal(session, at, reason="test", waiting=True).account for at in ids]


def entries(session: Session, verb: str) -> list[log.LogEntry]:
    with session.database.read() as connection:
        return [entry for entry in log.entries(connection) if entry.verb == verb]


def test_after_a_rotation_every_box_lies_under_the_new_key_alone(office: Office) -> None:
    session = office.open()
    former = session.ring.roster.newest(KeyKind.BANK)
    assert key_names(session) == {former}
    bank_accounts.rotate_bank_key(session)
    newest = session.ring.roster.newest(KeyKind.BANK)
    assert listed(session) == [former, newest]
    assert bank_keys.resealing_needed(session)
    seen: list[Progress] = []
    assert bank_accounts.reseal_all(session, progress=seen.append) == bank_keys.Resealed(3, 0)
    assert seen[-1] == Progress(3, 3)
    assert key_names(session) == {newest}
    assert listed(session) == [newest]
    assert not bank_keys.resealing_needed(session)
    assert revealed(session) == list(NUMBERS)
    assert [bank_accounts.find_by_last_four(session, number[-4:]) for number in NUMBERS] == [[1], [2], [3]]
    assert broken(session) == {}
    session.close()

    session = office.open("mia")
    assert set(session.ring.class_keys["bank"]) == {newest}
    assert revealed(session) == list(NUMBERS)
    session.close()
    body = read_key_file(session.places).body
    assert open_with_recovery_code(body, office.recovery_code).roster.key_ids.bank == (newest,)


def test_the_batches_are_entries_of_one_change_set(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bank_keys, "_BATCH_S", -1.0)
    session = office.open()
    bank_accounts.rotate_bank_key(session)
    bank_accounts.reseal_all(session)
    written = entries(session, "reseal_bank")
    assert len(written) == 3
    assert len({entry.change_set_uuid for entry in written}) == 1
    assert broken(session) == {}
    session.close()


def test_stopped_in_the_middle_both_keys_work_and_it_goes_on(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bank_keys, "_BATCH_S", -1.0)
    session = office.open()
    bank_accounts.rotate_bank_key(session)
    token = CancelToken()

    def after_one(progress: Progress) -> None:
        if progress.done == 1:
            token.cancel()

    with pytest.raises(Cancelled):
        bank_accounts.reseal_all(session, progress=after_one, cancel=token)
    assert len(key_names(session)) == 2
    session.close()
    session = office.open("mia")
    assert revealed(session) == list(NUMBERS)
    assert [bank_accounts.find_by_last_four(session, number[-4:]) for number in NUMBERS] == [[1], [2], [3]]
    session.close()
    session = office.open()  # an administrator's sign-in goes on with it
    assert not bank_keys.resealing_needed(session)
    assert len(entries(session, "reseal_bank")) == 3
    assert len(key_names(session)) == len(listed(session)) == 1
    assert broken(session) == {}
    session.close()


class Killed(BaseException):
    """What a kill looks like from inside."""


@pytest.mark.parametrize("at", [0, 1, 2])
def test_killed_inside_a_batch_nothing_of_it_is_written(
    at: int, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = office.open()
    bank_accounts.rotate_bank_key(session)
    before = boxes(session)
    real, calls = stored.reseal, iter(range(10))

    def dying(*arguments: object) -> object:
        if next(calls) == at:
            raise Killed
        return real(*arguments)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(stored, "reseal", dying)
        with pytest.raises(Killed):
            bank_accounts.reseal_all(session)
    assert boxes(session) == before
    session.close()
    session = office.open("mia")
    assert revealed(session) == list(NUMBERS)
    session.close()
    session = office.open()
    assert len(key_names(session)) == len(listed(session)) == 1
    assert set(boxes(session)).isdisjoint(before)
    assert broken(session) == {}
    session.close()


@pytest.mark.parametrize("step", ["locked", "before commit", "committed"])
def test_killed_while_the_key_is_made_nobody_is_locked_out(step: str, office: Office) -> None:
    session = office.open()

    def kill(at: str) -> None:
        if at == step:
            raise Killed

    with pytest.raises(Killed):
        bank_accounts.rotate_bank_key(session, on_step=kill)
    session.close()
    session = office.open()
    assert revealed(session) == list(NUMBERS)
    bank_accounts.rotate_bank_key(session)
    bank_accounts.reseal_all(session)
    assert len(session.ring.roster.key_ids.bank) == 1
    assert revealed(session) == list(NUMBERS)
    session.close()


def test_an_undo_still_finds_what_it_wrote_after_a_resealing(office: Office) -> None:
    session = office.open()
    account = bank_accounts.accounts(session, 1)[0]
    read = bank_accounts.account_draft(session, account.id)
    draft, version = read.details, read.version
    bank_accounts.edit_account(session, account.id, replace(draft, note="newer"), version=version)
    bank_accounts.rotate_bank_key(session)
    bank_accounts.reseal_all(session)
    assert undo.undo(session).verb == "edit_bank"
    waiting = bank_accounts.accounts(session, 1)[0].waiting
    assert waiting is not None
    assert waiting.details.note == "new"
    assert broken(session) == {}
    session.close()


def test_a_removed_accounts_images_are_resealed_and_it_can_come_back(office: Office) -> None:
    session = office.open()
    customer = customer_with(session, "Eve")
    account_id = bank_accounts.add_account(
        session, customer, BankDetails(account="FR1420041010050500013M02606")
    )
    bank_accounts.remove_account(session, account_id, version=1)
    bank_accounts.rotate_bank_key(session)
    assert bank_accounts.reseal_all(session).accounts == 4
    assert len(key_names(session)) == 1
    undo.undo(session)
    assert bank_accounts.find_by_last_four(session, "2606") == [customer]
    assert broken(session) == {}
    session.close()


def test_a_leaver_with_his_keys_in_hand_reads_nothing_new(office: Office) -> None:
    session = office.open("mia")
    kept = held_keys(session.ring)
    mia = session.user_id
    session.close()
    assert kept is not None
    session = office.open()
    assert user_rights.change_role(session, mia, Role.STAFF) is KeysLeft.NONE
    rows = [
        (str(column), row[column], row["uuid"], row["owner_uuid"])
        for row in table_rows(session, "bank_account")
        for column in stored.LOOKUPS
    ]
    session.close()
    assert len(rows) == 6
    for column, box, row_uuid, owner_uuid in rows:
        assert isinstance(box, bytes)
        assert isinstance(row_uuid, bytes)
        assert isinstance(owner_uuid, bytes)
        place = Place(column, row_uuid, owner_uuid)
        with pytest.raises(OrganizationFileError, match="bank_key_missing"):
            kept.open(box, place)
        with pytest.raises(OrganizationFileError, match="bank_not_authentic"):
            kept.open(kept.newest + box[16:], place)
    session = office.open("mia")
    assert session.ring.class_keys.get("bank", {}) == {}
    with pytest.raises(RefusedError, match="right_missing"):
        bank_accounts.accounts(session, 1)
    session.close()


def test_the_right_is_withdrawn_also_where_the_key_cannot_be_changed_now(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = office.open("mia")
    mia = session.user_id
    session.close()
    session = office.open()

    def full(_: Session) -> None:
        raise OrganizationFileError("disk_full", path="acme.crm")

    with monkeypatch.context() as patched:
        patched.setattr(user_rights, "rotate_bank_key", full)
        assert user_rights.change_role(session, mia, Role.STAFF) is KeysLeft.BANK
    assert revealed(session) == list(NUMBERS)
    session.close()
    session = office.open("mia")
    assert session.ring.class_keys.get("bank", {}) == {}
    session.close()


def test_rows_of_a_restored_backup_are_opened_with_the_keys_of_the_chest(office: Office) -> None:
    session = office.open()
    (old, *_) = table_rows(session, "bank_account")
    bank_accounts.rotate_bank_key(session)
    bank_accounts.reseal_all(session)
    connection = session.database.connection()
    connection.execute(
        "UPDATE bank_account SET sealed = ?, pending = ? WHERE id = 1", (old["sealed"], old["pending"])
    )
    problem = bank_accounts.accounts(session, 1)[0].problem
    assert problem is not None
    assert problem.code == "bank_key_missing"
    assert bank_accounts.reseal_all(session) == bank_keys.Resealed(1, 0)
    assert revealed(session) == list(NUMBERS)
    session.close()


def test_what_opens_under_no_key_is_kept_and_counted_and_holds_nothing_up(office: Office) -> None:
    session = office.open()
    broken_box = b"\0" * 80
    session.database.connection().execute("UPDATE bank_account SET pending = ? WHERE id = 2", (broken_box,))
    bank_accounts.rotate_bank_key(session)
    assert bank_accounts.reseal_all(session) == bank_keys.Resealed(2, 1)
    assert len(session.ring.roster.key_ids.bank) == 1
    assert table_rows(session, "bank_account")[1]["pending"] == broken_box
    session.close()


def test_rotations_that_are_never_ended_are_refused_before_nobody_could_read_the_roster(
    office: Office,
) -> None:
    session = office.open()
    for _ in range(7):
        bank_accounts.rotate_bank_key(session)
    with pytest.raises(RefusedError, match="bank_rotation_unfinished"):
        bank_accounts.rotate_bank_key(session)
    session.close()
    session = office.open("mia")
    assert revealed(session) == list(NUMBERS)
    session.close()
    session = office.open()
    bank_accounts.reseal_all(session)
    assert len(session.ring.roster.key_ids.bank) == 1
    session.close()


def test_a_swapped_recovery_key_is_refused_and_named(office: Office) -> None:
    session = office.open()
    body = read_key_file(session.places).body
    planted = replace(body, recovery=replace(body.recovery, public=bytes(range(32))))
    with pytest.raises(OrganizationFileError, match="recovery_forged"):
        with_new_bank_key(planted, session.ring)
    session.close()


KEYS = BankKeys(newest=b"n" * 16, keys={b"n" * 16: b"k" * 32})
texts = st.binary(max_size=40)


@given(
    texts, st.binary(min_size=16, max_size=16), st.binary(min_size=16, max_size=16), st.integers(0, 10_000)
)
@settings(max_examples=60, deadline=None)
def test_any_flipped_byte_of_a_box_is_noticed(plain: bytes, row: bytes, owner: bytes, at: int) -> None:
    place = Place("sealed", row, owner)
    box = KEYS.seal(plain, place)
    assert KEYS.open(box, place) == plain
    index = 16 + at % (len(box) - 16)
    flipped = box[:index] + bytes([box[index] ^ 1]) + box[index + 1 :]
    with pytest.raises(OrganizationFileError, match="bank_not_authentic"):
        KEYS.open(flipped, place)
    assert b"k" * 32 not in repr(KEYS).encode()
