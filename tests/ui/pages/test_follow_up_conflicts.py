"""Follow-ups and rhythms somebody else changed meanwhile: one question in the window, or both are kept."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QMenu, QRadioButton, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from crm_desktop.domain.contact_merging import Side
from crm_desktop.domain.follow_ups import Due, Span
from crm_desktop.domain.repeats import Interval, RepeatUnit
from crm_desktop.operations import contacts, follow_up_lists, follow_ups, keep_in_touch, tags
from crm_desktop.operations.follow_up_lists import FollowUpRow
from crm_desktop.ui.pages.customers.page import CustomersPage
from crm_desktop.ui.pages.follow_ups.follow_up_list import FollowUpList
from crm_desktop.ui.pages.follow_ups.page import FollowUpsPage
from crm_desktop.ui.tasks import Tasks
from crm_desktop.ui.widgets.conflict_dialog import ConflictDialog
from crm_desktop.ui.widgets.follow_up_edits import FollowUpEdits
from crm_desktop.ui.widgets.form_dialog import FormDialog
from tests.environments import Office
from tests.operations.follow_up_samples import planned, postpone, set_rhythm, set_tag_rhythm
from tests.operations.samples import person
from tests.ui.desk import Desk, add_people

LATE, SOON = "2026-09-01", "2026-09-24"
"""The day of the tests is Monday, 21 September 2026."""
OFFER, INVOICE = 1, 2
HARRIET = 1


@pytest.fixture
def diary(qtbot: QtBot, office: Office, tasks: Tasks, bugs: list[BaseException]) -> Iterator[Desk]:
    session = office.open()
    add_people(session)
    planned(session, "Send the offer", LATE, due_time="10:00")
    planned(session, "Invoice", SOON)
    desk = Desk(qtbot, office, tasks, session)
    yield desk
    desk.window.close()
    desk.settle()
    assert bugs == []


def page(desk: Desk) -> FollowUpsPage:
    found = desk.page("follow_ups")
    assert isinstance(found, FollowUpsPage)
    return found


def shown_list(desk: Desk, span: Span = Span.OPEN) -> FollowUpList:
    found = page(desk).list
    found.chips._buttons[span.value].click()
    desk.settle()
    found.table.select_ids([OFFER])
    desk.settle()
    return found


def row(desk: Desk, follow_up_id: int = OFFER) -> FollowUpRow:
    return follow_up_lists.follow_up_rows(desk.session, [follow_up_id])[follow_up_id]


def due(desk: Desk, follow_up_id: int = OFFER) -> Due:
    return Due(row(desk, follow_up_id).due_on, row(desk, follow_up_id).due_time)


def questions(parent: QWidget) -> list[ConflictDialog]:
    return [dialog for dialog in parent.findChildren(ConflictDialog) if dialog.isVisible()]


def told_line(dialog: ConflictDialog) -> list[str]:
    """Return what the one line of a question says: field, before, theirs, mine."""
    (area,) = dialog.findChildren(QScrollArea)
    page = area.widget()
    assert page is not None
    labels = [part.text() for part in page.findChildren(QLabel)]
    choices = [choice.text() for choice in dialog.findChildren(QRadioButton)]
    assert len(choices) == 2, "one fact is one line"
    return [*labels[4:], *choices]


def answer(desk: Desk, parent: QWidget, side: Side | None) -> ConflictDialog:
    """Answer the question over ``parent``; None: back to the input."""
    (dialog,) = questions(parent)
    if side is None:
        dialog.reject()
    else:
        dialog.choose_all(side)
        dialog.accept()
    desk.settle()
    return dialog


def form(edits: FollowUpEdits) -> FormDialog:
    assert isinstance(edits.dialog, FormDialog)
    return edits.dialog


def submit(desk: Desk, dialog: FormDialog, **values: object) -> None:
    for key, value in values.items():
        dialog.form.editor(key).set_value(value)  # type: ignore[attr-defined]
    dialog.accept_button.click()
    desk.settle()


def typed_cell(desk: Desk, found: FollowUpList, key: str, text: str) -> list[str]:
    """Type into a cell of the offer's row; return the refusals."""
    column = found.model.column_of(key)
    line = found.model.row_of(OFFER)
    assert column is not None
    assert line is not None
    refusals: list[str] = []
    found.model.save_cell(found.model.index(line, column), text, on_refused=refusals.append)
    desk.settle()
    return refusals


# --- rhythms ----------------------------------------------------------------------------------------------

TWO_MONTHS, THREE_WEEKS = Interval(2, RepeatUnit.MONTH), Interval(3, RepeatUnit.WEEK)


