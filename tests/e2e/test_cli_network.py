"""The program talks to nobody: traced from outside, and run where there is no network at all."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.computers import PASSWORD, ROOT, Computer, secrets
from tests.e2e.secret_service import secret_service

LOG = ROOT / "resources" / "samples" / "calls" / "calls-20260105090000.xml"
_SOCKET = re.compile(r"socket\((\w+)")
_UNIX_PATH = re.compile(r'connect\(\d+, \{sa_family=AF_UNIX, sun_path=@?"([^"]*)"')


@pytest.fixture
def computer(tmp_path: Path) -> Iterator[Computer]:
    """Give a computer with an unlocked keyring."""
    with secret_service(Computer.new(tmp_path / "computer")) as ready:
        yield ready


def check_main_job(computer: Computer, before: list[str]) -> None:
    """Create, sample, consent, import, verify: each a process of its own behind ``before``."""
    path, sample = computer.work / "acme.crm", computer.work / "try.crm"
    given = secrets(password=PASSWORD)
    signed_in = ("--user", "ana", "--secrets-stdin")
    for arguments in (
        ("create", path, "--name", "Acme Ltd", "--admin", "ana", "--region", "US", "--secrets-stdin"),
        ("sample", sample, "--customers", 20, "--calls", 40),
        ("consent", path, "grant", "--yes", *signed_in),
        ("import-calls", path, LOG, "--member", "ana", "--keep-unknown", *signed_in),
        ("verify", path, *signed_in),
    ):
        computer.run(*arguments, given=given, before=before)
    assert computer.document("info", path, *signed_in, given=given)["calls"] > 0


def test_no_socket_but_the_session_bus(computer: Computer, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    strace = ["strace", "-f", "-qq", "-A", "-o", str(trace), "-e", "trace=socket,connect"]
    check_main_job(computer, strace)
    calls = trace.read_text(encoding="utf-8")
    assert set(_SOCKET.findall(calls)) == {"AF_UNIX"}
    assert computer.bus is not None
    places = {part.partition("=")[2] for part in computer.bus.partition(":")[2].split(",")}
    connected = [line for line in calls.splitlines() if "connect(" in line]
    assert connected
    assert {path for line in connected for path in _UNIX_PATH.findall(line)} <= places
    assert all(_UNIX_PATH.search(line) for line in connected)


def test_everything_works_where_there_is_no_network(computer: Computer) -> None:
    alone = ["unshare", "--net"]
    if os.geteuid() != 0:
        alone = ["unshare", "--user", "--map-current-user", "--net"]
    check_main_job(computer, alone)
