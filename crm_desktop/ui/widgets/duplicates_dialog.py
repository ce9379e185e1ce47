"""The duplicates a scan found: who may be one and why, to be merged, told apart, or left for later."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from crm_desktop.domain.errors import KnownError
from crm_desktop.domain.progress import CancelToken
from crm_desktop.operations.duplicates import DuplicateGroup, scan_duplicates
from crm_desktop.ui.messages import message_for, tr
from crm_desktop.ui.theme import set_role
from crm_desktop.ui.tokens import SPACE_L, SPACE_S, SPACE_XS
from crm_desktop.ui.widgets.dialog import Dialog
from crm_desktop.ui.widgets.merge_dialog import names_words, score_pill
from crm_desktop.ui.widgets.merge_words import reasons_words
from crm_desktop.ui.widgets.page import PageContext
from crm_desktop.ui.widgets.parts import button, card, clear, column, label, row
from crm_desktop.ui.widgets.progress_panel import ProgressPanel

_WIDTH_PX, _HEIGHT_PX = 720, 560
_AT_ONCE = 25
_PAIRS = 3


class DuplicatesDialog(Dialog):
    """``merge_requested`` and ``apart_requested`` carry a group; *Later* only puts it out of sight."""

    merge_requested = Signal(object)
    apart_requested = Signal(object)

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(
            tr("Duplicates"),
            text=tr(
                "Records that may be one person or company, by what they have in common. Never by the name "
                "alone, and nothing is merged unless you say so."
            ),
            accept=tr("Search again"),
            reject=tr("Close"),
            parent=parent,
        )
        self._context = context
        self._cancel = CancelToken()
        self.groups: list[DuplicateGroup] = []
        self.cards: list[QFrame] = []
        self.found = label("", "strong")
        self.progress = ProgressPanel(tr("All records are being compared."))
        self.progress.cancel_requested.connect(self._stop)
        self._page = QWidget()
        set_role(self._page, "page")
        self._list = QVBoxLayout(self._page)
        self._list.setContentsMargins(0, 0, SPACE_S, 0)
        self._list.setSpacing(SPACE_S)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setWidget(self._page)
        for widget in (self.progress, self.found):
            self.body.addWidget(widget)
        self.body.addWidget(self.area, 1)
        self.setMinimumSize(_WIDTH_PX, _HEIGHT_PX)
        self.accept_button.clicked.disconnect()
        self.accept_button.clicked.connect(self.scan)
        self.accept_button.setDefault(False)
        set_role(self.accept_button, "")
        self.scan()

    def scan(self) -> None:
        """Compare all records."""
        self._cancel = CancelToken()
        self.message.hide()
        self.accept_button.setEnabled(False)
        self.progress.start(tr("All records are being compared."))
        self.progress.show()
        self.found.hide()
        self._context.tasks.run(
            partial(scan_duplicates, self._context.session), on_done=self._done, on_error=self._refuse,
            on_progress=self.progress.show_progress, on_cancelled=self._cancelled, cancel=self._cancel,
            owner=self, serial=False,
        )  # fmt: skip

    def _stop(self) -> None:
        self._cancel.cancel()

    def _ended(self) -> None:
        self.progress.hide()
        self.found.show()
        self.accept_button.setEnabled(True)

    def _done(self, groups: Sequence[DuplicateGroup]) -> None:
        self._ended()
        self.groups = list(groups)
        self._fill()

    def _cancelled(self) -> None:
        self._ended()
        self.found.setText(tr("The search was cancelled."))

    def _refuse(self, error: KnownError) -> None:
        self._ended()
        self.show_refusal(message_for(error))

    def _fill(self) -> None:
        clear(self._list)
        self.cards = []
        count = len(self.groups)
        self.found.setText(tr("%n groups of possible duplicates.", "", count) if count else _nothing())
        for group in self.groups[:_AT_ONCE]:
            self.cards.append(self._card(group))
            self._list.addWidget(self.cards[-1])
        if count > _AT_ONCE:
            more = tr("%n more come when these are done.", "", count - _AT_ONCE)
            self._list.addWidget(label(more, "muted"))
        self._list.addStretch(1)

    def _card(self, group: DuplicateGroup) -> QFrame:
        frame, layout = card(spacing=SPACE_S)
        told = names_words(group.names)
        names = label(told, "strong", wrap=True)
        texts = column(names, *self._reasons(group), spacing=SPACE_XS)
        head = row(texts, score_pill(group.score), spacing=SPACE_L)
        head.setStretch(0, 1)
        layout.addLayout(head)
        merge, apart, later = (tr("Merge {names}"), tr("{names} are no duplicates"), tr("{names}: later"))
        buttons = [
            self._button(tr("Merge…"), partial(self.merge_requested.emit, group), merge.format(names=told)),
            self._button(
                tr("Not a duplicate"), partial(self.apart_requested.emit, group), apart.format(names=told)
            ),
            self._button(tr("Later"), partial(self.done_with, group), later.format(names=told), role="quiet"),
        ]
        layout.addLayout(row(*buttons, None))
        return frame

    @staticmethod
    def _reasons(group: DuplicateGroup) -> list[QLabel]:
        """Return a line of reasons; of more than two records one for each pair that is alike."""
        names = dict(zip(group.ids, group.names, strict=True))
        lines: list[str] = []
        for pair in group.pairs[:_PAIRS]:
            words = reasons_words(pair.likeness.findings)
            if len(group.ids) > 2:
                words = tr("{one} and {two}: {reasons}").format(
                    one=names[pair.one], two=names[pair.two], reasons=words[:1].lower() + words[1:]
                )
            lines.append(words)
        return [label(words, "muted", wrap=True) for words in dict.fromkeys(lines)]

    @staticmethod
    def _button(words: str, clicked: Callable[[], object], name: str, *, role: str = "") -> QPushButton:
        return button(words, lambda: clicked(), role=role, name=name)  # noqa: PLW0108 - Qt adds an argument

    def done_with(self, group: DuplicateGroup) -> None:
        """Take a group out of sight, and those that name a record it merged."""
        self.groups = [known for known in self.groups if known is not group]
        self._fill()

    def merged(self, gone: Sequence[int], group: DuplicateGroup) -> None:
        """Take a merged group out, and every other in which a record is no more."""
        self.groups = [known for known in self.groups if known is not group and not {*gone} & {*known.ids}]
        self._fill()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop a search that nobody waits for any more."""
        self._cancel.cancel()
        super().closeEvent(event)

    def reject(self) -> None:
        """Close; a search that is still running stops."""
        self._cancel.cancel()
        super().reject()


def _nothing() -> str:
    return tr("No possible duplicates were found.")
