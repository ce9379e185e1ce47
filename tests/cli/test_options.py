"""Groups of options: declared once as a dataclass, flat for the parser."""

from dataclasses import dataclass
from typing import Annotated

import typer
from typer.testing import CliRunner

from crm_desktop.cli.options import expanded


@dataclass(frozen=True, slots=True)
class Colours:
    """A group with a default and a list."""

    ink: Annotated[str, typer.Option("--ink", help="The ink.")] = "black"
    papers: Annotated[list[str] | None, typer.Option("--paper")] = None


def app_that_keeps(seen: list[object]) -> typer.Typer:
    """Return an application whose one command keeps what it is called with."""
    app = typer.Typer(rich_markup_mode=None, add_completion=False)

    def draw(what: str, colours: Colours, *, twice: Annotated[bool, typer.Option("--twice")] = False) -> None:
        """Draw something."""
        seen.extend([what, colours, twice])

    app.command("draw")(expanded(draw))
    return app


def test_a_group_arrives_whole() -> None:
    seen: list[object] = []
    arguments = ["house", "--ink", "blue", "--paper", "a", "--twice", "--paper", "b"]
    result = CliRunner().invoke(app_that_keeps(seen), arguments)
    assert result.exit_code == 0, result.output
    assert seen == ["house", Colours(ink="blue", papers=["a", "b"]), True]


def test_what_is_left_out_has_the_groups_defaults() -> None:
    seen: list[object] = []
    CliRunner().invoke(app_that_keeps(seen), ["house"])
    assert seen == ["house", Colours(), False]


def test_help_shows_the_options_of_the_group() -> None:
    help_text = CliRunner().invoke(app_that_keeps([]), ["--help"]).stdout
    assert "Draw something." in help_text
    assert "The ink." in help_text
