"""Cancelling: one thread asks, the other notices."""

import threading

import pytest

from crm_desktop.domain.errors import CrmError
from crm_desktop.domain.progress import Cancelled, CancelToken, Progress


def test_a_token_lets_work_go_on_until_it_is_cancelled() -> None:
    token = CancelToken()
    token.raise_if_cancelled()
    assert not token.cancelled
    token.cancel()
    token.cancel()
    with pytest.raises(Cancelled):
        token.raise_if_cancelled()


def test_a_token_is_seen_by_another_thread() -> None:
    token, seen = CancelToken(), threading.Event()

    def work() -> None:
        while not token.cancelled:
            pass
        seen.set()

    worker = threading.Thread(target=work)
    worker.start()
    token.cancel()
    worker.join(timeout=5)
    assert seen.is_set()


def test_cancelled_is_an_expected_end_and_progress_may_have_no_total() -> None:
    assert issubclass(Cancelled, CrmError)
    assert Progress(3).total is None
