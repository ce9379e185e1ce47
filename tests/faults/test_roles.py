"""Faults 40-42: a Viewer with the file key and an editor, the last administrator, rights that end elsewhere.

The Viewer of these tests has all he can have: his password, this computer's organization secret, an open
connection, and this very program as a library. Whatever he writes, he reads no bank key afterwards, has no
more rights, and the program names the change.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from crm_desktop.domain.contacts import Category
from crm_desktop.domain.errors import KnownError, OrganizationFileError, RefusedError, SignInError
from crm_desktop.domain.permissions import Role
from crm_desktop.domain.sentences import sentence
from crm_desktop.operations import contacts, users
from crm_desktop.operations.contacts import ContactQuery
from crm_desktop.operations.new_kit import plan_new_kit, replace_kit
from crm_desktop.operations.opening import places_of
from crm_desktop.operations.rotating import plan_rotation, rotate_keys
from crm_desktop.operations.session import Session
from crm_desktop.operations.users import UserState
from crm_desktop.security.class_keys import KeyKind, new_class_key, seal_key
from crm_desktop.security.derivation import key_id
from crm_desktop.security.former_keys import FormerKit
from crm_desktop.security.key_file import MOST_FORMER, KeyFileBody
from crm_desktop.security.key_file_copies import read_key_file, write_key_file
from crm_desktop.security.key_ring import KeyRing
from crm_desktop.security.keyed_box import KeyedBox
from crm_desktop.security.opening import open_sealed_keys
from crm_desktop.security.roster import Roster
from crm_desktop.security.roster_box import seal_roster
from crm_desktop.security.slots import OpenedSlot, Slot, wrap_slot
from crm_desktop.security.user_pairs import PendingKeys, UserPair
from tests.environments import CHEAP, PASSWORD, Office, add_member, new_organization
from tests.operations.samples import broken, customer_with
from tests.operations.test_processes import Child

VIEWER = "vic"
OWN = "a password only vic knows"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """Ana and Ben are administrators, Mia is a manager, Vic a Viewer."""
    office = new_organization(tmp_path)
    session = office.open()
    add_member(session, "ben", Role.ADMINISTRATOR)
    add_member(session, "mia", Role.MANAGER)
    add_member(session, VIEWER, Role.VIEWER)
    customer_with(session, "Dana")
    session.close()
    return office


def body_of(office: Office) -> KeyFileBody:
    return read_key_file(places_of(office.environment, office.path)).body


def put(office: Office, body: KeyFileBody) -> None:
    """Write every copy of the key file, as whole and as new as the program would."""
    newer = replace(body, sequence=body_of(office).sequence + 1)
    write_key_file(places_of(office.environment, office.path), newer)


def slot_named(body: KeyFileBody, ring: KeyRing, login: str) -> Slot:
    found = (
        slot
        for slot in body.slots
        if slot.login(secret=ring.organization_secret, file_id=body.file_id) == login
    )
    return next(found)


# --- what a Viewer can write ----------------------------------------------------------------------------


def as_administrator(roster: Roster, user_id: bytes) -> Roster:
    raised = tuple(
        replace(user, role=Role.ADMINISTRATOR) if user.user_id == user_id else user for user in roster.users
    )
    return replace(roster, users=raised, sequence=roster.sequence + 1)


def with_bank(roster: Roster, user_id: bytes) -> Roster:
    raised = tuple(
        replace(user, granted=frozenset({"bank.view"})) if user.user_id == user_id else user
        for user in roster.users
    )
    return replace(roster, users=raised, sequence=roster.sequence + 1)


def signed_by_himself(body: KeyFileBody, ring: KeyRing, roster: Roster) -> KeyFileBody:
    """Re-encrypt a roster he wrote, signed with the only signing key he has."""
    box = seal_roster(roster, root=ring.pair.signing_key(), file_key=ring.current_file_key)
    return replace(body, roster=box)


def role_raised(body: KeyFileBody, ring: KeyRing) -> KeyFileBody:
    return signed_by_himself(body, ring, as_administrator(ring.roster, ring.user_id))


def exception_given(body: KeyFileBody, ring: KeyRing) -> KeyFileBody:
    return signed_by_himself(body, ring, with_bank(ring.roster, ring.user_id))


def root_of_his_own(body: KeyFileBody, ring: KeyRing) -> KeyFileBody:
    root = Ed25519PrivateKey.generate()
    roster = as_administrator(ring.roster, ring.user_id)
    roster = replace(roster, root_public=root.public_key().public_bytes_raw())
    return replace(body, roster=seal_roster(roster, root=root, file_key=ring.current_file_key))


def bank_key_of_his_own(body: KeyFileBody, ring: KeyRing) -> KeyFileBody:
    """List a bank key he knows in a roster of his own."""
    known = key_id(new_class_key(), kind=KeyKind.BANK, file_id=body.file_id)
    ids = replace(ring.roster.key_ids, bank=(*ring.roster.key_ids.bank, known))
    return signed_by_himself(body, ring, replace(ring.roster, key_ids=ids))


def planted_bank_key(body: KeyFileBody, ring: KeyRing) -> KeyFileBody:
    """Seal a bank key he knows to everybody who may read bank details."""
    known = new_class_key()
    for login in ("ana", "ben", "mia"):
        slot = slot_named(body, ring, login)
        sealed = seal_key(known, kind=KeyKind.BANK, public=slot.sealing_public, file_id=body.file_id)
        body = body.with_slot(replace(slot, sealed=(*slot.sealed, sealed)))
    return body


def public_keys_swapped(body: KeyFileBody, ring: KeyRing) -> KeyFileBody:
    """Put his public keys into the manager's account, so that keys are sealed to him."""
    mine, mias = slot_named(body, ring, VIEWER), slot_named(body, ring, "mia")
    swapped = replace(mias, sealing_public=mine.sealing_public, signing_public=mine.signing_public)
    return body.with_slot(swapped)


