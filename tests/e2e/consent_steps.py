"""Consents: one's own with an end, everybody's for administrators, one from paper, and the withdrawal."""

from pathlib import Path

from PySide6.QtWidgets import QDialog

from crm_desktop.domain.permissions import Role
from crm_desktop.operations import consents, users
from crm_desktop.operations.backups import back_up
from crm_desktop.operations.members import members
from crm_desktop.ui.pages.privacy.page import PrivacyPage
from crm_desktop.ui.pages.privacy.paper_dialog import PaperDialog
from crm_desktop.ui.widgets.consent_dialog import ConsentDialog
from crm_desktop.ui.widgets.dialog import Dialog
from tests.e2e.driver import Driver

_DAY_S = 86_400


def consent_steps(driver: Driver, folder: Path) -> None:
    """Look at the page of somebody who may see all consents; record one from paper; withdraw one's own."""
    session = driver.workspace.session
    if "ben" not in {member.login for member in members(session)}:
        users.add_user(
            session, login="ben", name="Ben Sand", role=Role.STAFF, password="a temporary one 4711"
        )
    back_up(session)
    driver.workspace.pages.show_named("privacy")
    page = driver.page(PrivacyPage)
    driver.settle()
    _renewed(driver, page)
    _paper(driver, page, folder)
    driver.picture("89-privacy")
    assert page.team is not None
    _withdrawn(driver, page)


def _renewed(driver: Driver, page: PrivacyPage) -> None:
    session = driver.workspace.session
    if consents.active_consent(session, session.member.id) is not None:
        consents.withdraw_consent(session)
    consents.grant_consent(session, expires_at=session.now() + 12 * _DAY_S)
    page.refresh()
    driver.settle()
    assert page.mine.renew_button.isVisible()
    driver.picture("88-consent-ends-soon")

    def agree(dialog: QDialog) -> None:
        assert isinstance(dialog, ConsentDialog)
        dialog.term.setCurrentIndex(2)
        dialog.tick.setChecked(True)
        driver.picture("88-consent-with-end")
        driver.click(dialog.accept_button)

    given = driver.answers_given
    driver.answer(ConsentDialog, agree)
    page.mine.renew_button.click()
    driver.answered(given + 1)
    driver.settle()
    assert page.mine.pill.text() == "Given"


def _paper(driver: Driver, page: PrivacyPage, folder: Path) -> None:
    scan = folder / "signed.pdf"
    scan.write_bytes(b"%PDF-1.4\n%%EOF\n")
    assert page.team is not None

    def record(dialog: QDialog) -> None:
        assert isinstance(dialog, PaperDialog)
        dialog.path.setText(str(scan))
        dialog.accept_button.setEnabled(True)
        driver.picture("89-consent-from-paper")
        driver.click(dialog.accept_button)
        driver.until(lambda: not dialog.isVisible(), "the recorded consent")

    given = driver.answers_given
    driver.answer(PaperDialog, record)
    page.team.paper_button.click()
    driver.answered(given + 1)
    driver.settle()


def _withdrawn(driver: Driver, page: PrivacyPage) -> None:
    def sure(dialog: QDialog) -> None:
        assert isinstance(dialog, Dialog)
        driver.picture("90-withdraw")
        driver.click(dialog.accept_button)

    given = driver.answers_given
    driver.answer(Dialog, sure)
    page.mine.withdraw_button.click()
    driver.answered(given + 1)
    driver.settle()
    assert page.mine.pill.text() == "Withdrawn"
    driver.picture("90-withdrawn")
