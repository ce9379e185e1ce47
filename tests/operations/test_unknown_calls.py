"""Calls of unknown numbers are kept by right and choice only, and for 30 days."""

from pathlib import Path

from crm_desktop.domain.permissions import Role
from crm_desktop.operations import call_imports, consents
from tests.environments import Office, add_member
from tests.operations.samples import broken, call_log, customer_with, table_rows

DAY = 86_400


def test_kept_unknown_calls_go_30_days_after_their_import_and_matched_ones_stay(
    office: Office, tmp_path: Path
) -> None:
    log = call_log(tmp_path / "log.xml", ("(212) 555-0123", 0), ("(646) 555-0187", 60), ("", 120))
    session = office.open()
    customer_with(session, "Dana", "(212) 555-0123")
    consents.grant_consent(session)
    options = call_imports.reading_options(session)
    call_imports.run_import(session, [log], member_id=1, options=options, keep_unknown=True)
    session.close()
    seen = []
    for days in (29, 2):
        office.clock.advance(days * DAY)
        session = office.open()
        seen.append([row["e164"] for row in table_rows(session, "call")])
        assert not broken(session)
        session.close()
    assert seen == [["+12125550123", "+16465550187", None], ["+12125550123"]]


def test_a_viewer_leaves_them_to_the_next_who_may_import(office: Office, tmp_path: Path) -> None:
    log = call_log(tmp_path / "log.xml", ("(646) 555-0187", 60))
    session = office.open()
    add_member(session, "vic", Role.VIEWER)
    consents.grant_consent(session)
    options = call_imports.reading_options(session)
    call_imports.run_import(session, [log], member_id=1, options=options, keep_unknown=True)
    session.close()
    office.clock.advance(31 * DAY)
    kept = []
    for login in ("vic", "ana"):
        session = office.open(login)
        kept.append(len(table_rows(session, "call")))
        assert not broken(session)
        session.close()
    assert kept == [1, 0]
