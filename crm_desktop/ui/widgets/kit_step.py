"""The emergency kit on screen: both codes, the sheet saved as PDF, then two of its groups typed back."""

import secrets
from collections.abc import Callable
from functools import partial
from typing import get_args

from PySide6.QtCore import QLocale, Signal
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QComboBox, QFileDialog, QLabel, QLineEdit, QVBoxLayout, QWidget

from crm_desktop.domain.errors import KnownError
from crm_desktop.operations.kits import NewKit, Paper
from crm_desktop.ui.clipboard import KEPT_S, copy_secret
from crm_desktop.ui.messages import message_for, tr
from crm_desktop.ui.tokens import SPACE_L, SPACE_M
from crm_desktop.ui.widgets.folders import proposed_folder
from crm_desktop.ui.widgets.inputs import LabelledField
from crm_desktop.ui.widgets.message_bar import MessageBar
from crm_desktop.ui.widgets.parts import button, card, column, label, row

_GROUPS_PER_LINE = 5


def code_lines(code: str) -> str:
    """Return a code with five groups to a line, so that it can be read and compared."""
    groups = code.split("-")
    lines = [groups[start : start + _GROUPS_PER_LINE] for start in range(0, len(groups), _GROUPS_PER_LINE)]
    return "\n".join("  ".join(line) for line in lines)


class CodeCard(QWidget):
    """One code with what it is for; it is copied by its button only, which marks it as a secret."""

    def __init__(self, title: str, code: str, use: str) -> None:
        super().__init__()
        frame, body = card(role="quiet-card", margin=SPACE_M)
        shown: QLabel = label(code_lines(code))
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPixelSize(14)
        shown.setFont(font)
        shown.setAccessibleName(title)
        self._code = code
        self.copy_button = button(tr("Copy"), self._copy, glyph="copy", name=tr("Copy the code"))
        self._copied = label("", "caption")
        body.addLayout(row(label(title, "strong"), None, self._copied, self.copy_button))
        body.addWidget(shown)
        body.addWidget(label(use, "caption", wrap=True))
        self.setLayout(column(frame))

    def _copy(self) -> None:
        copy_secret(self._code)
        self._copied.setText(tr("Copied; cleared after %n s", "", KEPT_S))


class KitStep(QWidget):
    """Shows the kit and offers to save it; ``save_requested`` carries the chosen path as text."""

    save_requested = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(SPACE_M)
        self.keyring_bar = MessageBar()
        self.saved_bar = MessageBar()
        self.save_button = button(tr("Save as PDF…"), self._save, glyph="file-pdf")
        self.papers = QComboBox()
        self.papers.setAccessibleName(tr("Paper"))
        for paper in get_args(Paper):
            self.papers.addItem(paper, paper)
        self.papers.setCurrentIndex(self.papers.findData(_usual_paper()))
        self._name = ""

    @property
    def paper(self) -> Paper:
        """The chosen size of the sheet."""
        chosen: Paper = self.papers.currentData()
        return chosen

    def show_kit(self, kit: NewKit, *, keyring_problem: KnownError | None = None) -> None:
        """Fill the step; the codes are in these widgets only and go with the page."""
        self._name = f"{kit.organization} – {tr('emergency kit')} {kit.number}"
        for part in (self.keyring_bar, self.saved_bar):
            part.hide()
        if keyring_problem is not None:
            self.keyring_bar.show_message(message_for(keyring_problem), tone="warn")
        shown: list[QWidget] = [
            self.keyring_bar,
            CodeCard(
                tr("Recovery code"),
                kit.recovery_code,
                tr("Sets a new password for an administrator who forgot the old one."),
            ),
            CodeCard(
                tr("Set-up code"),
                kit.set_up_code,
                tr("Lets another computer of your office open the file."),
            ),
            label(
                tr(
                    "Print the PDF or copy both codes by hand, put the sheet where only you and a person you "
                    "trust can reach it, and delete the PDF. Whoever has the sheet and the file can open it. "
                    "Without password and sheet nobody can, not even we."
                ),
                "muted",
                wrap=True,
            ),
            self.saved_bar,
        ]
        for widget in shown:
            self._layout.addWidget(widget)
        self._layout.addLayout(row(self.save_button, self.papers, None))

    def tell_saved(self, path: object) -> None:
        """Say where the sheet lies now, and that it must not stay there."""
        words = tr("Saved as {path}. Print it, then delete the file.").format(path=path)
        self.saved_bar.show_message(words, tone="ok")

    def _save(self) -> None:
        proposal = proposed_folder() / f"{self._name}.pdf"
        chosen, _ = QFileDialog.getSaveFileName(
            self, tr("Save the emergency kit"), str(proposal), "PDF (*.pdf)"
        )
        if chosen:
            self.save_requested.emit(chosen)


class GroupCheck(QWidget):
    """Asks for two groups of the codes by their place, to be sure that the sheet exists."""

    def __init__(self) -> None:
        super().__init__()
        self._wanted: list[tuple[LabelledField, QLineEdit, Callable[[str], bool]]] = []
        self.setLayout(column(spacing=SPACE_L))

    def ask(self, kit: NewKit) -> None:
        """Ask for one random group of each code."""
        for title, code, matches in (
            (tr("Recovery code"), kit.recovery_code, kit.recovery_group_matches),
            (tr("Set-up code"), kit.set_up_code, kit.set_up_group_matches),
        ):
            groups = code.split("-")
            place = secrets.randbelow(len(groups))
            line = QLineEdit()
            line.setMaxLength(12)
            asked = LabelledField(
                tr("{code}: group {place} of {groups}").format(
                    code=title, place=place + 1, groups=len(groups)
                ),
                line,
            )
            self._wanted.append((asked, line, partial(matches, place + 1)))
            layout = self.layout()
            if layout is not None:
                layout.addWidget(asked)

    @property
    def lines(self) -> list[QLineEdit]:
        """The two input lines, in the order asked."""
        return [line for _, line, _ in self._wanted]

    def passed(self) -> bool:
        """Tell whether both groups are right; a wrong one says so at its field."""
        verdicts = []
        for asked, line, matches in self._wanted:
            right = matches(line.text())
            asked.refuse(
                "" if right else tr("This is not what the sheet says. Look at it again, or go back.")
            )
            verdicts.append(right)
        return all(verdicts)


def _usual_paper() -> Paper:
    """Return Letter where inches are usual, else A4."""
    metric = QLocale().measurementSystem() == QLocale.MeasurementSystem.MetricSystem
    british = QLocale().measurementSystem() == QLocale.MeasurementSystem.ImperialUKSystem
    return "A4" if metric or british else "Letter"
