"""My consent: found in one place, given only knowingly, withdrawn with what goes and what stays."""

import zipfile
from pathlib import Path

import pytest
from PySide6.QtWidgets import QDialog, QFileDialog
from pytestqt.qtbot import QtBot

from crm_desktop.domain.permissions import Role
from crm_desktop.operations import call_imports, consents
from crm_desktop.operations.calls import CallQuery, call_count
from crm_desktop.ui.pages.privacy.page import PrivacyPage
from crm_desktop.ui.pages.privacy.paper_dialog import PaperDialog
from crm_desktop.ui.shell.consent_notices import ConsentNotices
from crm_desktop.ui.tasks import Tasks
from crm_desktop.ui.widgets.consent_dialog import ConsentDialog
from tests.environments import Office, add_member
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


def test_an_end_that_is_near_is_told_at_sign_in_and_renewed(desk: Desk) -> None:
    session = desk.session
    consents.grant_consent(session, expires_at=session.now() + 5 * 86_400)
    notices = desk.workspace.findChild(ConsentNotices)
    assert isinstance(notices, ConsentNotices)
    notices.begin()
    desk.qtbot.waitUntil(desk.workspace.notices.bar.isVisible)
    assert "Your consent" in desk.workspace.notices.bar.label.text()
    page = _page(desk)
    assert page.mine.pill.text() == "Ends soon"

    def renew(dialog: QDialog) -> None:
        assert isinstance(dialog, ConsentDialog)
        dialog.term.setCurrentIndex(dialog.term.count() - 1)
        dialog.tick.setChecked(True)
        dialog.accept_button.click()

    answering(renew)
    page.mine.renew_button.click()
    desk.settle()
    assert page.mine.pill.text() == "Given"
    assert page.mine.renew_button.isHidden()
    consent = consents.active_consent(session, session.member.id)
    assert consent is not None
    assert consent.expires_at is not None
    assert 700 < (consent.expires_at - session.now()) / 86_400 < 732


def test_an_administrator_records_a_paper_saves_its_scan_and_withdraws(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    eva = add_member(desk.session, "eva", Role.STAFF)
    page = _page(desk)
    page.refresh()
    desk.settle()
    team = page.team
    assert team is not None
    scan = tmp_path / "eva.pdf"

    def record(dialog: QDialog) -> None:
        assert isinstance(dialog, PaperDialog)
        assert not dialog.accept_button.isEnabled()
        monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(scan), ""))
        dialog.choose_button.click()
        dialog.member.setCurrentIndex(dialog.member.findData(eva))
        dialog.accept_button.click()
        desk.qtbot.waitUntil(dialog.accept_button.isEnabled)
        assert "eva.pdf" in dialog.scan_field._refusal.text(), "the file is not there yet"
        scan.write_bytes(b"%PDF signed")
        dialog.accept_button.click()

    answering(record)
    team.paper_button.click()
    desk.settle()
    assert consents.active_consent(desk.session, eva) is not None
    team.table.select_ids([[state.member.id for state in team._states].index(eva)])
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "copy.pdf"), ""))
    team.scan_button.click()
    desk.settle()
    assert (tmp_path / "copy.pdf").read_bytes() == b"%PDF signed"
    answering(lambda dialog: dialog.accept())
    team.withdraw_button.click()
    desk.settle()
    assert consents.active_consent(desk.session, eva) is None
    assert not team.withdraw_button.isEnabled()


def test_who_is_no_administrator_sees_his_own_only(qtbot: QtBot, office: Office, tasks: Tasks) -> None:
    session = office.open()
    add_member(session, "eva", Role.STAFF)
    session.close()
    desk = Desk(qtbot, office, tasks, office.open("eva"))
    assert _page(desk).team is None
    desk.window.close()
    desk.settle()


def test_my_data_is_saved_where_one_says(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "mine.zip"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    page = _page(desk)
    page.data.save_button.click()
    desk.settle()
    assert zipfile.is_zipfile(target)
    assert "not encrypted" in desk.workspace.notices.toast.label.text()
