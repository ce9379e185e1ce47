"""Every field of the facts in product.md with a value, and the hands that put it into a form.

The tables are what the field demands, written down anew; they are not read from the program.
"""

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPlainTextEdit, QWidget

from crm_desktop.domain.bank_accounts import AccountType, MandateSequence
from crm_desktop.domain.contacts import AddressKind, CustomerStatus, EmailKind, PhoneKind
from crm_desktop.domain.custom_fields import FieldKind
from crm_desktop.domain.relations import RelationRole
from crm_desktop.ui.widgets.elided_label import ElidedLabel
from crm_desktop.ui.widgets.field_editors import CheckField, ChoiceField
from crm_desktop.ui.widgets.tag_field import TagField


@dataclass(frozen=True)
class Case:
    """What is typed, how the card shows it, by which word it is searched, and how the export has it.

    ``seen`` and ``cell`` are as typed where they are empty; without a ``word`` it is not searched.
    """

    typed: object
    word: str = ""
    seen: str = ""
    cell: str = ""


BOTH = {
    "company": Case("Zürcher Käserei", "kaserei"), "urls": Case("https://quay.example", "quay"),
    "note": Case("Rings only after four", "rings"), "source": Case("trade fair"),
    "customer_number": Case("K-4711", "4711"), "vat_id": Case("DE136695976", "de136695976"),
    "status": Case(CustomerStatus.PAUSED, seen="Paused", cell="Paused"),
    "status_since": Case("2025-04-01", seen="1 Apr 2025"),
    "owner_id": Case(1, seen="Ana Lima", cell="Ana Lima"),
    "tags": Case(["Key account"], "key acc", "Key account", "Key account"),
}  # fmt: skip
PERSON = {
    "prefix": Case("Dr", "dr"), "given": Case("Quirina", "quirina"), "additional": Case("Xaver", "xaver"),
    "family": Case("Ólafsdóttir", "olafsdottir"), "suffix": Case("Jr", "jr"),
    "nickname": Case("Quin", "quin"),
    "title": Case("Purchasing", "purchasing"), "birthday": Case("--02-29", seen="29 Feb", cell="'--02-29"),
    "language": Case("pt-BR"),
}  # fmt: skip
COMPANY = {
    "legal_form": Case("GmbH"), "industry": Case("Logistics", "logistics"), "size": Case("50-100"),
}  # fmt: skip
PHONE = {
    "raw": Case("+44 7700 900456", "900456"), "note": Case("not at noon"),
    "kind": Case(PhoneKind.PAGER, seen="Pager", cell="Pager"),
    "primary": Case(typed=True, seen="7946 0019   ·   main", cell="yes"),
}  # fmt: skip
EMAIL = {
    "address": Case("quay@harbour.example", "harbour"), "note": Case("invoices only"),
    "kind": Case(EmailKind.HOME, seen="Home", cell="Home"),
    "primary": Case(typed=True, seen="second@quay.example   ·   main", cell="yes"),
}  # fmt: skip
ADDRESS = {
    "street": Case("12 High Street"), "postal_code": Case("LS1 4AP"), "city": Case("Leeds", "leeds"),
    "region": Case("Yorkshire"), "country": Case("DE", seen="GERMANY"), "note": Case("rear door"),
    "kind": Case(AddressKind.BILLING, seen="Billing", cell="Billing"),
    "former": Case(typed=True, seen="former", cell="yes"),
    "primary": Case(typed=True, seen="2 Low Street   ·   main", cell="yes"),
}  # fmt: skip
USE = {
    "product": Case("Harbour Plan", "harbour"), "quantity": Case("12", seen="12 units"),
    "since": Case("2024-02-29", seen="29 Feb 2024"), "until": Case("2026-01-31", seen="31 Jan 2026"),
    "renewal_on": Case("2027-03-01", seen="1 Mar 2027"), "plan": Case("Basic"), "serial": Case("FP-4711"),
}  # fmt: skip
# The form of a product alone has a note too; the tab says how many without "units".
USE_FORM = USE | {"note": Case("by phone"), "quantity": Case("12", seen="Quantity: 12")}
FOREIGN = {"system": Case("Ledger"), "value": Case("D10042", "d10042")}
GROUPS = {
    "phones": PHONE, "emails": EMAIL, "addresses": ADDRESS, "product_uses": USE, "foreign_ids": FOREIGN,
}  # fmt: skip
OWN = {
    FieldKind.TEXT: Case("Ostkai", "ostkai"), FieldKind.NUMBER: Case("12.5"),
    FieldKind.DATE: Case("2026-03-31", seen="31 Mar 2026"), FieldKind.CHOICE: Case("Gold", "gold"),
    FieldKind.YES_NO: Case("yes", seen="yes"), FieldKind.LINK: Case("https://own.example", "own.example"),
}  # fmt: skip
IBAN = "GB33BUKB20201555555555"
BANK = {
    "type": Case(AccountType.OTHER.value, seen="•••• 567"), "account": Case(IBAN, "5555", "GB•• •••• 5555"),
    "unchecked": Case(typed=True, seen="unchecked"), "bic": Case("BUKBGB22XXX"),
    "bank_name": Case("Harbour Bank"),
    "bank_code": Case("202015"), "holder": Case("D. Whitfield"), "currency": Case("GBP"),
    "purpose": Case("rent"), "active": Case(typed=False, seen="no longer used"), "note": Case("joint"),
    "mandate_reference": Case("M-1"), "mandate_on": Case("2024-05-01", seen="1 May 2024"),
    "mandate_sequence": Case(MandateSequence.RECURRENT.value, seen="recurring"),
}  # fmt: skip
RELATION = {
    "role": Case(RelationRole.SIBLING_OF.value, seen="Sibling of", cell="Sibling of"),
    "position": Case("Head of sales"), "started_on": Case("2020-02-29", seen="29 Feb 2020"),
    "ended_on": Case("2024-01-01", seen="1 Jan 2024"), "note": Case("part time"),
}  # fmt: skip
# What makes rows of a group, the second of which is the one a part is typed into.
MAIN: dict[str, tuple[dict[str, str], ...]] = {
    "phones": ({"raw": "(020) 7946 0018"}, {"raw": "(020) 7946 0019"}),
    "emails": ({"address": "first@quay.example"}, {"address": "second@quay.example"}),
    "addresses": ({"street": "1 Low Street"}, {"street": "2 Low Street"}),
    "product_uses": ({"product": "Fleet Pro"}, {"product": "Fleet Basic"}),
    "foreign_ids": ({"system": "Shop", "value": "S-1"}, {"system": "Post", "value": "P-1"}),
}


