"""Whose a call is holds for all of its legs, whichever of them was asked about.

A leg may come in a later file and stand for the call then. It becomes the customer's whose the call is, and
the rows that say so name it too: taking back the answer, or the merge that handed it on, takes back both.
"""

from collections.abc import Collection, Iterable, Mapping
from itertools import groupby
from operator import itemgetter

from crm_desktop.domain.merges import packed, unpacked
from crm_desktop.storage import call_rollups, rows
from crm_desktop.storage.calls import HANDED_OVER
from crm_desktop.storage.database import Connection, placeholders
from crm_desktop.storage.digests import image, read_image, row_digest
from crm_desktop.storage.identifiers import new_salt
from crm_desktop.storage.log import LoggedRow

_IDS = "call_ids"
_AT_ONCE = 400
# The calls of a run that have legs, or that others stand for.
_JOINED = (
    "SELECT l.shown_id FROM call_leg l JOIN call k ON k.id = l.call_id WHERE k.import_run_id = :run"
    " UNION SELECT l.shown_id FROM call_leg l JOIN call k ON k.id = l.shown_id WHERE k.import_run_id = :run"
)
_ROWS = (
    f"SELECT shown_id, shown_id AS id FROM ({_JOINED})"  # noqa: S608 - fixed parts
    f" UNION ALL SELECT shown_id, call_id FROM call_leg WHERE shown_id IN ({_JOINED})"
)
# Legs of one number, some a customer's and some nobody's: a b leg under the trunk's is nobody's question.
_ANSWERED = (
    f"SELECT s.shown_id, k.e164 FROM ({_ROWS}) s JOIN call k ON k.id = s.id"  # noqa: S608 - as above
    " WHERE k.e164 IS NOT NULL GROUP BY s.shown_id, k.e164"
    " HAVING count(k.customer_id) < count(*) AND count(DISTINCT k.customer_id) = 1"
)
_OF_ANSWERED = (
    f"SELECT a.shown_id, a.e164, k.id, k.customer_id FROM ({_ANSWERED}) a"  # noqa: S608 - as above
    f" JOIN ({_ROWS}) s ON s.shown_id = a.shown_id JOIN call k ON k.id = s.id AND k.e164 = a.e164"
    " ORDER BY a.shown_id, a.e164, k.id"
)
_IN_USE = (
    "SELECT DISTINCT k.customer_id FROM call k JOIN contact c ON c.id = k.customer_id"  # noqa: S608
    f" WHERE k.id IN (SELECT id FROM ({_ROWS})) AND c.trashed_at IS NULL AND c.category = 'customer'"
)


def legs_of(connection: Connection, call_ids: Collection[int]) -> list[int]:
    """Return the legs some calls stand for that are nobody's and of the same number."""
    found: list[int] = []
    asked = sorted(call_ids)
    for start in range(0, len(asked), _AT_ONCE):
        part = asked[start : start + _AT_ONCE]
        legs = connection.execute(
            "SELECT k.id FROM call_leg l JOIN call s ON s.id = l.shown_id"  # noqa: S608 - placeholders
            " JOIN call k ON k.id = l.call_id AND k.e164 = s.e164"
            f" WHERE l.shown_id IN ({placeholders(len(part))}) AND k.customer_id IS NULL ORDER BY k.id",
            part,
        )
        found += [call_id for (call_id,) in legs]
    return found


def pass_on(connection: Connection, run_id: int) -> tuple[list[int], list[LoggedRow]]:
    """Give legs of calls a run brought to the customer the others are; return them, and rows for the log."""
    given: dict[int, int] = {}
    together: list[frozenset[int]] = []
    found = connection.execute(_OF_ANSWERED, {"run": run_id}).fetchall()
    in_use = (
        {contact_id for (contact_id,) in connection.execute(_IN_USE, {"run": run_id})} if found else set()
    )
    for _, rows_of_call in groupby(found, key=itemgetter(0, 1)):
        owners = {call_id: owner for *_, call_id, owner in rows_of_call}
        customer = next(owner for owner in owners.values() if owner is not None)
        if customer in in_use:
            given |= {call_id: customer for call_id, owner in owners.items() if owner is None}
            together.append(frozenset(owners))
    if not given:
        return [], []
    ids = sorted(given)
    with call_rollups.changing(connection, ids):
        connection.executemany(
            "UPDATE call SET customer_id = ?, version = version + 1, salt = ? WHERE id = ?",
            [(given[call_id], new_salt(), call_id) for call_id in ids],
        )
    return ids, [row for table in HANDED_OVER for row in _name_too(connection, table, together)]


def _name_too(connection: Connection, table: str, together: Iterable[frozenset[int]]) -> list[LoggedRow]:
    """Have each row that names a leg name all of its call, and its images for undo as well."""
    of_leg = {call_id: legs for legs in together for call_id in legs}
    changed: list[LoggedRow] = []
    for row_id, ids in connection.execute(f"SELECT id, {_IDS} FROM {table} ORDER BY id").fetchall():  # noqa: S608
        more = _completed(ids, of_leg)
        row = None if more is None else rows.full_row(connection, table, row_id)
        if row is None:
            continue
        version, uuid = int(str(row["version"])) + 1, row["uuid"]
        assert isinstance(uuid, bytes)  # noqa: S101 - NOT NULL in the schema
        new: dict[str, object] = {_IDS: more, "version": version, "salt": new_salt()}
        rows.update_row(connection, table, row_id, new)
        _complete_images(connection, table, row_id, of_leg)
        changed.append(LoggedRow(table, uuid, version, row_digest(table, {**row, **new})))
    return changed


def _complete_images(
    connection: Connection, table: str, row_id: int, of_leg: Mapping[int, frozenset[int]]
) -> None:
    """An undo compares what stands there with what was written, and a redo writes that again."""
    for line, *images in connection.execute(
        "SELECT id, before_image, after_image FROM change_row WHERE table_name = ? AND row_id = ?",
        (table, row_id),
    ).fetchall():
        connection.execute(
            "UPDATE change_row SET before_image = ?, after_image = ? WHERE id = ?",
            (*(_completed_image(text, of_leg) for text in images), line),
        )


def _completed_image(text: str | None, of_leg: Mapping[int, frozenset[int]]) -> str | None:
    values = None if text is None else read_image(text)
    ids = None if values is None else values.get(_IDS)
    more = _completed(ids, of_leg) if isinstance(ids, bytes) else None
    return text if values is None or more is None else image({**values, _IDS: more})


def _completed(ids: bytes, of_leg: Mapping[int, frozenset[int]]) -> bytes | None:
    """Return packed ids with the other legs of those; None where none is missing."""
    named = set(unpacked(ids))
    wanted = named.union(*(of_leg[call_id] for call_id in named & of_leg.keys()))
    return packed(wanted) if wanted != named else None
