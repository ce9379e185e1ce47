""" "My data": what the organization's file holds about the person signed in as its user, in open formats.

A zip with one JSON document, the log and the calls as CSV, and the scans of consents given on paper. Made in
memory and written whole; calls are in it only for who may see calls (promise P10).
"""

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from crm_desktop.domain.consents import Consent
from crm_desktop.domain.errors import OrganizationFileError
from crm_desktop.domain.imports import ImportRun
from crm_desktop.domain.list_export import safe_cell
from crm_desktop.domain.permissions import RIGHTS
from crm_desktop.operations.consent_records import consent_records
from crm_desktop.operations.session import Session
from crm_desktop.security.atomic_files import replace_file
from crm_desktop.storage import import_runs, log, own_data
from crm_desktop.storage.database import Connection

VERB = "export_own_data"
_ABOUT = (
    "What this organization's file holds about you as its user.\n"
    "my-data.json: account, rights, consents, imports, counts of what you did, what the window remembers.\n"
    "log.csv: when you did what. calls.csv: the calls of your phone (if your role may see calls).\n"
    "consents/: scans of consents you gave on paper.\n"
)


@dataclass(frozen=True, slots=True)
class OwnData:
    """What "My data" would hold: numbers for the page; ``calls`` is None for who may not see calls."""

    consents: int
    imports: int
    log_entries: int
    calls: int | None
    counts: dict[str, int]


def own_data_overview(session: Session) -> OwnData:
    """Count what the file holds about the person signed in."""
    session.require("self.data")
    me = session.member
    with session.database.read() as connection:
        return OwnData(
            consents=len(consent_records(session, me.id)),
            imports=len(_imports(session, connection)),
            log_entries=sum(1 for _ in own_data.log_of(connection, me.uuid)),
            calls=sum(1 for _ in own_data.calls_of(connection, me.id)) if session.may("calls.view") else None,
            counts=own_data.counts(connection, me.id),
        )


def save_own_data(session: Session, target: Path) -> None:
    """Write everything about the person signed in to ``target``, for its owner alone; logged.

    Raises RefusedError, OrganizationFileError ``copy_not_written``.
    """
    session.require_for(VERB)
    content = _archive(session)
    with session.database.write() as connection:
        session.require_for(VERB)
        log.append(connection, session.author, VERB)
    session.remember_head()
    try:
        replace_file(target, content)
        target.chmod(0o600)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise OrganizationFileError("copy_not_written", name=target.name, reason=reason) from error


def _archive(session: Session) -> bytes:
    me = session.member
    records = consent_records(session, me.id)
    with session.database.read() as connection:
        document = {
            "organization": session.organization.name,
            "made_at": _utc(session.now()),
            "account": _account(session),
            "consents": [_consent(consent) for consent in records],
            "imports": [
                {
                    "kind": run.kind, "file": run.file_name, "format": run.format, "at": _utc(run.started_at),
                    "created": run.created, "rejected": run.rejected,
                }
                for run in _imports(session, connection)
            ],
            "records": own_data.counts(connection, me.id),
            "remembered": own_data.settings(connection, me.id),
        }  # fmt: skip
        tables = {
            "log.csv": _csv(
                ("at", "verb"), ([_utc(at), verb] for at, verb in own_data.log_of(connection, me.uuid))
            )
        }
        if session.may("calls.view"):
            head = ("started_at", "direction", "outcome", "duration_s", "number", "customer")
            lines = (
                [
                    _utc(call.started_at),
                    call.direction,
                    call.outcome,
                    str(call.duration_s),
                    call.number,
                    call.customer or "",
                ]
                for call in own_data.calls_of(connection, me.id)
            )
            tables["calls.csv"] = _csv(head, lines)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", _ABOUT)
        archive.writestr("my-data.json", json.dumps(document, ensure_ascii=False, indent=1))
        for name, text in tables.items():
            archive.writestr(name, text)
        for consent in records:
            if consent.scan is not None:
                name = Path(consent.scan_name or "scan").name
                archive.writestr(f"consents/{consent.uuid.hex()[:8]}-{name}", consent.scan)
    return buffer.getvalue()


def _imports(session: Session, connection: Connection) -> list[ImportRun]:
    found = import_runs.runs_of_member(connection, session.member.id)
    return [run for run in found if run.kind != import_runs.CALLS or session.may("calls.view")]


def _account(session: Session) -> dict[str, object]:
    return {
        "name": session.member.name,
        "login": session.member.login,
        "role": session.role.value,
        "rights": [right.name for right in RIGHTS if session.may(right.name)],
    }


def _consent(consent: Consent) -> dict[str, object]:
    return {
        "purpose": consent.purpose.value, "lawful_basis": consent.lawful_basis.value,
        "text_version": consent.text_version, "text": consent.text, "source": consent.source.value,
        "granted_at": _utc(consent.granted_at), "expires_at": _utc(consent.expires_at),
        "withdrawn_at": _utc(consent.withdrawn_at), "calls_removed": consent.calls_removed,
        "scan": consent.scan_name,
    }  # fmt: skip


def _csv(head: Sequence[str], lines: Iterable[Sequence[str | None]]) -> str:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(head)
    writer.writerows([safe_cell(cell or "") for cell in line] for line in lines)
    return buffer.getvalue()


def _utc(moment: int | None) -> str | None:
    """Return UTC epoch seconds as ``2026-03-31T09:00:00Z``."""
    return None if moment is None else datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
