"""Checks beside the work: what they find, what they note on this computer, and that thinning stops."""

from pathlib import Path

import pytest

from crm_desktop.domain.backups import DAY_S
from crm_desktop.domain.errors import KnownError, OrganizationFileError
from crm_desktop.domain.progress import Cancelled, CancelToken
from crm_desktop.operations import checking
from crm_desktop.operations.backups import back_up, backups
from crm_desktop.operations.contacts import add_contact
from crm_desktop.operations.known_damage import health_of, note_damage
from crm_desktop.operations.session import Session
from crm_desktop.storage import page_checks
from tests.environments import Office
from tests.faults.test_backups import damage
from tests.operations.samples import customer_with, person


def page_of(office: Office, name: str) -> int:
    """Return the root page of a table or an index."""
    session = office.open()
    found = session.database.connection().execute(
        "SELECT rootpage FROM sqlite_master WHERE name = ?", (name,)
    )
    (page,) = found.fetchone()
    session.close()
    return int(page)


def damaged(office: Office, name: str = "draft") -> Session:
    """Return a session on a file with a broken page that opening does not read."""
    damage(office.path, page_of(office, name))
    return office.open()


def code(error: KnownError | None) -> str | None:
    return None if error is None else error.code


def test_a_sound_file_with_a_write_ahead_log_is_sound(session: Session) -> None:
    for name in ("Dana", "Eva", "Noa"):
        customer_with(session, name)
    assert checking.quick_check(session) is None
    assert checking.whole_check_due(session)
    assert checking.whole_check(session) is None
    assert not checking.whole_check_due(session)
    assert not checking.damage_known(session)
    add_contact(session, person("After"))


def test_a_whole_check_is_due_weekly_and_when_the_clock_was_set_back(
    session: Session, office: Office
) -> None:
    checking.whole_check(session)
    office.clock.advance(checking.WHOLE_EVERY_S - 1)
    assert not checking.whole_check_due(session)
    office.clock.advance(1)
    assert checking.whole_check_due(session)
    office.clock.advance(-2 * checking.WHOLE_EVERY_S)
    assert checking.whole_check_due(session)


@pytest.mark.parametrize("name", ["draft", "email_contact", "search_digit_data"])
def test_a_broken_page_in_use_is_found_by_both(name: str, office: Office) -> None:
    session = damaged(office, name)
    assert code(checking.quick_check(session)) == "damage_found"
    assert checking.damage_known(session)
    assert code(checking.whole_check(session)) == "damage_found"
    session.close()


def test_a_broken_free_page_is_found_by_the_whole_check(office: Office) -> None:
    session = office.open()
    with session.database.write() as connection:
        for place in range(4):
            connection.execute(f"CREATE TABLE gone{place} (x)")
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'gone2'").fetchone()
    with session.database.write() as connection:
        for place in range(4):  # the first one freed lists the others and is read by every check
            connection.execute(f"DROP TABLE gone{place}")
    session.close()
    damage(office.path, page)
    session = office.open()
    assert checking.quick_check(session) is None
    assert code(checking.whole_check(session)) == "damage_found"
    assert checking.whole_check_due(session), "known damage is looked at again at each opening"
    session.close()


def test_the_newest_verified_backup_is_named(office: Office) -> None:
    session = office.open()
    older = back_up(session).backup
    office.clock.advance(3600)
    customer_with(session, "Dana")
    newest = back_up(session).backup
    session.close()
    session = damaged(office)
    error = checking.quick_check(session)
    assert error is not None
    assert error.facts["backup"] == newest.path.name
    newest.path.unlink()
    error = checking.quick_check(session)
    assert error is not None
    assert error.facts["backup"] == older.path.name
    session.close()


def test_nothing_is_thinned_while_damage_is_known_and_again_once_the_file_is_whole(
    session: Session, office: Office
) -> None:
    for name in ("Dana", "Eva"):
        customer_with(session, name)
        back_up(session)
    office.clock.advance(400 * DAY_S)
    note_damage(office.environment, office.path, session.ring.file_id)
    done = []
    for name in ("Noa", "Uma", "Kim", "Lou"):
        customer_with(session, name)
        done.append(back_up(session))
    assert [made.thinned for made in done] == [0, 0, 0, 0]
    assert {warning.code for made in done for warning in made.warnings} == {"backup_not_thinned_damage"}
    assert len(backups(session)) == 6
    assert checking.whole_check(session) is None
    assert not checking.damage_known(session)
    customer_with(session, "Ira")
    again = back_up(session)
    assert again.thinned == 2
    assert again.warnings == ()


def test_a_backup_that_met_the_damage_notes_it(office: Office) -> None:
    session = damaged(office)
    assert not checking.damage_known(session)
    with pytest.raises(OrganizationFileError, match="backup_source_damaged"):
        back_up(session)
    assert checking.damage_known(session)
    session.close()


def test_health_is_of_one_file_and_a_torn_note_is_none(
    session: Session, office: Office, tmp_path: Path
) -> None:
    file_id = session.ring.file_id
    note_damage(office.environment, office.path, file_id)
    first = health_of(office.environment, office.path, file_id).damaged_at
    office.clock.advance(60)
    note_damage(office.environment, office.path, file_id)
    assert health_of(office.environment, office.path, file_id).damaged_at == first
    assert health_of(office.environment, tmp_path / "rescued.crm", file_id).damaged_at is None
    (note,) = (office.environment.data_folder / "health").iterdir()
    assert note.stat().st_mode & 0o777 == 0o600
    assert "acme" not in note.name
    note.write_bytes(b'{"whole_at": ')
    assert health_of(office.environment, office.path, file_id).damaged_at is None


def test_a_reader_elsewhere_puts_the_whole_check_off(session: Session) -> None:
    customer_with(session, "Dana")
    other = session.database.separate_connection()
    other.execute("BEGIN")
    other.execute("SELECT count(*) FROM contact").fetchone()
    customer_with(session, "Eva")
    assert checking.whole_check(session) is None
    assert checking.whole_check_due(session)
    other.close()
    assert checking.whole_check(session) is None
    assert not checking.whole_check_due(session)


def test_a_token_raised_before_or_during_stops_it(session: Session) -> None:
    token = CancelToken()
    token.cancel()
    for check in (checking.quick_check, checking.whole_check):
        with pytest.raises(Cancelled):
            check(session, cancel=token)
    assert not checking.damage_known(session)
    customer_with(session, "Dana")


def test_what_only_one_look_finds_is_no_damage(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [False, True]
    monkeypatch.setattr(page_checks, "_all_ok", lambda *_: answers.pop(0))
    assert checking.quick_check(session) is None
    assert answers == []


def test_a_closed_session_is_not_looked_at(office: Office) -> None:
    session = office.open()
    session.close()
    with pytest.raises(OrganizationFileError, match="file_closed"):
        checking.quick_check(session)
