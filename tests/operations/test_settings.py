"""Settings and drafts of a member lie inside the file, each member's apart."""

from crm_desktop.domain.permissions import Role
from crm_desktop.operations.session import Session
from crm_desktop.operations.settings import get_setting, put_setting, save_draft, take_draft
from tests.environments import Office, add_member


def test_a_setting_is_what_was_put_last(session: Session) -> None:
    assert get_setting(session, "columns") is None
    for value in ([1, 2], {"a": None}, "text"):
        put_setting(session, "columns", value)
        assert get_setting(session, "columns") == value


def test_a_draft_is_taken_once(session: Session) -> None:
    save_draft(session, "customer", {"given": "D"})
    save_draft(session, "customer", {"given": "Dana"})
    assert take_draft(session, "customer") == {"given": "Dana"}
    assert take_draft(session, "customer") is None


def test_members_do_not_share_them(office: Office) -> None:
    session = office.open()
    add_member(session, "eva", Role.STAFF)
    put_setting(session, "width", 5)
    save_draft(session, "form", {"x": 1})
    session.close()
    session = office.open("eva")
    assert get_setting(session, "width") is None
    assert take_draft(session, "form") is None
    session.close()


def test_a_file_open_for_reading_remembers_nothing(session: Session) -> None:
    put_setting(session, "width", 5)
    session.database.read_only = True
    put_setting(session, "width", 6)
    save_draft(session, "form", {"x": 1})
    assert take_draft(session, "form") is None
    assert get_setting(session, "width") == 5
