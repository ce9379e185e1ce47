"""Typing a code from the emergency kit: every whole group is judged at once, so a slip is named."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QFileDialog, QLineEdit

from crm_desktop.operations.codes import TypedGroups, code_in, typed_recovery_code, typed_set_up_code
from crm_desktop.ui.messages import tr
from crm_desktop.ui.widgets.inputs import LabelledField
from crm_desktop.ui.widgets.parts import button

_LARGEST = 16 * 1024


class CodeField(LabelledField):
    """A code in ``line``; below it what is right so far, or which group is not."""

    def __init__(self, text: str, *, judge: Callable[[str], TypedGroups], hint: str, from_file: bool) -> None:
        self.line = QLineEdit()
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPixelSize(13)
        self.line.setFont(font)
        self.file_button = button(tr("From a file…"))
        super().__init__(text, self.line, hint=hint, beside=self.file_button)
        self.file_button.setVisible(from_file)
        self.file_button.clicked.connect(self._choose_file)
        self._judge = judge
        self._hint_when_empty = hint
        self.line.textChanged.connect(self._typed)

    @property
    def code(self) -> str:
        """What is typed, without spaces around it."""
        return self.line.text().strip()

    @property
    def complete(self) -> bool:
        """Whether every group is there and right."""
        return self._judge(self.line.text()).complete

    def insist(self) -> bool:
        """Say what is missing; True when nothing is."""
        typed = self._judge(self.line.text())
        if not typed.complete and typed.wrong is None:
            self.refuse(
                tr("All {groups} groups are needed; {right} are there.").format(
                    groups=typed.groups, right=typed.right
                )
            )
        return typed.complete

    def _typed(self, text: str) -> None:
        typed = self._judge(text)
        if typed.wrong is not None:
            words = tr("Group {group} is not right. Compare it with the sheet.")
            self.refuse(words.format(group=typed.wrong))
            return
        self.refuse("")
        if typed.complete:
            self.set_hint(tr("All {groups} groups are right.").format(groups=typed.groups))
        elif text.strip():
            self.set_hint(
                tr("{right} of {groups} groups are right so far.").format(
                    right=typed.right, groups=typed.groups
                )
            )
        else:
            self.set_hint(self._hint_when_empty)

    def _choose_file(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(
            self, tr("Read the set-up code from a file"), "", tr("Text files (*.txt);;All files (*)")
        )
        if chosen:
            self.read_file(Path(chosen))

    def read_file(self, path: Path) -> None:
        """Take the code from a text file; a file without one is said at the field."""
        try:
            with path.open("rb") as stream:
                text = stream.read(_LARGEST).decode("utf-8-sig", errors="replace")
        except OSError:
            self.refuse(tr("{name} cannot be read.").format(name=path.name))
            return
        code = code_in(text)
        if code is None:
            self.refuse(tr("There is no set-up code in {name}.").format(name=path.name))
        else:
            self.line.setText(code)
        self.line.setFocus()


def recovery_code_field() -> CodeField:
    """Return the field for the recovery code; it is on paper only, so no file is offered."""
    return CodeField(
        tr("Recovery code"), judge=typed_recovery_code, hint=tr("8 groups, from the emergency kit"),
        from_file=False,
    )  # fmt: skip


def set_up_code_field(hint: str) -> CodeField:
    """Return the field for the set-up code."""
    return CodeField(tr("Set-up code"), judge=typed_set_up_code, hint=hint, from_file=True)
