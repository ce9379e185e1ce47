"""What a restore without a session asks for: which backup, where to, and who restores it."""

from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFileDialog, QLineEdit, QWidget

from crm_desktop.domain.errors import KnownError
from crm_desktop.operations.backups import SUFFIX
from crm_desktop.operations.organizations import KeyHere
from crm_desktop.ui.messages import message_for, tr
from crm_desktop.ui.tokens import SPACE_L
from crm_desktop.ui.widgets.code_field import set_up_code_field
from crm_desktop.ui.widgets.inputs import LabelledField, PasswordField
from crm_desktop.ui.widgets.parts import button, column

_LOGIN_FIELDS = {"user", "login"}
_CODE_CODES = {"set_up_code_needed", "set_up_code_replaced", "secret_unknown"}


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed; ``code`` None where this computer's keyring keeps it."""

    backup: Path
    path: Path
    login: str | None
    password: str = field(repr=False)
    code: str | None = field(repr=False)
    keep_code: bool


class RestoreForm(QWidget):
    """``places_changed`` when backup or target are others: what is known of the keys is asked anew."""

    places_changed = Signal()

    def __init__(self, backup: Path | None, path: Path | None, *, proposed: Path) -> None:
        super().__init__()
        self._proposed = proposed
        self.backup = QLineEdit("" if backup is None else str(backup))
        self.target = QLineEdit("" if path is None else str(path))
        self.login = QComboBox()
        self.login.setEditable(True)
        self.login.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.password = PasswordField()
        self.code_field = set_up_code_field(tr("13 groups, from the emergency kit of the organization"))
        self.keep_code = QCheckBox(tr("Keep the set-up code in this computer's keyring"))
        self.keep_code.setChecked(True)
        self.backup_field = LabelledField(
            tr("Backup"), self.backup, beside=button(tr("Choose…"), self.choose_backup)
        )
        self.target_field = LabelledField(
            tr("Restore it to"), self.target, beside=button(tr("Choose…"), self.choose_target),
            hint=tr("A file that is there is moved into a folder beside it, never deleted."),
        )  # fmt: skip
        self._login_field = LabelledField(tr("Login"), self.login)
        self._password_field = LabelledField(tr("Password"), self.password)
        self._needs_code = False
        self.setLayout(
            column(
                self.backup_field, self.target_field, self._login_field, self._password_field,
                self.code_field, self.keep_code, spacing=SPACE_L,
            )
        )  # fmt: skip
        self.ask_code(needed=False)
        for line in (self.backup, self.target):
            line.editingFinished.connect(self.places_changed)
        for part in (self.backup_field, self.target_field, self._password_field):
            _cleared_by_typing(part)

    def choose_backup(self) -> None:
        """Ask the system for a backup."""
        chosen, _ = QFileDialog.getOpenFileName(
            self, tr("Choose a backup"), str(Path(self.backup.text()).parent) if self.backup.text() else "",
            tr("Backups (*{suffix});;All files (*)").format(suffix=SUFFIX),
        )  # fmt: skip
        if chosen:
            self.show_backup(Path(chosen))
            self.places_changed.emit()

    def show_backup(self, path: Path, *, hint: str = "") -> None:
        """Fill in a backup, and a target where there is none yet."""
        self.backup.setText(str(path))
        self.backup_field.set_hint(hint)
        if not self.target.text().strip():
            self.target.setText(str(self._proposed / f"{_stem(path)}.crm"))

    def choose_target(self) -> None:
        """Ask the system where the file goes."""
        chosen, _ = QFileDialog.getSaveFileName(
            self, tr("Restore the backup to"), self.target.text() or str(self._proposed),
            tr("Organizations (*.crm)"), options=QFileDialog.Option.DontConfirmOverwrite,
        )  # fmt: skip
        if chosen:
            self.target.setText(chosen if chosen.lower().endswith(".crm") else f"{chosen}.crm")
            self.places_changed.emit()

    def ask_code(self, *, needed: bool) -> None:
        """Ask for the set-up code, or not."""
        self._needs_code = needed
        self.code_field.setVisible(needed)
        self.keep_code.setVisible(needed)

    @property
    def asks_for_code(self) -> bool:
        """Whether this computer lacks the organization's key."""
        return self._needs_code

    def know(self, known: KeyHere) -> None:
        """Show what this computer knows of whoever may restore."""
        typed = self.login.currentText()
        self.login.clear()
        self.login.addItems(list(known.logins))
        self.login.setEditText(typed or (known.logins[0] if len(known.logins) == 1 else ""))
        self.ask_code(needed=known.needs_set_up_code)

    def places(self) -> tuple[Path, Path] | None:
        """Return backup and target where both are filled in."""
        texts = self.backup.text().strip(), self.target.text().strip()
        return (Path(texts[0]).expanduser(), Path(texts[1]).expanduser()) if all(texts) else None

    def typed(self) -> Typed | None:
        """Return what was typed; what is missing is said at its field."""
        checks: tuple[tuple[LabelledField, bool, str], ...] = (
            (self.backup_field, bool(self.backup.text().strip()), tr("Choose the backup.")),
            (self.target_field, bool(self.target.text().strip()), tr("Choose where the file goes.")),
            (self._password_field, bool(self.password.text()), tr("Type your password.")),
        )
        for part, there, words in checks:
            part.refuse("" if there else words)
        missing = next((part for part, there, _ in checks if not there), None)
        if missing is not None:
            missing.field.setFocus()
        if self._needs_code and not self.code_field.insist():
            return None
        places = self.places()
        if missing is not None or places is None:
            return None
        return Typed(
            *places, self.login.currentText().strip() or None, self.password.text(),
            self.code_field.code if self._needs_code else None,
            self._needs_code and self.keep_code.isChecked(),
        )  # fmt: skip

    def refuse(self, error: KnownError) -> bool:
        """Show an error at its field; False when it belongs to none."""
        if error.code in _CODE_CODES:
            self.ask_code(needed=True)
            self.code_field.refuse(message_for(error))
            self.code_field.line.setFocus()
        elif error.facts.get("field") in _LOGIN_FIELDS:
            self._login_field.refuse(message_for(error))
            self.login.setFocus()
        elif error.code in {"password_wrong", "wait"}:
            self._password_field.refuse(message_for(error))
            self.password.selectAll()
            self.password.setFocus()
        else:
            return False
        return True

    def forget(self) -> None:
        """Empty what is secret."""
        self.password.forget()
        self.code_field.line.clear()


def _cleared_by_typing(part: LabelledField) -> None:
    if isinstance(part.field, QLineEdit):
        part.field.textChanged.connect(lambda _text: part.refuse(""))


def _stem(backup: Path) -> str:
    """Return the name of the file a backup was made of: "acme-1f2e3d4c-20260503T…" is of "acme"."""
    parts = backup.stem.split("-")
    return "-".join(parts[:-2]) if len(parts) > 2 else backup.stem
