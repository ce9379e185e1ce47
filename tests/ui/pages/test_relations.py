"""The Relations tab: both sides, the chain, adding with the chooser, editing, ending, the picture."""

from collections.abc import Callable, Iterator
from threading import Event
from types import ModuleType

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from crm_desktop.domain.contact_drafts import ContactDraft
from crm_desktop.domain.contacts import Category, ContactKind
from crm_desktop.domain.permissions import Role
from crm_desktop.domain.relations import RelationDraft, RelationRole
from crm_desktop.operations import contacts, relations, undo
from crm_desktop.operations.session import Session
from crm_desktop.ui.pages.customers.page import CustomersPage
from crm_desktop.ui.shell.workspace import Workspace
from crm_desktop.ui.tasks import Tasks
from crm_desktop.ui.theme import apply_theme
from crm_desktop.ui.widgets import relation_network
from crm_desktop.ui.widgets.contact_card import ContactCard
from crm_desktop.ui.widgets.contact_chooser import ContactChooser
from crm_desktop.ui.widgets.contact_list_page import ContactListPage
from crm_desktop.ui.widgets.contact_relations import BESIDE_PX, ContactRelations
from crm_desktop.ui.widgets.events import change_lines
from crm_desktop.ui.widgets.field_editors import ChoiceField
from crm_desktop.ui.widgets.party_list import PartyLine, PartyList, PartyModel
from crm_desktop.ui.widgets.relation_dialog import RelationDialog
from crm_desktop.ui.widgets.relation_questions import EndQuestion
from tests.environments import Office, add_member
from tests.operations.samples import table_rows
from tests.ui.desk import Desk, add_people

R = RelationRole
HARRIET, ZOE, OWEN, ACME, MIA = 1, 2, 3, 4, 5


def relate(session: Session, own: int, role: RelationRole, other: int, **values: str) -> int:
    return relations.add_relation(session, own, other, RelationDraft(role, **values))


def add_network(session: Session) -> None:
    """Harriet and Zoë work at Acme, Acme introduced Zoë and Zoë Harriet; Mia is in the address book."""
    add_people(session)
    company = ContactDraft(category=Category.CUSTOMER, kind=ContactKind.COMPANY, company="Acme")
    assert contacts.add_contact(session, company) == ACME
    mia = ContactDraft(category=Category.ADDRESS_BOOK, given="Mia", family="Holm")
    assert contacts.add_contact(session, mia) == MIA
    relate(session, HARRIET, R.EMPLOYEE_OF, ACME, position="Head of dispatch", started_on="2024-03-03")
    relate(session, ZOE, R.EMPLOYEE_OF, ACME)
    relate(session, HARRIET, R.REFERRED_BY, ZOE)
    relate(session, ZOE, R.REFERRED_BY, ACME)
    relate(session, HARRIET, R.SPOUSE_OF, OWEN, ended_on="2020-12-31", note="divorced")


@pytest.fixture
def desk(qtbot: QtBot, office: Office, tasks: Tasks, bugs: list[BaseException]) -> Iterator[Desk]:
    session = office.open()
    add_network(session)
    made = Desk(qtbot, office, tasks, session)
    yield made
    made.window.close()
    made.settle()
    assert bugs == []


def card(desk: Desk) -> ContactCard:
    page = desk.page("customers")
    assert isinstance(page, CustomersPage)
    return page.panel.card


def tab(desk: Desk, contact_id: int = HARRIET) -> ContactRelations:
    found = card(desk)
    page = desk.page("customers")
    assert isinstance(page, CustomersPage)
    page.show_contact(contact_id)
    desk.settle()
    found.tabs.setCurrentWidget(found.relations)
    desk.settle()
    return found.relations


def lines(shown: PartyList) -> list[tuple[str, str]]:
    return [(line.name, line.detail) for line in shown.parties.lines]


def choose(shown: ContactRelations, name: str) -> None:
    line = next(line for line in shown.list.parties.lines if line.name == name)
    shown.list.choose(line.key)


def form(shown: ContactRelations) -> RelationDialog:
    assert isinstance(shown.edits.dialog, RelationDialog)
    return shown.edits.dialog


def editors_set(dialog: RelationDialog, **values: str) -> None:
    for key, value in values.items():
        dialog.form.editor(key).set_value(value)  # type: ignore[attr-defined]  # a field editor


def look_up(desk: Desk, chooser: ContactChooser, text: str) -> list[str]:
    with desk.qtbot.waitSignal(chooser.search.search_changed):
        chooser.search.setText(text)
    desk.settle()
    return [line.name for line in chooser.results.parties.lines]


