"""The guided tour: the main job in the real window, then the sample organization; a picture of each step.

``python -m tests.e2e.tour FOLDER`` with a display, a session bus and a keyring; ``dev.py tour`` provides
them. Pictures come in light and dark, with ``--light`` in light alone; a second pass shows the sample at
150 %.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from crm_desktop.app import Program
from crm_desktop.operations.contacts import contact_rows
from crm_desktop.operations.environment import Environment
from crm_desktop.operations.sample import LOGIN, PASSWORD, create_sample
from crm_desktop.ui.assets import install_translation
from crm_desktop.ui.pages.customers.page import CustomersPage
from crm_desktop.ui.shell.sign_in import SignInPage
from crm_desktop.ui.theme import Mode
from tests.e2e.accounts_job import whole_accounts_job
from tests.e2e.backup_job import whole_backup_job
from tests.e2e.bulk_steps import bulk_steps
from tests.e2e.call_import_steps import call_import_steps
from tests.e2e.call_mapping_steps import call_mapping_steps
from tests.e2e.calling_steps import calling_steps
from tests.e2e.conflict_steps import conflict_steps
from tests.e2e.consent_steps import consent_steps
from tests.e2e.driver import THEMES, Driver
from tests.e2e.duplicates_steps import duplicates_steps
from tests.e2e.fields_steps import fields_steps
from tests.e2e.files_steps import files_steps
from tests.e2e.finding_steps import finding_steps
from tests.e2e.follow_up_steps import follow_up_steps
from tests.e2e.history_steps import history_steps
from tests.e2e.import_steps import import_steps
from tests.e2e.main_job import SAMPLES, whole_job
from tests.e2e.numbers_steps import numbers_steps
from tests.e2e.printing_steps import printing_steps
from tests.e2e.products_steps import products_steps
from tests.e2e.relations_steps import relations_pages
from tests.e2e.telephony_steps import telephony_steps
from tests.e2e.today_steps import today_page, today_steps
from tests.e2e.trash_steps import trash_steps

LOG = SAMPLES / "calls-20260105090000.xml"
SCALED = "--scaled"
LIGHT = "--light"


def sample_pages(driver: Driver, path: Path) -> None:
    """Sign in to the sample organization and look at its pages, wide and narrow."""
    driver.window.open_file(path)
    sign_in = driver.front(SignInPage)
    driver.until(lambda: sign_in.login.currentText() == LOGIN, "the login from this computer's keyring")
    driver.write(sign_in.password, PASSWORD)
    driver.picture("20-sign-in")
    driver.click(sign_in.submit_button)
    driver.until(lambda: driver.window.workspace is not None, "the sample organization")
    # The steps press keys in widgets, not at the window, where nobody seems to be on a slow computer.
    driver.window.stay_unlocked()
    driver.settle()
    today_page(driver)
    driver.workspace.pages.show_named("customers")
    driver.settle()
    page = driver.page(CustomersPage)
    page.table.select_ids([_busy_customer(driver, page)])
    driver.settle()
    driver.picture("21-sample-customers")
    page.panel.card.tabs.setCurrentIndex(1)
    driver.settle()
    driver.picture("22-sample-timeline")
    page.panel.card.tabs.setCurrentIndex(0)
    relations_pages(driver)
    page.record_edit()
    driver.settle()
    driver.picture("23-sample-form")
    page.record_revert()
    driver.shortcut(Qt.Key.Key_F)
    driver.write(page.search, "grosz met")
    driver.settle()
    driver.picture("24-sample-similar")
    driver.write(page.search, "")
    for page_name, name in (("address_book", "25-sample-address-book"), ("calls", "26-sample-calls")):
        driver.workspace.pages.show_named(page_name)
        driver.settle()
        driver.picture(name)
    driver.workspace.pages.show_named("customers")
    driver.window.resize(1024, 700)
    driver.settle()
    driver.picture("27-sample-narrow")


def _busy_customer(driver: Driver, page: CustomersPage) -> int:
    """Return a customer of the first screen with a product, a company and a recent call."""
    session = driver.workspace.session
    rows = contact_rows(session, page.model.ids_between(0, 19))
    return max(
        (row for row in rows.values() if row.product and row.company), key=lambda row: row.last_contact or 0
    ).id


def run(folder: Path, *, scaled: bool, themes: tuple[Mode, ...]) -> list[Path]:
    """Walk the tour and return the pictures made."""
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    install_translation(app, "en_US")
    with tempfile.TemporaryDirectory(prefix="crm-desktop-tour-") as home:
        environment = Environment(data_folder=Path(home) / "data")
        program = Program(app, environment, theme="light")
        driver = Driver(program, folder, suffix="-150" if scaled else "", themes=themes)
        try:
            driver.start(None)
            if not scaled:
                whole_job(driver, Path(home), LOG)
                whole_accounts_job(driver)
                whole_backup_job(driver, Path(home) / "lantern.crm")
                driver.window.program_other_file()
            driver.window.resize(1440, 900)
            sample = Path(home) / "sample.crm"
            create_sample(environment, sample)
            sample_pages(driver, sample)
            finding_steps(driver)
            bulk_steps(driver)
            trash_steps(driver)
            products_steps(driver)
            fields_steps(driver)
            telephony_steps(driver)
            files_steps(driver)
            printing_steps(driver)
            history_steps(driver)
            conflict_steps(driver)
            duplicates_steps(driver)
            import_steps(driver, Path(home))
            calling_steps(driver)
            call_mapping_steps(driver, Path(home))
            call_import_steps(driver, Path(home))
            numbers_steps(driver, Path(home))
            follow_up_steps(driver)
            today_steps(driver)
            consent_steps(driver, Path(home))  # the last: it takes the calls away
        finally:
            driver.close()
    return driver.pictures


def main(arguments: list[str]) -> int:
    """Walk the tour at 100 %, then the sample at 150 % in a process of its own; print a summary."""
    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    scaled = SCALED in arguments
    themes: tuple[Mode, ...] = ("light",) if LIGHT in arguments else THEMES
    began = time.monotonic()
    pictures = run(folder, scaled=scaled, themes=themes)
    percent = 150 if scaled else 100
    print(f"{len(pictures)} pictures at {percent} % in {time.monotonic() - began:.0f} s")
    if scaled:
        return 0
    steps = sorted({picture.stem.rsplit("-", 1)[0] for picture in pictures})
    print("Steps done, each checked and pictured:", *(f"  {step}" for step in steps), sep="\n")
    print(f"Themes: {', '.join(themes)}")
    again = [sys.executable, "-m", "tests.e2e.tour", *arguments, SCALED]
    return subprocess.run(again, env=os.environ | {"QT_SCALE_FACTOR": "1.5"}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
