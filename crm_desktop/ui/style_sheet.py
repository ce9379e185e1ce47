"""The style sheet, generated from the tokens: every standard control, and the roles a widget can take.

Roles (property ``role``): buttons ``primary``, ``quiet``, ``danger``, ``link``, ``nav``, ``chip``; labels
``title``, ``section``, ``figure``, ``muted``, ``caption``, ``capitals``, ``strong``, ``refusal``, ``pill``
(with ``tone``); frames ``card``, ``quiet-card``, ``side``, ``message`` (with ``tone``), ``toast``,
``line``. A field with the property ``refused`` has a red border.
"""

from crm_desktop.ui.tokens import (
    BODY_PX,
    CAPTION_PX,
    FIGURE_PX,
    RADIUS_CARD,
    RADIUS_CONTROL,
    SECTION_PX,
    TITLE_PX,
    Tokens,
)


def style_sheet(tokens: Tokens) -> str:
    """Return the application's whole style sheet for ``tokens``."""
    controls = (_base, _views, _buttons, _nav_and_chips, _fields)
    parts = (*controls, _labels, _frames, _bars, _menus, _tabs, _calendar)
    return "\n".join(part(tokens) for part in parts)


def _base(t: Tokens) -> str:
    return f"""
    QMainWindow, QDialog, QWizard {{ background: {t.bg}; }}
    QWidget {{ color: {t.text}; }}
    QToolTip {{ background: {t.surface}; color: {t.text}; border: {t.line}px solid {t.control_border};
        padding: 4px 8px; }}
    QSplitter::handle {{ background: transparent; }}
    QSplitter::handle:hover {{ background: {t.border}; border-radius: 3px; }}
    QSplitter::handle:horizontal {{ width: 12px; }}
    QSplitter::handle:vertical {{ height: 12px; }}
    QStatusBar {{ background: {t.side}; color: {t.muted}; }}
    QGroupBox {{ border: {t.line}px solid {t.border}; border-radius: {RADIUS_CARD}px; margin-top: 18px;
        padding: 12px; background: {t.surface}; }}
    QGroupBox::title {{ subcontrol-origin: margin; subcontrol-position: top left; color: {t.muted};
        font-weight: 600; padding: 0 2px; }}
    """


def _buttons(t: Tokens) -> str:
    def ring(ink: str) -> str:
        """Return the focus of a filled button: dark around it, or with wide borders a line inside it."""
        if t.line == 1:
            return f"border-color: {t.text};"
        return f"border: 4px double {ink}; padding: {1 + t.line}px {8 + t.line}px;"

    return f"""
    QPushButton, QToolButton {{ background: {t.surface}; color: {t.text};
        border: {t.line}px solid {t.control_border}; border-radius: {RADIUS_CONTROL}px; padding: 5px 12px;
        min-height: 18px; outline: none; }}
    QToolButton {{ padding: 5px 6px; }}
    QPushButton:hover, QToolButton:hover {{ background: {t.hover}; }}
    QPushButton:pressed, QToolButton:pressed {{ background: {t.selection}; }}
    QPushButton:checked, QToolButton:checked {{ background: {t.selection}; border-color: {t.accent}; }}
    QPushButton:disabled, QToolButton:disabled {{ color: {t.faint}; background: {t.hover}; }}
    QPushButton:focus {{ border: 2px solid {t.accent}; padding: {3 + t.line}px {10 + t.line}px; }}
    QToolButton:focus {{ border: 2px solid {t.accent}; padding: {3 + t.line}px {4 + t.line}px; }}
    QPushButton::menu-indicator, QToolButton::menu-indicator {{ width: 0; border: none; }}
    QPushButton {{ qproperty-iconSize: 20px 16px; }}
    QLineEdit QToolButton, QLineEdit QToolButton:hover,
        QLineEdit QToolButton:focus {{ background: transparent;
        border: none; padding: 0; min-height: 0; }}

    QPushButton[role="primary"] {{ background: {t.accent}; color: {t.on_accent}; border-color: {t.accent};
        font-weight: 600; }}
    QPushButton[role="primary"]:hover {{ background: {t.accent_hover}; border-color: {t.accent_hover}; }}
    QPushButton[role="primary"]:focus {{ {ring(t.on_accent)} }}
    QPushButton[role="primary"]:disabled {{ background: {t.hover}; color: {t.faint};
        border-color: {t.border}; }}
    QPushButton[role="danger"] {{ background: {t.danger}; color: {t.on_danger}; border-color: {t.danger};
        font-weight: 600; }}
    QPushButton[role="danger"]:focus {{ {ring(t.on_danger)} }}
    QPushButton[role="danger"]:disabled {{ background: {t.hover}; color: {t.faint};
        border-color: {t.border}; }}
    QPushButton[role="quiet"], QToolButton[role="quiet"] {{ background: transparent;
        border-color: transparent; }}
    QPushButton[role="quiet"]:hover, QToolButton[role="quiet"]:hover {{ background: {t.hover}; }}
    QPushButton[role="quiet"]:focus, QToolButton[role="quiet"]:focus {{ border-color: {t.accent}; }}
    QPushButton[role="link"] {{ background: transparent; border-color: transparent; color: {t.accent};
        padding: 2px 4px; min-height: 16px; }}
    QPushButton[role="link"]:hover {{ text-decoration: underline; }}
    QPushButton[role="link"]:focus {{ border: 2px solid {t.accent}; padding: {t.line}px {2 + t.line}px; }}
    """