def rhythm_of_customer(desk: Desk) -> tuple[FollowUpEdits, Callable[[Interval | None], None]]:
    found = desk.page("customers")
    assert isinstance(found, CustomersPage)
    found.show_contact(HARRIET)
    desk.settle()
    desk.workspace.actions_list.run("follow_up.rhythm")
    return found.follow_ups, lambda interval: set_rhythm(desk.session, HARRIET, interval)


def rhythm_of_tag(desk: Desk) -> tuple[FollowUpEdits, Callable[[Interval | None], None]]:
    contacts.add_contact(desk.session, person("Ida", tags=("VIP",)))
    (tag,) = tags.all_tags(desk.session)
    quiet = page(desk).quiet
    assert quiet is not None
    menu = quiet.tags_button.menu()
    assert menu is not None
    menu.aboutToShow.emit()
    menu.actions()[0].trigger()
    return quiet.edits, lambda interval: set_tag_rhythm(desk.session, tag.id, interval)


def stored_rhythm(desk: Desk) -> Interval | None:
    own = keep_in_touch.own_rhythm(desk.session, HARRIET).interval
    return own or next(iter(keep_in_touch.tag_rhythms(desk.session).values()), None)


@pytest.mark.parametrize("side", [*Side, None])
@pytest.mark.parametrize(
    ("opened", "none"),
    [(rhythm_of_customer, "As the tags say, or not at all"), (rhythm_of_tag, "Not by this tag")],
    ids=["customer", "tag"],
)
def test_a_rhythm_somebody_else_set_is_asked_about_in_one_line(
    diary: Desk,
    opened: Callable[[Desk], tuple[FollowUpEdits, Callable[[Interval | None], None]]],
    none: str,
    side: Side | None,
) -> None:
    edits, theirs = opened(diary)
    dialog = form(edits)
    theirs(THREE_WEEKS)
    submit(diary, dialog, unit="month", every="2")
    (asked,) = questions(dialog)
    assert told_line(asked) == ["How often", none, "every 3 weeks", "every 2 months"]
    answer(diary, dialog, side)
    assert stored_rhythm(diary) == (TWO_MONTHS if side is Side.MINE else THREE_WEEKS)
    if side is None:
        assert dialog.form.values()["every"] == "2", "what was typed is still there"
        dialog.reject()
        diary.settle()
    assert edits.dialog is None


def test_a_rhythm_removed_meanwhile_is_asked_about(diary: Desk) -> None:
    set_rhythm(diary.session, HARRIET, THREE_WEEKS)
    edits, theirs = rhythm_of_customer(diary)
    dialog = form(edits)
    theirs(None)
    submit(diary, dialog, unit="month", every="2")
    none = "As the tags say, or not at all"
    assert told_line(questions(dialog)[0]) == ["How often", "every 3 weeks", none, "every 2 months"]
    answer(diary, dialog, Side.MINE)
    assert stored_rhythm(diary) == TWO_MONTHS


# --- postponed --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("side", [*Side, None])
def test_a_day_typed_in_its_cell_is_asked_about_with_its_time(diary: Desk, side: Side | None) -> None:
    found = shown_list(diary)
    postpone(diary.session, OFFER, LATE, "12:00")
    assert typed_cell(diary, found, "due", "2026-09-25 9:30") == []
    (asked,) = questions(found)
    assert told_line(asked) == ["Due", "1 Sept 2026 10:00", "1 Sept 2026 12:00", "25 Sept 2026 09:30"]
    answer(diary, found, side)
    assert due(diary) == (Due("2026-09-25", "09:30") if side is Side.MINE else Due(LATE, "12:00"))


def test_a_day_typed_while_another_fact_was_changed_is_written(diary: Desk) -> None:
    found = shown_list(diary)
    draft, version = follow_ups.follow_up_draft(diary.session, OFFER)
    follow_ups.edit_follow_up(diary.session, OFFER, renamed(draft), version=version)
    assert typed_cell(diary, found, "due", "2026-09-25 9:30") == []
    assert questions(found) == []
    assert (row(diary).what, due(diary)) == ("Theirs", Due("2026-09-25", "09:30"))


def renamed(draft: follow_ups.FollowUpDraft) -> follow_ups.FollowUpDraft:
    return follow_ups.FollowUpDraft("Theirs", draft.due_on, draft.due_time, assignee_id=draft.assignee_id)


def test_a_cell_that_is_open_while_the_list_is_read_again_still_asks(diary: Desk) -> None:
    found = shown_list(diary)
    table = found.table
    line, column = found.model.row_of(OFFER), found.model.column_of("due")
    assert line is not None
    assert column is not None
    table.setCurrentIndex(found.model.index(line, column))
    table.edit_current()
    editor = table.findChild(QLineEdit)
    assert editor is not None
    postpone(diary.session, OFFER, "2026-09-02", "12:00")
    diary.workspace.refresh()
    diary.settle()
    table.grab()
    editor.setText("2026-09-25 9:30")
    diary.qtbot.keyClick(editor, Qt.Key.Key_Return)
    diary.settle()
    answer(diary, found, Side.THEIRS)
    assert due(diary) == Due("2026-09-02", "12:00")
    assert str(found.model.index(found.model.row_of(OFFER) or 0, column).data()) == "2 Sept 12:00"


