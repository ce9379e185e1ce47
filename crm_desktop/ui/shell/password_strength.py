"""What the create page says about a password: by length, the one property that helps against guessing."""

from crm_desktop.ui.messages import tr
from crm_desktop.ui.tokens import Tone

LEAST = 10
"""The shortest password the program takes (security design: 10-1024 characters)."""


def strength(password: str) -> tuple[Tone, str]:
    """Return a tone and one sentence about ``password``."""
    length = len(password)
    if length == 0:
        return "neutral", tr("At least %n characters. Four or five unrelated words are good.", "", LEAST)
    if length < LEAST:
        return "danger", tr("%n more characters are needed.", "", LEAST - length)
    if len(set(password)) < 5:
        return "warn", tr("Long enough, but the same few characters over and over.")
    if length < 14:
        return "warn", tr("Acceptable. Two more words make it strong.")
    if length < 20:
        return "ok", tr("Good.")
    return "ok", tr("Strong.")
