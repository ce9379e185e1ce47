"""The commands that make a backup and bring one back."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from crm_desktop.cli.long_work import long_work
from crm_desktop.cli.options import FileArgument, JsonOption
from crm_desktop.cli.output import document, note, say, utc_text
from crm_desktop.cli.sign_in import SignIn, environment_of, signed_in
from crm_desktop.domain.sentences import sentence


def backup(
    context: typer.Context,
    file: FileArgument,
    folder: Annotated[
        str | None, typer.Argument(metavar="[DIR]", help="Where to put it; else this computer's data folder.")
    ] = None,
    *,
    sign_in: SignIn,
    as_json: JsonOption = False,
) -> None:
    """Make an encrypted backup and read it back.

    It is opened, checked page by page and counted before it gets its name; then old ones are thinned.
    """
    from crm_desktop.operations.backups import back_up, key_file_beside

    place = None if folder is None else Path(folder)
    with signed_in(environment_of(context), file, sign_in) as session, long_work() as (progress, token):
        done = back_up(session, place, progress=progress, cancel=token)
        may_see_calls = session.may("calls.view")
    for warning in done.warnings:
        note(sentence(warning))
    made = done.backup
    contents = asdict(made.contents)
    contents["changed_at"] = utc_text(made.contents.changed_at)
    if not may_see_calls:
        contents["calls"] = None
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
