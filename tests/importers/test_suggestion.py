"""What the program proposes for a table it does not know."""

from dataclasses import replace
from pathlib import Path

import pytest

from crm_desktop.domain.errors import ForeignFileError
from crm_desktop.domain.sentences import sentence
from crm_desktop.importers.call_logs.reading import LogSource
from crm_desktop.importers.call_logs.registry import detect_head, open_call_log
from crm_desktop.importers.call_logs.suggestion import ExaminedTable, examine_table, suggest_mapping
from tests.importers.call_log_reading import BERLIN, records, rows_of, written

SAMPLES = Path(__file__).parents[2] / "resources" / "samples" / "calls"
GERMAN = "Liste;;;;\n\nDatum;Uhrzeit;Richtung;Rufnummer;Dauer\n" + "".join(
    f"{day:02d}.01.2026;09:{day:02d};{('aus', 'ein')[day % 2]};030 23125{day:03d};{day:02d}:10\n"
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


def talk_times(folder: Path, times: list[str], header: str = "Dauer") -> ExaminedTable:
    rows = "".join(
        f"{1 + at % 27:02d}.01.2026 09:{at % 60:02d};ein;030 23125{at % 1000:03d};{text}\n"
        for at, text in enumerate([*times, *["00:00"] * 20])
    )
    return examine_table(written(folder / "log.csv", f"Datum;Richtung;Rufnummer;{header}\n{rows}"), BERLIN)


@pytest.mark.parametrize(
    ("times", "example"),
    [
        (["00:12", "01:05", "07:30"], ""),  # nobody talks for seven hours
        (["0:12", "1:05", "06:00"], ""),
        (["00:12", "75:10"], ""),
        (["00:12", "1:02:03"], ""),
        ([], ""),  # of nothing it is all the same
        (["00:12", "00:45", "00:03"], "00:12"),
        (["00:00", "01:05", "05:59"], "01:05"),
        (["3:28", "0:07"], "3:28"),
        (["00:12", "01:05"] * 200 + ["07:30"], "00:12"),  # a line left open once
        (["00:12", "01:05"] * 200 + ["24:30"], ""),
    ],
)
def test_what_two_parts_of_a_talk_time_mean_is_told_by_the_whole_column(
    tmp_path: Path, times: list[str], example: str
) -> None:
    examined = talk_times(tmp_path, times)
    assert examined.found["duration_format"] == "mm:ss or h:mm:ss", "the likelier of both is proposed"
    assert examined.uncertain == (("duration_format",) if example else ())
    assert examined.doubtful_pair == example


@pytest.mark.parametrize(
    ("header", "style"),
    [
        ("Dauer (mm:ss)", "mm:ss or h:mm:ss"),
        ("Dauer m:ss", "mm:ss or h:mm:ss"),
        ("Dauer (Min:Sek)", "mm:ss or h:mm:ss"),
        ("Dauer Std:Min", "h:mm"),
        ("Dauer (Min.)", "min or mm:ss or h:mm:ss"),
        ("Duration hh:mm:ss", "mm:ss or h:mm:ss"),
        ("Dauer (hh:mm)", "h:mm"),
        ("Dauer [H:MM]", "h:mm"),
        ("Dauer Minuten (h:mm)", "h:mm"),
        ("Dauer (h)", "h or h:mm"),
        ("Dauer in Std.", "h or h:mm"),
    ],
)
def test_a_header_that_names_the_unit_is_believed(tmp_path: Path, header: str, style: str) -> None:
    examined = talk_times(tmp_path, ["00:12", "01:05"], header)
    assert (examined.found["duration"], examined.found["duration_format"]) == (header, style)
    assert examined.uncertain == ()
    calls = records(rows_of(tmp_path / "log.csv", BERLIN))
    assert (
        [call.duration_s for call in calls[:2]] == [12 * 60, 65 * 60] if style.startswith("h") else [12, 65]
    )


def test_numbers_are_found_by_how_they_look(tmp_path: Path) -> None:
    text = ENGLISH.replace("Phone Number", "Who")
    assert suggest_mapping(written(tmp_path / "log.csv", text), BERLIN).number == "Who"


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("Name,Street\nAnn,Road 1\n", "date, number"),
        ("Date,Duration\n2026-01-01 10:00:00,1:00\n", "number"),
        ("Date,Number\nsoon,030 23125111\n", "date"),
    ],
)
def test_what_cannot_be_found_is_named(tmp_path: Path, text: str, field: str) -> None:
    with pytest.raises(ForeignFileError, match="mapping_needed") as caught:
        suggest_mapping(written(tmp_path / "log.csv", text), BERLIN)
    assert caught.value.facts == {"field": field, "name": "log.csv"}


def test_another_table_is_never_taken_for_certain(tmp_path: Path) -> None:
    found = detect_head(LogSource(written(tmp_path / "log.csv", GERMAN)).head(), BERLIN)
    assert [item.format.name for item in found] == ["generic_csv"]
    assert 0 < found[0].confidence < 0.9


def test_sep_line_of_excel(tmp_path: Path) -> None:
    path = written(tmp_path / "log.csv", "sep=;\n" + GERMAN)
    mapping = suggest_mapping(path, BERLIN)
    assert (mapping.delimiter, mapping.header_line) == (";", 4)
    assert len(records(rows_of(path))) == 19


UNKNOWN_HEADER = "Wann;Wer;Richtung;Sek\n" + "".join(
    f"{day:02d}.01.2026 09:{day:02d};030 23125{day:03d};{('aus', 'ein')[day % 2]};{day}\n"
    for day in range(1, 20)
)


