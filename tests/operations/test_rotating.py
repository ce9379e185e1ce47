"""Changing the keys: everybody else gets in with the new set-up code, who left does not."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from keyring.backends import fail

from crm_desktop.domain.backups import Reason
from crm_desktop.domain.errors import (
    BusyError,
    ConflictError,
    OrganizationFileError,
    RefusedError,
    SignInError,
)
from crm_desktop.domain.permissions import Role
from crm_desktop.domain.progress import Cancelled, CancelToken
from crm_desktop.domain.sentences import sentence
from crm_desktop.operations import exchanging
from crm_desktop.operations.key_changes import change_keys
from crm_desktop.operations.organizations import change_password
from crm_desktop.operations.restoring import restore
from crm_desktop.operations.rotating import (
    Rotated,
    RotationPlan,
    not_moved,
    plan_rotation,
    rotate_keys,
    user_with_login,
)
from crm_desktop.operations.session import Session
from crm_desktop.security import accounts, atomic_files, key_file_copies
from crm_desktop.security.account_checks import Misfit
from crm_desktop.security.chest import KeyChest, open_chest
from crm_desktop.security.class_keys import KeyKind, new_class_key, seal_key
from crm_desktop.security.codes import format_recovery_code, new_recovery_code
from crm_desktop.security.derivation import key_id
from crm_desktop.security.key_file import KeyFileBody, decode, encode
from crm_desktop.security.key_ring import KeyRing
from crm_desktop.security.os_keyring import SecretStore
from crm_desktop.security.recovery import open_with_recovery_code
from crm_desktop.security.recovery_slot import RecoverySlot
from crm_desktop.security.roster_box import open_roster, seal_roster
from crm_desktop.security.sealing import recipient_id
from crm_desktop.security.slots import Slot
from crm_desktop.security.user_pairs import UserPair
from crm_desktop.storage import log
from crm_desktop.storage.database import Database
from tests.e2e.computers import contents
from tests.environments import PASSWORD, MemoryKeyring, Office, add_member, new_environment
from tests.operations.samples import broken, customer_with, table_rows
from tests.operations.test_processes import Child

EVAS = "eva's own password"
BENS = "ben's own password"


def planned(office: Office, leaving: str | None = None, *, login: str = "ana") -> RotationPlan:
    session = office.open(login)
    who = None if leaving is None else user_with_login(session, leaving)
    plan = plan_rotation(session, leaving=who)
    session.close()
    return plan


def rotated(office: Office, plan: RotationPlan, **facts: object) -> Rotated:
    facts = {"login": "ana", "password": PASSWORD} | facts
    return rotate_keys(office.environment, office.path, plan, **facts)  # type: ignore[arg-type]


def names(session: Session) -> list[object]:
    return [row["display_name"] for row in table_rows(session, "contact")]


def body_of(office: Office) -> KeyFileBody:
    return decode(office.path.with_name("acme.crm.keys").read_bytes())


def with_customer(office: Office, *logins: str) -> None:
    """Add a customer and staff with passwords that ana set."""
    session = office.open()
    customer_with(session, "Dana")
    for login in logins:
        add_member(session, login, Role.STAFF, temporary=True)
    session.close()


def elsewhere(office: Office, folder: Path) -> Office:
    """Return the office as another computer sees it: a data folder and a keyring of its own."""
    environment = new_environment(folder, keyring=MemoryKeyring(), clock=office.clock)
    return replace(office, environment=environment)


def test_the_same_rows_are_there_under_other_keys_and_everything_is_whole(office: Office) -> None:
    with_customer(office)
    session = office.open()
    before, former = table_rows(session, "contact"), session.ring
    session.close()
    plan = planned(office)
    done = rotated(office, plan)
    session = office.open()  # the keyring has the new secret
    assert table_rows(session, "contact") == before
    assert broken(session) == {}
    assert session.warnings == ()
    ring = session.ring
    assert ring.current_file_key != former.current_file_key
    assert ring.organization_secret != former.organization_secret
    for kind in ("bank", "admin"):
        assert set(ring.class_keys[kind]).isdisjoint(former.class_keys[kind])
        assert len(ring.class_keys[kind]) == 1
    assert ring.class_keys["ledger"] == former.class_keys["ledger"]
    assert len(ring.roster.key_ids.file) == 1
    assert ring.root_fingerprint == former.root_fingerprint  # no administrator left
    assert done.kit_number == 2
    assert done.keyring_problem is None
    assert done.warnings == ()
    assert done.backup.verified
    verbs = [
        verb for (verb,) in session.database.connection().execute("SELECT verb FROM log_entry ORDER BY id")
    ]
    assert verbs[-4:] == ["rotate_keys", "drop_former_keys", "rewrap", "login"]
    session.close()


def test_one_online_one_away_for_40_days_and_one_at_a_new_computer_get_in_with_the_new_code(
    office: Office, tmp_path: Path
) -> None:
    with_customer(office, "ben", "eva", "noa")
    bens = elsewhere(office, tmp_path / "bens")
    evas = elsewhere(office, tmp_path / "evas")
    for login, computer in (("ben", bens), ("eva", evas)):
        session = computer.open(login, set_up_code=office.set_up_code)
        change_password(computer.environment, session, old=PASSWORD, new=f"{login}'s own password")
        session.close()
    plan = planned(office)
    child = Child(office, "ana", "hold")  # somebody is online: the file is hers until she closes it
    with pytest.raises(BusyError, match="organization_open_elsewhere") as caught:
        rotated(office, plan)
    assert str(child.process.pid) in str(caught.value.facts["holders"])
    child.end(kill=True)
    assert set(rotated(office, plan).not_moved) == {"ben", "eva", "noa"}
    code = plan.kit.set_up_code
    with pytest.raises(SignInError, match="set_up_code_replaced"):
        bens.open("ben", BENS, set_up_code=office.set_up_code)
    for login, computer in (("ben", bens), ("eva", evas)):
        if login == "eva":
            office.clock.advance(40 * 86_400)
        session = computer.open(login, f"{login}'s own password", set_up_code=code)
        assert names(session) == ["Dana"]
        assert broken(session) == {}
        session.close()
    new_computer = elsewhere(office, tmp_path / "noas")
    session = new_computer.open("noa", set_up_code=code)
    assert session.must_change_password
    session.close()
    session = office.open()
    assert not_moved(session) == ("noa",)  # until the password is her own
    session.close()
    session = new_computer.open("noa", set_up_code=code)
    change_password(new_computer.environment, session, old=PASSWORD, new="noa's own password")
    customer_with(session, "Eli")
    assert broken(session) == {}
    session.close()
    session = office.open()
    assert not_moved(session) == ()
    assert broken(session) == {}
    session.close()


def test_who_left_opens_his_old_copies_and_nothing_new(office: Office, tmp_path: Path) -> None:
    with_customer(office, "ben")
    old = tmp_path / "ben's copy"
    shutil.copytree(office.path.parent, old)
    rotated(office, planned(office, "ben"))
    bens = replace(elsewhere(office, tmp_path / "bens"), path=old / "acme.crm")
    session = bens.open("ben", set_up_code=office.set_up_code)
    assert names(session) == ["Dana"]
    stolen = session.ring
    session.close()
    shutil.copy(office.path, old)
    with pytest.raises(OrganizationFileError):
        bens.open("ben", set_up_code=office.set_up_code)
    for key in stolen.file_keys.values():
        with pytest.raises(OrganizationFileError, match="file_damaged"):
            Database(office.path, key.raw)
    session = office.open()
    code = session.environment.secrets.fetch(session.ring.file_id)
    session.close()
    assert code is not None
    with pytest.raises(SignInError, match="password_wrong"):
        office.open("ben")
    assert stolen.user_id not in {user.user_id for user in session.ring.roster.current_users()}


def test_an_administrator_who_left_with_every_key_reads_and_forges_nothing(
    office: Office, tmp_path: Path
) -> None:
    """Ana kept her seeds, the root's, every class key and the pairs she made; eva changes the keys."""
    session = office.open()
    customer_with(session, "Dana")
    add_member(session, "eva", Role.ADMINISTRATOR, temporary=True)
    add_member(session, "ben", Role.STAFF)
    ana = session.ring
    kept = opened_chest(body_of(office), ana)
    session.close()
    session = office.open("eva")
    change_password(office.environment, session, old=PASSWORD, new=EVAS)
    session.close()
    office.open().close()  # an administrator's sign-in takes eva's own pair over
    session = office.open("eva", EVAS)
    plan = plan_rotation(session, leaving=ana.user_id)
    session.close()
    assert plan.new_root
    assert set(plan.temporary_passwords) == {"ben"}  # his pair was made by ana
    rotated(office, plan, login="eva", password=EVAS)

    body = body_of(office)
    assert all(slot.slot_id != ana.slot_id for slot in body.slots)
    for raw in kept.admin:
        with pytest.raises(OrganizationFileError, match="chest_damaged"):
            open_chest(body.chest, admin_key=raw, file_id=body.file_id)
    for key in kept.file_keys:
        with pytest.raises(OrganizationFileError, match="file_damaged"):
            Database(office.path, key.raw)
        with pytest.raises(OrganizationFileError):
            open_roster(body.roster, file_key=key, file_id=body.file_id, fingerprint=ana.root_fingerprint)
    # No sealed key opens with a pair she had, her own or one she made for somebody else.
    recipients = {key.recipient for slot in body.slots for key in slot.sealed}
    former = {user.sealing_public for user in ana.roster.users if user.keys_made_by == ana.user_id}
    assert recipients.isdisjoint({recipient_id(public) for public in former})

    # A roster of her own, signed with the old root, is refused by every computer that has the new code.
    forged = replace(
        body,
        roster=seal_roster(ana.roster, root=kept.root_key(), file_key=kept.file_keys[-1]),
        sequence=body.sequence + 1,
        slots=before_rotation(office),
    )
    everywhere(office, forged)
    with pytest.raises(OrganizationFileError):
        office.open("eva", EVAS)
    everywhere(office, replace(body, sequence=forged.sequence + 1))
    with pytest.raises(SignInError, match="password_wrong"):
        office.open("ana")
    session = office.open("ben", plan.temporary_passwords["ben"])
    assert session.ring.must_change_password
    assert broken(session) == {}
    session.close()


