"""Conditions on what is linked to a contact ``c``: values in own fields, relations to others.

What stands in one own field is read as a whole: of 100,000 customers, 90,000 of them with a value, in 0.03 to
0.05 s; a text in 0.2 s, for which no index helps: it is the folding of letters that are no ASCII.
"""

from collections.abc import Sequence

from crm_desktop.domain.filters import FieldKind, Operator
from crm_desktop.domain.folding import fold
from crm_desktop.domain.relations import RelationRole, rule_of
from crm_desktop.storage.comparisons import Sql, day_sql, number_sql, text_sql
from crm_desktop.storage.database import placeholders

_NOBODY: Sql = ("1 = 0", [])


def own_sql(field_id: int, kind: FieldKind | None, operator: Operator, values: Sequence[str]) -> Sql:
    """Return the condition on an own field; without ``kind`` it was removed, and nobody fits."""
    if kind is None:
        return _NOBODY
    no = "NOT " if operator in {Operator.EMPTY, Operator.IS_NOT} else ""
    if operator in {Operator.EMPTY, Operator.NOT_EMPTY}:
        return f"c.id {no}IN ({_ROWS})", [field_id]
    sql, wanted = _compared(kind, operator, values)
    return f"c.id {no}IN ({_ROWS} AND {sql})", [field_id, *wanted]


# What is empty has no row.
_ROWS = "SELECT v.contact_id FROM custom_value v WHERE v.field_id = ?"


def _compared(kind: FieldKind, operator: Operator, values: Sequence[str]) -> Sql:
    if kind is FieldKind.NUMBER:
        return number_sql("v.value", operator, values)
    if kind is FieldKind.DATE:
        return day_sql("v.value", operator, values)
    if operator is Operator.ANY_OF:
        return f"v.value IN ({placeholders(len(values))})", list(values)
    return text_sql("v.value", operator, values, key=False)


def relation_sql(operator: Operator, values: Sequence[str]) -> Sql:
    """Return who has a role, or has not; with a second value, towards somebody whose name holds it.

    Relations that have ended count, those to somebody in the trash do not.
    """
    rule, role = rule_of(RelationRole(values[0])), RelationRole(values[0])
    sides = [("from_id", "to_id")] if role is rule.first else []
    if role is rule.other:
        sides.append(("to_id", "from_id"))
    named = " AND instr(o.name_key, ?) > 0" if len(values) > 1 else ""
    parts = [
        f"SELECT r.{own} FROM relation r JOIN contact o ON o.id = r.{other}"  # noqa: S608 - fixed parts
        f" WHERE r.kind = ? AND o.trashed_at IS NULL{named}"
        for own, other in sides
    ]
    wanted: list[object] = [rule.kind.value, *map(fold, values[1:])]
    no = "NOT " if operator is Operator.IS_NOT else ""
    return f"c.id {no}IN ({' UNION ALL '.join(parts)})", wanted * len(parts)
