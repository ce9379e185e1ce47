"""Figures of the real window, measured in a process of the real program.

Qt lives in the room ``ui``, which the command line and this room never import. So the window measures
itself: the program is started as ``crm-desktop --measure``, a hidden option, gets its job as JSON on
standard input (nothing secret travels by argument), works through it in ``crm_desktop.ui.measuring`` and
prints one JSON document. A process of its own also makes start and memory those of the program alone.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

from crm_desktop.domain.errors import KnownError
from crm_desktop.domain.measures import Figure
from crm_desktop.operations.measuring.sample_files import SampleFile
from crm_desktop.operations.measuring.timing import PASSES, milliseconds
from crm_desktop.operations.sample import LOGIN, PASSWORD

PATIENCE_S = 900


def start_figures(sample: SampleFile, data_folder: Path) -> dict[str, Figure]:
    """Start the program several times up to its first rows, and a Python that only loads Qt."""
    job = {"kind": "start", **_job(sample, data_folder)}
    measured(job)  # compiles what is not compiled yet
    starts = [measured(job)["start_to_paint"].value for _ in range(PASSES)]
    if getattr(sys, "frozen", False):  # a packaged program has no Python beside it
        return {"start_to_paint": Figure(statistics.median(starts))}
    command = [sys.executable, "-c", "import PySide6.QtWidgets"]
    loads = [
        milliseconds(lambda: subprocess.run(command, env=_surroundings(), check=True))  # noqa: S603 - our Python
        for _ in range(PASSES)
    ]
    return {"start_to_paint": Figure(statistics.median(starts), statistics.median(loads))}


def window_figures(
    sample: SampleFile, data_folder: Path, *, typed: list[str], peer: Path, log: Path
) -> dict[str, Figure]:
    """Measure typing, scrolling, sorting and memory in the window."""
    job = _job(sample, data_folder)
    found = measured({"kind": "work", **job, "typed": typed, "peer": str(peer), "log": str(log)})
    del found["start_to_paint"]  # one start is no figure
    return found


def _job(sample: SampleFile, data_folder: Path) -> dict[str, object]:
    return {
        "file": str(sample.path), "login": LOGIN, "password": PASSWORD, "set_up_code": sample.set_up_code,
        "data_folder": str(data_folder),
    }  # fmt: skip


def measured(job: dict[str, object]) -> dict[str, Figure]:
    """Let a process of the program do a job and return its figures.

    Raises KnownError("window_not_measured") with the last line of what it said, when it does not answer.
    """
    text = json.dumps({**job, "started_at": time.time()})
    try:
        done = subprocess.run(  # noqa: S603 - our own program
            _program(), input=text, capture_output=True, text=True, encoding="utf-8", env=_surroundings(),
            check=False, timeout=PATIENCE_S,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise KnownError("window_not_measured", reason=f"no answer in {PATIENCE_S} s") from None
    if done.returncode != 0:
        said = done.stderr.strip().splitlines() or ["nothing"]
        raise KnownError("window_not_measured", reason=said[-1])
    found = json.loads(done.stdout)
    return {name: Figure(*pair) for name, pair in found.items()}


def _program() -> list[str]:
    if getattr(sys, "frozen", False):
        name = "crm-desktop.exe" if sys.platform == "win32" else "crm-desktop"
        return [str(Path(sys.executable).with_name(name)), "--measure"]
    return [sys.executable, "-m", "crm_desktop", "--measure"]


def has_display() -> bool:
    """Return whether a window can be seen here; without one it is drawn into memory."""
    linux = sys.platform.startswith("linux")
    return not linux or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def _surroundings() -> dict[str, str]:
    # Uncompiled modules would double the time of every start.
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept if has_display() else {"QT_QPA_PLATFORM": "offscreen"} | kept
