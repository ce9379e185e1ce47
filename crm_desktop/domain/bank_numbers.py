"""Checking what is typed of a bank account: IBAN (ISO 13616), BIC (ISO 9362), currency (ISO 4217).

The rules of each country, check digits inside the national number included, and the bank an IBAN belongs
to come from ``schwifty``. What it refuses can be kept knowingly as "unchecked": its tables may be older
than a bank.
"""

import re
import unicodedata
from dataclasses import fields, replace
from datetime import date
from typing import TYPE_CHECKING

from crm_desktop.domain.bank_accounts import AccountType, BankDetails
from crm_desktop.domain.errors import InvalidValueError
from crm_desktop.domain.plain_text import is_text

if TYPE_CHECKING:
    from schwifty import IBAN

_SEPARATORS = re.compile(r"[\s.\-/]+")
_LONGEST = {"note": 2000, "holder": 140, "purpose": 140, "bank_name": 140, "mandate_reference": 35}
_LONGEST_NUMBER = 34  # ISO 13616; no national number is longer
_NUMBER = re.compile(r"[0-9A-Z]+")


def normalized(details: BankDetails) -> BankDetails:
    """Return the details as they are kept: compact numbers in capitals, empty texts as None."""
    texts = {
        item.name: _text(value)
        for item in fields(BankDetails)
        if isinstance(value := getattr(details, item.name), str)
        and item.name not in {"type", "account", "mandate_sequence"}
    }
    changed: dict[str, object] = {**texts, "account": compact(details.account)}
    for name in ("bic", "bank_code"):
        changed[name] = compact(getattr(details, name) or "") or None
    currency = texts.get("currency")
    changed["currency"] = currency.upper() if currency else None
    kept = replace(details, **changed)  # type: ignore[arg-type]  # each name keeps its type
    return _with_bank(kept)


def compact(number: str) -> str:
    """Return a number without spaces, dots, dashes and slashes, in capitals and plain digits."""
    plain = _SEPARATORS.sub("", unicodedata.normalize("NFKC", number).upper())
    # A lone accent comes apart into a space and what then joins the letter before it.
    return unicodedata.normalize("NFKC", plain)


def _text(value: str) -> str | None:
    return unicodedata.normalize("NFC", value).strip() or None


def _with_bank(details: BankDetails) -> BankDetails:
    """Fill BIC, bank name and bank code in from a valid IBAN where they were left empty."""
    if details.type is AccountType.OTHER:
        return details
    iban = _iban_or_none(details.account)
    if iban is None:
        return details
    return replace(
        details,
        bic=details.bic or (str(iban.bic) if iban.bic else None),
        bank_name=details.bank_name or iban.bank_name or None,
        bank_code=iban.bank_code or details.bank_code,
    )


def _iban_or_none(account: str) -> "IBAN | None":
    from schwifty import IBAN
    from schwifty.exceptions import SchwiftyException

    try:
        return IBAN(account, validate_bban=True)
    except SchwiftyException:
        return None


def problems(details: BankDetails) -> dict[str, InvalidValueError]:
    """Return what is wrong with normalized details, by field.

    The codes ``iban_*`` and ``bic_*`` go away with ``unchecked``; the others stay.
    """
    found: dict[str, InvalidValueError] = {}
    for name, limit in _LONGEST.items():
        value = getattr(details, name)
        if value is not None and len(value) > limit:
            found[name] = InvalidValueError("value_too_long", field=name, length=len(value), limit=limit)
        elif value is not None and not (
            is_text(value) and all(unicodedata.category(s) != "Co" for s in value)
        ):
            found[name] = InvalidValueError("value_unreadable", field=name)
    for name, code in (
        ("account", _account_problem(details)),
        ("bic", _bic_problem(details)),
        ("currency", _currency_problem(details.currency)),
    ):
        if code is not None:
            found[name] = InvalidValueError(code, field=name)
    if not _is_date(details.mandate_on):
        found["mandate_on"] = InvalidValueError("date_invalid", field="mandate_on", value=details.mandate_on)
    return found


def can_be_kept(problem: InvalidValueError) -> bool:
    """Return whether somebody may keep the value knowingly as unchecked."""
    return problem.code.startswith(("iban_", "bic_"))


def _account_problem(details: BankDetails) -> str | None:
    number = details.account
    if not number:
        return "account_needed"
    if not _NUMBER.fullmatch(number):
        return "account_characters"
    if len(number) > _LONGEST_NUMBER:
        return "account_too_long"
    if details.type is AccountType.OTHER or details.unchecked:
        return None
    return _iban_problem(number)


def _iban_problem(number: str) -> str | None:
    from schwifty import IBAN, exceptions

    reasons: tuple[tuple[type[Exception], str], ...] = (
        (exceptions.InvalidCountryCode, "iban_country"),
        (exceptions.InvalidLength, "iban_length"),
        (exceptions.InvalidChecksumDigits, "iban_check_digits"),
        (exceptions.InvalidBBANChecksum, "iban_national_digits"),
    )
    try:
        IBAN(number, validate_bban=True)
    except exceptions.SchwiftyException as error:
        return next((code for kind, code in reasons if isinstance(error, kind)), "iban_structure")
    return None


def _bic_problem(details: BankDetails) -> str | None:
    from schwifty import BIC, exceptions

    if details.bic is None or details.unchecked:
        return None
    try:
        bic = BIC(details.bic)
    except exceptions.InvalidLength:
        return "bic_length"
    except exceptions.InvalidCountryCode:
        return "bic_country"
    except exceptions.SchwiftyException:
        return "bic_structure"
    iban = _iban_or_none(details.account) if details.type is AccountType.IBAN else None
    if iban is None or iban.bic is None:
        return None
    known = {str(other)[:8] for other in BIC.candidates_from_bank_code(iban.country_code, iban.bank_code)}
    return None if str(bic)[:8] in known else "bic_of_another_bank"


def _currency_problem(currency: str | None) -> str | None:
    if currency is None:
        return None
    import pycountry

    return None if pycountry.currencies.get(alpha_3=currency) else "currency_unknown"


def _is_date(value: str | None) -> bool:
    if value is None:
        return True
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
