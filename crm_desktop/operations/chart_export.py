"""Charts as files, their figures or their picture, for whoever may export lists and see calls (P10)."""

import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from crm_desktop.domain.errors import OrganizationFileError
from crm_desktop.domain.list_export import ExportChoice
from crm_desktop.operations.export_files import Line, write_table
from crm_desktop.operations.session import Session
from crm_desktop.security.atomic_files import move_over
from crm_desktop.storage import log

__all__ = ["export_chart_picture", "export_chart_table"]

VERB = "export_chart"


def export_chart_table(session: Session, lines: Sequence[Line], target: Path) -> None:
    """Write the figures of a chart, their titles first, as CSV; read again before they stand there.

    Raises RefusedError("right_missing"), OrganizationFileError("export_not_written").
    """
    _export(session, target, "csv", lambda part: write_table(part, lines, ExportChoice()))


def export_chart_picture(session: Session, data: bytes, target: Path) -> None:
    """Write a finished PNG; raises as :func:`export_chart_table`."""
    _export(session, target, "png", lambda part: part.write_bytes(data))


def _export(session: Session, target: Path, ending: str, write: Callable[[Path], object]) -> None:
    """Write a file only its owner can read: whole, or not at all. The log says that it left, not what."""
    _check(session)
    if target.resolve() == session.path.resolve() or target.is_dir():
        raise OrganizationFileError("export_not_written", path=target.name)
    folder: Path | None = None
    try:
        folder = Path(tempfile.mkdtemp(dir=target.parent, prefix=".export-"))
        part = folder / f"chart.{ending}"
        write(part)
        part.chmod(0o600)
        with session.database.write() as connection:
            _check(session)
            log.append(connection, session.author, VERB, payload={"format": ending})
        session.remember_head()
        move_over(part, target)
    except OSError as error:
        raise OrganizationFileError("export_not_written", path=target.name) from error
    finally:
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)


def _check(session: Session) -> None:
    session.require_for(VERB)
    session.require("calls.view")
