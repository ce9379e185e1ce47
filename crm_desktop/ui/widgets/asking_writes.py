"""Writes that may meet what somebody else saved meanwhile: the user is asked, and nothing typed is lost."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from PySide6.QtWidgets import QWidget

from crm_desktop.domain.contact_merging import Place, Side
from crm_desktop.domain.errors import KnownError
from crm_desktop.operations.contact_conflicts import Conflict
from crm_desktop.operations.row_conflicts import RowConflict
from crm_desktop.ui.widgets.conflict_dialog import ConflictDialog
from crm_desktop.ui.widgets.contact_options import ContactOptions
from crm_desktop.ui.widgets.page import PageContext

Settle = Callable[[Any, Mapping[Place, Side]], object]
"""Writes what was chosen of a conflict; returns another one where somebody was faster once more."""


def unsettled(_conflict: object, _choices: Mapping[Place, Side]) -> object:
    """Stand where no conflict can be returned."""
    raise AssertionError


def run_asking(
    context: PageContext,
    work: Callable[[], object],
    settle: Settle,
    *,
    parent: QWidget,
    on_done: Callable[[Any], None],
    on_error: Callable[[KnownError], None],
    on_back: Callable[[], None],
    options: ContactOptions | None = None,
) -> None:
    """Do ``work`` off the UI thread; a conflict it returns is shown before / theirs / mine over ``parent``.

    ``on_back``: the user goes back to what was typed, and nothing was written.
    """

    def answered(result: object) -> None:
        asked_about(
            result, context, settle, parent=parent, on_done=on_done, on_error=on_error, on_back=on_back,
            options=options,
        )  # fmt: skip

    context.tasks.run(work, on_done=answered, on_error=on_error, owner=parent)


def asked_about(
    result: object,
    context: PageContext,
    settle: Settle,
    *,
    parent: QWidget,
    on_done: Callable[[Any], None],
    on_error: Callable[[KnownError], None],
    on_back: Callable[[], None],
    options: ContactOptions | None = None,
) -> None:
    """Go on with what a write returned, as :func:`run_asking` does."""
    if not isinstance(result, Conflict | RowConflict):
        on_done(result)
        return

    def chosen() -> None:
        run_asking(
            context, partial(settle, result, dialog.choices), settle, parent=parent, on_done=on_done,
            on_error=on_error, on_back=on_back, options=options,
        )  # fmt: skip

    known = options or ContactOptions()
    dialog = ConflictDialog(result, options=known, clock=context.clock, parent=parent)
    dialog.accepted.connect(chosen)
    dialog.rejected.connect(on_back)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
