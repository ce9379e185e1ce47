"""Call logs to be imported: of people in the sample and of strangers, as phones export them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from crm_desktop.operations.sample_crowd import number
from crm_desktop.operations.session import Session
from crm_desktop.storage import floors

KNOWN = 0.7
DISTINCT = 20_000
_STRANGERS = 100_000_000
_DAYS_S = 3 * 365 * 86_400
_KINDS = (("Incoming", "1"), ("Outgoing", "2"), ("Missed", "3"))


def numbers_called(session: Session, count: int, *, seed: int = 11) -> list[str]:
    """Return the other number of ``count`` calls: 70 % of customers, the others of nobody in the file.

    Each number comes ten times and more, as in the log of a phone.
    """
    random = Random(seed)  # noqa: S311 - made-up calls, no secrets
    with session.reading("records.view") as connection:
        known = floors.some_numbers(connection, min(DISTINCT, max(1, count // 15)), random)
    strangers = [number(_STRANGERS + index).replace(" ", "") for index in range(max(1, count // 20))]
    return [random.choice(known if known and random.random() < KNOWN else strangers) for _ in range(count)]


def stranger() -> str:
    """Return a number nobody in the file has."""
    return number(_STRANGERS + DISTINCT).replace(" ", "")


def write_csv(path: Path, numbers: Sequence[str], *, now: int, seed: int = 12) -> Path:
    """Write the calls as iMazing exports those of an iPhone."""
    with path.open("w", encoding="utf-8", newline="") as out:
        out.write("Call type,Date,Duration,Number,Contact,Location,Service\r\n")
        for at, kind, seconds, called in _calls(numbers, now, seed):
            moment = datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S")
            length = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
            out.write(f"{_KINDS[kind][0]},{moment},{length},{called},,,\r\n")
    return path


def write_xml(path: Path, numbers: Sequence[str], *, now: int, seed: int = 13) -> Path:
    """Write the calls as SMS Backup & Restore exports those of an Android phone."""
    with path.open("w", encoding="utf-8") as out:
        out.write(f"<?xml version='1.0' encoding='UTF-8'?>\n<calls count=\"{len(numbers)}\">\n")
        for at, kind, seconds, called in _calls(numbers, now, seed):
            out.write(
                f'<call number="{called}" duration="{seconds}" date="{at}000" type="{_KINDS[kind][1]}" />\n'
            )
        out.write("</calls>\n")
    return path


def _calls(numbers: Sequence[str], now: int, seed: int) -> list[tuple[int, int, int, str]]:
    """Return (UTC epoch seconds, kind, seconds talked, number), oldest first, no two at one moment."""
    random = Random(seed)  # noqa: S311 - made-up calls, no secrets
    moments = sorted(random.sample(range(now - _DAYS_S, now), len(numbers)))
    made = []
    for at, called in zip(moments, numbers, strict=True):
        kind = random.choices((0, 1, 2), (45, 40, 15))[0]
        made.append((at, kind, 0 if kind == 2 else random.randrange(5, 900), called))
    return made
