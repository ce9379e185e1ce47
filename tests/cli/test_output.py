"""The edge: what reaches the terminal when something fails, and what never does."""

import json

import pytest
import typer

from crm_desktop.cli.output import bug_line, document, guarded, say, utc_text
from crm_desktop.domain.errors import KnownError, RefusedError
from crm_desktop.domain.progress import Cancelled


def test_a_known_error_becomes_its_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    def refuse() -> None:
        raise RefusedError("member_unknown", login="ben")

    with pytest.raises(typer.Exit) as ended:
        guarded(refuse)()
    printed = capsys.readouterr()
    assert ended.value.exit_code == 1
    assert printed.out == ""
    assert printed.err == "There is no user “ben” in this organization. Nothing was changed.\n"


def test_a_bug_is_one_line_without_its_message(capsys: pytest.CaptureFixture[str]) -> None:
    def fail() -> None:
        raise ValueError("Zoë Łukasik +442079460018")

    with pytest.raises(typer.Exit) as ended:
        guarded(fail)()
    printed = capsys.readouterr()
    assert ended.value.exit_code == 1
    assert printed.out == ""
    assert len(printed.err.splitlines()) == 1
    assert "ValueError at cli/output.py:" in printed.err
    assert "Zoë" not in printed.err
    assert "Traceback" not in printed.err


def test_a_code_without_a_sentence_is_a_bug(capsys: pytest.CaptureFixture[str]) -> None:
    def fail() -> None:
        raise KnownError("never_written", name="Zoë")

    with pytest.raises(typer.Exit):
        guarded(fail)()
    assert "KeyError at domain/sentences.py:" in capsys.readouterr().err


def test_a_refusal_of_the_system_is_no_bug(capsys: pytest.CaptureFixture[str]) -> None:
    def fail() -> None:
        raise PermissionError(13, "Permission denied", "secret name.pdf")

    with pytest.raises(typer.Exit) as ended:
        guarded(fail)()
    assert ended.value.exit_code == 1
    assert capsys.readouterr().err == (
        "The system refused: Permission denied. What was saved before is kept.\n"
    )


def test_what_was_stopped_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    def stop() -> None:
        raise Cancelled

    with pytest.raises(typer.Exit) as ended:
        guarded(stop)()
    printed = capsys.readouterr()
    assert (ended.value.exit_code, printed.out) == (1, "")
    assert printed.err.startswith("Stopped.")


@pytest.mark.parametrize(
    "passing", [typer.BadParameter("x"), typer.Abort(), typer.Exit(2), BrokenPipeError()]
)
def test_what_typer_ends_itself_passes(passing: Exception) -> None:
    def fail() -> None:
        raise passing

    with pytest.raises(type(passing)):
        guarded(fail)()


def test_a_bug_outside_the_program_has_no_place() -> None:
    assert "at unknown place" in bug_line(ValueError("x"))


def test_control_characters_never_reach_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    say("Ana \x1b[2J\x07Berg\u202e\tZoë")
    assert capsys.readouterr().out == "Ana \ufffd[2J\ufffdBerg\ufffd\ufffdZoë\n"


@pytest.mark.parametrize("name", ["Zoë Łukasik", "山田", "lone \ud800 surrogate", 'quote " and \\ and \n'])
def test_a_document_is_ascii_and_comes_back(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    document({"name": name})
    printed = capsys.readouterr().out
    assert printed.isascii()
    assert json.loads(printed) == {"name": name}


def test_times_are_utc_to_the_second() -> None:
    assert utc_text(None) is None
    assert utc_text(1_775_000_000) == "2026-03-31T23:33:20Z"
