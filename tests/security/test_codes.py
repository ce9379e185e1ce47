"""Recovery and set-up codes: what a person mistypes is forgiven or named by its group."""

import secrets
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_desktop.domain.errors import InvalidValueError
from crm_desktop.security.codes import (
    SetUpCode,
    format_recovery_code,
    group_matches,
    new_recovery_code,
    parse_recovery_code,
    parse_set_up_code,
)
from tests.security.conftest import refusal

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_RECOVERY = st.binary(min_size=20, max_size=20)
_SET_UP = st.builds(SetUpCode, st.binary(min_size=16, max_size=16), st.binary(min_size=16, max_size=16))


@given(_RECOVERY)
def test_recovery_code_survives_printing_and_typing(code: bytes) -> None:
    text = format_recovery_code(code)
    assert [len(group) for group in text.split("-")] == [5] * 8
    assert parse_recovery_code(text) == code


@given(_SET_UP)
def test_set_up_code_survives_printing_and_typing(code: SetUpCode) -> None:
    assert [len(group) for group in code.text().split("-")] == [5] * 13
    assert parse_set_up_code(code.text()) == code


@given(_RECOVERY, st.sampled_from(["", " ", "  ", "-", " - ", "\n", "\u2013", "\u00a0", "\t"]))
def test_case_separators_and_look_alikes_are_forgiven(code: bytes, separator: str) -> None:
    text = format_recovery_code(code).replace("0", "o").replace("1", "l").lower()
    assert parse_recovery_code(f"  {separator.join(text.split('-'))}\n") == code


@given(_RECOVERY, st.integers(0, 39), st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*ÄЖ"))
def test_16_a_typo_in_a_recovery_code_names_its_group(code: bytes, place: int, typed: str) -> None:
    text = format_recovery_code(code).replace("-", "")
    mistyped = text[:place] + typed + text[place + 1 :]
    forgiven = {"O": "0", "I": "1", "L": "1"}.get(typed, typed)
    if forgiven == text[place]:
        assert parse_recovery_code(mistyped) == code
        return
    with pytest.raises(InvalidValueError) as caught:
        parse_recovery_code(mistyped)
    assert caught.value.code == "code_group_wrong"
    assert (caught.value.facts["group"], caught.value.facts["groups"]) == (place // 5 + 1, 8)


@given(_SET_UP, st.integers(0, 64), st.sampled_from(_ALPHABET))
def test_a_typo_in_a_set_up_code_names_its_group(code: SetUpCode, place: int, typed: str) -> None:
    text = code.text().replace("-", "")
    mistyped = text[:place] + typed + text[place + 1 :]
    if mistyped == text:
        assert parse_set_up_code(mistyped) == code
        return
    with pytest.raises(InvalidValueError) as caught:
        parse_set_up_code(mistyped)
    assert (caught.value.code, caught.value.facts["group"]) == ("code_group_wrong", place // 5 + 1)


@given(_RECOVERY, st.integers(0, 38))
def test_two_neighbours_swapped_are_found(code: bytes, place: int) -> None:
    text = list(format_recovery_code(code).replace("-", ""))
    if text[place] == text[place + 1]:
        return
    text[place], text[place + 1] = text[place + 1], text[place]
    with pytest.raises(InvalidValueError) as caught:
        parse_recovery_code("".join(text))
    assert caught.value.facts["group"] in {place // 5 + 1, (place + 1) // 5 + 1}


@given(_SET_UP, st.integers(0, 12), st.integers(0, 12))
def test_two_groups_swapped_are_found(code: SetUpCode, left: int, right: int) -> None:
    groups = code.text().split("-")
    if left == right:
        return
    groups[left], groups[right] = groups[right], groups[left]
    with pytest.raises(InvalidValueError) as caught:
        parse_set_up_code("-".join(groups))
    assert (caught.value.code, caught.value.facts["group"]) == ("code_group_wrong", min(left, right) + 1)


@given(st.text(max_size=450))
def test_any_text_is_a_code_or_a_known_refusal(text: str) -> None:
    for parse in (parse_recovery_code, parse_set_up_code):
        assert refusal(partial(parse, text)) in {None, "code_group_wrong", "code_length_wrong"}


def test_a_group_that_lost_a_character_is_named_when_separators_were_typed() -> None:
    groups = format_recovery_code(new_recovery_code()).split("-")
    groups[2] = groups[2][:-1]
    with pytest.raises(InvalidValueError) as caught:
        parse_recovery_code(" ".join(groups))
    assert (caught.value.code, caught.value.facts["group"]) == ("code_group_wrong", 3)


@pytest.mark.parametrize("text", ["", "ABCDE", "A" * 39, "A" * 41, "A" * 100_000])
def test_another_length_has_its_own_code(text: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        parse_recovery_code(text)
    assert caught.value.code == "code_length_wrong"


def test_the_padding_of_a_set_up_code_must_be_empty() -> None:
    code = SetUpCode(secrets.token_bytes(16), secrets.token_bytes(16))
    last = code.text().split("-")[-1]
    endings = [code.text()[:-5] + last[:3] + data + check for data in _ALPHABET for check in _ALPHABET]
    outcomes = [refusal(partial(parse_set_up_code, text)) for text in endings]
    # One bit of the last character is data, the others must be zero.
    assert outcomes.count(None) == 2
    assert set(outcomes) == {None, "code_group_wrong"}


def test_a_group_typed_back_is_compared_with_forgiveness() -> None:
    text = format_recovery_code(bytes(20))
    second = text.split("-")[1]
    assert group_matches(text, group=2, typed=f" {second.lower().replace('0', 'o')} ")
    assert not group_matches(text, group=3, typed=second)


def test_codes_of_other_lengths_are_bugs() -> None:
    with pytest.raises(ValueError, match="20 bytes"):
        format_recovery_code(bytes(19))
    with pytest.raises(ValueError, match="16-byte"):
        SetUpCode(bytes(15), bytes(16))


def test_a_set_up_code_does_not_show_its_secret() -> None:
    code = SetUpCode(b"0123456789abcdef", bytes(16))
    assert "0123456789abcdef" not in repr(code)
    assert b"0123456789abcdef".hex() not in str(code)
