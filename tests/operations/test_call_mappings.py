"""Mappings of call tables kept with the organization, and the tables they are known by."""

from dataclasses import replace
from pathlib import Path

import pytest

from crm_desktop.domain.errors import InvalidValueError, RefusedError
from crm_desktop.operations.call_imports import reading_options
from crm_desktop.operations.call_logs import Mapping, examine_table, parse_log
from crm_desktop.operations.call_mappings import (
    delete_call_mapping,
    mapping_named,
    rename_call_mapping,
    save_call_mapping,
    saved_call_mappings,
)
from crm_desktop.operations.session import Session
from tests.operations.samples import broken

HEADER = ("Wann", "Wer", "Wohin", "Länge")
WORDS = {"rein": "incoming/answered", "raus": "outgoing"}
# As the wizard gives it: by places.
CHOSEN = Mapping(
    date=1, number=2, direction=3, direction_values=WORDS, duration=4, date_format="%d.%m.%Y %H:%M",
    delimiter=";",
)  # fmt: skip


def table(path: Path, *columns: int, head: str = "", header: bool = True) -> Path:
    """Write the table with its columns in an order, something above it, with or without its header."""
    rows = [(f"{day:02d}.01.2026 09:00", f"+49 30 231251{day}", "rein", f"0:{day}") for day in range(10, 20)]
    lines = [";".join(cells[place] for place in columns) for cells in ([HEADER] if header else []) + rows]
    path.write_text(head + "\n".join((*lines, "")), encoding="utf-8")
    return path


def numbers(session: Session, path: Path) -> list[str | None]:
    return [call.number for call in parse_log(path, reading_options(session, region="DE")).records]


NUMBERS = [f"+4930231251{day}" for day in range(10, 20)]


def test_a_table_with_the_same_headers_is_read_without_asking(session: Session, tmp_path: Path) -> None:
    save_call_mapping(session, " Praxis  Nord ", CHOSEN, HEADER)
    again = table(tmp_path / "b.csv", 3, 1, 0, 2, head="Liste vom 1. Februar\n\n")
    assert numbers(session, again) == NUMBERS
    examined = examine_table(again, reading_options(session))
    assert (examined.known, examined.uncertain, examined.found["header_line"]) == ("Praxis Nord", (), 3)
    (saved,) = saved_call_mappings(session)
    assert (saved.name, saved.saved_by, saved.saved_at) == ("Praxis Nord", session.member.name, session.now())
    assert mapping_named(session, "praxis nord") == replace(
        CHOSEN, date="Wann", number="Wer", direction="Wohin", duration="Länge"
    )
    assert broken(session) == {}


def test_other_headers_are_not_taken_for_it(session: Session, tmp_path: Path) -> None:
    save_call_mapping(session, "Nord", CHOSEN, (*HEADER, "Notiz"))
    assert examine_table(table(tmp_path / "b.csv", 0, 1, 2, 3), reading_options(session)).known == ""


def test_columns_without_words_are_known_in_their_order_only(session: Session, tmp_path: Path) -> None:
    save_call_mapping(session, "Nord", CHOSEN, ("Wann", "Wer", "Wohin", "Wer"))
    (saved,) = saved_call_mappings(session)
    assert saved.table.mapping.duration == 4
    assert saved.table.fits(("wann", "WER", "Wohin", "Wer"))
    assert not saved.table.fits(("Wer", "Wann", "Wohin", "Wer"))


def test_a_table_without_headers_is_known_only_where_somebody_said_so(
    session: Session, tmp_path: Path
) -> None:
    path = table(tmp_path / "b.csv", 0, 1, 2, 3, header=False)
    headerless = replace(CHOSEN, header_line=0)
    save_call_mapping(session, "Nord", headerless, ("", "", "", ""))
    assert examine_table(path, reading_options(session)).known == ""
    save_call_mapping(session, "Nord", headerless, ("", "", "", ""), without_header=True)
    assert numbers(session, path) == NUMBERS
    other = table(tmp_path / "c.csv", 1, 0, 2, 3, header=False)
    assert examine_table(other, reading_options(session)).known == ""
    with pytest.raises(InvalidValueError, match="mapping_not_for_headerless"):
        save_call_mapping(session, "Süd", CHOSEN, HEADER, without_header=True)


def test_an_encoding_nobody_can_see_is_found_with_the_headers(session: Session, tmp_path: Path) -> None:
    save_call_mapping(session, "Alt", replace(CHOSEN, encoding="cp850"), HEADER)
    path = table(tmp_path / "b.csv", 0, 1, 2, 3)
    path.write_bytes(path.read_text(encoding="utf-8").encode("cp850"))
    assert numbers(session, path) == NUMBERS
    assert examine_table(path, reading_options(session)).mapping.encoding == "cp850"


def test_renaming_and_deleting(session: Session) -> None:
    save_call_mapping(session, "Nord", CHOSEN, HEADER)
    save_call_mapping(session, "Süd", CHOSEN, ("a", "b", "c", "d"))
    with pytest.raises(InvalidValueError, match="mapping_name_taken"):
        rename_call_mapping(session, "Nord", "sud")
    rename_call_mapping(session, "nord", "Zentrale")
    assert [saved.name for saved in saved_call_mappings(session)] == ["Süd", "Zentrale"]
    delete_call_mapping(session, "Süd")
    assert [saved.name for saved in saved_call_mappings(session)] == ["Zentrale"]
    with pytest.raises(RefusedError, match="mapping_unknown"):
        delete_call_mapping(session, "Süd")
    with pytest.raises(RefusedError, match="mapping_unknown"):
        rename_call_mapping(session, "Süd", "x")
    with pytest.raises(InvalidValueError, match="mapping_name_needed"):
        save_call_mapping(session, "  ", CHOSEN, HEADER)


def test_the_last_one_for_the_same_headers_counts(session: Session, tmp_path: Path) -> None:
    save_call_mapping(session, "Nord", CHOSEN, HEADER)
    save_call_mapping(session, "Neu", replace(CHOSEN, date_format="%m.%d.%Y %H:%M"), HEADER)
    assert [saved.name for saved in saved_call_mappings(session)] == ["Neu"]