def sealed_keys_copied(body: KeyFileBody, ring: KeyRing) -> KeyFileBody:
    mine, mias = slot_named(body, ring, VIEWER), slot_named(body, ring, "mia")
    return body.with_slot(replace(mine, sealed=(*mine.sealed, *mias.sealed)))


def pending_keys_planted(body: KeyFileBody, ring: KeyRing) -> KeyFileBody:
    slot, his = slot_named(body, ring, "mia"), UserPair.new()
    pending = PendingKeys.sign(his, by=ring.pair, file_id=body.file_id, slot_id=slot.slot_id)
    return body.with_slot(replace(slot, pending=pending, wrapped=bytes(len(slot.wrapped) + 64)))


def account_added(body: KeyFileBody, ring: KeyRing) -> KeyFileBody:
    made = wrap_slot(
        OpenedSlot(UserPair.new()), file_id=body.file_id, slot_id=bytes(range(16)),
        secret=ring.organization_secret, login="boss", password=PASSWORD, argon2=CHEAP, temporary=False,
    )  # fmt: skip
    return body.with_slot(made)


def account_doubled(body: KeyFileBody, ring: KeyRing) -> KeyFileBody:
    """Give himself a second account under the administrator's name."""
    made = wrap_slot(
        OpenedSlot(ring.pair), file_id=body.file_id, slot_id=bytes(range(16)),
        secret=ring.organization_secret, login="ana", password=OWN, argon2=CHEAP, temporary=False,
        sealed=slot_named(body, ring, VIEWER).sealed,
    )  # fmt: skip
    return replace(body, slots=(made, *body.slots))


def account_removed(body: KeyFileBody, ring: KeyRing) -> KeyFileBody:
    gone = slot_named(body, ring, "ben").slot_id
    return replace(body, slots=tuple(slot for slot in body.slots if slot.slot_id != gone))


def recovery_replaced(body: KeyFileBody, ring: KeyRing) -> KeyFileBody:
    """Have the next keys sealed to a recovery pair of his own."""
    return replace(body, recovery=replace(body.recovery, public=ring.pair.public()[0]))


def chest_replaced(body: KeyFileBody, ring: KeyRing) -> KeyFileBody:
    del ring
    return replace(body, chest=KeyedBox(key_id=body.chest.key_id, box=bytes(len(body.chest.box))))


def temporary_flag_set(body: KeyFileBody, ring: KeyRing) -> KeyFileBody:
    slot = slot_named(body, ring, "ben")
    return body.with_slot(replace(slot, temporary=not slot.temporary))


Attack = Callable[[KeyFileBody, KeyRing], KeyFileBody]

# Whoever signs in next is told, and nothing opens: the change must be undone before anybody works.
REFUSED: dict[Attack, str] = {
    role_raised: "roster_forged",
    exception_given: "roster_forged",
    bank_key_of_his_own: "roster_forged",
    root_of_his_own: "roster_root_unknown",
    planted_bank_key: "key_not_in_roster",
    chest_replaced: "chest_damaged",
}
# What the administrator is told while he works on.
NAMED: dict[Attack, str] = {
    public_keys_swapped: "an account that was removed or whose public keys were replaced",
    account_removed: "an account that was removed or whose public keys were replaced",
    sealed_keys_copied: "keys sealed to an account that has no right to them",
    pending_keys_planted: "new keys of an account that its owner did not sign",
    account_added: "an account no administrator made",
    account_doubled: "a second account with the keys of another",
    recovery_replaced: "the recovery key of the emergency kit",
}


