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
    "field_unknown": "There is no field called {field} that can be edited in the list. Nothing was changed.",
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
    # reading call logs
    "file_unreadable": "“{name}” could not be read: it is gone, is no ordinary file, or may not be opened. "
    "Nothing was imported.",
    "file_empty": "“{name}” is empty. Nothing was imported. Export the log again.",
    "encoding_unknown": "“{encoding}” is not a text encoding. Leave it out to let the program find it.",
    "encoding_wrong": "The file is not in the encoding {encoding}. Nothing was imported. "
    "Leave the encoding out to let the program find it.",
    "log_format_unknown": "“{format}” is not a format this program reads. It reads: {known}.",
    "log_not_recognized": "“{name}” is not a call log this program knows. Nothing was imported. Expected is one "
    "of: {expected}. For another table, say what its columns mean.",
    "log_format_differs": "“{name}” is not a file of the format {format}. Nothing was imported. "
    "Expected: {expected}.",
    "log_has_doctype": "This XML file declares a document type or entities, which no call log does. "
    "Nothing was read from it.",
    "mapping_needed": "The column for {field} was not found. Nothing was imported. Say which column it is.",
    "mapping_uncertain": "It is not certain how {field} is meant in this table. Nothing was imported. "
    "Confirm what the columns mean.",
    "mapping_column_missing": "The table has no column “{column}”. Nothing was imported. "
    "Choose another mapping or correct it.",
    "mapping_invalid": "The mapping of the columns is not usable: {field}. Nothing was imported.",
    # the command line
    "system_refused": "The system refused: {reason}. What was saved before is kept.",
    "secret_file_unreadable": "The file with the set-up code could not be opened: {reason}. "
    "It must be an ordinary file, not a link.",
    "secret_file_not_private": "The file with the set-up code is not private: it must be an ordinary file of "
    "your own that nobody else can read (chmod 600). It was not read.",
    "secret_file_not_text": "The file with the set-up code holds no text. Give the code as it was printed.",
    "secret_file_unchecked": "On Windows it cannot be checked that only you can read the file with the "
    "set-up code. It was not read; enter the code at the prompt or through --secrets-stdin.",
    "kit_exists": "{path} exists already and was not overwritten. Nothing was made; choose another name.",
    "member_unknown": "There is no user “{login}” in this organization. Nothing was changed.",
    "consent_only_oneself": "Only {login} can give this consent, signed in as {login}. Nothing was changed. "
    "An administrator can record a consent given on paper with its scan (--paper).",
}

# Why a row of a foreign file became no call (RowReason); shown beside its line in the report.
ROW_REASONS: dict[str, str] = {
    "bad_date": "no date and time that can be read",
    "unknown_type": "direction or kind of call unknown",
    "bad_duration": "no duration that can be read",
    "column_count": "wrong number of columns",
    "unclosed_quote": "a quotation mark is not closed",
    "row_too_long": "longer than any call can be",
    "malformed": "not well-formed",
    "truncated": "the file ends in the middle of this row",
    "duplicate_in_file": "the same call is in the file before",
    "internal_call": "between two own lines",
    "totals_row": "a line of totals",
    "blank_row": "empty",
}


def sentence(error: KnownError, catalogue: dict[str, str] | None = None) -> str:
    """Return the sentence for ``error``; ``catalogue`` may hold a translation."""
    template = (catalogue or SENTENCES).get(error.code) or SENTENCES[error.code]
    return template.format(**error.facts)
