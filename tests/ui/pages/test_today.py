"""The Today page: it says what the file says, every bar leads to its calls, and nobody sees too much."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication, QImage
from PySide6.QtWidgets import QDialog, QFileDialog, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from crm_desktop.domain.calls import Direction
from crm_desktop.domain.periods import Period
from crm_desktop.domain.permissions import Role
from crm_desktop.operations import contacts, follow_up_lists, notes, team_figures, today
from crm_desktop.storage import calls
from crm_desktop.ui.pages.calls.page import CallsPage
from crm_desktop.ui.pages.customers.page import CustomersPage
from crm_desktop.ui.pages.today.chart import Chart
from crm_desktop.ui.pages.today.chart_card import ChartCard
from crm_desktop.ui.pages.today.page import TodayPage
from crm_desktop.ui.pages.today.quiet_dialog import MOST, QuietDialog
from crm_desktop.ui.tasks import Tasks
from crm_desktop.ui.widgets.follow_up_forms import FollowUpDialog
from crm_desktop.ui.widgets.form_dialog import FormDialog
from crm_desktop.ui.widgets.page import ShownCalls
from tests.environments import Office, add_member
from tests.operations.call_samples import DAY, HOUR, call, missed, store
from tests.operations.samples import customer_with
from tests.ui.desk import Desk, add_people, answering

Open = Callable[[str], Desk]


@pytest.fixture
def office(office: Office) -> Office:
    """An office with a viewer and staff: one caller waits, one was returned, one customer is quiet."""
    session = office.open()
    harriet, zoe, owen = add_people(session)
    add_member(session, "vic", Role.VIEWER)
    add_member(session, "sam", Role.STAFF)
    number = {"e164": "+447700900123", "raw_number": "07700 900123"}
    store(session, missed(harriet, 5 * HOUR, **number), missed(harriet, 3 * HOUR, "voicemail", **number))
    store(session, missed(zoe, 2 * DAY), call(zoe, 2 * DAY - HOUR, direction="outgoing"))
    store(session, *(call(owen, (31 + 7 * n) * DAY) for n in range(6)))
    notes.add_note(session, zoe, "Wants an offer")
    session.close()
    return office


@pytest.fixture
def open_as(qtbot: QtBot, office: Office, tasks: Tasks, bugs: list[BaseException]) -> Iterator[Open]:
    """Sign somebody in, on his first page."""
    desks: list[Desk] = []

    def opened(login: str) -> Desk:
        desks.append(Desk(qtbot, office, tasks, office.open(login), first_page=""))
        return desks[-1]

    yield opened
    for desk in desks:
        if desk.window.isVisible():
            desk.window.close()
            desk.settle()
    assert bugs == []


@pytest.fixture
def desk(open_as: Open) -> Desk:
    return open_as("ana")


@pytest.fixture
def page(desk: Desk) -> TodayPage:
    """The page that is in front after signing in."""
    made = desk.workspace.page
    assert isinstance(made, TodayPage)
    assert made.overview is not None
    return made


def _texts(where: QWidget) -> str:
    found = [one.text() for one in where.findChildren(QLabel) if one.isVisibleTo(where)]
    return "\n".join(found)


def _line_button(page: QWidget, name: str) -> QPushButton:
    return next(one for one in page.findChildren(QPushButton) if one.accessibleName() == name)


def _all_words(desk: Desk) -> str:
    """Return everything that can be read or heard in the window."""
    heard = [one.accessibleName() + one.accessibleDescription() for one in desk.window.findChildren(QWidget)]
    return "\n".join([_texts(desk.window), *heard])


# --- what is shown -----------------------------------------------------------------------------------


def test_it_is_the_first_page_and_says_who_waits(page: TodayPage) -> None:
    (waiting,) = page.waiting.lines
    assert waiting.name == "Harriet Blythe"
    assert "2 calls, the last one today" in _texts(waiting)
    assert "5 h" in _texts(waiting)
    assert (page.tiles.waiting.figure.text(), page.tiles.waiting.pill.text()) == ("1", "oldest waits 5 h")
    assert page.tiles.calls.figure.text() == "4"
    assert page.tiles.returned.figure.text() == "1 h"
    (quiet,) = page.quiet.lines
    assert "usually every 7 days" in _texts(quiet)
    assert "24 d" in _texts(quiet)
    assert "two weeks" in quiet.toolTip()
    assert [line.name for line in page.recent.lines][:2] == ["Zoë Łukasik", "Harriet Blythe"]


def test_who_may_not_see_calls_sees_nothing_of_them(open_as: Open) -> None:
    desk = open_as("vic")
    page = desk.workspace.page
    assert isinstance(page, TodayPage)
    assert [line.name for line in page.recent.lines] == ["Zoë Łukasik"]
    assert "note by Ana Lima" in _texts(page)
    assert page.overview is not None
    assert page.overview.figures is None
    assert page.findChildren(Chart) == []
    assert not page.picker.isVisible()
    words = _all_words(desk).casefold()
    for word in ("call", "missed", "answer", "quiet", "harriet", "900123"):
        assert word not in words


def test_without_a_call_there_is_one_sentence_instead_of_empty_charts(desk: Desk, page: TodayPage) -> None:
    with desk.session.database.write() as connection:
        calls.delete_where(connection, "1", ())
    page.refresh()
    desk.settle()
    assert "No calls yet" in _texts(page)
    assert not any(card.isVisible() for card in page.charts.all)
    assert not page.picker.isVisible()


def test_many_notes_do_not_hide_the_calls(desk: Desk, page: TodayPage) -> None:
    assert page.overview is not None
    assert page.overview.figures is not None
    customer = page.overview.figures.quiet[0].customer_id
    for place in range(8):
        notes.add_note(desk.session, customer, f"Note {place}")
    page.refresh()
    desk.settle()
    assert page.charts.calls.isVisible()


def test_a_change_elsewhere_is_seen(desk: Desk, page: TodayPage) -> None:
    assert page.overview is not None
    (waiting,) = page.overview.figures.waiting.first if page.overview.figures else []
    assert waiting.customer_id is not None
    store(desk.session, call(waiting.customer_id, HOUR, direction="outgoing"))
    desk.workspace.refresh()
    desk.settle()
    assert page.waiting.lines == []
    assert "Nobody waits" in _texts(page.waiting)
    assert page.tiles.waiting.pill.text() == "nobody waits"


def test_a_page_behind_another_reads_when_it_comes_to_the_front(desk: Desk, page: TodayPage) -> None:
    desk.page("customers")
    before = page.overview
    contacts.trash(desk.session, [page.overview.figures.waiting.first[0].customer_id])  # type: ignore[union-attr, list-item]
    desk.workspace.refresh()
    desk.settle()
    assert page.overview is before
    desk.page("today")
    assert page.waiting.lines == []


def test_a_new_customer_and_the_search_are_a_key_away(desk: Desk, page: TodayPage, qtbot: QtBot) -> None:
    desk.window.activateWindow()
    qtbot.waitUntil(desk.window.isActiveWindow)
    qtbot.keyClick(desk.window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    palette = desk.workspace._palette
    assert palette is not None
    assert palette.isVisible()
    palette.close_palette()
    page.setFocus()
    qtbot.keyClick(desk.window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    customers = desk.workspace.page
    assert isinstance(customers, CustomersPage)
    assert customers.panel.editing


# --- periods -----------------------------------------------------------------------------------------


def test_the_period_is_chosen_and_remembered(desk: Desk, page: TodayPage, open_as: Open) -> None:
    page.picker._buttons["days_7"].click()
    desk.settle()
    assert page.overview is not None
    assert page.overview.period.days == 7
    assert page.tiles.calls.figure.text() == "4"
    page.picker._buttons["quarter"].click()
    page.picker._buttons["year"].click()
    desk.settle()
    assert page.overview.period.days == 365
    assert page.charts.calls.accessibleName() == "Calls per week"
    assert page.tiles.calls.figure.text() == "10"
    desk.window.close()
    desk.settle()
    again = open_as("ana").workspace.page
    assert isinstance(again, TodayPage)
    assert again.picker.current() == "year"


def test_two_dates_of_ones_own(desk: Desk, page: TodayPage) -> None:
    page.picker._buttons["own"].click()
    dialog = page.picker.dialog
    assert isinstance(dialog, FormDialog)
    assert page.picker.current() == "days_30", "not before the dates are known"
    last = today.office_today(desk.session)
    for key, value in (("first", last.isoformat()), ("last", "no date")):
        dialog.form.editor(key).set_value(value)  # type: ignore[attr-defined]
    dialog.accept_button.click()
    assert "is not a date" in _texts(dialog)
    dialog.form.editor("last").set_value("2026-08-01")  # type: ignore[attr-defined]
    dialog.accept_button.click()
    desk.settle()
    assert page.overview is not None
    assert page.overview.period == Period(last.replace(month=8, day=1), last)
    assert page.picker.current() == "own"
    assert "1 Aug" in page.picker._buttons["own"].text()


# --- charts ------------------------------------------------------------------------------------------


def _calls_in_front(desk: Desk) -> CallsPage:
    calls = desk.workspace.page
    assert isinstance(calls, CallsPage)
    return calls


def _marks_lead_to_their_calls(desk: Desk, page: TodayPage) -> None:
    """Press every mark: the list that comes holds as many calls as the mark said."""
    page.picker._buttons["year"].click()
    desk.settle()
    figures = page.overview.figures if page.overview else None
    assert figures is not None
    expected = {
        page.charts.calls: [one.total for one in figures.slices],
        page.charts.talk: [one.total for one in figures.slices],
        page.charts.rates: [one.asked for one in figures.rates],
        page.charts.members: [one.incoming + one.outgoing for one in figures.members],
        page.charts.top: [one.n for one in figures.top],
    }
    for card, counts in expected.items():
        assert len(card.chart.marks) == len(counts)
        wanted = [mark.key for mark in card.chart.marks]
        # A year has many slices: those with calls are looked at, and one without.
        empty = [place for place, count in enumerate(counts) if not count][:1]
        for place in [place for place, count in enumerate(counts) if count] + empty:
            shown = wanted[place]
            assert isinstance(shown, ShownCalls)
            card.chart.picked.emit(shown)
            desk.settle()
            shown_calls = _calls_in_front(desk)
            assert shown_calls.model.rowCount() == counts[place], (card.accessibleName(), shown.words)
            assert shown_calls.filters.only.text() == shown.words


def test_every_mark_leads_to_its_calls(desk: Desk, page: TodayPage) -> None:
    _marks_lead_to_their_calls(desk, page)
    shown_calls = _calls_in_front(desk)
    filters = shown_calls.filters
    filters.clear.click()
    desk.settle()
    assert shown_calls.model.rowCount() == 10
    assert not filters.only.isVisible()
    assert not filters.customer.isVisible()
    assert not filters.clear.isVisible()


def _behind_the_first_customer(desk: Desk, page: TodayPage) -> CallsPage:
    page.picker._buttons["days_7"].click()
    desk.settle()
    page.charts.top.chart.picked.emit(page.charts.top.chart.marks[0].key)
    desk.settle()
    return _calls_in_front(desk)


def test_customer_and_period_behind_a_bar_are_taken_out_alone(desk: Desk, page: TodayPage) -> None:
    figures = page.overview and page.overview.figures
    assert figures
    store(desk.session, call(figures.top[0].customer_id, 200 * DAY))
    shown_calls = _behind_the_first_customer(desk, page)
    both, filters, name = shown_calls.model.rowCount(), shown_calls.filters, figures.top[0].name
    assert (filters.customer.text(), filters.only.text()) == (name, "15 Sept – 21 Sept 2026")
    assert filters.clear.isVisible(), "it takes out both"
    filters.only.click()
    desk.settle()
    of_customer = shown_calls.model.rowCount()
    assert filters.customer.text() == name
    assert not filters.only.isVisible()
    filters.customer.click()
    desk.settle()
    assert shown_calls.model.rowCount() == 11
    assert not filters.clear.isVisible()
    shown_calls = _behind_the_first_customer(_in_front(desk, page), page)
    filters.customer.click()
    desk.settle()
    in_period = shown_calls.model.rowCount()
    assert filters.only.text() == "15 Sept – 21 Sept 2026"
    assert not filters.clear.isVisible(), "the chip says the same"
    assert both < of_customer
    assert both < in_period < 11


def _in_front(desk: Desk, page: TodayPage) -> Desk:
    desk.workspace.pages.show_named("today")
    desk.settle()
    assert desk.workspace.page is page
    return desk


def test_a_chip_leaves_what_the_boxes_narrow(desk: Desk, page: TodayPage) -> None:
    mark = page.charts.rates.chart.marks[0]
    page.charts.rates.chart.picked.emit(mark.key)
    desk.settle()
    shown_calls = _calls_in_front(desk)
    assert shown_calls.filters.direction.currentData() == "incoming"
    assert shown_calls.filters.clear.isVisible()
    shown_calls.filters.only.click()
    desk.settle()
    assert shown_calls.filters.direction.currentData() == "incoming"
    with desk.session.database.read() as connection:
        incoming = calls.count(connection, calls.CallQuery(direction=Direction.INCOMING), unknown=True)
    assert shown_calls.model.rowCount() == incoming
    assert shown_calls.filters.clear.isVisible()


@pytest.mark.parametrize("login", ["ana", "sam"])
def test_a_mark_counts_what_its_list_holds_with_shared_numbers_and_blocked_calls(
    office: Office, open_as: Open, login: str
) -> None:
    session = office.open()
    shared = "+44 7700 900999"
    (cem, _) = (customer_with(session, name, shared) for name in ("Cem Shared", "Dov Shared"))
    nobody = {"e164": "+447700900999", "raw_number": "07700 900999"}
    store(session, missed(None, 5 * HOUR, **nobody), call(None, 6 * DAY, **nobody))
    store(session, missed(cem, 5 * HOUR, "blocked"), missed(cem, 5 * HOUR, "missed"))
    session.close()
    desk = open_as(login)
    page = desk.workspace.page
    assert isinstance(page, TodayPage)
    _marks_lead_to_their_calls(desk, page)


def test_a_chart_is_used_by_keyboard(desk: Desk, page: TodayPage, qtbot: QtBot) -> None:
    chart = page.charts.calls.chart
    desk.window.activateWindow()
    chart.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(chart, Qt.Key.Key_End)
    assert chart.accessibleDescription().startswith("21 Sept 2026: 2 calls · 2 missed")
    qtbot.keyClick(chart, Qt.Key.Key_Right)
    assert chart.current == len(chart.marks) - 1
    qtbot.keyClick(chart, Qt.Key.Key_Left)
    assert chart.current == len(chart.marks) - 2
    qtbot.keyClick(chart, Qt.Key.Key_End)
    qtbot.keyClick(chart, Qt.Key.Key_Return)
    desk.settle()
    shown_calls = _calls_in_front(desk)
    assert shown_calls.model.rowCount() == 2


def test_a_click_on_a_field_shows_its_hour(desk: Desk, page: TodayPage, qtbot: QtBot) -> None:
    chart = page.charts.rates.chart
    mark = chart.marks[0]
    qtbot.mouseMove(chart, mark.rect.center().toPoint())
    qtbot.mouseClick(chart, Qt.MouseButton.LeftButton, pos=mark.rect.center().toPoint())
    desk.settle()
    assert isinstance(mark.key, ShownCalls)
    shown_calls = _calls_in_front(desk)
    assert shown_calls.filters.only.text() == mark.key.words


def test_behind_every_chart_there_is_its_table(page: TodayPage) -> None:
    for card in page.charts.all:
        assert card.chart.isVisibleTo(card)
        card.turn()
        assert card.table.isVisibleTo(card)
        assert card.table.model().rowCount() == len(card.lines) > 0
        card.turn()
        assert card.chart.isVisibleTo(card)


# --- export ------------------------------------------------------------------------------------------


def _saved(desk: Desk, monkeypatch: pytest.MonkeyPatch, target: Path, save: Callable[[], None]) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_a, **_k: (str(target), ""))
    save()
    desk.settle()


def test_charts_leave_as_figures_and_as_picture(
    desk: Desk, page: TodayPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for card in page.charts.all:
        _saved(desk, monkeypatch, tmp_path / "chart.csv", card.save_figures)
        lines = (tmp_path / "chart.csv").read_text(encoding="utf-8-sig").splitlines()
        assert len(lines) == 1 + len(card.lines)
        _saved(desk, monkeypatch, tmp_path / "chart.png", card.save_picture)
        image = QImage(str(tmp_path / "chart.png"))
        assert image.width() >= 2 * card.chart.width()
        colours = {image.pixel(x, y) for x in range(0, image.width(), 9) for y in range(0, image.height(), 9)}
        assert len(colours) > 2


def _wishes(card: ChartCard) -> list[str]:
    menu = card.more.menu()
    menu.aboutToShow.emit()
    return [action.text() for action in menu.actions()]


def test_who_may_not_export_is_not_offered_it(open_as: Open, page: TodayPage, desk: Desk) -> None:
    assert len(_wishes(page.charts.calls)) == 3
    desk.window.close()
    desk.settle()
    sam = open_as("sam").workspace.page
    assert isinstance(sam, TodayPage)
    assert _wishes(sam.charts.calls) == ["Show as a table"]


# --- lines -------------------------------------------------------------------------------------------


def test_a_caller_is_called_or_his_number_copied(
    desk: Desk, page: TodayPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def no_program(url: QUrl) -> bool:
        asked.append(url.toString())
        return False

    monkeypatch.setattr(QDesktopServices, "openUrl", no_program)
    _line_button(page, "Call Harriet Blythe").click()
    assert asked == ["tel:+447700900123"]
    assert QGuiApplication.clipboard().text() == "+447700900123"
    page.waiting.lines[0].opened.emit()
    desk.settle()
    assert isinstance(desk.workspace.page, CustomersPage)


def test_all_who_wait_are_shown(desk: Desk, page: TodayPage) -> None:
    assert page.waiting.all_button is not None
    page.waiting.all_button.click()
    desk.settle()
    shown_calls = _calls_in_front(desk)
    assert shown_calls.model.rowCount() == 2


def test_a_quiet_customer_is_planned_for_and_the_plan_is_due(desk: Desk, page: TodayPage) -> None:
    _line_button(page, "Plan a follow-up: Owen O'Neill").click()
    dialog = next(one for one in page.findChildren(FollowUpDialog) if one.isVisible())
    dialog.form.editor("what").set_value("Ask how it goes")  # type: ignore[attr-defined]
    dialog.form.editor("due_on").setText("t")  # type: ignore[attr-defined]
    dialog.accept_button.click()
    desk.settle()
    assert follow_up_lists.due_follow_ups(desk.session)[1] == 1
    assert "Ask how it goes" in _texts(page)
    _line_button(page, "Done: Ask how it goes").click()
    desk.settle()
    assert "Nothing is due today." in _texts(page)


def test_everybody_quiet_is_listed_opened_and_planned_for(desk: Desk, page: TodayPage) -> None:
    assert page.quiet.all_button is not None
    page.quiet.all_button.click()
    desk.settle()
    dialog = page.edits.dialog
    assert isinstance(dialog, QuietDialog)
    model = dialog.table.model()
    told = [model.index(0, column).data() for column in range(model.columnCount())]
    assert told[:3] == ["Owen O'Neill", "24 days over", "every 7 days"]
    dialog.plan_button.click()
    plan = dialog.edits.dialog
    assert isinstance(plan, FollowUpDialog)
    plan.form.editor("due_on").setText("t")  # type: ignore[attr-defined]
    plan.form.editor("what").set_value("Ask how it goes")  # type: ignore[attr-defined]
    plan.accept_button.click()
    desk.settle()
    assert follow_up_lists.due_follow_ups(desk.session)[1] == 1
    dialog.open_button.click()
    desk.settle()
    assert isinstance(desk.workspace.page, CustomersPage)
    assert desk.workspace.page.current_contact() == page.overview.figures.quiet[0].customer_id  # type: ignore[union-attr]


@pytest.mark.parametrize(("count", "more"), [(MOST, False), (MOST + 1, True)])
def test_the_list_of_the_quiet_says_that_it_is_cut_only_where_it_is(
    desk: Desk, page: TodayPage, *, count: int, more: bool
) -> None:
    assert page.overview is not None
    assert page.overview.figures is not None
    dialog = QuietDialog(page.context, [page.overview.figures.quiet[0]] * count, page)
    desk.qtbot.addWidget(dialog)
    assert dialog.table.model().rowCount() == MOST
    assert ("These are the 500" in _texts(dialog)) == more


def test_a_double_click_opens_the_list_of_the_quiet_once(desk: Desk, page: TodayPage) -> None:
    assert page.quiet.all_button is not None
    page.quiet.all_button.click()
    page.quiet.all_button.click()
    desk.settle()
    assert len([one for one in page.findChildren(QuietDialog) if one.isVisible()]) == 1
    assert page.edits.dialog is not None
    page.edits.dialog.reject()
    desk.settle()
    page.quiet.all_button.click()
    desk.settle()
    assert isinstance(page.edits.dialog, QuietDialog)


def test_a_list_that_is_read_again_leaves_the_keyboard_where_it_was(desk: Desk, page: TodayPage) -> None:
    for find in (
        lambda: _line_button(page, "Call Harriet Blythe"),
        lambda: page.waiting.lines[0],
        lambda: page.quiet.lines[0],
    ):
        part = find()
        part.setFocus()
        assert desk.window.focusWidget() is part
        name = part.accessibleName()
        page.refresh()
        desk.settle()
        focused = desk.window.focusWidget()
        assert focused is not None
        assert focused is not part
        assert focused.accessibleName() == name


# --- the team (P12) ----------------------------------------------------------------------------------


def test_the_team_is_switched_on_by_an_administrator_who_is_told_what_it_means(
    desk: Desk, page: TodayPage, open_as: Open
) -> None:
    assert "My own calls alone" in _texts(page.team)
    read: list[str] = []

    def agree(dialog: QDialog) -> None:
        read.append(_texts(dialog))
        dialog.accept()

    answering(agree)
    page.team.switch.click()
    desk.settle()
    assert "From now on the consent" in read[0]
    assert team_figures.team_figures(desk.session)
    assert page.charts.members.accessibleName() == "Calls by team member"
    desk.window.close()
    desk.settle()
    sam = open_as("sam").workspace.page
    assert isinstance(sam, TodayPage)
    assert not sam.team.switch.isVisible()
    assert "My own calls alone" in _texts(sam.team)
