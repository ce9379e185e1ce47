"""How a call that nobody answered ended, by the cause of its end (Q.850, ITU-T; FreeSWITCH's names of it)."""

from crm_desktop.domain.calls import Direction, Outcome

_BUSY = frozenset({"17", "USER_BUSY"})
_REFUSED = frozenset({"21", "CALL_REJECTED"})
_NOBODY = frozenset({"18", "19", "NO_ANSWER", "NO_USER_RESPONSE", "ALLOTTED_TIMEOUT", "PROGRESS_TIMEOUT"})
# Normal clearing of a call that was never answered: the caller hung up.
_GIVEN_UP = frozenset({"", "0", "16", "31", "ORIGINATOR_CANCEL", "NORMAL_CLEARING", "NORMAL_UNSPECIFIED"})


def unanswered(cause: str, direction: Direction) -> Outcome:
    """Return the outcome of an unanswered call; a cause that is none of these is a failure of the line."""
    cause = cause.strip().upper()
    if cause in _BUSY:
        return Outcome.BUSY
    if direction is Direction.INCOMING:
        return Outcome.REJECTED if cause in _REFUSED else Outcome.MISSED
    if cause in _NOBODY or cause in _REFUSED:
        return Outcome.NO_ANSWER
    return Outcome.CANCELLED if cause in _GIVEN_UP else Outcome.FAILED
