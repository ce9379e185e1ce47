"""Facts of a contact for the overview that more than one record tells: identifiers, statuses, own fields."""

from collections.abc import Sequence

from crm_desktop.domain.contact_drafts import ContactDraft
from crm_desktop.domain.contacts import PastStatus
from crm_desktop.ui.messages import tr
from crm_desktop.ui.widgets.contact_options import ContactOptions, shown_value
from crm_desktop.ui.widgets.moments import date_words
from crm_desktop.ui.widgets.words import status_word

Facts = list[tuple[str, str]]


def identifier_facts(draft: ContactDraft) -> Facts:
    """Return customer number, VAT id and foreign ids."""
    unchecked = f"   ·   {tr('unchecked')}" if draft.vat_unchecked else ""
    facts = [
        (tr("Customer no."), draft.customer_number or ""),
        (tr("VAT id"), (draft.vat_id or "") + unchecked),
    ]
    return facts + [(known.system, known.value) for known in draft.foreign_ids]


def status_facts(draft: ContactDraft, past: Sequence[PastStatus], options: ContactOptions) -> Facts:
    """Return who looks after the contact, and each status with its days, the newest first."""
    lines = [f"{status_word(was.status)}: {_days(was)}" for was in reversed(past)]
    return [(tr("Owner"), options.owner(draft.owner_id)), (tr("Was before"), "\n".join(lines))]


def _days(was: PastStatus) -> str:
    until = date_words(was.until)
    if was.since is None:
        return tr("until {date}").format(date=until)
    return tr("{since} to {until}").format(since=date_words(was.since), until=until)


def own_facts(draft: ContactDraft, options: ContactOptions) -> Facts:
    """Return what stands in the office's own fields."""
    values = dict(draft.custom)
    return [
        (field.name, shown_value(field, values[field.id])) for field in options.fields if field.id in values
    ]
