"""My consent: found in one place, given only knowingly, withdrawn with what goes and what stays."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QDialog

from crm_desktop.operations import call_imports, consents
from crm_desktop.operations.calls import CallQuery, call_count
from crm_desktop.ui.pages.privacy.page import PrivacyPage
from crm_desktop.ui.widgets.consent_dialog import ConsentDialog
from tests.ui.desk import Desk, answering, sample_call_log


def _page(desk: Desk) -> PrivacyPage:
    page = desk.page("privacy")
    assert isinstance(page, PrivacyPage)
    return page


def test_it_is_not_given_until_ticked_by_hand(desk: Desk) -> None:
    page = _page(desk)
    assert page.mine.pill.text() == "Not given"
    assert page.mine.withdraw_button.isHidden()

    def agree(dialog: QDialog) -> None:
        assert isinstance(dialog, ConsentDialog)
        assert not dialog.tick.isChecked()
        assert not dialog.accept_button.isEnabled()
        dialog.tick.setChecked(True)
        dialog.accept_button.click()

    answering(agree)
    page.mine.grant()
    desk.settle()
    assert page.mine.pill.text() == "Given"
    assert page.mine.grant_button.isHidden()
    consent = consents.active_consent(desk.session, desk.session.member.id)
    assert consent is not None
    assert consent.text == page.mine.text.text()


def test_withdrawing_removes_the_calls_and_says_so(desk: Desk, tmp_path: Path) -> None:
    session = desk.session
    consents.grant_consent(session)
    call_imports.run_import(
        session,
        [sample_call_log(tmp_path)],
        member_id=session.member.id,
        options=call_imports.reading_options(session),
    )
    assert call_count(session, CallQuery()) == 4
    page = _page(desk)
    texts: list[str] = []

    def confirm(dialog: QDialog) -> None:
        texts.append(dialog.text.text())  # type: ignore[attr-defined]  # the project's own dialog
        dialog.accept()

    answering(confirm)
    page.mine.withdraw()
    desk.settle()
    assert "What stays" in texts[0]
    assert page.mine.pill.text() == "Withdrawn"
    assert "4" in page.mine.since.text()
    assert call_count(session, CallQuery()) == 0


def test_traces_that_another_reader_keeps_on_the_disk_are_said(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    consents.grant_consent(desk.session)
    page = _page(desk)
    monkeypatch.setattr("crm_desktop.storage.database.Database.checkpoint", lambda _: False)
    answering(lambda dialog: dialog.accept())
    page.mine.withdraw()
    desk.settle()
    assert page.mine.pill.text() == "Withdrawn"
    assert desk.workspace.notices.bar.isVisible()
    assert "until everybody has closed the file" in desk.workspace.notices.bar.label.text()


def test_changing_ones_mind_changes_nothing(desk: Desk) -> None:
    consents.grant_consent(desk.session)
    page = _page(desk)
    answering(lambda dialog: dialog.reject())
    page.mine.withdraw()
    desk.settle()
    assert page.mine.pill.text() == "Given"
