"""The charts of the page: filled from what was read, each mark leading to the calls behind it."""

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QLocale, QObject, Signal

from crm_desktop.domain.calls import Direction
from crm_desktop.domain.periods import Period
from crm_desktop.operations import today
from crm_desktop.operations.calls import CallQuery
from crm_desktop.ui.messages import duration, language_locale, number, tr
from crm_desktop.ui.pages.today.chart_card import ChartCard, Legend
from crm_desktop.ui.pages.today.columns_chart import ColumnsChart, StackedColumn
from crm_desktop.ui.pages.today.heat_map import Field, HeatMap
from crm_desktop.ui.pages.today.ranks_chart import Rank, RanksChart
from crm_desktop.ui.pages.today.reading import Figures
from crm_desktop.ui.pages.today.series import ASKED, Kind, Rate, Step, step_of
from crm_desktop.ui.pages.today.words import (
    hour_words,
    kind_word,
    period_words,
    rate_words,
    slice_label,
    slice_words,
    talk_words,
)
from crm_desktop.ui.widgets.page import PageContext, ShownCalls

_TONES = ("accent", "info", "danger", "faint")
_WORKDAYS, _WORK_HOURS = range(5), range(8, 18)
_HOUR_S = 3600


class Charts(QObject):
    """``picked(ShownCalls)``: what lies behind a mark is wanted."""

    picked = Signal(object)

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self._session = context.session
        none = tr("No calls in this period.")
        make = partial(ChartCard, context, empty=none)
        legend = [Legend(kind_word(kind), tone) for kind, tone in zip(Kind, _TONES, strict=True)]
        self.calls = make(
            tr("Calls per day"), ColumnsChart(name=tr("Calls per day"), tones=_TONES),
            columns=[tr("Days"), *(kind_word(kind) for kind in Kind)], legend=legend[:3],
        )  # fmt: skip
        self.rates = make(
            tr("Answer rate by weekday and hour"), HeatMap(name=tr("Answer rate by weekday and hour")),
            columns=[tr("Hour"), tr("Answered"), tr("Calls"), tr("Per cent")],
        )  # fmt: skip
        self.talk = make(
            tr("Talk time"), ColumnsChart(name=tr("Talk time"), tones=_TONES[:1], worded=_hours, height=160),
            columns=[tr("Days"), tr("Talked")],
        )  # fmt: skip
        self.members = make(
            tr("Calls by team member"), RanksChart(name=tr("Calls by team member"), tones=_TONES[:2]),
            columns=[tr("Team member"), tr("incoming"), tr("outgoing"), tr("Talked")], legend=legend[:2],
        )  # fmt: skip
        self.top = make(
            tr("Customers with most calls"),
            RanksChart(name=tr("Customers with most calls"), tones=_TONES[:1]),
            columns=[tr("Customer"), tr("Calls"), tr("Talked")],
        )  # fmt: skip
        self.all = (self.calls, self.rates, self.talk, self.members, self.top)
        for card in self.all:
            card.chart.picked.connect(self.picked)

    def show(self, figures: Figures, period: Period) -> None:
        """Show the figures of a period."""
        self._show_slices(figures, period)
        self._show_rates(figures, period)
        self._show_members(figures, period)
        self._show_top(figures, period)

    def _behind(self, period: Period) -> CallQuery:
        since, until = today.moments_of(self._session, period)
        # Figures hold calls of unknown numbers, and those nobody decided about, with that right alone.
        decided = not self._session.may("calls.unknown_numbers")
        return CallQuery(since=since, until=until, decided=decided)

    def _show_slices(self, figures: Figures, period: Period) -> None:
        step = step_of(period)
        shown = [
            (slice_label(one.period, step), slice_words(one),
             ShownCalls(self._behind(one.period), period_words(one.period)), one)
            for one in figures.slices
        ]  # fmt: skip
        some = figures.total > 0
        assert isinstance(self.calls.chart, ColumnsChart)  # noqa: S101 - made above
        self.calls.chart.show_columns(
            [StackedColumn(one.counts, name, words, behind) for name, words, behind, one in shown]
        )
        # Directions nobody knows are rare: only then do they have a column of their own.
        kinds = list(Kind) if any(one.counts[-1] for one in figures.slices) else list(Kind)[:-1]
        columns = [tr("Days"), *(kind_word(kind) for kind in kinds)]
        lines = [(period_words(one.period), *map(number, one.counts[: len(kinds)])) for *_, one in shown]
        title = {
            Step.DAY: tr("Calls per day"),
            Step.WEEK: tr("Calls per week"),
            Step.MONTH: tr("Calls per month"),
        }
        self.calls.show_figures(title[step], lines if some else [], columns)
        assert isinstance(self.talk.chart, ColumnsChart)  # noqa: S101 - made above
        unit = _HOUR_S if max((one.seconds for one in figures.slices), default=0) > 4 * _HOUR_S else 900
        self.talk.chart.show_columns(
            [StackedColumn((one.seconds,), name, words, behind) for name, words, behind, one in shown],
            unit=unit,
        )
        talked = [(period_words(one.period), duration(one.seconds)) for *_, one in shown]
        self.talk.show_figures(tr("Talk time"), talked if any(one.seconds for one in figures.slices) else [])

    def _show_rates(self, figures: Figures, period: Period) -> None:
        whole = replace(self._behind(period), direction=Direction.INCOMING, outcomes=tuple(sorted(ASKED)))
        fields = {(rate.weekday, rate.hour): self._field(rate, whole, period) for rate in figures.rates}
        days = sorted({*_WORKDAYS, *(day for day, _ in fields)})
        hours = [hour for _, hour in fields]
        shown = range(min([*hours, _WORK_HOURS[0]]), max([*hours, _WORK_HOURS[-1]]) + 1)
        names = [(day, language_locale().dayName(day + 1, QLocale.FormatType.ShortFormat)) for day in days]
        assert isinstance(self.rates.chart, HeatMap)  # noqa: S101 - made above
        self.rates.chart.show_fields(fields, names, shown)
        lines = [
            (
                hour_words(rate.weekday, rate.hour),
                number(rate.answered),
                number(rate.asked),
                str(rate.percent),
            )
            for rate in figures.rates
        ]
        self.rates.show_figures(tr("Answer rate by weekday and hour"), lines)

    @staticmethod
    def _field(rate: Rate, whole: CallQuery, period: Period) -> Field:
        query = replace(whole, weekday=rate.weekday, hour=rate.hour)
        words = tr("{days}, {hour}").format(
            days=period_words(period), hour=hour_words(rate.weekday, rate.hour)
        )
        return Field(rate.percent, rate_words(rate), ShownCalls(query, words))

    def _show_members(self, figures: Figures, period: Period) -> None:
        whole = self._behind(period)
        ranks = [
            Rank(
                one.name, (one.incoming, one.outgoing), number(one.incoming + one.outgoing),
                _said(one.name, one.incoming + one.outgoing, one.seconds),
                ShownCalls(replace(whole, member_id=one.member_id), period_words(period)),
            )
            for one in figures.members
        ]  # fmt: skip
        assert isinstance(self.members.chart, RanksChart)  # noqa: S101 - made above
        self.members.chart.show_ranks(ranks)
        lines = [
            (one.name, number(one.incoming), number(one.outgoing), duration(one.seconds))
            for one in figures.members
        ]
        title = tr("Calls by team member") if figures.team else tr("My calls")
        self.members.show_figures(title, lines)

    def _show_top(self, figures: Figures, period: Period) -> None:
        whole = self._behind(period)
        ranks = [
            Rank(
                one.name, (one.n,), number(one.n), _said(one.name, one.n, one.seconds),
                ShownCalls(
                    replace(whole, customer_id=one.customer_id), period_words(period), customer=one.name
                ),
            )
            for one in figures.top
        ]  # fmt: skip
        assert isinstance(self.top.chart, RanksChart)  # noqa: S101 - made above
        self.top.chart.show_ranks(ranks)
        lines = [(one.name, number(one.n), duration(one.seconds)) for one in figures.top]
        self.top.show_figures(tr("Customers with most calls"), lines)


def _said(name: str, count: int, seconds: int) -> str:
    words = tr("{name}: {calls}").format(name=name, calls=tr("%n calls", "", count))
    return " · ".join(part for part in (words, talk_words(seconds)) if part)


def _hours(seconds: int) -> str:
    """Write a value of the axis of talk time."""
    return duration(seconds) if seconds else "0"
