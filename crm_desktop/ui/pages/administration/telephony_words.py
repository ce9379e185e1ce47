"""The sentences of Telephony: what a number becomes, what a change does, whose line it was when."""

from crm_desktop.domain.calls import NumberNote
from crm_desktop.domain.organization_settings import OrganizationSettings
from crm_desktop.domain.own_numbers import OwnDays, line_of
from crm_desktop.domain.phone_numbers import international_display, national_example
from crm_desktop.operations.member_lines import MemberLine
from crm_desktop.ui.messages import tr
from crm_desktop.ui.widgets.moments import date_words


def reading_sentence(settings: OrganizationSettings, written: str) -> str:
    """Return what a spelling becomes: "0211 5550100 → +49 211 5550100"."""
    read = settings.reading(written)
    if read.e164 is None:
        return tr("{written} → no number: {reason}").format(
            written=written.strip(), reason=_reasons().get(read.note, tr("this is no phone number"))
        )
    words = f"{written.strip()} → {international_display(read.e164)}"
    if read.extension:
        words += " " + tr("extension {extension}").format(extension=read.extension)
    return words


def _reasons() -> dict[NumberNote | None, str]:
    return {
        NumberNote.WITHHELD: tr("the caller hid it"),
        NumberNote.SHORT_CODE: tr("a short number such as 112 or a service"),
        NumberNote.EXTENSION: tr("an extension inside the office"),
        NumberNote.MASKED: tr("some of its figures are hidden"),
        NumberNote.DAMAGED: tr("another program has cut it"),
        NumberNote.NO_AREA_CODE: tr("its area code is missing, and none is set above"),
    }


def example_sentences(settings: OrganizationSettings) -> list[str]:
    """Return how three spellings of the country read: with the area, without it, through an outside line."""
    national = national_example(settings.region)
    if not national:
        return []
    shown = [national]
    if settings.area_code:
        shown.append("555 0100")
    if settings.outside_prefix:
        shown.append(f"{settings.outside_prefix} {national}")
    return [reading_sentence(settings, written) for written in shown]


def consequences(stored: OrganizationSettings, typed: OrganizationSettings) -> list[str]:
    """Return what saving would do, a sentence for each thing that changes."""
    found: list[str] = []
    if typed.name.strip() != stored.name:
        found.append(tr("The new name is shown from the next sign-in on."))
    if typed.number_rules() != stored.number_rules():
        found.append(
            tr(
                "Numbers that are stored stay as they are. What is typed or imported from now on is read the "
                "new way; a log that is imported again corrects its own calls."
            )
        )
    if typed.time_zone != stored.time_zone:
        found.append(
            tr(
                "Stored calls stay at their moment and are shown in the new time zone from the next sign-in "
                "on; days and hours of figures are counted anew. Logs that name no zone are read in it."
            )
        )
    if (typed.own_numbers, typed.own_days) != (stored.own_numbers, stored.own_days):
        found.append(
            tr(
                "Calls of your own numbers are nobody’s: stored ones leave the customers they came to by a "
                "number, and from the next import on they are left out."
            )
        )
    return found


def own_lines(settings: OrganizationSettings) -> list[str]:
    """Return the own numbers as lines that can be typed."""
    return [line_of(international_display(one.number), one) for one in _own(settings)]


def own_words(settings: OrganizationSettings) -> list[str]:
    """Return the own numbers as they are kept, each with its days where it has any."""
    return [
        tr("{number} ({days})").format(number=international_display(one.number), days=_days(one))
        if not one.always else international_display(one.number)
        for one in _own(settings)
    ]  # fmt: skip


def _own(settings: OrganizationSettings) -> list[OwnDays]:
    dated = {one.number: one for one in settings.own_days}
    return [dated.get(number, OwnDays(number)) for number in settings.own_numbers]


def _days(one: OwnDays) -> str:
    first, last = (date_words(day) or day or "" for day in (one.first, one.last))
    if first and last:
        return tr("from {first} to {last}").format(first=first, last=last)
    return tr("from {first}").format(first=first) if first else tr("to {last}").format(last=last)


def days_of(line: MemberLine) -> str:
    """Return from when to when a line is somebody's."""
    since = date_words(line.since)
    until = date_words(line.until)
    if since and until:
        return tr("from {since} to before {until}").format(since=since, until=until)
    if since:
        return tr("since {since}").format(since=since)
    return tr("until before {until}").format(until=until) if until else tr("always")
