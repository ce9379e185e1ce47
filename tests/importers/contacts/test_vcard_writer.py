"""What is written as a vCard is read again, whole."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_desktop.domain.contacts import AddressKind, ContactKind, EmailKind, PhoneKind
from crm_desktop.domain.imported_contacts import (
    ImportedAddress,
    ImportedContact,
    ImportedEmail,
    ImportedPhone,
)
from crm_desktop.importers.contacts.vcard_writer import Version, card
from tests.importers.contacts.reading import contacts_of

TEXT = (
    st.text(st.characters(blacklist_categories=("Cs", "Cc", "Zl", "Zp", "Zs")), min_size=1, max_size=90)
    .map(str.strip)
    .filter(bool)
)
NOTE = st.lists(TEXT, min_size=1, max_size=3).map("\n".join)


def maybe(of: st.SearchStrategy[str]) -> st.SearchStrategy[str | None]:
    return st.none() | of


@st.composite
def contacts(draw: st.DrawFn) -> ImportedContact:
    company = draw(st.booleans())
    rank = draw(st.booleans())
    return ImportedContact(
        line=1,
        kind=ContactKind.COMPANY if company else ContactKind.PERSON,
        full=draw(TEXT), family=draw(TEXT), given=draw(maybe(TEXT)), prefix=draw(maybe(TEXT)),
        nickname=draw(maybe(TEXT)), organization=draw(TEXT), department=draw(maybe(TEXT)),
        title=draw(maybe(TEXT)), note=draw(maybe(NOTE)), language=draw(maybe(st.sampled_from(["de", "en"]))),
        birthday=draw(maybe(st.sampled_from(["1985-04-12", "--02-29"]))),
        phones=(
            ImportedPhone(
                "+49 30 5550001", "+49305550001", draw(st.sampled_from(PhoneKind)), is_primary=rank
            ),
            ImportedPhone(
                "030 5550002", "+49305550002", PhoneKind.MOBILE, label=draw(maybe(st.just("Hütte")))
            ),
        ),
        emails=(ImportedEmail("a@example.org", draw(st.sampled_from(EmailKind)), is_primary=rank),),
        addresses=(
            ImportedAddress(
                draw(NOTE), draw(maybe(TEXT)), draw(maybe(TEXT)), draw(maybe(TEXT)), "DE",
                draw(st.sampled_from(AddressKind)), is_primary=rank, label=draw(maybe(st.just("Nebenan"))),
            ),
        ),
        urls=("https://example.org/a,b;c",), categories=tuple(draw(st.lists(TEXT, max_size=3, unique=True))),
        photo=draw(st.none() | st.binary(min_size=1, max_size=300)), uid=draw(maybe(TEXT)),
        values=(("customer_number", "K-0001"),),
        other=("item1.X-ABDATE:2011-05-06", "item1.X-ABLabel:_$!<Anniversary>!$_", "GEO:52.5,13.4"),
    )  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(contact=contacts(), version=st.sampled_from(Version))
def test_what_is_written_is_read_again(
    tmp_path_factory: pytest.TempPathFactory, contact: ImportedContact, version: Version
) -> None:
    data = card(contact, version)
    (read,) = contacts_of(tmp_path_factory.mktemp("cards"), data)
    assert read == contact
    assert max(map(len, data.split(b"\r\n"))) <= 75
    data.decode("utf-8")


def test_a_kept_property_survives_twice(tmp_path: Path) -> None:
    contact = ImportedContact(
        line=1, full="A B", given="A", family="B", other=("IMPP;X-SERVICE-TYPE=x:xmpp:a",)
    )
    (once,) = contacts_of(tmp_path, card(contact))
    (twice,) = contacts_of(tmp_path, card(once, Version.V3))
    assert twice.other == contact.other
