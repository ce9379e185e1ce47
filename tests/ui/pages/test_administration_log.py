"""The log in the window: listed, filtered, an entry whole, verified with what was found; warned by itself."""

import threading

import pytest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from crm_desktop.domain.errors import OrganizationFileError
from crm_desktop.operations import consents, contacts, log_reading
from crm_desktop.operations.log_problems import PROBLEMS
from crm_desktop.operations.log_reading import LogQuery
from crm_desktop.operations.verbs import RIGHTS_FOR
from crm_desktop.operations.verify import Check, Problem, verify
from crm_desktop.ui.pages.administration import log_verification
from crm_desktop.ui.pages.administration.log import LogSection
from crm_desktop.ui.pages.administration.log_source import LogSource
from crm_desktop.ui.pages.administration.log_words import (
    GROUP_GLYPHS,
    check_word,
    group_word,
    problem_words,
    said_words,
    verb_words,
)
from crm_desktop.ui.pages.administration.page import AdministrationPage
from crm_desktop.ui.shell import log_watch
from crm_desktop.ui.shell.log_watch import LogWatch
from crm_desktop.ui.widgets.moments import Clock
from crm_desktop.ui.widgets.record_table_model import RecordTableModel
from tests.ui.desk import Desk


@pytest.fixture
def section(desk: Desk) -> LogSection:
    consents.grant_consent(desk.session)
    page = desk.page("administration")
    assert isinstance(page, AdministrationPage)
    made = page.show_section("log")
    desk.settle()
    assert isinstance(made, LogSection)
    return made


def column(section: LogSection, key: str) -> list[str]:
    place = section.model.column_of(key)
    assert place is not None
    return [str(section.model.index(row, place).data()) for row in range(section.model.rowCount())]


def words_of(section: LogSection) -> list[str]:
    return [label.text() for label in section.card.findChildren(QLabel) if not label.isHidden()]


def tamper(desk: Desk, statement: str) -> None:
    with desk.session.database.write() as connection:
        connection.execute(statement)


def test_the_newest_entry_is_first_and_shown_whole(desk: Desk, section: LogSection) -> None:
    assert column(section, "verb")[:2] == ["Consent given", "Customer added"]
    assert column(section, "verb")[-1] == "Organization created"
    assert section.count.text() == f"{section.model.rowCount()} entries"
    assert set(column(section, "user")) == {desk.session.member.name}
    assert section.card.shown is not None
    assert section.card.shown.line.sequence == int(column(section, "sequence")[0])
    assert "Consent given" in words_of(section)


def test_the_model_keeps_the_rules_of_models(desk: Desk, qtmodeltester: ModelTester) -> None:
    clock = Clock("Europe/London", now=desk.session.now)
    model = RecordTableModel(LogSource(desk.session, LogQuery(), clock))
    assert model.rowCount() == 5
    qtmodeltester.check(model, force_py=True)


def test_filters_and_search_are_made_in_the_file(desk: Desk, section: LogSection) -> None:
    section.kind.setCurrentIndex(section.kind.findData("sign_in"))
    desk.settle()
    assert column(section, "verb") == ["Signed in"]
    section.show_all()
    section.search.setText("lukas")
    desk.qtbot.waitUntil(lambda: column(section, "verb") == ["Customer added"])
    section.person.setCurrentIndex(1)
    section.period.setCurrentIndex(1)
    desk.settle()
    assert column(section, "verb") == ["Customer added"]
    section.search.setText("nobody at all")
    desk.qtbot.waitUntil(lambda: section.model.rowCount() == 0)
    desk.settle()
    assert section.card.shown is None
    section.show_all()
    desk.qtbot.waitUntil(lambda: section.model.rowCount() > 4)
    assert section.search.text() == ""
    assert section.person.currentData() is None


def test_a_period_begins_at_midnight_of_the_organization(desk: Desk, section: LogSection) -> None:
    desk.office.clock.advance(86_400)
    section.period.setCurrentIndex(section.period.findData(0))
    desk.settle()
    assert section.model.rowCount() == 0
    section.period.setCurrentIndex(section.period.findData(7))
    desk.settle()
    assert section.model.rowCount() > 0


def test_an_entry_names_what_it_touched_and_leads_there(
    desk: Desk, section: LogSection, qtbot: QtBot
) -> None:
    sequence = int(column(section, "sequence")[1])
    section.table.select_ids([sequence])
    desk.settle()
    (link,) = {button.text() for button in section.card.findChildren(QPushButton)}
    assert link == "Owen O'Neill"
    button = section.card.findChildren(QPushButton)[0]
    with qtbot.waitSignal(section.contact_requested) as asked:
        button.click()
    assert asked.args == [log_reading.log_details(desk.session, sequence).touched[0].contact_id]


def test_entries_written_meanwhile_are_there_when_one_comes_back(desk: Desk, section: LogSection) -> None:
    before = section.model.rowCount()
    contacts.trash(desk.session, [1])
    section.refresh()
    desk.settle()
    assert section.model.rowCount() == before + 1
    assert column(section, "verb")[0] == "Moved to the trash"


