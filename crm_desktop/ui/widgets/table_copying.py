"""Copying many rows of a table: read in a worker, with progress and *Cancel* where it takes a while."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from crm_desktop.domain.errors import KnownError, RefusedError
from crm_desktop.domain.progress import CancelToken
from crm_desktop.ui.messages import number, tr
from crm_desktop.ui.widgets.page import PageContext
from crm_desktop.ui.widgets.record_source import RecordSource
from crm_desktop.ui.widgets.record_table import RecordTable
from crm_desktop.ui.widgets.table_clipboard import read_text, visible_columns
from crm_desktop.ui.widgets.work_cards import WorkCard

CARD_FROM = 2_000
"""From so many rows on, a card shows how far it is."""
COPY_LIMIT = 100_000
"""More rows than this are an export: other programs stand still over such a clipboard."""


class TableCopying(QObject):
    """Copies what a table has selected when it is more than it copies at once.

    ``source`` makes a source of the list on screen that only the worker uses.
    """

    def __init__(self, context: PageContext, table: RecordTable, source: Callable[[], RecordSource]) -> None:
        super().__init__(table)
        self._context, self._table, self._source = context, table, source
        self._cancel = CancelToken()
        table.long_copy = self.copy

    def copy(self, ids: Sequence[int]) -> None:
        """Put the rows of ``ids`` on the clipboard once they are read; a newer copy ends an older one."""
        notices, records = self._context.notices, self._table.records
        if records is None:
            return
        if len(ids) > COPY_LIMIT:
            notices.refuse(RefusedError("copy_too_long", limit=number(COPY_LIMIT)))
            return
        self._cancel.cancel()
        self._cancel = cancel = CancelToken()
        title = tr("{count} rows are being copied.").format(count=number(len(ids)))
        card = notices.working(title, cancel) if len(ids) > CARD_FROM else None
        columns = visible_columns(records, self._table.header)
        self._context.tasks.run(
            partial(read_text, self._source(), columns, ids),
            on_done=partial(self._done, cancel, card, len(ids)),
            on_error=partial(self._refuse, card), on_cancelled=partial(_end, card),
            on_progress=card.show_progress if card is not None else None, cancel=cancel, owner=self,
            serial=False,
        )  # fmt: skip

    def _done(self, cancel: CancelToken, card: WorkCard | None, count: int, text: str) -> None:
        _end(card)
        if cancel.cancelled:
            return
        QGuiApplication.clipboard().setText(text)
        self._context.notices.say(tr("{count} rows copied").format(count=number(count)))

    def _refuse(self, card: WorkCard | None, error: KnownError) -> None:
        _end(card)
        self._context.notices.refuse(error)


def _end(card: WorkCard | None) -> None:
    if card is not None:
        card.end()
