"""What the command line prints, and the edge where errors become sentences.

Standard output carries one JSON document or plain lines, and nothing where a command fails; messages,
questions and progress go to standard error.
"""

import functools
import json
import sys
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import ParamSpec

import typer

from crm_desktop.domain.errors import KnownError
from crm_desktop.domain.progress import Cancelled
from crm_desktop.domain.sentences import sentence

P = ParamSpec("P")

_PACKAGE = Path(__file__).parent.parent
# What is done in the window elsewhere than here.
_HINTS = {"log_shared_without_lines": "Here: crm-desktop-cli lines FILE set USER LINE…, or --line EXT=USER."}
# Typer ends these itself: wrong usage, an answer of "no", a closed pipe.
_TYPERS_OWN = (typer.Exit, typer.Abort, typer.BadParameter, BrokenPipeError)


def say(text: str) -> None:
    """Print one line of the answer."""
    print(_printable(text))


def note(text: str) -> None:
    """Print a message beside the answer, on standard error."""
    print(_printable(text), file=sys.stderr)


def document(data: object) -> None:
    """Print ``data`` as the one JSON document; ASCII only, so that no terminal's encoding refuses a name."""
    print(json.dumps(data, ensure_ascii=True, indent=2))


def utc_text(moment: int | datetime | None) -> str | None:
    """Return UTC epoch seconds or an aware time as ``2026-03-31T09:00:00Z``; fractions are cut off."""
    if moment is None:
        return None
    aware = datetime.fromtimestamp(moment, UTC) if isinstance(moment, int) else moment.astimezone(UTC)
    return aware.strftime("%Y-%m-%dT%H:%M:%SZ")


def guarded(command: Callable[P, None]) -> Callable[P, None]:
    """Make every failure of ``command`` one line on standard error and exit status 1, never a traceback."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            _with_sentences(command, *args, **kwargs)
        except _TYPERS_OWN:
            raise
        except Exception as bug:  # noqa: BLE001  (the edge: what arrives here is reported as a bug)
            note(bug_line(bug))
            raise typer.Exit(1) from None

    return run


def _with_sentences(command: Callable[P, None], *args: P.args, **kwargs: P.kwargs) -> None:
    try:
        command(*args, **kwargs)
    except KnownError as error:
        note(" ".join(filter(None, (sentence(error), _HINTS.get(error.code)))))
        raise typer.Exit(1) from None
    except Cancelled:
        note("Stopped. What was finished before is kept, what was under way is undone.")
        raise typer.Exit(1) from None
    except BrokenPipeError:
        raise
    except OSError as error:
        known = KnownError("system_refused", reason=error.strerror or type(error).__name__)
        note(sentence(known))
        raise typer.Exit(1) from None


def bug_line(bug: BaseException) -> str:
    """Return one line that names a bug by type and place, without its message: that may be personal."""
    own = [
        frame
        for frame in traceback.extract_tb(bug.__traceback__)
        if Path(frame.filename).is_relative_to(_PACKAGE)
    ]
    place = "unknown place"
    if own:
        place = f"{Path(own[-1].filename).relative_to(_PACKAGE).as_posix()}:{own[-1].lineno}"
    return (
        f"This is a fault in the program ({type(bug).__name__} at {place}). What was saved before is kept. "
        "Please report this line; it holds nothing personal."
    )


def _printable(text: str) -> str:
    """Replace control characters: a name from a foreign file must not steer the terminal."""
    return "".join(ch if ch.isprintable() or ch == "\n" else "\N{REPLACEMENT CHARACTER}" for ch in text)