def test_a_header_without_known_words_is_proposed_by_the_values(tmp_path: Path) -> None:
    examined = examine_table(written(tmp_path / "log.csv", UNKNOWN_HEADER), BERLIN)
    assert examined.header == ("Wann", "Wer", "Richtung", "Sek")
    assert examined.uncertain == ("date", "duration")
    found = {key: examined.found[key] for key in ("date", "number", "direction", "duration", "date_format")}
    assert found == {
        "date": "Wann",
        "number": "Wer",
        "direction": "Richtung",
        "duration": "Sek",
        "date_format": "%d.%m.%Y %H:%M",
    }


YEASTAR = (
    "ID,Time,Call From,Call To,Call Duration(s),Ring Duration(s),Talk Duration(s),Status,Reason,Source Trunk,"
    "Destination Trunk,Communication Type,DID\n"
) + "".join(
    f"{day},2026-01-{day:02d} 09:00:00,030 23125{day:03d},101,20,8,12,ANSWERED,,Trunk,,Inbound,\n"
    for day in range(1, 20)
)


def test_columns_of_a_program_known_by_hearsay_are_proposed_only(tmp_path: Path) -> None:
    path = written(tmp_path / "cdr.csv", YEASTAR)
    examined = examine_table(path, BERLIN)
    assert examined.preset == "Yeastar"
    assert "date" in examined.uncertain
    with pytest.raises(ForeignFileError, match="mapping_uncertain"):
        rows_of(path)
    calls = records(rows_of(path, replace(BERLIN, internal_digits=3, mapping=examined.mapping)))
    assert [(call.number, call.duration_s, call.own_line) for call in calls[:1]] == [
        ("+493023125001", 12, "101")
    ]


def test_a_carriers_table_is_one_of_many_lines(tmp_path: Path) -> None:
    head = "ECPD Profile ID\tAccount Number\tWireless Number\tDate\tTime\tNumber\tMinutes\n"
    rows = "".join(
        f"1\t77\t(212) 555-010{day % 2}\t1/{day}/2026\t9:00 AM\t(212) 555-0123\t{day}\n"
        for day in range(1, 20)
    )
    path = written(tmp_path / "usage.txt", head + rows)
    options = replace(BERLIN, region="US")
    examined = examine_table(path, options)
    assert (examined.found["own_line"], examined.found["number"]) == ("Wireless Number", "Number")
    assert open_call_log(path, options=replace(options, mapping=examined.mapping)).shared


def test_a_table_without_a_header_has_places_for_columns(tmp_path: Path) -> None:
    path = written(tmp_path / "log.csv", UNKNOWN_HEADER.partition("\n")[2])
    examined = examine_table(path, BERLIN)
    assert examined.header == ("", "", "", "")
    assert examined.preview[0] == (1, ("01.01.2026 09:01", "030 23125001", "ein", "1"))
    mapping = examined.mapping
    assert (mapping.header_line, mapping.date, mapping.number) == (0, 1, 2)
    assert {"date", "direction", "duration"} <= set(examined.uncertain)
    calls = records(rows_of(path, replace(BERLIN, mapping=mapping)))
    assert [call.duration_s for call in calls] == list(range(1, 20))


def test_dates_and_times_in_two_columns_without_a_header(tmp_path: Path) -> None:
    text = "".join(f"030 23125{day:03d}|{day}.3.2026|09:{day:02d}\n" for day in range(10, 30))
    mapping = examine_table(written(tmp_path / "log.csv", text), BERLIN).mapping
    assert (mapping.number, mapping.date, mapping.time) == (1, 2, 3)
    assert mapping.moment_format == "%d.%m.%Y %H:%M"


@pytest.mark.parametrize("format", ["auto", "generic_csv"])
def test_what_is_missing_of_a_table_is_shown_as_missing(tmp_path: Path, format: str) -> None:  # noqa: A002 - the option's name
    path = written(tmp_path / "log.csv", "When,Who\nsoon,Ann 1\nlater,Ben 2\n")
    examined = examine_table(path, BERLIN)
    assert examined.uncertain == ("date", "number", "direction", "duration")
    assert examined.preview == ((2, ("soon", "Ann 1")), (3, ("later", "Ben 2")))
    with pytest.raises(ForeignFileError, match="mapping_needed") as caught:
        open_call_log(path, format=format, options=BERLIN)
    assert caught.value.facts == {"field": "date, number", "name": "log.csv"}


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7\n1,2\n3,4\n",
        bytes(range(256)) * 40,
        b"Dear Sir,\n\nas agreed on 3 May, I send the list,\nand hope it is of use.\n\nYours, Ann\n",
        b'{"a": 1,\n "b": 2}\n',
        b"<table>\n<a>1,2</a>\n</table>\n",
    ],
    ids=["PDF", "bytes", "letter", "JSON", "markup"],
)
def test_what_is_no_table_is_refused_by_name(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "letter.bin"
    path.write_bytes(data)
    with pytest.raises(ForeignFileError, match="log_not_recognized") as caught:
        examine_table(path, BERLIN)
    assert caught.value.facts["name"] == "letter.bin"
    assert sentence(caught.value).count("a table with one call per line") == 1


def test_one_direction_for_every_call(tmp_path: Path) -> None:
    path = written(tmp_path / "log.csv", GERMAN.replace("Richtung", "Ort"))
    mapping = replace(suggest_mapping(path, BERLIN), direction_of_all="incoming/missed")
    calls = records(rows_of(path, replace(BERLIN, mapping=mapping)))
    assert {(call.direction, call.outcome) for call in calls} == {("incoming", "missed")}
    with pytest.raises(ForeignFileError, match="mapping_invalid"):
        replace(mapping, direction_of_all="sideways")
