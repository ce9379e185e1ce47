"""What administrators do about users, and what nobody can do to himself."""

from collections.abc import Callable
from pathlib import Path

import pytest

from crm_desktop.domain.contacts import Category
from crm_desktop.domain.errors import KnownError, RefusedError, SignInError
from crm_desktop.domain.permissions import RIGHTS, Role
from crm_desktop.operations import consents, contacts, members, organizations, users
from crm_desktop.operations.session import Session
from crm_desktop.operations.users import KeysLeft, UserRow, UserState
from crm_desktop.security.class_keys import KeyKind
from crm_desktop.storage import log
from tests.environments import PASSWORD, Office, add_member, new_organization
from tests.operations.samples import broken, customer_with

TEMPORARY = "tamore-kusibo-lanite"
OWN = "my very own password"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return new_organization(tmp_path)


def row(session: Session, login: str) -> UserRow:
    return next(row for row in users.users(session) if row.login == login)


def added(session: Session, login: str = "eva", role: Role = Role.STAFF) -> bytes:
    return users.add_user(session, login=login, name=login.title(), role=role, password=TEMPORARY)


def own_password(office: Office, login: str) -> None:
    """Let a user change the temporary password for one of his own."""
    session = office.open(login, TEMPORARY)
    organizations.change_password(office.environment, session, old=TEMPORARY, new=OWN)
    session.close()


def last_entry(session: Session) -> log.LogEntry:
    with session.database.read() as connection:
        return list(log.entries(connection))[-1]


def refusal(call: Callable[[], object]) -> str:
    with pytest.raises(KnownError) as caught:
        call()
    return caught.value.code


# --- adding ---------------------------------------------------------------------------------------------


def test_a_new_user_has_a_member_a_log_entry_and_a_password_to_change(office: Office) -> None:
    session = office.open()
    user_id = added(session)
    eva = row(session, "eva")
    assert (eva.user_id, eva.name, eva.role, eva.state) == (
        user_id, "Eva", Role.STAFF, UserState.MUST_CHANGE_PASSWORD,
    )  # fmt: skip
    assert (eva.enabled, eva.must_change_password, eva.moved, eva.last_login) == (True, True, True, None)
    entry = last_entry(session)
    assert (entry.verb, user_id.hex() in (entry.payload or "")) == ("add_user", True)
    assert [member.login for member in members.members(session)] == ["ana", "eva"]
    assert broken(session) == {}
    session.close()


def test_before_his_own_password_a_user_may_do_nothing_else(office: Office) -> None:
    session = office.open()
    added(session, role=Role.ADMINISTRATOR)
    session.close()
    session = office.open("eva", TEMPORARY)
    assert session.rights == {"self.password"}
    assert refusal(lambda: users.users(session)) == "password_must_change"
    assert refusal(lambda: contacts.category_counts(session, Category.CUSTOMER)) == ("password_must_change")
    assert refusal(lambda: consents.grant_consent(session)) == "password_must_change"
    organizations.change_password(office.environment, session, old=TEMPORARY, new=OWN)
    assert session.may("users")
    session.close()


def test_a_new_pair_is_taken_over_at_the_next_sign_in_of_an_administrator(office: Office) -> None:
    session = office.open()
    user_id = added(session)
    session.close()
    own_password(office, "eva")
    session = office.open()
    entry = session.ring.roster.user(user_id)
    assert entry
    assert entry.keys_made_by == user_id
    assert row(session, "eva").state is UserState.ACTIVE
    with session.database.read() as connection:
        verbs = [entry.verb for entry in log.entries(connection)]
    assert verbs[-2:] == ["take_over_keys", "login"]
    session.close()
    session = office.open("eva", OWN)
    customer_with(session, "Dana")
    assert session.ring.pending is None
    assert broken(session) == {}
    session.close()
    session = office.open()
    assert broken(session) == {}
    session.close()


