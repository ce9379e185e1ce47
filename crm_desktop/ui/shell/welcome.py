"""First start: what to do when no organization file is open."""

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QVBoxLayout

from crm_desktop.ui.messages import tr
from crm_desktop.ui.shell.centred import CentredPage
from crm_desktop.ui.tokens import SPACE_M
from crm_desktop.ui.widgets.message_bar import MessageBar
from crm_desktop.ui.widgets.parts import button, column, label, row
from crm_desktop.ui.widgets.sign import Sign


class _Choice(QPushButton):
    """A large button: icon, what it does, and one sentence about it."""

    def __init__(self, *, glyph: str, title: str, sentence: str) -> None:
        super().__init__()
        self.setAccessibleName(title)
        self.setAccessibleDescription(sentence)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_M, SPACE_M, SPACE_M, SPACE_M)
        words = column(label(title, "section"), label(sentence, "muted", wrap=True), spacing=2)
        inner = row(Sign(glyph, "accent", side=40, disc=True), spacing=SPACE_M)
        inner.addLayout(words, 1)
        inner.addWidget(Sign("caret-right"))
        layout.addLayout(inner)
        # The button is one target: what lies on it only shows.
        for part in self.findChildren(QLabel):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def sizeHint(self) -> QSize:
        """Return what the texts need; a button asks for its own (empty) text only."""
        layout = self.layout()
        return layout.sizeHint() if layout is not None else super().sizeHint()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        layout = self.layout()
        return layout.heightForWidth(width) if layout is not None else super().heightForWidth(width)


class WelcomePage(CentredPage):
    """Create, open, or try the sample; also takes an organization file dropped on it."""

    create_requested = Signal()
    open_requested = Signal()
    sample_requested = Signal()
    restore_requested = Signal()
    file_dropped = Signal(object)
    """The dropped file's ``Path``."""

    def __init__(self) -> None:
        super().__init__(
            title=tr("Welcome to CT-CRM Desktop"),
            subtitle=tr("Your customers and calls in one encrypted file that stays with you."),
            glyph="address-book",
            width=520,
        )
        self.refused: Path | None = None
        self.setAcceptDrops(True)
        self.create_button = _Choice(
            glyph="buildings",
            title=tr("Create an organization"),
            sentence=tr("A new encrypted file, with you as its administrator."),
        )
        self.open_button = _Choice(
            glyph="folder-open",
            title=tr("Open a file"),
            sentence=tr("An organization file (*.crm) you already have."),
        )
        self.sample_button = _Choice(
            glyph="flask",
            title=tr("Try the sample organization"),
            sentence=tr("Made-up people and calls, to look around safely."),
        )
        self.message = MessageBar()
        self.body.addWidget(self.message)
        self.body.addLayout(column(self.create_button, self.open_button, self.sample_button, spacing=SPACE_M))
        self.restore_button = button(tr("Restore a backup…"), self.restore_requested.emit, role="link")
        self.body.addLayout(row(None, self.restore_button, None))
        self.body.addWidget(
            label(
                tr("No server, no account, no network: nothing leaves this computer."), "caption", wrap=True
            )
        )
        self.create_button.clicked.connect(self.create_requested)
        self.open_button.clicked.connect(self.open_requested)
        self.sample_button.clicked.connect(self.sample_requested)
        self.message.action_requested.connect(self.restore_requested)

    def refuse(self, sentence: str, path: Path) -> None:
        """Say why a file could not be opened, and offer to restore a backup of it."""
        self.message.show_message(sentence, tone="danger", action=tr("Restore a backup…"))
        self.refused = path

    def take_focus(self) -> None:
        """Put the keyboard on the first choice."""
        self.create_button.setFocus()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Welcome one file."""
        if _dropped_path(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Ask to open the dropped file."""
        path = _dropped_path(event)
        if path is not None:
            event.acceptProposedAction()
            self.file_dropped.emit(path)


def _dropped_path(event: QDropEvent) -> Path | None:
    urls = event.mimeData().urls()
    if len(urls) == 1 and urls[0].isLocalFile():
        return Path(urls[0].toLocalFile())
    return None