def _nav_and_chips(t: Tokens) -> str:
    return f"""
    QPushButton[role="nav"], QToolButton[role="nav"] {{ background: transparent; color: {t.muted};
        border: 2px solid transparent; padding: 5px 9px; min-height: 20px; text-align: left; }}
    QPushButton[role="nav"] {{ qproperty-iconSize: 22px 16px; }}
    QPushButton[role="nav"]:hover, QToolButton[role="nav"]:hover {{ background: {t.hover}; color: {t.text}; }}
    QPushButton[role="nav"]:checked, QToolButton[role="nav"]:checked {{ background: {t.selection};
        color: {t.text}; font-weight: 600; }}
    QPushButton[role="nav"]:focus, QToolButton[role="nav"]:focus {{ border: 2px solid {t.accent};
        padding: 5px 9px; }}
    QPushButton[role="chip"] {{ border-radius: 14px; padding: 3px 12px; min-height: 20px; color: {t.muted};
        background: {t.surface}; }}
    QPushButton[role="chip"]:hover {{ background: {t.hover}; }}
    QPushButton[role="chip"]:checked {{ background: {t.selection}; border-color: {t.accent};
        color: {t.text}; }}
    QPushButton[role="chip"]:focus {{ border: 2px solid {t.accent};
        padding: {1 + t.line}px {10 + t.line}px; }}
    """


def _fields(t: Tokens) -> str:
    return f"""
    QLineEdit, QTextEdit, QPlainTextEdit {{ background: {t.surface}; color: {t.text};
        border: {t.line}px solid {t.control_border}; border-radius: {RADIUS_CONTROL}px; padding: 5px 9px;
        selection-background-color: {t.accent}; selection-color: {t.on_accent};
        placeholder-text-color: {t.muted}; }}
    QLineEdit {{ min-height: 20px; }}
    QLineEdit[role="cell"], QLineEdit[role="cell"]:focus {{ border: 2px solid {t.accent}; padding: 0 7px;
        min-height: 0; border-radius: 4px; }}
    QLineEdit[role="cell"][refused="true"] {{ border-color: {t.danger}; }}
    QLineEdit:focus, QTextEdit:focus, QPlainTextEdit:focus {{ border: 2px solid {t.accent};
        padding: {3 + t.line}px {7 + t.line}px; }}
    QLineEdit:disabled, QTextEdit:disabled, QPlainTextEdit:disabled {{ background: {t.hover};
        color: {t.faint}; }}
    QLineEdit:read-only {{ background: {t.hover}; }}
    QLineEdit[refused="true"], QTextEdit[refused="true"], QPlainTextEdit[refused="true"] {{
        border: 2px solid {t.danger}; padding: {3 + t.line}px {7 + t.line}px; }}
    QComboBox, QAbstractSpinBox {{ combobox-popup: 0; color: {t.text};
        selection-background-color: {t.accent}; selection-color: {t.on_accent}; }}
    QComboBox:disabled, QAbstractSpinBox:disabled {{ color: {t.faint}; }}
    QComboBox QLineEdit, QAbstractSpinBox QLineEdit {{ border: none; background: transparent; padding: 0 6px;
        min-height: 0; }}
    QComboBox QLineEdit:focus, QAbstractSpinBox QLineEdit:focus {{ border: none; padding: 0 6px; }}
    QComboBox QAbstractItemView {{ background: {t.surface}; border: {t.line}px solid {t.control_border};
        outline: none; padding: 4px; selection-background-color: {t.selection}; selection-color: {t.text}; }}
    QComboBox QAbstractItemView:focus {{ border-color: {t.control_border}; }}
    QComboBox QAbstractItemView::item {{ min-height: 28px; padding: 0 6px; border-radius: 4px; }}
    QComboBox QAbstractItemView::item:selected {{ background: {t.selection}; color: {t.text}; }}
    QCheckBox, QRadioButton {{ spacing: 8px; color: {t.text}; padding: 3px; }}
    QCheckBox:disabled, QRadioButton:disabled {{ color: {t.faint}; }}
    QCheckBox::indicator, QRadioButton::indicator {{ width: 16px; height: 16px; }}
    """


