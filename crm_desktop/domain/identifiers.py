"""What a contact is known by elsewhere: customer numbers of a sequence, VAT ids, ids of foreign systems."""

import re
from dataclasses import dataclass

from crm_desktop.domain.errors import InvalidValueError, KnownError

_LONGEST_WIDTH = 12
_PREFIX_LIMIT = 12
_COUNTRY = re.compile("[A-Z]{2}")
# Greece writes EL before its VAT numbers, Northern Ireland XI before British ones (EU directive 2006/112/EC,
# article 215, and the protocol on Northern Ireland).
_VAT_COUNTRY = {"EL": "GR", "XI": "GB"}


@dataclass(frozen=True, slots=True)
class ForeignId:
    """The id a contact has in another system, such as the accounting program."""

    id: int
    uuid: bytes
    version: int
    contact_id: int
    position: int
    system: str
    value: str


@dataclass(frozen=True, slots=True)
class NumberSequence:
    """How customer numbers look: ``prefix``, then at least ``width`` digits; ``next`` was never given."""

    prefix: str = "C-"
    width: int = 5
    next: int = 1

    def number(self, place: int) -> str:
        """Return the customer number at a place of the sequence."""
        return f"{self.prefix}{place:0{self.width}d}"


def sequence_problem(sequence: NumberSequence) -> KnownError | None:
    """Return why customer numbers cannot be made like this."""
    prefix = sequence.prefix
    if len(prefix) > _PREFIX_LIMIT or not prefix.isprintable() or prefix != prefix.strip():
        return InvalidValueError("number_prefix_invalid", field="prefix", limit=_PREFIX_LIMIT)
    if not 1 <= sequence.width <= _LONGEST_WIDTH:
        return InvalidValueError("number_width_invalid", field="width", limit=_LONGEST_WIDTH)
    if not 1 <= sequence.next < 10**_LONGEST_WIDTH:
        return InvalidValueError("number_next_invalid", field="next")
    return None


def compact_vat_id(text: str) -> str:
    """Return a VAT id as it is kept: capitals, without the blanks, dots and hyphens people type."""
    return re.sub(r"[\s.\-]", "", text).upper()


def vat_problem(text: str, region: str) -> KnownError | None:
    """Return why ``text`` is no VAT id; checked by its own country's rules, check digits included.

    ``region`` (ISO 3166-1 alpha-2) is the country of an id that does not begin with one. A country without
    a known rule accepts what looks like an id: letters and digits, four to twenty.
    """
    compact = compact_vat_id(text)
    written = _COUNTRY.match(compact)
    countries = [_VAT_COUNTRY.get(written[0], written[0])] if written else []
    # Austria's U12345678 and Spain's B12345674 begin with a letter of the number itself.
    for country in dict.fromkeys([*countries, region]):
        valid = _is_vat_id(compact, country)
        if valid is not None:
            return None if valid else _invalid(text)
    return None if re.fullmatch("[A-Z0-9]{4,20}", compact) else _invalid(text)


def _invalid(text: str) -> KnownError:
    return InvalidValueError("vat_invalid", field="vat_id", value=text)


def _is_vat_id(compact: str, country: str) -> bool | None:
    """Return whether an id keeps its country's rule, None where there is none."""
    from stdnum import get_cc_module

    module = get_cc_module(country.lower(), "vat")
    return None if module is None else bool(module.is_valid(compact))
