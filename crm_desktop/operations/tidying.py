"""Once a day, while nobody waits: the trash, old values and words of removed records are cleared away.

Records leave the trash after 30 days. Old values are kept 90 days for undo and history; a signed entry
says up to where they were removed. Removing a record takes it out of every answer at once; its words stay
in pages of the index until these are merged, and in the list of words for similar names. The last time
stands in the log.
"""

from crm_desktop.domain.progress import CancelToken
from crm_desktop.operations import attached_contents
from crm_desktop.operations.purging import purge_expired
from crm_desktop.operations.session import Session
from crm_desktop.storage import log, pruning, search
from crm_desktop.storage.database import Connection

EVERY_S = 86_400
VERB = "tidy"
# About 2 MB or as many words a transaction: a save elsewhere waits for a fraction of a second.
PAGES_AT_ONCE = 500
WORDS_AT_ONCE = 500
IMAGES_AT_ONCE = 500


def tidy(session: Session, *, cancel: CancelToken | None = None) -> bool:
    """Do everything that is due; return whether it was. Raises Cancelled; the next time goes on."""
    if session.read_only:
        return False
    with session.database.read() as connection:
        if not _is_due(session, connection):
            return False
    purge_expired(session, cancel=cancel)
    prune_old_values(session, cancel=cancel)
    attached_contents.sweep(session, cancel=cancel)
    return tidy_search(session, cancel=cancel)


def prune_old_values(session: Session, *, cancel: CancelToken | None = None) -> int:
    """Remove images, salts and payloads of more than 90 days ago; return how many.

    The signed entry comes first. One that was interrupted before its end is ended before another begins.
    Raises Cancelled.
    """
    cancel = cancel or CancelToken()
    with session.database.read() as connection:
        after, up_to = pruning.pruned_ranges(connection)
    removed = _remove_old(session, after, up_to, cancel)
    with session.database.write() as connection:
        after = pruning.pruned_ranges(connection)[1]
        up_to = pruning.last_old_entry(connection, now=session.now())
        if not _has_old(connection, after, up_to):
            return removed
        log.append(connection, session.author, pruning.VERB, payload={pruning.UP_TO: up_to})
    session.remember_head()
    removed += _remove_old(session, after, up_to, cancel)
    session.empty_log()
    return removed


def _has_old(connection: Connection, after: int, up_to: int) -> bool:
    return up_to > after and bool(
        pruning.old_rows(connection, after, up_to, limit=1) or pruning.old_payloads(connection, after, up_to)
    )


def _remove_old(session: Session, after: int, up_to: int, cancel: CancelToken) -> int:
    removed = 0
    with session.database.read() as connection:
        rows = pruning.old_rows(connection, after, up_to)
        payloads = pruning.old_payloads(connection, after, up_to)
    for found, remove in ((rows, pruning.remove_images), (payloads, pruning.remove_payloads)):
        for start in range(0, len(found), IMAGES_AT_ONCE):
            cancel.raise_if_cancelled()
            with session.database.write() as connection:
                remove(connection, found[start : start + IMAGES_AT_ONCE])
            removed += len(found[start : start + IMAGES_AT_ONCE])
    return removed


def tidy_search(session: Session, *, due: bool = False, cancel: CancelToken | None = None) -> bool:
    """Tidy the search index if that was not done within a day, or is ``due`` now; return whether it was.

    Works in short transactions; whatever interrupts it, the next time begins anew. Raises Cancelled.
    """
    if session.read_only:
        return False
    with session.database.read() as connection:
        if not due and not _is_due(session, connection):
            return False
    cancel = cancel or CancelToken()
    # Words that are gone from the index first: by it is judged which others are unused.
    _merge(session, "search_word", cancel)
    _merge(session, "search_digit", cancel)
    _forget_unused(session, cancel)
    _merge(session, "search_token_part", cancel)
    with session.database.write() as connection:
        if _is_due(session, connection):
            log.append(connection, session.author, VERB)
    session.remember_head()
    return True


def _is_due(session: Session, connection: Connection) -> bool:
    last = log.last_time(connection, VERB)
    return last is None or not 0 <= session.now() - last < EVERY_S  # a clock set back must not put it off


def _merge(session: Session, index: str, cancel: CancelToken) -> None:
    more = begin = True
    while more:
        cancel.raise_if_cancelled()
        with session.database.write() as connection:
            more = search.merge_some(connection, index, pages=PAGES_AT_ONCE, begin=begin)
        begin = False


def _forget_unused(session: Session, cancel: CancelToken) -> None:
    with session.database.read() as connection:
        unused = search.unused_tokens(connection)
    for start in range(0, len(unused), WORDS_AT_ONCE):
        cancel.raise_if_cancelled()
        with session.database.write() as connection:
            search.forget_tokens(connection, unused[start : start + WORDS_AT_ONCE])
