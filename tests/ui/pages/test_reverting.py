"""History and undo in the window: what would go back is shown value by value, and a person chooses."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QCheckBox, QLabel
from pytestqt.qtbot import QtBot

from crm_desktop.domain.bulk import BulkChange
from crm_desktop.domain.contact_drafts import ProductUseDraft
from crm_desktop.domain.contacts import CustomerStatus
from crm_desktop.domain.errors import RefusedError
from crm_desktop.operations import (
    bulk,
    call_imports,
    consents,
    contacts,
    merging,
    product_uses,
    products,
    reverting,
    undo,
)
from crm_desktop.operations.products import ProductDraft
from crm_desktop.ui.pages.customers.page import CustomersPage
from crm_desktop.ui.widgets.revert_dialog import RevertDialog
from tests.ui.desk import Desk, answering, sample_call_log


@pytest.fixture
def page(desk: Desk) -> CustomersPage:
    found = desk.page("customers")
    assert isinstance(found, CustomersPage)
    desk.settle()
    return found


def edit(desk: Desk, contact_id: int, **values: object) -> None:
    draft, version = contacts.contact_draft(desk.session, contact_id)
    changed = replace(draft, **values)  # type: ignore[arg-type]
    contacts.save_contact(desk.session, contact_id, changed, version=version)


def newest_change(desk: Desk, contact_id: int) -> tuple[str, int]:
    return ("change", undo.history(desk.session, contact_id)[0].change_set_id)


def test_a_change_is_reverted_from_history_and_that_can_be_undone(desk: Desk, page: CustomersPage) -> None:
    contact_id = int(page.panel.contact_id or 0)
    edit(desk, contact_id, title="Owner", industry="Bau & Holz")
    key = newest_change(desk, contact_id)
    edit(desk, contact_id, title="Partner")
    page.refresh()
    desk.settle()
    card = page.panel.card
    card.tabs.setCurrentWidget(card.history)
    shown: list[tuple[str, bool]] = []

    def look(dialog: object) -> None:
        assert isinstance(dialog, RevertDialog)
        shown.extend((box.text(), box.isChecked()) for box, _item in dialog._ticks)
        dialog.accept_button.click()

    answering(look)
    card.history.revert(key)
    desk.settle()
    assert shown == [("Position", False), ("Industry", True)]
    found = contacts.card(desk.session, contact_id).contact
    assert (found.title, found.industry) == ("Partner", None)
    desk.workspace.record_undo()
    desk.settle()
    assert contacts.card(desk.session, contact_id).contact.industry == "Bau & Holz"


def test_without_a_tick_nothing_can_be_reverted(desk: Desk, page: CustomersPage, qtbot: QtBot) -> None:
    contact_id = int(page.panel.contact_id or 0)
    edit(desk, contact_id, title="Owner")
    plan = reverting.plan_revert(desk.session, newest_change(desk, contact_id)[1], contact_id)
    dialog = RevertDialog(plan, who="Ana", when="now")
    qtbot.addWidget(dialog)
    assert dialog.accept_button.isEnabled()
    dialog.tick("Position", on=False)
    assert not dialog.accept_button.isEnabled()
    assert dialog.chosen == []


def test_calls_that_went_with_a_merge_are_called_so(
    desk: Desk, page: CustomersPage, qtbot: QtBot, tmp_path: Path
) -> None:
    session = desk.session
    consents.grant_consent(session)
    options = call_imports.reading_options(session)
    call_imports.run_import(session, [sample_call_log(tmp_path)], member_id=1, options=options)
    merging.merge(session, merging.preview_merge(session, (1, 2), survivor_id=2))
    dialog = RevertDialog(reverting.plan_revert(session, newest_change(desk, 2)[1], 2), who="Ana", when="now")
    qtbot.addWidget(dialog)
    named = {box.text() for box, _item in dialog._ticks}
    assert "Whose calls they are" in named
    assert "Bank details" not in named


def test_a_merge_is_reverted_from_history(desk: Desk, page: CustomersPage) -> None:
    session = desk.session
    merging.merge(session, merging.preview_merge(session, (1, 2), survivor_id=2))
    page.refresh()
    page.show_contact(2)
    desk.settle()
    history = page.panel.card.history
    page.panel.card.tabs.setCurrentWidget(history)
    desk.settle()
    words: list[str] = []

    def look(dialog: object) -> None:
        assert isinstance(dialog, RevertDialog)
        words.extend(part.text() for part in dialog.findChildren(QLabel))
        dialog.accept_button.click()

    answering(look)
    history.revert(newest_change(desk, 2))
    desk.settle()
    assert "Revert this change?" in words
    assert not any("was changed again afterwards" in text for text in words), "nobody did"
    assert contacts.card(session, 1).contact.trashed_at is None


def test_the_change_that_added_a_record_says_to_use_the_trash(desk: Desk, page: CustomersPage) -> None:
    contact_id = int(page.panel.contact_id or 0)
    card = page.panel.card
    card.tabs.setCurrentWidget(card.history)
    card.history.revert(("change", undo.history(desk.session, contact_id)[-1].change_set_id))
    desk.settle()
    assert "Move the record to the trash instead" in desk.workspace.notices.bar.label.text()


def elsewhere(desk: Desk) -> None:
    """Have the last change be another program's."""
    with desk.session.database.write() as connection:
        connection.execute(
            "UPDATE change_set SET session = zeroblob(16) WHERE id = (SELECT max(id) FROM change_set)"
        )


