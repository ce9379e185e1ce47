"""Postal addresses as their country writes them."""

import pytest

from crm_desktop.domain.address_layout import address_block, country_name
from crm_desktop.domain.contact_drafts import AddressDraft


@pytest.mark.parametrize(
    ("address", "lines"),
    [
        (AddressDraft("Am Kai 1", "20457", "Hamburg", None, "DE"), ["Am Kai 1", "20457 Hamburg", "GERMANY"]),
        (
            AddressDraft("12 High Street", "LS1 4AP", "Leeds", "Yorkshire", "GB"),
            ["12 High Street", "Leeds", "Yorkshire", "LS1 4AP", "UNITED KINGDOM"],
        ),
        (AddressDraft("1 Main St", "10001", "New York", "NY", "US"), ["1 Main St", "New York, NY 10001"]),
        (AddressDraft(None, "10001", None, "NY", "US"), ["NY 10001"]),
        (AddressDraft(None, None, "New York", None, "US"), ["New York"]),
        (AddressDraft("Floor 3\n1 King St", "M5H 1A1", "Toronto", "ON", "CA"),
         ["Floor 3", "1 King St", "Toronto ON M5H 1A1", "CANADA"]),
        (AddressDraft("Via Roma 2", "00184", "Roma", "RM", "IT"), ["Via Roma 2", "00184 Roma RM", "ITALY"]),
        (AddressDraft("Rua A 5", "01310-100", "São Paulo", "SP", "BR"),
         ["Rua A 5", "São Paulo - SP", "01310-100", "BRAZIL"]),
        (AddressDraft("Somewhere", "1", "Town", "Part", "XX"), ["Somewhere", "1 Town", "Part", "XX"]),
        (AddressDraft(None, "10001", "New York", "NY", None), ["New York, NY 10001"]),
        (AddressDraft(), []),
    ],
)  # fmt: skip
def test_an_address_is_laid_out_as_its_country_writes_it(address: AddressDraft, lines: list[str]) -> None:
    assert address_block(address, own_country="US") == lines


def test_every_country_is_named_where_none_is_ones_own() -> None:
    assert address_block(AddressDraft(city="Boston", country="US")) == ["Boston", "UNITED STATES"]
    assert country_name("TW") == "Taiwan"


def test_nothing_typed_is_left_out_in_any_layout() -> None:
    for country in ("DE", "US", "CA", "AU", "NZ", "GB", "IE", "ZA", "IN", "IT", "BR", "SG", "XX"):
        text = "\n".join(address_block(AddressDraft("Street 1", "P-1", "Town", "Region", country)))
        assert all(part in text for part in ("Street 1", "P-1", "Town", "Region"))
