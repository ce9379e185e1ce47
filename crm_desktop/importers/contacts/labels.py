"""What the words beside a value mean: vCard types, Apple's and Google's labels, in several languages.

A word nobody knows is kept as the value's label.
"""

import re
from collections.abc import Iterable

from crm_desktop.domain.contacts import AddressKind, EmailKind, PhoneKind
from crm_desktop.domain.folding import fold

# Apple writes its own labels as _$!<Mobile>!$_.
_APPLE = re.compile(r"_\$!<(.*)>!\$_")

# In the order in which one word outweighs another: a work fax is a fax, a work mobile a mobile.
_FAX = "fax workfax homefax otherfax businessfax telefax faxgeschaftlich faxprivat"
_PAGER = "pager beeper bip"
_MOBILE = (
    "cell mobile iphone mobil handy mobiltelefon mobiltelephone movil cellulare cellular portable mobiel "
    "komorka applewatch workmobile mobilephone"
)
_MAIN = "main zentrale companymain haupt hauptnummer principal principale mainphone switchboard"
WORDS_OF_WORK = (
    "work business arbeit geschaftlich buro firma bureau travail trabajo trabalho lavoro ufficio werk "
    "office dienstlich praca company"
)
WORDS_OF_HOME = "home privat private zuhause domicile maison casa thuis dom domicilio personnel"

_PHONE_WORDS: tuple[tuple[PhoneKind, str], ...] = (
    (PhoneKind.FAX, _FAX),
    (PhoneKind.PAGER, _PAGER),
    (PhoneKind.MOBILE, _MOBILE),
    (PhoneKind.MAIN, _MAIN),
    (PhoneKind.WORK, WORDS_OF_WORK),
    (PhoneKind.HOME, WORDS_OF_HOME),
)
_EMAIL_WORDS = (
    (EmailKind.WORK, WORDS_OF_WORK),
    (EmailKind.HOME, f"{WORDS_OF_HOME} personal"),
)
_ADDRESS_WORDS = (
    (AddressKind.BILLING, "billing invoice rechnung rechnungsadresse facturation facturacion"),
    (AddressKind.DELIVERY, "delivery shipping lieferung lieferadresse livraison parcel"),
    (AddressKind.WORK, WORDS_OF_WORK),
    (AddressKind.HOME, WORDS_OF_HOME),
)
# Words every value may carry that say nothing about its kind.
_SILENT_WORDS = (
    "pref voice text internet x400 msg video bbs modem car isdn pcs textphone other intl postal parcel type "
    "tel applelink attmail cis eworld ibmmail mcimail powershare prodigy tlx sonstige andere autre otro altro"
)
_SILENT = frozenset(_SILENT_WORDS.split())


def _meanings(words: Iterable[tuple[object, str]]) -> dict[str, tuple[int, object]]:
    return {word: (rank, kind) for rank, (kind, text) in enumerate(words) for word in text.split()}


_PHONES, _EMAILS, _ADDRESSES = _meanings(_PHONE_WORDS), _meanings(_EMAIL_WORDS), _meanings(_ADDRESS_WORDS)


def phone_kind(types: Iterable[str], label: str | None = None) -> tuple[PhoneKind, str | None]:
    """Return what a number is for, and the label where it says more than the kind."""
    kind, left = _read(_PHONES, types, label)
    return (kind if isinstance(kind, PhoneKind) else PhoneKind.OTHER), left


def email_kind(types: Iterable[str], label: str | None = None) -> tuple[EmailKind, str | None]:
    """Return what an e-mail address is for, and the label where it says more than the kind."""
    kind, left = _read(_EMAILS, types, label)
    return (kind if isinstance(kind, EmailKind) else EmailKind.OTHER), left


def address_kind(types: Iterable[str], label: str | None = None) -> tuple[AddressKind, str | None]:
    """Return what an address is for, and the label where it says more than the kind."""
    kind, left = _read(_ADDRESSES, types, label)
    return (kind if isinstance(kind, AddressKind) else AddressKind.OTHER), left


def plain_label(label: str) -> str:
    """Return a label without Apple's wrapping."""
    found = _APPLE.fullmatch(label.strip())
    return found[1] if found else label.strip()


def _read(
    known: dict[str, tuple[int, object]], types: Iterable[str], label: str | None
) -> tuple[object | None, str | None]:
    words = [*types]
    left: str | None = None
    if label and (plain := plain_label(label)):
        words.append(plain)
    found: list[tuple[int, object]] = []
    for word in words:
        key = _key(word)
        if key in known:
            found.append(known[key])
        elif inside := [known[part] for part in map(_key, word.split()) if part in known]:
            found += inside
            left = left or (word if word == (label and plain_label(label)) else None)
        elif key and key not in _SILENT:
            left = left or word.removeprefix("x-")
    return (min(found, key=lambda item: item[0])[1] if found else None), left


def _key(word: str) -> str:
    return "".join(ch for ch in fold(word.strip().removeprefix("x-").removeprefix("X-")) if ch.isalnum())
