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
}


def sentence(error: KnownError, catalogue: dict[str, str] | None = None) -> str:
    """Return the sentence for ``error``; ``catalogue`` may hold a translation."""
    template = (catalogue or SENTENCES).get(error.code) or SENTENCES[error.code]
    return template.format(**error.facts)
