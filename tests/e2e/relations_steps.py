"""The relations of a contact in the sample organization: list, form, the picture small, large and zoomed."""

from PySide6.QtWidgets import QDialog

from crm_desktop.domain.relations import RelationRole
from crm_desktop.operations.relations import relations_of
from crm_desktop.ui.pages.customers.page import CustomersPage
from crm_desktop.ui.widgets.contact_relations import ContactRelations
from crm_desktop.ui.widgets.relation_dialog import RelationDialog
from crm_desktop.ui.widgets.relation_window import RelationWindow
from tests.e2e.driver import Driver

_LOOKED_THROUGH = 260


def relations_pages(driver: Driver) -> None:
    """Look at the relations of the company with most people, and add one."""
    page = driver.page(CustomersPage)
    page.show_contact(_company_with_most_people(driver))
    card = page.panel.card
    card.tabs.setCurrentWidget(card.relations)
    driver.settle()
    assert card.relations.lines
    driver.picture("60-relations-of-a-company")
    _introduced(driver, page)
    _large(driver, card.relations)
    _add(driver, card.relations)
    card.tabs.setCurrentIndex(0)


def _company_with_most_people(driver: Driver) -> int:
    session = driver.workspace.session
    people = {
        number: sum(line.role is RelationRole.EMPLOYER_OF for line in relations_of(session, number))
        for number in range(1, _LOOKED_THROUGH)
    }
    return max(people, key=lambda number: people[number])


def _introduced(driver: Driver, page: CustomersPage) -> None:
    """Go to one of its people who was introduced by somebody, and choose a relation."""
    session = driver.workspace.session
    person = next(
        number
        for number in range(1, _LOOKED_THROUGH)
        if {line.role for line in relations_of(session, number)}
        >= {RelationRole.EMPLOYEE_OF, RelationRole.REFERRED_BY}
    )
    page.show_contact(person)
    driver.settle()
    shown = page.panel.card.relations
    assert shown.chain.isVisible()
    shown.list.choose(next(iter(shown.lines)))
    driver.picture("61-relations-introduced-by")


def _large(driver: Driver, shown: ContactRelations) -> None:
    def look(dialog: QDialog) -> None:
        assert isinstance(dialog, RelationWindow)
        dialog.network.steps.set_value(3)
        driver.settle()
        assert len(dialog.network.picture.nodes) > len(shown.lines)
        driver.picture("62-relations-large-picture")
        for _ in range(3):
            dialog.network.picture.zoom_in()
        driver.picture("63-relations-picture-nearer")
        dialog.close()

    given = driver.answers_given
    driver.answer(RelationWindow, look)
    driver.click(shown.network.larger)
    driver.answered(given + 1)
    driver.settle()


def _add(driver: Driver, shown: ContactRelations) -> None:
    def fill(dialog: QDialog) -> None:
        assert isinstance(dialog, RelationDialog)
        assert dialog.chooser is not None
        driver.write(dialog.chooser.search, "vogel")
        driver.settle()
        driver.picture("64-relations-chooser")
        dialog.chooser.choose(dialog.chooser.results.parties.lines[0].key)
        driver.settle()
        driver.picture("65-relations-form")
        dialog.reject()

    given = driver.answers_given
    driver.answer(RelationDialog, fill)
    driver.click(shown.add_button)
    driver.answered(given + 1)
    driver.settle()
