"""``bench`` with very small numbers: the real command, the real window, every line; no verdict on times."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from crm_desktop.domain.measures import MEASURES

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def answer(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, object]]]:
    """Run it once, in a home of its own."""
    home = tmp_path_factory.mktemp("home")
    command = [sys.executable, "-m", "crm_desktop.cli.main", "bench", "--customers", "450", "--calls", "300"]
    done = subprocess.run(
        [*command, "--json"], cwd=ROOT, env=os.environ | {"HOME": str(home), "XDG_DATA_HOME": str(home)},
        capture_output=True, text=True, check=False, timeout=280,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert list(home.iterdir()) == [], "nothing of it stays with the user"
    document: dict[str, list[dict[str, object]]] = json.loads(done.stdout)
    return document


def test_every_line_has_its_shape(answer: dict[str, list[dict[str, object]]]) -> None:
    assert set(answer) == {"machine", "measures"}
    assert [line["name"] for line in answer["measures"]] == [measure.name for measure in MEASURES]
    for line in answer["measures"]:
        assert set(line) == {"name", "value", "unit", "budget", "ok", "floor"}
        assert line["ok"] is None or isinstance(line["ok"], bool)


def test_every_line_is_measured(answer: dict[str, list[dict[str, object]]]) -> None:
    assert [line["name"] for line in answer["measures"] if line["value"] is None] == []
    measured = {measure.name for measure in MEASURES if measure.floor}
    assert {line["name"] for line in answer["measures"] if line["floor"] is not None} == measured


def test_importing_a_log_again_makes_no_call(answer: dict[str, list[dict[str, object]]]) -> None:
    again = next(line for line in answer["measures"] if line["name"] == "reimport_new")
    assert (again["value"], again["ok"]) == (0, True)