def page_in_front(desk: Desk) -> ContactListPage:
    workspace = desk.workspace
    assert isinstance(workspace, Workspace)
    assert isinstance(workspace.page, ContactListPage)
    return workspace.page


# --- what is shown --------------------------------------------------------------------------------------


def test_relations_stand_there_with_kind_function_and_dates(desk: Desk) -> None:
    shown = tab(desk)
    assert lines(shown.list) == [
        ("Acme", "Employee of · Head of dispatch · since 3 Mar 2024"),
        ("Zoë Łukasik", "Referred by"),
        ("Owen O'Neill", "Spouse of · until 31 Dec 2020"),
    ]
    ended = shown.list.parties.lines[-1]
    assert (ended.pill, ended.tip, ended.faint) == ("ended", "divorced", True)


def test_a_company_shows_its_people_with_their_role(desk: Desk) -> None:
    assert lines(tab(desk, ACME).list) == [
        ("Harriet Blythe", "Employer of · Head of dispatch · since 3 Mar 2024"),
        ("Zoë Łukasik", "Employer of"),
        ("Zoë Łukasik", "Referred"),
    ]


def test_introduced_by_names_the_chain_and_each_name_opens(desk: Desk) -> None:
    shown = tab(desk)
    links = shown.chain.findChildren(QPushButton)
    assert [link.text() for link in links] == ["Zoë Łukasik", "Acme"]
    links[1].click()
    desk.settle()
    assert card(desk).contact_id == ACME
    assert not tab(desk, ACME).chain.isVisible()


def test_without_relations_it_says_what_to_do(desk: Desk) -> None:
    page = desk.page("address_book")
    assert isinstance(page, ContactListPage)
    page.show_contact(MIA)
    page.panel.card.tabs.setCurrentWidget(page.panel.card.relations)
    desk.settle()
    shown = page.panel.card.relations
    assert shown.nothing.isVisible()
    shown.nothing.button.click()
    desk.settle()
    assert form(shown).isVisible()
    form(shown).reject()


def test_a_name_that_is_pressed_opens_and_the_rest_of_the_line_chooses(desk: Desk) -> None:
    shown = tab(desk)
    rect = shown.list.visualRect(shown.list.parties.index(1, 0))
    port = shown.list.viewport()
    below = rect.bottomLeft() + QPoint(80, -8)
    QTest.mouseClick(port, Qt.MouseButton.LeftButton, pos=below)
    assert card(desk).contact_id == HARRIET
    assert shown.edit_button.isEnabled()
    name = QPoint(rect.x() + 60, rect.y() + 12)
    QTest.mouseMove(port, name)
    assert shown.list.name_at(name) == 1
    QTest.mouseClick(port, Qt.MouseButton.LeftButton, pos=name)
    desk.settle()
    assert card(desk).contact_id == ZOE


def test_enter_opens_somebody_of_the_other_list_on_his_page(desk: Desk) -> None:
    relate(desk.session, HARRIET, R.SUPERVISES, MIA)
    shown = tab(desk)
    choose(shown, "Mia Holm")
    QTest.keyClick(shown.list, Qt.Key.Key_Return)
    desk.settle()
    assert page_in_front(desk).category is Category.ADDRESS_BOOK
    assert page_in_front(desk).panel.card.contact_id == MIA


# --- adding ---------------------------------------------------------------------------------------------


def test_a_relation_is_added_with_the_chooser(desk: Desk) -> None:
    shown = tab(desk)
    shown.add_button.click()
    desk.settle()
    dialog = form(shown)
    assert not dialog.accept_button.isEnabled()
    chooser = dialog.chooser
    assert chooser is not None
    found = look_up(desk, chooser, "holm")
    assert found == ["Mia Holm", "Enter “holm” as a new person", "Enter “holm” as a new company"]
    QTest.keyClick(chooser.search, Qt.Key.Key_Return)
    assert dialog.isVisible()
    assert table_rows(desk.session, "relation")[-1]["to_id"] != MIA
    role = dialog.form.editor("role")
    assert isinstance(role, ChoiceField)
    offered = {role.itemData(at) for at in range(role.count())}
    assert R.SUPERVISES.value in offered
    assert R.EMPLOYEE_OF.value not in offered
    editors_set(dialog, role=R.SUPERVISES.value, started_on="2025-01-01")
    assert dialog.sentence.text() == "Harriet Blythe – Supervises – Mia Holm"
    dialog.accept_button.click()
    desk.settle()
    assert ("Mia Holm", "Supervises · since 1 Jan 2025") in lines(shown.list)
    assert shown.edits.dialog is None
    desk.workspace.record_undo()
    desk.qtbot.waitUntil(lambda: "Mia Holm" not in [name for name, _ in lines(shown.list)])
    desk.settle()
    assert len(table_rows(desk.session, "relation")) == 5


