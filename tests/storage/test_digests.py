"""The canonical bytes of a row are those of JSON with sorted keys, whatever the row holds."""

import hashlib
import json

from hypothesis import given
from hypothesis import strategies as st

from crm_desktop.storage.digests import canonical, row_digest, row_digests

NAMES = st.text("abcdefgh_", min_size=1, max_size=8).filter(lambda name: name not in {"id", "salt"})
VALUES = st.one_of(
    st.none(), st.text(), st.integers(), st.binary(max_size=20), st.booleans(), st.floats(allow_nan=False)
)


def reference(table: str, row: dict[str, object]) -> bytes:
    kept = {
        name: {"$b": value.hex()} if isinstance(value, bytes) else value
        for name, value in row.items()
        if value is not None and name not in {"id", "salt"}
    }
    return json.dumps([table, kept], sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode(
        "utf-8", "surrogatepass"
    )


@given(st.dictionaries(NAMES, VALUES, max_size=8), st.binary(min_size=16, max_size=16))
def test_the_bytes_of_a_row_are_those_of_plain_json(values: dict[str, object], salt: bytes) -> None:
    row = {"id": 7, **values, "salt": salt}
    assert canonical("contact", row) == reference("contact", row)
    digest = hashlib.sha256(salt + reference("contact", row)).digest()
    assert row_digest("contact", row) == digest
    assert row_digests("contact", tuple(row), [tuple(row.values())]) == [digest]
