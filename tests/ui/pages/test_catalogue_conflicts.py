"""Products and tags somebody else changed meanwhile: asked in the window, and nothing typed is lost."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLineEdit, QRadioButton, QWidget
from pytestqt.qtbot import QtBot

from crm_desktop.domain.contact_merging import Side
from crm_desktop.domain.tags import TagDraft, TagTone, draft_of_tag
from crm_desktop.operations import contacts, products, tags
from crm_desktop.operations.products import ProductDraft, draft_of_product
from crm_desktop.ui.pages.administration.fields import FieldsSection
from crm_desktop.ui.pages.administration.fields_dialogs import TagDialog
from crm_desktop.ui.pages.administration.page import AdministrationPage
from crm_desktop.ui.pages.products.catalogue import Catalogue
from crm_desktop.ui.pages.products.page import ProductsPage
from crm_desktop.ui.tasks import Tasks
from crm_desktop.ui.widgets.conflict_dialog import ConflictDialog
from crm_desktop.ui.widgets.form_dialog import FormDialog
from tests.environments import Office
from tests.operations.samples import person
from tests.ui.desk import Desk, answering

FLEET = 1
START = ProductDraft("Fleet", "F-1", "Acme", ("Basic", "Gold"), "old")


@pytest.fixture
def shop(qtbot: QtBot, office: Office, tasks: Tasks, bugs: list[BaseException]) -> Iterator[Desk]:
    session = office.open()
    assert products.add_product(session, START) == FLEET
    contacts.add_contact(session, person("Ida", tags=("Key",)))
    desk = Desk(qtbot, office, tasks, session)
    yield desk
    desk.window.close()
    desk.settle()
    assert bugs == []


def catalogue(desk: Desk) -> Catalogue:
    found = desk.page("products")
    assert isinstance(found, ProductsPage)
    found.catalogue.table.select_ids([FLEET])
    desk.settle()
    return found.catalogue


def theirs(desk: Desk, **values: object) -> None:
    product = products.product(desk.session, FLEET)
    draft = replace(draft_of_product(product), **values)  # type: ignore[arg-type]
    products.edit_product(desk.session, FLEET, draft, version=product.version)


def fleet(desk: Desk) -> ProductDraft:
    return draft_of_product(products.product(desk.session, FLEET))


def question(parent: QWidget) -> ConflictDialog:
    return parent.findChildren(ConflictDialog)[-1]


def choices(dialog: ConflictDialog) -> list[str]:
    return [choice.text() for choice in dialog.findChildren(QRadioButton)]


def names(dialog: ConflictDialog) -> list[str]:
    return [choice.accessibleName() for choice in dialog.findChildren(QRadioButton)]


def open_form(desk: Desk) -> tuple[Catalogue, FormDialog]:
    found = catalogue(desk)
    found.edit()
    assert isinstance(found.writes.dialog, FormDialog)
    return found, found.writes.dialog


def submit(desk: Desk, form: FormDialog, **values: object) -> None:
    for key, value in values.items():
        form.form.editor(key).set_value(value)  # type: ignore[attr-defined]
    form.accept_button.click()
    desk.settle()


def test_a_form_beside_what_somebody_else_saved_keeps_both(shop: Desk) -> None:
    found, form = open_form(shop)
    theirs(shop, vendor="Bolt")
    submit(shop, form, name="Fleet Pro")
    assert found.writes.dialog is None
    assert fleet(shop) == replace(START, vendor="Bolt", name="Fleet Pro")


def test_a_field_of_a_form_somebody_else_changed_is_asked_about_and_the_form_stays(shop: Desk) -> None:
    found, form = open_form(shop)
    theirs(shop, plans=("Gold",), code=None, note="theirs")
    submit(shop, form, plans="Basic\nGold\nMax", code="F-9", vendor="Bolt")
    asked = question(form)
    assert choices(asked) == ["–", "F-9", "Gold", "Basic, Gold, Max"]
    assert [name.split(",")[0] for name in names(asked)] == ["Code"] * 2 + ["Plans or versions"] * 2
    asked.reject()
    shop.settle()
    assert form.form.values()["plans"] == "Basic\nGold\nMax"
    assert fleet(shop).code is None
    submit(shop, form)
    asked = question(form)
    asked.choose_all(Side.THEIRS)
    asked.choose(next(place for place in asked.choices if place.column == "code"), Side.MINE)
    asked.accept()
    shop.settle()
    assert found.writes.dialog is None
    assert fleet(shop) == ProductDraft("Fleet", "F-9", "Bolt", ("Gold",), "theirs")


@pytest.mark.parametrize("side", [*Side, None])
def test_a_cell_somebody_else_changed_is_asked_about(shop: Desk, side: Side | None) -> None:
    found = catalogue(shop)
    theirs(shop, name="Wheels", vendor="Bolt")
    refusals: list[str] = []
    found.model.save_cell(found.model.index(0, 0), "Caravan", on_refused=refusals.append)
    shop.settle()
    asked = question(found)
    assert choices(asked) == ["Wheels", "Caravan"]
    if side is None:
        asked.reject()
    else:
        asked.choose_all(side)
        asked.accept()
    shop.settle()
    now = fleet(shop)
    assert (now.name, now.vendor) == ("Caravan" if side is Side.MINE else "Wheels", "Bolt")
    assert len(refusals) == (side is None)


def test_a_cell_that_is_open_while_the_catalogue_is_read_again_still_asks(shop: Desk) -> None:
    found = catalogue(shop)
    found.table.setCurrentIndex(found.model.index(0, 0))
    found.table.edit_current()
    editor = found.table.findChild(QLineEdit)
    assert editor is not None
    editor.setText("Caravan")
    theirs(shop, name="Wheels")
    shop.workspace.refresh()
    shop.settle()
    assert found.table.editing
    shop.qtbot.keyClick(editor, Qt.Key.Key_Return)
    shop.settle()
    asked = question(found)
    asked.choose_all(Side.THEIRS)
    asked.accept()
    shop.settle()
    assert found.model.index(0, 0).data() == "Wheels"


def test_a_cell_left_as_it_was_shows_what_was_read_meanwhile(shop: Desk) -> None:
    found = catalogue(shop)
    found.table.setCurrentIndex(found.model.index(0, 0))
    found.table.edit_current()
    theirs(shop, name="Wheels")
    shop.workspace.refresh()
    shop.settle()
    found.table.delegate.revert()
    shop.settle()
    assert found.model.index(0, 0).data() == "Wheels"
    assert found.table.current_id() == FLEET


def test_retired_while_somebody_else_changed_it(shop: Desk) -> None:
    found = catalogue(shop)
    line = found.current()
    assert line is not None
    theirs(shop, vendor="Bolt")
    found.set_offered(line, offered=False)
    shop.settle()
    product = products.product(shop.session, FLEET)
    assert (product.active, product.vendor) == (False, "Bolt")


# --- tags -------------------------------------------------------------------------------------------------


def fields(desk: Desk) -> FieldsSection:
    found = desk.page("administration")
    assert isinstance(found, AdministrationPage)
    found.show_section("fields")
    desk.settle()
    section = found.findChild(FieldsSection)
    assert section is not None
    return section


def look(desk: Desk) -> TagDraft:
    (tag,) = tags.all_tags(desk.session)
    return draft_of_tag(tag)


def change_tag(desk: Desk, other: TagDraft, mine: TagDraft, side: Side | None) -> list[str]:
    """Change the tag in its dialog while somebody saves ``other``; return what is asked about."""
    section = fields(desk)
    (tag,) = tags.all_tags(desk.session)
    asked: list[str] = []

    def type_it(dialog: QDialog) -> None:
        assert isinstance(dialog, TagDialog)
        tags.change_tag(desk.session, tag.id, other, base=draft_of_tag(tag))
        dialog.name.setText(mine.name)
        dialog.tone.setCurrentIndex(list(TagTone).index(mine.tone))
        if asks:
            answering(choose)
        dialog.accept_button.click()

    def choose(dialog: QDialog) -> None:
        if not isinstance(dialog, ConflictDialog):
            answering(choose)
            return
        asked.extend(choices(dialog))
        if side is None:
            answering(back)
            dialog.reject()
        else:
            dialog.choose_all(side)
            dialog.accept()

    def back(dialog: QDialog) -> None:
        assert isinstance(dialog, TagDialog)
        assert dialog.accept_button.isEnabled()
        assert dialog.name.text() == mine.name, "what was typed is still there"
        dialog.reject()

    asks = other.name not in {tag.name, mine.name} and mine.name != tag.name
    answering(type_it)
    section.change_tag(tag)
    desk.settle()
    return asked


def test_a_tag_renamed_here_and_coloured_there_has_both(shop: Desk) -> None:
    base = look(shop)
    other = next(tone for tone in TagTone if tone is not base.tone)
    assert change_tag(shop, replace(base, tone=other), replace(base, name="Gold"), Side.MINE) == []
    assert look(shop) == TagDraft("Gold", other)


@pytest.mark.parametrize("side", [*Side, None])
def test_a_tag_renamed_by_both_is_asked_about_and_the_dialog_stays(shop: Desk, side: Side | None) -> None:
    base = look(shop)
    assert change_tag(shop, replace(base, name="Gold"), replace(base, name="Silver"), side) == [
        "Gold",
        "Silver",
    ]
    assert look(shop).name == ("Silver" if side is Side.MINE else "Gold")
