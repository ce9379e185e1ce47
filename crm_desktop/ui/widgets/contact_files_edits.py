"""What the *Files* tab does: adding with progress, the small forms, and copies outside, each after a word."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from crm_desktop.domain.attachments import FileKind, kind_of
from crm_desktop.domain.contact_merging import Place, Side
from crm_desktop.operations import attachments, file_copies, photos
from crm_desktop.operations.attachments import AddedFiles, AttachmentLine, FileText
from crm_desktop.operations.row_conflicts import RowConflict, decided_row
from crm_desktop.ui.messages import message_for, tr
from crm_desktop.ui.widgets.dialog import Dialog
from crm_desktop.ui.widgets.form_dialog import FormDialog
from crm_desktop.ui.widgets.long_write import run_long_write
from crm_desktop.ui.widgets.page import PageContext
from crm_desktop.ui.widgets.record_form import Field, Section
from crm_desktop.ui.widgets.undoable_writes import UndoableWrites

_NAMED = 4
"""Of how many files that did not come in the reasons are told one by one."""


class FileEdits(UndoableWrites):
    """``written`` when the list has changed; ``photo_set`` when a file became the photo."""

    photo_set = Signal()

    def __init__(self, context: PageContext, parent: QWidget) -> None:
        super().__init__(context, parent)
        self._window = parent
        self._session = context.session

    def _over(self) -> QWidget:
        """Return what a question stands on: the viewer where that asks."""
        return QApplication.activeModalWidget() or self._window

    def add(self, contact_id: int, paths: Sequence[Path]) -> None:
        """Add files in the background, with progress and *Cancel*."""
        context = self._context
        run_long_write(
            partial(attachments.add_files, self._session, contact_id, list(paths)),
            title=tr("%n files are being added, in MB.", "", len(paths)), on_done=self._added,
            tasks=context.tasks, notices=context.notices, running=context.running, owner=self,
        )  # fmt: skip

    def _added(self, added: AddedFiles) -> None:
        if added.ids:
            self._done(tr("%n files were added", "", len(added.ids)), None)
        if added.refused:
            told = [message_for(error) for error in added.refused[:_NAMED]]
            if (more := len(added.refused) - _NAMED) > 0:
                told.append(tr("%n more files were not added either.", "", more))
            self._context.notices.warn("\n".join(told))

    def rename(self, line: AttachmentLine) -> None:
        """Ask for another name."""
        field = Field("name", tr("Name"), required=True)
        form = self._form(tr("Rename the file"), field, line.name)
        self._ask_for("name", attachments.rename, line, form, tr("The file was renamed."))

    def note(self, line: AttachmentLine) -> None:
        """Ask what is to be noted."""
        title = tr("Note about {name}").format(name=line.name)
        form = self._form(title, Field("note", tr("Note"), "lines"), line.note)
        self._ask_for("note", attachments.note, line, form, tr("The note was saved."))

    def _ask_for(
        self, key: str, verb: Callable[..., object], line: AttachmentLine, form: FormDialog, words: str
    ) -> None:
        """Save one fact of a file by its ``verb``, or ask where somebody else changed it meanwhile."""
        base = FileText(line.name, line.note)

        def save(values: Mapping[str, Any]) -> object:
            return verb(self._session, line.id, str(values[key] or ""), version=line.version, base=base)

        def settle(conflict: RowConflict[FileText], choices: Mapping[Place, Side]) -> object:
            chosen = getattr(decided_row(conflict, choices), key) or ""
            return verb(
                self._session, conflict.row_id, chosen, version=conflict.version, base=conflict.theirs
            )

        self.ask(form, save, words, settle=settle)

    def _form(self, title: str, field: Field, value: object) -> FormDialog:
        return FormDialog(
            title, [Section("", (field,))], {field.key: value}, lambda _typed: {}, accept=tr("Save"),
            parent=self._over(),
        )  # fmt: skip

    def remove(self, line: AttachmentLine) -> None:
        """Remove a file; the toast brings it back."""
        self.run(partial(attachments.remove, self._session, [line.id]), tr("The file was removed."))

    def use_as_photo(self, line: AttachmentLine) -> None:
        """Make a picture the contact's photo."""

        def done(_result: object) -> None:
            undo = self._context.actions.action("record.undo")
            self._context.notices.say(tr("The photo was set."), undo=undo.trigger if undo else None)
            self.photo_set.emit()

        self._context.tasks.run(
            partial(photos.set_photo, self._session, line.contact_id, line.id), on_done=done,
            on_error=self._context.notices.refuse, owner=self,
        )  # fmt: skip

    # --- outside -------------------------------------------------------------------------------

    def save_as(self, line: AttachmentLine) -> None:
        """Ask where to, and save a decrypted copy there; the system's own dialog asks before it replaces."""
        if kind_of(line.name) is FileKind.PROGRAM:
            self._warn_of_program(line)
        else:
            self._choose_place(line)

    def _warn_of_program(self, line: AttachmentLine) -> None:
        question = Dialog(
            tr("Save a program?"),
            text=tr(
                "“{name}” is a program or starts one. Whoever opens the copy lets it do whatever it likes on "
                "this computer. Save it only if you know where it comes from."
            ).format(name=line.name),
            accept=tr("Save as…"), danger=True, parent=self._over(),
        )  # fmt: skip
        question.accepted.connect(partial(self._choose_place, line))
        self.open(question)

    def _choose_place(self, line: AttachmentLine) -> None:
        chosen, _ = QFileDialog.getSaveFileName(self._over(), tr("Save a decrypted copy"), line.name)
        if chosen:
            self.save_to(line, Path(chosen))

    def save_to(self, line: AttachmentLine, target: Path) -> None:
        """Save a decrypted copy at ``target``, which may be replaced."""
        self._context.tasks.run(
            partial(file_copies.save_copy, self._session, line.id, target, replace=True),
            on_done=lambda _: self._context.notices.say(
                tr("A copy was saved as {name}.").format(name=target.name)
            ),
            on_error=self._context.notices.refuse,
            owner=self,
        )

    def open_copy(self, line: AttachmentLine) -> None:
        """Say what a decrypted copy is, and open one with the system's program for it."""
        question = Dialog(
            tr("Open a decrypted copy?"),
            text=tr(
                "“{name}” cannot be protected while another program shows it. A copy that is not encrypted "
                "is put into a folder only your account may enter, and removed when you lock or close. "
                "Changes made to it are not kept; programs may remember what they showed. The log says you "
                "opened it."
            ).format(name=line.name),
            accept=tr("Open the copy"), parent=self._over(),
        )  # fmt: skip
        question.accepted.connect(partial(self._open_copy, line))
        self.open(question)

    def _open_copy(self, line: AttachmentLine) -> None:
        self._context.tasks.run(
            partial(file_copies.open_copy, self._session, line.id),
            on_done=self._show_outside,
            on_error=self._context.notices.refuse,
            owner=self,
        )

    def _show_outside(self, path: Path) -> None:
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))):
            self._context.notices.warn(
                tr("No program for this kind of file was found. Save a copy and open it yourself.")
            )
