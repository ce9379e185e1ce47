"""A second program on the same file: runs one act and tells how it went.

``python -m tests.operations.child FOLDER LOGIN ACT``: the set-up code comes on standard input, then one
line for each time the act may go on.
"""

import sys
from dataclasses import replace
from pathlib import Path

from crm_desktop.domain.contact_merging import Side
from crm_desktop.domain.errors import KnownError
from crm_desktop.domain.permissions import Role
from crm_desktop.domain.progress import Progress
from crm_desktop.operations import call_imports, contact_conflicts, contacts, users
from crm_desktop.operations.session import Session
from tests.environments import PASSWORD, Clock, Office, disable_member, new_environment
from tests.operations.samples import log_of


def say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - the parent reads it


def wait() -> str:
    return sys.stdin.readline().strip()


def edit(session: Session) -> None:
    draft, version = contacts.contact_draft(session, 1)
    say("read")
    wait()
    contacts.save_contact(session, 1, replace(draft, title="theirs"), version=version)


def merge(session: Session) -> None:
    """Change title and nickname, brought together with what the other program saved meanwhile."""
    base, version = contacts.contact_draft(session, 1)
    say("read")
    wait()
    mine = replace(base, title="theirs", nickname="Dee")
    outcome = contact_conflicts.save_merging(session, 1, mine, base=base, version=version)
    if isinstance(outcome, contact_conflicts.Conflict):
        say("conflict " + ",".join(f"{clash.place.group}:{clash.theirs}" for clash in outcome.clashes))
        choices = {clash.place: Side.THEIRS for clash in outcome.clashes}
        draft, version = contact_conflicts.decided(outcome, choices), outcome.version
        contacts.save_contact(session, 1, draft, version=version)
    say("saved")


def hold(session: Session) -> None:
    with session.database.write():
        say("held")
        wait()


def disable(session: Session) -> None:
    eva = next(user for user in session.ring.roster.current_users() if user.user_id != session.user_id)
    disable_member(session, eva.user_id)


def read_log(session: Session) -> None:
    path = log_of(session.path.with_name("log.xml"), "(212) 555-0123", 20_000)

    def progress(_: Progress) -> None:
        if session.database.connection().execute("SELECT count(*) FROM call").fetchone()[0]:
            say("importing")
            wait()

    call_imports.run_import(
        session, [path], member_id=session.member.id, options=call_imports.reading_options(session),
        progress=progress,
    )  # fmt: skip


def user_named(session: Session, login: str) -> bytes:
    return next(row.user_id for row in users.users(session) if row.login == login)


def disable_mia(session: Session) -> None:
    users.disable_user(session, user_named(session, "mia"))


def demote_mia(session: Session) -> None:
    users.change_role(session, user_named(session, "mia"), Role.VIEWER)


def reset_mia(session: Session) -> None:
    users.reset_password(session, user_named(session, "mia"), password="a temporary one")


ACTS = {
    "edit": edit,
    "merge": merge,
    "hold": hold,
    "disable": disable,
    "import": read_log,
    "disable mia": disable_mia,
    "demote mia": demote_mia,
    "reset mia": reset_mia,
}


def main() -> None:
    folder, login, act = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    clock = Clock()
    office = Office(folder / "acme.crm", new_environment(folder / "child", clock=clock), clock, wait(), "")
    session = office.open(login, PASSWORD, set_up_code=office.set_up_code)
    say("open")
    wait()
    try:
        ACTS[act](session)
    except KnownError as error:
        say(error.code)
    else:
        say("done")
    session.close()


if __name__ == "__main__":
    main()