def before_rotation(office: Office) -> tuple[Slot, ...]:
    """Return the accounts of the key file that lies beside the backup made before."""
    (beside,) = (office.environment.data_folder / "backups").rglob("*.keys")
    return decode(beside.read_bytes()).slots


def everywhere(office: Office, body: KeyFileBody) -> None:
    """Put a key file over every copy, as somebody can who may write the folder."""
    copies = [office.path.with_name(name) for name in ("acme.crm.keys", "acme.crm.keys.bak")]
    for path in (*copies, *office.environment.keys_folder.glob("*.keys")):
        path.write_bytes(encode(body))


def opened_chest(body: KeyFileBody, ring: KeyRing) -> KeyChest:
    admin = ring.class_keys["admin"][body.chest.key_id]
    return open_chest(body.chest, admin_key=admin, file_id=body.file_id)


def test_a_pending_pair_is_taken_over_by_the_change_of_keys(office: Office) -> None:
    with_customer(office, "ben")
    session = office.open("ben")
    change_password(office.environment, session, old=PASSWORD, new=BENS)
    before = session.ring.pair.public()
    session.close()
    plan = planned(office)
    assert plan.temporary_passwords == {}
    rotated(office, plan)
    session = office.open("ben", BENS)
    assert session.ring.pair.public() != before
    own = session.ring.roster.user(session.user_id)
    assert own is not None
    assert own.keys_made_by == session.user_id
    assert broken(session) == {}
    session.close()


