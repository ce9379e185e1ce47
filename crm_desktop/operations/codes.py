"""Codes from the emergency kit while they are typed: each group is judged as soon as it is whole."""

from crm_desktop.security.codes import TypedGroups, typed_recovery_code, typed_set_up_code

__all__ = ["TypedGroups", "code_in", "typed_recovery_code", "typed_set_up_code"]


def code_in(text: str) -> str | None:
    """Return the set-up code in a text, such as a file an administrator sent; None when there is none.

    It may stand alone over several lines, or in one line after a name and a colon or equals sign.
    """
    lines = [line.partition(mark)[2] or line for line in text.splitlines() for mark in ("=", ":")]
    found = next((line for line in [*lines, text] if typed_set_up_code(line).complete), None)
    return None if found is None else found.strip()
