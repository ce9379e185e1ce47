"""Charts leave as files for whoever may export lists and see calls, and the log says so."""

import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from crm_desktop.domain.errors import OrganizationFileError, RefusedError
from crm_desktop.domain.permissions import Role
from crm_desktop.operations.chart_export import export_chart_picture, export_chart_table
from crm_desktop.operations.session import Session
from tests.environments import Office, add_member

LINES = [("Day", "Incoming"), ("2026-05-01", "3"), ("=1+1", "4")]
EXPORTS: list[Callable[[Session, Path], None]] = [
    lambda session, target: export_chart_table(session, LINES, target),
    lambda session, target: export_chart_picture(session, b"\x89PNG", target),
]


def test_the_figures_stand_in_the_file(session: Session, tmp_path: Path) -> None:
    target = tmp_path / "calls.csv"
    export_chart_table(session, LINES, target)
    assert target.read_text(encoding="utf-8-sig").splitlines() == [
        "Day,Incoming", "2026-05-01,3", "'=1+1,4",
    ]  # fmt: skip
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.glob(".export-*")] == []
    with session.database.read() as connection:
        entries = connection.execute("SELECT payload FROM log_entry WHERE verb = 'export_chart'").fetchall()
    assert len(entries) == 1
    assert b"2026-05-01" not in bytes(str(entries), "utf-8")


@pytest.mark.parametrize("export", EXPORTS)
def test_what_cannot_be_written_is_refused(
    session: Session, tmp_path: Path, export: Callable[[Session, Path], None]
) -> None:
    for target in (tmp_path, session.path, tmp_path / "missing" / "chart.png"):
        with pytest.raises(OrganizationFileError, match="export_not_written"):
            export(session, target)


@pytest.mark.parametrize("export", EXPORTS)
def test_nobody_exports_calls_he_may_not_see(
    office: Office, session: Session, tmp_path: Path, export: Callable[[Session, Path], None]
) -> None:
    add_member(session, "sam", Role.STAFF)
    add_member(session, "max", Role.MANAGER, revoked=("calls.view",))
    session.close()
    for login in ("sam", "max"):
        other = office.open(login)
        with pytest.raises(RefusedError, match="right_missing"):
            export(other, tmp_path / "chart")
        other.close()
    assert not (tmp_path / "chart").exists()
