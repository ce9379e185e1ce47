"""Toast, message bar, progress panel and dialog: what the user is told and can do about it."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QDialog, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from crm_desktop.domain.progress import Progress
from crm_desktop.ui.widgets.dialog import Dialog, ask
from crm_desktop.ui.widgets.message_bar import MessageBar
from crm_desktop.ui.widgets.progress_panel import ProgressPanel
from crm_desktop.ui.widgets.toast import Toast
from tests.ui.screen import show_active

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def host(qtbot: QtBot) -> QWidget:
    host = QWidget()
    host.resize(700, 400)
    show_active(qtbot, host)
    return host


# --- toast -------------------------------------------------------------------------------------


def test_undo_in_the_toast_undoes_once_and_the_toast_goes(host: QWidget, qtbot: QtBot) -> None:
    toast, undone = Toast(host), []
    toast.show_text("Moved to the trash.", action=lambda: undone.append(1))
    assert toast.button.text() == "Undo"
    qtbot.mouseClick(toast.button, LEFT)
    assert undone == [1]
    assert not toast.isVisible()


def test_the_toast_is_at_the_bottom_centre_also_after_a_resize(host: QWidget, qtbot: QtBot) -> None:
    toast = Toast(host)
    toast.show_text("Saved.")
    assert not toast.button.isVisible()
    host.resize(900, 500)
    QApplication.processEvents()
    assert abs(toast.geometry().center().x() - 450) <= 1
    assert 0 < host.height() - toast.geometry().bottom() < 40
    toast.dismiss()


def test_a_long_text_wraps_inside_a_narrow_window(host: QWidget, qtbot: QtBot) -> None:
    toast = Toast(host)
    host.resize(320, 400)
    toast.show_text("A long sentence about what has just been done with a customer. " * 2, action=print)
    assert toast.width() <= 320
    assert toast.label.height() >= toast.label.heightForWidth(toast.label.width())
    toast.dismiss()


def test_the_toast_goes_by_itself_but_waits_while_undo_has_the_focus(host: QWidget, qtbot: QtBot) -> None:
    toast = Toast(host)
    toast.show_text("Saved.", shown_ms=1)
    qtbot.waitUntil(lambda: not toast.isVisible())
    toast.show_text("Saved.", action=print, shown_ms=1)
    toast.button.setFocus()
    qtbot.waitUntil(lambda: toast.remaining_ms > 1)
    assert toast.isVisible()
    qtbot.keyClick(toast, Qt.Key.Key_Escape)
    assert not toast.isVisible()


# --- message bar -------------------------------------------------------------------------------


def test_a_message_offers_its_action_and_can_be_dismissed(host: QWidget, qtbot: QtBot) -> None:
    bar = MessageBar(host)
    assert not bar.isVisible()
    bar.show_message("The file is open elsewhere.", tone="warn", action="Try again")
    assert bar.accessibleName() == "The file is open elsewhere."
    with qtbot.waitSignal(bar.action_requested):
        qtbot.mouseClick(bar.button, LEFT)
    with qtbot.waitSignal(bar.dismissed):
        qtbot.mouseClick(bar.close_button, LEFT)
    assert not bar.isVisible()


def test_a_message_without_action_has_no_empty_button(host: QWidget) -> None:
    bar = MessageBar(host)
    bar.show_message("Backed up.", tone="ok", can_dismiss=False)
    assert not bar.button.isVisible()
    assert not bar.close_button.isVisible()
    assert bar.property("tone") == "ok"


# --- progress ----------------------------------------------------------------------------------


def test_progress_shows_count_rate_and_time_left(qtbot: QtBot) -> None:
    moments = iter([0.0, 0.5, 12.0])
    panel = ProgressPanel("Importing calls", clock=lambda: next(moments))
    qtbot.addWidget(panel)
    panel.show_progress(Progress(0, 200_000))
    panel.show_progress(Progress(100, 200_000))
    assert panel.figures.text() == "100 of 200,000"
    panel.show_progress(Progress(60_000, 200_000, "Reading"))
    assert panel.figures.text() == "Reading · 60,000 of 200,000 · 5,000 per second · 28 s left"
    assert panel.bar.value() == 300


def test_progress_of_a_file_is_in_percent_and_megabytes(qtbot: QtBot) -> None:
    moments = iter([0.0, 2.0])
    panel = ProgressPanel(in_bytes=True, clock=lambda: next(moments))
    qtbot.addWidget(panel)
    panel.show_progress(Progress(0, 19_163_203))
    assert panel.figures.text() == "0 % · 0.0 MB of 19.2 MB"
    panel.show_progress(Progress(1_048_576, 19_163_203))
    assert panel.figures.text() == "5 % · 1.0 MB of 19.2 MB · 0.5 MB per second · 35 s left"


def test_progress_without_a_total_shows_only_what_is_known(qtbot: QtBot) -> None:
    moments = iter([0.0, 4.0])
    panel = ProgressPanel(clock=lambda: next(moments))
    qtbot.addWidget(panel)
    panel.show_progress(Progress(0))
    panel.show_progress(Progress(2))
    assert panel.figures.text() == "2 · 0.5 per second"
    assert panel.bar.maximum() == 0


def test_cancel_is_asked_for_once_and_says_so(qtbot: QtBot) -> None:
    panel = ProgressPanel("Export")
    qtbot.addWidget(panel)
    with qtbot.waitSignal(panel.cancel_requested):
        qtbot.mouseClick(panel.cancel_button, LEFT)
    assert not panel.cancel_button.isEnabled()
    assert panel.cancel_button.text() == "Cancelling…"
    panel.start("Export again")
    assert panel.cancel_button.isEnabled()


# --- dialog ------------------------------------------------------------------------------------


def test_the_dangerous_verb_is_not_what_enter_presses(qtbot: QtBot) -> None:
    dialog = Dialog("Erase Jürgen Müller for good?", text="It cannot be undone.", accept="Erase", danger=True)
    show_active(qtbot, dialog)
    assert dialog.accept_button.property("role") == "danger"
    assert not dialog.accept_button.isDefault()
    with qtbot.waitSignal(dialog.rejected):
        qtbot.keyClick(dialog, Qt.Key.Key_Return)


def test_enter_presses_the_harmless_verb_and_escape_the_other(qtbot: QtBot) -> None:
    dialog = Dialog("Save the filter?", accept="Save")
    show_active(qtbot, dialog)
    assert dialog.accept_button.text() == "Save"
    with qtbot.waitSignal(dialog.accepted):
        qtbot.keyClick(dialog, Qt.Key.Key_Return)
    show_active(qtbot, dialog)
    with qtbot.waitSignal(dialog.rejected):
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)


def test_a_refusal_is_said_inside_the_dialog(qtbot: QtBot) -> None:
    dialog = Dialog("Rename?", accept="Rename")
    show_active(qtbot, dialog)
    dialog.show_refusal("Name must not be empty.")
    assert dialog.message.isVisible()
    assert dialog.isVisible()


@pytest.mark.parametrize(("button", "answer"), [("accept_button", True), ("reject_button", False)])
def test_asking_waits_for_the_answer(qtbot: QtBot, host: QWidget, button: str, *, answer: bool) -> None:
    def press() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, Dialog)
        pressed = getattr(dialog, button)
        assert isinstance(pressed, QPushButton)
        pressed.click()

    from PySide6.QtCore import QTimer

    QTimer.singleShot(0, host, press)
    assert ask(host, "Undo the import?", accept="Undo it") is answer


def test_a_text_half_as_long_again_is_not_cut_off(qtbot: QtBot) -> None:
    texts = [
        "Keep the customer and everything that belongs to it",
        "Erase this customer for good and for ever",
    ]
    dialog = Dialog(
        "Erase? " * 20, text="Everything is removed. " * 20, accept=texts[1], reject=texts[0], danger=True
    )
    show_active(qtbot, dialog)
    assert isinstance(dialog, QDialog)
    for button in (dialog.accept_button, dialog.reject_button):
        assert button.width() >= button.sizeHint().width()
        assert dialog.rect().contains(button.mapTo(dialog, QPoint(button.width(), 0)))
    assert dialog.text.height() >= dialog.text.heightForWidth(dialog.text.width())
