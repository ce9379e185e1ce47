"""How a column is compared with the values of a condition: texts folded, days, numbers."""

from collections.abc import Sequence

from crm_desktop.domain.filters import Operator, number_of
from crm_desktop.domain.folding import fold

Sql = tuple[str, list[object]]
_SIGNS = {Operator.BEFORE: "<", Operator.AFTER: ">", Operator.IS: "="}


def text_sql(column: str, operator: Operator, values: Sequence[str], *, key: bool) -> Sql:
    """Return the comparison of a text, folded; ``key`` where the column is kept folded."""
    if operator in {Operator.EMPTY, Operator.NOT_EMPTY}:
        return f"coalesce({column}, '') {'=' if operator is Operator.EMPTY else '<>'} ''", []
    folded, wanted = column if key else f"folded({column})", fold(values[0].strip())
    if operator is Operator.CONTAINS:
        return f"instr({folded}, ?) > 0", [wanted]
    if operator is Operator.BEGINS_WITH:
        return begins_sql(folded, wanted)
    # Rows are asked for a value that is; that none is one is said around them.
    differs = operator is Operator.IS_NOT and column.startswith("c.")
    return f"{folded} {'<>' if differs else '='} ?", [wanted]


def begins_sql(column: str, start: str) -> Sql:
    """Return whether a folded column begins with ``start``."""
    # A range, which an index over a folded column answers; the last character there is ends it.
    return f"({column} >= ? AND {column} < ?)", [start, start + "\U0010ffff"]


def day_sql(column: str, operator: Operator, values: Sequence[str]) -> Sql:
    """Return the comparison of a day, ISO 8601."""
    if operator in {Operator.EMPTY, Operator.NOT_EMPTY}:
        return f"coalesce({column}, '') {'=' if operator is Operator.EMPTY else '<>'} ''", []
    if operator is Operator.BETWEEN:
        return f"{column} BETWEEN ? AND ?", list(values)
    return f"{column} {_SIGNS[operator]} ?", [values[0]]


def number_sql(column: str, operator: Operator, values: Sequence[str]) -> Sql:
    """Return the comparison of a number kept as text."""
    number, wanted = f"CAST({column} AS REAL)", [number_of(value) for value in values]
    if operator is Operator.BETWEEN:
        return f"{number} BETWEEN ? AND ?", list(wanted)
    return f"{number} {_SIGNS[operator]} ?", [wanted[0]]