def _labels(t: Tokens) -> str:
    tones = "".join(
        f'QLabel[role="pill"][tone="{name}"] {{ color: {t.tone(name)[0]}; background: {t.tone(name)[1]}; }}'
        for name in ("ok", "warn", "info", "danger", "accent", "neutral")
    )
    outline = f"border: {t.line}px solid {t.border};" if t.line > 1 else ""
    return f"""
    QLabel {{ background: transparent; }}
    QLabel:disabled {{ color: {t.faint}; }}
    QLabel[role="title"] {{ font-size: {TITLE_PX}px; font-weight: 600; }}
    QLabel[role="section"] {{ font-size: {SECTION_PX}px; font-weight: 600; }}
    QLabel[role="figure"] {{ font-size: {FIGURE_PX}px; font-weight: 600; }}
    QLabel[role="strong"] {{ font-weight: 600; }}
    QLabel[role="muted"] {{ color: {t.muted}; }}
    QLabel[role="caption"] {{ color: {t.muted}; font-size: {CAPTION_PX}px; }}
    QLabel[role="capitals"] {{ color: {t.muted}; font-size: {CAPTION_PX}px; font-weight: 600; }}
    QLabel[role="refusal"] {{ color: {t.danger}; font-size: {CAPTION_PX + 1}px; }}
    QLabel[role="pill"] {{ font-size: {CAPTION_PX}px; font-weight: 600; padding: 2px 11px; border-radius: 9px;
        color: {t.neutral}; background: {t.neutral_tint}; {outline} }}
    {tones}
    """


def _frames(t: Tokens) -> str:
    tones = "".join(
        f'QFrame[role="message"][tone="{name}"] {{ background: {t.tone(name)[1]}; '
        f"border: {t.line}px solid {t.tone(name)[0]}; }}"
        f'QFrame[role="message"][tone="{name}"] QLabel {{ color: {t.tone(name)[0]}; }}'
        for name in ("ok", "warn", "info", "danger")
    )
    return f"""
    QFrame[role="card"] {{ background: {t.surface}; border: {t.line}px solid {t.border};
        border-radius: {RADIUS_CARD}px; }}
    QFrame[role="quiet-card"] {{ background: {t.hover}; border: {t.line}px solid {t.border};
        border-radius: {RADIUS_CARD}px; }}
    QFrame[role="pick"] {{ background: transparent; border: 2px solid transparent;
        border-radius: {RADIUS_CONTROL}px; }}
    QFrame[role="pick"]:hover {{ background: {t.hover}; }}
    QFrame[role="pick"]:focus {{ border-color: {t.accent}; }}
    QFrame[role="side"] {{ background: {t.side}; border: none; border-right: {t.line}px solid {t.border}; }}
    QFrame[role="line"] {{ background: {t.border}; border: none; max-height: {t.line}px;
        min-height: {t.line}px; }}
    QFrame[role="message"] {{ border-radius: {RADIUS_CONTROL}px; }}
    {tones}
    QFrame[role="toast"] {{ background: {t.text}; border: none; border-radius: {RADIUS_CARD}px; }}
    QFrame[role="toast"] QLabel {{ color: {t.surface}; }}
    QFrame[role="toast"] QPushButton {{ background: transparent; color: {t.surface}; font-weight: 600;
        border: {t.line}px solid {t.surface}; }}
    QFrame[role="toast"] QPushButton:focus {{ border: 2px solid {t.surface}; }}
    QFrame[role="refusal-bubble"] {{ background: {t.surface}; border: 2px solid {t.danger};
        border-radius: {RADIUS_CONTROL}px; }}
    QFrame[role="refusal-bubble"] QLabel {{ color: {t.danger}; }}
    """


def _bars(t: Tokens) -> str:
    handle = t.faint if t.line > 1 else t.control_border
    return f"""
    QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; border: none; }}
    QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 0; border: none; }}
    QScrollBar::handle {{ background: {handle}; border-radius: 3px; margin: 2px; }}
    QScrollBar::handle:vertical {{ min-height: 36px; }}
    QScrollBar::handle:horizontal {{ min-width: 36px; }}
    QScrollBar::handle:hover, QScrollBar::handle:pressed {{ background: {t.faint}; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; border: none; }}
    QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
    QProgressBar {{ background: {t.neutral_tint if t.line == 1 else t.hover}; border: none;
        border-radius: 4px; min-height: 8px;
        max-height: 8px;
        color: transparent; text-align: center; }}
    QProgressBar::chunk {{ background: {t.accent}; border-radius: 4px; }}
    QSlider::groove:horizontal {{ background: {t.border}; height: 4px; border-radius: 2px; }}
    QSlider::handle:horizontal {{ background: {t.accent}; width: 16px; margin: -6px 0; border-radius: 8px; }}
    """


