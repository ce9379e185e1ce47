"""Commands about files of contacts: reading one."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crm_desktop.cli.long_work import long_work
from crm_desktop.cli.options import JsonOption
from crm_desktop.cli.output import document, note, say
from crm_desktop.domain.imported_contacts import CONTACT_ROW_REASONS

if TYPE_CHECKING:
    from crm_desktop.domain.imported_contacts import ImportedContact
    from crm_desktop.operations.contact_files import ParsedContacts

RegionOption = Annotated[
    str | None, typer.Option("--region", metavar="CC", help="Country of national numbers.")
]
EncodingOption = Annotated[
    str | None, typer.Option("--encoding", metavar="E", help="Encoding of the text, for example cp1252.")
]


def parse_contacts(
    source: Annotated[str, typer.Argument(metavar="IN", help="A file of contacts: vCard, CSV or XLSX.")],
    *,
    region: RegionOption = None,
    encoding: EncodingOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read a file of contacts into no organization.

    For checking a file: nothing is matched and nothing is stored.
    """
    from crm_desktop.operations import contact_files

    options = replace(contact_files.ContactOptions(), region=region, encoding=encoding)
    with long_work() as (progress, token):
        parsed = contact_files.parse_contacts(Path(source), options, progress=progress, cancel=token)
    if as_json:
        document(_parsed_document(parsed))
        return
    say(f"{source}: {parsed.format}, {len(parsed.contacts)} contacts")
    for contact in parsed.contacts:
        values = [contact.full or "", *(phone.raw for phone in contact.phones)]
        values += [email.address for email in contact.emails]
        say(f"{contact.line}: {' · '.join(value for value in values if value)}")
    for row in parsed.rejected:
        note(f"line {row.line} left out: {CONTACT_ROW_REASONS[row.reason]}")


def _parsed_document(parsed: "ParsedContacts") -> dict[str, object]:
    return {
        "format": parsed.format,
        "contacts": [_contact_document(contact) for contact in parsed.contacts],
        "rejected": [{"line": row.line, "reason": row.reason.value} for row in parsed.rejected],
    }


def _contact_document(contact: "ImportedContact") -> dict[str, object]:
    names = ("full", "prefix", "given", "additional", "family", "suffix", "nickname")
    return {
        "kind": contact.kind.value,
        "name": {name: getattr(contact, name) for name in names},
        "organization": contact.organization,
        "title": contact.title,
        "phones": [{"raw": p.raw, "number": p.number, "kind": p.kind.value} for p in contact.phones],
        "emails": [{"address": e.address, "kind": e.kind.value} for e in contact.emails],
        "addresses": [
            {
                "street": a.street,
                "city": a.city,
                "region": a.region,
                "postal_code": a.postal_code,
                "country": a.country,
                "kind": a.kind.value,
            }
            for a in contact.addresses
        ],
        "birthday": contact.birthday,
        "urls": list(contact.urls),
        "note": contact.note,
        "categories": list(contact.categories),
    }
