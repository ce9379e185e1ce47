"""Figures of contacts in numbers: importing a file of them, taking the import back, finding duplicates."""

import csv
import time
from pathlib import Path
from random import Random

from crm_desktop.domain.contact_imports import ContactPlan
from crm_desktop.domain.measures import Figure
from crm_desktop.importers.contacts.contact_format import ContactOptions
from crm_desktop.operations.contact_import_runs import undo_contact_import
from crm_desktop.operations.contact_imports import import_contacts
from crm_desktop.operations.duplicates import scan_duplicates
from crm_desktop.operations.sample_crowd import number
from crm_desktop.operations.sample_people import CITIES, FAMILY, FIRMS, GIVEN, STREETS
from crm_desktop.operations.session import Session

# Numbers nobody of a sample has: its own count up from zero.
_STRANGERS = 200_000_000
_HEADER = (
    "First Name", "Last Name", "Organization Name", "E-mail 1 - Label", "E-mail 1 - Value",
    "Phone 1 - Label", "Phone 1 - Value", "Phone 2 - Label", "Phone 2 - Value", "Address 1 - Street",
    "Address 1 - Postal Code", "Address 1 - City", "Address 1 - Country",
)  # fmt: skip


def write_contacts(path: Path, count: int, *, seed: int = 31) -> Path:
    """Write ``count`` made-up people as Google exports its contacts, two numbers each."""
    random = Random(seed)  # noqa: S311 - made-up people, no secrets
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(_HEADER)
        for index in range(count):
            city, code, country = random.choice(CITIES)
            mail = f"person{index}@import{index % 97}.example"
            numbers = (number(_STRANGERS + 2 * index), number(_STRANGERS + 2 * index + 1))
            writer.writerow((
                random.choice(GIVEN), random.choice(FAMILY), random.choice(FIRMS), "Work", mail,
                "Mobile", numbers[0], "Work", numbers[1],
                f"{random.choice(STREETS)} {index % 190}", code, city, country,
            ))  # fmt: skip
    return path


def exchange_figures(session: Session, file: Path, count: int) -> dict[str, Figure]:
    """Measure importing ``count`` contacts, and taking that import back, in rows a second."""
    write_contacts(file, count)
    began = time.perf_counter()
    result = import_contacts(session, file, ContactPlan(), ContactOptions())
    spent = time.perf_counter() - began
    assert result.run is not None  # noqa: S101 - strangers are always new
    began = time.perf_counter()
    undo_contact_import(session, result.run)
    undone = time.perf_counter() - began
    file.unlink()
    return {
        "contacts_import_rate": Figure(count / spent),
        "undo_import_100k": Figure(count / undone),
    }


def duplicate_figures(session: Session) -> dict[str, Figure]:
    """Measure one look for duplicates through all contacts of the file, in seconds."""
    began = time.perf_counter()
    scan_duplicates(session)
    return {"duplicate_scan_100k": Figure(time.perf_counter() - began)}
