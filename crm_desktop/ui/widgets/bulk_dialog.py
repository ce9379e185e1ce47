"""The dialog that changes many records: what of them, to what, and what that will do."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout

from crm_desktop.domain.bulk import BulkChange, BulkField, BulkKind
from crm_desktop.domain.contacts import Category, CustomerStatus
from crm_desktop.domain.errors import KnownError
from crm_desktop.domain.progress import CancelToken
from crm_desktop.operations.bulk import BulkPreview, preview_bulk
from crm_desktop.operations.products import product_names
from crm_desktop.ui.messages import DASH, message_for, number, tr
from crm_desktop.ui.widgets.bulk_words import bulk_word, stored_word
from crm_desktop.ui.widgets.contact_options import ContactOptions, form_field
from crm_desktop.ui.widgets.dialog import Dialog
from crm_desktop.ui.widgets.field_editors import ChoiceField, FieldEditor, make_editor
from crm_desktop.ui.widgets.inputs import LabelledField
from crm_desktop.ui.widgets.page import PageContext
from crm_desktop.ui.widgets.parts import label
from crm_desktop.ui.widgets.places import countries
from crm_desktop.ui.widgets.record_source import Choice, Column
from crm_desktop.ui.widgets.static_table import StaticTable
from crm_desktop.ui.widgets.words import status_word

SETTLE_MS = 250
"""The preview waits this long for the typing to stop."""


class BulkDialog(Dialog):
    """``change_requested`` carries the preview somebody agreed to."""

    change_requested = Signal(object)

    def __init__(
        self, context: PageContext, ids: Sequence[int], category: Category, fields: Sequence[BulkField],
        options: ContactOptions, *, start: str = "",
    ) -> None:  # fmt: skip
        super().__init__(tr("Change %n contacts", "", len(ids)), accept=tr("Change"))
        self._context, self._ids, self._category = context, ids, category
        self._fields = {known.key: known for known in fields}
        self._options = options
        self._cancel = CancelToken()
        self.preview: BulkPreview | None = None
        self.chooser = ChoiceField(choices=[(known.key, bulk_word(known)) for known in fields])
        self.chooser.set_value(start or fields[0].key)
        self._place = QVBoxLayout()
        self.editor: FieldEditor = make_editor("text")
        self.day: FieldEditor | None = None
        self.told = label("", "strong", wrap=True)
        self.reasons = label("", "muted", wrap=True)
        self.examples = StaticTable(name=tr("Examples"))
        self.examples.setMinimumSize(560, 190)
        self.examples.horizontalHeader().setStretchLastSection(True)
        self.reasons.hide()
        self.body.addWidget(LabelledField(tr("What to change"), self.chooser))
        self.body.addLayout(self._place)
        for widget in (self.told, self.reasons, self.examples):
            self.body.addWidget(widget)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SETTLE_MS)
        self._timer.timeout.connect(self.look)
        self.chooser.value_changed.connect(self._choose)
        self.accept_button.clicked.disconnect()
        self.accept_button.clicked.connect(self._agree)
        self._choose()

    @property
    def field(self) -> BulkField:
        """What is to be changed."""
        return self._fields[str(self.chooser.value())]

    def _choose(self) -> None:
        while (item := self._place.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        known = self.field
        self.editor, self.day = self._made(known), None
        if known.kind is not BulkKind.TRASH:
            hint = "" if known.needs_value else tr("Empty takes away what stands there.")
            self._place.addWidget(LabelledField(tr("To"), self.editor, hint=hint))
            self.editor.value_changed.connect(self._typed)
        if known.has_day:
            self.day = make_editor("date", placeholder=tr("today"))
            self.day.value_changed.connect(self._typed)
            until = known.key == "end_product"
            self._place.addWidget(LabelledField(tr("Until") if until else tr("Since"), self.day))
        self._typed()

    def _made(self, known: BulkField) -> FieldEditor:
        if known.own is not None:
            form = form_field(known.own)
            return make_editor(form.kind, choices=form.choices, placeholder=form.placeholder)
        choices: dict[BulkKind, Callable[[], Sequence[Choice]]] = {
            BulkKind.STATUS: lambda: [(status.value, status_word(status)) for status in CustomerStatus],
            BulkKind.OWNER: lambda: [
                ("", DASH), *((str(member), words) for member, words in self._options.owners),
            ],
            BulkKind.COUNTRY: lambda: [("", DASH), *countries()],
            BulkKind.CATEGORY: self._other_list,
        }  # fmt: skip
        if known.kind in choices:
            return make_editor("choice", choices=choices[known.kind])
        if known.kind is BulkKind.TAGS:
            return make_editor("tags", completions=self._options.proposals)
        return make_editor("text", completions=self._products if known.kind is BulkKind.PRODUCT else None)

    def _other_list(self) -> list[Choice]:
        if self._category is Category.CUSTOMER:
            return [(Category.ADDRESS_BOOK.value, tr("Address book"))]
        return [(Category.CUSTOMER.value, tr("Customers"))]

    def _products(self, typed: str) -> list[str]:
        wanted = typed.casefold()
        return [name for name in product_names(self._context.session) if wanted in name.casefold()]

    def change(self) -> BulkChange:
        """Return what is wished so far."""
        value = self.editor.value()
        day = str(self.day.value()) if self.day is not None else ""
        if isinstance(value, (list, tuple)):
            return BulkChange(self.field.key, names=tuple(map(str, value)), day=day)
        return BulkChange(self.field.key, str(value or ""), day=day)

    def _typed(self) -> None:
        self._cancel.cancel()
        self.preview = None
        self.accept_button.setEnabled(False)
        self._timer.start()

    def look(self) -> None:
        """Ask what the change would do; the answer to an older wish is not waited for."""
        self._cancel = CancelToken()
        self._context.tasks.run(
            partial(preview_bulk, self._context.session, self._ids, self.change()),
            on_done=partial(self._show, self._cancel), on_error=self._refuse, cancel=self._cancel, owner=self,
            serial=False,
        )  # fmt: skip

    def _refuse(self, error: KnownError) -> None:
        missing = error.code == "value_required"
        self.told.setText("" if missing else message_for(error))
        self.reasons.hide()
        self._show_examples(None)

    def _show(self, token: CancelToken, preview: BulkPreview) -> None:
        if token is not self._cancel or token.cancelled:
            return
        self.preview = preview
        words = tr("%n will change.", "", preview.will_change)
        if preview.unchanged:
            words += " " + tr("%n stay as they are: they have it already.", "", preview.unchanged)
        self.told.setText(words)
        lines = [
            tr("{count} not: {reason}").format(count=number(known.count), reason=message_for(known.error))
            + " "
            + ", ".join(known.names)
            for known in preview.refusals
        ]
        self.reasons.setText("\n".join(lines))
        self.reasons.setVisible(bool(lines))
        self._show_examples(preview)
        self.accept_button.setText(tr("Change %n", "", preview.will_change))
        self.accept_button.setEnabled(preview.will_change > 0)

    def _show_examples(self, preview: BulkPreview | None) -> None:
        columns = [
            Column("name", tr("Name"), 190, look="strong", sortable=False),
            Column("before", tr("Before"), 160, look="muted", sortable=False),
            Column("after", tr("After"), 160, sortable=False),
        ]
        found = () if preview is None else preview.examples
        show = partial(stored_word, self.field, self._options)
        self.examples.show_rows(
            columns, [(known.name, show(known.before), show(known.after)) for known in found]
        )

    def _agree(self) -> None:
        if self.preview is not None:
            self.change_requested.emit(self.preview)
            self.accept()
