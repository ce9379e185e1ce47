"""How long work reports where it is, and how it is told to stop; shared by both faces, free of Qt."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from crm_desktop.domain.errors import CrmError


class Cancelled(CrmError):  # noqa: N818 - somebody's wish was followed, nothing failed
    """The work stopped because it was asked to; what it had begun is undone by whoever began it."""


class CancelToken:
    """A flag that one thread raises and another looks at between two steps of its work."""

    __slots__ = ("_event",)

    def __init__(self) -> None:
        self._event = threading.Event()

    def cancel(self) -> None:
        """Ask the work to stop; asking twice is harmless."""
        self._event.set()

    @property
    def cancelled(self) -> bool:
        """Whether the work was asked to stop."""
        return self._event.is_set()

    def raise_if_cancelled(self) -> None:
        """Raise ``Cancelled`` once the work was asked to stop."""
        if self._event.is_set():
            raise Cancelled


@dataclass(frozen=True, slots=True)
class Progress:
    """``done`` of ``total`` units (``total`` is None while unknown); ``label`` names the current step."""

    done: int
    total: int | None = None
    label: str = ""


ProgressCallback = Callable[[Progress], None]
