"""What is said of backups: a word for each reason there is."""

import pytest

from crm_desktop.domain.backups import Reason
from crm_desktop.ui.widgets.backup_words import reason_word


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_its_word(reason: Reason) -> None:
    assert reason_word(reason)


def test_no_two_reasons_have_the_same_word() -> None:
    assert len({reason_word(reason) for reason in Reason}) == len(Reason)
