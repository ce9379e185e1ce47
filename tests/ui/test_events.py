"""The latest events leave out what was undone, and the undoing."""

import pytest

from crm_desktop.operations.timeline import EntryKind, TimelineEntry
from crm_desktop.operations.undo import HistoryEntry
from crm_desktop.ui.widgets.events import still_so


def _entries(*verbs: str) -> list[TimelineEntry]:
    """Return changes of one member, newest first."""
    return [
        TimelineEntry(EntryKind.CHANGE, 100 - at, change=HistoryEntry(at, 100 - at, "Ana", verb, ()))
        for at, verb in enumerate(verbs)
    ]


@pytest.mark.parametrize(
    ("verbs", "kept"),
    [
        (("edit_customer", "add_customer"), [0, 1]),
        (("undo", "edit_customer", "add_customer"), [2]),
        (("redo", "undo", "edit_customer", "add_customer"), [2, 3]),
        (("undo", "undo", "trash", "edit_customer", "add_customer"), [4]),
        (("undo", "redo", "undo", "edit_customer", "add_customer"), [4]),
    ],
)
def test_what_was_undone_and_the_undoing_are_left_out(verbs: tuple[str, ...], kept: list[int]) -> None:
    found = still_so(_entries(*verbs))
    assert [entry.change.change_set_id for entry in found if entry.change] == kept
