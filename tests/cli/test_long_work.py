"""Long work: a line that is written over where somebody watches, and a first Ctrl+C that asks to stop."""

import io
import signal
import sys

import pytest

from crm_desktop.cli.long_work import long_work
from crm_desktop.domain.progress import Cancelled, Progress


class Watched(io.StringIO):
    """A standard error that is a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_terminal_sees_where_the_work_is(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Watched()
    monkeypatch.setattr(sys, "stderr", screen)
    with long_work() as (progress, _token):
        progress(Progress(1234, 5678, "calls"))
        progress(Progress(1235, 5678, "calls"))
    assert screen.getvalue() == "\rcalls 1,234 of 5,678\x1b[K\r\x1b[K"


def test_a_log_file_sees_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with long_work() as (progress, _token):
        progress(Progress(1, None, "calls"))
    assert capsys.readouterr().err == ""


def test_the_first_interrupt_asks_and_the_second_ends() -> None:
    before = signal.getsignal(signal.SIGINT)
    with long_work() as (_progress, token):
        signal.raise_signal(signal.SIGINT)
        with pytest.raises(Cancelled):
            token.raise_if_cancelled()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


def test_work_that_ends_gives_the_interrupt_back() -> None:
    before = signal.getsignal(signal.SIGINT)
    with long_work() as (_progress, token):
        assert not token.cancelled
    assert signal.getsignal(signal.SIGINT) is before
