"""Faults 15 and 48 in every text that is typed beside the fields of a record itself.

Whatever is typed is kept as it reads, without signs nobody sees, or refused whole with a sentence.
"""

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from crm_desktop.domain.bank_accounts import BankDetails
from crm_desktop.domain.contact_drafts import (
    AddressDraft,
    EmailDraft,
    ForeignIdDraft,
    PhoneDraft,
    ProductUseDraft,
)
from crm_desktop.domain.contacts import Category
from crm_desktop.domain.errors import InvalidValueError, RefusedError
from crm_desktop.domain.filters import Condition, Definition, Operator
from crm_desktop.domain.products import ProductDraft
from crm_desktop.domain.relations import RelationDraft, RelationRole
from crm_desktop.domain.sentences import SENTENCES
from crm_desktop.operations import (
    bank_editing,
    contacts,
    filters,
    finding,
    notes,
    product_uses,
    products,
    relations,
    tags,
)
from crm_desktop.operations.contacts import ContactQuery
from crm_desktop.operations.session import Session
from tests.environments import new_organization
from tests.operations.samples import broken, customer_with, table_rows

TEXTS = {
    "control": "bell\x07 and \x1b[31mescape\x1b[0m",
    "nul": "a\0b",
    "override": "invoice\u202efdp.exe",
    "isolate": "\u2066left\u2069 \u202bopen",
    "a megabyte": "x" * 1_000_000,
    "emoji": "👩‍👩‍👧 family 😀",
    "combining": "e\u0301a\u0323\u0308" * 8,
    "lone surrogate": "half \ud83d",
    "formula": "=HYPERLINK(\"http://x\",\"y\")",
    "sql": "'; DROP TABLE contact; --",
    "fts": '" OR NEAR(a, b) -c:d*',
    "line ends": "one\r\ntwo\u2028three\x85four",
    "private": "\ue000",
    "markup": "<b>&amp;</b>",
}  # fmt: skip
DANA, BO = 1, 2

Write = Callable[[Session, str], object]


def in_part(group: str, name: str) -> Write:
    parts = {
        "phones": PhoneDraft("(212) 555-0123"), "emails": EmailDraft("d@d.example"),
        "addresses": AddressDraft("1 High St"), "product_uses": ProductUseDraft("Fleet"),
        "foreign_ids": ForeignIdDraft("Ledger", "1"),
    }  # fmt: skip

    def write(session: Session, text: str) -> None:
        draft, version = contacts.contact_draft(session, DANA)
        values = {name: text} | ({"unchecked": True} if name in {"raw", "address"} else {})
        item = replace(parts[group], **values)  # type: ignore[type-var]  # one of the drafts
        changed = replace(draft, **{group: (item,)})  # type: ignore[arg-type]  # a group of the draft
        contacts.save_contact(session, DANA, changed, version=version)

    return write


def cell(name: str) -> Write:
    def write(session: Session, text: str) -> None:
        _, version = contacts.contact_draft(session, DANA)
        contacts.set_field(session, DANA, name, text, version=version)

    return write


def relation(session: Session, text: str) -> None:
    draft = RelationDraft(RelationRole.SPOUSE_OF, position=text, note=text)
    relations.add_relation(session, DANA, BO, draft)


def account(name: str) -> Write:
    def write(session: Session, text: str) -> None:
        details = replace(BankDetails(account="GB33BUKB20201555555555", unchecked=True), **{name: text})  # type: ignore[arg-type]
        bank_editing.add_account(session, DANA, details)

    return write


def renamed_tag(session: Session, text: str) -> None:
    (tag,) = tags.all_tags(session)
    tags.change_tag(session, tag.id, tags.TagDraft(text, tag.tone), base=tags.draft_of_tag(tag))


WRITES: dict[str, Write] = {
    **{f"phone {name}": in_part("phones", name) for name in ("raw", "note")},
    **{f"email {name}": in_part("emails", name) for name in ("address", "note")},
    **{
        f"address {name}": in_part("addresses", name)
        for name in ("street", "postal_code", "city", "region", "country", "note")
    },
    **{f"use {name}": in_part("product_uses", name) for name in ("product", "plan", "serial", "note")},
    **{f"id {name}": in_part("foreign_ids", name) for name in ("system", "value")},
    **{
        f"cell {name}": cell(name)
        for name in ("name", "company", "title", "phone", "email", "city", "product")
    },
    **{
        f"bank {name}": account(name)
        for name in ("account", "bic", "bank_name", "holder", "purpose", "mandate_reference", "note")
    },
    "relation": relation,
    "tag": renamed_tag,
    "note": lambda session, text: notes.add_note(session, DANA, text),
    "product": lambda session, text: products.add_product(session, ProductDraft(text, code=text, note=text)),
    "use on its own": lambda session, text: product_uses.add_use(
        session, DANA, ProductUseDraft("Fleet", plan=text, serial=text, note=text)
    ),
    "filter": lambda session, text: filters.add_filter(
        session, Category.CUSTOMER, text, Definition((Condition("name", Operator.CONTAINS, (text,)),))
    ),
}


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    opened = new_organization(tmp_path_factory.mktemp("odd")).open()
    dana = customer_with(opened, "Dana")
    customer_with(opened, "Bo")
    _, version = contacts.contact_draft(opened, dana)
    tags.set_contact_tags(opened, dana, ["VIP"], version=version)
    yield opened
    opened.close()


TABLES = (
    "contact", "phone", "email", "postal_address", "product_use", "product", "foreign_id", "relation", "tag",
    "contact_note", "saved_filter", "bank_account", "follow_up",
)  # fmt: skip


def unseen(text: str) -> list[str]:
    """Return the signs in a text that would break or turn round the line it stands in."""
    turning = {*map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A))}
    controls = (sign for sign in text if unicodedata.category(sign) == "Cc" and not sign.isspace())
    return [*controls, *(sign for sign in text if sign in turning)]


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_faults_15_and_48_it_is_kept_as_it_reads_or_refused_with_a_sentence(
    session: Session, write: Write, text: str
) -> None:
    before = {table: table_rows(session, table) for table in TABLES}
    try:
        write(session, text)
    except (InvalidValueError, RefusedError) as refusal:
        refused = refusal.code
    else:
        refused = ""
    if refused:
        assert SENTENCES[refused]
        assert {table: table_rows(session, table) for table in TABLES} == before
        return
    kept = [
        value
        for table in TABLES
        for row in table_rows(session, table)
        for value in row.values()
        if isinstance(value, str)
    ]
    assert [value for value in kept if unseen(value)] == []
    contacts.card(session, DANA)
    relations.relations_of(session, DANA)
    finding.find_records(session, text[:200])
    contacts.contact_ids(session, ContactQuery(Category.CUSTOMER, text=text[:200]))


def test_after_all_of_it_the_file_is_whole(session: Session) -> None:
    assert broken(session) == {}
