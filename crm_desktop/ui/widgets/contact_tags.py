"""The tags of the contact on the card: shown under the name, added and taken away in place."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from crm_desktop.domain.errors import KnownError
from crm_desktop.operations.tags import set_contact_tags
from crm_desktop.ui.messages import tr
from crm_desktop.ui.widgets.contact_options import ContactOptions
from crm_desktop.ui.widgets.page import PageContext
from crm_desktop.ui.widgets.tag_field import TagField


class ContactTags(QWidget):
    """``written`` when a tag was added or removed in the file."""

    written = Signal()

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self._context = context
        self._contact_id: int | None = None
        self._version = 0
        self._names: tuple[str, ...] = ()
        self._options = ContactOptions()
        self.field = TagField(completions=self._proposals, tone=self._tone)
        self.field.setAccessibleName(tr("Tags"))
        self.field.value_changed.connect(self._save)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.field)

    def show_tags(
        self,
        contact_id: int,
        names: Sequence[str],
        options: ContactOptions,
        *,
        version: int,
        trashed: bool,
    ) -> None:
        """Show the tags of a contact that was read at ``version``; in the trash they stay as they are."""
        self._contact_id, self._version, self._options = contact_id, version, options
        self._names = tuple(names)
        can_edit = self._context.session.may("records.edit") and not trashed
        self.field.set_read_only(read_only=not can_edit or self._context.session.read_only)
        self.field.set_value(list(names))
        self.setVisible(bool(names) or can_edit)

    def _proposals(self, typed: str) -> Sequence[str]:
        return self._options.proposals(typed)

    def _tone(self, name: str) -> str:
        return self._options.tone(name)

    def _save(self) -> None:
        names = self.field.value()
        if self._contact_id is None or not isinstance(names, list):
            return
        work = partial(
            set_contact_tags, self._context.session, self._contact_id, names,
            version=self._version, base=self._names,
        )  # fmt: skip
        self._context.tasks.run(work, on_done=self._done, on_error=self._refused, owner=self)

    def _done(self, _result: object) -> None:
        self.written.emit()
        undo = self._context.actions.action("record.undo")
        self._context.notices.say(tr("Tags changed"), undo=undo.trigger if undo is not None else None)

    def _refused(self, error: KnownError) -> None:
        self._context.notices.refuse(error)
        # The card is read again and shows what is in the file.
        self.written.emit()