def test_a_pending_pair_vouched_for_by_one_the_leaver_made_is_not_trusted(office: Office) -> None:
    """Eva made ben's first pair and kept it: she could have signed any pending pair with it."""
    session = office.open()
    add_member(session, "eva", Role.ADMINISTRATOR)
    session.close()
    session = office.open("eva")
    add_member(session, "ben", Role.STAFF, temporary=True)
    session.close()
    plan = planned(office, "eva")
    session = office.open("ben")  # after the last sign-in of an administrator, who would have trusted it
    change_password(office.environment, session, old=PASSWORD, new=BENS)
    session.close()
    assert set(plan.temporary_passwords) == {"ben"}
    rotated(office, plan)
    with pytest.raises(SignInError, match="password_wrong"):
        office.open("ben", BENS)
    office.clock.advance(5)
    session = office.open("ben", plan.temporary_passwords["ben"])
    change_password(session.environment, session, old=plan.temporary_passwords["ben"], new=BENS)
    assert broken(session) == {}
    session.close()


def test_a_demoted_administrator_keeps_his_account_and_the_root_changes(office: Office) -> None:
    session = office.open()
    add_member(session, "eva", Role.ADMINISTRATOR)
    eva = user_with_login(session, "eva")

    def demote(body: KeyFileBody) -> KeyFileBody:
        at = log.head(session.database.connection()).sequence + 1
        return accounts.change_user(body, session.ring, user_id=eva, role=Role.STAFF, log_sequence=at)

    change_keys(session, "add_user", demote)
    session.close()
    plan = planned(office)
    assert plan.new_root
    rotated(office, plan)
    session = office.open("eva")
    assert session.ring.class_keys.keys() == {"ledger"}
    assert broken(session) == {}
    session.close()


