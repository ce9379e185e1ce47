"""What the first list and the first card need is there before somebody has typed his password."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.environments import PASSWORD, Office
from tests.ui.desk import add_people

_ROOT = Path(__file__).parents[3]


def test_neither_the_first_rows_nor_the_first_card_wait_for_an_import(tmp_path: Path, office: Office) -> None:
    session = office.open()
    add_people(session)
    session.close()
    job = {
        "folder": str(tmp_path / "apart"), "file": str(office.path), "password": PASSWORD,
        "set_up_code": office.set_up_code,
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "tests.ui.shell.loading_child"],
        cwd=_ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        input=json.dumps(job),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["loaded"] == []