def test_an_administrator_takes_over_his_own_new_pair_and_signs_with_it(office: Office) -> None:
    session = office.open()
    user_id = added(session, role=Role.ADMINISTRATOR)
    session.close()
    own_password(office, "eva")
    session = office.open("eva", OWN)
    entry = session.ring.roster.user(user_id)
    assert entry
    assert entry.keys_made_by == user_id
    added(session, "ben")
    assert broken(session) == {}
    session.close()
    session = office.open("eva", OWN)
    assert not session.ring.rewrap_needed
    assert broken(session) == {}
    session.close()


@pytest.mark.parametrize(
    ("login", "name", "password", "code"),
    [
        ("ANA", "Other", TEMPORARY, "login_taken"),
        (" ", "Other", TEMPORARY, "login_refused"),
        ("eva", "E" * 201, TEMPORARY, "value_too_long"),
        ("eva", "E\0va", TEMPORARY, "value_unreadable"),
        ("eva", "Eva", "short", "password_too_short"),
    ],
)
def test_what_was_typed_is_checked_before_anything_is_written(
    office: Office, login: str, name: str, password: str, code: str
) -> None:
    session = office.open()
    before = last_entry(session).sequence
    add = lambda: users.add_user(session, login=login, name=name, role=Role.STAFF, password=password)  # noqa: E731
    assert refusal(add) == code
    assert last_entry(session).sequence == before
    assert [r.login for r in users.users(session)] == ["ana"]
    session.close()


