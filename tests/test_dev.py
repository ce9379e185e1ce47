"""The project's own starter: what it installs, what it runs the tests in, and that nothing is skipped."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import dev

linux_only = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="the desktop of its own is Linux's"
)


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Keep what dev.py would run instead of running it."""
    kept: list[list[str]] = []

    def keep(command: list[object], environment: object = None) -> int:
        kept.append([str(part) for part in command])
        return 0

    monkeypatch.setattr(dev, "call", keep)
    return kept


@pytest.fixture
def fake_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A Debian system on which every package but two is installed."""
    lines = [f"{name} installed" for name in dev.DEBIAN_PACKAGES if name not in {"xvfb", "strace"}]
    query = tmp_path / "dpkg-query"
    # One package was removed but not purged, one is unknown.
    query.write_text(
        "#!/bin/sh\ncat <<END\n" + "\n".join([*lines, "strace config-files"]) + "\nEND\nexit 1\n"
    )
    query.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")


@pytest.mark.parametrize(("arguments", "status"), [([], 2), (["nothing"], 2), (["--help"], 0)])
def test_help_lists_the_verbs(arguments: list[str], status: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert dev.main(arguments) == status
    assert "test [ARGUMENTS]" in capsys.readouterr().out


def test_an_unchanged_lock_is_not_installed_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, calls: list[list[str]]
) -> None:
    lock, stamp = tmp_path / "lock.txt", tmp_path / "stamp"
    lock.write_text("one==1 --hash=sha256:00\n")
    monkeypatch.setattr(dev, "LOCK", lock)
    monkeypatch.setattr(dev, "STAMP", stamp)
    monkeypatch.setattr(dev, "PYTHON", Path(sys.executable))
    assert [dev.set_up(), dev.set_up(), len(calls)] == [0, 0, 2]
    assert "--require-hashes" in calls[0]
    assert {"--no-deps", "--editable"} <= set(calls[1]), "the commands, fetching nothing"
    lock.write_text("one==2 --hash=sha256:00\n")
    assert [dev.set_up(), len(calls)] == [0, 4]
    assert stamp.read_text() == hashlib.sha256(lock.read_bytes() + sys.version.encode()).hexdigest()


@linux_only
@pytest.mark.usefixtures("fake_system")
def test_root_installs_only_what_is_missing(monkeypatch: pytest.MonkeyPatch, calls: list[list[str]]) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert dev.set_up_system() == 0
    assert calls == [
        ["apt-get", "update"],
        ["apt-get", "install", "-y", "--no-install-recommends", "xvfb", "strace"],
    ]


@linux_only
@pytest.mark.usefixtures("fake_system")
def test_others_are_told_the_line_to_run(
    monkeypatch: pytest.MonkeyPatch, calls: list[list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert dev.set_up_system() == 1
    assert calls == []
    assert "sudo apt-get install -y --no-install-recommends xvfb strace" in capsys.readouterr().err


def test_one_failed_check_does_not_hide_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev, "call", lambda command: int("ruff" in str(command[0])))
    assert dev.lint() == ["format", "lint"]
    assert [dev.report(["format"]), dev.report([])] == [1, 0]


def test_the_folders_of_a_complete_run_hold_every_test_once() -> None:
    files = [file for folder in dev.test_folders().values() for file in folder]
    there = {path.relative_to(dev.ROOT).as_posix() for path in dev.ROOT.glob("tests/**/test_*.py")}
    assert (len(files), set(files)) == (len(there), there)
    assert set(dev.LONGEST) <= {"lint", *dev.test_folders()}


def test_a_complete_run_shows_every_job_and_names_the_failed_ones(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    started: list[list[str]] = []

    def apart(arguments: list[str]) -> subprocess.CompletedProcess[str]:
        started.append(list(arguments))
        return subprocess.CompletedProcess([], int("tests/cli/test_b.py" in arguments), "what it said\n")

    monkeypatch.setattr(dev, "set_up_system", lambda: 0)
    monkeypatch.setattr(dev, "set_up", lambda: 0)
    monkeypatch.setattr(dev, "run_apart", apart)
    folders = {"tests/cli": ["tests/cli/test_b.py"], "tests/e2e": ["tests/e2e/test_c.py"]}
    monkeypatch.setattr(dev, "test_folders", lambda: folders)
    assert dev.main(["test"]) == 1
    assert sorted(started) == [
        ["lint"],
        ["test", "-q", "tests/cli/test_b.py"],
        ["test", "-q", "tests/e2e/test_c.py"],
    ]
    said = capfd.readouterr()
    assert {"==== tests/cli: FAILED", "==== tests/e2e: passed", "==== lint: passed"} <= set(
        said.out.splitlines()
    )
    assert said.out.count("what it said") == 3
    assert said.err == "Failed: tests/cli\n"


def test_a_job_of_a_complete_run_keeps_what_was_said_and_its_status() -> None:
    done = dev.run_apart(["no such verb"])
    assert done.returncode == 2
    assert "test [ARGUMENTS]" in done.stdout


def test_bench_is_the_command_with_its_arguments(
    monkeypatch: pytest.MonkeyPatch, calls: list[list[str]]
) -> None:
    monkeypatch.setattr(dev, "set_up", lambda: 0)
    assert dev.main(["bench", "--customers", "20000"]) == 0
    assert [command[1:] for command in calls] == [
        ["-m", "crm_desktop.cli.main", "bench", "--customers", "20000"]
    ]


@linux_only
def test_run_without_a_display_is_the_tour(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    driven: list[list[str]] = []

    def keep(command: list[object]) -> int:
        driven.append([str(part) for part in command])
        return 0

    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setattr(dev, "BUILD", tmp_path)
    monkeypatch.setattr(dev, "set_up_system", lambda: 0)
    monkeypatch.setattr(dev, "set_up", lambda: 0)
    monkeypatch.setattr(dev, "call_in_desktop", keep)
    assert dev.main(["run"]) == 0
    assert driven == [[str(dev.PYTHON), "-m", "tests.e2e.tour", str(tmp_path / "tour")]]
    assert f"Pictures: {tmp_path / 'tour'} (0 files)" in capsys.readouterr().out


def test_run_with_a_display_makes_the_sample_once(
    monkeypatch: pytest.MonkeyPatch, calls: list[list[str]], tmp_path: Path
) -> None:
    monkeypatch.setattr(dev, "BUILD", tmp_path)
    monkeypatch.setattr(dev, "has_display", lambda: True)
    monkeypatch.setattr(dev, "set_up", lambda: 0)
    sample = tmp_path / "sample" / "sample.crm"
    assert dev.main(["run"]) == 0
    assert [command[2:] for command in calls] == [
        ["crm_desktop.cli.main", "sample", str(sample)],
        ["crm_desktop", str(sample)],
    ]
    sample.touch()
    assert dev.main(["run"]) == 0
    assert dev.main(["run", "acme.crm"]) == 0
    assert [command[2:] for command in calls[2:]] == [
        ["crm_desktop", str(sample)],
        ["crm_desktop", "acme.crm"],
    ]


PROBE = """
import json, os, pathlib, stat, sys
import keyring
keyring.set_password("dev-probe", "somebody", "something")
runtime = pathlib.Path(os.environ["XDG_RUNTIME_DIR"])
answer = {
    "display": os.environ["DISPLAY"],
    "home": os.environ["HOME"],
    "runtime": stat.S_IMODE(runtime.stat().st_mode),
    "read": keyring.get_password("dev-probe", "somebody"),
}
pathlib.Path(sys.argv[1]).write_text(json.dumps(answer))
sys.exit(7)
"""


@linux_only
def test_the_desktop_of_its_own_has_a_display_and_an_unlocked_keyring(tmp_path: Path) -> None:
    answer = tmp_path / "answer.json"
    assert dev.call_in_desktop([sys.executable, "-c", PROBE, answer]) == 7
    seen = json.loads(answer.read_text())
    assert seen["display"] not in {"", os.environ.get("DISPLAY")}
    assert seen["read"] == "something"
    assert seen["runtime"] == 0o700
    assert not Path(seen["home"]).exists()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("def test_x(): assert True", 0),
        ("import pytest\ndef test_x(): pytest.skip('no display')", 1),
        ("import pytest\npytest.importorskip('no_such_module')", 1),
        ("import pytest\n@pytest.mark.skip\ndef test_x(): pass\ndef test_y(): assert True", 1),
        ("import pytest\n@pytest.mark.xfail\ndef test_x(): assert False\ndef test_y(): assert True", 0),
    ],
)
def test_a_skipped_test_fails_a_complete_run(body: str, status: int, tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(body)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.no_skips", "-c", os.devnull, str(tmp_path)]
    done = subprocess.run(command, cwd=dev.ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == status, done.stdout
    assert ("skipped tests are failures" in done.stdout) == (status == 1)
