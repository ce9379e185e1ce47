"""Postal addresses laid out as their country writes them. Pure, with a small table of the usual countries.

Where town and postal code stand follows the Universal Postal Union's addressing sheets (S42); a country
that is not in the table is written as most are: street, then postal code and town, then the region.
"""

from typing import Protocol


class Address(Protocol):
    """What a layout is made of: the address as typed or as stored."""

    @property
    def street(self) -> str | None:
        """Street and number, possibly several lines."""

    @property
    def postal_code(self) -> str | None:
        """The postal code."""

    @property
    def city(self) -> str | None:
        """The town."""

    @property
    def region(self) -> str | None:
        """State, province or county."""

    @property
    def country(self) -> str | None:
        """ISO 3166-1 alpha-2."""


# Lines below the street: (mark before the part, the part), p postal code, c town, r region. A mark is left
# out where nothing stands before it in its line.
_Line = tuple[tuple[str, str], ...]
_CODE_TOWN: _Line = (("", "p"), (" ", "c"))
_USUAL: tuple[_Line, ...] = (_CODE_TOWN, (("", "r"),))
_TOWN_REGION_CODE: tuple[_Line, ...] = ((("", "c"), (" ", "r"), (" ", "p")),)
_ONE_BELOW_THE_OTHER: tuple[_Line, ...] = ((("", "c"),), (("", "r"),), (("", "p"),))
_LAYOUTS: dict[str, tuple[_Line, ...]] = {
    "US": ((("", "c"), (", ", "r"), (" ", "p")),),
    "CA": _TOWN_REGION_CODE,
    "AU": _TOWN_REGION_CODE,
    "NZ": ((("", "r"),), (("", "c"), (" ", "p"))),
    "GB": _ONE_BELOW_THE_OTHER,
    "IE": _ONE_BELOW_THE_OTHER,
    "ZA": _ONE_BELOW_THE_OTHER,
    "IN": ((("", "c"), (" ", "p")), (("", "r"),)),
    "IT": ((("", "p"), (" ", "c"), (" ", "r")),),
    "BR": ((("", "c"), (" - ", "r")), (("", "p"),)),
    "SG": ((("", "r"),), (("", "c"), (" ", "p"))),
}


def address_block(address: Address, *, own_country: str = "") -> list[str]:
    """Return the lines of an address without the name; the country stands last unless it is one's own.

    ``own_country``: ISO 3166-1 alpha-2 of the reader, empty to name every country.
    """
    country = (address.country or "").upper()
    parts = {"p": address.postal_code or "", "c": address.city or "", "r": address.region or ""}
    below = [_filled(line, parts) for line in _LAYOUTS.get(country or own_country, _USUAL)]
    lines = [line.strip() for line in (address.street or "").splitlines()] + below
    if country and country != own_country:
        lines.append(country_name(country).upper())
    return [line for line in lines if line]


def _filled(line: _Line, parts: dict[str, str]) -> str:
    text = ""
    for mark, part in line:
        if parts[part]:
            text += (mark if text else "") + parts[part]
    return text


def country_name(country: str) -> str:
    """Return the short English name of a country; an unknown code as it is."""
    import pycountry

    found = pycountry.countries.get(alpha_2=country)
    if found is None:
        return country
    return str(getattr(found, "common_name", found.name))
