"""The figures on top: how many wait, how many called, how many were answered, how soon one called back."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame

from crm_desktop.ui.messages import DASH, duration, number, tr
from crm_desktop.ui.pages.today.reading import Figures
from crm_desktop.ui.pages.today.series import best_hour, whole_rate
from crm_desktop.ui.pages.today.words import hour_words
from crm_desktop.ui.theme import set_role
from crm_desktop.ui.tokens import SPACE_L, SPACE_M, SPACE_XS
from crm_desktop.ui.widgets.parts import column, label, row
from crm_desktop.ui.widgets.pill import Pill


class Tile(QFrame):
    """A caption, its figure, and what the figure means."""

    def __init__(self, caption: str) -> None:
        super().__init__()
        set_role(self, "card")
        self._caption = caption
        self.figure = label(DASH, "figure")
        self.pill = Pill(parent=self)
        lines = column(label(caption, "muted"), self.figure, row(self.pill, None), spacing=SPACE_XS)
        lines.setContentsMargins(SPACE_L, SPACE_M, SPACE_L, SPACE_M)
        self.setLayout(lines)
        # The pill comes and goes; the tiles keep their height.
        kept = self.pill.sizePolicy()
        kept.setRetainSizeWhenHidden(True)
        self.pill.setSizePolicy(kept)

    def show_figure(self, text: str, note: str = "", tone: str = "neutral") -> None:
        """Show a figure with its note."""
        self.figure.setText(text)
        self.pill.show_value(note, tone)
        self.setAccessibleName(", ".join(part for part in (self._caption, text, note) if part))


class Tiles:
    """The four tiles; ``show`` fills them."""

    def __init__(self) -> None:
        self.waiting = Tile(tr("To call back"))
        self.calls = Tile(tr("Calls"))
        self.rate = Tile(tr("Answer rate"))
        self.returned = Tile(tr("Median time to return"))
        self.all = (self.waiting, self.calls, self.rate, self.returned)
        self.waiting.setToolTip(tr("Missed in the last 90 days, and nobody has spoken to them since."))
        self.rate.setToolTip(tr("Incoming calls that were answered, of those that could be."))
        self.returned.setToolTip(tr("Half of the missed calls were returned sooner than this."))
        for tile in self.all:
            tile.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def show(self, figures: Figures, days: int, now: float) -> None:
        """Show the figures of a period of ``days`` at the moment ``now``."""
        waiting = figures.waiting
        if waiting.oldest is None:
            self.waiting.show_figure(number(0), tr("nobody waits"), "ok")
        else:
            note = tr("oldest waits {time}").format(time=duration(now - waiting.oldest))
            self.waiting.show_figure(number(waiting.count), note, "warn")
        self._calls(figures, days)
        rate, best = whole_rate(figures.rates), best_hour(figures.rates)
        note = tr("best {hour}").format(hour=hour_words(best.weekday, best.hour)) if best else ""
        self.rate.show_figure(DASH if rate is None else tr("{n} %", "percent").format(n=rate), note, "ok")
        self._returned(figures)

    def _calls(self, figures: Figures, days: int) -> None:
        before = figures.calls_before
        if not before:
            self.calls.show_figure(number(figures.total))
            return
        change = round(100 * (figures.total - before) / before)
        sign = "+" if change > 0 else "−" if change < 0 else "±"
        note = tr("{change} % on the %n days before", "", days).format(change=f"{sign}{number(abs(change))}")
        self.calls.show_figure(number(figures.total), note, "ok" if change > 0 else "neutral")

    def _returned(self, figures: Figures) -> None:
        now, before = figures.returned, figures.returned_before
        if now is None:
            self.returned.show_figure(DASH)
        elif before is None or now == before:
            self.returned.show_figure(duration(now))
        else:
            sign = "−" if now < before else "+"
            tone = "ok" if now < before else "warn"
            self.returned.show_figure(duration(now), f"{sign}{duration(abs(now - before))}", tone)
