"""What another program saved shows in the open window by itself."""

from dataclasses import replace

from crm_desktop.operations import contacts
from crm_desktop.ui.pages.customers.page import CustomersPage
from crm_desktop.ui.shell.change_watch import ChangeWatch
from tests.ui.desk import Desk


def look(desk: Desk) -> None:
    watch = desk.workspace.findChild(ChangeWatch)
    assert isinstance(watch, ChangeWatch)
    watch.stop()  # a turn of its own in between would see half of what the test does
    desk.settle()
    watch.look()
    desk.settle()


def by_somebody_else(desk: Desk) -> None:
    """Have the newest change set be another session's."""
    with desk.session.database.write() as connection:
        connection.execute(
            "UPDATE change_set SET session = zeroblob(16) WHERE id = (SELECT max(id) FROM change_set)"
        )


def test_an_open_list_and_card_show_it_and_keep_what_is_chosen(desk: Desk) -> None:
    page = desk.page("customers")
    assert isinstance(page, CustomersPage)
    look(desk)
    contact_id = int(page.model.id_at(1) or 0)
    page.show_contact(contact_id)
    desk.settle()
    draft, version = contacts.contact_draft(desk.session, contact_id)
    changed = replace(draft, title="From elsewhere")
    contacts.save_contact(desk.session, contact_id, changed, version=version)
    by_somebody_else(desk)
    look(desk)
    assert page.panel.contact_id == contact_id
    assert page.panel.card.draft is not None
    assert page.panel.card.draft.title == "From elsewhere"


def test_a_form_that_is_typed_in_stays_as_it_is(desk: Desk) -> None:
    page = desk.page("customers")
    assert isinstance(page, CustomersPage)
    look(desk)
    page.record_edit()
    assert page.panel.editor.form is not None
    page.panel.editor.form.editor("title").setText("Half typed")  # type: ignore[attr-defined]  # a line edit
    other = next(row for row in (0, 1, 2) if page.model.id_at(row) != page.panel.contact_id)
    contacts.trash(desk.session, [int(page.model.id_at(other) or 0)])
    by_somebody_else(desk)
    look(desk)
    assert page.panel.editing
    assert page.panel.editor.form.editor("title").text() == "Half typed"  # type: ignore[attr-defined]  # a line edit


def test_what_was_moved_to_the_trash_elsewhere_leaves_the_list(desk: Desk) -> None:
    page = desk.page("customers")
    assert isinstance(page, CustomersPage)
    look(desk)
    contacts.trash(desk.session, [int(page.model.id_at(2) or 0)])
    by_somebody_else(desk)
    look(desk)
    assert page.model.rowCount() == 2
