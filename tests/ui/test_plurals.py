"""English counts right: one call, two calls; the compiled plurals are the written ones."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import PySide6
import pytest
from PySide6.QtWidgets import QApplication

from crm_desktop.ui.assets import install_translation, resources
from crm_desktop.ui.messages import tr

UI = Path(__file__).resolve().parents[2] / "crm_desktop" / "ui"
WRITTEN = resources() / "translations" / "crm_en.ts"
COMPILED = WRITTEN.with_suffix(".qm")
COMPILER = Path(PySide6.__file__).parent / ("lrelease.exe" if sys.platform == "win32" else "lrelease")


def counted_texts() -> Iterator[tuple[str, ast.Call]]:
    """Yield each ``%n`` text of the window with its call of ``tr``."""
    for path in sorted(UI.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "tr":
                text = node.args[0]
                if isinstance(text, ast.Constant) and "%n" in str(text.value):
                    yield str(text.value), node


def forms() -> dict[str, list[str]]:
    """Return the forms of each text of the written file."""
    found = {}
    for message in ET.parse(WRITTEN).iter("message"):  # noqa: S314 - our own file
        assert message.get("numerus") == "yes"
        source = message.findtext("source", "")
        found[source] = [form.text or "" for form in message.iter("numerusform")]
    return found


@pytest.fixture
def english(qapp: QApplication) -> Iterator[QApplication]:
    """The window in English; afterwards again without any translation's traces."""
    install_translation(qapp, "en_GB")
    yield qapp
    install_translation(qapp, "en")


def test_every_counted_text_has_a_singular_and_a_plural() -> None:
    used = {text for text, _ in counted_texts()}
    written = forms()
    assert used == set(written), "run: pyside6-lupdate -pluralonly (CONTRIBUTING.md)"
    for text, words in written.items():
        assert len(words) == 2, text
        for form in words:
            # %Ln is %n with the separators of the language.
            assert form.count("%Ln") == 1, form
        assert words[1].replace("%Ln", "%n") == text


def test_every_counted_text_is_given_its_count() -> None:
    lacking = [text for text, call in counted_texts() if len(call.args) != 3]
    assert not lacking


def test_the_compiled_file_is_that_of_the_written_one(tmp_path: Path) -> None:
    made = tmp_path / "crm_en.qm"
    subprocess.run([str(COMPILER), "-silent", str(WRITTEN), "-qm", str(made)], check=True, timeout=60)
    assert made.read_bytes() == COMPILED.read_bytes(), f"run: pyside6-lrelease {WRITTEN.name}"


@pytest.mark.parametrize(
    ("text", "count", "words"),
    [
        ("%n calls", 0, "0 calls"),
        ("%n calls", 1, "1 call"),
        ("%n calls", 2, "2 calls"),
        ("%n calls", 12_345, "12,345 calls"),
        ("%n contacts moved to the trash", 1, "1 contact moved to the trash"),
        ("Import %n calls", 1, "Import 1 call"),
        ("%n more characters are needed.", 1, "1 more character is needed."),
    ],
)
def test_one_is_singular_and_the_rest_plural(
    english: QApplication, text: str, count: int, words: str
) -> None:
    assert tr(text, "", count) == words


def test_every_singular_is_used_for_one(english: QApplication) -> None:
    for text, (one, many) in forms().items():
        assert tr(text, "", 1) == one.replace("%Ln", "1")
        assert tr(text, "", 2) == many.replace("%Ln", "2")


@pytest.mark.parametrize("language", ["C", "tlh", "ar"])
def test_a_language_without_a_text_counts_in_english(qapp: QApplication, language: str) -> None:
    try:
        install_translation(qapp, language)
        assert tr("%n contacts restored", "", 1).endswith(" contact restored")
    finally:
        install_translation(qapp, "en")
