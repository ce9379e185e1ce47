"""Choosing a contact while typing: both lists are searched off the UI thread, a few results are shown.

Somebody who is in neither list can be entered by name alone.
"""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from crm_desktop.domain.contacts import Category, ContactKind
from crm_desktop.domain.relations import QuickEntry
from crm_desktop.operations.relations import Party, candidates
from crm_desktop.operations.session import Session
from crm_desktop.ui.messages import tr
from crm_desktop.ui.tasks import Tasks
from crm_desktop.ui.tokens import SPACE_S
from crm_desktop.ui.widgets.parts import button, row
from crm_desktop.ui.widgets.party_list import PartyLine, PartyList
from crm_desktop.ui.widgets.search_box import SearchBox
from crm_desktop.ui.widgets.words import contact_kind_word

Choice = Party | QuickEntry
LIMIT = 30


class _Search(SearchBox):
    """Enter takes the first result and goes no further: behind it would wait the dialog's own button."""

    entered = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keep Enter here."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.entered.emit()
            event.accept()
        else:
            super().keyPressEvent(event)


class ContactChooser(QWidget):
    """``chosen(Party, QuickEntry or None)``: what was chosen, None when it was taken back.

    ``without`` is never offered; with ``only`` nobody of the other list. With ``can_enter`` names that
    nobody has can be entered anew.
    """

    chosen = Signal(object)

    def __init__(
        self,
        session: Session,
        tasks: Tasks,
        *,
        without: int | None = None,
        only: Category | None = None,
        can_enter: bool = True,
    ) -> None:
        super().__init__()
        self._only = only
        self._session, self._tasks = session, tasks
        self._without, self._can_enter = without, can_enter
        self._asked = ""
        self.choice: Choice | None = None
        self.search = _Search(tr("Search a name, number or e-mail"), shortcut="")
        self.search.setAccessibleName(tr("Search for a contact"))
        self.results = PartyList(name=tr("Contacts found"), names_open=False)
        self.results.setProperty("role", "")
        self.results.setMinimumHeight(170)
        self.shown = PartyList(name=tr("Chosen contact"), names_open=False)
        self.shown.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.shown.setFixedHeight(50)
        self.change_button = button(tr("Choose somebody else"), self.take_back, role="link")
        self._stack = QStackedWidget()
        self._answer = self._chosen()
        for page in (self._searching(), self._answer):
            self._stack.addWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)
        self.search.search_changed.connect(self._look_up)
        self.search.down_requested.connect(self._into_results)
        self.search.entered.connect(self._choose_first)
        self.results.opened.connect(self.choose)
        self.results.clicked.connect(lambda _: self.choose(self.results.current_key()))
        self._look_up("")

    def _searching(self) -> QWidget:
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_S)
        layout.addWidget(self.search)
        layout.addWidget(self.results, 1)
        return page

    def _chosen(self) -> QWidget:
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.shown)
        layout.addLayout(row(self.change_button, None))
        layout.addStretch(1)
        return page

    # --- searching -----------------------------------------------------------------------------

    def _look_up(self, text: str) -> None:
        self._asked = text
        self._tasks.run(
            lambda: candidates(self._session, text, without=self._without, limit=LIMIT),
            on_done=lambda found: self._found(text, found),
            on_error=lambda _: self._found(text, []),
            owner=self,
            serial=False,
        )

    def _found(self, text: str, found: Sequence[Party]) -> None:
        if text != self._asked:
            return  # the answer to what is no longer asked
        wanted = [party for party in found if self._only in {None, party.category}]
        lines = [PartyLine(party, party.name, _detail(party), party.kind) for party in wanted]
        self.results.show_lines([*lines, *(self._new_lines(text.strip()))])

    def _new_lines(self, name: str) -> list[PartyLine]:
        if not name or not self._can_enter:
            return []
        words = {
            ContactKind.PERSON: tr("Enter “{name}” as a new person"),
            ContactKind.COMPANY: tr("Enter “{name}” as a new company"),
        }
        return [
            PartyLine(
                QuickEntry(name, kind), text.format(name=name), tr("in the address book"), glyph="user-plus"
            )
            for kind, text in words.items()
        ]

    def _into_results(self) -> None:
        if self.results.parties.lines:
            self.results.setFocus()
            self.results.setCurrentIndex(self.results.parties.index(0, 0))

    def _choose_first(self) -> None:
        lines = self.results.parties.lines
        if lines and self._asked == self.search.text():
            self.choose(lines[0].key)

    # --- choosing ------------------------------------------------------------------------------

    def choose(self, key: object) -> None:
        """Choose a contact or somebody new."""
        if not isinstance(key, Party | QuickEntry):
            return
        self.choice = key
        detail = _detail(key) if isinstance(key, Party) else _new_detail(key.kind)
        self.shown.show_lines([PartyLine(key, key.name, detail, key.kind)])
        self._stack.setCurrentIndex(1)
        self._stack.setFixedHeight(self._answer.sizeHint().height())
        self.chosen.emit(key)

    def take_back(self) -> None:
        """Search again."""
        self.choice = None
        self._stack.setMinimumHeight(0)
        self._stack.setMaximumHeight(16_777_215)
        self._stack.setCurrentIndex(0)
        self.chosen.emit(None)
        self.search.take_focus()


def _detail(party: Party) -> str:
    where = tr("Customer") if party.category is Category.CUSTOMER else tr("Address book")
    person = party.kind is ContactKind.PERSON
    parts = (party.title, party.company) if person else (contact_kind_word(party.kind),)
    return " · ".join(part for part in (*parts, where) if part)


def _new_detail(kind: ContactKind) -> str:
    return tr("{kind} · new in the address book").format(kind=contact_kind_word(kind))