def test_a_sound_file_is_said_to_be_sound(desk: Desk, section: LogSection) -> None:
    section.verify_button.click()
    assert not section.verify_button.isEnabled()
    desk.settle()
    verification = section.verification
    assert verification.heading.text() == "Everything is as the log has it."
    names = [check.name for check in verification.checks]
    assert names == [check.name for check in verify(desk.session)]
    assert all(check_word(name) != name for name in names), "each check is shown in words"
    assert section.verify_button.isEnabled()
    verification.close_button.click()
    assert verification.isHidden()


def test_what_was_changed_outside_is_named_in_words(desk: Desk, section: LogSection) -> None:
    tamper(desk, "UPDATE contact SET language = 'x' WHERE id = 2")
    tamper(desk, "UPDATE log_entry SET at = at + 1 WHERE id = 3")
    section.verify_now()
    desk.settle()
    verification = section.verification
    assert verification.heading.text() == "2 checks found something. Nothing was changed."
    told = [label.text() for label in verification.findChildren(QLabel)]
    assert "Entry 3 (Customer added) was changed after it was signed." in told
    (named,) = [text for text in told if text.startswith("Contact ")]
    assert "the values are not those of entry 4, the last that names it." in named


def test_verifying_is_cancelled(desk: Desk, section: LogSection, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = threading.Event()

    def slow(session: object, *, progress: object, cancel: object) -> list[Check]:
        assert gate.wait(10)
        return verify(desk.session, cancel=section.verification._job.token)  # type: ignore[union-attr]

    monkeypatch.setattr(log_verification, "verify", slow)
    section.verify_now()
    assert section.verification.busy
    assert desk.workspace.running()[0].title == "The file is being verified."
    section.verification.begin()
    section.verification.progress.cancel_button.click()
    gate.set()
    desk.settle()
    assert section.verification.isHidden()
    assert section.verify_button.isEnabled()


def test_a_refusal_is_shown_where_the_result_would_be(
    desk: Desk, section: LogSection, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(session: object, *, progress: object, cancel: object) -> list[Check]:
        raise OrganizationFileError("disk_error", path="acme.crm")

    monkeypatch.setattr(log_verification, "verify", refused)
    section.verify_now()
    desk.settle()
    assert "acme.crm" in section.verification.heading.text()


def test_every_verb_group_check_and_problem_has_words() -> None:
    assert RIGHTS_FOR.keys() - verb_words().keys() == set()
    assert set(log_reading.GROUPS) == GROUP_GLYPHS.keys()
    assert all(group_word(group) for group in log_reading.GROUPS)
    facts: dict[str, object] = dict.fromkeys(
        ("sequence", "first", "last", "counted", "count", "up_to", "record", "name", "contact"), 7
    )
    facts |= {"table": "contact", "verb": "trash"}
    for code in PROBLEMS:
        assert "{" not in problem_words(Problem(code, facts))
    assert check_word("log_chain") == "The log"


def test_what_an_entry_says_is_readable() -> None:
    said: dict[str, object] = {
        "failed_logins": {"Eva": 3},
        "images_up_to": 1200,
        "roster": "ab" * 32,
        "granted": True,
        "something_new": ["a", 2],
    }
    assert said_words(said) == [
        ("Failed sign-ins", "Eva: 3"),
        ("Old values", "removed up to entry 1,200"),
        ("List of users", "abababababababab…"),
        ("Granted", "Yes"),
        ("Something new", "a, 2"),
    ]


# --- verified by itself -----------------------------------------------------------------------------------


def watched(desk: Desk) -> list[str]:
    """Return what the watch says of what is new by now."""
    warned: list[str] = []
    watcher = LogWatch(desk.session, desk.tasks, warned.append, desk.window, after_ms=1)
    desk.qtbot.waitUntil(lambda: not watcher._timer.isActive())
    desk.settle()
    watcher.stop()
    return warned


def test_what_is_new_is_verified_by_itself_and_a_difference_is_told(desk: Desk) -> None:
    assert watched(desk) == []
    contacts.trash(desk.session, [1])
    tamper(desk, "UPDATE contact SET note = 'x' WHERE id = 1")
    (warning,) = watched(desk)
    assert warning.startswith("The log and the records do not fit together in 1 place.")
    assert "Verify the log under Administration" in warning


def test_what_keeps_the_watch_from_verifying_is_no_message(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []

    def damaged(session: object, *, cancel: object) -> list[Check]:
        asked.append(session)
        raise OrganizationFileError("file_damaged", path="acme.crm")

    monkeypatch.setattr(log_watch, "verify_new", damaged)
    assert watched(desk) == []
    assert asked == [desk.session]


def test_the_watch_waits_until_nothing_is_under_way(desk: Desk) -> None:
    free = threading.Event()
    job = desk.tasks.run(lambda: free.wait(10))
    watcher = LogWatch(desk.session, desk.tasks, lambda _text: None, desk.window, after_ms=1)
    for _ in range(2):
        with desk.qtbot.waitSignal(watcher._timer.timeout):
            pass
    assert desk.tasks._jobs == {job}
    free.set()
    desk.qtbot.waitUntil(lambda: job.done and not watcher._timer.isActive())
    desk.settle()


def test_the_watch_ends_with_the_session(desk: Desk) -> None:
    watcher = desk.workspace.findChild(LogWatch)
    assert isinstance(watcher, LogWatch)
    assert watcher._timer.interval() == log_watch.AFTER_MS
    desk.workspace.end()
    assert not watcher._timer.isActive()
    assert watcher._cancel.cancelled
