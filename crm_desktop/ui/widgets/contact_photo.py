"""The photo in the head of a card, initials where there is none: pressed or dropped on to change it."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFileDialog, QMenu

from crm_desktop.domain.attachments import FileKind, kind_of
from crm_desktop.operations import photos
from crm_desktop.ui.messages import tr
from crm_desktop.ui.widgets.avatar import Avatar
from crm_desktop.ui.widgets.contact_files_drops import dropped_paths
from crm_desktop.ui.widgets.page import PageContext
from crm_desktop.ui.widgets.undoable_writes import UndoableWrites


class ContactPhoto(Avatar):
    """``written`` when the photo was changed."""

    written = Signal()

    def __init__(self, context: PageContext, *, side: int) -> None:
        super().__init__(side=side)
        self._context = context
        self._session = context.session
        self._contact_id: int | None = None
        self._may = False
        self.writes = UndoableWrites(context, self)
        self.writes.written.connect(self._written)

    def show_contact(self, contact_id: int, name: str, *, trashed: bool) -> None:
        """Show the initials at once, the photo as soon as it is read."""
        if contact_id != self._contact_id:
            self.show_image(None)
        self._contact_id = contact_id
        self._may = not trashed and self._session.may("records.edit") and not self._session.read_only
        self.show_name(name)
        self.setAcceptDrops(self._may)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if self._may else Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor if self._may else Qt.CursorShape.ArrowCursor)
        self.setToolTip(tr("Photo: press to change it, or drop a picture here") if self._may else "")
        self.setAccessibleName(tr("Photo of {name}").format(name=name) if self._may else name)
        self.reload()

    def reload(self) -> None:
        """Read the photo again."""
        if self._contact_id is not None:
            self._context.tasks.run(
                partial(photos.photo, self._session, self._contact_id),
                on_done=partial(self._show, self._contact_id),
                on_error=self._context.notices.refuse,
                owner=self,
                serial=False,
            )

    def _show(self, contact_id: int, found: bytes | None) -> None:
        if contact_id == self._contact_id:
            image = QImage() if found is None else QImage.fromData(found)
            self.show_image(None if image.isNull() else image)

    def _written(self) -> None:
        self.reload()
        self.written.emit()

    def forget(self) -> None:
        """Hold nothing."""
        self._contact_id = None
        self._may = False
        self.show_image(None)

    # --- what a person does --------------------------------------------------------------------

    def choose(self) -> None:
        """Choose a picture of the disk."""
        kinds = tr("Pictures (*.jpg *.jpeg *.png *.webp *.gif *.bmp *.tif *.tiff *.avif)")
        chosen, _ = QFileDialog.getOpenFileName(self, tr("Choose a photo"), "", kinds)
        if chosen:
            self.take(Path(chosen))

    def take(self, path: Path) -> None:
        """Make a picture of the disk the photo."""
        if self._may and self._contact_id is not None:
            self.writes.run(
                partial(photos.set_photo, self._session, self._contact_id, path), tr("The photo was set.")
            )

    def remove(self) -> None:
        """Take the photo away; the toast brings it back."""
        if self._may and self._contact_id is not None:
            self.writes.run(
                partial(photos.remove_photo, self._session, self._contact_id), tr("The photo was removed.")
            )

    def open_menu(self) -> None:
        """Offer what can be done about the photo."""
        if not self._may:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(
            tr("Replace the photo…") if self.image is not None else tr("Add a photo…"), self.choose
        )
        if self.image is not None:
            menu.addAction(tr("Remove the photo"), self.remove)
        menu.popup(self.mapToGlobal(self.rect().bottomLeft()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A press opens the menu."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.open_menu()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and the space bar do as a press."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self.open_menu()
            event.accept()
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Welcome one picture."""
        paths = dropped_paths(event.mimeData())
        if len(paths) == 1 and kind_of(paths[0].name) is FileKind.PICTURE:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take the picture."""
        event.acceptProposedAction()
        self.take(dropped_paths(event.mimeData())[0])