def write(field: QWidget, text: str) -> None:
    """Type a text; letters a plain keyboard has not come as from an input method."""
    for sign in text:
        if sign.isascii():
            QTest.keyClicks(field, sign)
        else:
            composed = QInputMethodEvent()
            composed.setCommitString(sign)
            QApplication.sendEvent(field, composed)


def enter(editor: QWidget, value: object) -> None:
    """Put a value in as somebody at the keyboard does; choices and ticks are pressed."""
    if isinstance(editor, (QLineEdit, QPlainTextEdit)):
        editor.selectAll()
        QTest.keyClick(editor, Qt.Key.Key_Delete)
        write(editor, str(value))
    elif isinstance(editor, ChoiceField):
        editor.setCurrentIndex(
            next(place for place in range(editor.count()) if editor.itemData(place) == value)
        )
    elif isinstance(editor, CheckField):
        if editor.isChecked() != value:
            QTest.keyClick(editor, Qt.Key.Key_Space)
    elif isinstance(editor, TagField):
        assert isinstance(value, list)
        for name in value:
            write(editor.entry, name)
            QTest.keyClick(editor.entry, Qt.Key.Key_Return)
    else:
        raise TypeError(type(editor).__name__)


def texts(part: QWidget) -> str:
    """Return every text somebody can see, or point at, in a part of the window."""
    found = [
        f"{label.accessibleName()} {label.text()} {label.toolTip()}"
        for label in part.findChildren(QLabel)
        if not label.isHidden()
    ]
    return "\n".join([*found, *(label.full_text for label in part.findChildren(ElidedLabel))])
