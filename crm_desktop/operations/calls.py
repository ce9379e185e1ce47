"""Calls as a user with the right sees them."""

from array import array
from collections.abc import Sequence

from crm_desktop.operations.session import Session
from crm_desktop.storage import calls
from crm_desktop.storage.calls import CallQuery, CallRow

__all__ = ["CallQuery", "CallRow", "call_count", "call_first_page", "call_ids", "call_rows"]


def call_first_page(session: Session, query: CallQuery, limit: int = 200) -> list[int]:
    """Return the first ids of a list of calls at once."""
    with session.reading("calls.view") as connection:
        return calls.first_page(connection, query, limit, unknown=_unknown(session))


def call_ids(session: Session, query: CallQuery) -> "array[int]":
    """Return all ids of a list of calls in its order, 4 bytes each."""
    with session.reading("calls.view") as connection:
        return calls.all_ids(connection, query, unknown=_unknown(session))


def call_count(session: Session, query: CallQuery) -> int:
    """Return how many calls a list holds."""
    with session.reading("calls.view") as connection:
        return calls.count(connection, query, unknown=_unknown(session))


def call_rows(session: Session, ids: Sequence[int]) -> dict[int, CallRow]:
    """Return the lines of a page by id; calls of unknown numbers only with the right to see them."""
    with session.reading("calls.view") as connection:
        found = calls.read_rows(connection, ids)
    if _unknown(session):
        return found
    return {row.id: row for row in found.values() if row.customer_id is not None or row.candidates}


def _unknown(session: Session) -> bool:
    return session.may("calls.unknown_numbers")
