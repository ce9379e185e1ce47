"""The emergency kit on the command line: printed once or written as a PDF, and typed back in part.

It leaves the program before the keys change: whatever interrupts the change, what opens the file is known.
"""

import os
import secrets
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crm_desktop.cli.output import note
from crm_desktop.cli.secrets_input import can_ask
from crm_desktop.domain.errors import OrganizationFileError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crm_desktop.operations.kits import NewKit

KitOption = Annotated[
    str | None,
    typer.Option("--kit", metavar="OUT.pdf", help="Write the codes to this PDF instead of printing them."),
]


def refuse_existing(path: str | None) -> None:
    """Raise OrganizationFileError("kit_exists") where the PDF would overwrite something."""
    if path is not None and os.path.lexists(path):
        raise OrganizationFileError("kit_exists", path=path)


def codes(kit: "NewKit", path: str | None) -> dict[str, object]:
    """Return what a document says of a kit: its number, and the codes unless they are in the PDF."""
    where = {"setup_code": kit.set_up_code, "recovery_code": kit.recovery_code}
    return {"kit_number": kit.number, **({"kit": path} if path else where)}


@contextmanager
def kept(kit: "NewKit", path: str | None) -> "Iterator[Callable[[], None]]":
    """Keep a kit while the keys are changed, and remove the PDF again where it never became valid.

    Gives what is called at the moment from which the kit may be what opens the file. Raises
    OrganizationFileError("kit_not_written").
    """
    valid: list[bool] = []
    try:
        _keep(kit, path)
        yield lambda: valid.append(True)
    except BaseException:
        if path is not None and not valid:
            Path(path).unlink(missing_ok=True)
        raise


def _keep(kit: "NewKit", path: str | None) -> None:
    """Write the PDF, or show the codes to somebody at a terminal; he types a group of each back."""
    if path is not None:
        from crm_desktop.operations.kits import write_kit

        write_kit(kit, Path(path))
        note(f"Emergency kit {kit.number} is in {path}. Print it and keep it in a safe place.")
    if not can_ask():
        return
    if path is None:
        note(f"Emergency kit {kit.number}. Write both codes down; they are not shown again.")
        note(f"Set-up code:   {kit.set_up_code}")
        note(f"Recovery code: {kit.recovery_code}")
    _confirm("recovery code", kit.recovery_code, kit.recovery_group_matches)
    _confirm("set-up code", kit.set_up_code, kit.set_up_group_matches)


def _confirm(name: str, code: str, matches: "Callable[[int, str], bool]") -> None:
    """Ask for one group, chosen at random, until it is right; Ctrl+C stops before anything changed."""
    group = 1 + secrets.randbelow(len(code.split("-")))
    while not matches(group, str(typer.prompt(f"Type group {group} of the {name} on the kit", err=True))):
        note("That is not what the kit says. Look again.")
