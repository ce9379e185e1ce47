"""Promise P10: who may not see calls sees the same everywhere as if there were none.

Two organizations that differ only in their calls are shown page by page, tab by tab, row by row.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, QModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QTabBar, QWidget
from pytestqt.qtbot import QtBot

from crm_desktop.domain.calls import Direction, Outcome
from crm_desktop.domain.manual_calls import CallDraft
from crm_desktop.domain.permissions import Role
from crm_desktop.operations import consents, manual_calls
from crm_desktop.operations.call_imports import reading_options, run_import
from crm_desktop.operations.calls import CallQuery, call_count, call_ids
from crm_desktop.operations.running_calls import begin_call
from crm_desktop.operations.shared_numbers import say_whose
from crm_desktop.ui.shell.pages import PAGES
from crm_desktop.ui.tasks import Tasks
from crm_desktop.ui.widgets.contact_list_page import ContactListPage
from tests.environments import Office, add_member, new_organization
from tests.operations.samples import customer_with, log_of
from tests.ui.desk import Desk, add_people, sample_call_log

SHARED = "+44 7700 900555"
ROLES = {"max": Role.MANAGER, "sam": Role.STAFF, "vera": Role.VIEWER}
ROLES_OF_DATA = (
    Qt.ItemDataRole.DisplayRole,
    Qt.ItemDataRole.ToolTipRole,
    Qt.ItemDataRole.AccessibleTextRole,
)


def organization(folder: Path, *, with_calls: bool) -> Office:
    folder.mkdir()
    office = new_organization(folder)
    session = office.open()
    add_people(session)
    add_member(session, "lea", Role.STAFF)
    for login, role in ROLES.items():
        add_member(session, login, role, revoked=() if role is Role.VIEWER else ("calls.view",))
    consents.grant_consent(session)
    pair = [customer_with(session, name, SHARED) for name in ("Ann Pair", "Bob Pair")]
    if with_calls:
        log = sample_call_log(folder)
        options = reading_options(session)
        run_import(session, [log], member_id=session.member.id, options=options, keep_unknown=True)
        assert call_count(session, CallQuery()) == 5
        shared = log_of(folder / "shared.xml", SHARED, 3)
        run_import(session, [shared], member_id=session.member.id, options=options)
        waiting = list(call_ids(session, CallQuery(undecided=True)))
        for asked, remember in ((waiting[:1], False), (waiting[1:], True)):
            say_whose(session, asked, pair[0], remember=remember)
        missed = CallDraft(Direction.INCOMING, Outcome.MISSED, session.now() - 600, 0, SHARED)
        manual_calls.add_call(session, pair[1], missed)
        begin_call(session, pair[1], Direction.OUTGOING, SHARED, "on the phone")
    session.close()
    return office


def cells(model: QAbstractItemModel, parent: QModelIndex) -> Iterator[str]:
    for row in range(model.rowCount(parent)):
        columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount(parent)
        for column in range(columns):
            index = model.index(row, column, parent)
            yield from (str(index.data(role)) for role in ROLES_OF_DATA)


def texts(widget: QWidget) -> list[str]:
    """Return everything a widget says to the eye and to a screen reader, hidden parts included."""
    found: list[str] = []
    for part in (widget, *widget.findChildren(QWidget)):
        spoken = [part.accessibleName(), part.accessibleDescription(), part.toolTip()]
        text = getattr(part, "text", None)
        if callable(text):
            spoken.append(str(text()))
        model = part.model() if isinstance(part, QAbstractItemView) else None
        if model is not None:
            spoken += cells(model, QModelIndex())
        found += [f"{type(part).__name__}: {one}" for one in spoken if one and one != "None"]
    return sorted(found)


def offered(desk: Desk, typed: str) -> list[str]:
    """Return what the palette offers for a text: pages, actions, views and records."""
    desk.workspace.view_palette()
    palette = desk.workspace._palette
    assert palette is not None
    palette.field.setText(typed)
    desk.settle()
    desk.settle()
    found = sorted(cells(palette.model, QModelIndex()))
    palette.close_palette()
    return found


def everything_shown(desk: Desk) -> dict[str, list[str]]:
    """Return what each page says; of lists of people also each tab of each card."""
    shown: dict[str, list[str]] = {"window": texts(desk.window)}
    for typed in ("", "call", "Ann Pair", "900999", SHARED):
        shown[f"palette {typed}"] = offered(desk, typed)
    for name in [spec.name for spec in PAGES if desk.session.may(spec.needs)]:
        page = desk.page(name)
        shown[name] = texts(page)
        if isinstance(page, ContactListPage):
            for contact_id in list(page.model.ids_between(0, 50)):
                page.show_contact(contact_id)
                desk.settle()
                for bar in page.findChildren(QTabBar):
                    for tab in range(bar.count()):
                        bar.setCurrentIndex(tab)
                        desk.settle()
                        shown[f"{name} {contact_id} {bar.tabText(tab)}"] = texts(page)
    return shown


def both(qtbot: QtBot, tasks: Tasks, folder: Path, login: str) -> list[dict[str, list[str]]]:
    """Return what an organization with calls shows somebody, and one without."""
    shown = []
    for with_calls in (True, False):
        office = organization(folder / str(with_calls), with_calls=with_calls)
        desk = Desk(qtbot, office, tasks, office.open(login))
        shown.append(everything_shown(desk))
        desk.window.close()
        assert tasks.wait_idle()
    return shown


@pytest.mark.parametrize("login", ROLES)
def test_every_page_is_as_if_there_were_no_calls(
    qtbot: QtBot, tasks: Tasks, tmp_path: Path, login: str
) -> None:
    there, without = both(qtbot, tasks, tmp_path, login)
    assert there.keys() == without.keys()
    assert len(there) > 10
    for place, said in there.items():
        assert said == without[place], place


def test_who_may_see_calls_sees_them_in_all_these_places(qtbot: QtBot, tasks: Tasks, tmp_path: Path) -> None:
    """The comparison finds what there is: else the test above could not fail."""
    there, without = both(qtbot, tasks, tmp_path, "lea")
    differing = {place.split()[0] for place, said in there.items() if said != without.get(place)}
    assert {"today", "customers", "calls"} <= differing
    assert any(there[place] != without[place] for place in there if place.endswith("Timeline"))
    assert any(there[place] != without[place] for place in there if place.endswith("History"))
