"""Keys: the keyring of this computer, age of kit and keys, who has not moved, and changing them."""

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLayout, QScrollArea, QWidget

from crm_desktop.domain.errors import KnownError
from crm_desktop.operations.keys_overview import (
    KeyringHere,
    KeysOverview,
    keep_here,
    keyring_here,
    keys_overview,
)
from crm_desktop.operations.rotating import Rotated, rotate_keys
from crm_desktop.operations.users import UserRow, users
from crm_desktop.ui.messages import message_for, tr
from crm_desktop.ui.pages.administration.keys_dialogs import ChangeKeysDialog, NewKitDialog
from crm_desktop.ui.theme import set_role
from crm_desktop.ui.tokens import SPACE_L, SPACE_M, SPACE_XL
from crm_desktop.ui.widgets.moments import date_words
from crm_desktop.ui.widgets.page import Page, PageContext, WorkAlone
from crm_desktop.ui.widgets.parts import button, card, column, label, line, row
from crm_desktop.ui.widgets.pill import Pill
from crm_desktop.ui.widgets.sign import Sign

_WIDTH_PX = 860


class KeysSection(Page):
    """The section of the administration; the keyring is asked beside the work, as it may not answer."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self._may_write = not self.session.read_only
        inner = QWidget()
        set_role(inner, "page")
        cards = column(self._keyring_card(), self._kit_card(), self._keys_card(), None, spacing=SPACE_L)
        cards.setContentsMargins(0, 0, SPACE_M, 0)
        inner.setLayout(cards)
        inner.setMaximumWidth(_WIDTH_PX)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(inner)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        words = label(
            tr("What opens the file, where it is kept, and what to do when it is no longer safe."),
            "muted",
            wrap=True,
        )
        layout = column(words, spacing=SPACE_M)
        layout.addWidget(area, 1)
        self.setLayout(layout)
        for each in (self.kit_button, self.rotate_button, self.left_button):
            each.setEnabled(self._may_write)

    # --- what is there -------------------------------------------------------------------------

    def _keyring_card(self) -> QWidget:
        self.keyring = label("", "strong", wrap=True)
        self.keyring_pill = Pill()
        self.keyring_words = label("", "muted", wrap=True)
        self.keep_button = button(tr("Keep the set-up code here"), self.keep, glyph="floppy-disk")
        self.keep_button.hide()
        self.ask_button = button(tr("Ask again"), self.ask_keyring, glyph="arrow-clockwise")
        return _card(
            "desktop", tr("Keyring of this computer"), self.keyring, self.keyring_pill, self.keyring_words,
            row(self.keep_button, self.ask_button, None),
        )  # fmt: skip

    def _kit_card(self) -> QWidget:
        self.kit = label("", "strong", wrap=True)
        self.kit_button = button(tr("New emergency kit…"), self.new_kit, glyph="file-pdf")
        words = label(
            tr(
                "The printed sheet: with it an administrator gets in who forgot the password, and other "
                "computers open the file."
            ),
            "muted",
            wrap=True,
        )
        return _card("lifebuoy", tr("Emergency kit"), self.kit, None, words, row(self.kit_button, None))

    def _keys_card(self) -> QWidget:
        self.keys = label("", "strong", wrap=True)
        self.moved = label("", "muted", wrap=True)
        self.moved_pill = Pill()
        self.left_button = button(tr("Someone left…"), self.someone_left, role="primary", glyph="user-minus")
        self.rotate_button = button(tr("Change all keys…"), self.change_keys, glyph="key")
        return _card(
            "key", tr("Keys of the file"), self.keys, self.moved_pill, self.moved,
            row(self.left_button, self.rotate_button, None),
        )  # fmt: skip

    def activate(self) -> None:
        """Look at keys and keyring and take the focus."""
        self.refresh()
        self.ask_keyring()
        self.kit_button.setFocus()

    def refresh(self) -> None:
        """Read ages, numbers and who has not moved."""
        session = self.session
        self.context.tasks.run(
            lambda: keys_overview(session),
            on_done=self._show,
            on_error=self._refuse,
            owner=self,
            serial=False,
        )

    def _show(self, overview: KeysOverview) -> None:
        made = overview.kit_made_on
        number = tr("Kit {number}").format(number=overview.kit_number)
        self.kit.setText(f"{number} · {date_words(made.isoformat())}" if made is not None else number)
        clock = self.context.clock
        self.keys.setText(
            tr("Made {when}").format(when=clock.relative(overview.keys_made_at))
            if overview.keys_made_at is not None
            else tr("Their age is no longer in the log")
        )
        self.keys.setToolTip(clock.exact(overview.keys_made_at))
        waiting = overview.not_moved
        self.moved_pill.show_value(tr("%n to go", "", len(waiting)) if waiting else "", "warn")
        self.moved.setText(
            tr(
                "Not signed in with the present set-up code yet: {logins}. Give them the code of the kit."
            ).format(logins=", ".join(waiting))
            if waiting
            else tr("Everybody has signed in with the present set-up code.")
        )

    # --- the keyring ---------------------------------------------------------------------------

    def ask_keyring(self) -> None:
        """Ask the keyring what it keeps; a locked one waits for somebody's answer."""
        session = self.session
        self._keyring_busy(tr("Asking the keyring…"))
        self.context.tasks.run(
            lambda: keyring_here(session),
            on_done=self._show_keyring,
            on_error=self._refuse,
            owner=self,
            serial=False,
        )

    def keep(self) -> None:
        """Put the set-up code into the keyring."""
        session = self.session
        self._keyring_busy(tr("Waiting for the keyring…"))
        self.context.tasks.run(
            lambda: keep_here(session), on_done=self._kept, on_error=self._not_kept, owner=self, serial=False
        )

    def _keyring_busy(self, words: str) -> None:
        self.keyring_words.setText(words)
        for each in (self.keep_button, self.ask_button):
            each.setEnabled(False)

    def _kept(self, _nothing: None) -> None:
        self.ask_keyring()
        self.context.notices.say(tr("The set-up code is kept; it is not asked for any more."))

    def _not_kept(self, error: KnownError) -> None:
        self._refuse(error)
        self.ask_keyring()

    def _show_keyring(self, here: KeyringHere) -> None:
        self.keyring.setText(here.name or tr("No keyring"))
        if here.keeps:
            self.keyring_pill.show_value(tr("Keeps the key"), "ok")
            words = tr("This computer opens the file with login and password alone.")
        else:
            self.keyring_pill.show_value(tr("Does not keep it"), "warn")
            words = (
                message_for(here.trouble)
                if here.trouble is not None
                else tr("It has no key for this file. The set-up code is asked for at each start.")
            )
        self.keyring_words.setText(words)
        self.keep_button.setVisible(not here.keeps)
        for each in (self.keep_button, self.ask_button):
            each.setEnabled(True)

    # --- changing ------------------------------------------------------------------------------

    def new_kit(self) -> None:
        """Make a new emergency kit."""
        dialog = NewKitDialog(self.context, parent=self)
        done = dialog.exec() == QDialog.DialogCode.Accepted
        number = dialog.kit.number if dialog.kit is not None else 0
        dialog.password.forget()
        dialog.deleteLater()
        if done:
            self.refresh()
            words = tr("Kit {number} counts now. Destroy the sheet of the one before.")
            self.context.notices.say(words.format(number=number))

    def change_keys(self) -> None:
        """Change every key of the file."""
        self._change(None)

    def someone_left(self) -> None:
        """Ask who left; then the account ends and every key is changed."""
        session = self.session
        self.context.tasks.run(
            lambda: users(session), on_done=self._ask_who, on_error=self._refuse, owner=self, serial=False
        )

    def _ask_who(self, found: list[UserRow]) -> None:
        others = [person for person in found if person.enabled and not person.is_oneself]
        if not others:
            self.context.notices.warn(
                tr("Nobody else has an account here. To be safe after a theft, change all keys.")
            )
            return
        self._change(others)

    def _change(self, people: list[UserRow] | None) -> None:
        dialog = ChangeKeysDialog(self.context, people=people, parent=self)
        wanted = dialog.exec() == QDialog.DialogCode.Accepted
        plan, password = dialog.plan, dialog.password.text()
        dialog.password.forget()
        dialog.deleteLater()
        if not wanted or plan is None:
            return
        session = self.session
        self.context.work_alone(
            WorkAlone(
                tr("Changing all keys"),
                partial(
                    rotate_keys, session.environment, session.path, plan, login=session.member.login,
                    password=password,
                ),
                password,
                rotated_words,
                plan.kit.set_up_code,
            )
        )  # fmt: skip

    def _refuse(self, error: KnownError) -> None:
        self.context.notices.refuse(error)


