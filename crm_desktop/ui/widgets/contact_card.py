"""The card of one contact: who it is, four quick actions, and tabs with overview, timeline, history."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QMenu, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from crm_desktop.domain.contact_drafts import ContactDraft
from crm_desktop.domain.contacts import Contact, ContactKind
from crm_desktop.domain.contacts import ContactCard as CardRecord
from crm_desktop.domain.errors import KnownError
from crm_desktop.domain.trash import goes_at
from crm_desktop.operations import bank_accounts, contacts
from crm_desktop.operations.confirming_values import Confirmable, confirm_value
from crm_desktop.operations.follow_up_lists import next_follow_up
from crm_desktop.operations.keep_in_touch import rhythm_of, turn_of
from crm_desktop.operations.relations import Party
from crm_desktop.operations.timeline import timeline
from crm_desktop.ui.messages import tr
from crm_desktop.ui.tokens import SPACE_M, SPACE_XL, SPACE_XS
from crm_desktop.ui.widgets.contact_bank import ContactBank
from crm_desktop.ui.widgets.contact_facts import identifier_facts, own_facts, status_facts
from crm_desktop.ui.widgets.contact_files import ContactFiles
from crm_desktop.ui.widgets.contact_files_drops import FileDrops
from crm_desktop.ui.widgets.contact_history import ContactHistory
from crm_desktop.ui.widgets.contact_menu import (
    fill_with_actions,
    fill_with_confirming,
    fill_with_copies,
    fill_with_numbers,
)
from crm_desktop.ui.widgets.contact_numbers import ContactNumbers
from crm_desktop.ui.widgets.contact_options import ContactOptions, contact_options
from crm_desktop.ui.widgets.contact_origins import origins_of
from crm_desktop.ui.widgets.contact_overview import ContactOverview
from crm_desktop.ui.widgets.contact_photo import ContactPhoto
from crm_desktop.ui.widgets.contact_products import ContactProducts
from crm_desktop.ui.widgets.contact_relations import ContactRelations
from crm_desktop.ui.widgets.contact_tags import ContactTags
from crm_desktop.ui.widgets.contact_timeline import ContactTimeline
from crm_desktop.ui.widgets.dialling import dialled
from crm_desktop.ui.widgets.elided_label import ElidedLabel
from crm_desktop.ui.widgets.events import still_so, timeline_entry, without_note_changes
from crm_desktop.ui.widgets.folding_tabs import FoldingTabs
from crm_desktop.ui.widgets.follow_up_words import rhythm_words
from crm_desktop.ui.widgets.page import PageContext
from crm_desktop.ui.widgets.parts import button, column, row
from crm_desktop.ui.widgets.pill import Pill
from crm_desktop.ui.widgets.words import STATUS_TONES, contact_kind_word, status_word

RECENT = 4
_LOOKED_AT = 60
"""Among how many events the latest ones are looked for: what was undone is not among them."""


class ContactCard(QWidget):
    """Shows one contact; what is behind the tabs is read when they are opened.

    ``written`` when something was changed on the card itself: tags, notes. ``contact_requested(id)``:
    somebody it names is to be opened; ``relations_changed`` were written.
    """

    written = Signal()
    contact_requested = Signal(object)
    relations_changed = Signal()

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self._context = context
        self._session = context.session
        self.contact_id: int | None = None
        self.draft: ContactDraft | None = None
        self.version = 0
        self.trashed = False
        self._found: CardRecord | None = None
        self._options = ContactOptions()
        self._party: Party | None = None
        self._loaded: set[int] = set()
        self._build()

    def _build(self) -> None:
        self.avatar = ContactPhoto(self._context, side=46)
        self.name = ElidedLabel(role="section")
        self.line = ElidedLabel(role="muted")
        self.status = Pill()
        head = row(self.avatar, spacing=SPACE_M)
        head.addLayout(column(None, self.name, self.line, None, spacing=2), 1)
        head.addWidget(self.status, 0, Qt.AlignmentFlag.AlignVCenter)
        self.tags = ContactTags(self._context)
        self.numbers = ContactNumbers(self._context, self)
        self.numbers.written.connect(self.written)
        self.tabs = FoldingTabs()
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setAccessibleName(tr("What to show"))
        self.tabs.tabBar().setExpanding(False)
        self.tabs.tabBar().setDrawBase(False)
        self.overview = ContactOverview(self._context.clock)
        self.events = ContactTimeline(self._context)
        self.timeline = self.events.timeline
        self.history = ContactHistory(self._context)
        self.history.written.connect(self.written)
        self.products = ContactProducts(self._context)
        self.relations = ContactRelations(self._context)
        self.relations.contact_requested.connect(self.contact_requested)
        self.relations.changed.connect(self._relations_changed)
        self.files = ContactFiles(self._context)
        self.files.changed.connect(self.written)
        self.files.photo_set.connect(self.avatar.reload)
        self.bank = ContactBank(self._context) if self._session.may("bank.view") else None
        for page, words in (
            (self.overview, tr("Overview")),
            (self.events, tr("Timeline")),
            (self.products, tr("Products")),
            (self.relations, tr("Relations")),
            *(((self.bank, tr("Bank")),) if self.bank is not None else ()),
            (self.files, tr("Files")),
            (self.history, tr("History")),
        ):
            self.tabs.addTab(page, words)
        self.drops = FileDrops(
            self, self.tabs, self.files, may=self._may_add_files, take=self.files.add,
            hover=self.files.show_drop,
        )  # fmt: skip
        self.tabs.currentChanged.connect(self._load_tab)
        self.products.changed.connect(self.written)
        self.tags.written.connect(self.written)
        self.events.written.connect(self.written)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(SPACE_M)
        outer.addLayout(head)
        outer.addWidget(self.tags)
        outer.addLayout(self._quick_actions())
        outer.addWidget(self.tabs, 1)

    def _quick_actions(self) -> QVBoxLayout:
        self.call_button = self._quick(tr("Call"), "phone", self._call)
        self.email_button = self._quick(tr("E-mail"), "envelope-simple", self._email)
        edit = self._context.actions.action("record.edit")
        self.edit_button = self._quick(tr("Edit"), "pencil-simple", edit.trigger if edit else None)
        self.edit_button.setVisible(edit is not None)
        # Not "More": so is the menu of tabs called, just below it.
        self.more_button = self._quick(tr("Actions"), "dots-three", None)
        self.more_button.setAccessibleName(tr("More actions"))
        self.more_button.setMenu(self._more_menu())
        line = row(spacing=SPACE_XS)
        for made in (self.call_button, self.email_button, self.edit_button, self.more_button):
            # By their words: shared out alike, the longest would be cut on a narrow card.
            icon_px = 0 if made.icon().isNull() else made.iconSize().width()
            line.addWidget(made, made.fontMetrics().horizontalAdvance(made.text()) + icon_px + SPACE_XL)
        return column(line)

    @staticmethod
    def _quick(words: str, glyph: str, clicked: Callable[[], object] | None) -> QPushButton:
        made = button(words, clicked, glyph=glyph)
        made.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        return made

    def _more_menu(self) -> QMenu:
        menu = QMenu(self)
        menu.aboutToShow.connect(partial(self._fill_menu, menu))
        return menu

    def _fill_menu(self, menu: QMenu) -> None:
        menu.clear()
        if self._found is not None:
            fill_with_copies(menu, self._found, self._copy)
            if self._session.may("records.edit") and not self.trashed and not self._session.read_only:
                fill_with_confirming(menu, self._found, self._confirm)
                fill_with_numbers(menu, self._found, partial(self.numbers.ask, self._found))
        fill_with_actions(menu, self._context.actions, trashed=self.trashed)

    def _confirm(self, table: Confirmable, row_id: int) -> None:
        if self.contact_id is None:
            return
        work = partial(confirm_value, self._session, self.contact_id, table, row_id)
        self._context.tasks.run(
            work, on_done=self._confirmed, on_error=self._context.notices.refuse, owner=self
        )

    def _confirmed(self, _result: object) -> None:
        self.written.emit()
        undo = self._context.actions.action("record.undo")
        self._context.notices.say(tr("Confirmed"), undo=undo.trigger if undo is not None else None)

    def _copy(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self._context.notices.say(tr("Copied."))

    # --- showing -------------------------------------------------------------------------------

    def show_contact(self, contact_id: int) -> None:
        """Read and show a contact; one that is gone says so and leaves the card empty."""
        try:
            found = contacts.card(self._session, contact_id)
            self.draft, self.version = contacts.contact_draft(self._session, contact_id)
        except KnownError as error:
            self._context.notices.refuse(error)
            self.forget()
            return
        self.contact_id = contact_id
        self._party = _party_of(found.contact)
        self.trashed = found.contact.trashed_at is not None
        self._found = found
        self._options = contact_options(self._session, self.draft.category)
        self._loaded = set()
        if self.bank is not None:
            self.bank.forget()
        if self.relations.contact_id != contact_id:
            self.relations.forget()
        self._show_head(self.draft)
        self.tags.show_tags(
            contact_id, self.draft.tags, self._options, version=self.version, trashed=self.trashed
        )
        self._load_tab(self.tabs.currentIndex())

    def _show_head(self, draft: ContactDraft) -> None:
        if self.contact_id is not None:
            self.avatar.show_contact(self.contact_id, draft.name, trashed=self.trashed)
        self.name.show_text(draft.name)
        person = draft.kind is ContactKind.PERSON
        parts = (draft.title, draft.company) if person else (draft.industry, draft.legal_form)
        self.line.show_text(" · ".join(part for part in parts if part) or contact_kind_word(draft.kind))
        if self.trashed:
            self.status.show_value(self._in_trash_until(), "danger")
            self.status.setToolTip(tr("Then it is deleted for good. Restore it to keep it."))
        elif draft.status is not None:
            self.status.setToolTip("")
            self.status.show_value(status_word(draft.status), STATUS_TONES[draft.status])
        else:
            self.status.show_value("")
        self.call_button.setEnabled(bool(draft.phones))
        self.email_button.setEnabled(bool(draft.emails))
        self.edit_button.setEnabled(not self.trashed)

    def _in_trash_until(self) -> str:
        """Return on which day the record goes for good; an overdue one waits for somebody who may do it."""
        trashed_at = self._found.contact.trashed_at if self._found else None
        if trashed_at is None:
            return tr("In the trash")
        # Short, so that it leaves room for the name; the tip says it whole.
        iso = datetime.fromtimestamp(goes_at(trashed_at), self._context.clock.zone).date().isoformat()
        return tr("Trash until {day}").format(day=self._context.clock.short_day(iso))

    def _load_tab(self, tab: int) -> None:
        if self.contact_id is None or self.draft is None or tab in self._loaded:
            return
        self._loaded.add(tab)
        clock, page = self._context.clock, self.tabs.widget(tab)
        if page is self.overview:
            looked_at = timeline(self._session, self.contact_id, limit=_LOOKED_AT).entries
            found = without_note_changes(still_so(looked_at))
            recent = [timeline_entry(entry, clock, recent=True) for entry in found[:RECENT]]
            self.overview.show_draft(
                self.draft, recent, bank=self._bank_line(self.contact_id), more=self._more_facts(self.draft),
                origins=origins_of(self._found, clock, self.numbers.read(self.contact_id))
                if self._found else None,
                follow_up=next_follow_up(self._session, self.contact_id),
            )  # fmt: skip
        elif page is self.events:
            self.events.show_contact(self.contact_id, trashed=self.trashed)
        elif page is self.products:
            self.products.show_contact(self.contact_id, name=self.draft.name, trashed=self.trashed)
        elif page is self.relations and self._party is not None:
            self.relations.show_contact(self._party, trashed=self.trashed)
        elif page is self.files:
            self.files.show_contact(self.contact_id, trashed=self.trashed)
        elif self.bank is not None and page is self.bank:
            self.bank.show_contact(self.contact_id, trashed=self.trashed)
        else:
            self.history.show_contact(self.contact_id, trashed=self.trashed)

    def _more_facts(self, draft: ContactDraft) -> list[tuple[str, str]]:
        past, options = self._found.past_statuses if self._found else (), self._options
        facts = identifier_facts(draft) + status_facts(draft, past, options) + own_facts(draft, options)
        return facts + self._rhythm_fact()

    def _rhythm_fact(self) -> list[tuple[str, str]]:
        found = None if self.contact_id is None else rhythm_of(self._session, self.contact_id)
        if found is None or self.contact_id is None:
            return []
        turn = turn_of(self._session, self.contact_id)
        return [(tr("Keep in touch"), rhythm_words(found, turn, self._context.clock))]

    def _may_add_files(self) -> bool:
        session = self._session
        return (
            self.contact_id is not None
            and not self.trashed
            and session.may("records.edit")
            and not session.read_only
        )

    def _relations_changed(self) -> None:
        """Let the other tabs read what happened when they are opened again."""
        self._loaded = {self.tabs.indexOf(self.relations)}
        self.relations_changed.emit()

    def _bank_line(self, contact_id: int) -> str:
        """Return that bank details are on file: without the right to see them nothing else is told."""
        on_file = self.bank is None and bank_accounts.accounts_on_file(self._session, contact_id)
        return tr("Bank details on file") if on_file else ""

    def forget(self) -> None:
        """Hold no contact."""
        self.contact_id = self.draft = self._party = self._found = None
        self.relations.forget()
        self.overview.empty()
        self.events.forget()
        self.history.forget()
        self.products.forget()
        self.files.forget()
        self.avatar.forget()
        if self.bank is not None:
            self.bank.forget()

    # --- quick actions -------------------------------------------------------------------------

    def _call(self) -> None:
        """Hand the number to this computer's telephone program, or copy it where there is none."""
        draft = self.draft
        if draft is None or not draft.phones:
            return
        phone = next((phone for phone in draft.phones if phone.is_primary), draft.phones[0])
        if not dialled(phone.raw):
            self._copy(phone.raw)

    def _email(self) -> None:
        """Hand the address to this computer's mail program, or copy it where there is none."""
        draft = self.draft
        if draft is None or not draft.emails:
            return
        email = next((email for email in draft.emails if email.is_primary), draft.emails[0])
        url = QUrl()
        url.setScheme("mailto")
        url.setPath(email.address)
        if not QDesktopServices.openUrl(url):
            self._copy(email.address)


def _party_of(contact: Contact) -> Party:
    return Party(
        contact.id, contact.display_name, contact.kind, contact.category, contact.title, contact.company
    )
