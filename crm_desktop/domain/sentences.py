"""The English sentence of each error code: what happened, what was kept, what to do.

One catalogue for both faces: the command line prints it, the window translates it first. A test holds
it against every code raised anywhere. Keys are sorted by the room that raises them.
"""

from crm_desktop.domain.errors import KnownError
from crm_desktop.domain.file_sentences import FILE_SENTENCES
from crm_desktop.domain.import_sentences import IMPORT_SENTENCES
from crm_desktop.domain.list_sentences import LIST_SENTENCES

SENTENCES: dict[str, str] = {
    # rights and records
    "right_missing": "Your role does not allow this ({right}). Nothing was changed. Ask an administrator.",
    "record_not_found": "This record no longer exists. Nothing was changed.",
    "record_changed": "Somebody else saved this record in the meantime. Your change was not written; "
    "look at the newer values and try again.",
    "value_required": "{field} must not be empty. Nothing was changed.",
    "value_too_long": "{field} is too long: {length} characters, {limit} fit. Nothing was changed.",
    "value_not_in_list": "“{value}” is not one of the choices for {field}. Nothing was changed.",
    "own_days_order": "“{value}”: the first day lies behind the last one. Nothing was changed.",
    "date_invalid": "“{value}” is not a date. Write it as 2026-03-31. Nothing was changed.",
    "email_invalid": "“{value}” is not an e-mail address. Nothing was changed.",
    "phone_invalid": "“{value}” is not a phone number. Nothing was changed.",
    "region_invalid": "“{value}” is not a two-letter country code such as DE or US.",
    "time_zone_invalid": "“{value}” is not a time zone such as Europe/Berlin.",
    "nothing_to_undo": "There is nothing to undo in this session.",
    "nothing_to_redo": "There is nothing to do again.",
    "undo_conflict": "This was changed again afterwards, so it was not undone. Nothing was changed; "
    "the later values are kept.",
    "not_revertible": "This cannot be reverted: it was no change of a record. Nothing was changed.",
    "revert_added_record": "This is the change that added the record. Move the record to the trash instead; "
    "nothing was changed.",
    "nothing_left_to_revert": "Everything in this change is as it was before already. Nothing was changed.",
    "already_undone": "This was undone already. Nothing was changed.",
    "name_required": "A name is needed: a given or family name, or the company. Nothing was changed.",
    "value_unreadable": "{field} holds characters that are no text. Nothing was changed.",
    "quantity_invalid": "The quantity must not be negative. Nothing was changed.",
    "undo_expired": "The old values of this change are no longer kept, so it cannot be undone. "
    "Nothing was changed.",
    "field_unknown": (
        "There is no field called {field} that can be edited in the list. Nothing was changed."
    ),
    # identifiers, tags and own fields
    "customer_number_taken": "Somebody has the customer number {value} already. Nothing was changed; leave "
    "it empty to get the next one.",
    "vat_invalid": "“{value}” is not a VAT id by its country’s rule. Nothing was changed.",
    "number_prefix_invalid": "The beginning of customer numbers has at most {limit} characters and no blanks "
    "around it. Nothing was changed.",
    "number_width_invalid": "Customer numbers have between 1 and {limit} digits. Nothing was changed.",
    "number_next_invalid": "The next customer number must be 1 or more. Nothing was changed.",
    "tag_there": "There is a tag called “{value}” already. Nothing was changed.",
    "field_there": "There is a field called “{value}” already. Nothing was changed.",
    "choices_needed": "A choice needs at least one value to choose from. Nothing was changed.",
    "list_needed": "Choose whether customers, address-book entries or both have this field. "
    "Nothing was changed.",
    "number_invalid": "“{value}” in {field} is not a number. Nothing was changed.",
    "link_invalid": "“{value}” in {field} is not a link such as https://example.com. Nothing was changed.",
    # notes and calls entered by hand
    "note_day_invalid": "The day of a note lies between 1900 and a year from now. Nothing was changed.",
    "call_outcome_unfit": "A call in this direction does not end like that. Nothing was changed.",
    "call_not_begun": "This call would begin in the future. Check its day and time; nothing was changed.",
    "call_duration_invalid": "“{value}” is no length of a call. Write minutes, or minutes and seconds as "
    "3:25, up to a day. Nothing was changed.",
    "call_of_customers_only": "Calls are kept for customers only. Move the entry to the customers first; "
    "nothing was changed.",
    "call_gone": "This call is no longer kept. The follow-up stays as it is.",
    "call_running": "A call is under way already. Enter or discard it first.",
    "call_not_running": "This call was entered or discarded in another window. Nothing was entered here: "
    "log it as a new call where it is missing.",
    "call_imported": "This call comes from a phone's log and stays as it is there. Nothing was changed; a "
    "note can be added to it.",
    # follow-ups
    "due_unreadable": "“{value}” is no day. Write t for today, tm for tomorrow, +3d, +2w or +1m, a weekday "
    "such as fri, 31.12. or 2026-12-31, and a time behind it if you like. Nothing was changed.",
    "due_too_far": "The day lies too far away: years from {first} to {last} can be planned. "
    "Nothing was changed.",
    "time_invalid": "“{value}” is not a time of the day. Write it as 14:30. Nothing was changed.",
    "interval_invalid": "Choose a number between 1 and {limit}. Nothing was changed.",
    "follow_up_done": "This follow-up was done already. Nothing was changed; open it again first.",
    "follow_ups_moved": "Somebody else moved some of these follow-ups in the meantime: {count}. None was "
    "postponed; look at the newer days and try again.",
    "calendar_not_written": "The calendar could not be written to {path}. What was there is as it was; "
    "choose another place.",
    # filters
    "filter_unknown": "This filter holds something this version does not know, so it was not used. "
    "Nothing was changed.",
    "filter_value_missing": "Type or choose what to compare {field} with. Nothing was changed.",
    "filter_digits": "Type at least one digit of the number. Nothing was changed.",
    "filter_days": "Type a number of days between 1 and {most}. Nothing was changed.",
    "filter_numbers": "The second number is smaller than the first. Nothing was changed.",
    "filter_field_removed": "The field “{field}” was removed, so nothing can be compared with it. Nothing "
    "was changed; take the condition out, or bring the field back.",
    "filter_order": "The second date lies before the first. Nothing was changed.",
    "filter_too_many": "A filter has at most {limit} conditions. Nothing was changed.",
    "filter_there": "There is a filter called “{value}” already. Nothing was changed; choose another name.",
    "filter_text_account": "Four digits alone may be the end of a bank account and are never kept. "
    "Nothing was changed; clear the search or type more.",
    # relations
    "relation_to_itself": "Nobody can be related to himself; choose somebody else. Nothing was changed.",
    "relation_sides": "This relation does not go together with a person or company on this side. "
    "Nothing was changed; choose another kind.",
    "kind_has_relations": "This record has relations that only a person, or only a company, can have. "
    "Nothing was changed; remove those relations first.",
    "relation_already_there": "This relation is there already for these dates. Nothing was changed.",
    "relation_circle": "This would lead in a circle back to the same record. Nothing was changed.",
    "relation_ends_early": "The end lies before the start. Nothing was changed.",
    # products
    "product_there": "There is a product called {value} already. Nothing was changed; choose another name, "
    "or merge the two.",
    "product_code_there": "The product {value} has this code already. Nothing was changed.",
    "product_in_use": "Customers use or used this product, so it cannot be deleted. Nothing was changed; "
    "retire it instead, or merge it into another.",
    "product_merge_itself": "A product cannot be merged into itself; choose another. Nothing was changed.",
    "product_plans_many": "A product can have at most {limit} plans. Nothing was changed.",
    "use_ends_early": "The end lies before the start. Nothing was changed.",
    "use_has_ended": "This product is no longer used, so there is nothing to renew. Nothing was changed.",
    # bank details
    "account_needed": "An IBAN or account number is needed. Nothing was changed.",
    "account_characters": "An account number has only letters A-Z and digits. Nothing was changed.",
    "account_too_long": "This is longer than any account number (34 characters). Nothing was changed.",
    "account_already_there": "This account is on file here already. Nothing was changed.",
    "iban_country": "An IBAN does not begin like this: the first two letters are no country that has IBANs. "
    "Nothing was changed.",
    "iban_length": "An IBAN of this country has another length: characters are missing or too many. "
    "Nothing was changed.",
    "iban_check_digits": "The check digits of this IBAN do not fit: a character is wrong or two are swapped. "
    "Nothing was changed.",
    "iban_national_digits": "The account number inside this IBAN does not fit its bank's own check digits. "
    "Nothing was changed.",
    "iban_structure": "This IBAN has a letter where its country has a digit, or the other way round. "
    "Nothing was changed.",
    "bic_length": "A BIC has 8 or 11 characters. Nothing was changed.",
    "bic_country": "The fifth and sixth letter of this BIC are no country. Nothing was changed.",
    "bic_structure": "This is not built like a BIC: four letters, the country, then letters or digits. "
    "Nothing was changed.",
    "bic_of_another_bank": "This BIC belongs to another bank than the IBAN. Nothing was changed.",
    "currency_unknown": "This is no currency; write its three letters, such as EUR. Nothing was changed.",
    "reason_needed": "Say why the number is needed; the log keeps it. Nothing was shown.",
    "reason_holds_account": "The reason holds digits of the account, and the log is read by others. "
    "Nothing was shown; say it in words.",
    "record_in_trash": "This record is in the trash. Nothing was changed; restore it first.",
    "record_merged": "This record became part of another one. Nothing was changed; open that one, or "
    "undo the merge.",
    "bank_key_missing": "These bank details are locked with a key you do not have. Nothing was changed. "
    "Sign in again, or ask an administrator.",
    "bank_not_authentic": "These bank details were changed or moved outside the program and do not open. "
    "They are kept as they are; do not pay to this account, and restore a backup or enter them anew.",
    "bank_change_waiting": "A change of this account waits. Nothing was removed; confirm or reject it first.",
    "bank_nothing_waits": "No change of this account waits any more. Nothing was changed.",
    "bank_own_change": "You made this change, so somebody else confirms it. It keeps waiting.",
    "bank_password_needed": "Nobody else may confirm bank details: your password is needed again. "
    "The change keeps waiting.",
    "bank_rotation_unfinished": "The former bank key is still in use. Nothing is lost, both keys are kept; "
    "try again.",
    # consent
    "consent_missing": "No consent for this phone's call log is recorded. Nothing was read. The person whose "
    "phone it is gives it under Privacy, or with “consent grant”.",
    "consent_withdrawn": "The consent for this phone's call log was withdrawn. Nothing was read. The person "
    "whose phone it is can give it again under Privacy.",
    "consent_expired": "The consent for this phone's call log has expired. Nothing was read; calls imported "
    "before are kept. The person whose phone it is can give it again under Privacy.",
    "consent_exists": "A valid consent is already recorded. Nothing was changed.",
    "consent_none": "There is no consent to withdraw. Nothing was changed.",
    "expiry_passed": "The day the consent ends must lie in the future. Nothing was recorded.",
    "scan_size": "The scan must not be empty and not larger than {limit_mb} MB. Nothing was recorded.",
    # signing in and creating
    "set_up_code_needed": "This computer has no key for the file yet. Type the set-up code from the "
    "emergency kit; nothing was changed.",
    "login_needed": "The file has more than one user. Say who is signing in.",
    "wait": "The password was wrong before. Wait {seconds} s and try again.",
    "password_same": "The new password is the old one. Nothing was changed.",
    "file_missing": "There is no file at {path}. Nothing was created.",
    "organization_file_empty": "{path} is empty (0 bytes). It is no organization file and was not "
    "changed. Look for a backup, or for a copy the disk or a sync program left beside it.",
    "not_an_organization_file": "{path} is not an organization file. It was not changed.",
    "file_name_suffix": "The name of an organization file ends in .crm; “{name}” does not. "
    "Nothing was created.",
    "file_exists": "{path} exists already. It was not changed; choose another name.",
    "folder_missing": "There is no folder {path}. Nothing was created.",
    "keys_left_over": "{path} is the key file of another organization, whose data may lie elsewhere. It was "
    "not touched; choose another name, or move it to where its organization file is.",
    "place_not_for_new_files": "{path} is on a network share or kept by a sync program, where an open file "
    "can be destroyed. Nothing was created; choose a folder of this computer.",
    "kit_not_written": "The emergency kit could not be written to {path}. Nothing was kept there; choose "
    "another place.",
    "bench_size": "Measuring needs 10 to {limit} customers and at least 10 calls. Nothing was created.",
    "window_not_measured": (
        "The window could not be measured: {reason}. No figures are given. Try it where the program starts."
    ),
    "sample_size": "A sample organization has between 0 and {limit} customers. Nothing was created.",
    # files of a contact
    "attached_folder": "“{name}” is a folder. It was not added; add the files in it, or pack it into one "
    "file.",
    "attached_special": "“{name}” is no ordinary file. It was not added.",
    "attached_gone": "“{name}” is no longer there. It was not added.",
    "attached_unreadable": "“{name}” could not be read. It was not added; look whether you may open it.",
    "attached_empty": "“{name}” is empty (0 bytes). It was not added.",
    "attached_too_large": "“{name}” is too large: {size} MB, and a file may have {limit} MB. It was not "
    "added.",
    "attached_changed": "“{name}” was changed while it was read. It was not added; add it again when the "
    "other program has saved it.",
    "attachment_damaged": "The content of “{name}” is damaged: it is not what was added. Nothing was "
    "changed. Restore it from a backup.",
    "print_not_written": "The PDF “{path}” could not be written, so nothing of it is there. Choose another "
    "place, or make room.",
    "printer_refused": "The printer took nothing. Look whether it is switched on and ready, then print "
    "again.",
    "letter_field_unknown": "A letter has no field {{{name}}}. Choose one from the list below the text.",
    "copy_exists": "“{name}” exists already and was not overwritten. Choose another name.",
    "copy_not_written": "The copy “{name}” could not be written: {reason}. Nothing was left outside the "
    "organization's file; choose another place.",
    "file_is_program": "“{name}” is a program or might start one, so it is not opened from here. If you "
    "trust where it came from, save a copy.",
    "not_shown_inside": "“{name}” cannot be shown inside the program. Open a decrypted copy.",
    "picture_unreadable": "“{name}” is no picture that can be read, or it is damaged. Nothing was changed.",
    "picture_too_large": "The picture “{name}” has too many pixels to be shown safely ({width} × {height}). "
    "Nothing was changed.",
    "pdf_unreadable": "“{name}” is damaged, or under a password of its own. Open a decrypted copy to see it "
    "with another program.",
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
    **FILE_SENTENCES,
    **IMPORT_SENTENCES,
    **LIST_SENTENCES,
}


def sentence(error: KnownError, catalogue: dict[str, str] | None = None) -> str:
    """Return the sentence for ``error``; ``catalogue`` may hold a translation."""
    template = (catalogue or SENTENCES).get(error.code) or SENTENCES[error.code]
    return template.format(**error.facts)
