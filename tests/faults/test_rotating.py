"""Changing the keys beside a second program, on a full disk, and killed while the kit is used (23, 25)."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from crm_desktop.domain.errors import BusyError, OrganizationFileError, SignInError
from crm_desktop.domain.sentences import sentence
from crm_desktop.operations.recovering import plan_recovery
from crm_desktop.operations.rotating import Rotated, RotationPlan, plan_rotation, rotate_keys
from crm_desktop.security.codes import parse_recovery_code, parse_set_up_code
from tests.e2e.computers import contents, secrets
from tests.e2e.leaks import SQLITE, forms, hex_forms, leaks
from tests.environments import PASSWORD
from tests.faults.children import Door, add_contacts, child, recover_account, sit_idle
from tests.faults.media import may_mount, mounted
from tests.faults.offices import FaultyOffice, assert_whole
from tests.operations.samples import customer_with, table_rows

NEW = "ana after the kit"


def planned(faulty: FaultyOffice) -> RotationPlan:
    session = faulty.open()
    plan = plan_rotation(session)
    session.close()
    return plan


def rotated(faulty: FaultyOffice, plan: RotationPlan) -> Rotated:
    return rotate_keys(faulty.office.environment, faulty.path, plan, login="ana", password=PASSWORD)


def door_of(faulty: FaultyOffice) -> Door:
    return Door(faulty.path, faulty.computer.data_folder, faulty.office.set_up_code)


def names(faulty: FaultyOffice, set_up_code: str | None = None, password: str = PASSWORD) -> set[object]:
    session = faulty.office.open(password=password, set_up_code=set_up_code)
    found = {row["display_name"] for row in table_rows(session, "contact")}
    assert_whole(session)
    session.close()
    return found


def test_a_second_program_that_writes_is_named_and_loses_nothing(faulty: FaultyOffice) -> None:
    plan = planned(faulty)
    with child(add_contacts, door_of(faulty)) as adding:
        _, process_id = adding.told()
        heard = [adding.told() for _ in range(3)]
        with pytest.raises(BusyError) as caught:
            rotated(faulty, plan)
        assert caught.value.code == "organization_open_elsewhere"
        assert str(process_id) in sentence(caught.value)
        said = faulty.computer.run(
            "rotate-keys", faulty.path, "--secrets-stdin", given=faulty.given(), status=1
        )
        assert said.stdout == ""
        assert str(process_id) in said.stderr
        heard += [adding.told() for _ in range(3)]
        adding.process.kill()
        heard += adding.rest()
    rotated(faulty, plan)
    assert {name for _, name in heard} <= names(faulty)


def test_a_second_program_that_is_idle_is_named_and_can_still_save(faulty: FaultyOffice) -> None:
    plan = planned(faulty)
    with child(sit_idle, door_of(faulty)) as idle:
        _, process_id = idle.told()
        with pytest.raises(BusyError) as caught:
            rotated(faulty, plan)
        assert str(process_id) in sentence(caught.value)
        idle.go()
        name = idle.told()[-1]
        idle.rest()
    rotated(faulty, plan)
    assert name in names(faulty)


def test_the_real_command_changes_the_keys_and_the_printed_code_opens(faulty: FaultyOffice) -> None:
    answer = faulty.computer.document("rotate-keys", faulty.path, "--secrets-stdin", given=faulty.given())
    said = faulty.computer.run("info", faulty.path, "--secrets-stdin", given=faulty.given(), status=1)
    assert sentence(SignInError("set_up_code_replaced")) in said.stderr
    given = secrets(password=PASSWORD, setup_code=answer["setup_code"])
    assert faulty.computer.document("verify", faulty.path, "--secrets-stdin", given=given)["ok"] is True


def test_no_file_holds_a_code_a_password_or_a_key_of_the_change(faulty: FaultyOffice) -> None:
    """Neither the former nor the new; what is printed once stands nowhere else, nor is anything in clear."""
    session = faulty.open()
    customer_with(session, "Danamarker")
    former = session.ring.current_file_key.key
    session.close()
    told = faulty.computer.document("rotate-keys", faulty.path, "--secrets-stdin", given=faulty.given())
    given = secrets(recovery_code=told["recovery_code"], setup_code=told["setup_code"], new_password=NEW)
    again = faulty.computer.document("recover", faulty.path, "--secrets-stdin", given=given)
    session = faulty.office.open(password=NEW, set_up_code=again["setup_code"])
    present = session.ring.current_file_key.key
    session.close()
    wanted = {name: forms(word) for name, word in (("customer", "Danamarker"), ("password", NEW))}
    for name, code in (("set-up", told["setup_code"]), ("recovery", again["recovery_code"])):
        wanted[name] = forms(code) | forms(code.replace("-", ""))
    wanted["secret"] = hex_forms(parse_set_up_code(told["setup_code"]).secret)
    wanted["recovery bytes"] = hex_forms(parse_recovery_code(again["recovery_code"]))
    wanted |= {"former key": hex_forms(former), "key": hex_forms(present)}
    folders = (faulty.path.parent, faulty.computer.folder)
    assert leaks(folders, wanted) == []
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    assert [path for path in files if path.read_bytes().startswith(SQLITE)] == []


@may_mount
def test_fault_25_no_room_to_change_keys_changes_nothing(
    faulty: FaultyOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is looked at first, and where that did not help what was written is taken back."""
    session = faulty.open()
    customer_with(session, "Dana")
    session.close()
    plenty = shutil.disk_usage(tmp_path)
    room = faulty.path.stat().st_size * 3 // 2 // 1024  # the file fits, a second one does not
    with mounted(tmp_path / "small", "-o", f"size={room}k") as small:
        for path in faulty.path.parent.glob("acme.crm*"):
            shutil.copy(path, small)
        moved = replace(faulty, office=replace(faulty.office, path=small / "acme.crm"))
        plan, before = planned(moved), contents(small)
        with pytest.raises(OrganizationFileError) as caught:
            rotated(moved, plan)
        assert sentence(caught.value).startswith(f"There is not enough space in {small}: ")
        with monkeypatch.context() as patched:
            patched.setattr(shutil, "disk_usage", lambda _: plenty)
            with pytest.raises(OrganizationFileError) as caught:
                rotated(moved, plan)
        assert caught.value.code == "rotation_disk_full"
        after = contents(small)
        assert after.keys() == before.keys()
        assert after["acme.crm.keys"] == before["acme.crm.keys"]
        assert names(moved) == {"Dana"}


