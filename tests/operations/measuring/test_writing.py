"""What is measured as a save is one."""

from crm_desktop.operations import undo
from crm_desktop.operations.measuring.writing import Saves
from crm_desktop.operations.session import Session
from tests.operations.samples import customer_with


def test_every_measured_save_changes_something_in_a_sample_used_again_too(session: Session) -> None:
    contact_id = customer_with(session, "Dana")
    before = len(undo.history(session, contact_id))
    for _ in range(2):
        saves = Saves(session)
        saves.one()
        saves.one()
    assert len(undo.history(session, contact_id)) == before + 4
