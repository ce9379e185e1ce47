"""A chart in its card: title, legend, the table behind it, and its export as picture or figures."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPoint, Qt
from PySide6.QtGui import QColor, QFont, QImage, QImageWriter, QPainter, QRegion
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QWidget,
)

from crm_desktop.operations.chart_export import export_chart_picture, export_chart_table
from crm_desktop.ui.assets import icon
from crm_desktop.ui.messages import tr
from crm_desktop.ui.pages.today.chart import Chart
from crm_desktop.ui.theme import Theme, set_role
from crm_desktop.ui.tokens import SECTION_PX, SEMIBOLD, SPACE_L, SPACE_M, SPACE_S, SPACE_XS
from crm_desktop.ui.widgets.column_fit import ColumnFit
from crm_desktop.ui.widgets.folders import proposed_folder
from crm_desktop.ui.widgets.page import PageContext
from crm_desktop.ui.widgets.parts import column, label, row
from crm_desktop.ui.widgets.record_source import Column
from crm_desktop.ui.widgets.static_table import StaticTable

_SCALE = 2
_HEAD_PX = 44
_LEGEND_PX = 9


@dataclass(frozen=True, slots=True)
class Legend:
    """A part of a chart: its word and the role of its colour."""

    word: str
    tone: str


class _Sign(QWidget):
    """The little square of a legend."""

    def __init__(self, tone: str) -> None:
        super().__init__()
        self._tone = tone
        self.setFixedSize(_LEGEND_PX, _LEGEND_PX)
        Theme.current().changed.connect(self.update)

    def paintEvent(self, event: object) -> None:  # noqa: ARG002 - Qt's signature
        """Fill the square."""
        painter = QPainter(self)
        try:
            painter.fillRect(self.rect(), QColor(Theme.current().tokens.role(self._tone)))
        finally:
            painter.end()


class ChartCard(QFrame):
    """``chart`` with its figures as a table behind it; ``foot`` takes what belongs below."""

    def __init__(
        self,
        context: PageContext,
        title: str,
        chart: Chart,
        *,
        columns: Sequence[str],
        legend: Sequence[Legend] = (),
        empty: str,
    ) -> None:
        super().__init__()
        set_role(self, "card")
        self.setAccessibleName(title)
        self._context = context
        self.chart = chart
        self._columns = list(columns)
        self.lines: list[tuple[str, ...]] = []
        self._name = title
        self._title = label(title, "section", wrap=True)
        self.table = StaticTable(name=tr("{chart}: figures").format(chart=title))
        self.fit = ColumnFit(self.table)
        self._empty = label(empty, "muted", wrap=True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack = QStackedWidget()
        for page in (chart, self.table, self._empty):
            self._stack.addWidget(page)
        self._as_table = False
        self.more = self._menu_button()
        head = row(self._title, spacing=SPACE_M)
        head.setStretch(0, 1)
        for part in legend:
            head.addLayout(self._legend(part))
        head.addWidget(self.more)
        self.foot = column(spacing=SPACE_XS)
        body = column(head, spacing=SPACE_S)
        body.setContentsMargins(SPACE_L, SPACE_M, SPACE_M, SPACE_M)
        body.addWidget(self._stack, 1)
        body.addLayout(self.foot)
        self.setLayout(body)

    @staticmethod
    def _legend(part: Legend) -> QHBoxLayout:
        word = QLabel(part.word)
        word.setTextFormat(Qt.TextFormat.PlainText)
        set_role(word, "caption")
        return row(_Sign(part.tone), word, spacing=SPACE_XS)

    def _menu_button(self) -> QToolButton:
        made = QToolButton()
        set_role(made, "quiet")
        made.setIcon(icon("dots-three-vertical", "muted"))
        made.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        made.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        menu = QMenu(made)
        menu.aboutToShow.connect(partial(self._fill, menu))
        made.setMenu(menu)
        return made

    def _fill(self, menu: QMenu) -> None:
        menu.clear()
        menu.addAction(tr("Show as a chart") if self._as_table else tr("Show as a table"), self.turn)
        if self._context.session.may("lists.export"):
            menu.addAction(tr("Save the picture…"), self.save_picture)
            menu.addAction(tr("Save the figures…"), self.save_figures)

    def show_figures(self, title: str, lines: Sequence[tuple[str, ...]], columns: Sequence[str] = ()) -> None:
        """Show these figures in the table; without any the card says that there are none."""
        self._name = title
        self._title.setText(title)
        self.setAccessibleName(title)
        self.chart.setAccessibleName(title)
        name = tr("{chart}: more").format(chart=title)
        self.more.setAccessibleName(name)
        self.more.setToolTip(name)
        self._columns = list(columns) or self._columns
        self.lines = list(lines)
        made = [
            Column(str(place), word, width=200 if place == 0 else 96, align="left" if place == 0 else "right",
                   sortable=False)
            for place, word in enumerate(self._columns)
        ]  # fmt: skip
        self.table.show_rows(made, self.lines)
        self.more.setEnabled(bool(self.lines))
        self._bring()

    def turn(self) -> None:
        """Change between chart and table."""
        self._as_table = not self._as_table
        self._bring()

    def _bring(self) -> None:
        shown: QWidget = self._empty if not self.lines else self.table if self._as_table else self.chart
        self._stack.setCurrentWidget(shown)

    # --- export --------------------------------------------------------------------------------

    def save_picture(self) -> None:
        """Ask where, and write what the chart shows as PNG."""
        data = self.picture()
        self._save(
            "PNG (*.png)", ".png", lambda target: export_chart_picture(self._context.session, data, target)
        )

    def save_figures(self) -> None:
        """Ask where, and write the table as CSV."""
        lines = [self._columns, *self.lines]
        self._save(
            "CSV (*.csv)", ".csv", lambda target: export_chart_table(self._context.session, lines, target)
        )

    def _save(self, kind: str, ending: str, write: Callable[[Path], None]) -> None:
        proposed = proposed_folder() / f"{self._name}{ending}"
        chosen, _ = QFileDialog.getSaveFileName(
            self, tr("Save “{chart}” to").format(chart=self._name), str(proposed), kind
        )
        if chosen:
            self._context.tasks.run(
                lambda: write(Path(chosen)),
                on_done=self._saved,
                on_error=self._context.notices.refuse,
                owner=self,
            )

    def _saved(self, _result: object) -> None:
        self._context.notices.say(tr("Saved. The file is not encrypted: whoever gets it can read it."))

    def picture(self) -> bytes:
        """Return the chart under its title as PNG, twice as fine as on screen."""
        tokens = Theme.current().tokens
        width, height = self.chart.width() + 2 * SPACE_L, self.chart.height() + _HEAD_PX + SPACE_L
        image = QImage(width * _SCALE, height * _SCALE, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(_SCALE)
        image.fill(QColor(tokens.surface))
        painter = QPainter(image)
        try:
            font = QFont(self.font())
            font.setPixelSize(SECTION_PX)
            font.setWeight(QFont.Weight(SEMIBOLD))
            painter.setFont(font)
            painter.setPen(QColor(tokens.text))
            painter.drawText(SPACE_L, SPACE_L + SECTION_PX, self._name)
            self.chart.render(painter, QPoint(SPACE_L, _HEAD_PX), QRegion(), QWidget.RenderFlag(0))
        finally:
            painter.end()
        data = QByteArray()
        buffer = QBuffer(data)
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        QImageWriter(buffer, QByteArray(b"png")).write(image)
        return bytes(data.data())
