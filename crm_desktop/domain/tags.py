"""Tags: short words of the office's own on contacts, each with a tone; the word always stands beside it."""

import zlib
from dataclasses import dataclass
from enum import StrEnum


class TagTone(StrEnum):
    """The colour of a tag, named for what it looks like in both themes."""

    GREY = "grey"
    GREEN = "green"
    AMBER = "amber"
    BLUE = "blue"
    RED = "red"


NAME_LIMIT = 60


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag of the organization; ``name_key`` (folded) is unique."""

    id: int
    uuid: bytes
    version: int
    name: str
    name_key: str
    tone: TagTone


@dataclass(frozen=True, slots=True)
class TagDraft:
    """What of a tag is changed."""

    name: str
    tone: TagTone


def draft_of_tag(tag: Tag) -> TagDraft:
    """Return the draft that would save a tag unchanged."""
    return TagDraft(tag.name, tag.tone)


@dataclass(frozen=True, slots=True)
class ContactTag:
    """A tag on a contact."""

    id: int
    uuid: bytes
    version: int
    contact_id: int
    tag_id: int


def first_tone(name_key: str) -> TagTone:
    """Return the tone a new tag begins with: the same word gets the same one everywhere."""
    tones = tuple(TagTone)
    return tones[zlib.crc32(name_key.encode()) % len(tones)]