def rotated_words(result: object) -> str:
    """Return what a change of all keys did, and what is left to do for people."""
    if not isinstance(result, Rotated):
        raise TypeError(type(result))
    words = [
        tr("All keys are changed; kit {number} counts now. Destroy the sheet of the one before.").format(
            number=result.kit_number
        )
    ]
    if result.not_moved:
        words.append(
            tr("The new set-up code is asked for at the next sign-in of: {logins}.").format(
                logins=", ".join(result.not_moved)
            )
        )
    problems = [*([result.keyring_problem] if result.keyring_problem else []), *result.warnings]
    return "\n".join([*words, *(message_for(problem) for problem in problems)])


def _card(  # noqa: PLR0917 - the parts from top to bottom
    glyph: str, title: str, value: QWidget, pill: QWidget | None, words: QWidget, actions: QLayout
) -> QWidget:
    """Return a card: sign, small title, the answer with its pill, a sentence, what can be done."""
    frame, body = card(margin=SPACE_XL, spacing=SPACE_M)
    head = row(Sign(glyph, "accent", side=40, disc=True), spacing=SPACE_M)
    head.addLayout(column(label(title.upper(), "capitals"), value, spacing=2), 1)
    if pill is not None:
        head.addWidget(pill, 0, Qt.AlignmentFlag.AlignTop)
    body.addLayout(head)
    body.addWidget(words)
    body.addWidget(line())
    body.addLayout(actions)
    return frame
