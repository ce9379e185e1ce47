"""What others fell into with imports, by the entry of their tracker; each is shown on a real file."""

import base64
import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from crm_desktop.domain.contact_drafts import EmailDraft, PhoneDraft
from crm_desktop.domain.contact_imports import ContactPlan, Fate, OnMatch
from crm_desktop.domain.contacts import Category
from crm_desktop.operations import call_imports, consents, contact_imports, contacts
from crm_desktop.operations.contact_imports import ContactImportResult, ContactOptions
from crm_desktop.operations.contacts import ContactQuery
from crm_desktop.operations.list_export import ExportChoice, ExportFormat, export_list
from crm_desktop.operations.session import Session
from tests.environments import new_organization
from tests.operations.samples import customer_with, log_of, person, table_rows

PLAN = ContactPlan(category=Category.CUSTOMER)
MAC = """BEGIN:VCARD
VERSION:3.0
PRODID:-//Apple Inc.//macOS 14.4//EN
N:Lovelace;Ada;;;
FN:Ada Lovelace
ORG:Analytical Engines;
item1.TEL;type=pref:+44 7700 900123
item1.X-ABLabel:_$!<HomeFAX>!$_
BDAY;X-APPLE-OMIT-YEAR=1604:1604-12-10
item2.URL;type=pref:https\\://ada.example
PHOTO;ENCODING=b;TYPE=PNG:{photo}
END:VCARD
"""
# One transparent pixel.
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    """An open office without anybody in it."""
    opened = new_organization(tmp_path, region="US").open()
    yield opened
    opened.close()


def imported(session: Session, path: Path, plan: ContactPlan = PLAN) -> ContactImportResult:
    return contact_imports.import_contacts(session, path, plan, ContactOptions())


def fates(result: ContactImportResult) -> list[Fate]:
    return [fate.fate for fate in result.fates]


def names(session: Session) -> list[str]:
    return sorted(str(row["display_name"]) for row in table_rows(session, "contact"))


def table(path: Path, *lines: tuple[str, ...]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows(lines)
    return path


def test_importing_again_doubled_everything(session: Session, tmp_path: Path) -> None:
    """monicahq/monica#5932: the same cards and the same calls a second time add nothing."""
    cards = tmp_path / "cards.vcf"
    cards.write_text(MAC.format(photo=""), encoding="utf-8")
    assert fates(imported(session, cards)) == [Fate.CREATED]
    assert fates(imported(session, cards)) == [Fate.SKIPPED]
    assert names(session) == ["Ada Lovelace"]
    log = log_of(tmp_path / "log.xml", "+44 7700 900123", 4)
    consents.grant_consent(session)
    options = call_imports.reading_options(session)
    for wanted in (4, 0):
        result = call_imports.run_import(session, [log], member_id=session.member.id, options=options)
        assert result.counts.created == wanted
    assert len(table_rows(session, "call")) == 4


@pytest.mark.parametrize(
    ("header", "value"),
    [("Phone", "(212) 555-0123"), ("E-mail", "DANA@example.org"), ("Customer number", "c-00007")],
)
def test_updates_matched_internal_ids_only(session: Session, tmp_path: Path, header: str, value: str) -> None:
    """salesagility/SuiteCRM#2081: a row finds its record by what the office knows of it, however spelled."""
    draft = person(
        phones=(PhoneDraft("+1 212 555 0123"),), emails=(EmailDraft("dana@example.org"),),
        customer_number="C-00007",
    )  # fmt: skip
    contact_id = contacts.add_contact(session, draft)
    path = table(
        tmp_path / "list.csv",
        ("First name", "Last name", header, "Job title"),
        ("Dana", "Whitfield", value, "Head of dispatch"),
    )
    (fate,) = imported(session, path, ContactPlan(on_match=OnMatch.UPDATE)).fates
    assert (fate.fate, fate.contact_id) == (Fate.UPDATED, contact_id)
    assert contacts.contact_draft(session, contact_id)[0].title == "Head of dispatch"


def test_cards_of_a_mac_failed(session: Session, tmp_path: Path) -> None:
    """monicahq/monica#4729, #3053, #3352: labels of its own, a birthday without a year, a folded photo."""
    encoded = base64.b64encode(PIXEL).decode()
    folded = "\r\n ".join(encoded[start : start + 20] for start in range(0, len(encoded), 20))
    cards = tmp_path / "mac.vcf"
    cards.write_bytes(MAC.replace("\n", "\r\n").format(photo=folded).encode())
    (fate,) = imported(session, cards).fates
    assert fate.fate is Fate.CREATED
    assert fate.contact_id is not None
    draft, _version = contacts.contact_draft(session, fate.contact_id)
    assert draft.birthday == "--12-10"
    assert [(phone.raw, phone.kind.value) for phone in draft.phones] == [("+44 7700 900123", "fax")]
    assert draft.urls == "https://ada.example"
    (photo,) = table_rows(session, "attachment")
    assert photo["role"] == "photo"


def test_rows_were_left_out_without_a_reason(session: Session, tmp_path: Path) -> None:
    """nextcloud/contacts#1663: every row of the file has its fate, and what failed says why."""
    customer_with(session, "Dana", "+1 212 555 0123")
    path = table(
        tmp_path / "list.csv",
        ("First name", "Last name", "E-mail", "Phone"),
        ("Ada", "Lovelace", "ada@example.org", ""),
        ("", "", "", ""),
        ("", "", "", "12"),
        ("Bo", "Reyes", "bo@example.org", "", "one cell", "too many"),
        ("Dana", "", "", "212-555-0123"),
    )
    result = imported(session, path)
    assert Counter(fates(result))[Fate.CREATED] == 2
    rows = {fate.line: fate for fate in result.fates}
    assert set(rows) == {2, 3, 4, 5, 6}
    unsaid = [fate for fate in result.fates if fate.fate in {Fate.FAILED, Fate.SKIPPED} and not fate.reason]
    assert unsaid == []
    assert [rows[line].fate for line in (3, 5, 6)] == [Fate.SKIPPED, Fate.FAILED, Fate.SKIPPED]


@pytest.mark.parametrize("form", list(ExportFormat))
def test_ones_own_export_was_refused(tmp_path: Path, form: ExportFormat) -> None:
    """SuiteCRM#9134, YetiForceCRM#13025: what was exported is read again, quotes and accents included."""
    tricky = 'Müller "Zoë" O\'Neill; Ñandú, 漢字'
    for name in ("here", "there"):
        (tmp_path / name).mkdir()
    here = new_organization(tmp_path / "here").open()
    ids = [
        contacts.add_contact(here, person("Zoë", "O’Neill", note=tricky)),
        contacts.add_contact(here, person("=SUM(A1)", "-2+3", note="+49 30 23125 000")),
    ]
    file = tmp_path / f"list.{form.value}"
    export_list(here, ids, file, ExportChoice(form))
    wanted = {(str(row["display_name"]), row["note"]) for row in table_rows(here, "contact")}
    here.close()
    there = new_organization(tmp_path / "there").open()
    assert fates(imported(there, file)) == [Fate.CREATED, Fate.CREATED]
    assert {(str(row["display_name"]), row["note"]) for row in table_rows(there, "contact")} == wanted
    assert len(contacts.contact_ids(there, ContactQuery(Category.CUSTOMER))) == 2
    there.close()
