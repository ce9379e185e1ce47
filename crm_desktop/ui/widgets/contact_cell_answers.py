"""What is asked when a cell was saved that somebody else had changed meanwhile."""

from collections.abc import Callable, Mapping

from PySide6.QtWidgets import QWidget

from crm_desktop.domain.contact_merging import Place, Side
from crm_desktop.domain.contacts import Category
from crm_desktop.domain.errors import ConflictError, KnownError
from crm_desktop.operations.contact_conflicts import Conflict, Saved, decided, save_merging
from crm_desktop.ui.widgets.asking_writes import asked_about
from crm_desktop.ui.widgets.contact_options import contact_options
from crm_desktop.ui.widgets.page import PageContext
from crm_desktop.ui.widgets.record_table_model import OnOutcome


def cell_answers(context: PageContext, category: Category, parent: QWidget) -> OnOutcome:
    """Return what a list of contacts does with the conflict of a cell.

    The user chooses the value; whoever goes back finds the cell open as it was typed.
    """

    def settle(conflict: Conflict, choices: Mapping[Place, Side]) -> Saved | Conflict:
        draft = decided(conflict, choices)
        return save_merging(
            context.session, conflict.contact_id, draft, base=conflict.theirs, version=conflict.version
        )

    def answer(outcome: object, saved: Callable[[], None], refused: Callable[[KnownError], None]) -> None:
        asked_about(
            outcome, context, settle, parent=parent, on_done=lambda _found: saved(), on_error=refused,
            on_back=lambda: refused(ConflictError("record_changed")),
            options=contact_options(context.session, category),
        )  # fmt: skip

    return answer
