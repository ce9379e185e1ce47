"""The last steps of creating an organization: the emergency kit, then two of its groups typed back."""

import secrets
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QFileDialog, QLabel, QLineEdit, QVBoxLayout, QWidget

from crm_desktop.domain.errors import KnownError
from crm_desktop.operations.organizations import NewOrganization
from crm_desktop.ui.messages import message_for, tr
from crm_desktop.ui.shell.folders import proposed_folder
from crm_desktop.ui.tokens import SPACE_L, SPACE_M
from crm_desktop.ui.widgets.inputs import LabelledField
from crm_desktop.ui.widgets.message_bar import MessageBar
from crm_desktop.ui.widgets.parts import button, card, column, label, row

_GROUPS_PER_LINE = 5


def code_lines(code: str) -> str:
    """Return a code with five groups to a line, so that it can be read and compared."""
    groups = code.split("-")
    lines = [groups[start : start + _GROUPS_PER_LINE] for start in range(0, len(groups), _GROUPS_PER_LINE)]
    return "\n".join("  ".join(line) for line in lines)


def _code_card(title: str, code: str, use: str) -> QWidget:
    frame, body = card(role="quiet-card", margin=SPACE_M)
    shown: QLabel = label(code_lines(code), selectable=True)
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setPixelSize(14)
    shown.setFont(font)
    shown.setAccessibleName(title)
    body.addWidget(label(title, "strong"))
    body.addWidget(shown)
    body.addWidget(label(use, "caption", wrap=True))
    return frame


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
        self._name = ""

    def show_kit(
        self, *, name: str, recovery_code: str, set_up_code: str, keyring_problem: KnownError | None
    ) -> None:
        """Fill the step; the codes are in these labels only and go with the page."""
        self._name = name
        for part in (self.keyring_bar, self.saved_bar):
            part.hide()
        if keyring_problem is not None:
            self.keyring_bar.show_message(message_for(keyring_problem), tone="warn")
        shown: list[QWidget] = [
            self.keyring_bar,
            _code_card(
                tr("Recovery code"),
                recovery_code,
                tr("Sets a new password for an administrator who forgot the old one."),
            ),
            _code_card(
                tr("Set-up code"), set_up_code, tr("Lets another computer of your office open the file.")
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
        self._layout.addLayout(row(self.save_button, None))

    def _save(self) -> None:
        proposal = proposed_folder() / f"{self._name} – {tr('emergency kit')}.pdf"
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

    def ask(self, new: NewOrganization) -> None:
        """Ask for one random group of each code."""
        for title, code, matches in (
            (tr("Recovery code"), new.recovery_code, new.recovery_group_matches),
            (tr("Set-up code"), new.set_up_code, new.set_up_group_matches),
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
