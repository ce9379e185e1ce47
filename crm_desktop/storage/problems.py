"""One thing a check found that is not as it should be."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """A code for its sentence, and the facts in it."""

    code: str
    facts: dict[str, object]
