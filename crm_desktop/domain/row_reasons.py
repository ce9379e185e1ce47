"""Why rows of foreign files became no call, in words."""

# Why a row of a foreign file became no call (RowReason), shown beside its line in the report: rows that
# should have been calls, and rows that are understood and are no calls of a customer.
REJECTED_ROWS: dict[str, str] = {
    "bad_date": "no date and time that can be read",
    "unknown_type": "direction or kind of call unknown",
    "bad_duration": "no duration that can be read",
    "column_count": "wrong number of columns",
    "unclosed_quote": "a quotation mark is not closed",
    "row_too_long": "longer than any call can be",
    "malformed": "not well-formed",
    "truncated": "the file ends in the middle of this row",
}
PASSED_OVER: dict[str, str] = {
    "duplicate_in_file": "the same call is in the file before",
    "internal_call": "between two own lines",
    "totals_row": "a line of totals",
    "blank_row": "empty",
    "deleted_row": "deleted on the phone",
    "leg_of_same_call": "another leg of a call that is listed",
    "not_a_call": "no call",
    "recording_not_a_call": "the recording of a call that is listed",
}
ROW_REASONS = {**REJECTED_ROWS, **PASSED_OVER}

# Why a number in a log is kept as written only (NumberNote).
NUMBER_NOTES: dict[str, str] = {
    "withheld": "the number was withheld",
    "short_code": "a short number",
    "extension": "an extension",
    "masked": "its last digits are hidden",
    "not_a_number": "no phone number",
    "damaged": "digits are lost: a spreadsheet rounded it",
    "no_area_code": "the area code is missing",
}

# What a report of an import says of a line, by how it was treated.
LINE_FATES: dict[str, str] = {
    "rejected": "Not read: {reason}",
    "skipped": "Passed over: {reason}",
    "warning": "Number kept as written: {reason}",
}


def fate_of(reason: str) -> str:
    """Return how a line was treated, by the reason that is kept of it."""
    if reason in NUMBER_NOTES:
        return "warning"
    return "skipped" if reason in PASSED_OVER else "rejected"


def reason_words(reason: str) -> str:
    """Return why a line or its number was not understood; a reason nobody knows as it is."""
    return ROW_REASONS.get(reason) or NUMBER_NOTES.get(reason, reason)
