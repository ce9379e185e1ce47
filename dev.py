"""Set up, run and check this project with nothing but Python 3.11 or newer: ``python dev.py VERB``.

run [FILE]          start the program on FILE, or on a sample organization; without a display, the tour
test [ARGUMENTS]    every check and every test, two jobs at a time; with arguments only pytest, with these
lint                format, lint, types and the direction of imports
bench [ARGUMENTS]   how fast it is here, against its budgets; the arguments of crm-desktop-cli bench
tour [FOLDER]       the guided tour in a display of its own; pictures go to FOLDER (build/tour)
setup               the environment in .venv alone, from the locked and hashed requirements
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
LOCK = ROOT / "installer" / "requirements-dev.txt"
STAMP = VENV / "installed-lock.sha256"
BUILD = ROOT / "build"

CHECKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("format", ("ruff", "format", "--check", ".")),
    ("lint", ("ruff", "check", ".")),
    ("types", ("mypy",)),
    ("imports", ("lint-imports", "--no-cache", "--no-logo")),
)

# What the tests and the tour use of a Debian system: a display, a Secret Service, Qt's libraries, a font.
DEBIAN_PACKAGES = (
    "xvfb",
    "xdotool",
    "dbus-x11",
    "gnome-keyring",
    "fonts-inter",
    "libegl1",
    "libgl1",
    "libdbus-1-3",
    "libfontconfig1",
    "libxkbcommon-x11-0",
    "libxcb-cursor0",
    "libxcb-icccm4",
    "libxcb-image0",
    "libxcb-keysyms1",
    "libxcb-render-util0",
    "libxcb-shape0",
    "libxcb-xinerama0",
    "poppler-utils",
    "strace",
)
LINUX_TOOLS = ("Xvfb", "dbus-run-session", "gnome-keyring-daemon")


def main(arguments: Sequence[str]) -> int:
    """Do the verb in ``arguments`` and return the exit status."""
    if sys.version_info < (3, 11):  # noqa: UP036  (this file is started by whatever Python there is)
        print("Python 3.11 or newer is needed.", file=sys.stderr)
        return 2
    verbs = {
        "setup": lambda _rest: set_up(),
        "run": run,
        "test": test,
        "lint": lambda _rest: set_up() or report(lint()),
        "bench": bench,
        "tour": tour,
    }
    if arguments and arguments[0] in verbs:
        return verbs[arguments[0]](arguments[1:])
    print(__doc__)
    return 0 if arguments and arguments[0] in {"-h", "--help", "help"} else 2


def set_up() -> int:
    """Make .venv and install the lock into it, unless this lock is in there already."""
    wanted = hashlib.sha256(LOCK.read_bytes() + sys.version.encode()).hexdigest()
    if STAMP.exists() and STAMP.read_text(encoding="ascii") == wanted:
        return 0
    if importlib.util.find_spec("ensurepip") is None:
        print(
            "This Python cannot make environments. On Debian: apt-get install python3-venv", file=sys.stderr
        )
        return 1
    if not PYTHON.exists() and call([sys.executable, "-m", "venv", "--clear", VENV]):
        return 1
    pip = (PYTHON, "-m", "pip", "--disable-pip-version-check", "install")
    if call([*pip, "--quiet", "--require-hashes", "-r", LOCK]):
        return 1
    # The commands crm-desktop and crm-desktop-cli, pointing at this checkout; nothing is fetched for them.
    if call([*pip, "--quiet", "--no-deps", "--no-build-isolation", "--editable", ROOT]):
        return 1
    STAMP.write_text(wanted, encoding="ascii")
    return 0


def run(arguments: Sequence[str]) -> int:
    """Start the program where there is a display; elsewhere show it in pictures."""
    if not has_display():
        print("There is no display here: the guided tour instead, in a virtual one.")
        return tour([])
    if failed := set_up():
        return failed
    file = Path(arguments[0]) if arguments else BUILD / "sample" / "sample.crm"
    if not arguments and not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        if failed := call([PYTHON, "-m", "crm_desktop.cli.main", "sample", file]):
            return failed
    return call([PYTHON, "-m", "crm_desktop", file])


def tour(arguments: Sequence[str]) -> int:
    """Drive the real program through its pages and leave a picture of each."""
    if failed := set_up_system() or set_up():
        return failed
    folder = Path(arguments[0]).resolve() if arguments else BUILD / "tour"
    folder.mkdir(parents=True, exist_ok=True)
    failed = call_in_desktop([PYTHON, "-m", "tests.e2e.tour", folder])
    print(f"Pictures: {folder} ({len(list(folder.glob('*.png')))} files)")
    return failed


def bench(arguments: Sequence[str]) -> int:
    """Measure the program on a sample, in the window of this desktop or drawn into memory."""
    return set_up() or call([PYTHON, "-m", "crm_desktop.cli.main", "bench", *arguments])


def test(arguments: Sequence[str]) -> int:
    """Run every check and every test, or with ``arguments`` only pytest; a skipped test is a failure."""
    if failed := set_up_system() or set_up():
        return failed
    if not arguments:
        return report(everything())
    return report(
        ["tests"] * bool(call_in_desktop([PYTHON, "-m", "pytest", "-p", "tests.no_skips", *arguments]))
    )


JOBS_AT_ONCE = 2
# Begun first, in this order: a long one alone at the end would leave the other half of the computer idle.
LONGEST = ("tests/e2e", "tests/faults", "tests/operations", "lint", "tests/ui/pages")


def everything() -> list[str]:
    """Run the checks and each folder of tests, and return the names of those that failed.

    Every job is this program again: each folder has a desktop of its own, for windows of two runs in one
    display would take the focus and the clipboard from each other.
    """
    jobs = {"lint": ["lint"], **{name: ["test", "-q", *files] for name, files in test_folders().items()}}
    names = sorted(jobs, key=lambda name: LONGEST.index(name) if name in LONGEST else len(LONGEST))
    broken = []
    with ThreadPoolExecutor(JOBS_AT_ONCE) as pool:
        running = {pool.submit(run_apart, jobs[name]): name for name in names}
        for job in as_completed(running):
            name, done = running[job], job.result()
            print(f"==== {name}: {'FAILED' if done.returncode else 'passed'}\n{done.stdout}", flush=True)
            broken += [name] * bool(done.returncode)
    return broken


def test_folders() -> dict[str, list[str]]:
    """Return the test files of each folder, without those of folders in it."""
    found: dict[str, list[str]] = {}
    for file in sorted((ROOT / "tests").rglob("test_*.py")):
        name = file.relative_to(ROOT)
        found.setdefault(name.parent.as_posix(), []).append(name.as_posix())
    return found


def run_apart(arguments: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run this program with ``arguments`` and keep what it says."""
    return subprocess.run(
        [sys.executable, __file__, *arguments],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )


