"""The call somebody is on: a line above the pages with its clock, through page changes, locks and crashes."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from crm_desktop.domain.errors import KnownError
from crm_desktop.operations import contacts, manual_calls, running_calls
from crm_desktop.operations.running_calls import RunningCall
from crm_desktop.ui.assets import icon
from crm_desktop.ui.messages import duration, tr
from crm_desktop.ui.theme import set_role
from crm_desktop.ui.tokens import ICON_PX, SPACE_L, SPACE_M, SPACE_S
from crm_desktop.ui.widgets.call_edits import CallEdits, may_log, now_draft, numbers_of
from crm_desktop.ui.widgets.call_forms import CallDialog, how_from
from crm_desktop.ui.widgets.page import PageContext
from crm_desktop.ui.widgets.parts import button, label

_TICK_MS = 1000


class CallBar(QFrame):
    """Says with whom and for how long; *Enter…* when it ended, *Discard* when it was none."""

    def __init__(self) -> None:
        super().__init__()
        set_role(self, "card")
        self.sign = label()
        self.sign.setPixmap(icon("phone-call", "accent").pixmap(ICON_PX, ICON_PX))
        self.words = label("", "strong")
        self.clock = label("", "muted")
        # The page under it has its one primary button already.
        self.enter_button = button(tr("Hang up and enter…"), glyph="phone-x")
        self.discard_button = button(tr("Discard"))
        inside = QHBoxLayout(self)
        inside.setContentsMargins(SPACE_L, SPACE_S, SPACE_S, SPACE_S)
        inside.setSpacing(SPACE_M)
        for part in (self.sign, self.words, self.clock):
            inside.addWidget(part)
        inside.addStretch(1)
        inside.addWidget(self.discard_button)
        inside.addWidget(self.enter_button)
        self.hide()

    def show_call(self, call: RunningCall, now: int) -> None:
        """Show the call as it is at ``now`` (UTC epoch seconds)."""
        self.words.setText(tr("On the phone with {name}").format(name=call.name))
        self.clock.setText(duration(max(now - call.started_at, 0)))
        self.setAccessibleName(self.words.text())
        self.show()


class Calling(CallEdits):
    """Logs calls from whatever page is in front and keeps the one that runs; the shell places ``bar``."""

    def __init__(self, context: PageContext, parent: QWidget) -> None:
        super().__init__(context, parent)
        self.bar = CallBar()
        self.call: RunningCall | None = None
        self._ended = False
        self._tick = QTimer(self)
        self._tick.setInterval(_TICK_MS)
        self._tick.timeout.connect(self._show)
        self.bar.enter_button.clicked.connect(self.enter)
        self.bar.discard_button.clicked.connect(self.discard)

    def begin(self) -> None:
        """Go on with the call that is under way: from before a lock, or as another window left it."""
        if may_log(self._session) and not self._ended:
            self._go_on(running_calls.running_call(self._session))

    def stop(self) -> None:
        """Leave the call in the file: the session ends, the call may not."""
        self._ended = True
        self._tick.stop()

    def log(self, contact_id: int) -> None:
        """Ask about a call with a contact, that took place or begins now."""
        if not self.may_write:
            return
        session = self._session
        try:
            name = contacts.card(session, contact_id).contact.display_name
            numbers = numbers_of(session, contact_id)
        except KnownError as error:
            self._page.notices.refuse(error)
            return
        draft = now_draft(session.now(), numbers[0] if numbers else "")
        dialog = CallDialog(
            self._page, draft, name, numbers=numbers, new=True, can_time=self.call is None, parent=self._over
        )

        def save(typed: Mapping[str, Any]) -> None:
            manual_calls.add_call(session, contact_id, dialog.draft(typed), str(typed["note"] or ""))

        dialog.timed.connect(partial(self._time, dialog, contact_id))
        self.ask(dialog, save, tr("The call is entered."))

    def _time(self, dialog: CallDialog, contact_id: int, typed: Mapping[str, Any]) -> None:
        direction, _ = how_from(typed)
        number, note = str(typed["number"] or ""), str(typed["note"] or "")
        self._page.tasks.run(
            partial(running_calls.begin_call, self._session, contact_id, direction, number, note),
            on_done=partial(self._begun, dialog), on_error=dialog.refuse, owner=self,
        )  # fmt: skip

    def _begun(self, dialog: CallDialog, call: RunningCall) -> None:
        dialog.reject()
        self._go_on(call)

    def enter(self) -> None:
        """Ask about the call that ends now; going back, and a lock, lets it run on with what was noted."""
        call = self.call
        if call is None:
            return
        session = self._session
        dialog = CallDialog(
            self._page, call.ended(session.now()), call.name, numbers=[call.number], new=True,
            note=call.note, parent=self._over,
        )  # fmt: skip

        def save(typed: Mapping[str, Any]) -> None:
            running_calls.enter_call(session, call, dialog.draft(typed), str(typed["note"] or ""))

        dialog.accepted.connect(partial(self._go_on, None))
        dialog.rejected.connect(partial(self._went_back, dialog, call))
        self.ask(dialog, save, tr("The call is entered."))

    def _went_back(self, dialog: CallDialog, call: RunningCall) -> None:
        noted = str(dialog.form.values()["note"] or "")
        self._page.tasks.run(
            partial(running_calls.keep_note, self._session, call, noted),
            on_done=lambda _nothing: self.begin(), on_error=self._page.notices.refuse, owner=self,
        )  # fmt: skip

    def discard(self) -> None:
        """Forget the call that runs; the toast begins it again."""
        call = self.call
        if call is None:
            return
        self._page.tasks.run(
            partial(running_calls.forget_call, self._session), on_done=partial(self._discarded, call),
            on_error=self._page.notices.refuse, owner=self,
        )  # fmt: skip

    def _discarded(self, call: RunningCall, _nothing: object) -> None:
        self._go_on(None)
        self._page.notices.say(tr("The call is discarded."), undo=partial(self._resume, call))

    def _resume(self, call: RunningCall) -> None:
        self._page.tasks.run(
            partial(running_calls.resume_call, self._session, call),
            on_done=lambda _nothing: self._go_on(call), on_error=self._page.notices.refuse, owner=self,
        )  # fmt: skip

    def _go_on(self, call: RunningCall | None) -> None:
        self.call = call
        if call is None:
            self._tick.stop()
            self.bar.hide()
        else:
            self._show()
            self._tick.start()

    def _show(self) -> None:
        if self.call is not None:
            self.bar.show_call(self.call, self._session.now())
