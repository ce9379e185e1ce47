"""Commands about keys: a computer's own, everybody's after somebody left, and the way in with the kit."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crm_desktop.cli import kits
from crm_desktop.cli.long_work import long_work
from crm_desktop.cli.options import FileArgument, JsonOption
from crm_desktop.cli.output import document, note, say
from crm_desktop.cli.secrets_input import Secrets, can_ask, read_secrets
from crm_desktop.cli.sign_in import (
    SecretsStdin,
    SetupCodeFile,
    SignIn,
    environment_of,
    needed_set_up_code,
    signed_in,
)
from crm_desktop.domain.errors import InvalidValueError
from crm_desktop.domain.sentences import sentence

if TYPE_CHECKING:
    from crm_desktop.operations.environment import Environment
    from crm_desktop.operations.recovering import RecoveryPlan
    from crm_desktop.operations.restoring import Restored
    from crm_desktop.operations.rotating import Rotated, RotationPlan


def enroll(
    context: typer.Context,
    file: FileArgument,
    secrets_stdin: SecretsStdin = False,
    setup_code_file: SetupCodeFile = None,
    as_json: JsonOption = False,
) -> None:
    """Put this computer's key into its keyring.

    The set-up code on the emergency kit holds it; afterwards the password alone opens the file here.
    """
    from crm_desktop.operations import organizations

    path = Path(file)
    organizations.check_organization_path(path)
    secrets = read_secrets(secrets_stdin=secrets_stdin, setup_code_file=setup_code_file)
    organizations.enroll(
        environment_of(context), path, secrets.required("setup-code", question="Set-up code")
    )
    if as_json:
        document({"file": file, "enrolled": True})
        return
    say(f"This computer can open {file} now.")


def rotate_keys(
    context: typer.Context,
    file: FileArgument,
    *,
    leaving: Annotated[
        str | None,
        typer.Option("--leaving", metavar="LOGIN", help="Whose account ends with this change of keys."),
    ] = None,
    kit: kits.KitOption = None,
    sign_in: SignIn,
    as_json: JsonOption = False,
) -> None:
    """Give the file new keys after somebody has left, and a new emergency kit.

    Nobody else may have the file open. Afterwards every computer asks for the new set-up code once. The
    codes are printed, or written to the PDF, before the keys change.
    """
    from crm_desktop.operations import organizations, rotating

    kits.refuse_existing(kit)
    environment, path = environment_of(context), Path(file)
    organizations.check_organization_path(path)
    given = _given(environment, path, sign_in.secrets())
    with signed_in(environment, file, sign_in, secrets=given) as session:
        who = None if leaving is None else rotating.user_with_login(session, leaving)
        plan, login = rotating.plan_rotation(session, leaving=who), session.ring.login
    for finding in plan.findings:
        note(sentence(finding))
    told = {"file": file, "leaving": leaving, **kits.codes(plan.kit, kit)}
    told |= {"new_root": plan.new_root, "temporary_passwords": dict(plan.temporary_passwords)}
    with kits.kept(plan.kit, kit) as becomes_valid, long_work() as (progress, token):

        def before_change() -> None:
            becomes_valid()
            _tell(told, plan, kit, as_json=as_json)

        done = rotating.rotate_keys(
            environment, path, plan,
            login=login, password=given.values["password"], set_up_code=given.given("setup-code"),
            progress=progress, cancel=token, before_change=before_change,
        )  # fmt: skip
    _tell_done(done, plan, as_json=as_json)


def recover(
    context: typer.Context,
    file: FileArgument,
    *,
    user: Annotated[
        str | None,
        typer.Option("--user", metavar="LOGIN", help="The administrator; needed where there are several."),
    ] = None,
    kit: kits.KitOption = None,
    secrets_stdin: SecretsStdin = False,
    setup_code_file: SetupCodeFile = None,
    as_json: JsonOption = False,
) -> None:
    """Give an administrator a new password with the recovery code on the emergency kit.

    The kit is used up: the next one is printed, or written to the PDF.
    """
    from crm_desktop.operations import organizations, recovering

    kits.refuse_existing(kit)
    environment, path = environment_of(context), Path(file)
    organizations.check_organization_path(path)
    secrets = read_secrets(secrets_stdin=secrets_stdin, setup_code_file=setup_code_file)
    plan = recovering.plan_recovery(
        environment, path,
        recovery_code=recovery_code(secrets), set_up_code=needed_set_up_code(environment, path, secrets),
    )  # fmt: skip
    user_id, login = administrator(plan, user)
    password = new_password(secrets, login)
    with kits.kept(plan.kit, kit) as becomes_valid:
        recovering.recover(
            environment, path, plan,
            user_id=user_id, login=login, password=password, before_change=becomes_valid,
        )  # fmt: skip
    if as_json:
        document({"file": file, "user": login, **kits.codes(plan.kit, kit)})
        return
    say(f"{login} can sign in to {file} with the new password.")
    say_kit(plan, kit)


def _given(environment: "Environment", path: Path, secrets: Secrets) -> Secrets:
    """Ask once for what is needed twice: to make the plan, and to carry it out."""
    code = needed_set_up_code(environment, path, secrets)
    password = secrets.required("password", question="Password")
    return Secrets({"password": password} | ({} if code is None else {"setup-code": code}))


def restore_with_kit(
    environment: "Environment", backup: Path, path: Path, sign_in: SignIn, kit: str | None
) -> "tuple[Restored, RecoveryPlan]":
    """Restore a backup with the recovery code and a new password instead of a password."""
    from crm_desktop.operations import restoring_by_kit

    kits.refuse_existing(kit)
    secrets = sign_in.secrets()
    code = secrets.given("setup-code")
    if code is None and can_ask():
        code = secrets.required("setup-code", question="Set-up code")
    plan = restoring_by_kit.plan_restore_by_kit(
        environment, backup, path, recovery_code=recovery_code(secrets), set_up_code=code
    )
    user_id, login = administrator(plan, sign_in.user)
    password = new_password(secrets, login)
    with kits.kept(plan.kit, kit) as becomes_valid, long_work() as (progress, token):
        done = restoring_by_kit.restore_by_kit(
            environment, backup, path, plan,
            user_id=user_id, login=login, password=password,
            progress=progress, cancel=token, before_change=becomes_valid,
        )  # fmt: skip
    return done, plan


def recovery_code(secrets: Secrets) -> str:
    """Return the recovery code, asking for it where it was not given."""
    return secrets.required("recovery-code", question="Recovery code")


def new_password(secrets: Secrets, login: str) -> str:
    """Return the password to be, asking for it twice where it was not given."""
    return secrets.required("new-password", question=f"New password for {login}", twice=True)


def administrator(plan: "RecoveryPlan", user: str | None) -> tuple[bytes, str]:
    """Return user id and login of the administrator who is let in again.

    Raises InvalidValueError("login_needed") where there are several and none was named.
    """
    there = plan.administrators
    found = [who for who in there if user is None or who.login == user]
    if len(found) != 1 and len(there) == 1:
        # An account whose name cannot be read is given the one that was typed.
        found = [who for who in there if who.login is None]
    login = user or (found[0].login if found else None)
    if len(found) != 1 or login is None:
        raise InvalidValueError("login_needed", field="user")
    return found[0].user_id, login


def say_kit(plan: "RecoveryPlan | RotationPlan", kit: str | None) -> None:
    """Print the kit's codes, once, and what to do with it."""
    if kit is None and not can_ask():
        say(f"set-up code: {plan.kit.set_up_code}")
        say(f"recovery code: {plan.kit.recovery_code}")
    say(f"Keep emergency kit {plan.kit.number} on paper in a safe place and destroy the former one.")


def _tell(told: dict[str, object], plan: "RotationPlan", kit: str | None, *, as_json: bool) -> None:
    """Print what opens the file afterwards; the keys change when this has arrived."""
    import sys

    if as_json:
        document(told)
    else:
        for login, password in plan.temporary_passwords.items():
            say(f"temporary password of {login}: {password}")
        say_kit(plan, kit)
    sys.stdout.flush()


def _tell_done(done: "Rotated", plan: "RotationPlan", *, as_json: bool) -> None:
    for problem in (done.keyring_problem, *done.warnings):
        if problem is not None:
            note(sentence(problem))
    if as_json:
        return
    say(f"{done.path} has new keys. The backup of before is {done.backup.path}.")
    say("Everybody types the new set-up code once; these have not yet: " + ", ".join(done.not_moved))
    if plan.kit.number > 1:
        say(f"Kit {plan.kit.number - 1} opens backups of before {plan.kit.date.isoformat()}.")
