"""Commands about files of contacts: reading one, importing one."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crm_desktop.cli.long_work import long_work
from crm_desktop.cli.options import FileArgument, JsonOption
from crm_desktop.cli.output import document, note, say
from crm_desktop.cli.sign_in import SignIn, environment_of, signed_in
from crm_desktop.domain.contact_imports import SKIP_REASONS, ContactPlan, Fate, MatchKey, OnMatch, RowFate
from crm_desktop.domain.contacts import Category
from crm_desktop.domain.imported_contacts import CONTACT_ROW_REASONS
from crm_desktop.domain.sentences import sentence

if TYPE_CHECKING:
    from crm_desktop.domain.imported_contacts import ImportedContact
    from crm_desktop.operations.contact_files import ParsedContacts
    from crm_desktop.operations.contact_imports import ContactImportResult

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


def import_contacts(
    context: typer.Context,
    file: FileArgument,
    sources: Annotated[
        list[str], typer.Argument(metavar="IN", help="Files of contacts: vCard, CSV or XLSX.")
    ],
    sign_in: SignIn,
    *,
    category: Annotated[
        str, typer.Option("--as", metavar="LIST", help="Where new contacts go: customers or address-book.")
    ] = "customers",
    match: Annotated[
        str, typer.Option("--match", metavar="KEYS", help="What a contact is found by, with commas between.")
    ] = "phone,email,number",
    on_match: Annotated[
        str, typer.Option("--on-match", metavar="WHAT", help="What to do then: update, skip or create.")
    ] = "update",
    region: RegionOption = None,
    encoding: EncodingOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and match, and write nothing.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Import contacts; every row ends as created, updated, skipped or failed.

    The same row again is passed over. An import can be undone whole.
    """
    from crm_desktop.operations import contact_imports

    plan = _plan(category, match, on_match)
    options = contact_imports.ContactOptions(region=region, encoding=encoding)
    verb = contact_imports.preview_contacts if dry_run else contact_imports.import_contacts
    with signed_in(environment_of(context), file, sign_in) as session, long_work() as (progress, token):
        results = [
            verb(session, Path(source), plan, options, progress=progress, cancel=token) for source in sources
        ]
    if as_json:
        document(_outcome_document(results))
        return
    for source, result in zip(sources, results, strict=True):
        say(f"{source}: " + ", ".join(f"{result.count(fate)} {fate}" for fate in Fate))
        for fate in result.failed:
            note(f"line {fate.line} {fate.name}: {_why(fate)}".replace(" :", ":"))


def _plan(category: str, match: str, on_match: str) -> ContactPlan:
    lists = {"customers": Category.CUSTOMER, "address-book": Category.ADDRESS_BOOK}
    keys = {key.strip() for key in match.split(",") if key.strip()}
    if category not in lists:
        raise typer.BadParameter("customers or address-book", param_hint="--as")
    if not keys <= set(MatchKey):
        raise typer.BadParameter(f"some of {', '.join(MatchKey)}", param_hint="--match")
    if on_match not in set(OnMatch):
        raise typer.BadParameter(f"one of {', '.join(OnMatch)}", param_hint="--on-match")
    return ContactPlan(lists[category], frozenset(map(MatchKey, keys)), OnMatch(on_match))


def _outcome_document(results: "Sequence[ContactImportResult]") -> dict[str, object]:
    runs = [result.run for result in results if result.run is not None]
    failed = [{"line": fate.line, "reason": fate.reason} for result in results for fate in result.failed]
    return {
        "run": runs[0] if runs else None,
        "runs": runs,
        **{
            fate.value: sum(result.count(fate) for result in results)
            for fate in Fate
            if fate is not Fate.FAILED
        },
        "failed": failed,
    }


def _why(fate: RowFate) -> str:
    if fate.problem is not None:
        return sentence(fate.problem)
    reasons: dict[str, str] = {reason.value: words for reason, words in CONTACT_ROW_REASONS.items()}
    return (reasons | SKIP_REASONS)[fate.reason or ""]
