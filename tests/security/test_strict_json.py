"""JSON of unknown origin: every field is of its exact shape or refused."""

from collections.abc import Callable

import pytest

from crm_desktop.domain.errors import OrganizationFileError
from crm_desktop.security.strict_json import Fields, dump, load

_NAMES = frozenset({"value"})


def _field(value: object) -> Fields:
    return Fields({"value": value}, names=_NAMES, code="roster_damaged")


@pytest.mark.parametrize(
    ("read", "accepted", "refused"),
    [
        (
            lambda fields: fields.hex("value", length=2),
            "00ff",
            [None, 7, "00FF", "00f", "zz", "00ff00", "00 ff"],
        ),
        (lambda fields: fields.hex("value", at_most=2), "00ff", ["", "00ff00"]),
        (lambda fields: fields.integer("value", low=1, high=3), 3, [0, 4, True, "3", None, 3.0]),
        (lambda fields: fields.optional_integer("value", low=1, high=3), None, [0, "x", False]),
        (lambda fields: fields.flag("value"), True, [1, 0, "true", None]),
        (lambda fields: fields.text("value", at_most=3), "abc", ["", "abcd", "ä", "a\n", 5, None]),
        (lambda fields: fields.text_list("value", at_most=1, longest=3), ["abc"], [["a", "b"], "abc", [1]]),
        (
            lambda fields: fields.hex_list("value", length=1, at_most=2),
            ["00", "01"],
            [["00", "00"], "00", [0]],
        ),
        (lambda fields: fields.items("value", str, at_most=2), [1, 2], [[1, 2, 3], {}, None]),
    ],
)
def test_a_field_is_of_its_shape_or_refused(
    read: Callable[[Fields], object], accepted: object, refused: list[object]
) -> None:
    read(_field(accepted))
    for value in refused:
        with pytest.raises(OrganizationFileError) as caught:
            read(_field(value))
        assert caught.value.code == "roster_damaged"


@pytest.mark.parametrize("value", [None, [], "value", {}, {"other": 1}, {"value": 1, "more": 2}])
def test_an_object_has_exactly_its_names(value: object) -> None:
    with pytest.raises(OrganizationFileError):
        Fields(value, names=_NAMES, code="roster_damaged")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff",
        b'{"a": 1, "a": 2}',
        b"NaN",
        b"[Infinity]",
        b"1.5",
        b"1e5",
        b"[" * 100_000,
        b"9" * 9000,
        b"[1",
    ],
)
def test_json_that_others_read_differently_is_refused(data: bytes) -> None:
    with pytest.raises(OrganizationFileError) as caught:
        load(data, limit=10**6, code="chest_damaged")
    assert caught.value.code == "chest_damaged"
    # A decoder's error holds the whole text, which may be a decrypted one.
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_the_limit_is_one_of_bytes() -> None:
    assert load(b"[1]", limit=3, code="x") == [1]
    with pytest.raises(OrganizationFileError):
        load(b"[1] ", limit=3, code="roster_damaged")


def test_canonical_json_is_one_byte_string() -> None:
    assert dump({"b": 1, "a": ["ä", None]}) == b'{"a":["\\u00e4",null],"b":1}'