def test_what_a_viewer_put_into_the_key_file_is_named_and_gets_no_key(office: Office) -> None:
    session = office.open()
    add_member(session, "vic", Role.VIEWER)
    file_id = session.ring.file_id
    session.close()
    body, planted = body_of(office), new_class_key()
    pair, code = UserPair.new(), new_recovery_code()
    vic = next(slot for slot in body.slots if len(slot.sealed) == 1)
    bank = seal_key(planted, kind=KeyKind.BANK, public=vic.sealing_public, file_id=file_id)
    swapped = RecoverySlot.make(
        code, file_id=file_id, kit_number=body.kit_number, fingerprint=bytes(16), keys=[]
    )
    own = replace(
        vic, slot_id=bytes(16), sealing_public=pair.public()[0], signing_public=pair.public()[1], sealed=()
    )
    altered = replace(
        body, sequence=body.sequence + 1, recovery=swapped,
        slots=(*(replace(s, sealed=(*s.sealed, bank)) if s is vic else s for s in body.slots), own),
    )  # fmt: skip
    everywhere(office, altered)
    plan = planned(office)
    (finding,) = plan.findings
    assert finding.facts["what"] == "; ".join(
        sorted([Misfit.RECOVERY, Misfit.SEALED_KEYS, Misfit.UNLISTED_ACCOUNT])
    )
    assert sentence(finding)
    rotated(office, plan)
    body = body_of(office)
    assert key_id(planted, kind=KeyKind.BANK, file_id=file_id) not in {
        key.key_id for slot in body.slots for key in slot.sealed
    }
    assert recipient_id(pair.public()[0]) not in {key.recipient for slot in body.slots for key in slot.sealed}
    with pytest.raises(SignInError, match="recovery_code_wrong"):
        open_with_recovery_code(body, format_recovery_code(code))
    assert open_with_recovery_code(body, plan.kit.recovery_code).kit_number == 2
    session = office.open("vic")
    assert "bank" not in session.ring.class_keys
    session.close()


def test_a_bank_key_planted_for_an_administrator_is_refused_by_name(office: Office) -> None:
    session = office.open()
    file_id, slot_id = session.ring.file_id, session.ring.slot_id
    session.close()
    body = body_of(office)
    slot = body.slot(slot_id)
    assert slot is not None
    planted = seal_key(new_class_key(), kind=KeyKind.BANK, public=slot.sealing_public, file_id=file_id)
    everywhere(office, body.with_slot(replace(slot, sealed=(*slot.sealed, planted))))
    with pytest.raises(OrganizationFileError, match="key_not_in_roster") as caught:
        office.open()
    assert caught.value.facts["kind"] == "bank"


@pytest.mark.parametrize(
    ("login", "leaving", "code"),
    [
        ("ana", "ana", "last_administrator"),
        ("eva", "eva", "leaving_is_oneself"),
        ("ben", "ana", "right_missing"),
        ("ana", "nobody", "member_unknown"),
    ],
)
def test_who_cannot_leave_and_who_cannot_change_keys(
    login: str, leaving: str, code: str, office: Office
) -> None:
    session = office.open()
    add_member(session, "ben", Role.STAFF)
    if login == "eva":
        add_member(session, "eva", Role.ADMINISTRATOR)
    session.close()
    with pytest.raises(RefusedError, match=code):
        planned(office, leaving, login=login)


