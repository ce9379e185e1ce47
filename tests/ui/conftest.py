"""Every test of the window starts in the light theme and in English."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from crm_desktop.ui.assets import install_translation
from crm_desktop.ui.tasks import Tasks
from crm_desktop.ui.theme import Theme, apply_theme
from crm_desktop.ui.tokens import LIGHT


@pytest.fixture(autouse=True)
def light_theme(qapp: QApplication) -> Theme:
    """Dress the application, once: dressing it again costs more than most tests."""
    if not qapp.findChildren(QTranslator, "crm-translation"):
        install_translation(qapp, "en")
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
    theme = Theme.of(qapp)
    if theme.tokens is not LIGHT or not qapp.styleSheet():
        apply_theme(qapp, "light")
    return theme


@pytest.fixture
def bugs() -> list[BaseException]:
    """What the tasks of a test reported as bugs."""
    return []


@pytest.fixture
def tasks(qapp: QApplication, bugs: list[BaseException]) -> Iterator[Tasks]:
    """A task runner that is closed after the test."""
    runner = Tasks(report_bug=bugs.append)
    yield runner
    assert runner.close()
