"""The English sentence of each error code: what happened, what was kept, what to do.

One catalogue for both faces: the command line prints it, the window translates it first. A test holds
it against every code raised anywhere. Keys are sorted by the room that raises them.
"""

from crm_desktop.domain.errors import KnownError

SENTENCES: dict[str, str] = {
    # rights and records
    "right_missing": "Your role does not allow this ({right}). Nothing was changed. Ask an administrator.",
    "record_not_found": "This record no longer exists. Nothing was changed.",
    "record_changed": "Somebody else saved this record in the meantime. Your change was not written; "
    "look at the newer values and try again.",
    "value_required": "{field} must not be empty. Nothing was changed.",
    "value_too_long": "{field} is too long: {length} characters, {limit} fit. Nothing was changed.",
    "value_not_in_list": "“{value}” is not one of the choices for {field}. Nothing was changed.",
    "date_invalid": "“{value}” is not a date. Write it as 2026-03-31. Nothing was changed.",
    "email_invalid": "“{value}” is not an e-mail address. Nothing was changed.",
    "phone_invalid": "“{value}” is not a phone number. Nothing was changed.",
    "region_invalid": "“{value}” is not a two-letter country code such as DE or US.",
    "time_zone_invalid": "“{value}” is not a time zone such as Europe/Berlin.",
    "nothing_to_undo": "There is nothing to undo in this session.",
    "undo_conflict": "This was changed again afterwards, so it was not undone. Nothing was changed; "
    "the later values are kept.",
    "name_required": "A name is needed: a given or family name, or the company. Nothing was changed.",
    "value_unreadable": "{field} holds characters that are no text. Nothing was changed.",
    "quantity_invalid": "The quantity must not be negative. Nothing was changed.",
    "undo_expired": "The old values of this change are no longer kept, so it cannot be undone. "
    "Nothing was changed.",
    # the file
    "file_busy": "{name} is in use by another program that is writing. Nothing was changed; try again.",
    "file_read_only": "{path} is open for reading only. Nothing was changed.",
    "file_closed": "The organization file was closed. Sign in again.",
    "file_damaged": "{path} is damaged. It was not changed. Restore the newest backup.",
    "file_not_openable": "{path} cannot be opened. Check that you may read and write it.",
    "disk_error": "The disk reported an error while {path} was used. What was saved before is kept.",
    "disk_full": "The disk is full. Nothing was changed in {path}; free some space and try again.",
    "cipher_missing": "This program was installed without encryption and opens no file. Install it again.",
    "schema_newer": "A newer version of the program wrote this file (schema {version}, this program knows "
    "{known}). It was not changed. Install the newer version.",
}


def sentence(error: KnownError, catalogue: dict[str, str] | None = None) -> str:
    """Return the sentence for ``error``; ``catalogue`` may hold a translation."""
    template = (catalogue or SENTENCES).get(error.code) or SENTENCES[error.code]
    return template.format(**error.facts)
