"""What becomes of a row of a file: decided in one place for preview and import, so that they agree."""

from collections.abc import Mapping
from dataclasses import dataclass

from crm_desktop.domain.contact_drafts import ContactDraft, problems
from crm_desktop.domain.contact_imports import ContactPlan, Fate, OnMatch, RowFate
from crm_desktop.domain.errors import InvalidValueError, KnownError
from crm_desktop.domain.imported_contacts import (
    ContactRow,
    ContactRowReason,
    ImportedContact,
    RejectedContact,
)
from crm_desktop.domain.imported_drafts import draft_of_import, updated
from crm_desktop.operations.contact_marks import custom_problems
from crm_desktop.operations.contact_matching import Match, find_match, fingerprint
from crm_desktop.operations.known_contacts import StoredContacts

# Rows that are none of anybody's business.
_PASSED_OVER = frozenset({ContactRowReason.BLANK_ROW, ContactRowReason.GROUP})


@dataclass(frozen=True, slots=True)
class Decision:
    """A row's fate with what is written for it: ``draft`` is None where nothing is."""

    fate: RowFate
    draft: ContactDraft | None = None
    fingerprint: bytes = b""


@dataclass(frozen=True, slots=True)
class Rules:
    """How rows are decided: the plan, the organization's country, its own fields and members by name."""

    plan: ContactPlan
    region: str
    own_fields: Mapping[str, int]
    members: Mapping[str, int]


def decide(known: StoredContacts, row: ContactRow, rules: Rules) -> Decision:
    """Return what becomes of a row."""
    if isinstance(row, RejectedContact):
        fate = Fate.SKIPPED if row.reason in _PASSED_OVER else Fate.FAILED
        return Decision(RowFate(row.line, fate, "", row.reason.value))
    print_ = fingerprint(row)
    if (before := known.imported(print_)) is not None:
        contact_id, in_trash = before
        reason = "in_trash" if in_trash else "imported_before"
        return Decision(RowFate(row.line, Fate.SKIPPED, row.full or "", reason, contact_id))
    return _matched(known, row, rules, print_)


def _matched(known: StoredContacts, row: ImportedContact, rules: Rules, print_: bytes) -> Decision:
    """Return what becomes of a row that was not imported before."""
    draft = draft_of_import(
        row, rules.plan.category, rules.region, own_fields=rules.own_fields, members=rules.members
    )
    match = Match() if rules.plan.on_match is OnMatch.CREATE else find_match(known, row, rules.plan.keys)
    if match.reason is not None:
        return Decision(RowFate(row.line, Fate.FAILED, row.full or "", match.reason))
    if match.contact_id is None:
        return _checked(known, row, None, draft, rules, print_)
    if rules.plan.on_match is OnMatch.SKIP:
        fate = RowFate(row.line, Fate.SKIPPED, row.full or "", "there_already", match.contact_id)
        return Decision(fate)
    return _update(known, row, match.contact_id, draft, rules, print_)


def _update(  # noqa: PLR0917 - one step of decide
    known: StoredContacts,
    row: ImportedContact,
    contact_id: int,
    draft: ContactDraft,
    rules: Rules,
    print_: bytes,
) -> Decision:
    old = known.draft(contact_id)
    merged = updated(old, draft)
    new_photo = row.photo is not None and not known.has_photo(contact_id)
    if merged == old and not new_photo and set(row.other) <= known.properties(contact_id):
        return Decision(RowFate(row.line, Fate.SKIPPED, row.full or "", "unchanged", contact_id))
    return _checked(known, row, contact_id, merged, rules, print_)


def _checked(  # noqa: PLR0917 - one step of decide
    known: StoredContacts,
    row: ImportedContact,
    contact_id: int | None,
    draft: ContactDraft,
    rules: Rules,
    print_: bytes,
) -> Decision:
    name = row.full or draft.name
    if problem := _problem(known, contact_id, draft, rules.region):
        return Decision(RowFate(row.line, Fate.FAILED, name, problem.code, None, problem))
    fate = Fate.CREATED if contact_id is None else Fate.UPDATED
    return Decision(RowFate(row.line, fate, name, None, contact_id), draft, print_)


def _problem(
    known: StoredContacts, contact_id: int | None, draft: ContactDraft, region: str
) -> KnownError | None:
    found = problems(draft, region) | custom_problems(known.connection, draft)
    if found:
        return next(iter(found.values()))
    number = draft.customer_number
    if number and (holder := known.holder(number)) is not None and holder != contact_id:
        return InvalidValueError("customer_number_taken", field="customer_number", value=number)
    return None