def test_somebody_new_is_entered_by_name(desk: Desk) -> None:
    shown = tab(desk, ACME)
    shown.add_button.click()
    desk.settle()
    chooser = form(shown).chooser
    assert chooser is not None
    look_up(desk, chooser, "Eva Reyes")
    chooser.choose(chooser.results.parties.lines[0].key)
    editors_set(form(shown), role=R.HAS_CONTACT_PERSON.value, position="Sales")
    form(shown).accept_button.click()
    desk.settle()
    assert ("Eva Reyes", "Contact person is · Sales") in lines(shown.list)
    assert len(table_rows(desk.session, "contact")) == 6


def test_the_chooser_keeps_to_the_last_text_and_can_take_back(desk: Desk) -> None:
    chooser = ContactChooser(desk.session, desk.tasks, without=HARRIET)
    desk.qtbot.addWidget(chooser)
    for text in ("acme", "zo"):
        with desk.qtbot.waitSignal(chooser.search.search_changed):
            chooser.search.setText(text)
    desk.settle()
    assert chooser.results.parties.lines[0].name == "Zoë Łukasik"
    QTest.keyClick(chooser.search, Qt.Key.Key_Down)
    QTest.keyClick(chooser.results, Qt.Key.Key_Return)
    assert chooser.choice is not None
    assert chooser.choice.name == "Zoë Łukasik"
    with desk.qtbot.waitSignal(chooser.chosen) as told:
        chooser.change_button.click()
    assert told.args == [None]
    assert "Harriet Blythe" not in look_up(desk, chooser, "harriet")[:1]


def test_what_is_refused_is_said_in_the_form_and_kept(desk: Desk) -> None:
    shown = tab(desk)
    shown.add()
    desk.settle()
    dialog = form(shown)
    assert dialog.chooser is not None
    look_up(desk, dialog.chooser, "acme")
    dialog.chooser.choose(dialog.chooser.results.parties.lines[0].key)
    editors_set(dialog, role=R.EMPLOYEE_OF.value, started_on="2025-05-01", ended_on="2025-04-01")
    dialog.accept_button.click()
    desk.settle()
    assert dialog.isVisible()
    editors_set(dialog, ended_on="")
    dialog.accept_button.click()
    desk.settle()
    assert dialog.isVisible()
    assert dialog.accept_button.isEnabled()
    assert len(shown.lines) == 3
    dialog.reject()


# --- changing -------------------------------------------------------------------------------------------


def test_a_relation_is_edited(desk: Desk) -> None:
    shown = tab(desk)
    choose(shown, "Acme")
    shown.edit_button.click()
    desk.settle()
    dialog = form(shown)
    assert dialog.chooser is None
    assert dialog.draft().position == "Head of dispatch"
    editors_set(dialog, position="Managing director", role=R.SIGNATORY_OF.value)
    dialog.accept_button.click()
    desk.settle()
    assert ("Acme", "Authorised signatory of · Managing director · since 3 Mar 2024") in lines(shown.list)


def test_a_relation_ends_on_a_day_and_lasts_again(desk: Desk) -> None:
    shown = tab(desk)
    choose(shown, "Acme")
    shown.end_button.click()
    question = shown.edits.dialog
    assert isinstance(question, EndQuestion)
    question.day.set_value("2023-01-01")
    question.accept_button.click()
    desk.settle()
    assert question.isVisible()
    question.day.set_value("2026-01-31")
    question.accept_button.click()
    desk.settle()
    ended = "Employee of · Head of dispatch · 3 Mar 2024 to 31 Jan 2026"
    assert ("Acme", ended) in lines(shown.list)
    choose(shown, "Acme")
    shown.end_button.click()
    desk.settle()
    assert lines(shown.list)[0] == ("Acme", "Employee of · Head of dispatch · since 3 Mar 2024")


def test_del_removes_and_undo_brings_it_back(desk: Desk) -> None:
    shown = tab(desk)
    choose(shown, "Acme")
    QTest.keyClick(shown.list, Qt.Key.Key_Delete)
    desk.settle()
    assert "Acme" not in [name for name, _ in lines(shown.list)]
    desk.workspace.record_undo()
    desk.qtbot.waitUntil(lambda: "Acme" in [name for name, _ in lines(shown.list)])
    assert lines(shown.list)[0][0] == "Acme"
    desk.settle()


