"""Long work: a line that is written over where somebody watches, and a first Ctrl+C that asks to stop."""

import io
import signal
import sys
from collections.abc import Iterator

import pytest

from crm_desktop.cli.long_work import long_work
from crm_desktop.domain.progress import Cancelled, Progress


@pytest.fixture(params=["ends", "ignored"])
def handler(request: pytest.FixtureRequest) -> Iterator[object]:
    """What Ctrl+C does before the work begins, whatever these tests inherited from who started them."""
    wanted = signal.default_int_handler if request.param == "ends" else signal.SIG_IGN
    inherited = signal.signal(signal.SIGINT, wanted)
    yield wanted
    signal.signal(signal.SIGINT, inherited)


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


def test_the_first_interrupt_asks_and_the_second_does_what_it_did_before(handler: object) -> None:
    with long_work() as (_progress, token):
        signal.raise_signal(signal.SIGINT)
        with pytest.raises(Cancelled):
            token.raise_if_cancelled()
        if handler is signal.SIG_IGN:
            signal.raise_signal(signal.SIGINT)
        else:
            with pytest.raises(KeyboardInterrupt):
                signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is handler


def test_work_that_ends_gives_the_interrupt_back(handler: object) -> None:
    with long_work() as (_progress, token):
        assert not token.cancelled
    assert signal.getsignal(signal.SIGINT) is handler