def test_who_leaves_is_found_by_the_rule_of_the_sign_in(office: Office) -> None:
    session = office.open()
    add_member(session, "jos\u00e9", Role.STAFF)
    assert user_with_login(session, "JOSE\u0301") == user_with_login(session, " jos\u00e9 ")
    with pytest.raises(RefusedError, match="member_unknown"):
        user_with_login(session, "jose")
    session.close()


def test_an_administrator_on_the_leavers_password_changes_it_first(office: Office) -> None:
    session = office.open()
    add_member(session, "eva", Role.ADMINISTRATOR)
    session.close()
    with pytest.raises(RefusedError, match="own_password_first"):
        planned(office, "ana", login="eva")


def test_only_whom_the_roster_gives_the_right_carries_a_plan_out(office: Office) -> None:
    with_customer(office, "ben")
    plan = planned(office)
    before = office.path.read_bytes()
    with pytest.raises(RefusedError, match="right_missing"):
        rotated(office, plan, login="ben")
    with pytest.raises(SignInError, match="password_wrong"):
        rotated(office, plan, password="another password")
    assert office.path.read_bytes() == before


def test_a_plan_does_not_outlive_a_change_of_users_or_another_rotation(office: Office) -> None:
    plan = planned(office)
    session = office.open()
    add_member(session, "ben", Role.STAFF)
    session.close()
    with pytest.raises(ConflictError, match="rotation_plan_old"):
        rotated(office, plan)
    plan, other = planned(office), planned(office)
    rotated(office, plan)
    with pytest.raises(ConflictError, match="rotation_plan_old"):
        rotated(office, other)


def test_twice_in_a_row_and_somebody_who_missed_both(office: Office) -> None:
    with_customer(office, "ben")
    session = office.open("ben")
    change_password(session.environment, session, old=PASSWORD, new=BENS)
    session.close()
    for number in (2, 3):
        plan = planned(office)
        assert plan.kit.number == number
        rotated(office, plan)
    session = office.open("ben", BENS)
    assert names(session) == ["Dana"]
    assert broken(session) == {}
    session.close()
    session = office.open()
    assert not_moved(session) == ()
    assert broken(session) == {}
    session.close()


@pytest.mark.parametrize("stop_at", ["backed up", "copied", "before change"])
def test_a_cancelled_change_of_keys_changes_nothing(stop_at: str, office: Office) -> None:
    with_customer(office)
    plan, token, before = planned(office), CancelToken(), body_of(office)

    def cancel_at(step: str) -> None:
        if step == stop_at:
            token.cancel()

    def refuse() -> None:
        raise RefusedError("user_unknown")

    ready = refuse if stop_at == "before change" else None
    with pytest.raises((Cancelled, RefusedError)):
        rotated(office, plan, cancel=token, on_step=cancel_at, before_change=ready)
    assert body_of(office) == before
    assert not list(office.path.parent.glob("*.rotating*"))
    session = office.open()
    assert names(session) == ["Dana"]
    assert broken(session) == {}
    session.close()


