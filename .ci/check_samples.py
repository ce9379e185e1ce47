"""Reads every sample call log of a folder through the command line and compares it with what is expected.

``check_samples.py FOLDER``: each ``FILE`` with ``FILE.expected.json`` beside it, in a format the program
reads. Exit status 1 and the differences if one is read otherwise, 2 if there is nothing to check.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from crm_desktop.importers.call_logs.registry import formats  # noqa: E402 - found by the line above
from tests.importers.sample_rules import differences  # noqa: E402 - found by the line above

PLAIN = {
    "default_region": "--region",
    "timezone": "--time-zone",
    "encoding": "--encoding",
    "area_code": "--area-code",
    "outside_prefix": "--outside-prefix",
    "internal_digits": "--internal-digits",
}


def arguments(options: dict[str, Any], folder: Path) -> list[str]:
    """Return the options of ``parse-calls`` for the choices of a sample; a mapping goes into a file."""
    given = [part for key, option in PLAIN.items() if key in options for part in (option, str(options[key]))]
    for number in options.get("own_numbers", []):
        given += ["--own-number", number]
    if options.get("numbers_are_international"):
        given.append("--international-numbers")
    if "mapping" in options:
        mapping = folder / "mapping.json"
        mapping.write_text(json.dumps(options["mapping"]), encoding="utf-8")
        given += ["--mapping", str(mapping)]
    return given


def parsed(sample: Path, options: dict[str, Any]) -> dict[str, Any] | str:
    """Return the document of ``parse-calls``, or what it said instead."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "crm_desktop.cli.main", "parse-calls", str(sample), "--json"]
        done = subprocess.run(  # noqa: S603 - our own program
            [*command, *arguments(options, Path(folder))],
            cwd=ROOT,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
    if done.returncode != 0:
        return f"exit status {done.returncode}: {done.stderr.strip()}"
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def main(folder: Path) -> int:
    """Check a folder and return the exit status."""
    supported = {known.name for known in formats()}
    checked = failed = 0
    for expectation in sorted(folder.glob("*.expected.json")):
        expected = json.loads(expectation.read_text(encoding="utf-8"))
        if expected.get("format") not in supported:
            continue
        sample = expectation.with_name(expectation.name.removesuffix(".expected.json"))
        got = parsed(sample, expected["options"])
        found = [got] if isinstance(got, str) else differences(got, expected)
        checked, failed = checked + 1, failed + bool(found)
        print(f"{'differs' if found else 'agrees '} {sample.name}")  # noqa: T201 - its output
        for difference in found:
            print(f"    {difference}")  # noqa: T201 - its output
    print(f"{checked} samples, {failed} differ")  # noqa: T201 - its output
    return 2 if checked == 0 else int(failed > 0)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(Path(sys.argv[1]).resolve()))
