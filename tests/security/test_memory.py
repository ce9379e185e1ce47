"""No core dump holds a key: tried in a process of its own that really crashes."""

import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from crm_desktop.security.memory import refuse_error_reports

_ROOT = Path(__file__).parents[2]
_CHILD = """
import ctypes, os, resource, signal
from crm_desktop.security.memory import disable_core_dumps
agreed = disable_core_dumps()
dumpable = ctypes.CDLL(None).prctl(3, 0, 0, 0, 0)
print(agreed, resource.getrlimit(resource.RLIMIT_CORE)[0], dumpable, flush=True)
os.kill(os.getpid(), signal.SIGSEGV)
"""


def test_a_crash_leaves_no_core_dump(tmp_path: Path) -> None:
    def allow_dumps() -> None:
        highest = resource.getrlimit(resource.RLIMIT_CORE)[1]
        resource.setrlimit(resource.RLIMIT_CORE, (highest, highest))

    done = subprocess.run(
        [sys.executable, "-c", _CHILD],
        cwd=tmp_path,
        env={"PYTHONPATH": str(_ROOT)},
        preexec_fn=allow_dumps,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout.split() == ["True", "0", "0"]
    assert done.returncode == -signal.SIGSEGV
    assert list(tmp_path.iterdir()) == []


_FACES = {
    "window": """
from PySide6.QtWidgets import QApplication
from crm_desktop import app
QApplication.exec = lambda *_: 0
app.main([])
""",
    "command line": "from crm_desktop.cli.main import standard_environment; standard_environment()",
}


@pytest.mark.parametrize("face", _FACES)
def test_both_faces_switch_dumps_off_at_their_start(face: str, tmp_path: Path) -> None:
    ask = "\nimport ctypes, resource\nprint(resource.getrlimit(resource.RLIMIT_CORE)[0])\n"
    done = subprocess.run(
        [sys.executable, "-c", f"{_FACES[face]}{ask}print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(_ROOT), "HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout.split() == ["0", "0"], done.stderr


class _Kernel:
    """Windows' kernel32, as far as it is called."""

    def __init__(self, answer: int) -> None:
        self.mode, self.answer, self.flags = 0x8000, answer, 0

    def GetErrorMode(self) -> int:  # noqa: N802 - Windows' name
        return self.mode

    def SetErrorMode(self, mode: int, /) -> int:  # noqa: N802
        before, self.mode = self.mode, mode
        return before

    def WerSetFlags(self, flags: int, /) -> int:  # noqa: N802
        self.flags = flags
        return self.answer


@pytest.mark.parametrize(("answer", "agreed"), [(0, True), (-2147024891, False)])
def test_windows_keeps_no_heap_in_its_reports(answer: int, *, agreed: bool) -> None:
    kernel = _Kernel(answer)
    assert refuse_error_reports(kernel) is agreed
    assert (kernel.mode, kernel.flags) == (0x8003, 1)
