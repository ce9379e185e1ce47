"""A kit in place of a lost one: it counts once written, the former one is named, nothing else changes."""

from dataclasses import replace

import pytest

from crm_desktop.domain.errors import ConflictError, KeyringError, RefusedError, SignInError
from crm_desktop.domain.permissions import Role
from crm_desktop.operations.keys_overview import keep_here, keyring_here, keys_overview
from crm_desktop.operations.new_kit import plan_new_kit, replace_kit
from crm_desktop.operations.recovering import plan_recovery
from crm_desktop.operations.session import Session
from crm_desktop.operations.verify import verify
from crm_desktop.security.key_file_copies import read_key_file, write_key_file
from tests.environments import MemoryKeyring, Office, add_member, new_environment


class Crash(BaseException):
    """The program stops here."""


def _steps(session: Session) -> list[str]:
    seen: list[str] = []
    replace_kit(session, plan_new_kit(session), on_step=seen.append)
    return seen


def test_the_new_kit_opens_and_the_former_is_named(office: Office) -> None:
    session = office.open()
    kit = plan_new_kit(session)
    assert (kit.number, kit.organization, kit.set_up_code) == (2, "Acme Ltd", office.set_up_code)
    assert keys_overview(session).kit_number == 1
    replace_kit(session, kit)
    overview = keys_overview(session)
    assert (overview.kit_number, overview.kit_made_on) == (2, kit.date)
    assert overview.not_moved == ()
    assert [check.name for check in verify(session) if not check.ok] == []
    session.close()
    with pytest.raises(SignInError) as caught:
        plan_recovery(office.environment, office.path, recovery_code=office.recovery_code)
    assert caught.value.code == "kit_outdated"
    planned = plan_recovery(office.environment, office.path, recovery_code=kit.recovery_code)
    assert [person.login for person in planned.administrators] == ["ana"]


def test_the_number_is_the_signed_one_whatever_was_written_into_the_key_file(office: Office) -> None:
    session = office.open()
    body = read_key_file(session.places).body
    forged = replace(body, sequence=body.sequence + 1, recovery=replace(body.recovery, kit_number=70))
    write_key_file(session.places, forged)
    assert keys_overview(session).kit_number == 1
    kit = plan_new_kit(session)
    assert kit.number == 2
    replace_kit(session, kit)
    assert read_key_file(session.places).body.kit_number == 2
    session.close()


def test_two_kits_planned_at_once_do_not_both_count(office: Office) -> None:
    session = office.open()
    first, second = plan_new_kit(session), plan_new_kit(session)
    replace_kit(session, first)
    with pytest.raises(ConflictError, match="rotation_plan_old"):
        replace_kit(session, second)
    session.close()
    plan_recovery(office.environment, office.path, recovery_code=first.recovery_code)


def test_only_who_may_change_keys_makes_a_kit(office: Office) -> None:
    session = office.open()
    kit = plan_new_kit(session)
    add_member(session, "eva", Role.VIEWER)
    session.close()
    session = office.open("eva")
    for refused in (
        lambda: plan_new_kit(session), lambda: replace_kit(session, kit), lambda: keys_overview(session),
    ):  # fmt: skip
        with pytest.raises(RefusedError, match="right_missing"):
            refused()
    session.close()


def test_a_crash_at_any_step_leaves_the_former_kit_or_the_new_one(office: Office) -> None:
    session = office.open()
    steps = _steps(session)
    session.close()
    assert steps
    for wanted in range(len(steps)):
        session = office.open()
        kit, count = plan_new_kit(session), 0
        former = session.ring.roster.kit_number

        def stop(_step: str, wanted: int = wanted) -> None:
            nonlocal count
            count += 1
            if count > wanted:
                raise Crash

        with pytest.raises(Crash):
            replace_kit(session, kit, on_step=stop)
        session.close()
        session = office.open()
        assert keys_overview(session).kit_number in {former, kit.number}
        replace_kit(session, plan_new_kit(session))
        session.close()


# --- the keyring of this computer ----------------------------------------------------------------------


def test_the_keyring_that_keeps_the_key_is_named(office: Office) -> None:
    session = office.open()
    here = keyring_here(session)
    assert (here.name, here.keeps, here.trouble) == (MemoryKeyring().name, True, None)
    session.close()


def test_a_key_that_was_lost_can_be_kept_again(office: Office, tmp_path: object) -> None:
    keyring = MemoryKeyring()
    elsewhere = new_environment(office.path.parent / "elsewhere", keyring=keyring, clock=office.clock)
    session = Office(office.path, elsewhere, office.clock, office.set_up_code, office.recovery_code).open(
        set_up_code=office.set_up_code
    )
    assert keyring_here(session).keeps is False
    keep_here(session)
    assert keyring_here(session).keeps is True
    assert list(keyring.values.values()) == [office.set_up_code]
    session.close()


class Denying(MemoryKeyring):
    def get_password(self, service: str, username: str) -> str | None:
        raise OSError(-25293, "denied")


def test_a_keyring_that_refuses_is_an_answer(office: Office) -> None:
    elsewhere = new_environment(office.path.parent / "elsewhere", keyring=Denying(), clock=office.clock)
    session = Office(office.path, elsewhere, office.clock, office.set_up_code, office.recovery_code).open(
        set_up_code=office.set_up_code
    )
    here = keyring_here(session)
    assert not here.keeps
    assert isinstance(here.trouble, KeyringError)
    assert here.trouble.code == "keyring_refused"
    session.close()
