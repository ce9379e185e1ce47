"""What *More* on the card of a contact offers: copying its values, confirming them, moving and trashing."""

from collections.abc import Callable

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from crm_desktop.domain.address_layout import address_block
from crm_desktop.domain.contacts import Category, ContactCard
from crm_desktop.operations.confirming_values import Confirmable
from crm_desktop.ui.messages import tr
from crm_desktop.ui.widgets.contact_origins import values_of_card
from crm_desktop.ui.widgets.page import ActionSource

_OF_RECORD = (
    "calls.log", "follow_up.new", "follow_up.rhythm", "", "record.print", "record.labels", "record.letter",
    "record.envelope", "", "record.move", "record.trash",
)  # fmt: skip
_OF_TRASH = ("record.restore", "record.purge")


def fill_with_copies(menu: QMenu, card: ContactCard, copy: Callable[[str], None]) -> None:
    """Add one line for each number, e-mail and address; an address is copied as a block for a letter."""
    for text in [phone.raw for phone in card.phones] + [email.address for email in card.emails]:
        _add(menu, tr("Copy {value}").format(value=text), text, copy)
    for place, address in enumerate(card.addresses):
        block = "\n".join([card.contact.display_name, *address_block(address)])
        words = tr("Copy the address") if place == 0 else tr("Copy address {place}").format(place=place + 1)
        _add(menu, words, block, copy)


def _add(menu: QMenu, words: str, text: str, copy: Callable[[str], None]) -> None:
    action = QAction(words, menu)
    action.triggered.connect(lambda: copy(text))
    menu.addAction(action)


def fill_with_confirming(menu: QMenu, card: ContactCard, confirm: Callable[[Confirmable, int], None]) -> None:
    """Add a menu that records of a value that it is right; none where there is no value."""
    values = values_of_card(card)
    if values:
        inner = menu.addMenu(tr("Confirm as right"))
        for table, row_id, words in values:
            _add_confirming(inner, words, confirm, (table, row_id))


def fill_with_numbers(menu: QMenu, card: ContactCard, ask: Callable[[str], None]) -> None:
    """Add a menu that says what a customer's number is; none where there is no number to say it of."""
    numbers = {phone.e164: phone.raw for phone in card.phones if phone.e164 and not phone.invalid}
    if numbers and card.contact.category is Category.CUSTOMER:
        inner = menu.addMenu(tr("What a number is"))
        for e164, raw in numbers.items():
            _add(inner, f"{raw}…", e164, ask)


def _add_confirming(
    menu: QMenu, words: str, confirm: Callable[[Confirmable, int], None], what: tuple[Confirmable, int]
) -> None:
    action = QAction(words, menu)
    action.triggered.connect(lambda: confirm(*what))
    menu.addAction(action)


def fill_with_actions(menu: QMenu, actions: ActionSource, *, trashed: bool) -> None:
    """Add what is done to the record as a whole."""
    if menu.actions():
        menu.addSeparator()
    for identity in _OF_TRASH if trashed else _OF_RECORD:
        action = actions.action(identity)
        if action is not None:
            menu.addAction(action)
        elif not identity:
            menu.addSeparator()
