"""Contacts and call logs in the words of the tests."""

from dataclasses import replace
from pathlib import Path
from xml.sax.saxutils import quoteattr

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from crm_desktop.domain.contact_drafts import ContactDraft, PhoneDraft, tidy
from crm_desktop.domain.contacts import Category
from crm_desktop.operations.contacts import add_contact
from crm_desktop.operations.session import Session
from crm_desktop.operations.verify import verify
from crm_desktop.storage import rows

FIRST_CALL = 1_780_000_000  # May 2026, before the clock of the tests


def person(given: str = "Dana", family: str | None = "Whitfield", **values: object) -> ContactDraft:
    draft = ContactDraft(category=Category.CUSTOMER, given=given, family=family)
    return tidy(replace(draft, **values))  # type: ignore[arg-type]


def entry(given: str, family: str | None = None, **values: object) -> ContactDraft:
    return tidy(replace(person(given, family, **values), category=Category.ADDRESS_BOOK))


def customer_with(session: Session, given: str, *numbers: str) -> int:
    return add_contact(session, person(given, None, phones=tuple(PhoneDraft(number) for number in numbers)))


def call_log(path: Path, *calls: tuple[str, int], kind: int = 1, duration: int = 60) -> Path:
    """Write an Android log of (number, seconds after FIRST_CALL)."""
    lines = [
        f"<call number={quoteattr(number)} duration='{duration}' "
        f"date='{(FIRST_CALL + at) * 1000}' type='{kind}'/>"
        for number, at in calls
    ]
    path.write_text(f"<calls count='{len(lines)}'>{''.join(lines)}</calls>", encoding="utf-8")
    return path


def log_of(path: Path, number: str, count: int) -> Path:
    """Write a log of ``count`` calls of one number, a minute apart."""
    return call_log(path, *((number, 60 * index) for index in range(count)))


def table_rows(session: Session, table: str) -> list[dict[str, object]]:
    """Return every row of a table with every column."""
    with session.database.read() as connection:
        ids = [row_id for (row_id,) in connection.execute(f"SELECT id FROM {table} ORDER BY id")]  # noqa: S608
        return [row for row_id in ids if (row := rows.full_row(connection, table, row_id))]


def broken(session: Session) -> dict[str, str]:
    """Return what verify finds, by check."""
    return {check.name: check.detail for check in verify(session) if not check.ok}


def decrypted(session: Session, path: Path | None = None) -> bytes:
    """Return the content of every page of the file, free ones too; of a backup where ``path`` is one."""
    data = (path or session.path).read_bytes()
    pages = [_decrypted_page(session, data[at : at + 4096]) for at in range(4096, len(data), 4096)]
    return b"".join([_decrypted_page(session, data[:4096], first=True), *pages])


def decrypted_log(session: Session) -> bytes:
    """Return the content of every page in the write-ahead log, overwritten states too."""
    data = session.path.with_name(f"{session.path.name}-wal").read_bytes()
    frames = [data[at : at + 24 + 4096] for at in range(32, len(data) - 24 - 4095, 24 + 4096)]
    return b"".join(
        _decrypted_page(session, frame[24:], first=int.from_bytes(frame[:4], "big") == 1) for frame in frames
    )


def _decrypted_page(session: Session, page: bytes, *, first: bool = False) -> bytes:
    """Decrypt one page (SQLCipher 4: AES-256-CBC, IV behind; the first begins with the salt)."""
    decryptor = Cipher(AES(session.ring.current_file_key.key), CBC(page[4016:4032])).decryptor()
    return decryptor.update(page[16 if first else 0 : 4016]) + decryptor.finalize()
