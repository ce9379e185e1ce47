"""Contents of files inside the organization's file: stored in pieces, checked when read, swept when loose."""

import hashlib
from collections.abc import Callable, Sequence

from crm_desktop.domain.attachments import Attachment
from crm_desktop.domain.errors import OrganizationFileError
from crm_desktop.domain.progress import CancelToken
from crm_desktop.importers.attached.reading import ReadFile
from crm_desktop.operations.session import Session
from crm_desktop.storage import attachments as stored
from crm_desktop.storage.database import Connection

KEPT_WITHOUT_ROW_S = 86_400
"""How long a content may wait for its row: whoever is adding it is done long before."""
PIECES_AT_ONCE = 8
"""2 MB a transaction: a save elsewhere waits for a fraction of a second."""


def store(
    session: Session,
    found: ReadFile,
    *,
    cancel: CancelToken | None = None,
    on_stored: Callable[[int], None] | None = None,
) -> None:
    """Write a content in short transactions; one that is there already and undamaged is kept as it is.

    Raises OrganizationFileError, Cancelled; what was written stays for :func:`discard`.
    """
    cancel = cancel or CancelToken()
    data, sha256 = found.content, found.sha256
    with session.database.read() as connection:  # reading it whole is too long for the write below
        undamaged = stored.is_as_added(connection, sha256, len(data))
    for first in range(0, stored.piece_count(len(data)), PIECES_AT_ONCE):
        cancel.raise_if_cancelled()
        with session.database.write() as connection:
            if first == 0 and undamaged and stored.is_whole(connection, sha256, len(data)):
                stored.keep_young(connection, sha256, now=session.now())
                break
            stored.put_pieces(
                connection, sha256, data, first=first, last=first + PIECES_AT_ONCE, now=session.now()
            )
        if on_stored is not None:
            on_stored(min(PIECES_AT_ONCE * stored.PIECE, len(data) - first * stored.PIECE))


def verified(connection: Connection, found: Attachment) -> bytes:
    """Return the content of a row, held against its size and SHA-256.

    Raises OrganizationFileError("attachment_damaged").
    """
    content = b"".join(stored.pieces(connection, found.sha256))
    if len(content) != found.size or hashlib.sha256(content).digest() != found.sha256:
        raise OrganizationFileError("attachment_damaged", name=found.name)
    return content


def discard(session: Session, contents: Sequence[bytes]) -> int:
    """Remove those of some contents at once that nothing names; return how many went."""
    wished = set(contents)
    with session.database.read() as connection:
        loose = [found for found in stored.unneeded(connection, before=1 << 40) if found in wished]
    return sum(_remove(session, sha256, before=1 << 40, cancel=CancelToken()) for sha256 in loose)


def sweep(session: Session, *, cancel: CancelToken | None = None) -> int:
    """Remove the contents no row and no kept image names, a day after they were stored; return how many.

    Raises Cancelled; the next time goes on.
    """
    cancel = cancel or CancelToken()
    before = session.now() - KEPT_WITHOUT_ROW_S
    with session.database.read() as connection:
        loose = stored.unneeded(connection, before=before)
    return sum(_remove(session, sha256, before=before, cancel=cancel) for sha256 in loose)


def _remove(session: Session, sha256: bytes, *, before: int, cancel: CancelToken) -> bool:
    """Remove one content in short transactions, each asking anew whether it was taken up meanwhile."""
    more = True
    while more:
        cancel.raise_if_cancelled()
        with session.database.write() as connection:
            if sha256 not in stored.unneeded(connection, before=before):
                return False
            stored.remove_some(connection, sha256, limit=PIECES_AT_ONCE)
            more = stored.has_any(connection, sha256)
    return True
