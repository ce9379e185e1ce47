"""Promise P9: what a withdrawal removes leaves the backups too, wherever this computer reaches them."""

from pathlib import Path

import pytest

from crm_desktop.domain.backups import Backup
from crm_desktop.domain.permissions import Role
from crm_desktop.domain.progress import Cancelled, CancelToken
from crm_desktop.operations import call_imports, consents
from crm_desktop.operations.backup_cleaning import backups_to_clean, clean_backups
from crm_desktop.operations.backup_contents import look_inside
from crm_desktop.operations.backups import back_up, backups
from crm_desktop.operations.restoring import restore
from crm_desktop.operations.rotating import plan_rotation, rotate_keys
from crm_desktop.operations.session import Session
from tests.environments import PASSWORD, Office, add_member
from tests.operations.samples import broken, customer_with, decrypted, log_of, table_rows

NUMBER = "(212) 555-0123"
CALLS = 3
# The copy is written, the ledger is beside it, it is in place, that is noted.
STEPS = ("copied", "ledger", "in place", "noted")


class Stopped(BaseException):
    """The program ends here."""


@pytest.fixture
def backup(session: Session, tmp_path: Path) -> Backup:
    """Give a backup with calls of the person signed in, who has withdrawn her consent since."""
    made = with_calls(session, tmp_path)
    consents.withdraw_consent(session)
    return made


def with_calls(session: Session, tmp_path: Path) -> Backup:
    customer_with(session, "Dana", NUMBER)
    consents.grant_consent(session)
    call_imports.run_import(
        session, [log_of(tmp_path / "log.xml", NUMBER, CALLS)],
        member_id=session.member.id, options=call_imports.reading_options(session),
    )  # fmt: skip
    return back_up(session).backup


def calls_in(session: Session, backup: Backup) -> int | None:
    return look_inside(session, backup.path).contents.calls


def test_a_cleaned_backup_has_none_of_the_calls_and_restores_whole(
    session: Session, office: Office, backup: Backup
) -> None:
    assert calls_in(session, backup) == CALLS
    due = backups_to_clean(session)
    assert backup.path in [each.path for each in due]
    cleaning = clean_backups(session)
    assert (cleaning.cleaned, cleaning.left) == (len(due), ())
    assert calls_in(session, backup) == 0
    assert backups_to_clean(session) == []
    assert clean_backups(session).cleaned == 0
    noted = next(each for each in backups(session) if each.path == backup.path)
    assert (noted.contents.calls, noted.verified, noted.order) == (0, True, backup.order)
    assert noted.path.stat().st_mode & 0o077 == 0
    session.close()
    done = restore(office.environment, backup.path, office.path, login="ana", password=PASSWORD)
    assert done.ledger.calls_removed == 0
    session = office.open()
    assert table_rows(session, "call") == table_rows(session, "import_run") == []
    assert [row["display_name"] for row in table_rows(session, "contact")] == ["Dana"]
    (state,) = consents.consents(session)
    assert state.consent is not None
    assert state.consent.withdrawn_at is not None
    assert broken(session) == {}
    session.close()


def test_no_byte_of_a_cleaned_backup_holds_the_number(
    session: Session, office: Office, tmp_path: Path
) -> None:
    number = "+442079460018"
    consents.grant_consent(session)
    call_imports.run_import(
        session, [log_of(tmp_path / "secret-name.xml", number, CALLS)],
        member_id=session.member.id, options=call_imports.reading_options(session), keep_unknown=True,
    )  # fmt: skip
    made = back_up(session).backup
    consents.withdraw_consent(session)
    clean_backups(session)
    session.close()
    restore(office.environment, made.path, office.path, login="ana", password=PASSWORD)
    session = office.open()
    everything = decrypted(session)
    assert b"Ana Lima" in everything
    assert number.encode() not in everything
    assert b"secret-name" not in everything
    session.close()


def test_what_was_withdrawn_before_a_backup_is_not_looked_for_in_it(session: Session, tmp_path: Path) -> None:
    with_calls(session, tmp_path)
    consents.withdraw_consent(session)
    clean_backups(session)
    consents.grant_consent(session)
    fresh = back_up(session).backup
    assert backups_to_clean(session) == []
    assert fresh.cleaned_up_to == 0


