"""What the program proposes for a table it does not know."""

from dataclasses import replace
from pathlib import Path

import pytest

from crm_desktop.domain.errors import ForeignFileError
from crm_desktop.importers.call_logs.reading import LogSource
from crm_desktop.importers.call_logs.registry import detect_head, open_call_log
from crm_desktop.importers.call_logs.suggestion import examine_table, suggest_mapping
from tests.importers.call_log_reading import BERLIN, records, rows_of, written

SAMPLES = Path(__file__).parents[2] / "resources" / "samples" / "calls"
GERMAN = "Liste;;;;\n\nDatum;Uhrzeit;Richtung;Rufnummer;Dauer\n" + "".join(
    f"{day:02d}.01.2026;09:{day:02d};{('aus', 'ein')[day % 2]};030 23125{day:03d};00:{day:02d}\n"
    for day in range(1, 20)
)
ENGLISH = "Call Time,Direction,Phone Number,Contact Name,Duration (h:mm)\n" + "".join(
    f"1/{day}/2026 9:{day:02d} AM,{'Inbound' if day % 2 else 'Missed'},"
    f"(212) 555-01{day:02d},Ann,0:{day:02d}\n"
    for day in range(1, 20)
)
FRENCH = "Date\tHeure\tSens\tNuméro\tDurée\n" + "".join(
    f"{day:02d}/01/2026\t09:00:{day:02d}\tentrant\t01 99 00 12 {day:02d}\t{day}\n" for day in range(10, 20)
)
SPANISH = "Fecha y hora|Tipo|Teléfono|Nombre|Duración\n" + "".join(
    f"{day:02d}/01/2026 10:00|saliente|+34 900 12 34 {day:02d}|Eva|01:00:{day:02d}\n" for day in range(10, 20)
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            GERMAN,
            {
                "delimiter": ";",
                "header_line": 3,
                "date": "Datum",
                "time": "Uhrzeit",
                "date_format": "%d.%m.%Y",
                "time_format": "%H:%M",
                "direction": "Richtung",
                "direction_values": {"ein": "incoming", "aus": "outgoing"},
                "number": "Rufnummer",
                "duration": "Dauer",
                "duration_format": "mm:ss or h:mm:ss",
            },
        ),
        (
            ENGLISH,
            {
                "delimiter": ",",
                "header_line": 1,
                "date": "Call Time",
                "date_format": "%m/%d/%Y %I:%M %p",
                "direction": "Direction",
                "direction_values": {"Inbound": "incoming/answered", "Missed": "incoming/missed"},
                "number": "Phone Number",
                "name": "Contact Name",
                "duration": "Duration (h:mm)",
                "duration_format": "h:mm",
            },
        ),
        (
            FRENCH,
            {
                "delimiter": "\t",
                "header_line": 1,
                "date": "Date",
                "time": "Heure",
                "date_format": "%d/%m/%Y",
                "time_format": "%H:%M:%S",
                "direction": "Sens",
                "direction_values": {"entrant": "incoming"},
                "number": "Numéro",
                "duration": "Durée",
                "duration_format": "mm:ss or h:mm:ss",
            },
        ),
        (
            SPANISH,
            {
                "delimiter": "|",
                "header_line": 1,
                "date": "Fecha y hora",
                "date_format": "%d/%m/%Y %H:%M",
                "direction": "Tipo",
                "direction_values": {"saliente": "outgoing"},
                "number": "Teléfono",
                "name": "Nombre",
                "duration": "Duración",
                "duration_format": "mm:ss or h:mm:ss",
            },
        ),
    ],
    ids=["German", "English", "French", "Spanish"],
)
def test_tables_of_four_languages(tmp_path: Path, text: str, expected: dict[str, object]) -> None:
    path = written(tmp_path / "log.csv", text)
    examined = examine_table(path, BERLIN)
    assert examined.mapping.to_document() == expected
    assert examined.uncertain == ()
    assert len(records(rows_of(path, BERLIN))) == text.count("2026")
    assert open_call_log(path, options=BERLIN).options.mapping == examined.mapping


def test_proposed_for_a_home_made_list() -> None:
    path = next(path for path in SAMPLES.glob("Anrufliste*.csv"))
    mapping = suggest_mapping(path, replace(BERLIN, area_code="030"))
    assert (mapping.delimiter, mapping.header_line) == (";", 3)
    assert (mapping.date, mapping.time, mapping.number) == ("Tag", "Uhrzeit", "Telefon")
    assert mapping.direction_values is not None
    assert mapping.direction_values["AB"] == "incoming/voicemail"


@pytest.mark.parametrize(
    ("text", "uncertain"),
    [
        (ENGLISH.replace("1/1", "1/0").replace("1/0", "1/1")[: ENGLISH.index("1/13/2026")], ("date_format",)),
        (GERMAN.replace(";aus;", ";rechts;").replace(";ein;", ";links;"), ("direction_values",)),
        (GERMAN.replace("Richtung", "Ort"), ("direction",)),
        (GERMAN.replace("Uhrzeit", "Ort"), ("date_format",)),
        (ENGLISH.replace(" (h:mm)", ""), ("duration_format",)),
    ],
    ids=["day or month", "words", "no direction", "no time", "minutes or hours"],
)
def test_what_is_not_certain_is_said_and_not_read(
    tmp_path: Path, text: str, uncertain: tuple[str, ...]
) -> None:
    path = written(tmp_path / "log.csv", text)
    assert examine_table(path, BERLIN).uncertain == uncertain
    with pytest.raises(ForeignFileError, match="mapping_uncertain"):
        open_call_log(path, options=BERLIN)
    assert list(open_call_log(path, format="generic_csv", options=BERLIN))


def test_numbers_are_found_by_how_they_look(tmp_path: Path) -> None:
    text = ENGLISH.replace("Phone Number", "Who")
    assert suggest_mapping(written(tmp_path / "log.csv", text), BERLIN).number == "Who"


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("Name,Street\nAnn,Road 1\n", "date"),
        ("Date,Duration\n2026-01-01 10:00:00,1:00\n", "number"),
        ("Date,Number\nsoon,030 23125111\n", "date"),
    ],
)
def test_what_cannot_be_found_is_named(tmp_path: Path, text: str, field: str) -> None:
    with pytest.raises(ForeignFileError, match="mapping_needed") as caught:
        suggest_mapping(written(tmp_path / "log.csv", text), BERLIN)
    assert caught.value.facts == {"field": field}


def test_another_table_is_never_taken_for_certain(tmp_path: Path) -> None:
    found = detect_head(LogSource(written(tmp_path / "log.csv", GERMAN)).head(), BERLIN)
    assert [item.format.name for item in found] == ["generic_csv"]
    assert 0 < found[0].confidence < 0.9


def test_sep_line_of_excel(tmp_path: Path) -> None:
    path = written(tmp_path / "log.csv", "sep=;\n" + GERMAN)
    mapping = suggest_mapping(path, BERLIN)
    assert (mapping.delimiter, mapping.header_line) == (";", 4)
    assert len(records(rows_of(path))) == 19
