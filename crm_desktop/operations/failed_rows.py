"""The rows of an import that came in nowhere, saved as a table: put right there, imported again."""

from collections.abc import Sequence
from pathlib import Path

from crm_desktop.domain.imported_contacts import ImportedContact
from crm_desktop.domain.imported_edits import text_of
from crm_desktop.domain.list_export import ExportChoice, one_line_end
from crm_desktop.importers.contacts.table_headers import FAILED_TITLES
from crm_desktop.operations.export_files import save_table
from crm_desktop.operations.session import Session

__all__ = ["save_failed_rows"]

# Headers that are recognized when the file is imported again; own fields keep their names.
_TITLES = {
    "given": "Given name", "family": "Family name", "organization": "Company", "phones": "Phone",
    "emails": "E-mail", "customer_number": "Customer number", "prefix": "Name prefix",
    "additional": "Middle name", "suffix": "Suffix", "nickname": "Nickname", "department": "Department",
    "title": "Job title", "street": "Street", "postal_code": "Postal code", "city": "City",
    "region": "Region", "country": "Country", "birthday": "Birthday", "language": "Language",
    "categories": "Categories", "urls": "Website", "note": "Note", "vat_id": "VAT id",
}  # fmt: skip


def save_failed_rows(
    session: Session,
    rows: Sequence[tuple[ImportedContact, str]],
    keys: Sequence[str],
    target: Path,
) -> int:
    """Write rows with the reason each failed to a CSV only its owner can read; return how many.

    No cell is a formula to a spreadsheet. Raises OrganizationFileError("export_not_written").
    """
    session.require("contacts.import")
    titles = [*FAILED_TITLES, *(_TITLES.get(key, key.removeprefix("own:")) for key in keys)]
    lines = [titles] + [
        [one_line_end(cell) for cell in (str(row.line), why, *(text_of(row, key) for key in keys))]
        for row, why in rows
    ]
    return save_table(target, lines, ExportChoice())
