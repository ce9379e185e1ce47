"""What the create page says about a password."""

import pytest

from crm_desktop.ui.shell.password_strength import strength


@pytest.mark.parametrize(
    ("password", "tone"),
    [
        ("", "neutral"),
        ("short", "danger"),
        ("aaaaaaaaaaaa", "warn"),
        ("twelve chars", "warn"),
        ("four words are ok", "ok"),
        ("four unrelated words are good", "ok"),
    ],
)
def test_length_decides(password: str, tone: str) -> None:
    found, sentence = strength(password)
    assert found == tone
    assert sentence


def test_too_short_says_how_many_are_missing() -> None:
    assert "4" in strength("sixsix")[1]
