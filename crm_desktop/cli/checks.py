"""The commands that check a file from the page to the log, and rescue what can be read of a damaged one."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from crm_desktop.cli.long_work import long_work
from crm_desktop.cli.options import FileArgument, JsonOption
from crm_desktop.cli.output import document, note, say
from crm_desktop.cli.sign_in import SignIn, environment_of, signed_in


def verify(context: typer.Context, file: FileArgument, sign_in: SignIn, as_json: JsonOption = False) -> None:
    """Check a file from the page to the log.

    Pages, references, the search index, attached files, and the chain of the log with the rows it names.
    A file with a failed check gives its whole report and exit status 1.
    """
    from crm_desktop.operations.verify import verify as verify_file

    with signed_in(environment_of(context), file, sign_in) as session, long_work() as (progress, token):
        checks = verify_file(session, progress=progress, cancel=token)
    failed = [check.name for check in checks if not check.ok]
    if as_json:
        shown = [{"name": check.name, "ok": check.ok, "detail": check.detail} for check in checks]
        document({"ok": not failed, "checks": shown})
    else:
        for check in checks:
            say(f"{'ok    ' if check.ok else 'FAILED'} {check.name}: {check.detail}")
    if failed:
        names = ", ".join(failed)
        note(f"{file}: {names} failed. Nothing was changed. Restore a backup, or rescue what can be read.")
        raise typer.Exit(1)


def rescue(
    context: typer.Context,
    file: FileArgument,
    out: Annotated[str, typer.Argument(metavar="OUT", help="The new file (*.crm).")],
    *,
    sign_in: SignIn,
    as_json: JsonOption = False,
) -> None:
    """Write what can still be read of a damaged file into a new one.

    The damaged file is only read. The new one opens with the same logins and passwords; a report of what
    is lost lies beside it. Nobody else may have the file open.
    """
    from crm_desktop.operations.organizations import check_organization_path
    from crm_desktop.operations.rescuing import rescue as rescue_file

    environment = environment_of(context)
    check_organization_path(Path(file))
    secrets = sign_in.secrets()
    password = secrets.required("password", question="Password")
    with long_work() as (progress, token):
        done = rescue_file(
            environment,
            Path(file),
            Path(out),
            login=sign_in.user,
            password=password,
            set_up_code=secrets.given("setup-code"),
            progress=progress,
            cancel=token,
        )
    if as_json:
        document({
            "file": str(done.target), "rescued_from": str(done.source), "report": str(done.report),
            "kept": done.kept, "lost": done.lost, "tables": [asdict(table) for table in done.tables],
            "unmatched_calls": done.unmatched_calls, "log_entries_lost": done.entries_lost,
            "stand_ins": dict(done.stand_ins), "epoch": done.epoch, "sequence": done.sequence,
            "automatic_backups": "paused",
        })  # fmt: skip
        return
    say(f"{done.target}: {done.kept:,} rows rescued, {done.lost:,} known to be lost.")
    for table in done.tables:
        if table.lost or not table.exact:
            more = "" if table.exact else " or more"
            say(f"  {table.table}: {table.kept:,} kept, {table.lost:,} lost{more}")
    say(f"What is known of the lost ones is in {done.report}. {done.source} was not changed.")
    say("No backups are made by themselves until one made by hand confirms that everything is there.")
