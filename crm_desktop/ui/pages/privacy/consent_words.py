"""Words for consents: the pill, the sentence below the title, and a line of the record."""

from crm_desktop.domain.consents import Consent, ConsentSource
from crm_desktop.ui.messages import tr
from crm_desktop.ui.widgets.moments import Clock


def state_pill(consent: Consent | None, now: int) -> tuple[str, str]:
    """Return words and tone of a member's newest consent."""
    if consent is None:
        return tr("Not given"), "neutral"
    if consent.withdrawn_at is not None:
        return tr("Withdrawn"), "neutral"
    if not consent.allows_import(now):
        return tr("Expired"), "warn"
    if consent.expires_soon(now):
        return tr("Ends soon"), "warn"
    return tr("Given"), "ok"


def state_words(consent: Consent | None, now: int, clock: Clock) -> str:
    """Return what my newest consent means, as a sentence to me."""
    if consent is None:
        return tr("You have not agreed. No call log of yours can be read.")
    if consent.withdrawn_at is not None:
        return tr(
            "You withdrew your consent on {day}. %n calls were removed.", "", consent.calls_removed or 0
        ).format(day=clock.day(consent.withdrawn_at))
    if not consent.allows_import(now):
        return tr("Your consent ended on {day}. Nothing is imported; what is there stays.").format(
            day=clock.day(consent.expires_at)
        )
    if consent.expires_at is not None:
        return tr("You agreed on {day}, until {end}. You can withdraw at any time.").format(
            day=clock.day(consent.granted_at), end=clock.day(consent.expires_at)
        )
    return tr("You agreed on {day}. You can withdraw at any time.").format(day=clock.day(consent.granted_at))


def source_words(consent: Consent) -> str:
    """Return how a consent was given."""
    return tr("on paper") if consent.source is ConsentSource.PAPER else tr("signed in")


def record_words(consent: Consent, clock: Clock) -> str:
    """Return a line that says what became of an earlier consent."""
    begun = tr("Given {day} ({how})").format(day=clock.day(consent.granted_at), how=source_words(consent))
    if consent.withdrawn_at is not None:
        if consent.calls_removed is None:  # not to be told
            return tr("{given}, withdrawn {day}.").format(given=begun, day=clock.day(consent.withdrawn_at))
        removed = tr("%n calls removed", "", consent.calls_removed)
        return tr("{given}, withdrawn {day}, {removed}.").format(
            given=begun, day=clock.day(consent.withdrawn_at), removed=removed
        )
    if consent.expires_at is not None:
        return tr("{given}, until {day}.").format(given=begun, day=clock.day(consent.expires_at))
    return tr("{given}, replaced by a later one.").format(given=begun)
