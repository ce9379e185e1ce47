"""The cards of a vCard file: which properties stand between which BEGIN and END."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from crm_desktop.domain.imported_contacts import ContactRowReason, RejectedContact
from crm_desktop.importers.contacts.content_lines import (
    ContentLine,
    UnreadableLine,
    content_line,
    decoded_text,
    logical_lines,
)

_BEGIN, _END = b"BEGIN:VCARD", b"END:VCARD"
_SHOWN = 200
# Texts some programs break over lines without folding them.
_LOOSE = frozenset({"NOTE", "ADR", "LABEL"})


@dataclass(slots=True)
class Card:
    """The properties of one card that begins in ``line``; ``ended`` is false where its end is missing."""

    line: int
    version: str = "3.0"
    properties: list[ContentLine] = field(default_factory=list)
    ended: bool = True


def cards(physical: Iterable[bytes]) -> Iterator[Card | RejectedContact]:
    """Yield every card, one without its end too, and every line that is no property."""
    card: Card | None = None
    nested = 0
    for number, raw in logical_lines(physical):
        sign = b"".join(raw.split()).upper() if len(raw) < 40 else b""
        if sign == _BEGIN:
            if card is not None and _opens_agent(card):
                nested += 1
                continue
            if card is not None:
                yield replace(card, ended=False)
            card = Card(number)
        elif card is None or (nested and sign != _END):
            continue
        elif sign == _END and nested:
            nested -= 1
        elif sign == _END:
            yield card
            card = None
        elif not _take(card, number, raw):
            yield RejectedContact(number, ContactRowReason.LINE_UNREADABLE, _shown(raw))
    if card is not None:
        yield replace(card, ended=False)


def _shown(raw: bytes) -> str:
    """Return the beginning of a line that is none, for the report."""
    return raw[:_SHOWN].decode("utf-8", "replace").strip()


def _opens_agent(card: Card) -> bool:
    """Return whether a card begins inside the card: the secretary of vCard 2.1."""
    return bool(card.properties) and card.properties[-1].name == "AGENT" and not card.properties[-1].value


def _take(card: Card, number: int, raw: bytes) -> bool:
    """Add a property to ``card``, or the loose end of the text before; false where it is neither."""
    found = content_line(number, raw, carets=card.version != "2.1")
    if isinstance(found, UnreadableLine):
        last = card.properties[-1] if card.properties else None
        if last is None or last.name not in _LOOSE:
            return False
        text = decoded_text(raw, last.first("CHARSET"))
        card.properties[-1] = replace(last, value=f"{last.value}\n{text}")
        return True
    if found.name == "VERSION":
        card.version = found.value.strip()
    else:
        card.properties.append(found)
    return True
