"""Contacts as vCards: everything a card can hold comes back, unknown properties too; the file is private."""

import stat
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_desktop.domain.contact_drafts import AddressDraft, EmailDraft, PhoneDraft
from crm_desktop.domain.contact_imports import ContactPlan, Fate
from crm_desktop.domain.contacts import ContactKind, PhoneKind
from crm_desktop.domain.errors import RefusedError
from crm_desktop.domain.permissions import Role
from crm_desktop.operations import contacts, custom_fields
from crm_desktop.operations.card_export import Version, export_cards
from crm_desktop.operations.contact_imports import ContactOptions, import_contacts
from crm_desktop.operations.custom_fields import FieldDraft
from crm_desktop.operations.session import Session
from crm_desktop.storage import imported_rows
from tests.environments import Office, add_member, new_organization
from tests.operations.samples import person
from tests.operations.test_export_returns import compared
from tests.operations.test_field_facts import full

UNKNOWN = "X-SKILL;LEVEL=high:chess\\, blitz"
CARD = f"BEGIN:VCARD\r\nVERSION:3.0\r\nN:Grün;Eva;;;\r\nFN:Eva Grün\r\n{UNKNOWN}\r\nEND:VCARD\r\n"


@pytest.mark.parametrize("version", list(Version))
@pytest.mark.parametrize("kind", list(ContactKind))
def test_exported_cards_imported_into_a_new_organization_compare_equal(
    session: Session, tmp_path: Path, version: Version, kind: ContactKind
) -> None:
    level = custom_fields.define_field(session, FieldDraft("Level"))
    (tmp_path / "eva.vcf").write_text(CARD, encoding="utf-8")
    came = import_contacts(session, tmp_path / "eva.vcf", ContactPlan(), ContactOptions()).fates[0].contact_id
    assert came is not None
    nameless = contacts.add_contact(session, person("Ohne", None, company="Kiosk", note="a;b,c\\d"))
    ids = [contacts.add_contact(session, full(kind, level)), came, nameless]
    target = tmp_path / "out.vcf"
    report = export_cards(session, ids, target, version)
    assert (report.count, stat.S_IMODE(target.stat().st_mode)) == (3, 0o600)
    (tmp_path / "new").mkdir()
    other = new_organization(tmp_path / "new").open()
    custom_fields.define_field(other, FieldDraft("Level"))
    result = import_contacts(other, target, ContactPlan(), ContactOptions())
    assert [fate.fate for fate in result.fates] == [Fate.CREATED] * 3
    for before, fate in zip(ids, result.fates, strict=True):
        assert fate.contact_id is not None
        assert compared(other, fate.contact_id) == compared(session, before)
        with session.reading("records.view") as one, other.reading("records.view") as two:
            kept = imported_rows.properties_of(two, fate.contact_id)
            assert kept == imported_rows.properties_of(one, before)
    assert UNKNOWN in target.read_text("utf-8")
    assert [fate.fate for fate in import_contacts(other, target, ContactPlan(), ContactOptions()).fates] == [
        Fate.SKIPPED
    ] * 3
    other.close()


WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")), min_size=1
).filter(lambda text: text.strip() != "")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(given_name=WORDS, company=WORDS, remark=WORDS, street=WORDS, version=st.sampled_from(Version))
def test_whatever_is_typed_reads_back_as_what_was_meant(  # noqa: PLR0917 - what is generated
    session: Session,
    tmp_path: Path,
    given_name: str,
    company: str,
    remark: str,
    street: str,
    version: Version,
) -> None:
    """The export reads itself again and refuses a file that differs: it must never have to."""
    draft = replace(
        person(given_name[:200], None), company=company[:200],
        phones=(PhoneDraft("+49 160 5550001", PhoneKind.WORK, note=remark[:200]),),
        emails=(EmailDraft("eva@example.org", note=remark[:200]),),
        addresses=(AddressDraft(street=street[:200], note=remark[:200], former=True),),
    )  # fmt: skip
    one = contacts.add_contact(session, draft)
    assert export_cards(session, [one], tmp_path / "one.vcf", version).count == 1


def test_who_may_not_export_lists_exports_no_cards(office: Office, tmp_path: Path) -> None:
    session = office.open()
    add_member(session, "vic", Role.VIEWER)
    one = contacts.add_contact(session, person())
    session.close()
    session = office.open("vic")
    with pytest.raises(RefusedError) as refused:
        export_cards(session, [one], tmp_path / "out.vcf", Version.V4)
    assert refused.value.code == "right_missing"
    assert not (tmp_path / "out.vcf").exists()
    session.close()
