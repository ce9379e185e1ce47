"""Signing in: the options every command on an organization file shares, and the session they open."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crm_desktop.cli.output import note
from crm_desktop.cli.secrets_input import Secrets, can_ask, read_secrets
from crm_desktop.domain.errors import RefusedError
from crm_desktop.domain.sentences import sentence

if TYPE_CHECKING:
    from crm_desktop.operations.environment import Environment
    from crm_desktop.operations.session import Session

PasswordStdin = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from the first line of standard input.")
]
SecretsStdin = Annotated[
    bool,
    typer.Option(
        "--secrets-stdin",
        help="Read NAME=VALUE lines from standard input: password, new-password, setup-code, recovery-code.",
    ),
]
SetupCodeFile = Annotated[
    str | None,
    typer.Option(
        "--setup-code-file",
        metavar="PATH",
        help="Where there is no keyring: the file with the set-up code, readable by its owner only.",
    ),
]


@dataclass(frozen=True, slots=True)
class SignIn:
    """Who signs in and where the secrets come from."""

    user: Annotated[
        str | None,
        typer.Option("--user", metavar="LOGIN", help="Who signs in; may be left out where one user exists."),
    ] = None
    password_stdin: PasswordStdin = False
    secrets_stdin: SecretsStdin = False
    setup_code_file: SetupCodeFile = None

    def secrets(self, *, new_password: bool = False) -> Secrets:
        """Read what was given without a question, with a new password where one is to be set."""
        return read_secrets(
            password_stdin=self.password_stdin,
            new_password=new_password,
            secrets_stdin=self.secrets_stdin,
            setup_code_file=self.setup_code_file,
        )


def environment_of(context: typer.Context) -> "Environment":
    """Return the environment the commands of this run work in."""
    make: Callable[[], Environment] = context.obj
    return make()


@contextmanager
def signed_in(
    environment: "Environment",
    file: str,
    sign_in: SignIn,
    *,
    secrets: Secrets | None = None,
    before_own_password: bool = False,
) -> Iterator["Session"]:
    """Open ``file`` as the user and close it again; what opening found is said on standard error.

    The file is looked at before anybody is asked for a secret; ``secrets`` are those read already. Raises
    KnownError as ``operations.organizations.open_organization`` does, and
    RefusedError("password_must_change") where somebody else set the password, unless
    ``before_own_password``.
    """
    from crm_desktop.operations import organizations

    path = Path(file)
    organizations.check_organization_path(path)
    secrets = sign_in.secrets() if secrets is None else secrets
    set_up_code = needed_set_up_code(environment, path, secrets)
    session = organizations.open_organization(
        environment,
        path,
        login=sign_in.user,
        password=secrets.required("password", question="Password"),
        set_up_code=set_up_code,
    )
    told = session.warnings
    try:
        for warning in told:
            note(sentence(warning))
        if session.must_change_password and not before_own_password:
            raise RefusedError("password_must_change")
        yield session
        for warning in session.warnings[len(told) :]:
            note(sentence(warning))
    finally:
        session.close()


def needed_set_up_code(environment: "Environment", path: Path, secrets: Secrets) -> str | None:
    """Return the set-up code that was given, or ask for it where this computer has none.

    What keeps the keyring from giving it is said on standard error.
    """
    from crm_desktop.operations import organizations

    set_up_code = secrets.given("setup-code")
    known = organizations.key_here(environment, path) if set_up_code is None and can_ask() else None
    if known is None or not known.needs_set_up_code:
        return set_up_code
    if known.trouble is not None:
        note(sentence(known.trouble))
    return secrets.required("setup-code", question="Set-up code")
