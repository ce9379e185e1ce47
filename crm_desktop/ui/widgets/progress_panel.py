"""Long work in view: how far, how fast, how long still, and *Cancel*."""

import time
from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from crm_desktop.domain.progress import Progress
from crm_desktop.ui.messages import duration, language_locale, number, tr
from crm_desktop.ui.tokens import SPACE_S

_STEPS = 1000
_FEW = 10
"""Up to here the units are steps of unlike length: no rate and no time left can be told from them."""
_SURE_AFTER_S = 1.0
"""A rate over less than a second says nothing yet."""


def megabytes(size: int) -> str:
    """Return a number of bytes in MB with one digit behind the point."""
    return tr("{size} MB").format(size=language_locale().toString(size / 1_000_000, "f", 1))


class ProgressPanel(QWidget):
    """Feed it ``show_progress``; ``cancel_requested`` comes once, the work itself says when it has ended."""

    cancel_requested = Signal()

    def __init__(
        self,
        title: str = "",
        *,
        in_bytes: bool = False,
        clock: Callable[[], float] = time.monotonic,
        parent: QWidget | None = None,
    ) -> None:
        """``in_bytes``: the work counts the bytes of a file; percent and MB are shown."""
        super().__init__(parent)
        self._in_bytes = in_bytes
        self._clock = clock
        self._began: float | None = None
        self.title = QLabel(title)
        self.title.setProperty("role", "strong")
        self.title.setWordWrap(True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(title or tr("Progress"))
        self.figures = QLabel()
        self.figures.setProperty("role", "muted")
        self.figures.setWordWrap(True)
        self.cancel_button = QPushButton(tr("Cancel"))
        self.cancel_button.setAutoDefault(False)
        self.cancel_button.clicked.connect(self._cancel)
        row = QHBoxLayout()
        row.addWidget(self.figures, 1)
        row.addWidget(self.cancel_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_S)
        layout.addWidget(self.title)
        layout.addWidget(self.bar)
        layout.addLayout(row)
        self.start(title)

    def start(self, title: str) -> None:
        """Begin anew with ``title`` and an unknown end."""
        self.title.setText(title)
        self.title.setVisible(bool(title))
        self._began = None
        self.bar.setRange(0, 0)
        self.figures.setText(tr("Starting…"))
        self.cancel_button.setEnabled(True)
        self.cancel_button.setText(tr("Cancel"))

    def show_progress(self, progress: Progress) -> None:
        """Show count, rate and time left; without a total only count and rate."""
        now = self._clock()
        self._began = now if self._began is None else self._began
        if progress.total:
            self.bar.setRange(0, _STEPS)
            self.bar.setValue(min(_STEPS, progress.done * _STEPS // progress.total))
        else:
            self.bar.setRange(0, 0)
        self.figures.setText(" · ".join(self._words(progress, now - self._began)))

    def _words(self, progress: Progress, passed_s: float) -> list[str]:
        words = self._how_far(progress)
        if progress.label:
            words.insert(0, progress.label)
        if passed_s >= _SURE_AFTER_S and progress.done and not self._few(progress):
            rate = progress.done / passed_s
            written = number(round(rate)) if rate >= 1 else f"{rate:.1f}"
            words.append(
                tr("{rate} per second").format(rate=megabytes(round(rate)) if self._in_bytes else written)
            )
            if progress.total is not None:
                left = max(0, progress.total - progress.done) / rate
                words.append(tr("{time} left").format(time=duration(left)))
        return words

    def _few(self, progress: Progress) -> bool:
        return not self._in_bytes and progress.total is not None and progress.total <= _FEW

    def _how_far(self, progress: Progress) -> list[str]:
        if self._few(progress) and progress.total is not None:
            step = min(progress.done + 1, progress.total)
            return [tr("Step {done} of {total}").format(done=number(step), total=number(progress.total))]
        written = megabytes if self._in_bytes else number
        if progress.total is None:
            return [written(progress.done)]
        far = tr("{done} of {total}").format(done=written(progress.done), total=written(progress.total))
        if not self._in_bytes or not progress.total:
            return [far]
        percent = min(100, progress.done * 100 // progress.total)
        return [tr("{percent} %").format(percent=number(percent)), far]

    def _cancel(self) -> None:
        self.cancel_button.setEnabled(False)
        self.cancel_button.setText(tr("Cancelling…"))
        self.cancel_requested.emit()
