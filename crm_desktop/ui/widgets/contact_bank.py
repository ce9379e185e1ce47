"""The *Bank* tab of a contact's card: its accounts, and what a person may do with them."""

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from crm_desktop.domain.contact_merging import Place, Side
from crm_desktop.domain.errors import KnownError
from crm_desktop.operations import bank_accounts, bank_confirming
from crm_desktop.operations.bank_accounts import AccountLine, BankDetails, ConfirmRule, edit_account
from crm_desktop.operations.bank_conflicts import AccountDraft, decided_account
from crm_desktop.operations.row_conflicts import RowConflict
from crm_desktop.ui.messages import message_for, tr
from crm_desktop.ui.theme import set_role
from crm_desktop.ui.tokens import SPACE_M
from crm_desktop.ui.widgets.asking_writes import run_asking, unsettled
from crm_desktop.ui.widgets.bank_account_dialog import BankAccountDialog
from crm_desktop.ui.widgets.bank_account_view import SHOWN_MS, BankAccountView
from crm_desktop.ui.widgets.bank_questions import Question, ask_password, ask_reason
from crm_desktop.ui.widgets.dialog import Dialog
from crm_desktop.ui.widgets.empty_state import EmptyState
from crm_desktop.ui.widgets.page import PageContext
from crm_desktop.ui.widgets.parts import button, clear, label, row


