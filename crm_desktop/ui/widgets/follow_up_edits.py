"""What is done with follow-ups, the same from every page: planned, changed, done, postponed, removed."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtWidgets import QMenu, QWidget

from crm_desktop.domain.contact_merging import Place, Side
from crm_desktop.domain.errors import ConflictError, KnownError
from crm_desktop.domain.follow_ups import Due, DuePart, FollowUpDraft, OutcomePart, draft_of_parts
from crm_desktop.operations import contacts, follow_ups, keep_in_touch
from crm_desktop.operations.follow_up_lists import FollowUpRow
from crm_desktop.operations.keep_in_touch import OwnRhythm
from crm_desktop.operations.row_conflicts import RowConflict, decided_row
from crm_desktop.ui.messages import tr
from crm_desktop.ui.widgets.asking_writes import asked_about
from crm_desktop.ui.widgets.follow_up_forms import (
    FollowUpDialog,
    due_form,
    interval_from,
    outcome_form,
    rhythm_form,
)
from crm_desktop.ui.widgets.follow_up_words import typed_due
from crm_desktop.ui.widgets.page import PageContext
from crm_desktop.ui.widgets.undoable_writes import UndoableWrites
from crm_desktop.ui.widgets.words import no_rhythm_words


class FollowUpEdits(UndoableWrites):
    """``written`` when something is in the file; the forms open over ``parent``."""

    def __init__(self, context: PageContext, parent: QWidget) -> None:
        super().__init__(context, parent)
        self._page = context
        self._session = context.session
        self._over = parent

    @property
    def may_plan(self) -> bool:
        """Whether the person may plan and finish."""
        return self._session.may("followups") and not self._session.read_only

    def plan(
        self, contact_id: int | None = None, name: str | None = None, *, call_id: int | None = None
    ) -> None:
        """Ask what is to be done, about a contact or nobody, or because of a call."""
        if not self.may_plan:
            return
        if contact_id is not None and name is None:
            name = contacts.card(self._session, contact_id).contact.display_name
        what = "" if call_id is None else tr("Call back")
        draft = FollowUpDraft(what, "", contact_id=contact_id, call_id=call_id)
        dialog = FollowUpDialog(self._page, draft, name, new=True, parent=self._over)
        dialog.select_proposal()

        def save(typed: Mapping[str, Any]) -> None:
            follow_ups.add_follow_up(self._session, dialog.draft(typed))

        self.ask(dialog, save, tr("The follow-up is planned."))

    def change(self, follow_up: FollowUpRow) -> None:
        """Open the form of one that is to be done."""
        if not self.may_plan or follow_up.done_at is not None:
            return
        try:
            draft, version = follow_ups.follow_up_draft(self._session, follow_up.id)
        except KnownError as error:
            self._page.notices.refuse(error)
            return
        dialog = FollowUpDialog(self._page, draft, follow_up.contact, new=False, parent=self._over)

        def save(typed: Mapping[str, Any]) -> object:
            return follow_ups.edit_follow_up(
                self._session, follow_up.id, dialog.draft(typed), version=version, base=draft
            )

        self.ask(dialog, save, tr("The follow-up is saved."), settle=self.settle)

    def settle(self, conflict: RowConflict[Any], choices: Mapping[Place, Side]) -> object:
        """Write what was chosen where somebody else changed the same fact of a follow-up meanwhile."""
        session, one, theirs = self._session, conflict.row_id, conflict.theirs
        chosen = decided_row(conflict, choices)
        if isinstance(chosen, DuePart):
            return follow_ups.postpone(session, one, chosen.due.day, chosen.due.time, base=theirs.due)
        if isinstance(chosen, OutcomePart):
            return follow_ups.set_outcome(session, one, chosen.outcome, base=theirs.outcome)
        return follow_ups.edit_follow_up(
            session, one, draft_of_parts(chosen), version=conflict.version, base=draft_of_parts(theirs)
        )

    def answer(
        self, outcome: object, saved: Callable[[], None], refused: Callable[[KnownError], None]
    ) -> None:
        """Ask about the conflict of a cell; whoever goes back finds it open as it was typed."""
        asked_about(
            outcome, self._page, self.settle, parent=self._over, on_done=lambda _found: saved(),
            on_error=refused, on_back=lambda: refused(ConflictError("record_changed")),
        )  # fmt: skip

    def finish(self, ids: Sequence[int]) -> None:
        """Note that these are done, at once."""
        if ids and self.may_plan:
            words = tr("%n follow-ups are done.", "", len(ids))
            self.run(partial(follow_ups.finish, self._session, list(ids)), words)

    def finish_with_outcome(self, follow_up: FollowUpRow) -> None:
        """Ask what came of one, and note that it is done."""

        def save(typed: Mapping[str, Any]) -> object:
            return follow_ups.finish_with_outcome(
                self._session, follow_up.id, str(typed["outcome"] or ""), base=follow_up.outcome
            )

        dialog = outcome_form(follow_up.what, parent=self._over)
        self.ask(dialog, save, tr("%n follow-ups are done.", "", 1), settle=self.settle)

    def reopen(self, follow_up: FollowUpRow) -> None:
        """Have one that was done be open again."""
        work = partial(follow_ups.reopen, self._session, follow_up.id)
        self.run(work, tr("The follow-up is open again."))

    def remove(self, chosen: Sequence[FollowUpRow]) -> None:
        """Take some away."""
        if self.may_plan and chosen:
            work = partial(follow_ups.remove_follow_ups, self._session, _versions(chosen))
            self.run(work, tr("%n follow-ups are removed.", "", len(chosen)))

    def postpone(self, chosen: Sequence[FollowUpRow], typed: str) -> None:
        """Have some be due when ``typed`` says; each keeps its time unless another is said."""
        words = tr("%n follow-ups are postponed.", "", len(chosen))
        self.run(partial(self._postpone, chosen, typed), words, settle=self.settle)

    def _postpone(self, chosen: Sequence[FollowUpRow], typed: str) -> object:
        """Postpone all or none; of a single one it is asked about what somebody else set meanwhile."""
        due = typed_due(typed, self._page.clock)
        seen = {one.id: Due(one.due_on, one.due_time) for one in chosen}
        if len(seen) > 1:
            follow_ups.postpone_all(self._session, seen, due.day, due.time)
            return None
        ((one, before),) = seen.items()
        return follow_ups.postpone(self._session, one, due.day, due.time or before.time, base=before)

    def ask_until(self, chosen: Sequence[FollowUpRow]) -> None:
        """Ask until when some are postponed."""
        if not self.may_plan or not chosen:
            return
        what = chosen[0].what if len(chosen) == 1 else tr("%n follow-ups", "", len(chosen))
        dialog = due_form(what, self._page.clock, parent=self._over)
        self.ask(
            dialog, lambda typed: self._postpone(chosen, str(typed["due_on"])),
            tr("%n follow-ups are postponed.", "", len(chosen)), settle=self.settle,
        )  # fmt: skip

    def fill_postpone_menu(self, menu: QMenu, chosen: Sequence[FollowUpRow]) -> None:
        """Offer the usual days, and to type another."""
        for words, typed in (
            (tr("Tomorrow"), "tm"), (tr("In 3 days"), "+3d"), (tr("Next Monday"), "mo"),
            (tr("In a month"), "+1m"),
        ):  # fmt: skip
            menu.addAction(words).triggered.connect(partial(_called, partial(self.postpone, chosen, typed)))
        menu.addAction(tr("Another day…")).triggered.connect(
            partial(_called, partial(self.ask_until, chosen))
        )

    def set_rhythm(self, contact_id: int, name: str) -> None:
        """Ask how often one wants to be in touch with a contact."""
        if self.may_plan:
            read = keep_in_touch.own_rhythm(self._session, contact_id)
            self._ask_rhythm(
                name,
                no_rhythm_words(of_tag=False),
                read,
                partial(keep_in_touch.set_rhythm, self._session, contact_id),
            )

    def set_tag_rhythm(self, tag_id: int, name: str) -> None:
        """Ask how often one wants to be in touch with everybody who carries a tag."""
        if self.may_plan:
            read = keep_in_touch.tag_rhythm(self._session, tag_id)
            self._ask_rhythm(
                name,
                no_rhythm_words(of_tag=True),
                read,
                partial(keep_in_touch.set_tag_rhythm, self._session, tag_id),
            )

    def _ask_rhythm(self, name: str, never: str, read: OwnRhythm, write: Callable[..., object]) -> None:
        dialog = rhythm_form(name, read.interval, never, parent=self._over)

        def save(typed: Mapping[str, Any]) -> object:
            return write(interval_from(typed), base=read)

        def settle(conflict: RowConflict[OwnRhythm], choices: Mapping[Place, Side]) -> object:
            return write(decided_row(conflict, choices).interval, base=conflict.theirs)

        self.ask(dialog, save, tr("The rhythm is saved."), settle=settle)


def _versions(chosen: Sequence[FollowUpRow]) -> dict[int, int]:
    return {follow_up.id: follow_up.version for follow_up in chosen}


def _called(act: "partial[None]", _checked: bool = False) -> None:  # noqa: FBT001, FBT002 - Qt's signal
    act()