def lint() -> list[str]:
    """Run every check, also after one failed, and return the names of those that failed."""
    broken = []
    for name, command in CHECKS:
        print(f"== {name}", flush=True)
        tool, *options = command
        if call([PYTHON.with_name(tool), *options]):
            broken.append(name)
    return broken


def report(broken: Sequence[str]) -> int:
    """Name the checks that failed; return the exit status."""
    if broken:
        print(f"Failed: {', '.join(broken)}", file=sys.stderr)
    return 1 if broken else 0


def call(command: Sequence[str | Path], environment: dict[str, str] | None = None) -> int:
    """Run ``command`` in the project's folder and return its exit status."""
    sys.stdout.flush()
    return subprocess.run([str(part) for part in command], cwd=ROOT, env=environment, check=False).returncode


def has_display() -> bool:
    """Return whether a window can be seen here; on Windows and macOS that is taken as given."""
    return not sys.platform.startswith("linux") or any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY")))


def set_up_system() -> int:
    """Install what is missing of the Debian packages as root; elsewhere say what to install."""
    if not sys.platform.startswith("linux"):
        return 0
    if shutil.which("dpkg-query") is None:
        missing = [tool for tool in LINUX_TOOLS if shutil.which(tool) is None]
        if missing:
            print(f"Please install with your package manager: {' '.join(missing)}", file=sys.stderr)
        return 1 if missing else 0
    missing = missing_packages()
    if not missing:
        return 0
    install = ["apt-get", "install", "-y", "--no-install-recommends", *missing]
    if os.geteuid() != 0:
        print(f"Please run: sudo {' '.join(install)}", file=sys.stderr)
        return 1
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    return call(["apt-get", "update"], quiet) or call(install, quiet)


def missing_packages() -> list[str]:
    """Return the Debian packages of the list that are not installed."""
    query = ["dpkg-query", "--show", "--showformat=${Package} ${db:Status-Status}\n", *DEBIAN_PACKAGES]
    shown = subprocess.run(query, capture_output=True, text=True, check=False).stdout
    installed = {line.split()[0] for line in shown.splitlines() if line.endswith(" installed")}
    return [package for package in DEBIAN_PACKAGES if package not in installed]


# The daemon reads the password from standard input; with a display it would ask there instead.
IN_SESSION = """
printf %s only-for-tests |
    env -u DISPLAY gnome-keyring-daemon --unlock --components=secrets >/dev/null || exit 1
exec "$@"
"""


def call_in_desktop(command: Sequence[str | Path]) -> int:
    """Run ``command`` with a display, a session bus and an unlocked Secret Service of its own.

    On Windows and macOS it runs on the desktop that is there.
    """
    if not sys.platform.startswith("linux"):
        return call(command)
    with tempfile.TemporaryDirectory(prefix="crm-desktop-home-") as home, virtual_display() as display:
        runtime = Path(home) / "runtime"
        runtime.mkdir(mode=0o700)
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
        for name in ("WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "GNOME_KEYRING_CONTROL"):
            inherited.pop(name, None)
        own = {"HOME": home, "XDG_RUNTIME_DIR": str(runtime), "DISPLAY": display}
        session = ["dbus-run-session", "--", "sh", "-c", IN_SESSION, "in-session"]
        return call([*session, *command], inherited | own)


@contextmanager
def virtual_display() -> Iterator[str]:
    """Start an X server without a screen and give its name; it ends with the block."""
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1920x1200x24", "-nolisten", "tcp"],
        pass_fds=[writing],
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    with os.fdopen(reading) as named:
        number = named.readline().strip()
    try:
        if not number:
            raise SystemExit("Xvfb did not start; is another one in the way?")
        yield f":{number}"
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
