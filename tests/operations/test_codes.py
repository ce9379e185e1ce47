"""Codes while they are typed: each whole group is judged, and a code is found in what somebody sent."""

import secrets

import pytest

from crm_desktop.operations.codes import code_in, typed_recovery_code, typed_set_up_code
from crm_desktop.security.codes import SetUpCode, format_recovery_code

_RECOVERY = format_recovery_code(bytes(range(20)))
_SET_UP = SetUpCode(bytes(range(16)), bytes(range(16, 32))).text()


def test_each_group_counts_as_soon_as_it_is_whole() -> None:
    for place in range(len(_RECOVERY) + 1):
        typed = typed_recovery_code(_RECOVERY[:place].lower())
        assert (typed.groups, typed.wrong) == (8, None)
        assert typed.right == len(_RECOVERY[:place].replace("-", "")) // 5
        assert typed.complete is (place == len(_RECOVERY))


@pytest.mark.parametrize("group", range(1, 14))
def test_a_slip_names_its_group_also_while_the_rest_is_missing(group: int) -> None:
    groups = _SET_UP.split("-")
    wrong = groups[group - 1]
    groups[group - 1] = ("1" if wrong[0] != "1" else "2") + wrong[1:]
    typed = typed_set_up_code("-".join(groups[:group]))
    assert (typed.right, typed.wrong, typed.complete) == (group - 1, group, False)


def test_two_groups_in_the_wrong_order_are_named() -> None:
    first, second, *rest = _RECOVERY.split("-")
    assert typed_recovery_code("-".join([second, first, *rest])).wrong == 1


def test_one_character_too_many_is_not_complete() -> None:
    typed = typed_recovery_code(_RECOVERY + "7")
    assert (typed.right, typed.wrong, typed.complete) == (8, None, False)
    assert not typed_recovery_code("7" * 100_000).complete


@pytest.mark.parametrize(
    "text",
    [
        _SET_UP,
        f"{_SET_UP}\n",
        f"Our file\nsetup-code={_SET_UP.lower()}\nKeep it safe.",
        f"Set-up code: {_SET_UP}",
        "\n".join(_SET_UP.split("-")),
    ],
)
def test_the_code_is_found_in_a_file(text: str) -> None:
    found = code_in(text)
    assert found is not None
    assert typed_set_up_code(found).complete


def test_no_code_is_none() -> None:
    assert code_in("") is None
    assert code_in(secrets.token_hex(40)) is None
    assert code_in(_RECOVERY) is None
