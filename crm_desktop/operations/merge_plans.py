"""What a merge will write: worked out in one reading, shown as a preview, and worked out again to be written.

Rows go over by their owner alone, so that undoing it gives every one back under its own id. A double stays
with the merged record, which lies in the trash whole.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Protocol, TypeVar

from crm_desktop.domain.attachments import Attachment, AttachmentRole, free_name
from crm_desktop.domain.contact_imports import CardProperty, ImportedRow
from crm_desktop.domain.contacts import (
    Contact,
    ContactCard,
    CustomValue,
    Email,
    PastStatus,
    Phone,
    PostalAddress,
    ProductUse,
)
from crm_desktop.domain.errors import InvalidValueError, RefusedError
from crm_desktop.domain.folding import fold
from crm_desktop.domain.follow_ups import FollowUp, KeepInTouch
from crm_desktop.domain.identifiers import ForeignId
from crm_desktop.domain.merge_rules import (
    CUSTOM,
    FIELDS,
    FORMER_NUMBER,
    PHOTO,
    MergeField,
    MergeValue,
    absorbed,
    chosen_of,
    field_of,
    in_order_of_trust,
    key_of,
    merged_contact,
    proposed_survivor,
)
from crm_desktop.domain.merges import NotDuplicate
from crm_desktop.domain.notes import ContactNote
from crm_desktop.domain.relations import RULE_OF, Relation
from crm_desktop.domain.tags import ContactTag, Tag
from crm_desktop.operations.writable import unwritable
from crm_desktop.storage import bank_accounts, calls, contacts, rows
from crm_desktop.storage.database import Connection


class Row(Protocol):
    """A stored row: a dataclass with an id."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def id(self) -> int:
        """Where it stands."""
        ...


R = TypeVar("R", bound=Row)
_LISTS: tuple[type, ...] = (
    Phone, Email, PostalAddress, ProductUse, ForeignId, ContactTag, ContactNote, PastStatus, ImportedRow,
    CardProperty, FollowUp, KeepInTouch,
)  # fmt: skip
_PRIMARY = frozenset({Phone, Email, PostalAddress})
_POSITIONED = frozenset({Phone, Email, PostalAddress, ForeignId, CardProperty})


@dataclass(frozen=True, slots=True)
class MergeChoices:
    """What was chosen: which record stays, and whose value a field takes, by the field's name.

    Fields are those of the contact, ``photo`` and ``custom.<id of the field>``.
    """

    survivor_id: int | None = None
    fields: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class RowChange:
    """Columns a merge sets on one row; without an id a row it adds."""

    table: str
    row_id: int | None
    values: tuple[tuple[str, object], ...]


@dataclass(frozen=True, slots=True)
class Moved:
    """How much goes over with a merge, beside what the card shows."""

    calls: int = 0
    notes: int = 0
    files: int = 0
    relations: int = 0
    accounts: int = 0
    follow_ups: int = 0


@dataclass(frozen=True, slots=True)
class MergePreview:
    """What a merge will do: ``card`` is the record as it will be, but for versions and times of change.

    ``cards`` are the records as they are, in the order given; ``changes`` the rows that are written.
    """

    ids: tuple[int, ...]
    survivor_id: int
    choices: MergeChoices
    cards: tuple[ContactCard, ...]
    fields: tuple[MergeField, ...]
    card: ContactCard
    moved: Moved
    changes: tuple[RowChange, ...] = field(repr=False)

    @property
    def others(self) -> tuple[int, ...]:
        """The records that become part of the one that stays."""
        return tuple(contact_id for contact_id in self.ids if contact_id != self.survivor_id)


def plan(
    connection: Connection, ids: Sequence[int], choices: MergeChoices, *, with_calls: bool
) -> MergePreview:
    """Work out a merge; not ``with_calls``, no count of calls is told, nor decides which record stays.

    Raises RefusedError ``merge_needs_two``, ``record_not_found``, ``record_in_trash``, ``merge_kinds``.
    """
    wanted = tuple(dict.fromkeys(ids))
    cards = [_card(connection, contact_id) for contact_id in wanted]
    if len(cards) < 2:
        raise RefusedError("merge_needs_two")
    if len({card.contact.kind for card in cards}) > 1:
        raise RefusedError("merge_kinds")
    survivor_id = choices.survivor_id
    if survivor_id not in wanted or survivor_id is None:
        survivor_id = proposed_survivor(cards, _links(connection, wanted, with_calls=with_calls))
    found = _Plan(connection, cards, survivor_id, choices).preview()
    return found if with_calls else replace(found, moved=replace(found.moved, calls=0))