def attacked(office: Office, attack: Attack) -> KeyRing:
    """Let Vic sign in, write, and leave; return the keys he takes along."""
    session = office.open(VIEWER)
    ring = session.ring
    put(office, attack(body_of(office), ring))
    session.close()
    return ring


def reads(office: Office, ring: KeyRing) -> set[KeyKind]:
    """Return the kinds of keys Vic can open in the key file as it is now, in anybody's account."""
    body = body_of(office)
    kinds: set[KeyKind] = set()
    for slot in body.slots:
        opened = open_sealed_keys(slot.sealed, ring.pair.sealing_key(), file_id=body.file_id)
        kinds |= {kind for kind, keys in opened.items() if keys}
    return kinds


def test_every_attack_is_in_one_of_the_lists() -> None:
    listed = REFUSED.keys() | NAMED.keys() | {temporary_flag_set}
    attacks = {
        value
        for name, value in globals().items()
        if callable(value) and getattr(value, "__annotations__", {}).get("return") is KeyFileBody
        and set(value.__annotations__) == {"body", "ring", "return"}
    }  # fmt: skip
    assert attacks == listed


@pytest.mark.parametrize("attack", REFUSED, ids=lambda attack: attack.__name__)
def test_40_a_forged_root_of_trust_opens_for_nobody_and_is_named(office: Office, attack: Attack) -> None:
    before = body_of(office)
    ring = attacked(office, attack)
    with pytest.raises(OrganizationFileError) as caught:
        office.open()
    assert caught.value.code == REFUSED[attack]
    assert sentence(caught.value)
    assert reads(office, ring) <= {KeyKind.FILE}
    # He himself gets no further either.
    if attack not in {planted_bank_key, chest_replaced}:
        with pytest.raises(OrganizationFileError):
            office.open(VIEWER)
    put(office, before)
    session = office.open()
    assert session.ring.roster.user(ring.user_id) == ring.roster.user(ring.user_id)
    assert broken(session) == {}
    session.close()


@pytest.mark.parametrize("attack", NAMED, ids=lambda attack: attack.__name__)
def test_40_a_forged_account_is_named_and_gets_no_key(office: Office, attack: Attack) -> None:
    ring = attacked(office, attack)
    session = office.open()
    (warning,) = [found for found in session.warnings if found.code == "key_file_tampered"]
    assert NAMED[attack] in sentence(warning)
    # Everything is sealed anew by each of these: to the roster's keys, and to no others.
    mia = next(row.user_id for row in users.users(session) if row.name == "Mia")
    users.set_exception(session, mia, "lists.export", granted=False)
    users.add_user(session, login="new", name="New", role=Role.MANAGER, password="tamore-kusibo")
    session.close()
    assert reads(office, ring) <= {KeyKind.FILE}
    session = office.open(VIEWER)
    assert session.role is Role.VIEWER
    assert not session.ring.class_keys.get("bank")
    assert not session.may("bank.view")
    with pytest.raises(RefusedError, match="right_missing"):
        users.users(session)
    session.close()


@pytest.mark.parametrize("attack", NAMED, ids=lambda attack: attack.__name__)
def test_40_after_a_rotation_he_reads_nothing_new(office: Office, attack: Attack) -> None:
    ring = attacked(office, attack)
    session = office.open()
    plan = plan_rotation(session)
    session.close()
    assert [error.code for error in plan.findings] == ["key_file_tampered"]
    rotate_keys(office.environment, office.path, plan, login="ana", password=PASSWORD)
    body = body_of(office)
    assert reads(office, ring) <= {KeyKind.FILE}
    session = office.open()
    assert session.ring.roster.user(ring.user_id) is not None
    assert session.ring.current_class_key(KeyKind.BANK) is not None
    assert body.kit_number == 2
    for row in users.users(session):
        if row.state is UserState.DAMAGED:
            users.reset_password(session, row.user_id, password="tamore-kusibo")
    if users.unlisted_accounts(session):
        users.remove_unlisted(session)
    assert broken(session) == {}
    session.close()
    # What was named could be mended: nothing is left to warn of.
    session = office.open()
    assert [found.code for found in session.warnings] == []
    session.close()


