"""Consent of the person whose phone it is, before that phone's log is read (promises P8 and P9)."""

from dataclasses import dataclass
from enum import StrEnum

REMIND_S = 30 * 86_400
"""How long before its end a consent is reminded of and can be renewed (promise P9)."""


class LawfulBasis(StrEnum):
    """Lawful bases of Art. 6(1) GDPR."""

    CONSENT = "consent"
    CONTRACT = "contract"
    LEGAL_OBLIGATION = "legal_obligation"
    VITAL_INTEREST = "vital_interest"
    PUBLIC_TASK = "public_task"
    LEGITIMATE_INTEREST = "legitimate_interest"


class ConsentPurpose(StrEnum):
    """What a consent is for."""

    CALL_LOG = "call_log"


class ConsentSource(StrEnum):
    """How a consent reached the file."""

    SIGNED_IN = "signed_in"
    PAPER = "paper"


@dataclass(frozen=True, slots=True)
class Consent:
    """A member's consent; times are UTC epoch seconds. ``scan`` is the paper's image, if it was on paper."""

    id: int
    uuid: bytes
    version: int
    member_id: int
    purpose: ConsentPurpose
    lawful_basis: LawfulBasis
    text_version: str
    text: str
    source: ConsentSource
    recorded_by: int
    granted_at: int
    expires_at: int | None
    withdrawn_at: int | None
    withdrawn_by: int | None
    calls_removed: int | None
    shown_at: int | None
    scan_name: str | None
    scan: bytes | None

    def allows_import(self, now: int) -> bool:
        """Return whether a log may be read at ``now``: granted, not withdrawn, not expired."""
        return self.withdrawn_at is None and (self.expires_at is None or now < self.expires_at)

    def expires_soon(self, now: int) -> bool:
        """Return whether it still stands at ``now`` and ends within the 30 days a renewal is offered."""
        return self.allows_import(now) and self.expires_at is not None and self.expires_at - now <= REMIND_S


CALL_LOG_TEXT_VERSION = "1"
CALL_LOG_TEXT = (
    "I agree that the call log of my phone, in the files I choose, is read into this organization's "
    "encrypted file. Only calls with the organization's customers are stored: time, direction, outcome, "
    "duration and number. Calls with anybody else are counted and not stored, unless I choose otherwise. "
    "Colleagues whose role allows it see these calls in the history of the customer. They are used for "
    "nothing else, never leave this file without the organization's own act, and are never sold. "
    "I can withdraw this consent at any time; my imported calls are then removed. Notes that people "
    "typed, calls entered by hand and the record of this consent stay."
)

TEAM_FIGURES_VERSION = f"{CALL_LOG_TEXT_VERSION}-team"
TEAM_FIGURES_SENTENCE = (
    "Colleagues whose role allows it also see how many calls I had and how long they lasted, by my name, "
    "beside the figures of the other members of the team."
)


def call_log_text(*, team_figures: bool) -> tuple[str, str]:
    """Return version and text of what a member agrees to; where team figures are on it names them."""
    if team_figures:
        return TEAM_FIGURES_VERSION, f"{CALL_LOG_TEXT} {TEAM_FIGURES_SENTENCE}"
    return CALL_LOG_TEXT_VERSION, CALL_LOG_TEXT
