"""Paper: what of the records may be printed, by whom, and the file a print is saved to.

One record is on paper what it is on screen: whoever may see it may print it. Many are a list that leaves
the program and need the right to export lists. The log says how many and as what, never whom.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from crm_desktop.domain.addressees import Addressee, addressee_of
from crm_desktop.domain.contacts import AddressKind, ContactCard
from crm_desktop.domain.errors import OrganizationFileError, RefusedError
from crm_desktop.domain.progress import CancelToken, Progress, ProgressCallback
from crm_desktop.operations import bank_accounts, contacts
from crm_desktop.operations.bank_accounts import AccountLine
from crm_desktop.operations.bulk_plans import CHUNK
from crm_desktop.operations.notes import NoteRow, notes
from crm_desktop.operations.session import Session
from crm_desktop.operations.timeline import EntryKind, TimelineEntry, timeline
from crm_desktop.security.atomic_files import replace_file
from crm_desktop.storage import bulk as stored
from crm_desktop.storage import log, products

__all__ = [
    "PrintKind",
    "SheetContent",
    "SheetParts",
    "addressees",
    "check_may_print",
    "note_print",
    "save_print",
    "sheet_content",
    "with_address",
]

_MOST_CALLS = 40
_LOOKED_AT = 400


class PrintKind(StrEnum):
    """What is printed."""

    SHEET = "sheet"
    LIST = "list"
    LABELS = "labels"
    LETTER = "letter"
    ENVELOPE = "envelope"


@dataclass(frozen=True, slots=True)
class SheetParts:
    """What of a record is on its sheet beside the record itself; the bank only where it was asked for."""

    notes: bool = True
    calls: bool = False
    bank: bool = False


@dataclass(frozen=True, slots=True)
class SheetContent:
    """A record as its sheet shows it; account numbers are masked as they are on the card."""

    card: ContactCard
    products: dict[int, str]
    notes: tuple[NoteRow, ...] = ()
    calls: tuple[TimelineEntry, ...] = ()
    accounts: tuple[AccountLine, ...] = ()


def check_may_print(session: Session, count: int) -> None:
    """Raise RefusedError("right_missing") where somebody may not print so many records."""
    session.require("records.view")
    if count > 1:
        session.require("lists.export")


def sheet_content(session: Session, contact_id: int, parts: SheetParts) -> SheetContent:
    """Return what the sheet of a contact says.

    Raises RefusedError ``record_not_found``, and ``right_missing`` for calls or the bank without the
    right to see them.
    """
    with session.reading("records.view") as connection:
        if parts.calls:
            session.require("calls.view")
        if parts.bank:
            session.require("bank.view")
        card = contacts.card(session, contact_id)
        return SheetContent(
            card,
            {product.id: product.name for product in products.list_products(connection)},
            tuple(notes(session, contact_id)) if parts.notes else (),
            _calls(session, contact_id) if parts.calls else (),
            tuple(bank_accounts.accounts(session, contact_id)) if parts.bank else (),
        )


def _calls(session: Session, contact_id: int) -> tuple[TimelineEntry, ...]:
    found = timeline(session, contact_id, limit=_LOOKED_AT).entries
    return tuple(entry for entry in found if entry.kind is EntryKind.CALL)[:_MOST_CALLS]


def addressees(session: Session, ids: Sequence[int], kind: AddressKind | None = None) -> list[Addressee]:
    """Return some contacts in the order of ``ids``, each with where something is sent to."""
    check_may_print(session, len(ids))
    with session.reading("records.view") as connection:
        return [addressee_of(card, kind) for card in stored.cards(connection, ids)]


def with_address(
    session: Session,
    ids: Sequence[int],
    *,
    progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> list[int]:
    """Return those of ``ids`` that something can be sent to, in their order."""
    check_may_print(session, len(ids))
    found: list[int] = []
    with session.reading("records.view") as connection:
        for start in range(0, len(ids), CHUNK):
            if cancel is not None:
                cancel.raise_if_cancelled()
            known = stored.with_address(connection, ids[start : start + CHUNK])
            found += [one for one in ids[start : start + CHUNK] if one in known]
            if progress is not None:
                progress(Progress(min(start + CHUNK, len(ids)), len(ids)))
    return found


def note_print(session: Session, kind: PrintKind, count: int, *, to: str, bank: bool = False) -> None:
    """Write to the log that records go to paper (``to`` is ``printer`` or ``pdf``), before they do.

    Raises RefusedError("right_missing"); what cannot be logged is not printed.
    """
    check_may_print(session, count)
    if bank:
        session.require("bank.view")
    session.require_for("print_records")
    payload: dict[str, object] = {"count": count, "what": kind.value, "to": to, "bank": bank}
    with session.database.write() as connection:
        session.require_for("print_records")
        check_may_print(session, count)
        log.append(connection, session.author, "print_records", payload=payload)
    session.remember_head()


def save_print(
    session: Session, data: bytes, target: Path, kind: PrintKind, count: int, *, bank: bool = False,
    replace: bool = False,
) -> None:  # fmt: skip
    """Write a finished PDF to ``target``, which only its owner can read: whole, or not at all.

    Raises RefusedError ``right_missing``, ``copy_exists`` (without ``replace``);
    OrganizationFileError("print_not_written").
    """
    check_may_print(session, count)
    if target.resolve() == session.path.resolve() or target.is_dir():
        raise OrganizationFileError("print_not_written", path=target.name)
    if not replace and os.path.lexists(target):
        raise RefusedError("copy_exists", name=target.name)
    note_print(session, kind, count, to="pdf", bank=bank)
    try:
        replace_file(target, data)
        # Also over a file that a group could read: this one holds what was encrypted.
        target.chmod(0o600)
    except OSError as error:
        raise OrganizationFileError("print_not_written", path=target.name) from error
