"""How pages tell what belongs to no single field: a toast for facts, a bar above the page for refusals."""

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from crm_desktop.domain.errors import KnownError
from crm_desktop.domain.progress import CancelToken
from crm_desktop.ui.messages import message_for
from crm_desktop.ui.widgets.message_bar import MessageBar, MessageTone
from crm_desktop.ui.widgets.toast import Toast
from crm_desktop.ui.widgets.work_cards import WorkCard, WorkCards


class WindowNotices:
    """The notices of one workspace; ``bar`` is placed by it above the pages."""

    def __init__(self, host: QWidget) -> None:
        self._host = host
        self.bar = MessageBar()
        self.bar.hide()
        self.toast = Toast(host)
        self.works = WorkCards(host)

    def say(self, text: str, *, undo: Callable[[], None] | None = None) -> None:
        """Show a toast, with an *Undo* button when ``undo`` is given."""
        self.bar.hide()
        self.toast.show_text(text, action=undo)

    def working(self, title: str, cancel: CancelToken) -> WorkCard:
        """Show long work with its progress and *Cancel* until its card is told that it has ended."""
        return self.works.begin(title, cancel)

    def dismiss(self) -> None:
        """Take back what was said: the user has gone on and it is no longer so."""
        self.bar.hide()
        self.toast.dismiss()

    def refuse(self, error: KnownError) -> None:
        """Show the sentence of a failed action until it is closed or something else is said."""
        self.bar.show_message(message_for(error), tone="danger")

    def tell(self, text: str, *, tone: MessageTone) -> None:
        """Show a sentence above what the bar already says, until it is closed."""
        if not self.bar.isHidden():
            text, tone = f"{text}\n{self.bar.label.text()}", "warn" if tone in {"ok", "info"} else tone
        self.bar.show_message(text, tone=tone)

    def warn(self, text: str) -> None:
        """Show a sentence to be taken note of."""
        self.bar.show_message(text, tone="warn")
