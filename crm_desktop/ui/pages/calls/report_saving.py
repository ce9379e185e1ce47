"""The report of an import saved as a table: file, line, reason, and what the file says."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from crm_desktop.domain.errors import KnownError
from crm_desktop.domain.row_reasons import LINE_FATES, reason_words
from crm_desktop.operations.call_report_files import ReportLine, ReportRow, save_import_report
from crm_desktop.operations.session import Session
from crm_desktop.ui.messages import message_for, tr
from crm_desktop.ui.widgets.folders import proposed_folder
from crm_desktop.ui.widgets.message_bar import MessageBar
from crm_desktop.ui.widgets.page import PageContext


def may_save_report(session: Session) -> bool:
    """Return whether the person may take lines of a log out of the program."""
    return session.may("lists.export") and session.may("calls.view")


def report_lines(rows: Sequence[ReportRow]) -> list[ReportLine]:
    """Return the lines of a report in words."""
    return [
        (
            one.file, str(one.line),
            tr(LINE_FATES[one.fate]).format(reason=tr(reason_words(one.reason))), one.raw,
        )
        for one in rows
    ]  # fmt: skip


class ReportSaving:
    """Asks where to, writes in the background, and says what was written."""

    def __init__(self, context: PageContext, owner: QWidget, message: MessageBar) -> None:
        self._context, self._owner, self._message = context, owner, message

    def ask(self, lines: Callable[[], Sequence[ReportLine]]) -> None:
        """Choose a file and write the lines to it."""
        name = str(proposed_folder() / f"{tr('Report of an import')}.csv")
        chosen, _ = QFileDialog.getSaveFileName(self._owner, tr("Save the report to"), name, "CSV (*.csv)")
        if chosen:
            self.save_to(Path(chosen), lines())

    def save_to(self, target: Path, lines: Sequence[ReportLine]) -> None:
        """Write the lines to ``target``."""
        titles = (tr("File"), tr("Line"), tr("Why"), tr("What the file says"))
        self._context.tasks.run(
            partial(save_import_report, self._context.session, lines, target, titles=titles),
            on_done=self._saved, on_error=self._refuse, owner=self._owner,
        )  # fmt: skip

    def _saved(self, count: int) -> None:
        words = tr("%n lines saved. The file is not encrypted.", "", count)
        self._message.show_message(words, tone="ok")

    def _refuse(self, error: KnownError) -> None:
        self._message.show_message(message_for(error), tone="danger")
