"""Why many records were not changed at once, and why a list was not exported or copied."""

LIST_SENTENCES: dict[str, str] = {
    "export_not_written": "The list could not be written to {path}. What was there is as it was; choose "
    "another place.",
    "copy_too_long": "More than {limit} rows are too many for the clipboard. Nothing was copied; select "
    "fewer. A list of contacts can be exported to a file.",
    "export_differs": "What was written does not read as what was meant, so it was thrown away. What was "
    "there is as it was; try another format.",
    "export_sheet_full": "A sheet holds at most {limit} records. Nothing was written; choose CSV.",
    "export_cell_too_long": "A text is longer than the {limit} characters a cell of a sheet holds. Nothing "
    "was written; choose CSV.",
    "bulk_only_people": "Only people have this, companies do not. Nothing was changed.",
    "bulk_only_companies": "Only companies have this, people do not. Nothing was changed.",
    "bulk_only_customers": "Only customers have this. Nothing was changed.",
    "bulk_not_for_customers": "Customers do not have this field. Nothing was changed.",
    "bulk_no_address": "There is no postal address whose country could be changed. Nothing was changed; add "
    "an address first.",
    "bulk_field_gone": "This field was removed in the meantime. Nothing was changed.",
    # duplicates
    "merge_needs_two": "Choose at least two records. Nothing was changed.",
    "merge_kinds": "A person and a company cannot be merged. Nothing was changed; relate them instead.",
    "merge_bank_right": "One of these records has bank details, and your role may not move them. Nothing was "
    "merged; keep that record, or ask somebody who may see and change bank details.",
}