def _views(t: Tokens) -> str:
    return f"""
    QAbstractScrollArea::corner {{ background: transparent; border: none; }}
    QAbstractScrollArea {{ background: {t.surface}; border: none; }}
    QScrollArea, QScrollArea > QWidget, QScrollArea > QWidget > QWidget {{ background: transparent;
        border: none; }}
    QScrollArea > QDialog, QScrollArea > QWidget > QDialog {{ background: {t.bg}; }}
    QTableView, QListView, QTreeView {{ background: {t.surface}; color: {t.text};
        border: {t.line}px solid {t.border}; border-radius: {RADIUS_CARD}px; outline: none;
        selection-background-color: {t.selection}; selection-color: {t.text}; gridline-color: {t.border}; }}
    QTableView:focus, QListView:focus, QTreeView:focus {{ border-color: {t.accent}; }}
    QTableView[role="plain"], QListView[role="plain"] {{ border: none; background: transparent; }}
    QListView::item, QTreeView::item {{ min-height: 28px; padding: 0 6px; }}
    QListView::item:hover, QTreeView::item:hover {{ background: {t.hover}; }}
    QListView::item:selected, QTreeView::item:selected {{ background: {t.selection}; color: {t.text}; }}
    QHeaderView {{ background: {t.surface}; border: none; border-top-left-radius: {RADIUS_CARD}px;
        border-top-right-radius: {RADIUS_CARD}px; }}
    QHeaderView::section {{ background: transparent; color: {t.muted}; font-weight: 600;
        font-size: {CAPTION_PX + 1}px; border: none; border-bottom: {t.line}px solid {t.border};
        padding: 0 10px; min-height: 34px; }}
    QTableCornerButton::section {{ background: {t.surface}; border: none; }}
    """


def _menus(t: Tokens) -> str:
    return f"""
    QMenu {{ background: {t.surface}; border: {t.line}px solid {t.control_border}; padding: 4px; }}
    QMenu::item {{ padding: 6px 28px 6px 12px; border-radius: 4px; background: transparent; }}
    QMenu::item:selected {{ background: {t.selection}; color: {t.text}; }}
    QMenu::item:disabled {{ color: {t.faint}; }}
    QMenu::icon {{ padding-left: 8px; }}
    QMenu::separator {{ height: 1px; background: {t.border}; margin: 4px 8px; }}
    QMenuBar {{ background: {t.side}; }}
    QMenuBar::item {{ padding: 4px 10px; background: transparent; border-radius: 4px; }}
    QMenuBar::item:selected {{ background: {t.selection}; }}
    """


def _tabs(t: Tokens) -> str:
    return f"""
    QTabWidget::pane {{ border: none; border-top: {t.line}px solid {t.border}; background: transparent; }}
    QTabBar {{ background: transparent; border: none; }}
    QTabBar::tab {{ background: transparent; color: {t.muted}; border: 2px solid transparent;
        padding: 7px 3px; margin: 0 6px 0 0; border-bottom: 2px solid transparent; }}
    QTabBar::tab:hover {{ color: {t.text}; }}
    QTabBar::tab:selected {{ color: {t.text}; border-bottom: 2px solid {t.accent}; }}
    QTabBar::tab:focus:selected {{ border: 2px solid {t.accent}; border-radius: 4px; }}
    QToolButton[role="tabs"] {{ background: transparent; color: {t.muted}; border: 2px solid transparent;
        padding: 5px 4px; }}
    QToolButton[role="tabs"]:hover {{ color: {t.text}; }}
    QToolButton[role="tabs"]:focus {{ border-color: {t.accent}; border-radius: 4px; padding: 5px 4px; }}
    QTabBar QToolButton {{ background: {t.surface}; border: {t.line}px solid {t.border}; padding: 0; }}
    """


def _calendar(t: Tokens) -> str:
    return f"""
    QCalendarWidget QWidget#qt_calendar_navigationbar {{ background: {t.surface}; }}
    QCalendarWidget QToolButton {{ background: transparent; border: none; font-weight: 600; padding: 4px 8px;
        min-height: 16px; font-size: {BODY_PX}px; }}
    QCalendarWidget QToolButton:hover {{ background: {t.hover}; }}
    QCalendarWidget QAbstractItemView {{ background: {t.surface}; alternate-background-color: {t.surface};
        selection-background-color: {t.accent}; selection-color: {t.on_accent}; border: none; }}
    QCalendarWidget QSpinBox {{ min-height: 24px; }}
    """
