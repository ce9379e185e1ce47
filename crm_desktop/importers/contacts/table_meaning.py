"""What a column of a table of contacts holds."""

from dataclasses import dataclass

ADDRESS_FIELDS = ("formatted", "street", "extended", "po_box", "city", "region", "postal_code", "country")
LEFT_OUT = "left_out"
"""The field of a column somebody does not want."""


@dataclass(frozen=True, slots=True)
class ColumnMeaning:
    """What a column holds: a field, the kind its header names, which one of several, and whether its label.

    ``number`` is None where the header has none. ``label`` columns say the kind of the value beside them.
    """

    field: str
    kind: str | None = None
    number: int | None = None
    label: bool = False
