"""Calls as a user with the right sees them."""

from array import array
from collections.abc import Sequence

from crm_desktop.operations.session import Session
from crm_desktop.storage import calls
from crm_desktop.storage.calls import CallQuery, CallRow

__all__ = ["CallQuery", "CallRow", "call_count", "call_first_page", "call_ids", "call_rows"]


def call_first_page(session: Session, query: CallQuery, limit: int = 200) -> list[int]:
    """Return the first ids of a list of calls at once."""
    session.require("calls.view")
    return calls.first_page(session.database.connection(), query, limit)


def call_ids(session: Session, query: CallQuery) -> "array[int]":
    """Return all ids of a list of calls in its order, 4 bytes each."""
    session.require("calls.view")
    return calls.all_ids(session.database.connection(), query)


def call_count(session: Session, query: CallQuery) -> int:
    """Return how many calls a list holds."""
    session.require("calls.view")
    return calls.count(session.database.connection(), query)


def call_rows(session: Session, ids: Sequence[int]) -> dict[int, CallRow]:
    """Return the lines of a page by id."""
    session.require("calls.view")
    return calls.read_rows(session.database.connection(), ids)
