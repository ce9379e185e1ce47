"""A quiet line above a form: somebody who is there already may be the one being typed."""

from functools import partial

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame

from crm_desktop.domain.contact_drafts import ContactDraft
from crm_desktop.domain.progress import CancelToken
from crm_desktop.operations.duplicates import SimilarContact, similar_to
from crm_desktop.ui.messages import tr
from crm_desktop.ui.theme import set_role
from crm_desktop.ui.tokens import SPACE_M, SPACE_S
from crm_desktop.ui.widgets.merge_words import reasons_words
from crm_desktop.ui.widgets.page import PageContext
from crm_desktop.ui.widgets.parts import button, label, row

SETTLE_MS = 400
"""It looks when the typing has stopped for so long."""


class SimilarLine(QFrame):
    """``contact_requested`` carries whom to show. It never keeps anybody from saving."""

    contact_requested = Signal(int)

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self._context = context
        self._cancel = CancelToken()
        self._asked: tuple[ContactDraft, int | None] | None = None
        self.similar: SimilarContact | None = None
        set_role(self, "quiet-card")
        self.words = label("", "muted", wrap=True)
        self.show_button = button(tr("Show"), self._show_contact, role="link")
        self.setLayout(row(self.words, self.show_button, spacing=SPACE_S, margin=SPACE_S))
        self.layout().setStretch(0, 1)  # type: ignore[union-attr]  # it was just set
        self.setContentsMargins(SPACE_M - SPACE_S, 0, 0, 0)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SETTLE_MS)
        self._timer.timeout.connect(self.look)
        self.hide()

    def typed(self, draft: ContactDraft, contact_id: int | None) -> None:
        """Look for somebody like ``draft`` when the typing stops."""
        self._asked = (draft, contact_id)
        self._timer.start()

    def forget(self) -> None:
        """Show nothing; an answer that is still on its way is passed over."""
        self._timer.stop()
        self._cancel.cancel()
        self._asked = self.similar = None
        self.hide()

    def look(self) -> None:
        """Ask now."""
        if self._asked is None:
            return
        self._cancel.cancel()
        self._cancel = token = CancelToken()
        draft, contact_id = self._asked
        session = self._context.session
        self._context.tasks.run(
            lambda: similar_to(session, draft, contact_id=contact_id),
            on_done=partial(self._show, token), on_error=lambda _error: self.hide(), owner=self, serial=False,
        )  # fmt: skip

    def _show(self, token: CancelToken, found: list[SimilarContact]) -> None:
        if token.cancelled:
            return
        self.similar = found[0] if found else None
        self.setVisible(self.similar is not None)
        if self.similar is not None:
            reasons = reasons_words(self.similar.likeness.findings)
            self.words.setText(
                tr("{name} is there already. {reasons}.").format(name=self.similar.name, reasons=reasons)
            )
            self.show_button.setAccessibleName(tr("Show {name}").format(name=self.similar.name))

    def _show_contact(self) -> None:
        if self.similar is not None:
            self.contact_requested.emit(self.similar.contact_id)
