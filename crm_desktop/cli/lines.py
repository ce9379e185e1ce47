"""The command about lines: whose extension or number it is in the logs of the telephone system."""

from enum import StrEnum
from typing import Annotated

import typer

from crm_desktop.cli.consents import member_named
from crm_desktop.cli.options import FileArgument, JsonOption
from crm_desktop.cli.output import document, say
from crm_desktop.cli.sign_in import SignIn, environment_of, signed_in


class Action(StrEnum):
    """What to do about lines."""

    LIST = "list"
    SET = "set"


def lines(
    context: typer.Context,
    file: FileArgument,
    action: Annotated[Action, typer.Argument(metavar="ACTION", help="list or set.")],
    whose: Annotated[
        list[str] | None,
        typer.Argument(metavar="USER LINE…", help="With set: the member, then all of his or her lines."),
    ] = None,
    *,
    sign_in: SignIn,
    as_json: JsonOption = False,
) -> None:
    """List or set whose line is whose.

    A log of the telephone system holds the whole office: only calls of lines whose member consented are
    imported. A line given to somebody else ends for the one who had it.
    """
    from crm_desktop.operations import member_lines
    from crm_desktop.operations.members import members

    if (action is Action.SET) != bool(whose):
        raise typer.BadParameter("set takes a USER and his or her lines, list takes nothing")
    with signed_in(environment_of(context), file, sign_in) as session:
        if action is Action.SET and whose:
            member_lines.set_lines(session, member_named(session, whose[0]).id, whose[1:])
        known = member_lines.lines(session)
        logins = {member.id: member.login for member in members(session)}
    listed = [
        {"user": logins.get(line.member_id), "line": line.line, "since": line.since, "until": line.until}
        for line in known
    ]
    if as_json:
        document({"lines": listed})
        return
    for item in listed:
        days = " ".join(f"{word} {item[word]}" for word in ("since", "until") if item[word])
        say(f"{item['line']}: {item['user']} {days}".rstrip())