def test_a_rename_that_fails_takes_the_new_keys_back(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    with_customer(office)
    plan = planned(office)

    def fail(_copy: Path, _path: Path) -> None:
        raise OSError(13, "held by a virus scanner")

    monkeypatch.setattr(exchanging, "move_over", fail)
    with pytest.raises(OrganizationFileError, match="rotation_failed"):
        rotated(office, plan)
    monkeypatch.undo()
    session = office.open()
    assert names(session) == ["Dana"]
    assert len(session.ring.roster.key_ids.file) == 1
    assert broken(session) == {}
    session.close()
    rotated(office, planned(office))
    office.open().close()


def test_an_error_after_the_exchange_never_takes_the_keys_back(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The former key file beside the new file would lock everybody out."""
    with_customer(office)
    plan = planned(office)

    def fail(_folder: Path) -> None:
        raise OSError(5, "the folder cannot be synced")

    monkeypatch.setattr(exchanging, "sync_folder", fail)
    with pytest.raises(OrganizationFileError, match="rotation_half_done") as caught:
        rotated(office, plan)
    assert "kit 2" in sentence(caught.value)
    monkeypatch.undo()
    session = office.open(set_up_code=plan.kit.set_up_code)
    assert names(session) == ["Dana"]
    assert len(session.ring.roster.key_ids.file) == 1
    assert broken(session) == {}
    session.close()


@pytest.mark.parametrize("copy", ["acme.crm.keys.bak", "acme.crm.keys"])
def test_a_key_file_that_cannot_be_written_leaves_the_former_one(
    copy: str, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_customer(office)
    plan, real = planned(office), atomic_files.replace_file
    failed: list[Path] = []

    def fail_once(path: Path, data: bytes, **facts: object) -> None:
        if path.name == copy and not failed:
            failed.append(path)
            raise OSError(28, "no space")
        real(path, data, **facts)  # type: ignore[arg-type]

    monkeypatch.setattr(key_file_copies, "replace_file", fail_once)
    with pytest.raises(OrganizationFileError, match="rotation_disk_full"):
        rotated(office, plan)
    monkeypatch.undo()
    session = office.open()
    assert names(session) == ["Dana"]
    assert broken(session) == {}
    session.close()


def test_where_the_keys_cannot_even_be_taken_back_both_codes_are_named(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_customer(office)
    plan, real = planned(office), atomic_files.replace_file
    written: list[Path] = []

    def fail_after_one(path: Path, data: bytes, **facts: object) -> None:
        if written:
            raise OSError(28, "no space")
        written.append(path)
        real(path, data, **facts)  # type: ignore[arg-type]

    monkeypatch.setattr(key_file_copies, "replace_file", fail_after_one)
    with pytest.raises(OrganizationFileError, match="rotation_half_done"):
        rotated(office, plan)
    monkeypatch.undo()
    session = office.open(set_up_code=plan.kit.set_up_code)
    assert session.warnings[0].code == "key_file_repaired"
    assert names(session) == ["Dana"]
    assert len(session.ring.roster.key_ids.file) == 1
    assert broken(session) == {}
    session.close()


def test_where_there_is_no_room_nothing_is_changed_and_the_room_is_named(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan, before = planned(office), body_of(office)
    full = shutil.disk_usage(office.path.parent)._replace(free=4096)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: full)
    with pytest.raises(OrganizationFileError, match="rotation_disk_full") as caught:
        rotated(office, plan)
    assert "5 MB" in sentence(caught.value)
    assert body_of(office) == before


def test_a_damaged_file_is_refused_before_anything_is_written(office: Office) -> None:
    with_customer(office)
    plan = planned(office)
    data = bytearray(office.path.read_bytes())
    data[30 * 4096 + 200] ^= 1
    office.path.write_bytes(data)
    before = contents(office.path.parent)
    with pytest.raises(OrganizationFileError, match="rotation_source_damaged"):
        rotated(office, plan)
    assert contents(office.path.parent) == before


def test_a_keyring_that_keeps_nothing_is_told_and_the_new_code_opens(office: Office) -> None:
    plan = planned(office)
    without = replace(office, environment=replace(office.environment, secrets=SecretStore(fail.Keyring())))  # type: ignore[no-untyped-call]
    done = rotated(without, plan, set_up_code=office.set_up_code)
    assert done.keyring_problem is not None
    session = without.open(set_up_code=plan.kit.set_up_code)
    assert broken(session) == {}
    session.close()


def test_a_backup_of_before_opens_for_todays_administrator(office: Office) -> None:
    with_customer(office)
    plan = planned(office)
    done = rotated(office, plan)
    assert done.backup.reason is Reason.ROTATION
    session = office.open()
    customer_with(session, "Eli")
    session.close()
    again = restore(office.environment, done.backup.path, office.path, login="ana", password=PASSWORD)
    assert not again.own_keys
    session = office.open()
    assert names(session) == ["Dana"]
    assert broken(session) == {}
    session.close()


def test_without_any_key_file_a_backup_of_before_takes_that_days_password_and_code(
    office: Office, tmp_path: Path
) -> None:
    with_customer(office)
    done = rotated(office, planned(office))
    home = tmp_path / "new"
    home.mkdir()
    clean = replace(elsewhere(office, home / "data"), path=home / "acme.crm")
    again = restore(
        clean.environment, done.backup.path, clean.path,
        login="ana", password=PASSWORD, set_up_code=office.set_up_code,
    )  # fmt: skip
    assert again.own_keys
    session = clean.open(set_up_code=office.set_up_code)
    assert names(session) == ["Dana"]
    assert broken(session) == {}
    session.close()
