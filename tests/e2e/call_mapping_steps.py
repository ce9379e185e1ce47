"""A telephone list nobody knows: its columns and words named, kept by name, and recognized the next time."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from PySide6.QtWidgets import QDialog

from crm_desktop.domain.contacts import Category
from crm_desktop.operations import consents, contacts
from crm_desktop.operations.call_mappings import saved_call_mappings
from crm_desktop.operations.contacts import ContactQuery
from crm_desktop.operations.session import Session
from crm_desktop.ui.pages.calls.import_dialog import ImportDialog
from crm_desktop.ui.pages.calls.page import CallsPage
from crm_desktop.ui.pages.calls.saved_mappings_dialog import NameDialog, SavedMappingsDialog
from tests.e2e.driver import Driver

_MONTHS = (("September", 0), ("Oktober", 12))
_WORDS = {"rein": "incoming", "raus": "outgoing", "niemand da": "incoming/missed"}
_NAME = "Telephone list of the practice"
_TITLE = "Praxis Nord - Telefonliste;;;;\nTag;Uhrzeit;Rufnummer;Wohin;Sprechzeit\n"


def call_mapping_steps(driver: Driver, folder: Path) -> None:
    """Name the columns of a table once, keep it, see it recognized, and look at what is kept."""
    session = driver.workspace.session
    if consents.active_consent(session, session.member.id) is None:
        consents.grant_consent(session)
    driver.workspace.pages.show_named("calls")
    page = driver.page(CallsPage)
    driver.settle()
    tables = folder / "tables"
    tables.mkdir()
    first, second = (_table(session, tables / f"Liste {month}.csv", skip=skip) for month, skip in _MONTHS)
    _shown(driver, page, first, _named)
    assert [saved.name for saved in saved_call_mappings(session)] == [_NAME]
    _shown(driver, page, second, _recognized)


def _shown(driver: Driver, page: CallsPage, path: Path, look: Callable[[Driver, QDialog], None]) -> None:
    given = driver.answers_given
    driver.answer(ImportDialog, lambda dialog: look(driver, dialog))
    page.import_files([path])
    driver.answered(given + 1)
    driver.settle()


def _table(session: Session, path: Path, *, skip: int) -> Path:
    """Write calls of some customers as an old telephone system lists them, in words of its own."""
    people = contacts.contact_ids(session, ContactQuery(Category.CUSTOMER))[skip : skip + 12]
    cards = [contacts.card(session, one) for one in people]
    numbers = [card.phones[0].raw for card in cards if card.phones]
    zone = ZoneInfo(session.organization.time_zone)
    last = datetime.fromtimestamp(session.now(), zone).replace(hour=9, minute=4) - timedelta(days=40 + skip)
    rows = [
        f"{at:%d.%m.%Y};{at:%H:%M};{number};{list(_WORDS)[place % 3]};0:{3 + place:02d}\n"
        for place, number in enumerate(numbers)
        for at in (last - timedelta(days=place, minutes=17 * place),)
    ]
    path.write_text(_TITLE + "".join(rows), encoding="cp1252")
    return path


def _named(driver: Driver, dialog: QDialog) -> None:
    assert isinstance(dialog, ImportDialog)
    panel = dialog.mapping
    driver.settle()
    driver.until(panel.isVisible, "the columns")
    driver.picture("91-mapping")
    driver.choose(panel.columns["direction"], 4)
    for word, meaning in _WORDS.items():
        driver.choose(panel.words[word], meaning)
    driver.until(dialog.message.button.isVisible, "the question what a talk time means")
    driver.picture("91-mapping-talk-times")
    driver.click(dialog.message.button)
    driver.until(dialog.accept_button.isEnabled, "the preview")
    bar = dialog._area.verticalScrollBar()
    bar.setValue(bar.maximum())
    driver.settle()
    driver.picture("91-mapping-words")
    driver.answer(NameDialog, lambda asked: _kept(driver, asked))
    bar.setValue(0)
    panel.keeping.save_button.click()
    driver.settle()
    driver.click(dialog.accept_button)
    driver.until(lambda: dialog.result_view is not None, "the result")
    driver.click(dialog.accept_button)


def _kept(driver: Driver, asked: QDialog) -> None:
    assert isinstance(asked, NameDialog)
    asked.name.setText(_NAME)
    driver.picture("91-mapping-name")
    driver.click(asked.accept_button)


def _recognized(driver: Driver, dialog: QDialog) -> None:
    assert isinstance(dialog, ImportDialog)
    driver.until(lambda: dialog.review.isVisible() and dialog.accept_button.isEnabled(), "the preview")
    driver.settle()
    driver.picture("91-mapping-recognized")
    driver.answer(SavedMappingsDialog, lambda saved: _list(driver, saved))
    dialog.mapping.keeping.saved_button.click()
    driver.click(dialog.reject_button)


def _list(driver: Driver, saved: QDialog) -> None:
    assert isinstance(saved, SavedMappingsDialog)
    driver.picture("91-mapping-list")
    driver.click(saved.accept_button)
