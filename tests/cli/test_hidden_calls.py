"""Promise P10 by command line: who may not see calls is told by no command that there are any.

Two organizations that differ only in their calls are given every command there is, by everybody who may not
see calls, in words and as JSON. A command or an action without a decision here fails the test.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import get_args, get_type_hints

import pytest
import typer

from crm_desktop.cli.main import COMMANDS
from crm_desktop.domain.errors import OrganizationFileError
from crm_desktop.domain.permissions import Role
from crm_desktop.domain.sentences import sentence
from crm_desktop.operations import consents
from crm_desktop.operations.backups import back_up
from crm_desktop.operations.call_imports import reading_options, run_import
from crm_desktop.operations.calls import CallQuery, call_count
from tests.cli.conftest import CommandLine
from tests.environments import PASSWORD, MemoryKeyring, add_member, new_environment, new_organization
from tests.operations.samples import customer_with, log_of

NUMBER, OTHER = "(212) 555-0123", "(212) 555-0199"
CALLS = 7
CARD = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ann Lee\r\nTEL:+12125550177\r\nEND:VCARD\r\n"
# Who may not see calls: one of each role.
ROLES = {"adam": Role.ADMINISTRATOR, "max": Role.MANAGER, "sam": Role.STAFF, "vera": Role.VIEWER}

# What is run: every command that opens an organization and every action of it, with what it needs.
RUNS: dict[tuple[str, ...], tuple[str, ...]] = {
    ("info",): ("{file}",),
    ("verify",): ("{file}",),
    ("backup",): ("{file}",),
    ("restore",): ("{backup}", "{file}"),
    ("rescue",): ("{file}", "{folder}/rescued-{made}.crm"),
    ("users", "list"): ("{file}", "list"),
    ("users", "add"): ("{file}", "add", "noa-{made}", "--role", "staff"),
    ("users", "role"): ("{file}", "role", "lea", "viewer"),
    ("users", "rename"): ("{file}", "rename", "lea", "lena"),
    ("users", "enable"): ("{file}", "enable", "lea"),
    ("users", "disable"): ("{file}", "disable", "lea"),
    ("users", "reset-password"): ("{file}", "reset-password", "lea"),
    ("users", "grant"): ("{file}", "grant", "lea", "lists.export"),
    ("users", "revoke"): ("{file}", "revoke", "lea", "records.edit"),
    ("consent", "list"): ("{file}", "list"),
    ("consent", "grant"): ("{file}", "grant", "--yes"),
    ("consent", "withdraw"): ("{file}", "withdraw", "--yes"),
    ("lines", "list"): ("{file}", "list"),
    ("lines", "set"): ("{file}", "set", "lea", "104"),
    ("import-calls",): ("{file}", "{folder}/other.xml", "--member", "{login}", "--dry-run"),
    ("import-contacts",): ("{file}", "{folder}/people.vcf", "--dry-run"),
    ("rotate-keys",): ("{file}", "--kit", "{folder}/kit-{made}.pdf"),
    ("users", "passwd"): ("{file}", "passwd"),
}
LAST = ("users", "passwd")
# What opens no organization that has calls, and why it is not run.
NO_ORGANIZATION = {
    ("create",): "makes one",
    ("sample",): "makes one with made-up calls",
    ("bench",): "measures one it makes",
    ("enroll",): "notes a code for this computer and signs nobody in",
    ("recover",): "opens it with the recovery code, which is above every right",
    ("parse-calls",): "reads a log into no organization",
    ("parse-contacts",): "reads contacts into no organization",
    ("formats",): "says what can be read",
}


@dataclass(frozen=True)
class Place:
    """A computer with an organization, and a backup of it."""

    line: CommandLine
    folder: Path
    backup: Path


def organization(folder: Path, *, with_calls: bool) -> Place:
    folder.mkdir()
    keyring = MemoryKeyring()
    environment = new_environment(folder / "data", keyring=keyring)
    office = new_organization(folder, environment=environment)
    session = office.open()
    customer_with(session, "Dana", NUMBER)
    add_member(session, "lea", Role.STAFF)
    for login, role in ROLES.items():
        add_member(session, login, role, revoked=() if role is Role.VIEWER else ("calls.view",))
        office.environment.now.advance(1)  # type: ignore[attr-defined]  # the clock of the tests
    consents.grant_consent(session)
    if with_calls:
        log = log_of(folder / "log.xml", NUMBER, CALLS)
        run_import(session, [log], member_id=session.member.id, options=reading_options(session))
        assert call_count(session, CallQuery()) == CALLS
    backup = back_up(session).backup.path
    session.close()
    log_of(folder / "other.xml", OTHER, 3)
    (folder / "people.vcf").write_text(CARD, encoding="utf-8")
    return Place(CommandLine(environment, keyring), folder, backup)


def commands() -> Iterator[tuple[str, ...]]:
    """Yield every command there is, with each of its actions where it has some."""
    for command in COMMANDS:
        hints = get_type_hints(command.function, include_extras=True).values()
        arguments = [
            get_args(hint)[0]
            for hint in hints
            if any(isinstance(one, type(typer.Argument())) for one in get_args(hint)[1:])
        ]
        actions = [str(one.value) for kind in arguments if _is_choice(kind) for one in kind]
        yield from ((command.name, action) for action in actions)
        if not actions:
            yield (command.name,)


def _is_choice(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, Enum)


def test_every_command_and_action_has_its_decision() -> None:
    known = set(commands())
    assert ("users", "list") in known
    assert ("info",) in known
    assert known == RUNS.keys() | NO_ORGANIZATION.keys()


# What two files made the same way differ in: ids, codes, sizes, and how many entries the log has.
CHANCE = (
    (re.compile(r"[0-9a-f]{8,}"), "ID"),
    (re.compile(r"acme-ID-\w+(-\d+)?"), "BACKUP"),
    (re.compile(r"before-restore \w+(-\d+)?"), "ASIDE"),
    (re.compile(r'("size_bytes"|size bytes): \d+'), "SIZE"),
    (re.compile(r"[\d,]+ bytes"), "SIZE"),
    (re.compile(r'"(sequence|epoch)": \d+'), "LOG"),
    (re.compile(r"\b[0-9A-Z]{5}(-[0-9A-Z]{5}){3,}"), "CODE"),
)


def said(place: Place, command: tuple[str, ...], login: str, *more: str) -> tuple[int, str]:
    """Return exit status and everything a command says, without what is chance."""
    made = "json" if more else "words"
    places = {"file": place.folder / "acme.crm", "folder": place.folder, "backup": place.backup}
    words = [word.format(**places, login=login, made=made) for word in RUNS[command]]
    given = f"{PASSWORD}\nanother good password\n"
    result = place.line.run(command[0], *words, "--user", login, "--password-stdin", *more, given=given)
    text = result.output.replace(str(place.folder), "FOLDER")
    for pattern, plain in CHANCE:
        text = pattern.sub(plain, text)
    return result.exit_code, text


@pytest.mark.parametrize("login", ROLES)
def test_no_command_tells_of_calls(tmp_path: Path, login: str) -> None:
    there = organization(tmp_path / "there", with_calls=True)
    without = organization(tmp_path / "without", with_calls=False)
    done: set[tuple[str, ...]] = set()
    for command in RUNS:
        for more in ((), ("--json",)):
            status, text = said(there, command, login, *more)
            assert (status, text) == said(without, command, login, *more), command
            done |= {command} if status == 0 else set()
            if (command, more) == (LAST, ()):
                return
    if login == "adam":
        assert done == RUNS.keys()


def test_who_may_see_calls_is_told_by_some(tmp_path: Path) -> None:
    """The comparison finds what there is: else the test above could not fail."""
    there = organization(tmp_path / "there", with_calls=True)
    without = organization(tmp_path / "without", with_calls=False)
    told = [
        (("info",), ()),
        (("backup",), ("--json",)),
        (("restore",), ("--json",)),
        (("rescue",), ("--json",)),
    ]
    for command, more in told:
        assert said(there, command, "ana", *more) != said(without, command, "ana", *more), command


def test_what_was_interrupted_is_told_without_a_count() -> None:
    for code in ("import_was_removed", "withdrawal_was_finished"):
        assert not re.search(r"\d", sentence(OrganizationFileError(code)))
