"""Lines of members: whose extension or number it was on which days, and the dialog about one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtWidgets import QComboBox, QLineEdit, QVBoxLayout, QWidget

from crm_desktop.domain.organization import Member
from crm_desktop.operations import member_lines
from crm_desktop.operations.member_lines import MemberLine
from crm_desktop.operations.members import members
from crm_desktop.operations.session import Session
from crm_desktop.ui.messages import tr
from crm_desktop.ui.pages.administration.telephony_words import days_of
from crm_desktop.ui.pages.administration.user_dialogs import WorkingDialog
from crm_desktop.ui.tasks import Tasks
from crm_desktop.ui.tokens import SPACE_M, SPACE_S
from crm_desktop.ui.widgets.dialog import ask
from crm_desktop.ui.widgets.field_editors import DateField
from crm_desktop.ui.widgets.inputs import LabelledField
from crm_desktop.ui.widgets.page import PageContext
from crm_desktop.ui.widgets.parts import button, card, clear, column, label, line, row


class LineDialog(WorkingDialog):
    """A line for a member, or a line that is corrected or ended."""

    def __init__(
        self,
        tasks: Tasks,
        session: Session,
        people: Sequence[Member],
        parent: QWidget,
        *,
        known: MemberLine | None = None,
        until: str = "",
    ) -> None:
        title = tr("Give a line") if known is None else tr("Change the line")
        super().__init__(tasks, title, accept=tr("Give line") if known is None else tr("Save"), parent=parent)
        self._session, self._known = session, known
        self.member = QComboBox()
        for person in people:
            self.member.addItem(person.name, person.id)
        self.line = QLineEdit(known.line if known else "")
        self.line.setPlaceholderText(tr("101 or 0211 555 0101", "example of a line"))
        self.since, self.until = DateField(), DateField()
        if known is not None:
            self.member.setCurrentIndex(max(0, self.member.findData(known.member_id)))
            self.since.set_value(known.since)
            self.until.set_value(until or known.until)
        self.add_field("member_id", LabelledField(tr("Member"), self.member))
        hint = tr("An extension, or the number callers dial to reach this member.")
        self.add_field("line", LabelledField(tr("Extension or number"), self.line, hint=hint))
        since = LabelledField(tr("From"), self.since, hint=tr("Empty: since always."))
        self.add_field("since", since)
        hint = tr("The first day on which it is no longer this member’s. Empty: until further notice.")
        self.add_field("until", LabelledField(tr("Until before"), self.until, hint=hint))
        self.put_buttons_after(self.until)
        self.fit()
        (self.until if until else self.line).setFocus()

    def wanted(self) -> MemberLine:
        """Return the line as typed."""
        return MemberLine(
            self.member.currentData(), self.line.text().strip(),
            str(self.since.value()) or None, str(self.until.value()) or None,
        )  # fmt: skip

    def operation(self) -> Callable[[], object]:
        """Give or change the line."""
        return partial(member_lines.change_line, self._session, self._known, self.wanted())


class LinesCard(QWidget):
    """Every line that is or was a member's; ``changed`` is told after each change."""

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self._context, self._session = context, context.session
        self._people: dict[int, Member] = {}
        self.lines: tuple[MemberLine, ...] = ()
        self.give_button = button(tr("Give a line…"), self.give, glyph="plus")
        self.give_button.setEnabled(not self._session.read_only)
        frame, body = card(spacing=SPACE_M)
        body.addLayout(row(label(tr("Lines of members"), "section"), None, self.give_button))
        words = tr(
            "The log of a telephone system holds the whole office. Only calls of these lines are read, and "
            "only where the member has agreed; calls of other lines are counted and never stored."
        )
        body.addWidget(label(words, "muted", wrap=True))
        self._rows = QVBoxLayout()
        self._rows.setSpacing(SPACE_S)
        body.addLayout(self._rows)
        self.setLayout(column(frame))

    def refresh(self) -> None:
        """Read lines and members again."""
        self._context.tasks.run(
            lambda: (member_lines.lines(self._session), {m.id: m for m in members(self._session)}),
            on_done=self._show,
            on_error=self._context.notices.refuse,
            owner=self,
        )

    def _show(self, found: tuple[Sequence[MemberLine], Mapping[int, Member]]) -> None:
        lines, people = found
        self._people = dict(people)
        self.lines = tuple(
            sorted(lines, key=lambda known: (self._name(known), known.line, known.since or ""))
        )
        clear(self._rows)
        for known in self.lines:
            self._rows.addWidget(line())
            self._rows.addLayout(self._row(known))
        if not self.lines:
            words = tr("No lines yet. Give every member his or her extension before a log is imported.")
            self._rows.addWidget(label(words, "muted", wrap=True))

    def _name(self, known: MemberLine) -> str:
        person = self._people.get(known.member_id)
        return person.name if person else "?"

    def _row(self, known: MemberLine) -> QVBoxLayout:
        who = f"{known.line} {self._name(known)}"
        words = column(
            label(f"{known.line} · {self._name(known)}", "strong"), label(days_of(known), "muted"), spacing=2
        )
        whole = row(spacing=SPACE_S)
        whole.addLayout(words, 1)
        verbs = [(tr("Change…"), partial(self.change, known)), (tr("Remove"), partial(self.remove, known))]
        if known.until is None:
            verbs.insert(0, (tr("End…"), partial(self.end, known)))
        for verb, act in verbs:
            made = button(verb, act, role="quiet")
            made.setAccessibleName(f"{verb} {who}")
            made.setEnabled(not self._session.read_only)
            whole.addWidget(made)
        return column(whole)

    def give(self) -> None:
        """Ask for a new line."""
        self._ask(tr("Line given"))

    def change(self, known: MemberLine) -> None:
        """Ask what is right about a line."""
        self._ask(tr("Line changed"), known=known)

    def end(self, known: MemberLine) -> None:
        """Ask from which day on a line is no longer the member's."""
        today = self._context.clock.today()
        self._ask(tr("Line ended"), known=known, until=today)

    def _ask(self, done: str, *, known: MemberLine | None = None, until: str = "") -> None:
        people = sorted(self._people.values(), key=lambda member: member.name)
        dialog = LineDialog(
            self._context.tasks, self._session, people, self.window(), known=known, until=until
        )
        answer = dialog.exec()
        dialog.deleteLater()
        if answer == LineDialog.DialogCode.Accepted:
            self._done(done)

    def remove(self, known: MemberLine) -> None:
        """Take back a line that was given by mistake; stored calls stay."""
        sure = ask(
            self.window(),
            tr("Remove line {line} of {name}?").format(line=known.line, name=self._name(known)),
            text=tr(
                "As if it had never been given: the next import leaves its calls out, on all days. "
                "Stored calls stay. If it only went to somebody else, end it instead. It cannot be undone."
            ),
            accept=tr("Remove line"),
            danger=True,
        )
        if sure:
            self._context.tasks.run(
                partial(member_lines.change_line, self._session, replace(known), None),
                on_done=lambda _nothing: self._done(tr("Line removed")),
                on_error=self._context.notices.refuse,
                owner=self,
            )

    def _done(self, words: str) -> None:
        self.refresh()
        self._context.notices.say(words)
