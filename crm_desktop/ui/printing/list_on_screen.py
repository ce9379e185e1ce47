"""A list as it is shown, for paper."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from crm_desktop.ui.widgets.record_source import Column, Row


@dataclass(frozen=True, slots=True)
class ListOnScreen:
    """Its columns, those of them that are ``shown`` by their places, its ids, and where rows come from."""

    title: str
    facts: str
    columns: Sequence[Column]
    shown: Sequence[int]
    rows: Callable[[Sequence[int]], Mapping[int, Row]]
    all_ids: Sequence[int]
    selected: Sequence[int]
