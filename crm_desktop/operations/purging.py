"""Records leave the trash for good: by themselves 30 days after they came there, or earlier by hand.

By themselves they go while somebody works who may trash records; whoever may not leaves them for the next,
and so does, for records that have or had bank details, whoever may not change these. Going earlier cuts
short what everybody was promised, so it needs the right to decide how long data are kept: ``retention``,
which the administrator has. It is not the right to erase, because it is no erasure: backups keep the
record, and the person may be added or imported again at any time.

Each batch is a transaction and an entry of its own: whatever interrupts it, the next time goes on.
"""

import time
from collections.abc import Callable, Sequence

from crm_desktop.domain.progress import CancelToken, Progress, ProgressCallback
from crm_desktop.domain.trash import KEPT_S
from crm_desktop.operations.attached_contents import discard
from crm_desktop.operations.large_changes import Pace
from crm_desktop.operations.session import Session
from crm_desktop.storage import attachments, purging
from crm_desktop.storage.database import Connection

__all__ = ["delete_for_good", "purge_expired"]


def purge_expired(session: Session, *, cancel: CancelToken | None = None) -> int:
    """Remove what has been in the trash for 30 days; return how many records went.

    0 where this person may not. Raises Cancelled; what went by then is gone.
    """
    if session.read_only or not session.may_do(purging.EXPIRED):
        return 0

    def due(connection: Connection, part: Sequence[int] | None) -> list[int]:
        return purging.in_trash(
            connection, before=session.now() - KEPT_S, ids=part, with_bank=session.may("bank.edit")
        )

    return _purge(session, purging.EXPIRED, due, None, cancel)


def delete_for_good(
    session: Session,
    ids: Sequence[int] | None = None,
    *,
    progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> int:
    """Remove records from the trash now, None: all that are there; return how many went.

    What was restored meanwhile stays. It cannot be undone. Raises RefusedError("right_missing") and
    Cancelled; what went by then is gone.
    """
    session.require_for(purging.BY_HAND)
    session.require("bank.edit")
    wanted = None if ids is None else frozenset(ids)

    def chosen(connection: Connection, part: Sequence[int] | None) -> list[int]:
        found = purging.in_trash(connection, ids=part, with_bank=True)
        return [contact_id for contact_id in found if wanted is None or contact_id in wanted]

    return _purge(session, purging.BY_HAND, chosen, progress, cancel)


def _purge(
    session: Session,
    verb: str,
    find: Callable[[Connection, Sequence[int] | None], list[int]],
    progress: ProgressCallback | None,
    cancel: CancelToken | None,
) -> int:
    with session.database.read() as connection:
        ids = find(connection, None)
    pace, removed, done = Pace(), 0, 0
    contents: list[bytes] = []
    try:
        while done < len(ids):
            if cancel is not None:
                cancel.raise_if_cancelled()
            part = ids[done : done + min(pace.size, _MOST_AT_ONCE)]
            with pace.batch(), session.database.write() as connection:
                session.require_for(verb)
                # Somebody may have restored one since, and a right may have gone.
                still = find(connection, part)
                if still:
                    contents += attachments.contents_of(connection, purging.with_merged(connection, still))
                    purging.purge(connection, session.author, verb, still)
            removed, done = removed + len(still), done + len(part)
            if progress is not None:
                progress(Progress(done, len(ids)))
            time.sleep(0)  # hand the interpreter to the window between two transactions
    finally:
        if removed:
            discard(session, contents)
            session.remember_head()
            session.empty_log()
    return removed


# As many as one statement names.
_MOST_AT_ONCE = 500
