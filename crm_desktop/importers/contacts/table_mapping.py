"""What somebody said the columns of a table of contacts mean, as it is saved and recognized again."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from crm_desktop.domain.errors import ForeignFileError
from crm_desktop.domain.folding import fold
from crm_desktop.importers.contacts.table_headers import ColumnMeaning, meanings


@dataclass(frozen=True, slots=True)
class ContactMapping:
    """The headers of a table and what each column means (None: kept as it is, under its header)."""

    header: tuple[str, ...]
    columns: tuple[ColumnMeaning | None, ...]

    def fits(self, header: Sequence[str]) -> bool:
        """Return whether a table has the same headers, however they are written."""
        return list(map(fold, header)) == list(map(fold, self.header))

    def to_json(self) -> str:
        """Return the mapping as text."""
        columns = [_key(column) for column in self.columns]
        return json.dumps({"header": self.header, "columns": columns}, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "ContactMapping":
        """Return the mapping ``to_json`` wrote. Raises ForeignFileError ``mapping_unreadable``."""
        try:
            found = json.loads(text)
            header = tuple(str(cell) for cell in found["header"])
            columns = tuple(_meaning(key) for key in found["columns"])
        except (ValueError, KeyError, TypeError) as error:
            raise ForeignFileError("mapping_unreadable") from error
        if len(header) != len(columns):
            raise ForeignFileError("mapping_unreadable")
        return cls(header, columns)


def suggested_mapping(header: Sequence[str]) -> ContactMapping:
    """Return the mapping the words of a header propose."""
    return ContactMapping(tuple(header), tuple(meanings(header)))


def _key(column: ColumnMeaning | None) -> list[object] | None:
    return None if column is None else [column.field, column.kind, column.number, column.label]


def _meaning(key: object) -> ColumnMeaning | None:
    if key is None:
        return None
    if not isinstance(key, list):
        raise TypeError(key)
    field, kind, number, label = key
    return ColumnMeaning(
        str(field), None if kind is None else str(kind), None if number is None else int(number), bool(label)
    )
