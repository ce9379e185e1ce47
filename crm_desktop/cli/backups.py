"""The commands that make a backup and bring one back."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crm_desktop.cli.keys import restore_with_kit, say_kit
from crm_desktop.cli.kits import KitOption, codes
from crm_desktop.cli.long_work import long_work
from crm_desktop.cli.options import FileArgument, JsonOption
from crm_desktop.cli.output import document, note, say, utc_text
from crm_desktop.cli.sign_in import SignIn, environment_of, signed_in
from crm_desktop.domain.sentences import sentence

if TYPE_CHECKING:
    from crm_desktop.operations.environment import Environment
    from crm_desktop.operations.restoring import Restored


def backup(
    context: typer.Context,
    file: FileArgument,
    folder: Annotated[
        str | None, typer.Argument(metavar="[DIR]", help="Where to put it; else this computer's data folder.")
    ] = None,
    *,
    second_place: Annotated[
        str | None,
        typer.Option(
            "--second-place",
            metavar="DIR",
            help="Remember DIR as the second place of every backup; “none” forgets it.",
        ),
    ] = None,
    sign_in: SignIn,
    as_json: JsonOption = False,
) -> None:
    """Make an encrypted backup and read it back.

    It is opened, checked page by page and counted before it gets its name; then old ones are thinned.
    """
    from crm_desktop.operations.backups import back_up, key_file_beside
    from crm_desktop.operations.second_place import set_second_place

    place = None if folder is None else Path(folder)
    with signed_in(environment_of(context), file, sign_in) as session, long_work() as (progress, token):
        if second_place is not None:
            set_second_place(session, None if second_place == "none" else Path(second_place))
        done = back_up(session, place, progress=progress, cancel=token)
    for warning in done.warnings:
        note(sentence(warning))
    made = done.backup
    contents = asdict(made.contents)
    contents["changed_at"] = utc_text(made.contents.changed_at)
    if as_json:
        document({
            "backup": str(made.path), "key_file": str(key_file_beside(made.path)),
            "made_at": utc_text(made.made_at), "size_bytes": made.size, "verified": made.verified,
            "key_id": made.key_id.hex(), "contents": contents, "thinned": done.thinned,
            "warnings": [sentence(warning) for warning in done.warnings],
        })  # fmt: skip
        return
    say(f"Backup made and read back: {made.path} ({made.size:,} bytes, {contents['customers']:,} customers).")
    say("Keep it together with its key file, and the emergency kit in another place.")
    if done.thinned:
        say(f"{done.thinned} older backups were thinned.")


def restore(
    context: typer.Context,
    backup_file: Annotated[str, typer.Argument(metavar="BACKUP", help="The backup (*.crm-backup).")],
    file: FileArgument,
    *,
    with_kit: Annotated[
        bool,
        typer.Option(
            "--with-kit", help="Use the emergency kit: its recovery code and a new password for --user."
        ),
    ] = False,
    kit: KitOption = None,
    sign_in: SignIn,
    as_json: JsonOption = False,
) -> None:
    """Put a backup in the place of an organization file.

    It is checked first and goes on under the present keys. What was there is moved into a folder beside
    it, never deleted. Nobody else may have the file open. A kit is used up: the next one is printed, or
    written to the PDF of --kit.
    """
    from crm_desktop.operations.organizations import check_organization_path

    environment = environment_of(context)
    check_organization_path(Path(backup_file))
    plan = None
    if with_kit:
        done, plan = restore_with_kit(environment, Path(backup_file), Path(file), sign_in, kit)
    else:
        done = _restored(environment, Path(backup_file), Path(file), sign_in)
    if as_json:
        document({
            "file": str(done.path), "restored_from": backup_file,
            "contents": asdict(done.contents) | {"changed_at": utc_text(done.contents.changed_at)},
            "epoch": done.epoch, "sequence": done.sequence,
            "moved_to": None if done.moved_to is None else str(done.moved_to), "moved": list(done.moved),
            "own_keys": done.own_keys, "automatic_backups": "paused",
            "calls_withdrawn_again": done.ledger.calls_removed,
            **(codes(plan.kit, kit) if plan else {}),
        })  # fmt: skip
        return
    say(f"{done.path} is restored: {done.contents.customers:,} customers.")
    if done.moved_to is not None:
        say(f"What was there is in {done.moved_to}: {', '.join(done.moved)}.")
    if done.ledger.withdrawals:
        removed = done.ledger.calls_removed
        counted = "" if removed is None else f": {removed:,} imported calls were removed"
        say(f"Consents that were withdrawn after this backup are withdrawn in it too{counted}.")
    if done.own_keys:
        say("No key file was left: the accounts are those of the day of the backup.")
    say("No backups are made by themselves until one made by hand confirms that everything is there.")
    if plan is not None:
        say_kit(plan, kit)


def _restored(environment: "Environment", backup_file: Path, file: Path, sign_in: SignIn) -> "Restored":
    """Restore with an administrator's password."""
    from crm_desktop.operations.restoring import restore as restore_backup

    secrets = sign_in.secrets()
    password = secrets.required("password", question="Password")
    with long_work() as (progress, token):
        return restore_backup(
            environment,
            backup_file,
            file,
            login=sign_in.user,
            password=password,
            set_up_code=secrets.given("setup-code"),
            progress=progress,
            cancel=token,
        )
