"""What is drawn or read and is not code: icons, translations, policy and samples.

Icons are Phosphor glyphs of qtawesome's icon font (names: ``ph.*`` without the prefix). Only the font
and its character map are read, with no import of qtawesome: that import loads and hashes a dozen fonts,
110-190 ms where this takes 7. An icon looks its colour up when it is painted, so it follows the theme.
"""

import json
import sys
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from PySide6.QtCore import QLocale, QPoint, QRect, QSize, Qt, QTranslator
from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication, QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtWidgets import QApplication

from crm_desktop.ui.theme import Theme


def resources() -> Path:
    """Return the folder ``resources/``: inside a frozen program, an installed package, or the checkout.

    Raises FileNotFoundError when the installation is incomplete.
    """
    package = Path(__file__).resolve().parents[1]
    frozen = Path(getattr(sys, "_MEIPASS", package))
    for place in (frozen / "resources", package / "resources", package.parent / "resources"):
        if place.is_dir():
            return place
    raise FileNotFoundError("resources")


def install_translation(app: QApplication, language: str) -> bool:
    """Show ``app`` in ``language`` (ISO 639, "ar" mirrors the window); False when no translation exists.

    English is the source; its own file only holds the plurals, and stands in wherever another lacks a text.
    """
    for old in app.findChildren(QTranslator, "crm-translation"):
        app.removeTranslator(old)
        old.deleteLater()
    locale = QLocale(language)
    QLocale.setDefault(locale)
    app.setLayoutDirection(locale.textDirection())
    folder = str(resources() / "translations")
    english, own = QTranslator(app), QTranslator(app)
    if not english.load("crm_en", folder):
        raise FileNotFoundError("crm_en.qm")
    found = own.load(locale, "crm", "_", folder)
    for translator in (english, own):  # Qt asks the one installed last first
        translator.setObjectName("crm-translation")
        app.installTranslator(translator)
    return found


@lru_cache(maxsize=1)
def _characters() -> dict[str, str]:
    """Return glyph name -> code point (hexadecimal) of the icon font's own map."""
    found: dict[str, str] = json.loads(next(_font_folder().glob("phosphor-charmap*.json")).read_text("utf-8"))
    return found


def _font_folder() -> Path:
    spec = find_spec("qtawesome")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("qtawesome")
    return Path(spec.submodule_search_locations[0]) / "fonts"


def _font_family(app: QGuiApplication) -> str:
    """Return the icon font's family, loaded once per application (which is what remembers it)."""
    family = app.property("icon_font")
    if not family:
        data = next(_font_folder().glob("phosphor-*.ttf")).read_bytes()
        family = QFontDatabase.applicationFontFamilies(QFontDatabase.addApplicationFontFromData(data))[0]
        app.setProperty("icon_font", family)
    return str(family)


def glyph(name: str) -> str:
    """Return the character that draws the Phosphor icon ``name``; raises KeyError for an unknown name."""
    return chr(int(_characters()[name], 16))


def paint_icon(painter: QPainter, rect: QRect, *, name: str, colour: str) -> None:
    """Draw the Phosphor icon ``name`` in ``colour``, filling the square ``rect``."""
    app = QGuiApplication.instance()
    assert isinstance(app, QGuiApplication)  # noqa: S101 - a painter exists only inside an application
    font = QFont(_font_family(app))
    font.setPixelSize(max(1, rect.height()))
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    painter.save()
    try:
        painter.setFont(font)
        painter.setPen(colour)
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip, glyph(name))
    finally:
        painter.restore()


class _GlyphEngine(QIconEngine):
    """Draws one glyph in the current theme's colour for its role, state and mode."""

    def __init__(self, name: str, role: str, on_role: str) -> None:
        super().__init__()
        self._facts = (name, role, on_role)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        name, role, on_role = self._facts
        tokens = Theme.current().tokens
        chosen = "faint" if mode == QIcon.Mode.Disabled else on_role if state == QIcon.State.On else role
        # A wide icon is a glyph with a gap behind it: how buttons get more than Qt's 4 pixels to the text.
        side = min(rect.width(), rect.height())
        square = QRect(rect.x(), rect.y() + (rect.height() - side) // 2, side, side)
        if QGuiApplication.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            square.moveRight(rect.right())
        paint_icon(painter, square, name=name, colour=tokens.role(chosen))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        try:
            self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        finally:
            painter.end()
        return pixmap

    def clone(self) -> QIconEngine:
        return _GlyphEngine(*self._facts)


def icon(name: str, role: str = "text", *, on_role: str | None = None) -> QIcon:
    """Return the Phosphor icon ``name`` ("phone", "users") in the colour of ``role``.

    Roles are names of tokens ("text", "muted", "accent", "on-accent", "danger"…); ``on_role`` colours the
    checked state. Raises KeyError for an unknown name at once, not when painted.
    """
    glyph(name)
    return QIcon(_GlyphEngine(name, role, on_role or role))
