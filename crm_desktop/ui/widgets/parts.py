"""The smallest pieces every page is put together from: labels, buttons, rows and columns in their roles."""

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from crm_desktop.ui.assets import icon
from crm_desktop.ui.theme import set_role
from crm_desktop.ui.tokens import ICON_PX, SPACE_L, SPACE_S

L = TypeVar("L", bound=QBoxLayout)


def label(text: str = "", role: str = "", *, wrap: bool = False, selectable: bool = False) -> QLabel:
    """Return a label in ``role``; plain text always, because names may contain ``<``."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    if role:
        set_role(made, role)
    if wrap:
        made.setWordWrap(True)
        made.setMinimumWidth(1)
    if selectable:
        made.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
    return made


_ICON_ROLES = {"primary": "on-accent", "danger": "on-danger", "link": "accent"}


def button(
    text: str, clicked: Callable[[], object] | None = None, *, role: str = "", glyph: str = "", name: str = ""
) -> QPushButton:
    """Return a push button; ``glyph`` names its icon, ``name`` is what a screen reader says for its text."""
    made = QPushButton(text)
    if role:
        set_role(made, role)
    if glyph:
        made.setIcon(icon(glyph, _ICON_ROLES.get(role, "muted")))
        made.setIconSize(QSize(ICON_PX, ICON_PX))
    if name:
        made.setAccessibleName(name)
        made.setToolTip(name)
    # Enter belongs to the window's primary button, which says so itself.
    made.setAutoDefault(False)
    if clicked is not None:
        made.clicked.connect(clicked)
    return made


def card(*, role: str = "card", margin: int = SPACE_L, spacing: int = SPACE_S) -> tuple[QFrame, QVBoxLayout]:
    """Return a framed surface and the column in it."""
    frame = QFrame()
    set_role(frame, role)
    column = QVBoxLayout(frame)
    column.setContentsMargins(margin, margin, margin, margin)
    column.setSpacing(spacing)
    return frame, column


def row(*items: QWidget | QLayout | int | None, spacing: int = SPACE_S, margin: int = 0) -> QHBoxLayout:
    """Return items side by side; None is a stretch, a number a gap in pixels."""
    return _filled(QHBoxLayout(), items, spacing, margin)


def column(*items: QWidget | QLayout | int | None, spacing: int = SPACE_S, margin: int = 0) -> QVBoxLayout:
    """Return items below each other; None is a stretch, a number a gap in pixels."""
    return _filled(QVBoxLayout(), items, spacing, margin)


def _filled(layout: L, items: tuple[QWidget | QLayout | int | None, ...], spacing: int, margin: int) -> L:
    layout.setSpacing(spacing)
    layout.setContentsMargins(margin, margin, margin, margin)
    for item in items:
        if item is None:
            layout.addStretch(1)
        elif isinstance(item, int):
            layout.addSpacing(item)
        elif isinstance(item, QWidget):
            layout.addWidget(item)
        else:
            layout.addLayout(item)
    return layout


def line() -> QFrame:
    """Return a hairline."""
    made = QFrame()
    set_role(made, "line")
    made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    return made


def fit_height(dialog: QWidget, width: int) -> None:
    """Make ``dialog`` as tall as its wrapped texts need at ``width``, so that none has room to spare."""
    height = height_at(dialog, width)
    if height is not None:
        dialog.resize(width, height)


def height_at(dialog: QWidget, width: int) -> int | None:
    """Return what the wrapped texts and the other parts of ``dialog`` need at ``width``, pixels."""
    layout = dialog.layout()
    if layout is None:
        return None
    # What is not dressed yet has another height: borders and letters come with the style sheet.
    for part in (dialog, *dialog.findChildren(QWidget)):
        part.ensurePolished()
    layout.activate()
    return layout.totalHeightForWidth(width) if layout.hasHeightForWidth() else layout.sizeHint().height()


def follow_by_tab(first: QWidget, *others: QWidget) -> None:
    """Let Tab go from ``first`` to ``others`` in their order; all must take the focus.

    The chain of focus is written here and never walked: walking hands out the private parts of Qt's own
    widgets, and their end takes the actions of a line edit with it on the Python side.
    """
    for other in others:
        QWidget.setTabOrder(first, other)
        first = other


def clear(layout: QLayout) -> None:
    """Take everything out of ``layout`` and let go of the widgets in it."""
    while (item := layout.takeAt(0)) is not None:
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.hide()
            widget.setParent(None)
            widget.deleteLater()
        elif inner is not None:
            clear(inner)