def test_40_a_changed_slot_opens_with_no_password(office: Office) -> None:
    attacked(office, temporary_flag_set)
    with pytest.raises(SignInError, match="password_wrong"):
        office.open("ben")
    session = office.open()
    assert session.may("users")
    session.close()


def test_40_a_key_file_filled_to_its_limits_locks_nobody_out(office: Office) -> None:
    """One account or kit more, written by the program itself over every copy, would have."""
    body = body_of(office)
    made = UserPair.new().public()
    spare = replace(body.slots[0], sealing_public=made[0], signing_public=made[1], sealed=(), pending=None)
    planted = [replace(spare, slot_id=number.to_bytes(16)) for number in range(1, 2001 - len(body.slots))]
    kit = FormerKit(1, bytes(32), date(2026, 5, 3))
    put(office, replace(body, slots=(*body.slots, *planted), former_kits=(kit,) * MOST_FORMER))
    session = office.open()
    with pytest.raises(OrganizationFileError, match="key_file_overfull"):
        users.add_user(session, login="eva", name="Eva", role=Role.STAFF, password=OWN)
    replace_kit(session, plan_new_kit(session))
    users.remove_unlisted(session)
    users.add_user(session, login="eva", name="Eva", role=Role.STAFF, password=OWN)
    assert broken(session) == {}
    session.close()
    office.open().close()
    office.open("eva", OWN).close()


def test_40_an_older_key_file_put_back_is_named(office: Office) -> None:
    session = office.open()
    mia = next(row.user_id for row in users.users(session) if row.login == "mia")
    former = body_of(office)
    users.change_role(session, mia, Role.VIEWER)
    session.close()
    put(office, former)
    with pytest.raises(OrganizationFileError, match="roster_older") as caught:
        office.open()
    assert "Somebody put an older copy back" in sentence(caught.value)


# --- the database ---------------------------------------------------------------------------------------

TABLES = {
    "his name": "UPDATE member SET name = 'Ana Lima' WHERE login = 'vic'",
    "his login": "UPDATE member SET login = 'ana' WHERE login = 'vic'",
    "his user id": "UPDATE member SET uuid = randomblob(16) WHERE login = 'mia'",
}


@pytest.mark.parametrize("statement", TABLES.values(), ids=TABLES.keys())
def test_40_rows_about_users_give_no_right(office: Office, statement: str) -> None:
    """Rights are in no table; what he writes about himself changes what is shown, at most."""
    session = office.open(VIEWER)
    with session.database.write() as connection:
        connection.execute(statement)
    session.close()
    session = office.open(VIEWER)
    assert (session.role, session.may("bank.view")) == (Role.VIEWER, False)
    assert not session.ring.class_keys.get("bank")
    session.close()
    session = office.open()
    assert {user.role for user in session.ring.roster.current_users()} == set(Role) - {Role.STAFF}
    session.close()


PLANTED = (
    "CREATE TRIGGER wish AFTER UPDATE ON contact BEGIN"
    " UPDATE contact SET note = 'by vic' WHERE id = new.id AND note IS NOT 'by vic'; END"
)


def test_40_commands_he_plants_never_run_under_the_signature_of_another(office: Office) -> None:
    """A trigger would change what somebody saves, and he would sign it; views are taken out with it."""
    session = office.open(VIEWER)
    with session.database.write() as connection:
        connection.execute(PLANTED)
        connection.execute('CREATE VIEW "odd "" name" AS SELECT 1')
    assert "trigger wish" in broken(session)["schema_version"]
    assert 'view odd " name' in broken(session)["schema_version"]
    session.close()
    session = office.open()
    (warning,) = [warning for warning in session.warnings if warning.code == "commands_removed"]
    assert "wish" in sentence(warning)
    contacts.set_field(session, 1, "title", "Dr", version=1)
    assert contacts.card(session, 1).contact.note is None
    assert broken(session) == {}
    session.close()
    assert office_warnings(office) == []


def test_40_commands_planted_while_somebody_works_stop_his_saving(office: Office) -> None:
    session = office.open()
    before_write, session.database.before_write = session.database.before_write, None
    with session.database.write() as connection:  # what another program writes meanwhile
        connection.execute(PLANTED)
    session.database.before_write = before_write
    with pytest.raises(OrganizationFileError, match="commands_planted") as caught:
        contacts.set_field(session, 1, "title", "Dr", version=1)
    assert "Nothing was saved" in sentence(caught.value)
    session.close()
    session = office.open()
    contacts.set_field(session, 1, "title", "Dr", version=1)
    assert broken(session) == {}
    session.close()