class ContactBank(QScrollArea):
    """Shows the accounts of one contact; ``shown_ms`` is how long a revealed number stays."""

    def __init__(self, context: PageContext, *, shown_ms: int = SHOWN_MS) -> None:
        super().__init__()
        self._context = context
        self._session = context.session
        self._shown_ms = shown_ms
        self._contact_id: int | None = None
        self._trashed = False
        self.views: list[BankAccountView] = []
        self.dialog: Dialog | None = None
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(tr("Bank accounts"))
        inner = QWidget()
        set_role(inner, "page")
        self._layout = QVBoxLayout(inner)
        self._layout.setContentsMargins(0, SPACE_M, 2, SPACE_M)
        self._layout.setSpacing(SPACE_M)
        self.setWidget(inner)

    def show_contact(self, contact_id: int, *, trashed: bool) -> None:
        """Read and show the accounts of a contact; in the trash they are only shown."""
        self._contact_id, self._trashed = contact_id, trashed
        self.reload()

    def reload(self) -> None:
        """Read the accounts again, in the background."""
        wanted = self._contact_id
        if wanted is None:
            return
        self._context.tasks.run(
            lambda: self._read(wanted),
            on_done=lambda lines: self._show(wanted, lines),
            on_error=self._refuse,
            owner=self,
        )

    def _read(self, contact_id: int) -> list[AccountLine]:
        # The tables of all banks are loaded at the first check: here, where nobody waits for a key press.
        bank_accounts.account_problems(BankDetails())
        return bank_accounts.accounts(self._session, contact_id)

    def forget(self) -> None:
        """Show nothing and hold nothing."""
        self._contact_id = None
        self._clear()

    def hide_numbers(self) -> None:
        """Mask every number that is revealed."""
        for view in self.views:
            view.hide_numbers()

    def _clear(self) -> None:
        self.views = []
        clear(self._layout)

    def _refuse(self, error: KnownError) -> None:
        self._clear()
        self._layout.addWidget(label(message_for(error), "muted", wrap=True))
        self._layout.addStretch(1)

    def _show(self, contact_id: int, lines: list[AccountLine]) -> None:
        if contact_id != self._contact_id:
            return
        self._clear()
        can_edit = self._session.may("bank.edit") and not self._trashed
        if not lines:
            self._show_nothing(can_edit=can_edit)
            return
        for line in lines:
            self._layout.addWidget(self._view(line, can_edit=can_edit))
        if can_edit:
            add = button(tr("Add account"), self.add, glyph="plus")
            self._layout.addLayout(row(add, None))
        self._layout.addStretch(1)

    def _show_nothing(self, *, can_edit: bool) -> None:
        nothing = EmptyState(
            glyph="bank",
            sentence=tr("No bank account yet. What is entered here only people with the right can read."),
            action=tr("Add account") if can_edit else "",
        )
        nothing.action_requested.connect(self.add)
        self._layout.addWidget(nothing, 1)

    def _view(self, line: AccountLine, *, can_edit: bool) -> BankAccountView:
        may_reject = not self._trashed and (can_edit or self._session.may("bank.confirm"))
        view = BankAccountView(
            line, self._context.clock, can_edit=can_edit, can_reject=may_reject, shown_ms=self._shown_ms
        )
        view.reveal_requested.connect(lambda waiting: self.reveal(view, waiting=waiting))
        view.confirm_requested.connect(lambda: self.confirm(line))
        view.reject_requested.connect(lambda: self.reject_change(line))
        view.edit_requested.connect(lambda: self.edit(line))
        view.remove_requested.connect(lambda: self.remove(line))
        view.copied.connect(
            lambda: self._context.notices.say(tr("Copied. It leaves the clipboard after 20 seconds."))
        )
        self.views.append(view)
        return view

    # --- what a person does --------------------------------------------------------------------

    def reveal(self, view: BankAccountView, *, waiting: bool) -> None:
        """Ask for the reason and show the whole number for a while."""
        question = ask_reason(self)

        def answered(reason: str) -> None:
            self._context.tasks.run(
                lambda: bank_accounts.reveal(self._session, view.line.id, reason=reason, waiting=waiting),
                on_done=shown,
                on_error=question.refuse,
                owner=question,
            )

        def shown(details: BankDetails) -> None:
            question.accept()
            if view in self.views:
                view.show_number(details, waiting=waiting)

        question.answered.connect(answered)
        self._open(question)

    def add(self) -> None:
        """Open the form of a new account."""
        contact_id = self._contact_id
        if contact_id is not None:
            self._form(
                BankAccountDialog(BankDetails(), parent=self),
                lambda details: bank_accounts.add_account(self._session, contact_id, details),
            )

    def edit(self, line: AccountLine) -> None:
        """Open the form of an account; its number is not shown and stays where nothing is typed."""
        self._context.tasks.run(
            lambda: bank_accounts.account_draft(self._session, line.id),
            on_done=lambda draft: self._edit_from(line.id, draft),
            on_error=self._context.notices.refuse,
            owner=self,
        )

    def _edit_from(self, account_id: int, draft: AccountDraft) -> None:
        def settle(
            typed: BankDetails, conflict: "RowConflict[BankDetails]", choices: Mapping[Place, Side]
        ) -> object:
            chosen = decided_account(conflict, choices, typed)
            return edit_account(self._session, account_id, chosen, version=conflict.version)

        self._form(
            BankAccountDialog(draft.details, masked=draft.masked, parent=self),
            lambda typed: edit_account(self._session, account_id, typed, version=draft.version, base=draft),
            settle,
        )

    def _form(
        self,
        dialog: BankAccountDialog,
        save: Callable[[BankDetails], object],
        settle: Callable[..., object] = unsettled,
    ) -> None:
        def submitted(details: BankDetails) -> None:
            run_asking(
                self._context, lambda: save(details), partial(settle, details), parent=dialog,
                on_done=lambda _: self._done(dialog, tr("Saved. It waits for confirmation.")),
                on_error=dialog.refuse, on_back=dialog.resume,
            )  # fmt: skip

        dialog.submitted.connect(submitted)
        self._open(dialog)

    def confirm(self, line: AccountLine) -> None:
        """Make the waiting value count, with the password again where nobody else may confirm."""
        if line.rule is ConfirmRule.ALONE:
            question = ask_password(self)
            question.answered.connect(lambda password: self._confirm(line, question, password))
            self._open(question)
            return
        dialog = Dialog(
            tr("Confirm this account?"),
            text=tr(
                "Check the number by another way than the one it came by, for instance by calling a number "
                "you knew before. From now on it is the one that counts."
            ),
            accept=tr("Confirm"),
            parent=self,
        )
        dialog.accepted.connect(lambda: self._confirm(line, None, None))
        self._open(dialog)

    def _confirm(self, line: AccountLine, question: Question | None, password: str | None) -> None:
        self._context.tasks.run(
            lambda: bank_confirming.confirm_change(
                self._session, line.id, version=line.version, password=password
            ),
            on_done=lambda _: self._done(question, tr("Confirmed.")),
            on_error=self._context.notices.refuse if question is None else question.refuse,
            owner=self,
        )

    def reject_change(self, line: AccountLine) -> None:
        """Drop what waits; it can be undone."""
        self._write(
            lambda: bank_confirming.reject_change(self._session, line.id, version=line.version),
            tr("The change was dropped."),
        )

    def remove(self, line: AccountLine) -> None:
        """Remove an account; undone, it comes back as one that waits."""
        self._write(
            lambda: bank_accounts.remove_account(self._session, line.id, version=line.version),
            tr("The account was removed."),
        )

    def _write(self, operation: Callable[[], object], said: str) -> None:
        self._context.tasks.run(
            operation,
            on_done=lambda _: self._done(None, said),
            on_error=self._context.notices.refuse,
            owner=self,
        )

    def _done(self, dialog: Dialog | None, said: str) -> None:
        if dialog is not None:
            dialog.accept()
        self._context.notices.say(said)
        self.reload()

    def _open(self, dialog: Dialog) -> None:
        """Open a dialog without blocking; it is let go of when it is closed."""
        self.dialog = dialog
        dialog.finished.connect(lambda: self._closed(dialog))
        dialog.open()

    def _closed(self, dialog: Dialog) -> None:
        if self.dialog is dialog:
            self.dialog = None
        dialog.deleteLater()