STEPS = 12  # locked, three steps for each of three copies, before and after the commit


@pytest.mark.parametrize("step", range(1, STEPS + 1))
def test_killed_while_the_kit_is_used_the_former_kit_or_the_new_password_opens(
    step: int, faulty: FaultyOffice
) -> None:
    with child(recover_account, door_of(faulty), faulty.office.recovery_code, NEW, step) as dying:
        what, new_code = dying.told()
        assert what == "planned"
        dying.go()
        assert dying.rest() == []
        assert dying.process.exitcode == 9
    opened = []
    for password, code in ((PASSWORD, faulty.office.recovery_code), (NEW, new_code)):
        faulty.office.clock.advance(40)
        try:
            names(faulty, password=password)
        except SignInError as error:
            assert error.code == "password_wrong"  # noqa: PT017 - which of the two fails is not known
            with pytest.raises(SignInError):
                plan_recovery(faulty.office.environment, faulty.path, recovery_code=code)
            continue
        plan_recovery(faulty.office.environment, faulty.path, recovery_code=code)
        opened.append(password)
    assert len(opened) == 1
    assert (opened == [PASSWORD]) is (step <= 3)
    assert len({copy.read_bytes() for copy in faulty.copies}) == 1


def test_the_steps_of_recovering_are_all_of_them(faulty: FaultyOffice) -> None:
    with child(recover_account, door_of(faulty), faulty.office.recovery_code, NEW, STEPS + 1) as whole:
        whole.told()
        whole.go()
        assert whole.told() == ("recovered", STEPS)
        whole.rest()
    assert names(faulty, password=NEW) == set()
