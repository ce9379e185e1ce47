"""The *Files* tab, the viewer and the photo of a card, with real files dragged, pressed and undone."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu, QRadioButton, QWidget

from crm_desktop.domain.permissions import Role
from crm_desktop.operations import attachments, contacts, photos, undo
from crm_desktop.ui.pages.address_book.page import AddressBookPage
from crm_desktop.ui.pages.customers.page import CustomersPage
from crm_desktop.ui.widgets.conflict_dialog import ConflictDialog
from crm_desktop.ui.widgets.contact_card import ContactCard
from crm_desktop.ui.widgets.contact_files import ContactFiles
from crm_desktop.ui.widgets.contact_files_viewer import FileViewer
from crm_desktop.ui.widgets.form_dialog import FormDialog
from tests.environments import add_member
from tests.ui.desk import Desk

HARRIET = 1


def card(desk: Desk) -> ContactCard:
    page = desk.page("customers")
    assert isinstance(page, CustomersPage)
    page.show_contact(HARRIET)
    desk.settle()
    return page.panel.card


def tab(desk: Desk) -> ContactFiles:
    shown = card(desk)
    shown.tabs.setCurrentWidget(shown.files)
    desk.settle()
    return shown.files


def picture(folder: Path, name: str = "front.png", size: tuple[int, int] = (640, 480)) -> Path:
    path = folder / name
    Image.new("RGB", size, "#3a7").save(path)
    return path


def text(folder: Path, name: str = "note.txt", words: str = "Grüße, Łódź") -> Path:
    path = folder / name
    path.write_text(words, encoding="utf-8")
    return path


@pytest.fixture
def filled(desk: Desk, tmp_path: Path) -> Iterator[ContactFiles]:
    paths = [picture(tmp_path), text(tmp_path), text(tmp_path, "offer.docx")]
    attachments.add_files(desk.session, HARRIET, paths)
    yield tab(desk)
    QApplication.processEvents()


def names(files: ContactFiles) -> list[str]:
    return [line.name for line in files.lines.values()]


def choose(files: ContactFiles, name: str) -> None:
    files.list.choose(next(line.id for line in files.lines.values() if line.name == name))


def mime(*paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def drag(shown: ContactCard, target: QWidget, at: QPoint, data: QMimeData) -> bool:
    """Drag over a part of the card and drop there; return whether the card takes it.

    The events go to the watcher itself: without a drag of the system Qt finds no target for moves.
    """
    facts = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    taken = False
    for event in (QDragEnterEvent(at, *facts), QDragMoveEvent(at, *facts)):
        event.ignore()
        taken = shown.drops.eventFilter(target, event) and event.isAccepted()
    return taken and shown.drops.eventFilter(target, QDropEvent(QPointF(at), *facts))


def drop_photo(shown: ContactCard, data: QMimeData) -> bool:
    """Drop something on the photo; return whether it is welcome."""
    facts = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    event = QDragEnterEvent(QPoint(5, 5), *facts)
    event.ignore()
    shown.avatar.dragEnterEvent(event)
    if event.isAccepted():
        shown.avatar.dropEvent(QDropEvent(QPointF(5, 5), *facts))
    return event.isAccepted()


def test_an_empty_tab_says_what_to_do(desk: Desk) -> None:
    files = tab(desk)
    assert files.nothing.isVisible()
    assert files.nothing.button.isVisible()


def test_files_are_dropped_on_the_card_and_told(desk: Desk, tmp_path: Path) -> None:
    files = tab(desk)
    shown = card(desk)
    (tmp_path / "folder").mkdir()
    assert drag(shown, shown, QPoint(20, 200), mime(text(tmp_path), picture(tmp_path), tmp_path / "folder"))
    desk.settle()
    assert names(files) == ["front.png", "note.txt"]
    said = files.list.parties.lines[1].detail
    assert "Ana" in said
    assert "bytes" in said


def test_a_drag_over_the_tab_brings_it_to_the_front(desk: Desk, tmp_path: Path) -> None:
    shown = card(desk)
    shown.tabs.setCurrentIndex(0)
    desk.window.resize(2000, 1000)
    desk.settle()
    bar = shown.tabs.tabBar()
    over = bar.tabRect(shown.tabs.indexOf(shown.files)).center()
    assert drag(shown, bar, over, mime(text(tmp_path)))
    desk.settle()
    assert names(shown.files) == ["note.txt"]


def test_a_drag_over_the_menu_of_folded_tabs_does_so_too(desk: Desk, tmp_path: Path) -> None:
    shown = card(desk)
    shown.tabs.setCurrentIndex(0)
    shown.resize(380, shown.height())
    desk.settle()
    assert shown.tabs.indexOf(shown.files) in shown.tabs.folded()
    assert drag(shown, shown.tabs.more, QPoint(5, 5), mime(text(tmp_path)))
    desk.settle()
    assert names(shown.files) == ["note.txt"]


def test_elsewhere_on_the_card_a_drag_goes_to_the_window(desk: Desk, tmp_path: Path) -> None:
    shown = card(desk)
    shown.tabs.setCurrentIndex(0)
    assert not drag(shown, shown, QPoint(20, 200), mime(text(tmp_path)))


def test_files_are_chosen(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = tab(desk)
    path = text(tmp_path)
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([str(path)], ""))
    files.nothing.button.click()
    desk.settle()
    assert names(files) == ["note.txt"]


def test_the_keyboard_renames_removes_and_undoes(desk: Desk, filled: ContactFiles) -> None:
    choose(filled, "note.txt")
    desk.qtbot.keyClick(filled.list, Qt.Key.Key_F2)
    dialog = filled.edits.dialog
    assert isinstance(dialog, FormDialog)
    dialog.form.set_values({"name": "minutes.txt"})
    dialog._submit()
    desk.settle()
    assert "minutes.txt" in names(filled)
    desk.qtbot.keyClick(filled.list, Qt.Key.Key_Delete)
    desk.settle()
    assert "minutes.txt" not in names(filled)
    undo.undo(desk.session)
    filled.reload()
    assert "minutes.txt" in names(filled)


def test_a_note_is_written(desk: Desk, filled: ContactFiles) -> None:
    choose(filled, "offer.docx")
    filled.note_button.click()
    dialog = filled.edits.dialog
    assert isinstance(dialog, FormDialog)
    dialog.form.set_values({"note": "The second draft"})
    dialog._submit()
    desk.settle()
    assert filled.current_line() is not None
    assert "The second draft" in filled.list.parties.lines[0].detail


def test_a_name_somebody_else_changed_is_asked_about(desk: Desk, filled: ContactFiles) -> None:
    choose(filled, "note.txt")
    desk.qtbot.keyClick(filled.list, Qt.Key.Key_F2)
    dialog = filled.edits.dialog
    assert isinstance(dialog, FormDialog)
    line = filled.current_line()
    assert line is not None
    attachments.rename(desk.session, line.id, "theirs.txt", version=line.version)
    dialog.form.set_values({"name": "mine.txt"})
    dialog._submit()
    desk.settle()
    (asked,) = dialog.findChildren(ConflictDialog)
    assert [choice.text() for choice in asked.findChildren(QRadioButton)] == ["theirs.txt", "mine.txt"]
    asked.accept()
    desk.settle()
    assert "mine.txt" in names(filled)
    assert filled.edits.dialog is None


def viewer(desk: Desk, files: ContactFiles, name: str) -> FileViewer:
    choose(files, name)
    desk.qtbot.keyClick(files.list, Qt.Key.Key_Return)
    desk.settle()
    assert files.viewer is not None
    return files.viewer


def test_pictures_and_texts_are_shown_inside(desk: Desk, filled: ContactFiles) -> None:
    shown = viewer(desk, filled, "front.png")
    assert shown.picture.isVisible()
    assert "640 × 480" in shown.facts.text()
    fitted = shown.picture.zoom
    desk.qtbot.keyClick(shown, Qt.Key.Key_Plus)
    assert shown.picture.zoom > fitted
    desk.qtbot.keyClick(shown, Qt.Key.Key_0)
    assert shown.picture.zoom == pytest.approx(fitted)
    desk.qtbot.keyClick(shown, Qt.Key.Key_Left)
    desk.settle()
    assert shown.text.isVisible()
    assert shown.text.toPlainText() == "Grüße, Łódź"
    assert not shown.in_button.isVisible()
    shown.close()
    desk.settle()
    assert filled.viewer is None


def test_a_damaged_picture_says_so_and_the_next_is_shown(desk: Desk, tmp_path: Path) -> None:
    bad = tmp_path / "bad.jpg"
    bad.write_bytes(b"\xff\xd8\xff\xe0nonsense")
    attachments.add_files(desk.session, HARRIET, [text(tmp_path), bad])
    shown = viewer(desk, tab(desk), "bad.jpg")
    assert shown.trouble.isVisible()
    assert "bad.jpg" in shown.trouble.sentence.text()
    shown.step(1)
    desk.settle()
    assert shown.text.isVisible()
    shown.close()


def test_the_pages_of_a_pdf_are_turned(desk: Desk, tmp_path: Path) -> None:
    from fpdf import FPDF

    document = FPDF()
    for page in range(2):
        document.add_page()
        document.set_font("helvetica", size=24)
        document.cell(text=f"Page {page + 1}")
    (tmp_path / "offer.pdf").write_bytes(bytes(document.output()))
    attachments.add_files(desk.session, HARRIET, [tmp_path / "offer.pdf"])
    shown = viewer(desk, tab(desk), "offer.pdf")
    assert shown.page_label.text() == "Page 1 of 2"
    shown.forth_button.click()
    desk.settle()
    assert shown.page_label.text() == "Page 2 of 2"
    assert not shown.forth_button.isEnabled()
    shown.close()


def test_other_files_are_opened_as_a_copy_after_a_word_and_gone_at_lock(
    desk: Desk, filled: ContactFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Path] = []

    def shown_outside(url: QUrl) -> bool:
        opened.append(Path(url.toLocalFile()))
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", shown_outside)
    choose(filled, "offer.docx")
    filled.open_button.click()
    dialog = filled.edits.dialog
    assert dialog is not None
    assert "not encrypted" in dialog.text.text()
    assert opened == []
    dialog.accept_button.click()
    desk.settle()
    (path,) = opened
    assert path.read_text("utf-8") == "Grüße, Łódź"
    desk.window.program_lock()
    desk.settle()
    assert not path.exists()


def test_a_copy_is_saved_where_one_says(
    desk: Desk, filled: ContactFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "out.docx"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    choose(filled, "offer.docx")
    filled.save_button.click()
    desk.settle()
    assert target.read_text("utf-8") == "Grüße, Łódź"


def test_a_program_is_warned_about(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    attachments.add_files(desk.session, HARRIET, [text(tmp_path, "setup.exe")])
    files = tab(desk)
    assert files.list.parties.lines[0].pill == "program"
    asked: list[object] = []

    def place(*_arguments: object) -> tuple[str, str]:
        asked.append(1)
        return "", ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", place)
    files.save_button.click()
    dialog = files.edits.dialog
    assert dialog is not None
    assert asked == []
    dialog.reject()
    desk.settle()
    assert asked == []


def test_in_the_trash_files_are_only_shown(desk: Desk, filled: ContactFiles) -> None:
    contacts.trash(desk.session, [HARRIET])
    filled.show_contact(HARRIET, trashed=True)
    assert len(filled.lines) == 3
    assert not filled.add_button.isVisible()
    assert not filled.remove_button.isVisible()
    assert filled.open_button.isVisible()


def test_a_viewer_sees_files_and_changes_none(desk: Desk, filled: ContactFiles, tmp_path: Path) -> None:
    session = desk.session
    add_member(session, "vera", Role.VIEWER)
    desk.window.program_lock()
    desk.settle()
    desk.window.begin(desk.office.open("vera"))
    desk.settle()
    files = tab(desk)
    assert len(files.lines) == 3
    assert not files.add_button.isVisible()
    shown = card(desk)
    assert not drag(shown, shown, QPoint(20, 200), mime(text(tmp_path)))


def test_the_address_book_has_the_tab_too(desk: Desk) -> None:
    page = desk.page("address_book")
    assert isinstance(page, AddressBookPage)
    assert page.panel.card.tabs.indexOf(page.panel.card.files) >= 0


# --- the photo --------------------------------------------------------------------------------------------


def has_photo(desk: Desk) -> bool:
    return card(desk).avatar.image is not None


def test_a_photo_is_dropped_shown_replaced_removed_and_undone(desk: Desk, tmp_path: Path) -> None:
    shown = card(desk)
    assert drop_photo(shown, mime(picture(tmp_path, size=(2000, 1000))))
    desk.settle()
    assert shown.avatar.image is not None
    assert shown.avatar.image.width() == 512
    stored = photos.photo(desk.session, HARRIET)
    assert stored is not None
    assert max(Image.open(io.BytesIO(stored)).size) == 512
    shown.avatar.open_menu()
    menu = shown.avatar.findChild(QMenu)
    assert menu is not None
    assert [action.text() for action in menu.actions()] == ["Replace the photo…", "Remove the photo"]
    menu.close()
    shown.avatar.remove()
    desk.settle()
    assert not has_photo(desk)
    undo.undo(desk.session)
    shown.avatar.reload()
    desk.settle()
    assert shown.avatar.image is not None


def test_what_is_no_picture_is_not_welcome_as_a_photo(desk: Desk, tmp_path: Path) -> None:
    shown = card(desk)
    assert not drop_photo(shown, mime(text(tmp_path)))
    shown.avatar.take(text(tmp_path, "lie.jpg"))
    desk.settle()
    assert shown.avatar.image is None


def test_a_picture_on_file_becomes_the_photo(desk: Desk, filled: ContactFiles) -> None:
    choose(filled, "front.png")
    line = filled.current_line()
    assert line is not None
    filled.edits.use_as_photo(line)
    desk.settle()
    assert card(desk).avatar.image is not None
    assert names(filled) == ["offer.docx", "note.txt", "front.png"]
