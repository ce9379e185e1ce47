"""The rights table as the product promises it, from ``rights.csv``; never from the code under test."""

import csv
from pathlib import Path

from crm_desktop.domain.permissions import Role


def rights_table() -> dict[Role, frozenset[str]]:
    """Return the rights each role is promised."""
    path = Path(__file__).with_name("rights.csv")
    with path.open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    return {role: frozenset(row["right"] for row in rows if row[role.value] == "x") for role in Role}
