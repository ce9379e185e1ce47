"""The words of a list of contacts, and what it says while it is empty."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from crm_desktop.operations.contacts import ContactQuery
from crm_desktop.ui.messages import tr
from crm_desktop.ui.widgets.empty_state import EmptyState
from crm_desktop.ui.widgets.words import status_word


@dataclass(frozen=True, slots=True)
class ListTexts:
    """The words of one list."""

    title: str
    search: str
    new: str
    empty: str
    move: str
    moved: str
    glyph: str


def empty_state(
    query: ContactQuery,
    texts: ListTexts,
    *,
    clear: Callable[[], None],
    clear_filters: Callable[[], None],
    add: Callable[[], None] | None,
    lacking: Sequence[str] = (),
) -> EmptyState:
    """Return what an empty list says and offers; ``add`` is None for somebody who may add nothing.

    ``lacking`` are the removed fields its conditions speak of.
    """
    if query.conditions:
        words = tr("No record fits these filters.")
        if lacking:
            words = tr(
                "The field “{field}” was removed, so these filters find nobody. Take its filter out, or "
                "bring the field back with Undo."
            ).format(field=lacking[0])
        state = EmptyState(glyph="funnel", sentence=words, action=tr("Clear the filters"))
        state.action_requested.connect(clear_filters)
        return state
    if query.text:
        state = EmptyState(
            glyph="magnifying-glass",
            sentence=tr("Nothing found. Try fewer letters or digits."),
            action=tr("Clear the search"),
        )
        state.action_requested.connect(clear)
        return state
    if query.trashed:
        return EmptyState(glyph="trash", sentence=tr("The trash is empty."))
    if query.status is not None:
        words = tr("No customer is “{status}” now.").format(status=status_word(query.status))
        return EmptyState(glyph="funnel", sentence=words)
    state = EmptyState(glyph=texts.glyph, sentence=texts.empty, action=texts.new if add is not None else "")
    if add is not None:
        state.action_requested.connect(add)
    return state
