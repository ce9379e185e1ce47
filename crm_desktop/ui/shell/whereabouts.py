"""Where the user was before a lock: a page, its section and a record's id, no content."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """``page`` is a name of the registry; empty for the first page."""

    page: str = ""
    contact_id: int | None = None
    section: str = ""
