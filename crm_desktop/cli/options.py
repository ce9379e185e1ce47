"""Options that several commands share, declared once as the fields of a dataclass."""

import dataclasses
import functools
import inspect
from collections.abc import Callable
from typing import Annotated, Any, get_type_hints

import typer

FileArgument = Annotated[str, typer.Argument(metavar="FILE", help="The organization file (*.crm).")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


def expanded(command: Callable[..., None]) -> Callable[..., None]:
    """Return ``command`` with each dataclass parameter replaced by one option per field.

    Typer reads the options of a command from its signature and knows no groups of options; this gives it
    a flat signature and the command its groups. Field names must differ between groups.
    """
    hints = get_type_hints(command, include_extras=True)
    groups: dict[str, type[Any]] = {}
    flat: list[inspect.Parameter] = []
    for name, parameter in inspect.signature(command).parameters.items():
        hint = hints[name]
        if isinstance(hint, type) and dataclasses.is_dataclass(hint):
            groups[name] = hint
            flat += inspect.signature(hint).parameters.values()
        else:
            flat.append(parameter.replace(annotation=hint))

    @functools.wraps(command)
    def run(**values: object) -> None:
        made = {
            name: group(**{field.name: values.pop(field.name) for field in dataclasses.fields(group)})
            for name, group in groups.items()
        }
        command(**values, **made)

    by_keyword = [parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in flat]
    run.__signature__ = inspect.Signature(by_keyword)  # type: ignore[attr-defined]  # not in typeshed's Callable
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in by_keyword}
    return run
