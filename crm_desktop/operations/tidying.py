"""Once a day, while nobody waits: words of removed and corrected records leave the search index.

Removing a record takes it out of every answer at once; its words stay in pages of the index until these
are merged, and in the list of words for similar names. The last time stands in the log.
"""

from crm_desktop.domain.progress import CancelToken
from crm_desktop.operations.session import Session
from crm_desktop.storage import log, search
from crm_desktop.storage.database import Connection

EVERY_S = 86_400
VERB = "tidy"
# About 2 MB or as many words a transaction: a save elsewhere waits for a fraction of a second.
PAGES_AT_ONCE = 500
WORDS_AT_ONCE = 500


def tidy_search(session: Session, *, cancel: CancelToken | None = None) -> bool:
    """Tidy the search index if that was not done within a day; return whether it was.

    Works in short transactions; whatever interrupts it, the next time begins anew. Raises Cancelled.
    """
    if session.read_only:
        return False
    with session.database.read() as connection:
        if not _is_due(session, connection):
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
