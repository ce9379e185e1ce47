"""Tags as a user sees and changes them."""

from collections.abc import Sequence
from dataclasses import replace

from crm_desktop.domain.contact_drafts import text_problem
from crm_desktop.domain.contacts import Category
from crm_desktop.domain.errors import InvalidValueError, RefusedError
from crm_desktop.domain.folding import fold
from crm_desktop.domain.progress import CancelToken, ProgressCallback
from crm_desktop.domain.tags import NAME_LIMIT, Tag, TagDraft, TagTone, draft_of_tag
from crm_desktop.operations.contact_conflicts import save_merging
from crm_desktop.operations.contacts import contact_draft, save_contact
from crm_desktop.operations.large_changes import change_some
from crm_desktop.operations.row_conflicts import RowConflict, bring_together
from crm_desktop.operations.session import Session
from crm_desktop.storage import contacts
from crm_desktop.storage import tags as stored
from crm_desktop.storage.database import Connection
from crm_desktop.storage.journal import ChangeSet

__all__ = [
    "Tag",
    "TagDraft",
    "TagTone",
    "all_tags",
    "change_tag",
    "check_tag",
    "draft_of_tag",
    "set_contact_tags",
    "tag_counts",
    "tag_names",
]


def all_tags(session: Session) -> list[Tag]:
    """Return all tags by name."""
    with session.reading("records.view") as connection:
        return stored.list_tags(connection)


def tag_names(session: Session) -> list[str]:
    """Return the names of all tags, for completion."""
    return [tag.name for tag in all_tags(session)]


def tag_counts(session: Session, category: Category) -> dict[int, int]:
    """Return how many contacts of a list carry each tag, by its id."""
    with session.reading("records.view") as connection:
        return stored.counts(connection, category)


def set_contact_tags(
    session: Session,
    contact_id: int,
    names: Sequence[str],
    *,
    version: int,
    base: Sequence[str] | None = None,
) -> None:
    """Give a contact that was read at ``version`` exactly these tags; new names make new tags.

    With ``base``, the tags it had then, only what was added or taken away since is written, on top of what
    somebody else saved meanwhile. Errors as in ``contacts.save_contact``.
    """
    session.require("records.edit")
    draft, _ = contact_draft(session, contact_id)
    wanted = replace(draft, tags=tuple(names))
    if base is None:
        save_contact(session, contact_id, wanted, version=version)
    else:
        # Tags never clash: each comes or goes by itself.
        save_merging(session, contact_id, wanted, base=replace(draft, tags=tuple(base)), version=version)


def check_tag(
    session: Session, tag_id: int, draft: TagDraft, *, base: TagDraft
) -> RowConflict[TagDraft] | None:
    """Raise, or return, what :func:`change_tag` would."""
    with session.reading("records.edit") as connection:
        _, found = _together(connection, tag_id, draft, base)
    return found if isinstance(found, RowConflict) else None


def change_tag(
    session: Session,
    tag_id: int,
    draft: TagDraft,
    *,
    base: TagDraft,
    progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> RowConflict[TagDraft] | None:
    """Rename or recolour a tag that was read as ``base``; the name is another at once, everywhere.

    Somebody else's change in between is brought together with this one; what has to be decided first is
    returned, and nothing is written. The new name of one that very many carry is written in batches:
    Cancelled leaves the former. Raises InvalidValueError ``value_required``, ``tag_there`` for a name another
    one has; RefusedError ``record_not_found``.
    """
    session.require("records.edit")
    with session.database.read() as connection:
        tag, wanted = _together(connection, tag_id, draft, base)
        if isinstance(wanted, RowConflict):
            return wanted
        found = stored.contacts_with(connection, tag_id) if fold(wanted.name) != tag.name_key else []
    known, met = set(found), list[RowConflict[TagDraft]]()

    def write(changes: ChangeSet, part: Sequence[int | None]) -> None:
        todo = {contact_id for contact_id in part if contact_id is not None}
        if None in part:
            now, both = _together(changes.connection, tag_id, draft, base)
            if isinstance(both, RowConflict):
                met.append(both)
                return
            values: dict[str, object] = {
                "name": both.name, "name_key": fold(both.name), "tone": both.tone.value
            }  # fmt: skip
            changes.update("tag", tag_id, values)
            # And who was given it since they were looked up.
            if fold(both.name) != now.name_key:
                todo |= set(stored.contacts_with(changes.connection, tag_id)) - known
        contacts.reindex_many(changes.connection, sorted(todo) if not met else ())

    change_some(session, "edit_tag", [None, *sorted(found)], write, progress, cancel)
    return met[0] if met else None


def _together(
    connection: Connection, tag_id: int, draft: TagDraft, base: TagDraft
) -> tuple[Tag, TagDraft | RowConflict[TagDraft]]:
    """Return a tag, and how it is saved with what was typed over ``base``."""
    mine = replace(draft, name=_checked_name(draft.name))
    tag = stored.get_tag(connection, tag_id)
    if tag is None:
        raise RefusedError("record_not_found")
    found = bring_together(
        connection, ("tag", "tag", tag_id), base, draft_of_tag(tag), mine, version=tag.version
    )
    if not isinstance(found, RowConflict):
        other = stored.find_tag(connection, found.name)
        if other is not None and other.id != tag_id:
            raise InvalidValueError("tag_there", field="name", value=other.name)
    return tag, found


def _checked_name(name: str) -> str:
    kept = " ".join(name.split())
    if not fold(kept):
        raise InvalidValueError("value_required", field="name")
    if problem := text_problem("name", kept, NAME_LIMIT):
        raise problem
    return kept