def test_a_crash_between_key_file_and_database_does_not_block_the_login_name(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = office.open()

    def crash(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("crm_desktop.operations.key_changes.ChangeSet.finish", crash)
        with pytest.raises(KeyboardInterrupt):
            added(session)
    session.close()
    session = office.open()
    half = row(session, "eva")
    assert half.member_id is None
    added(session)
    assert [r.login for r in users.users(session)] == ["ana", "eva"]
    session.close()
    own_password(office, "eva")
    session = office.open("eva", OWN)
    assert broken(session) == {}
    session.close()


def test_a_made_up_passphrase_is_long_enough_and_never_the_same() -> None:
    made = {users.temporary_passphrase() for _ in range(50)}
    assert len(made) == 50
    assert {len(passphrase) for passphrase in made} == {27}


# --- roles and exceptions -------------------------------------------------------------------------------


def test_a_role_changes_rights_and_keys(office: Office) -> None:
    session = office.open()
    add_member(session, "eva", Role.STAFF)
    eva = row(session, "eva").user_id
    assert users.change_role(session, eva, Role.MANAGER) is KeysLeft.NONE
    session.close()
    session = office.open("eva")
    assert session.role is Role.MANAGER
    assert session.ring.current_class_key(KeyKind.BANK)
    session.close()
    session = office.open()
    assert users.change_role(session, eva, Role.ADMINISTRATOR) is KeysLeft.NONE
    assert users.change_role(session, eva, Role.VIEWER) is KeysLeft.ALL
    assert broken(session) == {}
    session.close()
    session = office.open("eva")
    assert session.ring.current_class_key(KeyKind.BANK) is None
    assert not session.ring.class_keys.get("bank")
    session.close()


def test_exceptions_are_given_taken_and_follow_the_role_again(office: Office) -> None:
    session = office.open()
    add_member(session, "eva", Role.STAFF)
    eva = row(session, "eva").user_id
    users.set_exception(session, eva, "bank.view", granted=True)
    users.set_exception(session, eva, "records.trash", granted=False)
    assert row(session, "eva").granted == {"bank.view"}
    assert row(session, "eva").revoked == {"records.trash"}
    # What the role gives anyway is no exception.
    users.set_exception(session, eva, "records.edit", granted=True)
    users.set_exception(session, eva, "lists.export", granted=False)
    assert row(session, "eva").granted | row(session, "eva").revoked == {"bank.view", "records.trash"}
    assert users.set_exception(session, eva, "bank.view", granted=None) is KeysLeft.NONE
    assert users.set_exception(session, eva, "records.trash", granted=True) is KeysLeft.NONE
    assert row(session, "eva").granted | row(session, "eva").revoked == frozenset()
    assert broken(session) == {}
    session.close()


def test_exceptions_the_new_role_makes_meaningless_do_not_come_back(office: Office) -> None:
    session = office.open()
    add_member(session, "eva", Role.STAFF, granted=("bank.view",), revoked=("records.edit",))
    eva = row(session, "eva").user_id
    users.change_role(session, eva, Role.MANAGER)
    assert row(session, "eva").granted == frozenset()
    users.change_role(session, eva, Role.VIEWER)
    assert row(session, "eva").granted | row(session, "eva").revoked == frozenset()
    session.close()


def test_only_rights_that_may_differ_are_exceptions(office: Office) -> None:
    session = office.open()
    add_member(session, "eva", Role.STAFF)
    add_member(session, "ben", Role.ADMINISTRATOR)
    eva, ben = row(session, "eva").user_id, row(session, "ben").user_id
    fixed = [right.name for right in RIGHTS if not right.exception_allowed]
    assert "users" in fixed
    for right in fixed:
        for granted in (True, False, None):
            exception = lambda: users.set_exception(session, eva, right, granted=granted)  # noqa: B023, E731
            assert refusal(exception) == "exception_not_allowed"
    assert refusal(lambda: users.set_exception(session, eva, "fly", granted=True)) == "right_unknown"
    for right in ("bank.view", "bank.edit", "bank.confirm"):
        taken = lambda: users.set_exception(session, ben, right, granted=False)  # noqa: B023, E731
        assert refusal(taken) == "bank_right_kept"
    assert not row(session, "eva").granted
    session.close()


# --- leaving and coming back ----------------------------------------------------------------------------


def test_a_disabled_user_keeps_his_records_and_history(office: Office) -> None:
    session = office.open()
    add_member(session, "eva", Role.STAFF)
    session.close()
    session = office.open("eva")
    customer = customer_with(session, "Dana")
    consents.grant_consent(session)
    session.close()
    session = office.open()
    eva = row(session, "eva")
    assert users.disable_user(session, eva.user_id) is KeysLeft.ALL
    assert (row(session, "eva").state, row(session, "eva").rights) == (UserState.DISABLED, frozenset())
    assert contacts.card(session, customer).contact.created_by == eva.member_id
    assert [state.valid for state in consents.consents(session) if state.member.login == "eva"] == [True]
    assert broken(session) == {}
    assert refusal(lambda: users.disable_user(session, eva.user_id)) == "user_unknown"
    assert refusal(lambda: users.change_role(session, eva.user_id, Role.VIEWER)) == "user_unknown"
    session.close()
    with pytest.raises(SignInError):
        office.open("eva")


def test_who_comes_back_gets_a_temporary_password_and_a_new_pair(office: Office) -> None:
    session = office.open()
    add_member(session, "eva", Role.MANAGER, revoked=("bank.edit",))
    eva = row(session, "eva").user_id
    before = session.ring.roster.user(eva)
    users.disable_user(session, eva)
    users.enable_user(session, eva, password=TEMPORARY)
    after = session.ring.roster.user(eva)
    assert before
    assert after
    assert after.signing_public != before.signing_public
    back = row(session, "eva")
    assert (back.role, back.revoked, back.state) == (
        Role.MANAGER, frozenset({"bank.edit"}), UserState.MUST_CHANGE_PASSWORD,
    )  # fmt: skip
    assert refusal(lambda: users.enable_user(session, eva, password=TEMPORARY)) == "user_exists"
    assert broken(session) == {}
    session.close()
    own_password(office, "eva")
    session = office.open("eva", OWN)
    customer_with(session, "Dana")
    assert broken(session) == {}
    session.close()


def test_a_login_given_away_meanwhile_is_said(office: Office) -> None:
    session = office.open()
    former = added(session)
    users.disable_user(session, former)
    added(session)
    assert refusal(lambda: users.enable_user(session, former, password=TEMPORARY)) == "login_taken"
    assert [r.enabled for r in users.users(session) if r.login == "eva"] == [True, False]
    session.close()


def test_a_forgotten_password_is_replaced(office: Office) -> None:
    session = office.open()
    add_member(session, "eva", Role.STAFF)
    users.reset_password(session, row(session, "eva").user_id, password=TEMPORARY)
    assert row(session, "eva").state is UserState.MUST_CHANGE_PASSWORD
    session.close()
    with pytest.raises(SignInError, match="password_wrong"):
        office.open("eva")
    office.clock.advance(2)
    own_password(office, "eva")
    session = office.open("eva", OWN)
    customer_with(session, "Dana")
    assert broken(session) == {}
    session.close()


def test_another_login_and_another_name(office: Office) -> None:
    session = office.open()
    add_member(session, "eva", Role.STAFF)
    eva = row(session, "eva").user_id
    users.rename_login(session, eva, "eva.k", name="Eva Klein")
    assert (row(session, "eva.k").name, row(session, "eva.k").user_id) == ("Eva Klein", eva)
    assert {member.login: member.name for member in members.members(session)}["eva.k"] == "Eva Klein"
    assert refusal(lambda: users.rename_login(session, eva, "Ana")) == "login_taken"
    users.rename_login(session, session.user_id, "boss", name="Ana L.")
    assert (session.member.login, session.member.name) == ("boss", "Ana L.")
    assert broken(session) == {}
    session.close()
    session = office.open("eva.k")
    assert session.member.name == "Eva Klein"
    session.close()


# --- fault 41 -------------------------------------------------------------------------------------------


def test_41_the_last_administrator_is_neither_demoted_nor_disabled(office: Office) -> None:
    session = office.open()
    me = session.user_id
    for role in (Role.MANAGER, Role.STAFF, Role.VIEWER):
        assert refusal(lambda: users.change_role(session, me, role)) == "last_administrator"  # noqa: B023
    assert refusal(lambda: users.disable_user(session, me)) == "last_administrator"
    # A second one who is disabled again does not count.
    other = added(session, "ben", Role.ADMINISTRATOR)
    users.disable_user(session, other)
    assert refusal(lambda: users.disable_user(session, me)) == "last_administrator"
    assert session.role is Role.ADMINISTRATOR
    assert broken(session) == {}
    session.close()
    office.open().close()


def test_nobody_changes_his_own_account_by_accident(office: Office) -> None:
    session = office.open()
    added(session, "ben", Role.ADMINISTRATOR)
    me = session.user_id
    assert refusal(lambda: users.change_role(session, me, Role.MANAGER)) == "user_oneself"
    assert refusal(lambda: users.disable_user(session, me)) == "user_oneself"
    assert refusal(lambda: users.set_exception(session, me, "calls.view", granted=False)) == "user_oneself"
    assert refusal(lambda: users.reset_password(session, me, password=TEMPORARY)) == "password_own"
    assert session.may("calls.view")
    assert broken(session) == {}
    session.close()


@pytest.mark.parametrize("role", [Role.MANAGER, Role.STAFF, Role.VIEWER])
def test_nobody_else_touches_users(office: Office, role: Role) -> None:
    session = office.open()
    add_member(session, "eva", role)
    ana = session.user_id
    session.close()
    session = office.open("eva")
    for verb in (
        lambda: users.users(session),
        lambda: added(session, "mia"),
        lambda: users.change_role(session, session.user_id, Role.ADMINISTRATOR),
        lambda: users.set_exception(session, session.user_id, "bank.view", granted=True),
        lambda: users.disable_user(session, ana),
        lambda: users.enable_user(session, ana, password=TEMPORARY),
        lambda: users.reset_password(session, ana, password=TEMPORARY),
        lambda: users.rename_login(session, ana, "x"),
    ):
        with pytest.raises(RefusedError, match="right_missing"):
            verb()
    assert not users.take_over_pending(session)
    session.close()
    office.open(password=PASSWORD).close()
