"""The command that measures this program on this computer and holds the figures against their budgets."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crm_desktop.cli.long_work import long_work
from crm_desktop.cli.options import JsonOption
from crm_desktop.cli.output import document, note, say
from crm_desktop.domain.measures import MEASURES, Figure, Measure, judged

if TYPE_CHECKING:
    from crm_desktop.operations.measuring.bench import Bench

CUSTOMERS = 1_000_000
CALLS_EACH = 5
NOT_MEASURED = "not measured yet"


def bench(
    *,
    customers: Annotated[int, typer.Option("--customers", min=10, help="How many customers.")] = CUSTOMERS,
    calls: Annotated[
        int | None, typer.Option("--calls", min=10, help="How many calls; five for each customer.")
    ] = None,
    folder: Annotated[
        str | None, typer.Option("--folder", metavar="DIR", help="Keep the sample there, to use it again.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Measure search, window, imports and files of this size on this computer.

    On a sample of made-up people; each figure stands beside its budget and the least this computer needs
    for the same. Nothing of yours is read, and without --folder nothing stays.
    """
    from crm_desktop.operations.measuring.bench import Size
    from crm_desktop.operations.measuring.bench import bench as measure
    from crm_desktop.operations.measuring.window import has_display

    if not has_display():
        note("There is no display here: the window is drawn into memory.")
    size = Size(customers, CALLS_EACH * customers if calls is None else calls)
    with long_work() as (progress, token):
        result = measure(size, folder=Path(folder) if folder else None, progress=progress, cancel=token)
    if as_json:
        document(_document(result))
    else:
        _print(result)


def _document(result: "Bench") -> dict[str, object]:
    return {
        "machine": result.machine,
        "measures": [_line(measure, result.figures.get(measure.name)) for measure in MEASURES],
    }


def _line(measure: Measure, figure: Figure | None) -> dict[str, object]:
    return {
        "name": measure.name,
        "value": None if figure is None else round(figure.value, 3),
        "unit": measure.unit,
        "budget": None if measure.budget is None else measure.budget.text(measure.unit),
        "ok": judged(measure, figure),
        "floor": None if figure is None or figure.floor is None else round(figure.floor, 3),
    }


def _print(result: "Bench") -> None:
    say(", ".join(f"{name} {value}" for name, value in result.machine.items()))
    for measure in MEASURES:
        figure = result.figures.get(measure.name)
        budget = "" if measure.budget is None else measure.budget.text(measure.unit)
        verdict = {True: "ok", False: "MISSED", None: ""}[judged(measure, figure)]
        floor = "" if figure is None or figure.floor is None else f"floor {figure.floor:,.2f}"
        value = NOT_MEASURED if figure is None else f"{figure.value:,.2f} {measure.unit}"
        say(f"{measure.name:25} {value:>22}  {floor:18} {budget:28} {verdict:7} {measure.meaning}".rstrip())