def joined(shown: ContactRelations) -> list[set[int]]:
    network = shown.network.picture._network
    return [] if network is None else [{link.from_id, link.to_id} for link in network.links]


def held(monkeypatch: pytest.MonkeyPatch, place: ModuleType, name: str) -> tuple[Event, Event]:
    """Have the next reading wait with its answer; return what says it has read, and what lets it go on."""
    read: Callable[..., object] = getattr(place, name)
    has_read, goes_on = Event(), Event()

    def work(*args: object, **options: object) -> object:
        found = read(*args, **options)
        if not has_read.is_set():
            has_read.set()
            assert goes_on.wait(10)
        return found

    monkeypatch.setattr(place, name, work)
    return has_read, goes_on


@pytest.mark.parametrize("late", ["lines", "picture"])
def test_a_reading_that_comes_late_does_not_bring_an_old_line_back(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, late: str
) -> None:
    shown = tab(desk)
    place, name = {"lines": (relations, "relations_of"), "picture": (relation_network, "network")}[late]
    has_read, goes_on = held(monkeypatch, place, name)
    (shown if late == "lines" else shown.network).reload()
    assert has_read.wait(10)
    acme = next(line for line in shown.lines.values() if line.other.id == ACME)
    relations.remove_relation(desk.session, acme.id, version=acme.version)
    shown.reload()
    desk.qtbot.waitUntil(lambda: {HARRIET, ACME} not in joined(shown))
    goes_on.set()
    desk.settle()
    assert "Acme" not in [name for name, _ in lines(shown.list)]
    assert {HARRIET, ACME} not in joined(shown)


def test_a_line_chosen_before_the_picture_is_there_is_chosen_in_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = tab(desk)
    _, goes_on = held(monkeypatch, relation_network, "network")
    shown.show_large()
    window = shown.window_of_picture
    assert window is not None
    window.list.choose(ACME)
    assert window.network.picture.nodes == {}
    goes_on.set()
    desk.settle()
    assert window.network.picture.chosen_id() == ACME
    window.close()


def test_history_tells_it_on_both(desk: Desk) -> None:
    number = relate(desk.session, HARRIET, R.SUPERVISES, MIA)
    relations.end_relation(desk.session, number, "2026-01-31", version=1)
    relations.remove_relation(desk.session, number, version=2)
    told = {
        contact_id: [change_lines(entry.changes) for entry in undo.history(desk.session, contact_id)[:3]]
        for contact_id in (HARRIET, MIA)
    }
    assert told[HARRIET][2] == ["Supervises: Mia Holm"]
    assert told[MIA][2] == ["Supervised by: Harriet Blythe"]
    assert told[HARRIET][1] == ["Mia Holm, Until: – → 31 Jan 2026"]
    assert told[MIA][0][0] == "Supervised by: Harriet Blythe → –"
    shown = card(desk)
    tab(desk)
    shown.tabs.setCurrentWidget(shown.history)
    desk.settle()
    newest = shown.history.entries.item(1)
    assert getattr(newest, "title", "") == "Relation removed: Supervises: Mia Holm → –"


def test_a_viewer_and_the_trash_are_shown_relations_only(
    qtbot: QtBot, office: Office, tasks: Tasks, bugs: list[BaseException]
) -> None:
    session = office.open()
    add_network(session)
    add_member(session, "vera", Role.VIEWER)
    session.close()
    desk = Desk(qtbot, office, tasks, office.open("vera"))
    shown = tab(desk)
    assert len(shown.lines) == 3
    assert not shown.add_button.isVisible()
    assert not shown.remove_button.isVisible()
    choose(shown, "Acme")
    QTest.keyClick(shown.list, Qt.Key.Key_Delete)
    desk.settle()
    assert len(shown.lines) == 3
    desk.window.close()
    desk.settle()
    assert bugs == []


# --- the picture ----------------------------------------------------------------------------------------


def test_the_picture_has_who_is_near_and_follows_the_steps(desk: Desk) -> None:
    relate(desk.session, ZOE, R.PARENT_OF, MIA)
    shown = tab(desk)
    picture = shown.network.picture
    assert sorted(picture.nodes) == [HARRIET, ZOE, OWEN, ACME]
    # Two relations of the same two are one line.
    assert len(picture.link_items) == 4
    shown.network.steps.set_value(2)
    desk.settle()
    assert sorted(picture.nodes) == [HARRIET, ZOE, OWEN, ACME, MIA]
    words = {link.words for link in picture.link_items}
    assert "Spouse of" in words
    assert any("Employee of" in text and "Referred" in text for text in words)


