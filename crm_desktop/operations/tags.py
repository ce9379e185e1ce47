"""Tags as a user sees and changes them."""

from collections.abc import Sequence
from dataclasses import replace

from crm_desktop.domain.contact_drafts import text_problem
from crm_desktop.domain.contacts import Category
from crm_desktop.domain.errors import InvalidValueError, RefusedError
from crm_desktop.domain.folding import fold
from crm_desktop.domain.progress import CancelToken, ProgressCallback
from crm_desktop.domain.tags import NAME_LIMIT, Tag, TagTone
from crm_desktop.operations.contact_conflicts import save_merging
from crm_desktop.operations.contacts import contact_draft, save_contact
from crm_desktop.operations.large_changes import change_some
from crm_desktop.operations.session import Session
from crm_desktop.storage import contacts
from crm_desktop.storage import tags as stored
from crm_desktop.storage.database import Connection
from crm_desktop.storage.journal import ChangeSet

__all__ = [
    "Tag",
    "TagTone",
    "all_tags",
    "change_tag",
    "check_name",
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


def check_name(session: Session, tag_id: int, name: str) -> None:
    """Raise what :func:`change_tag` would raise about the name of a tag."""
    with session.reading("records.edit") as connection:
        _named(connection, tag_id, name)


def change_tag(
    session: Session,
    tag_id: int,
    *,
    name: str,
    tone: TagTone,
    progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> None:
    """Rename or recolour a tag everywhere; the name is another at once, and one undo takes it back.

    The new name of one that very many carry is written in batches: Cancelled leaves the former. Raises
    InvalidValueError ``value_required``, ``tag_there`` for a name another one has; RefusedError
    ``record_not_found``.
    """
    session.require("records.edit")
    with session.database.read() as connection:
        tag, kept = _named(connection, tag_id, name)
        renamed = fold(kept) != tag.name_key
        found = stored.contacts_with(connection, tag_id) if renamed else []
    known = set(found)

    def write(changes: ChangeSet, part: Sequence[int | None]) -> None:
        todo = {contact_id for contact_id in part if contact_id is not None}
        if None in part:
            _named(changes.connection, tag_id, name)
            changes.update("tag", tag_id, {"name": kept, "name_key": fold(kept), "tone": tone.value})
            # And who was given it since they were looked up.
            todo |= set(stored.contacts_with(changes.connection, tag_id) if renamed else ()) - known
        contacts.reindex_many(changes.connection, sorted(todo))

    change_some(session, "edit_tag", [None, *sorted(found)], write, progress, cancel)


def _named(connection: Connection, tag_id: int, name: str) -> tuple[Tag, str]:
    """Return a tag and the name it can have."""
    kept = " ".join(name.split())
    if not fold(kept):
        raise InvalidValueError("value_required", field="name")
    if problem := text_problem("name", kept, NAME_LIMIT):
        raise problem
    tag, other = stored.get_tag(connection, tag_id), stored.find_tag(connection, kept)
    if tag is None:
        raise RefusedError("record_not_found")
    if other is not None and other.id != tag_id:
        raise InvalidValueError("tag_there", field="name", value=other.name)
    return tag, kept
