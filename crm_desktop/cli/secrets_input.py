"""Where the command line takes secrets from: hidden prompts, standard input, a private file.

Never from an argument (every process list shows it) and never from the environment (children inherit it).
"""

import os
import stat
import sys
from dataclasses import dataclass, field

import typer

from crm_desktop.domain.errors import OrganizationFileError

SECRET_NAMES = (
    "password",
    "new-password",
    "setup-code",
    "recovery-code",
    "archive-password",
    "confirm-name",
)
# Far above every secret's own limit, far below what could fill the memory.
_MOST_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Secrets:
    """Secrets given without a question, by name; what is missing is asked for."""

    values: dict[str, str] = field(default_factory=dict, repr=False)

    def given(self, name: str) -> str | None:
        """Return the secret ``name`` if it was given."""
        return self.values.get(name)

    def required(self, name: str, *, question: str, twice: bool = False) -> str:
        """Return the secret ``name``, asking a person for it (``twice`` where it is chosen) when missing.

        Raises typer.BadParameter where nobody can be asked.
        """
        value = self.values.get(name)
        if value is not None:
            return value
        if not can_ask():
            way = "--password-stdin or --secrets-stdin" if name == "password" else "--secrets-stdin"
            raise typer.BadParameter(f"there is no terminal to ask for the {name}: give it with {way}")
        again: bool | str = f"{question} (again)" if twice else False
        return str(typer.prompt(question, hide_input=True, confirmation_prompt=again, err=True))


def can_ask() -> bool:
    """Return whether somebody sits at standard input to answer a question."""
    return sys.stdin.isatty()


def read_secrets(
    *,
    password_stdin: bool = False,
    secrets_stdin: bool = False,
    setup_code_file: str | None = None,
    new_password: bool = False,
) -> Secrets:
    """Read the secrets the options name; with ``new_password`` a second line of passwords is the new one.

    Raises typer.BadParameter for standard input that is not as agreed, OrganizationFileError for a file
    that others can read.
    """
    if password_stdin and secrets_stdin:
        raise typer.BadParameter("--password-stdin and --secrets-stdin exclude each other")
    values: dict[str, str] = {}
    if password_stdin:
        values["password"] = _password_line("first")
        if new_password:
            values["new-password"] = _password_line("second")
    if secrets_stdin:
        values = _named_lines(_standard_input())
    if setup_code_file is not None:
        values["setup-code"] = private_text(setup_code_file).strip()
    return Secrets(values)


def _standard_input() -> str:
    """Return all of standard input; secrets are UTF-8 whatever the terminal's encoding."""
    data = sys.stdin.buffer.read(_MOST_BYTES + 1)
    if len(data) > _MOST_BYTES:
        raise typer.BadParameter("standard input is too long for secrets")
    return _decoded(data)


def _password_line(which: str) -> str:
    data = sys.stdin.buffer.readline(_MOST_BYTES + 1)
    if len(data) > _MOST_BYTES:
        raise typer.BadParameter(f"the {which} line of standard input is too long for a password")
    line = _decoded(data).removesuffix("\n").removesuffix("\r")
    if not line:
        raise typer.BadParameter(f"--password-stdin: the {which} line of standard input is empty")
    return line


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise typer.BadParameter("standard input is not UTF-8") from None


def _named_lines(text: str) -> dict[str, str]:
    """Parse ``name=value`` lines; a message names the line by number, never by content."""
    values: dict[str, str] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        stripped = line.removesuffix("\r")
        if not stripped:
            continue
        name, separator, value = stripped.partition("=")
        if not separator or name not in SECRET_NAMES:
            allowed = ", ".join(SECRET_NAMES)
            raise typer.BadParameter(
                f"--secrets-stdin: line {number} is not NAME=VALUE with one of {allowed}"
            )
        if name in values:
            raise typer.BadParameter(f"--secrets-stdin: line {number} gives {name} a second time")
        values[name] = value
    return values


def private_text(path: str) -> str:
    """Return the text of a file that only its owner, the caller, can read.

    The opened file is judged, not the name, so that nothing can be swapped in between; links, pipes and
    devices are refused. Windows access lists cannot be judged by mode bits: there every file is refused.
    Raises OrganizationFileError.
    """
    try:
        return _private_bytes(path).decode("utf-8")
    except UnicodeDecodeError:
        raise OrganizationFileError("secret_file_not_text") from None


def _private_bytes(path: str) -> bytes:
    if sys.platform == "win32":
        raise OrganizationFileError("secret_file_unchecked")
    else:  # noqa: RET506 - what follows is unknown on Windows, and checked for each system apart
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError as error:
            raise OrganizationFileError("secret_file_unreadable", reason=error.strerror) from None
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode) or status.st_uid != os.geteuid() or status.st_mode & 0o077:
                raise OrganizationFileError("secret_file_not_private")
            return os.read(descriptor, _MOST_BYTES)
        finally:
            os.close(descriptor)
