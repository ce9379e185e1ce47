"""The tokens keep their contrast, and every mode dresses the application."""

import itertools
import re
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontInfo, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from crm_desktop.ui.style_sheet import style_sheet
from crm_desktop.ui.theme import Mode, Theme, apply_theme, set_role, ui_font
from crm_desktop.ui.tokens import BODY_PX, CONTROL_PX, DARK, HIGH_CONTRAST, HIGH_CONTRAST_DARK, LIGHT, Tokens
from tests.ui.screen import show_active

THEMES = (LIGHT, DARK, HIGH_CONTRAST, HIGH_CONTRAST_DARK)
TEXTS = ("text", "muted")
GROUNDS = ("bg", "side", "surface", "hover", "selection")
TONES = ("ok", "warn", "info", "danger", "neutral", "accent")


def contrast(first: str, second: str) -> float:
    """The ratio of WCAG 2.2, 1.4.3."""

    def luminance(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("tokens", THEMES, ids=lambda tokens: tokens.name)
def test_every_text_is_readable_on_every_ground(tokens: Tokens) -> None:
    wanted = 7.0 if tokens.line > 1 else 4.5
    pairs = [
        (getattr(tokens, text), getattr(tokens, ground)) for text, ground in itertools.product(TEXTS, GROUNDS)
    ]
    pairs += [(tokens.on_accent, tokens.accent), (tokens.on_accent, tokens.accent_hover)]
    pairs += [(tokens.on_danger, tokens.danger)]
    pairs += [tokens.tone(tone) for tone in TONES]
    weak = [
        (pair, round(contrast(*pair), 2)) for pair in pairs if contrast(*pair) < wanted - (wanted > 5) * 0.5
    ]
    assert weak == []


@pytest.mark.parametrize("tokens", THEMES, ids=lambda tokens: tokens.name)
def test_accent_and_danger_are_readable_as_text_and_seen_as_a_ring(tokens: Tokens) -> None:
    for ground in ("bg", "side", "surface", "selection"):
        assert contrast(tokens.accent, getattr(tokens, ground)) >= 4.5
    assert contrast(tokens.danger, tokens.surface) >= 4.5
    assert contrast(tokens.faint, tokens.surface) >= 3.0


@pytest.mark.parametrize("mode", ["light", "dark", "high-contrast"])
def test_a_mode_dresses_the_application(qapp: QApplication, mode: Mode) -> None:
    theme = apply_theme(qapp, mode)
    assert theme is Theme.of(qapp) is Theme.current()
    assert theme.mode == mode
    assert qapp.palette().color(QPalette.ColorRole.Window) == QColor(theme.tokens.bg)
    assert theme.tokens.accent in qapp.styleSheet()


def test_changing_the_theme_is_told_and_the_system_is_followed(qapp: QApplication, qtbot: QtBot) -> None:
    theme = Theme.of(qapp)
    with qtbot.waitSignal(theme.changed):
        apply_theme(qapp, "system")
    qapp.styleHints().setColorScheme(Qt.ColorScheme.Dark)
    try:
        assert theme.tokens in {LIGHT, DARK}
        if qapp.styleHints().colorScheme() == Qt.ColorScheme.Dark:
            assert theme.tokens is DARK
    finally:
        qapp.styleHints().unsetColorScheme()


def test_a_theme_chosen_by_hand_stays_when_the_system_changes(qapp: QApplication) -> None:
    theme = apply_theme(qapp, "light")
    qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert theme.tokens is LIGHT


def test_an_unknown_role_of_colour_is_refused() -> None:
    assert LIGHT.role("on-accent") == "#FFFFFF"
    with pytest.raises(ValueError, match="name"):
        LIGHT.role("name")


def test_the_style_sheet_names_no_file_and_no_colour_of_its_own() -> None:
    source = Path(style_sheet.__code__.co_filename).read_text("utf-8")
    assert "url(" not in style_sheet(LIGHT)
    assert re.findall(r"#[0-9A-Fa-f]{6}\b", source) == []


def test_controls_of_one_row_have_one_height(qapp: QApplication, qtbot: QtBot) -> None:
    for control in (QLineEdit(), QComboBox(), QSpinBox()):
        qtbot.addWidget(control)
        control.ensurePolished()
        assert control.sizeHint().height() == CONTROL_PX


def test_focus_changes_neither_size_nor_place_of_a_control(qapp: QApplication, qtbot: QtBot) -> None:
    for role in ("", "primary", "danger", "quiet", "chip", "link"):
        button = QPushButton("Save")
        button.setProperty("role", role)
        show_active(qtbot, button)
        before = button.sizeHint()
        button.setFocus()
        button.style().polish(button)
        assert button.sizeHint() == before, role


def test_focus_is_seen_on_every_kind_of_control(qapp: QApplication, qtbot: QtBot) -> None:
    combo = QComboBox()
    combo.addItem("Work")
    host = QWidget()
    column = QVBoxLayout(host)
    elsewhere = QLineEdit()
    column.addWidget(elsewhere)
    controls = (QPushButton("Save"), QToolButton(), QLineEdit("Text"), combo, QCheckBox("Tick"), QSpinBox())
    for control in controls:
        column.addWidget(control)
    show_active(qtbot, host)
    for control in controls:
        elsewhere.setFocus()
        plain = control.grab().toImage()
        control.setFocus(Qt.FocusReason.TabFocusReason)
        assert control.grab().toImage() != plain, type(control).__name__


def test_a_role_can_change_after_the_widget_was_shown(qapp: QApplication, qtbot: QtBot) -> None:
    label = QLabel("14")
    qtbot.addWidget(label)
    label.show()
    set_role(label, "figure")
    assert label.font().pixelSize() == 26
    set_role(label, "caption", tone="ok")
    assert label.font().pixelSize() == 11
    assert label.property("tone") == "ok"


def test_the_interface_font_is_the_systems_unless_that_is_a_stopgap(qapp: QApplication) -> None:
    font = ui_font(QFont("DejaVu Sans"))
    assert font.pixelSize() == BODY_PX
    assert QFontInfo(font).family() in {"DejaVu Sans", "Inter", "Inter Variable"}


def test_a_dialog_hides_what_is_below_it_also_where_a_scrolling_page_opened_it(
    qtbot: QtBot, qapp: QApplication
) -> None:
    apply_theme(qapp, "light")
    area = QScrollArea()
    qtbot.addWidget(area)
    inside = QWidget()
    area.setWidget(inside)
    for parent in (area, inside):
        dialog = QDialog(parent)
        dialog.resize(60, 60)
        corner = dialog.grab().toImage().pixelColor(30, 30)
        assert corner.alpha() == 255
        assert corner.name() == LIGHT.bg.lower()
