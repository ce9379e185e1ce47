"""The next emergency kit: made and shown before anything is written, typed back in part, put on paper.

Creating, rotating and recovering make one each; what opens the file afterwards is on it, so nobody may be
left without it: it is saved first.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from crm_desktop.domain.errors import OrganizationFileError
from crm_desktop.operations.environment import Environment
from crm_desktop.security.atomic_files import replace_file
from crm_desktop.security.codes import SetUpCode, format_recovery_code, group_matches
from crm_desktop.security.kit import EmergencyKit, Paper, pdf_bytes

__all__ = ["NewKit", "Paper", "kit_pdf", "next_kit", "today", "write_kit"]


@dataclass(frozen=True, slots=True)
class NewKit:
    """Number, organization, day, and the two codes as text in groups."""

    number: int
    organization: str
    date: date
    recovery_code: str = field(repr=False)
    set_up_code: str = field(repr=False)

    @property
    def sheet(self) -> EmergencyKit:
        """What is printed."""
        return EmergencyKit(self.number, self.organization, self.date, self.recovery_code, self.set_up_code)

    def recovery_group_matches(self, group: int, typed: str) -> bool:
        """Return whether ``typed`` is group ``group`` (1-based) of the recovery code."""
        return group_matches(self.recovery_code, group=group, typed=typed)

    def set_up_group_matches(self, group: int, typed: str) -> bool:
        """Return whether ``typed`` is group ``group`` (1-based) of the set-up code."""
        return group_matches(self.set_up_code, group=group, typed=typed)


def next_kit(
    environment: Environment, *, number: int, organization: str, recovery_code: bytes, code: SetUpCode
) -> NewKit:
    """Return kit ``number`` of today with the 20 bytes of a recovery code and a set-up code."""
    return NewKit(
        number=number,
        organization=organization,
        date=today(environment),
        recovery_code=format_recovery_code(recovery_code),
        set_up_code=code.text(),
    )


def today(environment: Environment) -> date:
    """Return the day by UTC, which kits and the key file name."""
    return datetime.fromtimestamp(environment.now(), UTC).date()


def kit_pdf(kit: NewKit, paper: Paper = "A4") -> bytes:
    """Return the emergency kit as a PDF page, ``paper`` A4 or Letter."""
    return pdf_bytes(kit.sheet, paper=paper)


def write_kit(kit: NewKit, path: Path, *, paper: Paper = "A4") -> None:
    """Write the emergency kit as a PDF only its owner can read.

    Raises OrganizationFileError("kit_not_written").
    """
    try:
        replace_file(path, kit_pdf(kit, paper))
        path.chmod(0o600)
    except OSError as error:
        raise OrganizationFileError("kit_not_written", path=str(path)) from error