@pytest.mark.parametrize(
    "statement",
    ["CREATE UNIQUE INDEX one ON contact (given)", "DROP INDEX phone_contact", "CREATE TABLE more (a)"],
)
def test_40_a_schema_of_his_own_is_named(office: Office, statement: str) -> None:
    session = office.open(VIEWER)
    with session.database.read() as connection:
        (index,) = connection.execute(
            "SELECT name FROM sqlite_master"
            " WHERE type = 'index' AND tbl_name = 'phone' AND sql NOT NULL LIMIT 1"
        ).fetchone()
    with session.database.write() as connection:
        connection.execute(statement.replace("phone_contact", index))
    assert list(broken(session)) == ["schema_version"]
    session.close()


def office_warnings(office: Office) -> list[str]:
    session = office.open()
    session.close()
    return [warning.code for warning in session.warnings]


def test_40_a_key_file_number_of_his_own_locks_out_and_says_why(office: Office) -> None:
    session = office.open(VIEWER)
    with session.database.write() as connection:
        connection.execute("UPDATE meta SET key_file_seq = key_file_seq + 10, roster_seq = roster_seq + 10")
    session.close()
    with pytest.raises(OrganizationFileError, match="key_file_older"):
        office.open()


def test_40_an_entry_in_the_administrators_name_is_named(office: Office) -> None:
    """He holds no signing key but his own: an entry that says somebody else did it does not verify."""
    session = office.open()
    ana = session.user_id
    session.close()
    session = office.open(VIEWER)
    with session.database.write() as connection:
        connection.execute(
            "UPDATE log_entry SET user_uuid = ? WHERE id = (SELECT max(id) FROM log_entry)", (ana,)
        )
    session.close()
    session = office.open()
    assert "log_chain" in broken(session)
    session.close()


# --- 41 -------------------------------------------------------------------------------------------------


def test_41_the_last_administrator_stays_one(tmp_path: Path) -> None:
    office = new_organization(tmp_path)
    session = office.open()
    attempts: tuple[Callable[[], object], ...] = (
        lambda: users.change_role(session, session.user_id, Role.MANAGER),
        lambda: users.disable_user(session, session.user_id),
    )
    for attempt in attempts:
        with pytest.raises(RefusedError) as caught:
            attempt()
        assert "Make somebody else an administrator first" in sentence(caught.value)
    session.close()
    session = office.open()
    assert session.role is Role.ADMINISTRATOR
    session.close()


# --- 42 -------------------------------------------------------------------------------------------------


@pytest.fixture
def elsewhere(office: Office) -> Iterator[Session]:
    """Mia, signed in here while an administrator changes something in another program."""
    session = office.open("mia")
    yield session
    session.close()


def done_elsewhere(office: Office, act: str) -> None:
    child = Child(office, "ana", act)
    child.tell()
    assert child.said() == "done"
    child.end()


def test_42_who_was_disabled_elsewhere_ends_at_the_next_save(office: Office, elsewhere: Session) -> None:
    customer_with(elsewhere, "Before")
    done_elsewhere(office, "disable mia")
    with pytest.raises(SignInError) as caught:
        customer_with(elsewhere, "After")
    assert caught.value.code == "account_disabled"
    assert "Ask an administrator" in sentence(caught.value)
    elsewhere.close()
    with pytest.raises(KnownError):
        office.open("mia")
    session = office.open()
    assert _people(session) == ["Before", "Dana"]
    assert broken(session) == {}
    session.close()


def test_42_a_right_revoked_elsewhere_ends_at_the_next_save(office: Office, elsewhere: Session) -> None:
    assert elsewhere.ring.current_class_key(KeyKind.BANK)
    done_elsewhere(office, "demote mia")
    with pytest.raises(RefusedError, match="right_missing"):
        customer_with(elsewhere, "After")
    assert not elsewhere.may("bank.view")
    assert elsewhere.ring.current_class_key(KeyKind.BANK) is None
    with pytest.raises(RefusedError, match="right_missing"):
        contacts.trash(elsewhere, [1])


def test_42_a_password_reset_elsewhere_asks_to_sign_in_again(office: Office, elsewhere: Session) -> None:
    done_elsewhere(office, "reset mia")
    with pytest.raises(SignInError, match="sign_in_again"):
        customer_with(elsewhere, "After")


def _people(session: Session) -> list[str | None]:
    ids = contacts.contact_first_page(session, ContactQuery(Category.CUSTOMER))
    return [contacts.card(session, contact_id).contact.given for contact_id in ids]
