"""The one place that turns tokens into looks: palette, style sheet, font; follows the system's scheme.

Widgets are dressed by the property ``role`` (see ``style_sheet.py`` for the list); what is painted by
hand reads ``Theme.current().tokens`` and repaints on ``Theme.changed``.
"""

from typing import Literal, get_args

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontInfo, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from crm_desktop.ui.control_style import ControlStyle
from crm_desktop.ui.style_sheet import style_sheet
from crm_desktop.ui.tokens import BODY_PX, DARK, HIGH_CONTRAST, HIGH_CONTRAST_DARK, LIGHT, Tokens

Mode = Literal["system", "light", "dark", "high-contrast"]
MODES: tuple[Mode, ...] = get_args(Mode)

# Families a desktop answers with when it has no interface font of its own.
_PLAIN_FAMILIES = {"DejaVu Sans", "Bitstream Vera Sans", "Liberation Sans", "FreeSans", "Sans Serif", "Sans"}


class Theme(QObject):
    """The looks of one application, a child of it; ``changed`` says that the tokens are others now."""

    changed = Signal()

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._style: ControlStyle | None = None
        self._app_font = QFont(app.font())
        self.mode: Mode = "system"
        self.tokens: Tokens = LIGHT
        app.styleHints().colorSchemeChanged.connect(self._system_changed)

    @staticmethod
    def of(app: QApplication) -> "Theme":
        """Return the theme of ``app``; before ``apply_theme`` it holds the light tokens."""
        known = app.property("crm_theme")
        if isinstance(known, Theme):
            return known
        theme = Theme(app)
        app.setProperty("crm_theme", theme)
        return theme

    @staticmethod
    def current() -> "Theme":
        """Return the theme of the running application; raises TypeError without one."""
        app = QApplication.instance()
        if not isinstance(app, QApplication):
            raise TypeError("no application")
        return Theme.of(app)

    def apply(self, mode: Mode) -> None:
        """Dress the whole application in ``mode``."""
        self.mode = mode
        self._dress(self._tokens_for(mode))

    def _tokens_for(self, mode: Mode) -> Tokens:
        hints = self._app.styleHints()
        dark = hints.colorScheme() == Qt.ColorScheme.Dark
        wants_contrast = hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast
        if mode == "high-contrast" or (mode == "system" and wants_contrast):
            return HIGH_CONTRAST_DARK if dark else HIGH_CONTRAST
        if mode == "system":
            return DARK if dark else LIGHT
        return DARK if mode == "dark" else LIGHT

    def _dress(self, tokens: Tokens) -> None:
        self.tokens = tokens
        if self._style is None or not shiboken6.isValid(self._style):
            self._style = ControlStyle()
            self._app.setStyle(self._style)
        self._style.tokens = tokens
        self._app.setFont(ui_font(self._app_font))
        self._app.setPalette(palette(tokens))
        self._app.setStyleSheet(style_sheet(tokens))
        self.changed.emit()

    def _system_changed(self) -> None:
        if self._style is not None and self.mode in {"system", "high-contrast"}:
            self.apply(self.mode)


def apply_theme(app: QApplication, mode: Mode = "system") -> Theme:
    """Dress ``app`` and return its theme; call it again to change the mode while windows are open."""
    theme = Theme.of(app)
    theme.apply(mode)
    return theme


def ui_font(system: QFont) -> QFont:
    """Return the system's interface font at body size, or Inter where the system has only a stopgap."""
    font = QFont(system)
    if QFontInfo(system).family() in _PLAIN_FAMILIES:
        families = set(QFontDatabase.families())
        inter = next((name for name in ("Inter", "Inter Variable") if name in families), None)
        if inter:
            font = QFont(inter)
    font.setPixelSize(BODY_PX)
    return font


def palette(tokens: Tokens) -> QPalette:
    """Return the palette for what a style sheet does not reach: views, links, disabled text."""
    colours = QPalette()
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    for places, colour in (
        ((role.Window,), tokens.bg),
        ((role.Base, role.Button, role.ToolTipBase), tokens.surface),
        ((role.AlternateBase, role.Midlight), tokens.hover),
        ((role.WindowText, role.Text, role.ButtonText, role.ToolTipText, role.HighlightedText), tokens.text),
        ((role.PlaceholderText,), tokens.muted),
        ((role.Highlight,), tokens.selection),
        ((role.Link, role.LinkVisited, role.Accent), tokens.accent),
        ((role.Light, role.Mid, role.Dark, role.Shadow), tokens.border),
    ):
        for place in places:
            colours.setColor(place, QColor(colour))
    for place in (role.WindowText, role.Text, role.ButtonText):
        colours.setColor(group.Disabled, place, QColor(tokens.faint))
    return colours


def set_role(widget: QWidget, role: str, *, tone: str | None = None) -> None:
    """Dress ``widget`` in ``role`` (and ``tone``), also after it was shown in another one."""
    widget.setProperty("role", role)
    if tone is not None:
        widget.setProperty("tone", tone)
    repolish(widget)


def repolish(widget: QWidget) -> None:
    """Make the style sheet look at the properties of ``widget`` again."""
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)
    widget.update()
