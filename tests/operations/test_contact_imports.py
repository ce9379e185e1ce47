"""Importing contacts: fates with reasons, matching, idempotence, undo; preview and import agree."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_desktop.domain.contact_drafts import EmailDraft, PhoneDraft
from crm_desktop.domain.contact_imports import ContactPlan, Fate, MatchKey, OnMatch
from crm_desktop.domain.contacts import Category
from crm_desktop.domain.progress import Cancelled, CancelToken, Progress
from crm_desktop.operations import contact_imports, contacts, undo
from crm_desktop.operations.contact_imports import ContactImportResult, ContactOptions
from crm_desktop.operations.contacts import ContactQuery
from crm_desktop.operations.session import Session
from tests.operations.samples import broken, person, table_rows

PLAN = ContactPlan()
OPTIONS = ContactOptions()
TABLES = (
    "contact", "phone", "email", "postal_address", "tag", "contact_tag", "imported_row", "card_property",
    "attachment", "custom_value", "past_status",
)  # fmt: skip
STAMPS = {"version", "changed_at", "changed_by", "salt"}


def card(*lines: str) -> str:
    return "\r\n".join(("BEGIN:VCARD", "VERSION:3.0", *lines, "END:VCARD", ""))


EVA = card(
    "N:Grün;Eva;;;", "FN:Eva Grün", "TEL;TYPE=cell:+49 160 5550001", "EMAIL:eva@example.org", "GEO:1,2"
)
BO = card("N:Grün;Bo;;;", "FN:Bo Grün", "TEL;TYPE=home:+49 30 5550009")


def imported(session: Session, path: Path, text: str, plan: ContactPlan = PLAN) -> ContactImportResult:
    file = path / "contacts.vcf"
    file.write_text(text, encoding="utf-8")
    expected = contact_imports.preview_contacts(session, file, plan, OPTIONS)
    result = contact_imports.import_contacts(session, file, plan, OPTIONS)
    assert [(fate.line, fate.fate, fate.reason) for fate in expected.fates] == [
        (fate.line, fate.fate, fate.reason) for fate in result.fates
    ]
    assert expected.run is None
    return result


def fates(result: ContactImportResult) -> list[tuple[Fate, str | None]]:
    return [(fate.fate, fate.reason) for fate in result.fates]


def everything(session: Session) -> dict[str, list[dict[str, object]]]:
    return {
        table: [
            {name: value for name, value in row.items() if name not in STAMPS}
            for row in table_rows(session, table)
        ]
        for table in TABLES
    }


def test_a_card_becomes_a_customer_with_everything_in_it(session: Session, tmp_path: Path) -> None:
    result = imported(session, tmp_path, EVA)
    assert fates(result) == [(Fate.CREATED, None)]
    contact_id = result.fates[0].contact_id
    assert contact_id is not None
    found = contacts.card(session, contact_id)
    assert (found.contact.display_name, found.contact.category) == ("Eva Grün", Category.CUSTOMER)
    assert found.phones[0].e164 == "+491605550001"
    assert found.phones[0].source == "contacts.vcf"
    assert [row["content"] for row in table_rows(session, "card_property")] == ["GEO:1,2"]
    assert list(contacts.contact_ids(session, ContactQuery(Category.CUSTOMER, text="grun"))) == [contact_id]
    assert broken(session) == {}


def test_the_same_file_again_changes_nothing(session: Session, tmp_path: Path) -> None:
    imported(session, tmp_path, EVA + BO)
    before = everything(session)
    again = imported(session, tmp_path, BO + EVA)
    assert fates(again) == [(Fate.SKIPPED, "imported_before")] * 2
    assert again.run is None
    assert everything(session) == before


def test_a_changed_card_updates_its_contact_and_undo_takes_it_all_back(
    session: Session, tmp_path: Path
) -> None:
    contact_id = contacts.add_contact(
        session, person("Eva", "Grün", company="Alt KG", emails=(EmailDraft("EVA@example.org"),))
    )
    before = everything(session)
    result = imported(session, tmp_path, EVA + BO)
    assert fates(result) == [(Fate.UPDATED, None), (Fate.CREATED, None)]
    found = contacts.card(session, contact_id)
    assert found.contact.company == "Alt KG"
    assert [phone.e164 for phone in found.phones] == ["+491605550001"]
    undo.undo(session)
    assert everything(session) == before
    assert broken(session) == {}


def test_a_couple_sharing_a_landline_stays_two_people(session: Session, tmp_path: Path) -> None:
    contacts.add_contact(session, person("Eva", "Grün", phones=(PhoneDraft("+49 30 5550009"),)))
    assert fates(imported(session, tmp_path, BO)) == [(Fate.CREATED, None)]


def test_the_name_alone_is_no_match(session: Session, tmp_path: Path) -> None:
    contacts.add_contact(session, person("Bo", "Grün", phones=(PhoneDraft("+49 30 1110000"),)))
    assert fates(imported(session, tmp_path, BO)) == [(Fate.CREATED, None)]


def test_two_contacts_that_both_match_are_not_guessed_between(session: Session, tmp_path: Path) -> None:
    for _ in range(2):
        contacts.add_contact(session, person("Bo", "Grün", phones=(PhoneDraft("+49 30 5550009"),)))
    assert fates(imported(session, tmp_path, BO)) == [(Fate.FAILED, "several_match")]


def test_the_keys_and_what_happens_on_a_match_are_the_users_choice(session: Session, tmp_path: Path) -> None:
    contacts.add_contact(session, person("Bo", "Grün", phones=(PhoneDraft("+49 30 5550009"),)))
    by_mail = replace(PLAN, keys=frozenset({MatchKey.EMAIL}))
    assert fates(imported(session, tmp_path, BO, replace(PLAN, on_match=OnMatch.SKIP))) == [
        (Fate.SKIPPED, "there_already")
    ]
    assert fates(imported(session, tmp_path, BO, by_mail)) == [(Fate.CREATED, None)]


def test_create_makes_another_but_never_of_the_same_row(session: Session, tmp_path: Path) -> None:
    contacts.add_contact(session, person("Bo", "Grün", phones=(PhoneDraft("+49 30 5550009"),)))
    plan = replace(PLAN, on_match=OnMatch.CREATE)
    assert fates(imported(session, tmp_path, BO, plan)) == [(Fate.CREATED, None)]
    assert fates(imported(session, tmp_path, BO, plan)) == [(Fate.SKIPPED, "imported_before")]


def test_rows_of_one_file_match_each_other(session: Session, tmp_path: Path) -> None:
    more = card("N:Grün;Eva;;;", "FN:Eva Grün", "EMAIL:eva@example.org", "TEL:+49 30 5550100")
    assert fates(imported(session, tmp_path, EVA + more + EVA)) == [
        (Fate.CREATED, None),
        (Fate.UPDATED, None),
        (Fate.SKIPPED, "imported_before"),
    ]


def test_what_was_imported_and_trashed_does_not_come_back_by_itself(session: Session, tmp_path: Path) -> None:
    contact_id = imported(session, tmp_path, EVA).fates[0].contact_id
    assert contact_id is not None
    contacts.trash(session, [contact_id])
    assert fates(imported(session, tmp_path, EVA)) == [(Fate.SKIPPED, "in_trash")]


def test_a_uid_finds_its_contact_whatever_else_changed(session: Session, tmp_path: Path) -> None:
    imported(session, tmp_path, card("UID:abc", "N:Grün;Eva;;;", "FN:Eva Grün", "TEL:+49 30 5550009"))
    moved = card("UID:abc", "N:Berg;Eva;;;", "FN:Eva Berg", "TEL:+49 30 5550111")
    assert fates(imported(session, tmp_path, moved)) == [(Fate.UPDATED, None)]


def test_a_bad_row_fails_with_its_reason_and_the_others_come_in(session: Session, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    long = "x" * 600
    rows = ("Eva,Grün,K-1,", "Bo,Berg,K-1,", f"Ida,{long},,", ",,,", "Ole,Ek,,")
    file.write_text("\n".join(("First name,Last name,Customer number,Notes", *rows)), encoding="utf-8")
    plan = replace(PLAN, on_match=OnMatch.CREATE)
    result = contact_imports.import_contacts(session, file, plan, OPTIONS)
    assert [(fate.line, fate.fate, fate.reason) for fate in result.fates] == [
        (2, Fate.CREATED, None),
        (3, Fate.FAILED, "customer_number_taken"),
        (4, Fate.FAILED, "value_too_long"),
        (5, Fate.SKIPPED, "blank_row"),
        (6, Fate.CREATED, None),
    ]
    assert [(row["line"], row["reason"]) for row in table_rows(session, "import_problem")] == [
        (3, "customer_number_taken"),
        (4, "value_too_long"),
    ]
    (run,) = table_rows(session, "import_run")
    assert (run["kind"], run["created"], run["updated"], run["rejected"]) == ("contacts", 2, 0, 2)
    assert broken(session) == {}


def test_the_preview_reads_numbers_and_addresses_as_the_import_does(session: Session, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    rows = ("Eva,Grün,KÄ-1,", "Bo,Berg,kä-1,", "Ida,Au,,É@x.example", "Ole,Ek,,é@x.example")
    file.write_text("\n".join(("First name,Last name,Customer number,E-mail", *rows)), encoding="utf-8")
    plan = replace(PLAN, on_match=OnMatch.CREATE)
    planned = contact_imports.preview_contacts(session, file, plan, OPTIONS)
    done = contact_imports.import_contacts(session, file, plan, OPTIONS)
    fates = [(fate.line, fate.fate, fate.reason) for fate in done.fates]
    assert fates == [(fate.line, fate.fate, fate.reason) for fate in planned.fates]
    assert fates[1] == (3, Fate.FAILED, "customer_number_taken")


def test_a_photo_comes_along_once_and_one_that_is_none_costs_nothing(
    session: Session, tmp_path: Path
) -> None:
    import base64
    import io

    from PIL import Image

    picture = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(picture, "PNG")
    line = f"PHOTO;ENCODING=b;TYPE=PNG:{base64.b64encode(picture.getvalue()).decode()}"
    with_photo = card("N:Foto;Ada;;;", "FN:Ada Foto", "EMAIL:ada@example.org", line)
    no_picture = card("N:Klecks;Bob;;;", "FN:Bob Klecks", "PHOTO;ENCODING=b;TYPE=PNG:AAAA")
    result = imported(session, tmp_path, with_photo + no_picture)
    assert fates(result) == [(Fate.CREATED, None)] * 2
    assert [row["contact_id"] for row in table_rows(session, "attachment")] == [result.fates[0].contact_id]


def test_cancelled_in_the_middle_nothing_stays(session: Session, tmp_path: Path) -> None:
    file = tmp_path / "many.csv"
    rows = "\n".join(f"Given{number},Family{number},a{number}@example.org" for number in range(400))
    file.write_text(f"First name,Last name,E-mail\n{rows}\n", encoding="utf-8")
    before = everything(session)
    token = CancelToken()

    def stop(progress: Progress) -> None:
        if table_rows(session, "contact")[5:]:
            token.cancel()

    with pytest.raises(Cancelled):
        contact_imports.import_contacts(session, file, PLAN, OPTIONS, progress=stop, cancel=token)
    assert everything(session) == before
    assert broken(session) == {}


NAMES = st.sampled_from(["Eva", "Bo", "E."])
NUMBERS = st.sampled_from(["+49 30 5550001", "+49 30 5550002"])
CARDS = st.builds(
    lambda given_name, number, mail: card(
        f"N:Grün;{given_name};;;", f"FN:{given_name} Grün", *([f"TEL:{number}"] if number else []),
        *([f"EMAIL:{mail}"] if mail else []),
    ),
    NAMES, st.none() | NUMBERS, st.none() | st.sampled_from(["a@example.org", "b@example.org"]),
)  # fmt: skip


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(file=st.lists(CARDS, min_size=1, max_size=5), on_match=st.sampled_from(OnMatch))
def test_any_file_twice_changes_nothing_the_second_time_and_undoes_whole(
    session: Session, tmp_path: Path, file: list[str], on_match: OnMatch
) -> None:
    plan = replace(PLAN, on_match=on_match)
    start = everything(session)
    imported(session, tmp_path, "".join(file), plan)
    once = everything(session)
    imported(session, tmp_path, "".join(file), plan)
    assert everything(session) == once
    while undo.can_undo(session) == "import_contacts":
        undo.undo(session)
    assert everything(session) == start