def test_list_and_picture_choose_together_and_a_double_click_opens(desk: Desk) -> None:
    shown = tab(desk)
    picture = shown.network.picture
    choose(shown, "Owen O'Neill")
    assert picture.chosen_id() == OWEN
    spot = picture.mapFromScene(picture.nodes[ZOE].pos())
    QTest.mouseClick(picture.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    line = shown.current_line()
    assert line is not None
    assert line.other.id == ZOE
    QTest.mouseDClick(picture.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    desk.settle()
    assert card(desk).contact_id == ZOE


def test_the_picture_is_zoomed_by_wheel_keys_and_buttons(desk: Desk) -> None:
    picture = tab(desk).network.picture
    first = picture.zoom
    middle = QPointF(picture.viewport().rect().center())
    wheel = QWheelEvent(
        middle, picture.viewport().mapToGlobal(middle), QPoint(), QPoint(0, 120),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,  # noqa: FBT003 - Qt's own
    )  # fmt: skip
    QApplication.sendEvent(picture.viewport(), wheel)
    assert picture.zoom > first
    QTest.keyClick(picture, Qt.Key.Key_Plus)
    nearer = picture.zoom
    QTest.keyClick(picture, Qt.Key.Key_Minus)
    assert picture.zoom < nearer
    QTest.keyClick(picture, Qt.Key.Key_0)
    assert picture.zoom == pytest.approx(first)
    for _ in range(60):
        picture.zoom_in()
    assert picture.zoom == pytest.approx(4.0)


def test_a_dragged_node_takes_its_lines_along(desk: Desk) -> None:
    picture = tab(desk).network.picture
    node = picture.nodes[OWEN]
    (link,) = node.links
    before = link.line
    node.moveBy(40, 25)
    assert link.line != before


def test_nothing_that_is_written_covers_something_written(desk: Desk) -> None:
    session = desk.session
    hub = ACME
    for index in range(60):
        draft = ContactDraft(category=Category.ADDRESS_BOOK, given="Somebody", family=f"Number {index}")
        relate(session, contacts.add_contact(session, draft), R.EMPLOYEE_OF, hub)
    shown = tab(desk, ACME)
    desk.window.grab()
    picture = shown.network.picture
    assert len(picture.nodes) > 60
    assert 3 < len(picture.written) < 60
    assert not any(
        one.intersects(other) for at, one in enumerate(picture.written) for other in picture.written[:at]
    )
    few = len(picture.written)
    assert few
    for _ in range(4):
        picture.zoom_in()
    desk.window.grab()
    assert not any(
        one.intersects(other) for at, one in enumerate(picture.written) for other in picture.written[:at]
    )


def test_a_large_window_shows_both_and_opening_closes_it(desk: Desk) -> None:
    shown = tab(desk)
    shown.network.larger.click()
    desk.settle()
    window = shown.window_of_picture
    assert window is not None
    assert len(window.list.parties.lines) == 3
    assert HARRIET in window.network.picture.nodes
    window.list.choose(ACME)
    assert window.network.picture.chosen_id() == ACME
    window.network.opened.emit(ACME)
    desk.settle()
    assert shown.window_of_picture is None
    assert card(desk).contact_id == ACME


def test_the_picture_stands_beside_the_list_where_there_is_room(desk: Desk) -> None:
    shown = tab(desk)
    assert shown.splitter.orientation() is Qt.Orientation.Vertical
    shown.resize(BESIDE_PX + 10, 500)
    assert shown.splitter.orientation() is Qt.Orientation.Horizontal


@pytest.mark.parametrize("mode", ["dark", "high-contrast"])
def test_it_is_drawn_in_every_theme_and_mirrored(desk: Desk, qapp: QApplication, mode: str) -> None:
    shown = tab(desk)
    light = shown.grab().toImage()
    apply_theme(qapp, mode)  # type: ignore[arg-type]
    shown.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    desk.settle()
    assert shown.grab().toImage() != light
    assert shown.network.picture.written
    apply_theme(qapp, "light")


def test_the_model_of_the_list_is_a_sound_model(qtmodeltester: ModelTester) -> None:
    model = PartyModel()
    qtmodeltester.check(model, force_py=True)
    model.set_lines([PartyLine(1, "Dana", "Employee of"), PartyLine(2, "Acme", "", ContactKind.COMPANY)])
    qtmodeltester.check(model, force_py=True)
    qtmodeltester.check(model)
    spoken = model.data(model.index(0, 0), Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Dana, Employee of"
