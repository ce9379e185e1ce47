"""Where things stand on paper: labels on their sheets and apart, windows and letters by their norms."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_desktop.domain.print_layouts import (
    A4,
    ENVELOPES,
    LABEL_SHEETS,
    LETTER,
    LETTER_FORMS,
    Box,
    LabelSheet,
    label_pages,
    labels_on,
    letter_form_of,
    paper_of,
)

SLACK = 0.01


def apart(one: Box, other: Box) -> bool:
    beside = one.right <= other.left + SLACK or other.right <= one.left + SLACK
    return beside or one.bottom <= other.top + SLACK or other.bottom <= one.top + SLACK


@pytest.mark.parametrize("sheet", LABEL_SHEETS, ids=lambda sheet: sheet.key)
def test_every_label_lies_on_its_sheet_and_on_no_other_label(sheet: LabelSheet) -> None:
    cells = [sheet.cell(place) for place in range(sheet.count)]
    for at, cell in enumerate(cells):
        assert cell.left >= -SLACK
        assert cell.top >= -SLACK
        assert cell.right <= sheet.paper.width + SLACK
        assert cell.bottom <= sheet.paper.height + SLACK
        assert all(apart(cell, other) for other in cells[at + 1 :])
    # What is left over is the same on both sides: makers centre their labels.
    assert cells[0].left == pytest.approx(sheet.paper.width - cells[-1].right, abs=0.1)
    assert cells[0].top == pytest.approx(sheet.paper.height - cells[-1].bottom, abs=0.1)


@pytest.mark.parametrize(
    ("key", "count"),
    [("3475", 24), ("3422", 24), ("L7160", 21), ("L7163", 14), ("5160", 30), ("5163", 10)],
)
def test_the_sheets_have_as_many_labels_as_in_the_shop(key: str, count: int) -> None:
    assert next(sheet for sheet in LABEL_SHEETS if sheet.key == key).count == count


@given(st.sampled_from(LABEL_SHEETS), st.integers(0, 200), st.data())
def test_each_label_is_printed_once_and_the_first_where_asked(
    sheet: LabelSheet, count: int, data: st.DataObject
) -> None:
    start = data.draw(st.integers(1, sheet.count))
    pages = label_pages(count, sheet, start=start)
    placed = [labels_on(page, count, sheet, start=start) for page in range(pages)]
    assert [which for page in placed for which, _ in page] == list(range(count))
    assert all(placed)
    if count:
        assert placed[0][0] == (0, sheet.cell(start - 1))


@pytest.mark.parametrize("envelope", ENVELOPES, ids=lambda envelope: envelope.key)
def test_address_and_sender_lie_on_the_envelope_and_apart(envelope: object) -> None:
    found = next(known for known in ENVELOPES if known == envelope)
    for box in (found.address, found.sender):
        assert box.left >= 0
        assert box.right <= found.paper.width
        assert box.bottom <= found.paper.height
    assert apart(found.address, found.sender)


def test_the_window_of_a_din_envelope_is_where_din_680_cuts_it() -> None:
    window = next(known for known in ENVELOPES if known.key == "DL-window").address
    assert (window.left, window.width, window.height) == (20, 90, 45)
    assert 110 - window.bottom == pytest.approx(15)


@pytest.mark.parametrize(("key", "top", "fold"), [("din-a", 27, 87), ("din-b", 45, 105)])
def test_din_letters_have_their_address_field_and_folds(key: str, top: float, fold: float) -> None:
    form = next(known for known in LETTER_FORMS if known.key == key)
    assert form.address.left == 25
    assert form.address.top == pytest.approx(top + 17.7)
    assert form.address.bottom == pytest.approx(top + 45)
    assert form.folds[0] == fold
    assert form.text.top == pytest.approx(top + 45 + 8.46)


def test_parts_of_a_letter_do_not_lie_on_each_other() -> None:
    for form in LETTER_FORMS:
        parts = [part for part in (form.sender, form.note, form.address, form.text, form.foot) if part]
        assert all(apart(one, other) for one, other in pairwise(parts))
        assert apart(form.date, form.address)
        assert form.next.bottom <= form.foot.top + SLACK


def test_paper_and_letter_are_those_of_the_country() -> None:
    assert (paper_of("US"), paper_of("CA"), paper_of("DE"), paper_of("")) == (LETTER, LETTER, A4, A4)
    assert (letter_form_of("US").key, letter_form_of("AT").key) == ("us", "din-b")
