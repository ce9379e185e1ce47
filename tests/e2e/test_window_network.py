"""The window talks to nobody: the whole tour, traced from outside, where there is no network at all."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.computers import ROOT

_SOCKET = re.compile(r"socket\((\w+)")
_CONNECT = re.compile(r'connect\(\d+, \{sa_family=(\w+)(?:, sun_path=@?"([^"]*)")?')
# The display, and the two buses every desktop program is on: keyring and lock signals come over them.
_DISPLAY = "/tmp/.X11-unix/"  # noqa: S108 - where X servers listen
# Who am I, asked by libraries through the C library: its cache daemon, where one runs.
_NAME_CACHE = "/var/run/nscd/socket"
_SYSTEM_BUS = ("/run/dbus/system_bus_socket", "/var/run/dbus/system_bus_socket")


def _session_bus() -> str:
    places = dict(
        part.split("=", 1) for part in os.environ["DBUS_SESSION_BUS_ADDRESS"].partition(":")[2].split(",")
    )
    return places.get("path") or places["abstract"]


@pytest.mark.timeout(900)
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="strace and name spaces are Linux's")
def test_the_whole_tour_opens_no_internet_socket(tmp_path: Path) -> None:
    assert os.environ.get("DISPLAY"), "the tests run in a display of their own: python3 dev.py test"
    assert shutil.which("strace")
    trace, pictures = tmp_path / "trace", tmp_path / "pictures"
    alone = (
        ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--user", "--map-current-user", "--net"]
    )
    command = [
        *alone, "strace", "-f", "--seccomp-bpf", "-qq", "-A", "-o", str(trace), "-e", "trace=socket,connect",
        "-e", "signal=none", sys.executable, "-m", "tests.e2e.tour", str(pictures), "--light",
    ]  # fmt: skip
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert list(pictures.glob("*.png"))
    calls = trace.read_text(encoding="utf-8", errors="replace")
    assert set(_SOCKET.findall(calls)) == {"AF_UNIX"}
    connected = _CONNECT.findall(calls)
    assert connected
    allowed = (_DISPLAY, _session_bus(), _NAME_CACHE, *_SYSTEM_BUS)
    others = {(family, path) for family, path in connected if not path.startswith(allowed)}
    assert not others
