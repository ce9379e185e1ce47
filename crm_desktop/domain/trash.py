"""How long the trash keeps what was moved there."""

KEPT_DAYS = 30
KEPT_S = KEPT_DAYS * 86_400
"""Deleted records come back for 30 days (product design); the same for every organization."""


def goes_at(trashed_at: int) -> int:
    """Return when a record moved to the trash at ``trashed_at`` goes for good (UTC epoch seconds)."""
    return trashed_at + KEPT_S