def test_an_undo_that_others_came_between_asks(desk: Desk, page: CustomersPage) -> None:
    contact_id = int(page.panel.contact_id or 0)
    edit(desk, contact_id, title="Owner", industry="Bau")
    edit(desk, contact_id, title="Von Eva")
    elsewhere(desk)

    def take_it_anyway(dialog: object) -> None:
        assert isinstance(dialog, RevertDialog)
        dialog.tick("Position")
        dialog.accept_button.click()

    answering(take_it_anyway)
    desk.workspace.record_undo()
    desk.settle()
    found = contacts.card(desk.session, contact_id).contact
    assert (found.title, found.industry) == (None, None)


@pytest.mark.parametrize("anyway", [False, True])
def test_an_undo_of_many_names_who_was_changed_since(desk: Desk, page: CustomersPage, anyway: bool) -> None:  # noqa: FBT001
    ids = page.model.ids_between(0, 2)
    before = contacts.contact_rows(desk.session, ids)
    preview = bulk.preview_bulk(desk.session, ids, BulkChange("status", "paused"))
    bulk.change_in_bulk(desk.session, preview)
    edit(desk, ids[1], status=CustomerStatus.FORMER)
    elsewhere(desk)
    name = before[ids[1]].display_name

    def answer(dialog: object) -> None:
        assert isinstance(dialog, RevertDialog)
        shown = [box.text() for box in dialog.findChildren(QCheckBox)]
        assert shown == [f"{name}: Status", "2 other records, which nobody changed since"]
        if anyway:
            dialog.tick(shown[0])
        dialog.accept_button.click()

    answering(answer)
    desk.workspace.record_undo()
    desk.settle()
    now = contacts.contact_rows(desk.session, ids)
    kept = ids[1] if not anyway else None
    assert {one for one in ids if now[one].status != before[one].status} == ({kept} - {None})
    former = contacts.card(desk.session, ids[1]).past_statuses
    assert [past.status for past in former] == (["paused"] if anyway else [before[ids[1]].status, "paused"])


def merged_products(desk: Desk) -> int:
    """Merge a product all three use into another; somebody notes something about that one since."""
    session = desk.session
    kept = products.add_product(session, ProductDraft("Fleet"))
    other = products.add_product(session, ProductDraft("Flete", vendor="Acme"))
    for contact_id in (1, 2, 3):
        product_uses.add_use(session, contact_id, ProductUseDraft("Flete"))
    products.merge_products(session, kept, other)
    return kept


def vendor_of(desk: Desk, product_id: int) -> str | None:
    return products.product(desk.session, product_id).vendor


def change_vendor(desk: Desk, product_id: int) -> None:
    found = products.product(desk.session, product_id)
    draft = replace(products.draft_of_product(found), vendor="By Eva")
    products.edit_product(desk.session, product_id, draft, version=found.version)
    elsewhere(desk)


def ticks_of_undo(desk: Desk) -> list[tuple[str, bool]]:
    """Undo, and take what the question proposes; return its lines and whether they had a tick."""
    shown: list[tuple[str, bool]] = []

    def answer(dialog: object) -> None:
        assert isinstance(dialog, RevertDialog)
        shown.extend((box.text(), box.isChecked()) for box in dialog.findChildren(QCheckBox))
        dialog.accept_button.click()

    answering(answer)
    desk.workspace.record_undo()
    desk.settle()
    return shown


def test_what_belongs_to_no_record_and_was_changed_since_has_a_line_without_a_tick(
    desk: Desk, page: CustomersPage
) -> None:
    kept = merged_products(desk)
    change_vendor(desk, kept)
    shown = ticks_of_undo(desk)
    assert shown == [("Vendor", False), ("3 other records, which nobody changed since", True)]
    assert vendor_of(desk, kept) == "By Eva"
    assert [use.product for use in product_uses.uses_of(desk.session, 2)] == ["Flete"]


def test_it_has_one_beside_a_record_that_was_changed_since_too(desk: Desk, page: CustomersPage) -> None:
    kept = merged_products(desk)
    (use,) = product_uses.uses_of(desk.session, 2)
    draft = replace(product_uses.use_draft(use), product="Atlas")
    product_uses.edit_use(desk.session, use.use.id, draft, version=use.use.version)
    elsewhere(desk)
    change_vendor(desk, kept)
    shown = dict(ticks_of_undo(desk))
    assert shown.pop("2 other records, which nobody changed since")
    assert len(shown) == 2
    assert not any(shown.values()), "what was changed since is never ticked for the person"
    assert vendor_of(desk, kept) == "By Eva"
    assert [use.product for use in product_uses.uses_of(desk.session, 2)] == ["Atlas"]


def test_who_may_not_change_records_has_no_button(desk: Desk, page: CustomersPage) -> None:
    contact_id = int(page.panel.contact_id or 0)
    with pytest.raises(RefusedError):
        reverting.plan_revert(desk.session, 10**9, contact_id)
    history = page.panel.card.history
    page.panel.card.tabs.setCurrentWidget(history)
    assert history.revert_button.isVisibleTo(history)
    history.show_contact(contact_id, trashed=True)
    assert not history.revert_button.isVisibleTo(history)
