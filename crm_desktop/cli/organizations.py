"""Commands that make, describe and enroll an organization."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crm_desktop.cli.kits import KitOption, refuse_existing
from crm_desktop.cli.long_work import long_work
from crm_desktop.cli.options import FileArgument, JsonOption
from crm_desktop.cli.output import document, note, say, utc_text
from crm_desktop.cli.secrets_input import read_secrets
from crm_desktop.cli.sign_in import (
    PasswordStdin,
    SecretsStdin,
    SignIn,
    environment_of,
    signed_in,
)
from crm_desktop.cli.system_defaults import system_region, system_time_zone
from crm_desktop.domain.sentences import sentence

if TYPE_CHECKING:
    from crm_desktop.operations.organizations import NewOrganization


def create(
    context: typer.Context,
    file: FileArgument,
    *,
    name: Annotated[str, typer.Option("--name", metavar="NAME", help="The organization's name.")],
    admin: Annotated[str, typer.Option("--admin", metavar="USER", help="Login of its first administrator.")],
    region: Annotated[
        str | None,
        typer.Option("--region", metavar="CC", help="Country whose way of writing phone numbers is used."),
    ] = None,
    time_zone: Annotated[
        str | None, typer.Option("--time-zone", metavar="TZ", help="Time zone, for example Europe/Berlin.")
    ] = None,
    kit: KitOption = None,
    password_stdin: PasswordStdin = False,
    secrets_stdin: SecretsStdin = False,
    as_json: JsonOption = False,
) -> None:
    """Make a new organization with its first administrator.

    The set-up code and the recovery code are shown once, here or in the PDF: keep them on paper.
    """
    from crm_desktop.operations import organizations

    secrets = read_secrets(password_stdin=password_stdin, secrets_stdin=secrets_stdin)
    refuse_existing(kit)
    made = organizations.begin_create(
        environment_of(context),
        Path(file),
        name=name,
        login=admin,
        member_name=admin,
        password=secrets.required("password", question=f"Password for {admin}", twice=True),
        region=region or system_region(),
        time_zone=time_zone or system_time_zone(),
    )
    settings = _finished(made, kit=kit)
    keys = {"kit": kit} if kit else {"setup_code": made.set_up_code, "recovery_code": made.recovery_code}
    if as_json:
        document({"file": file, "admin": admin, **settings, **keys})
        return
    say(f"{settings['name']} is ready in {file} ({settings['region']}, {settings['time_zone']}).")
    for title, value in keys.items():
        say(f"{title.replace('_', ' ')}: {value}")
    say("Keep this on paper in a safe place: it is not shown again.")


def _finished(made: "NewOrganization", *, kit: str | None) -> dict[str, str]:
    """Write the kit, then give the file its name; nothing stays behind when either fails."""
    from crm_desktop.operations import organizations

    if made.keyring_problem is not None:
        note(sentence(made.keyring_problem))
    try:
        if kit is not None:
            organizations.write_kit(made.kit, Path(kit))
        session = made.finish()
    except BaseException:
        made.discard()
        raise
    session.close()
    for warning in session.warnings:
        note(sentence(warning))
    settings = session.organization
    return {"name": settings.name, "region": settings.region, "time_zone": settings.time_zone}


def sample(
    context: typer.Context,
    file: FileArgument,
    *,
    customers: Annotated[int, typer.Option("--customers", min=0, help="How many customers.")] = 250,
    calls: Annotated[int, typer.Option("--calls", min=0, help="How many calls.")] = 1200,
    seed: Annotated[int, typer.Option("--seed", help="The same seed makes the same people.")] = 1,
    as_json: JsonOption = False,
) -> None:
    """Make a sample organization of made-up people.

    Their phone numbers are reserved for drama. User ana, password sample-organization: for trying and
    measuring, not for real data.
    """
    from crm_desktop.operations.organizations import key_here
    from crm_desktop.operations.sample import create_sample

    environment, path = environment_of(context), Path(file)
    with long_work() as (progress, token):
        code = create_sample(
            environment,
            path,
            customers=customers,
            calls=calls,
            seed=seed,
            progress=progress,
            cancel=token,
        )
    login = {"user": "ana", "password": "sample-organization", "setup_code": code}
    if as_json:
        document({"file": file, "customers": customers, "calls": calls, "seed": seed, **login})
        return
    say(f"{file}: {customers} customers, {calls} calls. User ana, password sample-organization.")
    if key_here(environment, path).needs_set_up_code:
        say(f"This computer keeps no keys; the set-up code, asked for at each start: {code}")


def info(context: typer.Context, file: FileArgument, sign_in: SignIn, as_json: JsonOption = False) -> None:
    """Say what is in an organization file and how it is kept."""
    from crm_desktop.operations.organizations import organization_info

    with signed_in(environment_of(context), file, sign_in) as session:
        facts = asdict(organization_info(session))
    facts["last_backup"] = utc_text(facts["last_backup"])
    if as_json:
        document(facts)
        return
    for name, value in facts.items():
        say(f"{name.replace('_', ' ')}: {'none' if value is None else value}")
