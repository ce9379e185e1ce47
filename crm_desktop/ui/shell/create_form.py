"""First step of creating an organization: what it is called, where it lies, who its administrator is."""

from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QGridLayout, QLineEdit, QProgressBar, QWidget

from crm_desktop.domain.errors import KnownError
from crm_desktop.ui.messages import message_for, tr
from crm_desktop.ui.shell.password_strength import LEAST, strength
from crm_desktop.ui.tokens import SPACE_M
from crm_desktop.ui.widgets.folders import proposed_folder
from crm_desktop.ui.widgets.inputs import LabelledField, PasswordField
from crm_desktop.ui.widgets.parts import button, column, label
from crm_desktop.ui.widgets.places import country_box, time_zone_box

# What some file system of an office forbids in names.
_FORBIDDEN = str.maketrans(dict.fromkeys('<>:"/\\|?*', "-"))


@dataclass(frozen=True, slots=True)
class NewOrganizationFacts:
    """What the page was filled with; the password never shows in a traceback."""

    name: str
    path: Path
    region: str
    time_zone: str
    member_name: str
    login: str
    password: str = field(repr=False)


class CreateForm(QWidget):
    """The fields, each with its own refusal; ``facts`` gives them once all are filled."""

    def __init__(self) -> None:
        super().__init__()
        self.name, self.path, self.member, self.login = (QLineEdit() for _ in range(4))
        self.country, self.zone = country_box(), time_zone_box()
        self.password, self.again = PasswordField(), PasswordField()
        self.browse = button(tr("Choose…"), self._browse)
        self.browse.setAccessibleName(tr("Choose where the file lies"))
        self._path_typed = self._login_typed = False
        self._folder = proposed_folder()
        self._fields = self._labelled()
        self._bar = QProgressBar()
        self._bar.setRange(0, 24)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(tr("Strength of the password"))
        self.setLayout(column(self._grid(), self._bar, spacing=SPACE_M))
        self.name.textEdited.connect(self._propose_path)
        self.member.textEdited.connect(self._propose_login)
        self.path.textEdited.connect(self._path_edited)
        self.login.textEdited.connect(self._login_edited)
        self.password.textChanged.connect(self._show_strength)
        self._show_strength("")

    def _labelled(self) -> dict[str, LabelledField]:
        return {
            "name": LabelledField(tr("Name of the organization"), self.name),
            "path": LabelledField(
                tr("File"),
                self.path,
                hint=tr("Encrypted. The program makes backups by itself."),
                beside=self.browse,
            ),
            "region": LabelledField(tr("Country"), self.country, hint=tr("How phone numbers are read")),
            "time_zone": LabelledField(tr("Time zone"), self.zone, hint=tr("How times are shown")),
            "member_name": LabelledField(tr("Your name"), self.member),
            "login": LabelledField(tr("Login"), self.login),
            "password": LabelledField(tr("Password"), self.password, hint=strength("")[1]),
            "again": LabelledField(tr("Password again"), self.again),
        }

    def _grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(SPACE_M)
        grid.setVerticalSpacing(SPACE_M)
        grid.addWidget(self._fields["name"], 0, 0, 1, 2)
        grid.addWidget(self._fields["path"], 1, 0, 1, 2)
        grid.addWidget(label(tr("You, its first administrator"), "section"), 3, 0, 1, 2)
        pairs = (("region", "time_zone", 2), ("member_name", "login", 4), ("password", "again", 5))
        for left, right, line in pairs:
            grid.addWidget(self._fields[left], line, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(self._fields[right], line, 1, Qt.AlignmentFlag.AlignTop)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        return grid

    def _propose_path(self, name: str) -> None:
        if not self._path_typed:
            stem = name.strip().translate(_FORBIDDEN).strip(". ")
            self.path.setText(str(self._folder / f"{stem}.crm") if stem else "")

    def _propose_login(self, name: str) -> None:
        if not self._login_typed:
            self.login.setText(name.split(" ", maxsplit=1)[0].casefold())

    def _path_edited(self, text: str) -> None:
        self._path_typed = bool(text)

    def _login_edited(self, text: str) -> None:
        self._login_typed = bool(text)

    def _browse(self) -> None:
        chosen, _ = QFileDialog.getSaveFileName(
            self,
            tr("Where the organization file lies"),
            self.path.text() or str(self._folder),
            tr("Organizations (*.crm)"),
        )
        if chosen:
            self.path.setText(chosen if chosen.endswith(".crm") else f"{chosen}.crm")
            self._path_typed = True

    def _show_strength(self, password: str) -> None:
        self._bar.setValue(min(len(password), 24))
        self._fields["password"].set_hint(strength(password)[1])

    def forget(self) -> None:
        """Empty both password fields."""
        self.password.forget()
        self.again.forget()

    def refuse(self, error: KnownError) -> bool:
        """Show ``error`` at its field; False when it belongs to none of them."""
        named = self._fields.get(str(error.facts.get("field", "")))
        if named is None:
            return False
        named.refuse(message_for(error))
        named.field.setFocus()
        return True

    def facts(self) -> NewOrganizationFacts | None:
        """Return what was typed, or None after showing what is missing at its field."""
        refusals = self._refusals()
        for key, labelled in self._fields.items():
            labelled.refuse(refusals.get(key, ""))
        if refusals:
            self._fields[next(iter(refusals))].field.setFocus()
            return None
        return NewOrganizationFacts(
            name=self.name.text().strip(),
            path=Path(self.path.text().strip()).expanduser(),
            region=str(self.country.currentData()),
            time_zone=str(self.zone.currentData()),
            member_name=self.member.text().strip(),
            login=self.login.text().strip(),
            password=self.password.text(),
        )

    def _refusals(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for key, line in (
            ("name", self.name),
            ("path", self.path),
            ("member_name", self.member),
            ("login", self.login),
        ):
            if not line.text().strip():
                found[key] = tr("This is needed.")
        path = Path(self.path.text().strip()).expanduser()
        if "path" not in found and path.exists():
            found["path"] = tr(
                "There is already a file of this name. Choose another name; it is not touched."
            )
        if len(self.password.text()) < LEAST:
            found["password"] = strength(self.password.text())[1]
        elif self.password.text() != self.again.text():
            found["again"] = tr("The two passwords differ.")
        return found
