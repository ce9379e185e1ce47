"""The filters of the calls page: each alone, several together, taken out one by one."""

from collections.abc import Callable, Sequence
from itertools import combinations

import pytest
from PySide6.QtWidgets import QMenu

from crm_desktop.domain.calls import Direction, Outcome
from crm_desktop.domain.periods import PeriodKind
from crm_desktop.operations.calls import CallQuery, CallRow, call_ids, call_rows
from crm_desktop.ui.pages.calls.page import CallsPage
from tests.environments import START, Office
from tests.operations.call_samples import DAY, HOUR, call, missed, store
from tests.ui.desk import Desk, add_people

NUMBER = {"e164": "+447700900123", "raw_number": "07700 900123"}
OTHER = {"e164": "+442079460018", "raw_number": "020 7946 0018"}


@pytest.fixture
def office(office: Office) -> Office:
    session = office.open()
    harriet, zoe, owen = add_people(session)
    store(session, missed(harriet, 5 * HOUR, **NUMBER), missed(harriet, 20 * DAY, **OTHER))
    store(session, call(zoe, 40 * DAY, direction="outgoing", duration_s=400))
    store(session, *(call(owen, (3 + 50 * n) * DAY, duration_s=60 * n) for n in range(6)))
    session.close()
    return office


@pytest.fixture
def page(desk: Desk) -> CallsPage:
    made = desk.page("calls")
    assert isinstance(made, CallsPage)
    desk.settle()
    return made


def _row(page: CallsPage, fits: Callable[[CallRow], bool]) -> CallRow:
    session = page.context.session
    return next(one for one in call_rows(session, call_ids(session, CallQuery())).values() if fits(one))


def _shown(desk: Desk, page: CallsPage) -> set[int]:
    desk.settle()
    return {page.model.id_at(row) for row in range(page.model.rowCount())}  # type: ignore[misc]  # loaded


def _narrow(page: CallsPage, which: Sequence[str]) -> list[Callable[[CallRow], bool]]:
    """Choose these filters; return what each lets through."""
    filters, harriet = page.filters, _row(page, lambda one: one.e164 == NUMBER["e164"])
    assert harriet.customer_id is not None
    made: dict[str, tuple[Callable[[], object], Callable[[CallRow], bool]]] = {
        "direction": (
            lambda: filters.direction.setCurrentIndex(filters.direction.findData(Direction.INCOMING)),
            lambda one: one.direction is Direction.INCOMING,
        ),
        "outcome": (
            lambda: filters.outcome.setCurrentIndex(filters.outcome.findData(Outcome.MISSED)),
            lambda one: one.outcome is Outcome.MISSED,
        ),
        "period": (
            lambda: filters.period.setCurrentIndex(filters.period.findData(PeriodKind.DAYS_30)),
            lambda one: one.started_at > START - 30 * DAY,
        ),
        "length": (
            lambda: filters.length.setCurrentIndex(filters.length.findData(60)),
            lambda one: one.duration_s >= 60,
        ),
        "customer": (
            lambda: filters.of_customer(harriet.customer_id or 0, "Harriet"),
            lambda one: one.customer_id == harriet.customer_id,
        ),
        "number": (
            lambda: filters.of_number(NUMBER["e164"]),
            lambda one: one.e164 == NUMBER["e164"],
        ),
    }
    for name in which:
        made[name][0]()
    return [made[name][1] for name in which]


_NAMES = ("direction", "outcome", "period", "length", "customer", "number")


@pytest.mark.parametrize(
    "which", [[name] for name in _NAMES] + [list(two) for two in combinations(_NAMES, 2)]
)
def test_filters_narrow_alone_and_together(desk: Desk, page: CallsPage, which: list[str]) -> None:
    session = page.context.session
    every = call_rows(session, call_ids(session, CallQuery()))
    fits = _narrow(page, which)
    wanted = {call_id for call_id, one in every.items() if all(fit(one) for fit in fits)}
    assert _shown(desk, page) == wanted
    assert len(wanted) < len(every)
    assert page.count.text() == str(len(wanted))
    assert page.filters.clear.isVisible()
    page.filters.clear.click()
    assert _shown(desk, page) == set(every)
    assert not page.filters.clear.isVisible()


def test_filters_are_taken_out_one_by_one(desk: Desk, page: CallsPage) -> None:
    _narrow(page, ["customer", "number", "period"])
    filters = page.filters
    assert len(_shown(desk, page)) == 1
    assert (filters.customer.text(), filters.number.text()) == ("Harriet", "+44 7700 900123")
    filters.number.click()
    assert len(_shown(desk, page)) == 2
    assert not filters.number.isVisible()
    filters.customer.click()
    assert len(_shown(desk, page)) == 3
    filters.period.setCurrentIndex(0)
    assert len(_shown(desk, page)) == 9
    assert not filters.clear.isVisible()


def test_the_menu_of_a_call_narrows_to_its_customer_and_number(desk: Desk, page: CallsPage) -> None:
    one = _row(page, lambda row: row.e164 == OTHER["e164"])
    for place, count in ((0, 2), (1, 1)):
        menu = QMenu()
        page._fill_narrowing(menu, one)
        wishes = [wish for wish in menu.actions() if not wish.isSeparator()]
        assert wishes[0].text() == (
            "Only calls with this customer" if not place else "Only calls of this number"
        )
        wishes[0].trigger()
        assert len(_shown(desk, page)) == count
    menu = QMenu()
    page._fill_narrowing(menu, one)
    assert all(wish.isSeparator() for wish in menu.actions())
