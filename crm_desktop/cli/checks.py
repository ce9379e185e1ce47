"""The command that checks a file from the page to the log."""

from dataclasses import asdict

import typer

from crm_desktop.cli.long_work import long_work
from crm_desktop.cli.options import FileArgument, JsonOption
from crm_desktop.cli.output import document, note, say
from crm_desktop.cli.sign_in import SignIn, environment_of, signed_in


def verify(context: typer.Context, file: FileArgument, sign_in: SignIn, as_json: JsonOption = False) -> None:
    """Check a file from the page to the log.

    Pages, references, the search index, and the chain of the log with the rows it names.
    A file with a failed check gives its whole report and exit status 1.
    """
    from crm_desktop.operations.verify import verify as verify_file

    with signed_in(environment_of(context), file, sign_in) as session, long_work() as (progress, token):
        checks = verify_file(session, progress=progress, cancel=token)
    failed = [check.name for check in checks if not check.ok]
    if as_json:
        document({"ok": not failed, "checks": [asdict(check) for check in checks]})
    else:
        for check in checks:
            say(f"{'ok    ' if check.ok else 'FAILED'} {check.name}: {check.detail}")
    if failed:
        note(f"{file}: {', '.join(failed)} failed. Nothing was changed. Restore a backup or ask for help.")
        raise typer.Exit(1)
