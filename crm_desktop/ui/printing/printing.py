"""What a list of contacts prints: opens the window, asks for the printer or the file, and does the work."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from crm_desktop.domain.errors import KnownError
from crm_desktop.domain.progress import CancelToken, Progress
from crm_desktop.operations.printing import (
    PrintKind,
    check_may_print,
    note_print,
    save_print,
    with_address,
)
from crm_desktop.ui.messages import tr
from crm_desktop.ui.printing.letter_options import LetterOptions
from crm_desktop.ui.printing.list_on_screen import ListOnScreen
from crm_desktop.ui.printing.options import (
    EnvelopeOptions,
    LabelOptions,
    PrintOptions,
    RecordOptions,
)
from crm_desktop.ui.printing.paper import Document, page_layout
from crm_desktop.ui.printing.run import PdfRun, PrintRun
from crm_desktop.ui.printing.window import PrintWindow
from crm_desktop.ui.widgets.dialog import ask
from crm_desktop.ui.widgets.folders import proposed_folder
from crm_desktop.ui.widgets.page import PageContext

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

_MADE: dict[PrintKind, Callable[[PageContext, Sequence[int]], PrintOptions]] = {
    PrintKind.LABELS: lambda context, ids: LabelOptions(context.session, ids),
    PrintKind.ENVELOPE: lambda context, ids: EnvelopeOptions(context.session, ids),
    PrintKind.LETTER: lambda context, ids: LetterOptions(context.session, ids, context.clock),
}


class Printing(QObject):
    """Prints for one page; ``window`` is the open one."""

    def __init__(self, context: PageContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._context, self._parent = context, parent
        self.window: PrintWindow | None = None
        self.run: PrintRun | None = None

    # --- the window ------------------------------------------------------------------------------

    def records(self, shown: ListOnScreen) -> None:
        """Show sheets of the selected contacts, or the list."""
        if shown.selected or (shown.all_ids and self._context.session.may("lists.export")):
            self._open(tr("Print"), RecordOptions(self._context.session, shown, self._context.clock))

    def addressed(self, kind: PrintKind, ids: Sequence[int]) -> None:
        """Show labels, envelopes or letters for those of ``ids`` who have an address."""
        context = self._context
        if not ids:
            return
        try:
            check_may_print(context.session, len(ids))
        except KnownError as error:
            context.notices.refuse(error)
            return
        context.tasks.run(
            partial(with_address, context.session, ids), on_done=partial(self._addressed, kind, len(ids)),
            on_error=context.notices.refuse, owner=self, serial=False,
        )  # fmt: skip

    def _addressed(self, kind: PrintKind, asked: int, ids: list[int]) -> None:
        if not ids:
            self._context.notices.warn(tr("Nobody of them has a postal address."))
            return
        left_out = asked - len(ids)
        told = tr("%n have no postal address and are left out.", "", left_out) if left_out else ""
        self._open(self._title(kind), _MADE[kind](self._context, ids), told=told)

    @staticmethod
    def _title(kind: PrintKind) -> str:
        return {
            PrintKind.SHEET: tr("Contact sheet"),
            PrintKind.LIST: tr("List"),
            PrintKind.LABELS: tr("Labels"),
            PrintKind.LETTER: tr("Letter"),
            PrintKind.ENVELOPE: tr("Envelope"),
        }[kind]

    def _open(self, title: str, options: PrintOptions, *, told: str = "") -> None:
        window = PrintWindow(title, options, told=told)
        window.setParent(self._parent, window.windowFlags())
        window.resize(window.size().boundedTo(self._parent.window().size()))
        window.print_requested.connect(self._print)
        window.pdf_requested.connect(self._save)
        window.finished.connect(lambda _result: self._closed(window))
        self.window = window
        window.open()

    def _closed(self, window: PrintWindow) -> None:
        window.options.remember()
        window.deleteLater()
        self.window = None

    # --- printer ---------------------------------------------------------------------------------

    def _print(self, document: Document) -> None:
        window = self.window
        if window is None:
            return
        printer = choose_printer(document, window)
        if printer is None:
            if not printers():
                window.say(tr("This computer has no printer set up. Save a PDF instead."))
            return
        try:
            note_print(
                self._context.session, document.kind, document.records, to="printer", bank=document.bank
            )
        except KnownError as error:
            window.refuse(error)
            return
        window.accept()
        first, last = printer.fromPage(), printer.toPage()
        cancel = CancelToken()
        self.run = PrintRun(
            document, printer, dpi=printer.resolution(), cancel=cancel, parent=self,
            wanted=lambda page: not first or first <= page <= (last or page),
        )  # fmt: skip
        self._follow(self.run, document, cancel, on_done=self._printed)

    def _printed(self) -> None:
        self._context.notices.say(tr("Sent to the printer."))

    # --- PDF -------------------------------------------------------------------------------------

    def _save(self, document: Document) -> None:
        window = self.window
        if window is None:
            return
        title = self._title(document.kind)
        chosen, _ = QFileDialog.getSaveFileName(
            window, tr("Save as PDF"), str(proposed_folder() / f"{title}.pdf"), "PDF (*.pdf)"
        )
        if not chosen:
            return
        target = Path(chosen)
        if target.suffix.casefold() != ".pdf":
            target = target.with_name(f"{target.name}.pdf")
            words = tr("“{name}” exists already. Replace it?").format(name=target.name)
            if target.exists() and not ask(window, words, accept=tr("Replace"), danger=True):
                return
        # A file that is there now is one somebody agreed to replace; one that comes later is not.
        replace = target.exists()
        window.accept()
        cancel = CancelToken()
        run = PdfRun(document, title=title, cancel=cancel, parent=self)
        self.run = run
        write = partial(self._write, run, document, target, replace=replace)
        self._follow(run, document, cancel, on_done=write)

    def _write(self, run: PdfRun, document: Document, target: Path, *, replace: bool) -> None:
        context = self._context
        context.tasks.run(
            partial(
                save_print, context.session, run.data, target, document.kind, document.records,
                bank=document.bank, replace=replace,
            ),
            on_done=lambda _nothing: context.notices.say(tr("Saved: {name}").format(name=target.name)),
            on_error=context.notices.refuse, owner=self,
        )  # fmt: skip

    def _follow(
        self, run: PrintRun, document: Document, cancel: CancelToken, *, on_done: Callable[[], None]
    ) -> None:
        notices = self._context.notices
        card = notices.working(tr("%n pages are being made.", "", document.sections), cancel)

        def ended() -> None:
            card.end()
            self.run = None
            run.deleteLater()

        def refused(error: KnownError) -> None:
            notices.refuse(error)

        def progressed(progress: Progress) -> None:
            card.show_progress(progress)

        run.progressed.connect(progressed)
        for signal in (run.done, run.cancelled, run.refused):
            signal.connect(ended)
        run.done.connect(on_done)
        run.refused.connect(refused)
        run.cancelled.connect(lambda: notices.say(tr("Cancelled. Nothing was kept.")))
        run.start()

    def stop(self) -> None:
        """Let go of what is shown and under way: the session ends."""
        if self.window is not None:
            self.window.hide()
            self.window.deleteLater()
            self.window = None
        if self.run is not None:
            self.run.stop()
            self.run = None


def printers() -> list[str]:
    """Return the names of the printers this computer has."""
    from PySide6.QtPrintSupport import QPrinterInfo

    return list(QPrinterInfo.availablePrinterNames())


def choose_printer(document: Document, parent: QWidget) -> "QPrinter | None":
    """Ask for a printer and its settings; None where none was chosen.

    Printing to a file is not among them: that is *Save as PDF*, which makes a file nobody else can read.
    """
    from PySide6.QtPrintSupport import QAbstractPrintDialog, QPrintDialog, QPrinter

    if not printers():
        return None
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setPageLayout(page_layout(document.paper))
    printer.setCreator("CT-CRM Desktop")
    dialog = QPrintDialog(printer, parent)
    dialog.setOption(QAbstractPrintDialog.PrintDialogOption.PrintToFile, on=False)
    dialog.setOption(QAbstractPrintDialog.PrintDialogOption.PrintPageRange, on=True)
    try:
        return printer if dialog.exec() == QPrintDialog.DialogCode.Accepted else None
    finally:
        dialog.deleteLater()
