"""The office's own fields as columns of a list of contacts, off until somebody shows them."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtGui import QFontMetrics, QGuiApplication

from crm_desktop.domain.custom_fields import CustomField, FieldKind, column_of
from crm_desktop.operations.contacts import ContactRow
from crm_desktop.ui.messages import DASH, tr
from crm_desktop.ui.widgets.contact_fields import ContactField
from crm_desktop.ui.widgets.contact_options import EDITORS, own_choices, shown_value
from crm_desktop.ui.widgets.moments import Clock
from crm_desktop.ui.widgets.record_source import Cell, Column, EditorKind

_WIDTHS = {
    FieldKind.TEXT: 140, FieldKind.NUMBER: 96, FieldKind.DATE: 104, FieldKind.CHOICE: 110,
    FieldKind.YES_NO: 84, FieldKind.LINK: 160,
}  # fmt: skip
_BESIDE_TITLE_PX, _WIDEST_PX = 34, 190
_CELL_EDITORS: dict[str, EditorKind] = {"text": "text", "date": "date", "choice": "choice"}


def own_columns(fields: Sequence[CustomField]) -> list[ContactField]:
    """Return a column per own field."""
    return [_column(field) for field in fields]


def _column(field: CustomField) -> ContactField:
    return ContactField(
        Column(
            column_of(field.id),
            field.name,
            width=_width(field),
            align="right" if field.kind is FieldKind.NUMBER else "left",
            editor=_CELL_EDITORS[EDITORS[field.kind]],
            rigid=field.kind not in {FieldKind.TEXT, FieldKind.LINK},
            choices=partial(own_choices, field),
            hidden=True,
        ),
        partial(_cell, field),
    )


def _width(field: CustomField) -> int:
    """Return the width its kind needs, and more where the name is long, up to a point."""
    name = QFontMetrics(QGuiApplication.font()).horizontalAdvance(field.name) + _BESIDE_TITLE_PX
    return max(_WIDTHS[field.kind], min(name, _WIDEST_PX))


def _cell(field: CustomField, row: ContactRow, _clock: Clock) -> Cell:
    value = row.own.get(field.id)
    if not value:
        return Cell(DASH, edit="", spoken=tr("empty"))
    return Cell(shown_value(field, value), edit=value)
