"""No core dump holds a key: tried in a process of its own that really crashes."""

import resource
import signal
import subprocess
import sys
from pathlib import Path

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
