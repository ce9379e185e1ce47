"""The command line: every command by name with its example, and the entry point."""

import io
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from crm_desktop.cli import (
    backups,
    bench,
    calls,
    checks,
    consents,
    contacts,
    keys,
    lines,
    organizations,
    users,
)
from crm_desktop.cli.options import expanded
from crm_desktop.cli.output import guarded

if TYPE_CHECKING:
    from crm_desktop.operations.environment import Environment


@dataclass(frozen=True, slots=True)
class Command:
    """A command, the function that does it, and the example its help ends with."""

    name: str
    function: Callable[..., None]
    example: str


COMMANDS: tuple[Command, ...] = (
    Command("create", organizations.create, "create acme.crm --name 'Acme Ltd' --admin ana --kit kit.pdf"),
    Command("sample", organizations.sample, "sample try.crm --customers 500 --calls 5000"),
    Command("info", organizations.info, "info acme.crm --user ana --json"),
    Command("users", users.users, "users acme.crm add eva --role staff --user ana"),
    Command("enroll", keys.enroll, "enroll acme.crm"),
    Command("recover", keys.recover, "recover acme.crm --user ana --kit kit-2.pdf"),
    Command("rotate-keys", keys.rotate_keys, "rotate-keys acme.crm --leaving ben --kit kit-2.pdf --user ana"),
    Command("consent", consents.consent, "consent acme.crm list --user ana"),
    Command(
        "import-calls",
        calls.import_calls,
        "import-calls acme.crm calls.xml --user ana --member ana --dry-run",
    ),
    Command(
        "parse-calls", calls.parse_calls, "parse-calls calls.xml --region DE --time-zone Europe/Berlin --json"
    ),
    Command(
        "import-contacts",
        contacts.import_contacts,
        "import-contacts acme.crm contacts.vcf --user ana --as address-book --dry-run",
    ),
    Command("parse-contacts", contacts.parse_contacts, "parse-contacts contacts.vcf --region DE --json"),
    Command("lines", lines.lines, "lines acme.crm set ben 104 '+49 30 5550104' --user ana"),
    Command("formats", calls.formats, "formats --json"),
    Command("backup", backups.backup, "backup acme.crm /media/usb --user ana"),
    Command(
        "restore", backups.restore, "restore acme-1f2e3d4c-20260403T180511Z.crm-backup acme.crm --user ana"
    ),
    Command("verify", checks.verify, "verify acme.crm --user ana"),
    Command("bench", bench.bench, "bench --customers 20000"),
    Command("rescue", checks.rescue, "rescue acme.crm acme-rescued.crm --user ana"),
)


def standard_environment() -> "Environment":
    """Return this computer's environment; made only when a command needs it, so that help is quick."""
    from crm_desktop.operations.environment import default_environment, protect_memory

    protect_memory()
    return default_environment()


def build_app(environment: Callable[[], "Environment"] = standard_environment) -> typer.Typer:
    """Return the command line that works in what ``environment`` makes."""
    app = typer.Typer(
        name="crm-desktop-cli",
        no_args_is_help=True,
        add_completion=False,
        # Plain text: the same in a terminal, a log and a screen reader.
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )

    @app.callback()
    def crm_desktop_cli(context: typer.Context) -> None:
        """CT-CRM Desktop for administrators and scripts: organizations, consents, call logs, checks."""
        context.obj = environment

    for command in COMMANDS:
        example = f"\b\nExample:\n  crm-desktop-cli {command.example}"
        app.command(command.name, epilog=example)(expanded(guarded(command.function)))
    return app


def main() -> None:
    """Run the command line; exit status 0 done, 1 refused or failed, 2 wrong usage."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A code page without a letter of somebody's name must not end the command half printed.
        sys.stdout.reconfigure(errors="backslashreplace")
    build_app()(prog_name="crm-desktop-cli")


if __name__ == "__main__":
    main()
