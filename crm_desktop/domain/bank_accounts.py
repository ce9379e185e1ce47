"""Bank accounts: what is sealed of one, how it is stored, and how much of it is shown.

The details leave the program's memory only inside a box under the class key ``bank``; what lists show is
the masked number.
"""

import json
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum

from crm_desktop.domain.errors import OrganizationFileError

# The length of a box must not tell a long note from none.
_PADDED_TO = 256
_SHOWN = 4
_HIDDEN = "••••"


class AccountType(StrEnum):
    """How the account is numbered."""

    IBAN = "iban"
    OTHER = "other"


class MandateSequence(StrEnum):
    """Which collection a SEPA mandate is at (EPC: first or recurrent)."""

    FIRST = "FRST"
    RECURRENT = "RCUR"


@dataclass(frozen=True, slots=True)
class StoredBankAccount:
    """A row: two boxes and four lookup values, none of which says anything without the class key.

    ``sealed`` holds the confirmed details, ``pending`` a change that waits for its confirmation.
    """

    id: int
    uuid: bytes
    version: int
    contact_id: int
    owner_uuid: bytes
    sealed: bytes | None = field(repr=False)
    account_lookup: bytes | None = field(repr=False)
    last_four_lookup: bytes | None = field(repr=False)
    pending: bytes | None = field(repr=False)
    pending_account_lookup: bytes | None = field(repr=False)
    pending_last_four_lookup: bytes | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class BankDetails:
    """What a user types of an account; ``account`` is compact (no spaces), an IBAN in capitals.

    ``currency`` is ISO 4217, ``mandate_on`` ISO 8601. ``unchecked``: number or BIC were kept knowingly
    although they are not valid.
    """

    type: AccountType = AccountType.IBAN
    account: str = field(default="", repr=False)
    bank_code: str | None = field(default=None, repr=False)
    bic: str | None = field(default=None, repr=False)
    bank_name: str | None = None
    holder: str | None = field(default=None, repr=False)
    currency: str | None = None
    purpose: str | None = None
    mandate_reference: str | None = field(default=None, repr=False)
    mandate_on: str | None = None
    mandate_sequence: MandateSequence | None = None
    active: bool = True
    unchecked: bool = False
    note: str | None = field(default=None, repr=False)

    @property
    def display(self) -> str:
        """The number as people read it: an IBAN in groups of four (ISO 13616)."""
        if self.type is AccountType.OTHER:
            return self.account
        return " ".join(self.account[at : at + 4] for at in range(0, len(self.account), 4))

    @property
    def last_four(self) -> str:
        """The end of the number that people say on the phone; a shorter number is its own end."""
        return self.account[-_SHOWN:]


@dataclass(frozen=True, slots=True)
class BankRecord:
    """Details with who changed them when, as they are sealed.

    ``editors`` are the roster ids, in hex, of everybody who had a hand in this value, the last one last:
    none of them confirms it. Times are UTC epoch seconds.
    """

    details: BankDetails
    editors: tuple[str, ...]
    changed_at: int
    source: str | None = None
    confirmed_by: str | None = None
    confirmed_at: int | None = None


def masked(details: BankDetails) -> str:
    """Return the number with all but its last four characters hidden: ``DE•• •••• 1234``.

    Of a short number less is shown, so that at least half of it stays hidden.
    """
    number = details.account
    if details.type is AccountType.IBAN and number[:2].isalpha() and number[:2].isascii():
        country, number = f"{number[:2]}•• ", number[4:]
    else:
        country = ""
    shown = min(_SHOWN, len(number) // 2)
    return f"{country}{_HIDDEN} {number[len(number) - shown :]}".rstrip()


def to_bytes(record: BankRecord) -> bytes:
    """Return the bytes that are sealed; their length is a multiple of 256."""
    names = ("editors", "changed_at", "source", "confirmed_by", "confirmed_at")
    values: dict[str, object] = {
        item.name: getattr(record.details, item.name) for item in fields(BankDetails)
    }
    text = json.dumps({"details": values, **{name: getattr(record, name) for name in names}})
    return text.encode("ascii") + b" " * (-len(text) % _PADDED_TO)


def from_bytes(data: bytes) -> BankRecord:
    """Read what :func:`to_bytes` wrote; a newer program's further fields are passed over.

    Raises OrganizationFileError("bank_not_authentic") for anything else.
    """
    known = {item.name for item in fields(BankDetails)}
    try:
        loaded = json.loads(data)
        details = BankDetails(**{name: value for name, value in loaded["details"].items() if name in known})
        sequence = details.mandate_sequence
        return BankRecord(
            details=replace(
                details,
                type=AccountType(details.type),
                mandate_sequence=None if sequence is None else MandateSequence(sequence),
            ),
            editors=tuple(loaded["editors"]),
            changed_at=int(loaded["changed_at"]),
            source=loaded["source"],
            confirmed_by=loaded["confirmed_by"],
            confirmed_at=loaded["confirmed_at"],
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise OrganizationFileError("bank_not_authentic") from error