@pytest.mark.parametrize("side", [*Side, None])
def test_postponed_from_the_menu_it_is_asked_about(diary: Desk, side: Side | None) -> None:
    found = shown_list(diary)
    seen = found.current()
    assert seen is not None
    menu = QMenu()
    found.edits.fill_postpone_menu(menu, [seen])
    postpone(diary.session, OFFER, SOON, "12:00")
    menu.actions()[0].trigger()
    diary.settle()
    answer(diary, found, side)
    assert due(diary) == (Due("2026-09-22", "10:00") if side is Side.MINE else Due(SOON, "12:00"))


def test_postponed_in_the_dialog_it_is_asked_about_over_it(diary: Desk) -> None:
    found = shown_list(diary)
    found.postpone_current()
    dialog = form(found.edits)
    postpone(diary.session, OFFER, SOON)
    submit(diary, dialog, due_on="+1w")
    answer(diary, dialog, None)
    assert dialog.isVisible()
    dialog.accept_button.click()
    diary.settle()
    answer(diary, dialog, Side.MINE)
    assert found.edits.dialog is None
    assert due(diary) == Due("2026-09-28", "10:00")


def test_several_of_which_one_was_moved_stay_and_the_form_says_how_many(diary: Desk) -> None:
    found = shown_list(diary)
    found.table.select_ids([OFFER, INVOICE])
    diary.settle()
    found.postpone_current()
    dialog = form(found.edits)
    postpone(diary.session, INVOICE, "2026-09-30")
    submit(diary, dialog, due_on="+1w")
    assert "in the meantime: 1. None was postponed" in dialog.message.label.text()
    assert (due(diary), due(diary, INVOICE)) == (Due(LATE, "10:00"), Due("2026-09-30"))
    dialog.reject()
    diary.settle()


def test_in_the_form_day_and_time_are_one_line(diary: Desk) -> None:
    found = shown_list(diary)
    found.edit_current()
    dialog = form(found.edits)
    postpone(diary.session, OFFER, SOON, "12:00")
    submit(diary, dialog, due_on="2026-09-25 9:30", what="Mine")
    asked = questions(dialog)[0]
    assert told_line(asked) == ["Due", "1 Sept 2026 10:00", "24 Sept 2026 12:00", "25 Sept 2026 09:30"]
    answer(diary, dialog, Side.THEIRS)
    assert (row(diary).what, due(diary)) == ("Mine", Due(SOON, "12:00"))


# --- outcomes ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("side", [*Side, None])
def test_an_outcome_typed_in_its_cell_is_asked_about(diary: Desk, side: Side | None) -> None:
    follow_ups.finish(diary.session, [OFFER], "sent")
    found = shown_list(diary, Span.DONE)
    follow_ups.set_outcome(diary.session, OFFER, "theirs", base="sent")
    assert typed_cell(diary, found, "outcome", "mine") == []
    assert told_line(questions(found)[0]) == ["Outcome", "sent", "theirs", "mine"]
    answer(diary, found, side)
    assert row(diary).outcome == ("mine" if side is Side.MINE else "theirs")


@pytest.mark.parametrize("side", Side)
def test_an_outcome_of_one_somebody_else_finished_meanwhile_is_not_lost(diary: Desk, side: Side) -> None:
    found = shown_list(diary)
    found.finish_with_outcome()
    dialog = form(found.edits)
    follow_ups.finish(diary.session, [OFFER], "theirs")
    submit(diary, dialog, outcome="mine")
    assert told_line(questions(dialog)[0]) == ["Outcome", "–", "theirs", "mine"]
    answer(diary, dialog, side)
    assert found.edits.dialog is None
    assert row(diary).outcome == ("mine" if side is Side.MINE else "theirs")


def test_one_whose_outcome_was_changed_is_opened_again(diary: Desk) -> None:
    follow_ups.finish(diary.session, [OFFER], "sent")
    found = shown_list(diary, Span.DONE)
    seen = found.current()
    assert seen is not None
    follow_ups.set_outcome(diary.session, OFFER, "theirs", base="sent")
    for _ in range(2):
        found.edits.reopen(seen)
        diary.settle()
        assert diary.workspace.notices.toast.isVisible()
    assert (row(diary).outcome, row(diary).done_at) == ("theirs", None)