def test_a_second_withdrawal_cleans_again(session: Session, tmp_path: Path) -> None:
    with_calls(session, tmp_path)
    consents.withdraw_consent(session)
    clean_backups(session)
    consents.grant_consent(session)
    call_imports.run_import(
        session, [log_of(tmp_path / "log.xml", NUMBER, CALLS)],
        member_id=session.member.id, options=call_imports.reading_options(session),
    )  # fmt: skip
    second = back_up(session).backup
    consents.withdraw_consent(session)
    assert second.path in [each.path for each in backups_to_clean(session)]
    assert clean_backups(session).left == ()
    assert calls_in(session, second) == 0


def test_a_backup_out_of_reach_is_named_and_waits(session: Session, backup: Backup, tmp_path: Path) -> None:
    away = backup.path.rename(tmp_path / "away")
    cleaning = clean_backups(session)
    assert [(each.path, code) for each, code in cleaning.left] == [(backup.path, "backup_not_reachable")]
    away.rename(backup.path)
    assert clean_backups(session).left == ()
    assert calls_in(session, backup) == 0


def test_a_damaged_backup_stays_as_it_is_and_is_named(session: Session, backup: Backup) -> None:
    content = bytearray(backup.path.read_bytes())
    content[len(content) // 2] ^= 255
    backup.path.write_bytes(content)
    cleaning = clean_backups(session)
    assert (backup.path, "backup_damaged") in [(each.path, code) for each, code in cleaning.left]
    assert backup.path.read_bytes() == bytes(content)


def test_somebody_who_came_later_leaves_it_to_those_who_were_there(office: Office, tmp_path: Path) -> None:
    session = office.open()
    made = with_calls(session, tmp_path)
    add_member(session, "eva", Role.STAFF)
    consents.withdraw_consent(session)
    session.close()
    eva = office.open("eva")
    codes = {each.path: code for each, code in clean_backups(eva).left}
    assert codes[made.path] == "backup_from_before_you"
    eva.close()
    session = office.open()
    assert clean_backups(session).left == ()
    assert calls_in(session, made) == 0
    session.close()


def test_a_colleague_without_rights_cleans_what_he_was_there_for(office: Office, tmp_path: Path) -> None:
    session = office.open()
    add_member(session, "eva", Role.VIEWER)
    made = with_calls(session, tmp_path)
    consents.withdraw_consent(session)
    session.close()
    eva = office.open("eva")
    assert made.path not in {each.path for each, _ in clean_backups(eva).left}
    eva.close()
    restore(office.environment, made.path, office.path, login="ana", password=PASSWORD)
    session = office.open()
    assert table_rows(session, "call") == []
    assert broken(session) == {}
    session.close()


def test_one_under_former_keys_waits_for_an_administrator(office: Office, tmp_path: Path) -> None:
    session = office.open()
    add_member(session, "eva", Role.STAFF)
    made = with_calls(session, tmp_path)
    plan = plan_rotation(session)
    session.close()
    rotate_keys(office.environment, office.path, plan, login="ana", password=PASSWORD)
    session = office.open()
    consents.withdraw_consent(session)
    session.close()
    eva = office.open("eva")
    assert (made.path, "backup_key_unknown") in [(each.path, code) for each, code in clean_backups(eva).left]
    eva.close()
    session = office.open()
    assert clean_backups(session).left == ()
    assert calls_in(session, made) == 0
    session.close()


@pytest.mark.parametrize("step", STEPS)
def test_stopped_at_any_step_the_backup_is_whole_and_the_next_time_goes_on(
    step: str, session: Session, backup: Backup
) -> None:
    def stop(name: str) -> None:
        if name == step:
            raise Stopped

    with pytest.raises(Stopped):
        clean_backups(session, on_step=stop)
    assert calls_in(session, backup) in {0, CALLS}
    assert not list(backup.path.parent.glob("*.part*"))
    assert clean_backups(session).left == ()
    assert calls_in(session, backup) == 0


def test_cancelling_leaves_the_rest_for_the_next_time(session: Session, backup: Backup) -> None:
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        clean_backups(session, cancel=cancel)
    assert calls_in(session, backup) == CALLS
