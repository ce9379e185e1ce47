"""What verify found wrong with the log or a file of a contact, in English sentences.

The window translates them by their source text.
"""

from crm_desktop.storage.problems import Problem

PROBLEMS: dict[str, str] = {
    "head_changed": "Entry {sequence} of the log, which this computer verified before, is no longer there or "
    "is another one: an older file was put back, or the log was written anew.",
    "entries_missing": "Entries {first} to {last} of the log are missing.",
    "log_cut": "The log ends with entry {last}, but the file counted {counted}: the newest are missing.",
    "entry_not_chained": "Entry {sequence} ({verb}) does not follow the entry before it: one of the two was "
    "changed or exchanged.",
    "entry_epoch": "Entry {sequence} ({verb}) belongs to another state of the file than its neighbours.",
    "entry_changed": "Entry {sequence} ({verb}) was changed after it was signed.",
    "entry_signature": "Entry {sequence} ({verb}) is not signed by the user it names.",
    "entry_verb": "Entry {sequence} says “{verb}”, which this program does not know.",
    "entry_right": "Entry {sequence} ({verb}) is by a user who did not have the right to it then.",
    "entry_lists": "Entry {sequence} ({verb}) lists {table} {record}, with which an entry of its kind has "
    "nothing to do.",
    "entry_calls": "Entry {sequence} ({verb}) changes imported calls {first} to {last}, which an entry of "
    "its kind does not do.",
    "consent_of_another": "Entry {sequence} ({verb}) changes consent {record} of another member, by a user "
    "who could not speak for that member.",
    "confirmed_own": "Entry {sequence} ({verb}) confirms bank account {record}, by the user who had "
    "changed it.",
    "confirmed_alone": "Entry {sequence} ({verb}) confirms a bank account alone, although another user could "
    "have confirmed it.",
    "removed_unwithdrawn": "Entry {sequence} ({verb}) removes import {record}, although no consent to it was "
    "withdrawn.",
    "forgotten_unwithdrawn": "Entry {sequence} ({verb}) takes away what said whose calls or number it was "
    "({record}), although no consent was withdrawn.",
    "purged_early": "Entry {sequence} ({verb}) removes record {record} as one whose time in the trash was "
    "over, and it was not.",
    "payload_missing": "What entry {sequence} ({verb}) said was removed, and no entry says who did it.",
    "images_missing": "Old values of {count} rows that entry {sequence} ({verb}) changed were removed, and "
    "no entry says who did it.",
    "removed_early": "Entry {sequence} declares old values up to entry {up_to} removed that had to be kept "
    "longer.",
    "row_differs": "{table} {record}: the values are not those of entry {sequence}, the last that names it.",
    "row_missing": "{table} {record} is missing; entry {sequence}, the last that names it, did not "
    "remove it.",
    "row_came_back": "{table} {record} is there, although entry {sequence} removed it.",
    "row_without_entry": "{table} {record} is there without any entry in the log.",
    "calls_differ": "Imported calls {first} to {last}: at least one is not as entry {sequence} has it.",
    "calls_missing": "Imported calls {first} to {last} are missing; entry {sequence} has them.",
    "calls_without_entry": "Imported calls {first} to {last} are there without any entry in the log.",
    "content_damaged": "“{name}” of {contact} is damaged or incomplete; the contact itself is whole. Add the "
    "original again, which mends it, or get the file from a backup.",
    "photo_damaged": "The photo of {contact} is damaged or incomplete; the contact itself is whole. Choose "
    "the picture again, which mends it, or get it from a backup.",
    "content_in_trash": "A file of a contact in the trash is damaged or incomplete. Restore the contact to "
    "see which; a backup has it.",
}

TABLES: dict[str, str] = {
    "organization": "Organization",
    "member": "Member",
    "import_run": "Import",
    "contact": "Contact",
    "phone": "Phone number",
    "email": "E-mail address",
    "postal_address": "Postal address",
    "product": "Product",
    "product_use": "Product in use",
    "consent": "Consent",
    "bank_account": "Bank account",
    "relation": "Relation",
    "foreign_id": "Id in another system",
    "tag": "Tag",
    "contact_tag": "Tag of a contact",
    "contact_note": "Note",
    "follow_up": "Follow-up",
    "keep_in_touch": "Keep-in-touch rhythm",
    "attachment": "File",
    "imported_row": "Imported row",
    "card_property": "Property of a card",
    "moved_calls": "Calls of a merged contact",
    "number_decision": "Decision about a number",
    "linked_calls": "Calls of a number",
    "not_duplicate": "Two contacts told apart",
    "past_status": "Former status",
    "custom_field": "Own field",
    "custom_value": "Value of an own field",
    "saved_filter": "Saved filter",
}


def sentence(problem: Problem) -> str:
    """Return the English sentence of a problem."""
    table = str(problem.facts.get("table", ""))
    return PROBLEMS[problem.code].format(**{**problem.facts, "table": TABLES.get(table, table)})
