"""Words: sentences of errors, moments, lengths of time."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QLocale

from crm_desktop.domain.errors import InvalidValueError, KnownError
from crm_desktop.domain.sentences import SENTENCES
from crm_desktop.ui.messages import day_title, duration, exact_time, message_for, number, relative_time

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 22, 18, 0, tzinfo=BERLIN).timestamp()


def at(month: int, day: int, hour: int = 9, minute: int = 14, year: int = 2026) -> float:
    return datetime(year, month, day, hour, minute, tzinfo=BERLIN).timestamp()


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (at(11, 22), "today 09:14"),
        (at(11, 21, 23, 59), "yesterday"),
        (at(11, 19), "3 days ago"),
        (at(11, 16), "6 days ago"),
        (at(11, 15), "15 Nov"),
        (at(11, 12, year=2024), "12 Nov 2024"),
        (at(11, 23, 10, 0), "tomorrow 10:00"),
        (at(11, 25), "in 3 days"),
        (at(12, 24), "24 Dec"),
        (None, "never"),
    ],
)
def test_moments_are_relative_while_recent(moment: float | None, words: str) -> None:
    assert relative_time(moment, now=NOW, tz=BERLIN) == words


def test_the_day_is_that_of_the_organizations_time_zone() -> None:
    just_after_midnight = datetime(2026, 11, 22, 0, 30, tzinfo=BERLIN).timestamp()
    assert relative_time(just_after_midnight, now=NOW, tz=BERLIN) == "today 00:30"
    assert relative_time(just_after_midnight, now=NOW, tz=ZoneInfo("UTC")) == "yesterday"


def test_the_tool_tip_is_exact() -> None:
    assert exact_time(at(11, 22), tz=BERLIN) == "Sunday, 22 November 2026, 09:14:00 (CET)"
    assert exact_time(None, tz=BERLIN) == "never"


def test_days_have_titles() -> None:
    assert day_title(at(11, 22), now=NOW, tz=BERLIN) == "Today"
    assert day_title(at(11, 21), now=NOW, tz=BERLIN) == "Yesterday"
    assert day_title(at(11, 12), now=NOW, tz=BERLIN) == "Thursday, 12 November"
    assert day_title(at(11, 12, year=2024), now=NOW, tz=BERLIN) == "Tuesday, 12 November 2024"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (12, "12 s"),
        (60, "1 min"),
        (252, "4 min 12 s"),
        (6720, "1 h 52 min"),
        (183_600, "2 d 3 h"),
    ],
)
def test_a_length_of_time_is_told_in_two_units(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_an_error_becomes_its_sentence() -> None:
    said = message_for(InvalidValueError("phone_invalid", value="12ab"))
    assert said == "“12ab” is not a phone number. Nothing was changed."


def test_an_error_without_a_sentence_is_a_bug() -> None:
    assert "no_such_code" not in SENTENCES
    with pytest.raises(KeyError):
        message_for(KnownError("no_such_code"))


def test_numbers_have_separators_even_where_the_system_names_no_language() -> None:
    assert number(1_000_000) == "1,000,000"
    QLocale.setDefault(QLocale.c())
    assert number(1_000_000) == "1,000,000"
    QLocale.setDefault(QLocale(QLocale.Language.German))
    assert number(1_000_000) == "1.000.000"


def test_no_sentence_sends_anybody_from_the_window_to_the_command_line_for_lines() -> None:
    assert "crm-desktop-cli" not in SENTENCES["log_shared_without_lines"]
    assert "Administration, Telephony" in SENTENCES["log_shared_without_lines"]