def _card(connection: Connection, contact_id: int) -> ContactCard:
    card = contacts.read_card(connection, contact_id)
    if card is None:
        raise RefusedError("record_not_found")
    if problem := unwritable(card.contact):
        raise problem
    return card


def _links(connection: Connection, ids: Sequence[int], *, with_calls: bool) -> dict[int, int]:
    """Return how much hangs on each contact: calls, relations, accounts."""
    return {
        contact_id: (len(calls.of_contact(connection, contact_id)) if with_calls else 0)
        + len(_relations(connection, contact_id))
        + bank_accounts.count_of(connection, contact_id)
        for contact_id in ids
    }


def _relations(connection: Connection, contact_id: int) -> list[Relation]:
    condition = "WHERE from_id = ? OR to_id = ? ORDER BY id"
    return rows.fetch(connection, Relation, condition, (contact_id, contact_id))


def _of(connection: Connection, cls: type, contact_id: int) -> list[Any]:
    order = "position, id" if cls in _POSITIONED else "id"
    return rows.fetch(connection, cls, f"WHERE contact_id = ? ORDER BY {order}", (contact_id,))


class _Plan:
    """Collects the changes of one merge."""

    def __init__(
        self, connection: Connection, cards: Sequence[ContactCard], survivor_id: int, choices: MergeChoices
    ) -> None:
        self.connection = connection
        self.cards = cards
        self.survivor = next(card for card in cards if card.contact.id == survivor_id)
        self.id = survivor_id
        self.others = [card for card in cards if card.contact.id != survivor_id]
        self.choices = choices
        self.chosen = dict(choices.fields)
        self.fields: dict[str, MergeField] = {}
        self.changes: list[RowChange] = []
        self.lists: dict[type, list[Any]] = {}

    def preview(self) -> MergePreview:
        """Work out everything."""
        by_trust = in_order_of_trust(self.cards)
        own_first = [self.survivor, *(card for card in by_trust if card is not self.survivor)]
        for name in FIELDS:
            # A customer goes on with the number his papers have, and is one since he was.
            cards = own_first if name in {"customer_number", "status"} else by_trust
            self._note_field(field_of(name, cards, self.chosen.get(name)))
        contact = merged_contact(self.survivor.contact, self.cards, self.fields)
        if not contact.display_name:
            raise InvalidValueError("name_required", field="given")
        self._change("contact", self.survivor.contact, contact)
        for cls in _LISTS:
            self._unite(cls)
        self._keep_numbers()
        self._own_fields(by_trust)
        files = self._files(by_trust)
        relations = self._relate()
        self._keep_apart()
        moved_rows = [change.table for change in self.changes]
        others = [card.contact.id for card in self.others]
        moved = Moved(
            calls=sum(len(calls.of_contact(self.connection, other)) for other in others),
            notes=moved_rows.count("contact_note"),
            files=files,
            relations=relations,
            accounts=sum(bank_accounts.count_of(self.connection, other) for other in others),
            follow_ups=moved_rows.count("follow_up"),
        )
        return MergePreview(
            tuple(card.contact.id for card in self.cards), self.id, self.choices, tuple(self.cards),
            tuple(self.fields.values()), self._card(contact), moved, tuple(self.changes),
        )  # fmt: skip

    def _note_field(self, found: MergeField | None) -> None:
        if found is not None:
            self.fields[found.name] = found

    def _change(self, table: str, old: Row, new: Row) -> None:
        names = rows.column_names(type(old))
        values = tuple(
            (name, getattr(new, name)) for name in names if getattr(old, name) != getattr(new, name)
        )
        if values:
            self.changes.append(RowChange(table, old.id, values))

    def _unite(self, cls: type) -> None:
        """Move the rows of one list that the survivor does not have; doubles add what only they say."""
        table = rows.TABLES[cls]
        kept: dict[object, Any] = {}
        before: dict[int, Any] = {}
        own = _of(self.connection, cls, self.id)
        for row in own:
            before[row.id] = row
            kept.setdefault(key_of(row), row)
        extra = [row for row in own if kept[key_of(row)] is not row]
        for card in self.others:
            for row in _of(self.connection, cls, card.contact.id):
                known = kept.get(key_of(row))
                if known is None:
                    before[row.id] = row
                    kept[key_of(row)] = self._moved(row, [*kept.values(), *extra])
                else:
                    names = rows.column_names(cls)
                    kept[key_of(row)] = replace(known, **absorbed(known, row, names))
        self.lists[cls] = [*kept.values(), *extra]
        for row in self.lists[cls]:
            self._change(table, before[row.id], row)

    def _moved(self, row: R, there: Sequence[Any]) -> R:
        values: dict[str, Any] = {"contact_id": self.id}
        if type(row) in _POSITIONED:
            values["position"] = max((other.position for other in there), default=-1) + 1
        if type(row) in _PRIMARY and any(other.is_primary for other in there):
            values["is_primary"] = False
        return replace(row, **values)

    def _keep_numbers(self) -> None:
        """Keep customer numbers that are not taken as ids by which the customer goes on being found."""
        chosen = self.fields.get("customer_number")
        known = {key_of(row) for row in self.lists[ForeignId]}
        place = max((row.position for row in self.lists[ForeignId]), default=-1) + 1
        for item in chosen.values if chosen else ():
            key = (fold(FORMER_NUMBER), fold(str(item.value or "")))
            if item.value is None or item.value == (chosen and chosen.value) or key in known:
                continue
            known.add(key)
            values: dict[str, object] = {
                "contact_id": self.id, "position": place, "system": FORMER_NUMBER, "value": item.value
            }  # fmt: skip
            self.changes.append(RowChange("foreign_id", None, tuple(values.items())))
            self.lists[ForeignId].append(ForeignId(0, b"", 1, self.id, place, FORMER_NUMBER, str(item.value)))
            place += 1

    def _own_fields(self, by_trust: Sequence[ContactCard]) -> None:
        found: dict[int, dict[int, CustomValue]] = {}
        for card in by_trust:
            for value in _of(self.connection, CustomValue, card.contact.id):
                found.setdefault(value.field_id, {})[card.contact.id] = value
        kept: list[CustomValue] = []
        for field_id, values in sorted(found.items()):
            name = f"{CUSTOM}{field_id}"
            said = [MergeValue(owner, value.value) for owner, value in values.items()]
            field = chosen_of(name, said, self.chosen.get(name))
            if field is None:
                continue
            self._note_field(field)
            taken, own = values[field.chosen], values.get(self.id)
            new = replace(taken, contact_id=self.id) if own is None else replace(own, value=taken.value)
            self._change("custom_value", own or taken, new)
            kept.append(new)
        self.lists[CustomValue] = kept

    def _files(self, by_trust: Sequence[ContactCard]) -> int:
        """Move files; of several photos one stays the photo, the others become files."""
        found = {card.contact.id: _of(self.connection, Attachment, card.contact.id) for card in self.cards}
        photos = [
            MergeValue(card.contact.id, file.sha256.hex())
            for card in by_trust
            for file in found[card.contact.id]
            if file.role is AttachmentRole.PHOTO
        ]
        own_first = sorted(photos, key=lambda item: item.contact_id != self.id)
        field = chosen_of(PHOTO, own_first, self.chosen.get(PHOTO))
        self._note_field(field)
        known = {file.sha256 for file in found[self.id]}
        names = {file.name.casefold() for file in found[self.id]}
        moved = 0
        ordered = [self.id, *(card.contact.id for card in self.others)]
        files = [file for owner in ordered for file in found[owner]]
        # The photo that is taken comes when the one that was there before has made room.
        for file in sorted(files, key=lambda file: _is_photo(file, field)):
            is_own = file.contact_id == self.id
            is_photo = _is_photo(file, field)
            if not is_own and not is_photo and file.sha256 in known:
                continue
            name = file.name if is_own else free_name(file.name, names)
            names.add(name.casefold())
            known.add(file.sha256)
            role = AttachmentRole.PHOTO if is_photo else AttachmentRole.FILE
            new = replace(file, contact_id=self.id, name=name, role=role)
            self._change("attachment", file, new)
            moved += not is_own
        return moved

    def _relate(self) -> int:
        """Have relations begin and end at the survivor; those between the merged and doubles stay behind."""
        gone = {card.contact.id for card in self.others}
        kept = {_sides(relation): relation for relation in _relations(self.connection, self.id)}
        before = {relation.id: relation for relation in kept.values()}
        moved = 0
        for card in self.others:
            for old in _relations(self.connection, card.contact.id):
                if old.id in before:
                    continue
                new = replace(
                    old,
                    from_id=self.id if old.from_id in gone else old.from_id,
                    to_id=self.id if old.to_id in gone else old.to_id,
                )
                before[old.id] = old
                if new.from_id == new.to_id:
                    continue
                known = kept.get(_sides(new))
                if known is None:
                    kept[_sides(new)] = new
                    moved += 1
                else:
                    names = ("position", "note")
                    kept[_sides(new)] = replace(known, **absorbed(known, old, names))  # type: ignore[arg-type]  # its columns
        for relation in kept.values():
            if relation.from_id not in gone and relation.to_id not in gone:
                self._change("relation", before[relation.id], relation)
        return moved

    def _keep_apart(self) -> None:
        """Whom a merged one was told apart from, the survivor is told apart from too."""
        condition = "WHERE contact_id = ? OR other_id = ? ORDER BY id"
        ids = {card.contact.id for card in self.cards}
        kept = {
            (row.contact_id, row.other_id)
            for row in rows.fetch(self.connection, NotDuplicate, condition, (self.id, self.id))
        }
        for card in self.others:
            own = card.contact.id
            for row in rows.fetch(self.connection, NotDuplicate, condition, (own, own)):
                other = row.other_id if row.contact_id == own else row.contact_id
                pair = (min(self.id, other), max(self.id, other))
                if other not in ids and pair not in kept:
                    kept.add(pair)
                    self._change("not_duplicate", row, replace(row, contact_id=pair[0], other_id=pair[1]))

    def _card(self, contact: Contact) -> ContactCard:
        tag_ids = {row.tag_id for row in self.lists[ContactTag]}
        uses = sorted(self.lists[ProductUse], key=lambda use: use.id)
        uses.sort(key=lambda use: use.since or "", reverse=True)
        uses.sort(key=lambda use: use.until is not None)
        return ContactCard(
            contact=contact,
            phones=tuple(_placed(self.lists[Phone])),
            emails=tuple(_placed(self.lists[Email])),
            addresses=tuple(_placed(self.lists[PostalAddress])),
            product_uses=tuple(uses),
            foreign_ids=tuple(_placed(self.lists[ForeignId])),
            tags=tuple(
                tag for tag in rows.fetch(self.connection, Tag, "ORDER BY name_key") if tag.id in tag_ids
            ),
            custom_values=tuple(self.lists[CustomValue]),
            past_statuses=tuple(sorted(self.lists[PastStatus], key=lambda row: row.id)),
        )


def _placed(found: Sequence[Any]) -> list[Any]:
    return sorted(found, key=lambda row: (row.position, row.id))


def _sides(relation: Relation) -> tuple[object, ...]:
    """Return what makes two relations one: kind, both sides, and the day it began."""
    sides = (relation.from_id, relation.to_id)
    ordered = tuple(sorted(sides)) if RULE_OF[relation.kind].both_ways else sides
    return (relation.kind, *ordered, relation.started_on or "")


def _is_photo(file: Attachment, field: MergeField | None) -> bool:
    """Return whether a file is the photo that is taken."""
    return file.role is AttachmentRole.PHOTO and field is not None and file.contact_id == field.chosen


def owners_in(changes: Sequence[RowChange]) -> Iterator[int]:
    """Return the contacts that relations of a merge join with the one that stays."""
    for change in changes:
        values: Mapping[str, object] = dict(change.values)
        for name in ("from_id", "to_id"):
            if isinstance(values.get(name), int):
                yield int(str(values[name]))
