"""What a list of contacts reads for its cells, and against what a cell is saved."""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from pathlib import Path

import pytest

from crm_desktop.domain.contacts import Category
from crm_desktop.domain.errors import ConflictError
from crm_desktop.operations import contacts
from crm_desktop.operations.contact_conflicts import Conflict
from crm_desktop.operations.contacts import ContactQuery, ContactRow
from crm_desktop.operations.session import Session
from crm_desktop.ui.widgets.contact_fields import company_field, email_field, name_field, phone_field
from crm_desktop.ui.widgets.contact_source import ContactSource
from crm_desktop.ui.widgets.moments import Clock
from crm_desktop.ui.widgets.record_source import Cell, CellValue
from tests.environments import new_organization
from tests.ui.desk import add_people

NAME, COMPANY, PHONE, EMAIL = range(4)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    opened = new_organization(tmp_path, region="GB").open()
    add_people(opened)
    yield opened
    opened.close()


@pytest.fixture
def source(session: Session) -> ContactSource:
    """The list with the column of e-mails hidden."""
    fields = [name_field(), company_field(), phone_field(), email_field().hidden()]
    return ContactSource(session, ContactQuery(Category.CUSTOMER), fields=fields, clock=Clock("UTC"))


class Readings:
    """Reads as the operation does and writes down what was left out."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.left_out: list[set[str]] = []
        self._read = contacts.contact_rows
        monkeypatch.setattr(contacts, "contact_rows", self.read)

    def read(
        self, session: Session, ids: Sequence[int], *, own: Sequence[int] = (), without: AbstractSet[str]
    ) -> dict[int, ContactRow]:
        self.left_out.append(set(without))
        return self._read(session, ids, own=own, without=without)


def text(value: CellValue) -> str:
    return value.text if isinstance(value, Cell) else value


def test_a_hidden_column_is_read_when_it_is_shown_and_from_then_on(
    source: ContactSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    readings = Readings(monkeypatch)
    rows = source.rows([1, 2, 3])
    assert [text(row[PHONE]) for row in rows.values()] == [
        "+44 7700 900123", "+44 20 7946 0018", "+1 202 555 0118"
    ]  # fmt: skip
    assert len(readings.left_out) == 1
    assert "email" in readings.left_out[0]
    assert [text(row[EMAIL]) for row in rows.values()] == [
        "ha@example.com", "zo@example.com", "ow@example.com"
    ]  # fmt: skip
    assert len(readings.left_out) == 2, "the page is completed at once"
    again = source.rows([1, 2, 3])
    assert text(again[1][EMAIL]) == "ha@example.com"
    assert len(readings.left_out) == 3
    assert "email" not in readings.left_out[2]


def test_completing_a_page_leaves_what_was_shown(session: Session, source: ContactSource) -> None:
    shown = source.rows([1])[1]
    assert text(shown[COMPANY]) == "Blythe Partners"
    draft, version = contacts.contact_draft(session, 1)
    contacts.save_contact(session, 1, replace(draft, company="Someone else's"), version=version)
    assert text(shown[EMAIL]) == "ha@example.com"
    assert isinstance(source.save(1, "company", "Mine"), Conflict)


def test_a_file_that_is_closed_meanwhile_leaves_the_cell_empty(
    session: Session, source: ContactSource
) -> None:
    shown = source.rows([1])[1]
    session.close()
    assert text(shown[NAME]) == "Harriet Blythe"
    assert text(shown[EMAIL]) == "–"


def test_only_rows_that_are_held_are_remembered(source: ContactSource) -> None:
    ids = list(source.all_ids())
    held = source.rows(ids[:2])
    source.rows(ids[2:])
    assert text(held[ids[0]][NAME])
    assert set(source._shown) == set(ids[:2])
    with pytest.raises(ConflictError):
        source.save(ids[2], "name", "Zita")
    assert source.save(ids[0], "name", "Zita") is None
