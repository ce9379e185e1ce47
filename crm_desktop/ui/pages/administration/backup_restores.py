"""What leads from a backup to a restored file: looking inside, asking, and the work done alone."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from crm_desktop.operations.backup_contents import Inside, add_backup
from crm_desktop.operations.backups import SUFFIX
from crm_desktop.operations.restoring import restore
from crm_desktop.ui.messages import tr
from crm_desktop.ui.pages.administration.backup_dialogs import LookDialog, RestoreDialog
from crm_desktop.ui.widgets.backup_words import restored_words
from crm_desktop.ui.widgets.page import PageContext, WorkAlone
from crm_desktop.ui.widgets.rescue_dialog import RescueDialog


class Restores:
    """The dialogs of one section ``owner``; ``changed`` is called when a backup was added to the list."""

    def __init__(self, context: PageContext, owner: QWidget, changed: Callable[[], None]) -> None:
        self._context = context
        self._owner = owner
        self._changed = changed

    def look_inside(self, path: Path, *, add: bool = False) -> None:
        """Show what is in a backup, and go on to restore it where that is wished; ``add`` lists it."""
        dialog = LookDialog(self._context, path, parent=self._owner)
        wanted = dialog.exec() == QDialog.DialogCode.Accepted
        inside = dialog.inside
        dialog.deleteLater()
        if add and inside is not None:
            self._add(inside)
        if wanted and inside is not None:
            self.ask(path, inside)

    def add_from_folder(self) -> None:
        """Ask for a backup this computer does not know; it is looked into and can be restored."""
        chosen, _ = QFileDialog.getOpenFileName(
            self._owner, tr("Choose a backup"), "",
            tr("Backups (*{suffix});;All files (*)").format(suffix=SUFFIX),
        )  # fmt: skip
        if chosen:
            self.look_inside(Path(chosen), add=True)

    def _add(self, inside: Inside) -> None:
        self._context.tasks.run(
            lambda: add_backup(self._context.session, inside),
            on_done=lambda _backup: self._changed(),
            on_error=self._context.notices.refuse,
            owner=self._owner,
        )

    def ask(self, path: Path, inside: Inside | None = None) -> None:
        """Show what would be restored, ask for the password, and have it restored."""
        dialog = RestoreDialog(self._context, path, inside=inside, parent=self._owner)
        wanted = dialog.exec() == QDialog.DialogCode.Accepted
        found, password = dialog.inside, dialog.password.text()
        dialog.password.forget()
        dialog.deleteLater()
        if wanted and found is not None:
            self._context.work_alone(self._work(found, password))

    def _work(self, inside: Inside, password: str) -> WorkAlone:
        session, clock = self._context.session, self._context.clock
        operation = partial(
            restore, session.environment, inside.path, session.path,
            login=session.member.login, password=password,
        )  # fmt: skip
        return WorkAlone(
            tr("Restoring a backup"),
            operation,
            password,
            lambda result: restored_words(result, inside.made_at, clock),
        )

    def rescue(self) -> None:
        """Write what can be read of a damaged file into a new one."""
        dialog = RescueDialog(self._context.session, self._context.tasks, self._owner)
        work = dialog.work if dialog.exec() == QDialog.DialogCode.Accepted else None
        dialog.password.forget()
        dialog.deleteLater()
        if work is not None:
            self._context.work_alone(work)
