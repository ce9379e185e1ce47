"""What a backup is, and which ones stay: all of 2 days, daily 2 weeks, weekly 3 months, monthly a year."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

DAY_S = 86_400
EVERY_S = 30 * 60
"""An automatic backup is due when something changed and this long passed since the last one."""
TIMES_THE_FILE = 10
SHARE_OF_FREE_SPACE = 5
VERIFIED_KEPT = 3
_RECENT_S, _DAILY_S, _WEEKLY_S, _MONTHLY_S = 2 * DAY_S, 14 * DAY_S, 91 * DAY_S, 366 * DAY_S


class Reason(StrEnum):
    """Why a backup was made."""

    ASKED = "asked"
    AUTOMATIC = "automatic"
    CLOSING = "closing"
    IMPORT = "import"
    MIGRATION = "migration"
    ROTATION = "rotation"
    FOUND = "found"
    """Made elsewhere and shown to this computer, which therefore never thins it."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What is in a copy of an organization file; ``calls`` is None for somebody who may not see calls.

    ``epoch`` and ``sequence`` are those of its newest log entry, ``changed_at`` is that entry's time.
    """

    customers: int
    address_book: int
    calls: int | None
    epoch: int
    sequence: int
    changed_at: int


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup this computer knows of; times are UTC epoch seconds, ``size`` is in bytes.

    ``key_id`` names the file key it is under; ``verified`` says that it was read back whole. What the ledger
    says up to the log's sequence ``cleaned_up_to`` was taken out of it since.
    """

    path: Path
    made_at: int
    size: int
    contents: Contents
    verified: bool
    key_id: bytes
    reason: Reason
    cleaned_up_to: int = 0

    @property
    def order(self) -> tuple[int, int, int]:
        """What makes one backup newer than another: the log first, because clocks are set back."""
        return self.contents.epoch, self.contents.sequence, self.made_at


def protected(backups: Iterable[Backup]) -> list[Backup]:
    """Return what always stays: the newest backup and the last three that were verified."""
    ordered = sorted(backups, key=lambda backup: backup.order, reverse=True)
    verified = [backup for backup in ordered if backup.verified][:VERIFIED_KEPT]
    return verified + [backup for backup in ordered[:1] if backup not in verified]


def space_limit(*, file_size: int, free: int) -> int:
    """Return how many bytes all backups of one place may take: 10 × the file, 20 % of the free space."""
    return min(TIMES_THE_FILE * file_size, free // SHARE_OF_FREE_SPACE)


def superfluous(backups: Sequence[Backup], *, now: int, limit: int) -> list[Backup]:
    """Return what is to go, so that of each class the newest per day, week or month stays.

    Where the rest takes more than ``limit`` bytes, the fullest class gives its oldest, again and again.
    Whatever is :func:`protected` never goes, even where it is over the limit. A backup from the future
    (the clock was set back) counts as made now.
    """
    always = protected(backups)
    staying: dict[tuple[int, int], Backup] = {}
    for number, backup in enumerate(sorted(backups, key=lambda backup: backup.order)):
        bucket = _bucket(backup, now)
        if bucket is not None:
            staying[bucket if bucket[0] else (0, number)] = backup
    classes: list[list[Backup]] = [[], [], [], []]
    for (rank, _), backup in staying.items():
        if backup not in always:
            classes[rank].append(backup)
    room = limit - sum(backup.size for backup in always)
    while any(classes) and sum(backup.size for members in classes for backup in members) > room:
        max(classes, key=len).pop(0)
    kept = always + [backup for members in classes for backup in members]
    return [backup for backup in backups if backup not in kept]


def _bucket(backup: Backup, now: int) -> tuple[int, int] | None:
    """Return class and period of a backup; of one period the newest stays, of class 0 all; None: too old."""
    age = max(0, now - backup.made_at)
    if age <= _RECENT_S:
        return 0, 0
    if age <= _DAILY_S:
        return 1, backup.made_at // DAY_S
    if age <= _WEEKLY_S:
        return 2, backup.made_at // (7 * DAY_S)
    if age <= _MONTHLY_S:
        month = datetime.fromtimestamp(backup.made_at, UTC)
        return 3, month.year * 12 + month.month
    return None
