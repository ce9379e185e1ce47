"""The command about consents to read a call log: list, grant, withdraw."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crm_desktop.cli.long_work import long_work
from crm_desktop.cli.options import FileArgument, JsonOption
from crm_desktop.cli.output import document, note, say, utc_text
from crm_desktop.cli.secrets_input import can_ask
from crm_desktop.cli.sign_in import SignIn, environment_of, signed_in
from crm_desktop.domain.errors import RefusedError

if TYPE_CHECKING:
    from crm_desktop.domain.consents import Consent
    from crm_desktop.domain.organization import Member
    from crm_desktop.operations.session import Session


class Action(StrEnum):
    """What to do about consents."""

    LIST = "list"
    GRANT = "grant"
    WITHDRAW = "withdraw"


MemberOption = Annotated[
    str | None, typer.Option("--member", metavar="USER", help="Whose consent; oneself when left out.")
]
PaperOption = Annotated[
    str | None,
    typer.Option("--paper", metavar="SCAN", help="Record a consent given on paper, with this scan."),
]
YesOption = Annotated[bool, typer.Option("--yes", help="Do not ask back.")]


def consent(
    context: typer.Context,
    file: FileArgument,
    action: Annotated[Action, typer.Argument(metavar="ACTION", help="list, grant or withdraw.")],
    sign_in: SignIn,
    *,
    member: MemberOption = None,
    paper: PaperOption = None,
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    """List, grant or withdraw consents.

    A call log is read only with the consent of the person whose phone it is. Everybody
    grants for oneself; an administrator may record another's consent given on paper.
    """
    if paper is not None and action is not Action.GRANT:
        raise typer.BadParameter("--paper goes with grant only")
    with signed_in(environment_of(context), file, sign_in) as session:
        whose = member_named(session, member) if member else session.member
        if action is Action.LIST:
            _list(session, whose if member else None, as_json=as_json)
        elif action is Action.GRANT:
            _grant(session, whose, paper=paper, yes=yes, as_json=as_json)
        else:
            _withdraw(session, whose, yes=yes, as_json=as_json)


def member_named(session: "Session", login: str) -> "Member":
    """Return the member with ``login``; raises RefusedError for one that does not exist."""
    from crm_desktop.operations.members import members

    for member in members(session):
        if member.login == login:
            return member
    raise RefusedError("member_unknown", login=login)


def _list(session: "Session", only: "Member | None", *, as_json: bool) -> None:
    from crm_desktop.operations.consents import consents

    states = [state for state in consents(session) if only is None or state.member.id == only.id]
    rows = [_row(state.member, state.consent, valid=state.valid) for state in states]
    if as_json:
        document({"consents": rows})
        return
    for row in rows:
        granted = f", granted {row['granted_at']}" if row["granted_at"] else ""
        say(f"{row['member']}: {row['state']}{granted}")


def _row(member: "Member", given: "Consent | None", *, valid: bool) -> dict[str, object]:
    row: dict[str, object] = {"member": member.login, "name": member.name}
    if given is None:
        return row | {"state": "none", "granted_at": None, "expires_at": None, "withdrawn_at": None}
    ended = "withdrawn" if given.withdrawn_at is not None else "expired"
    return row | {
        "state": "granted" if valid else ended,
        "granted_at": utc_text(given.granted_at),
        "expires_at": utc_text(given.expires_at),
        "withdrawn_at": utc_text(given.withdrawn_at),
        "source": given.source.value,
        "text_version": given.text_version,
        "calls_removed": given.calls_removed,
    }


def _grant(session: "Session", whose: "Member", *, paper: str | None, yes: bool, as_json: bool) -> None:
    from crm_desktop.operations import consents

    if paper is None and whose.id != session.member.id:
        raise RefusedError("consent_only_oneself", login=whose.login)
    if paper is None:
        note(consents.consent_text(session)[1])
        _ask("Do you agree?", yes=yes)
        given = consents.grant_consent(session)
    else:
        scan = Path(paper)
        given = consents.record_paper_consent(
            session, whose.id, scan=consents.read_scan(scan), scan_name=scan.name
        )
    if as_json:
        document(_row(whose, given, valid=True))
        return
    say(f"{whose.login}: consent recorded (text version {given.text_version}).")


def _withdraw(session: "Session", whose: "Member", *, yes: bool, as_json: bool) -> None:
    from crm_desktop.operations.backup_cleaning import clean_backups
    from crm_desktop.operations.consents import withdraw_consent

    note(f"All imported calls of {whose.login} are removed at once, for good.")
    note("Typed notes, calls entered by hand and the record of the consent stay.")
    note("Backups made before lose them too: those in reach now, others when they are.")
    _ask(f"Withdraw the consent of {whose.login}?", yes=yes)
    removed = withdraw_consent(session, member_id=whose.id)
    with long_work() as (progress, token):
        done = clean_backups(session, progress=progress, cancel=token)
    # How many held calls is nothing for whoever may not see calls.
    cleaned = done.cleaned if session.may("calls.view") else None
    if as_json:
        left = [{"backup": str(backup.path), "reason": code} for backup, code in done.left]
        document({
            "member": whose.login, "state": "withdrawn", "calls_removed": removed,
            "backups_cleaned": cleaned, "backups_left": left,
        })  # fmt: skip
        return
    counted = "imported calls" if removed is None else f"{removed} imported calls"
    say(f"{whose.login}: consent withdrawn, {counted} removed.")
    if cleaned:
        say(f"{cleaned} backups were cleaned of them.")
    for backup, _code in done.left:
        say(f"Still holds withdrawn calls: {backup.path}")


def _ask(question: str, *, yes: bool) -> None:
    """Go on when ``yes`` was given or a person says so; raises typer.Abort for a no."""
    if yes:
        return
    if not can_ask():
        raise typer.BadParameter("there is no terminal to ask on: --yes says it beforehand")
    typer.confirm(question, abort=True, err=True)
