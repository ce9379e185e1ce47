"""Verify names what was done to the file outside the program: table, record and entry; whole or newly."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from crm_desktop.domain.errors import OrganizationFileError, RefusedError, SignInError
from crm_desktop.domain.permissions import Role
from crm_desktop.domain.progress import Cancelled, CancelToken
from crm_desktop.operations import call_imports, consents, contacts, undo
from crm_desktop.operations.session import Session
from crm_desktop.operations.tidying import prune_old_values, tidy
from crm_desktop.operations.verify import (
    Check,
    Problem,
    last_verified,
    verify,
    verify_log,
    verify_new,
)
from crm_desktop.storage import log, pruning
from crm_desktop.storage.database import Connection
from crm_desktop.storage.log import Author
from tests.environments import Office, add_member
from tests.operations.samples import broken, customer_with, log_of

NUMBER = "(212) 555-0123"
DAY = 86_400
Run = Callable[[Session], list[Check]]
HOW = pytest.mark.parametrize("run", [verify, verify_new], ids=["whole", "new"])


@pytest.fixture
def written(session: Session, tmp_path: Path) -> Session:
    """A session on a verified file of three customers and 130 calls, with changes since."""
    customer_with(session, "Dana", NUMBER)
    customer_with(session, "Eva")
    assert broken(session) == {}
    assert last_verified(session) is not None
    contacts.set_field(session, 1, "title", "Chef", version=1)
    consents.grant_consent(session)
    options = call_imports.reading_options(session)
    path = log_of(tmp_path / "log.xml", NUMBER, 130)
    call_imports.run_import(session, [path], member_id=session.member.id, options=options)
    customer_with(session, "Finn")
    return session


def problems(checks: list[Check]) -> list[Problem]:
    return [problem for check in checks for problem in check.problems]


def codes(checks: list[Check]) -> list[str]:
    return [problem.code for problem in problems(checks)]


def change(session: Session, *statements: str, n: int = 0) -> None:
    """Write as somebody with the key and a database tool would; ``:n`` is a number in the statements."""
    with session.database.write() as connection:
        connection.execute("PRAGMA defer_foreign_keys = ON")
        for statement in statements:
            connection.execute(statement, {"n": n})


def record(session: Session, table: str, row_id: int) -> str:
    with session.database.read() as connection:
        (uuid,) = connection.execute(
            f"SELECT uuid FROM {table} WHERE id = ?",  # noqa: S608
            (row_id,),
        ).fetchone()
    return str(uuid.hex())


def newest(session: Session) -> int:
    with session.database.read() as connection:
        return log.head(connection).sequence


@HOW
def test_a_sound_file_is_found_sound(written: Session, run: Run) -> None:
    assert [check.detail for check in run(written) if not check.ok] == []
    verified = last_verified(written)
    assert verified is not None
    assert verified.sequence == newest(written)


@HOW
def test_an_old_page_of_a_customer_put_back_is_named(written: Session, run: Run) -> None:
    uuid = record(written, "contact", 1)
    with written.database.write() as connection:
        (before,) = connection.execute(
            "SELECT before_salt FROM change_row WHERE row_id = 1 AND before_version = 1"
        ).fetchone()
        connection.execute("UPDATE contact SET title = NULL, version = 1, salt = ? WHERE id = 1", (before,))
    (found,) = problems(run(written))
    with written.database.read() as connection:
        (sequence,) = connection.execute(
            "SELECT max(entry_id) FROM log_row WHERE row_uuid = ?", (bytes.fromhex(uuid),)
        ).fetchone()
    assert found == Problem("row_differs", {"table": "contact", "record": uuid, "sequence": sequence})
    text = " ".join(check.detail for check in run(written) if not check.ok)
    assert f"Contact {uuid}: the values are not those of entry {sequence}, the last that names it." in text


@HOW
def test_an_old_page_of_the_log_put_back_is_named(written: Session, run: Run) -> None:
    last = newest(written)
    change(
        written,
        "DELETE FROM log_row WHERE entry_id > :n",
        "DELETE FROM log_block WHERE entry_id > :n",
        "DELETE FROM log_entry WHERE id > :n",
        n=last - 2,
    )
    found = problems(run(written))
    assert Problem("log_cut", {"last": last - 2, "counted": last}) in found


@HOW
def test_a_removed_entry_is_named(written: Session, run: Run) -> None:
    gone = newest(written) - 1
    change(
        written,
        "DELETE FROM log_row WHERE entry_id = :n",
        "DELETE FROM log_block WHERE entry_id = :n",
        "DELETE FROM log_entry WHERE id = :n",
        n=gone,
    )
    assert Problem("entries_missing", {"first": gone, "last": gone}) in problems(run(written))


@HOW
@pytest.mark.parametrize("what", ["at = at - 60", "verb = 'login'", "roster_seq = 99", "rows_digest = hash"])
def test_a_changed_entry_is_named(written: Session, run: Run, what: str) -> None:
    sequence = newest(written)
    change(written, f"UPDATE log_entry SET {what} WHERE id = :n", n=sequence)  # noqa: S608
    found = [problem for problem in problems(run(written)) if problem.code == "entry_changed"]
    assert [problem.facts["sequence"] for problem in found] == [sequence]


@HOW
def test_a_changed_list_of_rows_is_named(written: Session, run: Run) -> None:
    sequence = newest(written)
    change(written, "UPDATE log_row SET digest = randomblob(32) WHERE entry_id = :n", n=sequence)
    assert {"entry_changed", "row_differs"} <= set(codes(run(written)))


@HOW
def test_an_entry_signed_by_another_user_is_named(office: Office, run: Run) -> None:
    session = office.open()
    add_member(session, "vic", Role.VIEWER)
    session.close()
    session = office.open("vic")
    verify(session)
    own = session.author
    (ana,) = {user.user_id for user in session.ring.roster.current_users()} - {session.user_id}
    forged = Author(own.member_id, ana, own.session, own.sign, own.roster_seq, own.now)
    with session.database.write() as connection:
        sequence = log.append(connection, forged, "edit_customer")
    assert problems(run(session)) == [
        Problem("entry_signature", {"sequence": sequence, "verb": "edit_customer"})
    ]
    session.close()


@HOW
@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE contact SET display_name = 'Evil' WHERE id = 3", "row_differs"),
        ("DELETE FROM contact WHERE id = 3", "row_missing"),
    ],
)
def test_a_row_changed_or_deleted_by_hand_is_named(
    written: Session, run: Run, statement: str, code: str
) -> None:
    uuid = record(written, "contact", 3)
    change(written, statement)
    found = problems(run(written))
    facts = {"table": "contact", "record": uuid, "sequence": newest(written)}
    assert found == [Problem(code, facts)]


def test_a_row_inserted_by_hand_is_named_by_the_whole_check(written: Session) -> None:
    change(
        written,
        "INSERT INTO product (uuid, version, salt, name, name_key, active)"
        " VALUES (zeroblob(16), 1, randomblob(16), 'p', 'p', 1)",
    )
    assert problems(verify_new(written)) == []
    expected = Problem("row_without_entry", {"table": "product", "record": bytes(16).hex()})
    assert problems(verify_log(written)) == [expected]


@HOW
def test_a_removed_row_put_back_is_named(written: Session, run: Run) -> None:
    contact = customer_with(written, "Gone")
    with written.database.read() as connection:
        columns = [name for _, name, *_ in connection.execute("PRAGMA table_info(contact)")]
        row = connection.execute("SELECT * FROM contact WHERE id = ?", (contact,)).fetchone()
    uuid = record(written, "contact", contact)
    undo.undo(written)
    with written.database.write() as connection:
        marks = ",".join("?" * len(columns))
        connection.execute(f"INSERT INTO contact VALUES ({marks})", row)  # noqa: S608
    assert [p.facts["record"] for p in problems(run(written)) if p.code == "row_came_back"] == [uuid]


@HOW
@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE call SET duration_s = 7 WHERE id = 70", "calls_differ"),
        ("DELETE FROM call WHERE id = 70", "calls_differ"),
        ("DELETE FROM call WHERE id BETWEEN 64 AND 127", "calls_missing"),
    ],
)
def test_a_block_of_imported_calls_changed_is_named(
    written: Session, run: Run, statement: str, code: str
) -> None:
    change(written, statement)
    (found,) = problems(run(written))
    assert (found.code, found.facts["first"], found.facts["last"]) == (code, 64, 127)


@HOW
def test_a_payload_removed_by_hand_is_named(written: Session, run: Run) -> None:
    with written.database.write() as connection:
        sequence = log.append(connection, written.author, "tidy", payload={"words": "who and what"})
        pruning.remove_payloads(connection, [sequence])
    assert problems(run(written)) == [Problem("payload_missing", {"sequence": sequence, "verb": "tidy"})]


@HOW
def test_images_removed_by_hand_are_named(written: Session, run: Run) -> None:
    change(
        written,
        "UPDATE change_row SET before_image = NULL, after_image = NULL"
        " WHERE table_name = 'contact' AND row_id = 3",
    )
    (found,) = problems(run(written))
    expected = {"sequence": newest(written), "verb": "add_customer", "count": 1}
    assert found == Problem("images_missing", expected)


@HOW
def test_a_deleted_journal_is_named(written: Session, run: Run) -> None:
    change(written, "DELETE FROM change_row", "DELETE FROM change_set")
    assert set(codes(run(written))) == {"images_missing"}


@HOW
def test_values_declared_removed_too_early_are_named(written: Session, run: Run) -> None:
    up_to = newest(written)
    with written.database.write() as connection:
        payload: dict[str, object] = {pruning.UP_TO: up_to}
        sequence = log.append(connection, written.author, "redact", payload=payload)
        pruning.remove_images(connection, pruning.old_rows(connection, 0, up_to))
    assert problems(run(written)) == [Problem("removed_early", {"sequence": sequence, "up_to": up_to})]


def test_the_verified_entry_exchanged_is_named(written: Session) -> None:
    verify(written)
    change(written, "UPDATE log_entry SET hash = randomblob(32) WHERE id = :n", n=newest(written))
    assert problems(verify_new(written)) == [Problem("head_changed", {"sequence": newest(written)})]


def test_an_older_key_file_put_back_is_named(office: Office, tmp_path: Path) -> None:
    session = office.open()
    assert session.places.device_folder is not None
    device = session.places.device_folder / f"{session.ring.file_id.hex()}.keys"
    places = [session.places.main, session.places.backup, device]
    for number, place in enumerate(places):
        shutil.copyfile(place, tmp_path / str(number))
    add_member(session, "vic", Role.VIEWER)
    session.close()
    for number, place in enumerate(places):
        shutil.copyfile(tmp_path / str(number), place)
    with pytest.raises((OrganizationFileError, SignInError)) as refused:
        office.open()
    assert "older" in refused.value.code


def test_the_new_check_looks_at_what_is_new_alone(written: Session) -> None:
    verify(written)
    change(written, "UPDATE contact SET display_name = 'Evil' WHERE id = 2")
    assert problems(verify_new(written)) == []
    assert codes(verify(written)) == ["row_differs"]


def test_what_was_found_wrong_is_not_remembered_as_verified(written: Session) -> None:
    before = last_verified(written)
    change(written, "UPDATE contact SET display_name = 'Evil' WHERE id = 3")
    verify_new(written)
    assert last_verified(written) == before
    assert codes(verify_new(written)) == ["row_differs"]


@pytest.mark.parametrize("note", [b"", b"{}", b"[]", b'{"epoch": 1, "sequence": "x", "hash": "zz"}', b"\xff"])
def test_a_note_that_cannot_be_read_means_the_whole_log(written: Session, note: bytes) -> None:
    (place,) = (written.environment.data_folder / "verified").iterdir()
    place.write_bytes(note)
    assert last_verified(written) is None
    change(written, "UPDATE contact SET display_name = 'Evil' WHERE id = 2")
    assert codes(verify_new(written)) == ["row_differs"]


def test_verifying_is_cancelled_between_two_steps(written: Session) -> None:
    token = CancelToken()
    with pytest.raises(Cancelled):
        verify_log(written, progress=lambda _step: token.cancel(), cancel=token)


def test_more_than_is_shown_is_said(written: Session) -> None:
    with written.database.write() as connection:
        for number in range(30):
            connection.execute(
                "INSERT INTO product (uuid, version, salt, name, name_key, active)"
                " VALUES (randomblob(16), 1, randomblob(16), ?, ?, 1)",
                (str(number), str(number)),
            )
    (check,) = [check for check in verify(written) if not check.ok]
    assert (len(check.problems), check.more) == (20, True)
    assert check.detail.endswith("There are more.")


# --- pruning ---------------------------------------------------------------------------------------------


def images(connection: Connection) -> int:
    (count,) = connection.execute(
        "SELECT count(*) FROM change_row WHERE before_image IS NOT NULL OR after_image IS NOT NULL"
        " OR before_salt IS NOT NULL"
    ).fetchone()
    return int(count)


def prunings(connection: Connection) -> list[pruning.Redaction]:
    return pruning.redactions(connection)


def test_old_values_go_after_ninety_days_with_one_entry_and_verify_holds(
    written: Session, office: Office
) -> None:
    with written.database.write() as connection:
        said = log.append(connection, written.author, "tidy", payload={"words": "who and what"})
    office.clock.advance(pruning.KEPT_S - 1)
    assert prune_old_values(written) == 0
    last_old = newest(written)
    customer_with(written, "Young")
    office.clock.advance(2)
    assert prune_old_values(written) > 5
    with written.database.read() as connection:
        (pruned,) = prunings(connection)
        assert pruned.up_to == last_old
        assert images(connection) == 1
        kept = connection.execute(
            "SELECT payload, payload_salt FROM log_entry WHERE id = ?", (said,)
        ).fetchone()
        assert kept == (None, None)
    assert broken(written) == {}
    assert prune_old_values(written) == 0
    with written.database.read() as connection:
        assert len(prunings(connection)) == 1
    office.clock.advance(pruning.KEPT_S)
    prune_old_values(written)
    with written.database.read() as connection:
        assert (images(connection), len(prunings(connection))) == (0, 2)
    assert broken(written) == {}
    assert problems(verify_log(written)) == []


def test_what_was_pruned_is_said_when_it_is_to_be_undone(written: Session, office: Office) -> None:
    office.clock.advance(pruning.KEPT_S + 1)
    prune_old_values(written)
    with pytest.raises(RefusedError, match="undo_expired"):
        undo.undo(written)
    assert contacts.card(written, 3).contact.given == "Finn"


def test_pruning_is_part_of_the_daily_tidying_and_is_gone_on_with(written: Session, office: Office) -> None:
    office.clock.advance(pruning.KEPT_S + 1)
    with written.database.write() as connection:
        up_to = pruning.last_old_entry(connection, now=written.now())
        log.append(connection, written.author, "redact", payload={pruning.UP_TO: up_to})
    # Killed behind its entry: the values are still there, and verify has nothing against it.
    assert broken(written) == {}
    assert tidy(written)
    with written.database.read() as connection:
        assert images(connection) == 0
        assert len(prunings(connection)) == 1
    assert not tidy(written)
    assert broken(written) == {}


def test_a_cancelled_pruning_keeps_the_file_sound(written: Session, office: Office) -> None:
    office.clock.advance(pruning.KEPT_S + 1)
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        tidy(written, cancel=token)
    assert broken(written) == {}
    assert prune_old_values(written) > 5
    assert broken(written) == {}


def test_an_entry_of_a_clock_far_ahead_does_not_keep_everything_for_ever(
    written: Session, office: Office
) -> None:
    office.clock.advance(3650 * DAY)
    customer_with(written, "Far")
    office.clock.advance(-3650 * DAY + pruning.KEPT_S + 1)
    assert prune_old_values(written) > 5
    with written.database.read() as connection:
        (pruned,) = prunings(connection)
    assert pruned.up_to == newest(written) - 1
    assert broken(written) == {}


def test_images_removed_by_hand_behind_a_pruning_are_named(written: Session, office: Office) -> None:
    office.clock.advance(pruning.KEPT_S + 1)
    prune_old_values(written)
    customer_with(written, "Later")
    change(written, "UPDATE change_row SET after_image = NULL, before_image = NULL")
    assert [p.facts["sequence"] for p in problems(verify(written))] == [newest(written)]


def test_others_may_write_while_it_is_verified(written: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each check reads one state of the file: what is saved between two of its steps is no difference."""
    from crm_desktop.storage import log_checks

    logged = log_checks._logged
    saved: list[int] = []

    def save_between(connection: Connection, table: str, uuids: list[bytes]) -> object:
        if table == "contact" and not saved:
            version = contacts.card(written, 2).contact.version
            contacts.set_field(written, 2, "title", "Chef", version=version)
            saved.append(2)
        return logged(connection, table, uuids)

    monkeypatch.setattr(log_checks, "_logged", save_between)
    assert problems(verify_log(written)) == []
    assert saved
    assert problems(verify_new(written)) == []


def test_a_user_another_program_added_is_known_when_his_entries_are_judged(office: Office) -> None:
    session = office.open()
    stale = session.ring
    add_member(session, "vic", Role.STAFF)
    session.close()
    session = office.open("vic")
    customer_with(session, "Dana")
    session.close()
    session = office.open()
    fresh = session.ring
    session.key_file_changed(stale, fresh.roster.sequence)  # as in a window that was open all the time
    assert problems(verify_log(session)) == []
    session.close()
