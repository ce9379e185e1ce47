"""The program from its sign-in page to the first card, in a process of its own: what is loaded when.

Started by test_loading_ahead.py, which gives the job on standard input; prints the names as JSON.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QApplication

from crm_desktop.app import Program
from crm_desktop.operations.measuring.apart import apart
from crm_desktop.ui.shell.loading_ahead import TABLES
from crm_desktop.ui.shell.sign_in import SignedIn, SignInPage
from crm_desktop.ui.shell.whereabouts import Whereabouts


def _until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        QApplication.processEvents()


def main(job: dict[str, str]) -> dict[str, list[str]]:
    """Sign in once everything is loaded that comes by itself; return what was loaded up to the card."""
    app = QApplication([])
    program = Program(app, apart(Path(job["folder"])), theme="light")
    window = program.window
    assert window is not None
    window.show()
    window.start(Path(job["file"]))
    page = window.front
    assert isinstance(page, SignInPage)
    _until(lambda: all(name in sys.modules for name in TABLES) and not program.tasks.busy)
    page.signed_in.disconnect()
    results: list[SignedIn] = []
    page.signed_in.connect(results.append)
    page.login.setEditText("ana")
    page.password.setText(job["password"])
    page.code.setText(job["set_up_code"])
    page.keep_code.setChecked(False)
    page.submit_button.click()
    _until(lambda: results)
    before = set(sys.modules)
    window.begin(results[0].session, Whereabouts("customers"))
    workspace = window.workspace
    assert workspace is not None
    _until(lambda: not program.tasks.busy and workspace.page.settled and workspace.page.panel.contact_id)  # type: ignore[union-attr]
    loaded = sorted(set(sys.modules) - before)
    window.program_lock()
    program.close()
    return {"loaded": loaded}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(json.load(sys.stdin))))
