"""The English sentence of each error code: what happened, what was kept, what to do.

One catalogue for both faces: the command line prints it, the window translates it first. A test holds
it against every code raised anywhere. Keys are sorted by the room that raises them.
"""

from crm_desktop.domain.errors import KnownError
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
    # follow-ups
    "due_unreadable": "“{value}” is no day. Write t for today, tm for tomorrow, +3d, +2w or +1m, a weekday "
    "such as fri, 31.12. or 2026-12-31, and a time behind it if you like. Nothing was changed.",
    "due_too_far": "The day lies too far away: years from {first} to {last} can be planned. "
    "Nothing was changed.",
    "time_invalid": "“{value}” is not a time of the day. Write it as 14:30. Nothing was changed.",
    "interval_invalid": "Choose a number between 1 and {limit}. Nothing was changed.",
    "follow_up_done": "This follow-up was done already. Nothing was changed; open it again first.",
    "calendar_not_written": "The calendar could not be written to {path}. What was there is as it was; "
    "choose another place.",
    # filters
    "filter_unknown": "This filter holds something this version does not know, so it was not used. "
    "Nothing was changed.",
    "filter_value_missing": "Type or choose what to compare {field} with. Nothing was changed.",
    "filter_digits": "Type at least one digit of the number. Nothing was changed.",
    "filter_days": "Type a number of days between 1 and {most}. Nothing was changed.",
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
    **LIST_SENTENCES,
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
    # warnings at opening
    "key_file_repaired": "The {copy} copy of the key file was missing, damaged or older. The {used} copy was "
    "used and the others were renewed from it.",
    "place_network": "{path} is on a network share, so it was opened for reading only. Copy it, with its key "
    "files, to a folder of this computer to work on it.",
    "place_sync": "{path} is in a folder that a sync program keeps, so it was opened for reading only. Move "
    "it, with its key files, to a folder of this computer to work on it.",
    "place_read_only": "{path} cannot be written where it lies, so it was opened for reading only. Copy it, "
    "with its key files, to a folder of this computer to work on it.",
    "changes_wait_beside": "The last changes of {path} are still in {log} beside it and cannot be read where "
    "nothing can be written. Nothing was changed. Copy both, with the key files, to a folder of this "
    "computer and open the file there.",
    "conflicted_copy": "A sync program left other copies beside the file: {names}. They were not opened; "
    "look which one is right before you delete any.",
    "log_not_emptied": "The calls are removed and nobody sees them any more, but another program is reading "
    "{name}, so that their encrypted traces stay on the disk until everybody has closed the file.",
    "bytes_appended": "{bytes} bytes were added to the end of the file by another program. Nothing of yours "
    "is lost; make a backup and find out which program did it.",
    "file_swapped": "Another file was put in the place of {path} while it was open here. Nothing more is "
    "written, to either of the two. Lock the window and sign in to the file that is there now.",
    "file_gone": "{path} is no longer where it was when it was opened. Nothing more is written; what is "
    "half typed stays on screen. Bring the disk or the file back, then save again.",
    "file_older": "This file is older than what you last saved here: entry {found}, this computer saw "
    "{seen}. Somebody put an older copy back. Nothing was changed; look for the newer file before you go on.",
    "file_changed_outside": "The log of this file was changed outside the program (entry {sequence}). "
    "Nothing was changed now; run a verification and look for a newer copy.",
    "import_under_way": "Another program is importing a log of the same phone. Nothing was read; try again "
    "when it is done.",
    "import_was_unfinished": "An import was interrupted and has been removed ({calls} calls). Import the "
    "file again.",
    "change_was_unfinished": "A change of many records was interrupted and has been taken back ({records} "
    "entries). What somebody changed since then was kept. Do it again if it is still wanted.",
    "change_is_unfinished": "A change of many records was interrupted: {records} entries have it, the others "
    "do not. Nothing is lost. It is taken back as soon as somebody opens the file who may change records.",
    # the ledger
    "ledger_not_written": "{name} could not be written, which must come before anything is removed. Nothing "
    "was changed. Look at the free space and the permissions of the folder, and try again.",
    "ledger_full": "{name} is larger than this program lets it grow, so something else wrote to it. Nothing "
    "was changed. Move it to another folder and try again; this computer's copy takes its place.",
    "ledger_unreadable": "{name} may not be read or is no ordinary file. Nothing was changed; what this "
    "computer knows of withdrawals and erasures counts. Look at the permissions of the file.",
    "ledger_damaged": "{name} is damaged in line {lines}. What these lines said does not count here; every "
    "other line does, and nothing was changed. Check the disk, and keep the file.",
    "ledger_record_damaged": "An entry of the ledger is damaged and was not read. Nothing was changed. Use "
    "the ledger of a backup.",
    "ledger_entries_refused": "{count} entries of {name} are not signed by somebody who had the right to "
    "make them. They do not count and nothing was changed. Ask an administrator who wrote to the file.",
    "ledger_completed": "{name} had lost {count} entries, which were put back from this computer's copy. "
    "Nothing else was changed. Find out which program replaced the file by an older one.",
    "ledger_not_kept_here": "This computer's copy of the ledger could not be written. The ledger beside the "
    "file has everything. Look at the free space and the permissions of the program's data folder.",
    "withdrawal_not_finished_here": "A withdrawn consent is not carried out in {path} yet, and the file is "
    "open for reading only, so its imported calls are still there. Open the file where it can be written: "
    "that removes them.",
    "withdrawal_was_unfinished": "A withdrawn consent was not carried out in this file yet, because it was "
    "interrupted or an older file was put back. It is now: {calls} imported calls were removed, and notes "
    "and calls entered by hand are kept. There is nothing left to do.",
    # the file
    "file_busy": "{name} is in use by another program that is writing. Nothing was changed; try again.",
    "file_read_only": "{path} is open for reading only. Nothing was changed.",
    "file_closed": "The organization file was closed. Sign in again.",
    "file_damaged": "{path} is damaged. It was not changed. Restore the newest backup.",
    "file_damaged_backup_known": "{path} is damaged. It was not changed. The newest backup that was read "
    "back is of {when}: {backup}. Restore it.",
    "damage_found": "{name} is damaged: some of its pages cannot be read. What is shown is sound, and "
    "nothing was changed. This computer knows no backup of it, and none can be made of damaged pages. Rescue "
    "what can be read into a new file, or restore a backup from another place.",
    "damage_found_backup": "{name} is damaged: some of its pages cannot be read. What is shown is sound, and "
    "nothing was changed. The newest verified backup is of {when}; no older one is removed from now on. "
    "Rescue what can be read into a new file, or restore that backup.",
    "file_not_openable": "{path} cannot be opened. Check that you may read and write it.",
    "disk_error": "The disk reported an error while {path} was used. What was saved before is kept.",
    "disk_full": "The disk is full. Nothing was changed in {path}; free some space and try again.",
    "cipher_missing": "This program was installed without encryption and opens no file. Install it again.",
    "schema_newer": "A newer version of the program wrote this file (schema {version}, this program knows "
    "{known}). It was not changed. Install the newer version.",
    # changing keys, recovering
    "rotation_unfinished": "The last change of keys has not ended yet. Nothing was changed. Close the "
    "file on every computer and let an administrator sign in: that ends it; then change the keys again.",
    "leaving_is_oneself": "Nobody can change the keys against himself: you would know the new ones. "
    "Nothing was changed. Another administrator must do it.",
    "own_password_first": "Your password was set by an administrator who has left. Nothing was changed. "
    "Change it, sign in again, then change the keys.",
    "rotation_plan_old": "Users or keys were changed after this kit was made. Nothing was changed and the "
    "kit is void: destroy it and begin again.",
    "rotation_source_damaged": "{path} is damaged, so its keys were not changed. Nothing was changed and "
    "every backup is kept. Restore the newest backup first, then change the keys.",
    "rotation_disk_full": "There is not enough space in {path}: {needed_mb} MB are needed to change the "
    "keys. Nothing was changed and the former kit is still valid. Free some space and try again.",
    "rotation_failed": "The disk of {path} reported an error while the keys were changed. Nothing was "
    "changed and the former kit is still valid. Check the disk and try again.",
    "rotation_half_done": "The disk reported an error while the keys were changed. Nothing is lost. Keep "
    "both kits: sign in with the set-up code of kit {kit}, which ends the change, or else with the former "
    "one.",
    "rotation_to_finish": "The keys were changed, but the former key is not taken off the list yet. "
    "Nothing is lost. The next sign-in of an administrator while nobody else has the file open ends it.",
    # backups
    "backup_source_damaged": "{path} is damaged, so no backup was made of it. Older backups are kept as they "
    "are; restore the newest one, or verify the file first.",
    "backup_not_whole": "{path} was read back and is not whole, so it does not count as a backup. The file "
    "itself and other backups are unchanged. Try again, or use another disk.",
    "backup_disk_full": "There is not enough space in {path}: {needed_mb} MB are needed. No backup was made; "
    "the file and older backups are unchanged. Free some space or choose another place.",
    "backup_place_missing": "The place for backups is not there: {path}. No backup was made; the file and "
    "older backups are unchanged. Plug the disk in, or choose another place.",
    "backup_place_read_only": "Nothing can be written to {path}. No backup was made; the file and older "
    "backups are unchanged. Remove the write protection, or choose another place.",
    "backup_place_failed": "The disk of {path} reported an error. No backup was made; the file and older "
    "backups are unchanged. Check the disk, or choose another place.",
    "backup_space_low": "The backup was made. The few that always stay in {path} take {used_mb} MB, more "
    "than the {limit_mb} MB backups should take there. Free some space, or choose another place.",
    "backup_not_thinned_damage": "The backup was made. {name} is known to be damaged, so no older backup is "
    "removed: one of them may hold what is lost here. Rescue what can be read, or restore a backup.",
    "backup_not_thinned": "The backup was made, but older ones in {path} could not be removed. Look whether "
    "the disk is write-protected or failing.",
    # restoring
    "backup_damaged": "{path} is damaged and was not restored. Nothing was changed. Try another backup.",
    "backup_not_reachable": "{path} cannot be reached. Nothing was changed. Plug in the disk or the stick "
    "that holds it, or choose another backup.",
    "backup_not_readable": "{path} cannot be read: the disk or its permissions refuse it. Nothing was "
    "changed. Check the disk, or choose another backup.",
    "backup_key_unknown": "{path} is under a key this organization does not have. Nothing was changed. Look "
    "whether it is a backup of this organization.",
    "backup_from_before_you": "{path} is from before your account: what was withdrawn since can only be "
    "taken out of it by somebody who was there. Nothing was changed. Ask an administrator to sign in here.",
    "backup_is_the_file": "{path} is the file itself, not a backup of it. Nothing was changed.",
    "restore_disk_full": "There is not enough space in {path}: {needed_mb} MB are needed to restore. Nothing "
    "was changed. Free some space and try again.",
    "restore_unfinished": "A backup was being restored to {path} when the program was stopped. Whatever was "
    "there is kept in a folder “before-restore” beside it, and the backup is unchanged. Restore it again.",
    "restore_failed": "The disk of {path} reported an error while a backup was restored. What was there is "
    "kept, in the file itself or in a folder “before-restore” beside it. Check the disk and try again.",
    "rescue_schema_unreadable": "The beginning of {path}, which says where everything else lies, is damaged, "
    "so its records cannot be read one by one. It was not changed. Only a backup helps: restore the newest.",
    "rescue_disk_full": "There is not enough space in {path}: {needed_mb} MB are needed for the rescued "
    "file. Nothing was left there; the damaged file is as it was. Free some space or choose another place.",
    "rescue_failed": "The disk of {path} reported an error while the rescued file was written. Nothing was "
    "left there, and the damaged file is as it was. Choose another disk.",
    "restored_unconfirmed": "This file was restored or rescued, so no backups are made by themselves. "
    "Look whether everything is there, then make a backup by hand: that confirms it.",
    "schema_older": "{path} was written by an older version of the program and is open for reading only, so "
    "it cannot be brought up to date. Copy it, with its key files, to a folder of this computer.",
    "backup_place_same": "{path} is the folder of the organization file: one lost disk would take both. "
    "Nothing was changed. Choose a folder on another disk.",
    "backup_second_failed": "The backup was made on this computer, but not in the second place {path}: it is "
    "not there, full or write-protected. Plug the disk in, or choose another place.",
    **IMPORT_SENTENCES,
    # keys, key file, signing in
    "password_too_short": "The password needs at least {limit} characters. Nothing was changed.",
    "password_too_long": "The password may have at most {limit} characters. Nothing was changed.",
    "password_character_refused": "The password holds a character no keyboard types. Nothing was changed; "
    "type it again.",
    "login_refused": "A login name has 1 to {limit} printable characters. Nothing was changed.",
    "code_group_wrong": "Group {group} of {groups} is wrong. Compare it with the printed code and type it "
    "again.",
    "code_length_wrong": "The code has {expected} characters without hyphens, {length} were typed. "
    "Compare it with the printed code.",
    "password_wrong": "Wrong password, or no such login. Nothing was opened.",
    "secret_unknown": "The set-up code of this computer is not this file's. Nothing was opened. "
    "Type the set-up code of this organization, or look whether the right file was chosen.",
    "set_up_code_replaced": "This organization has a new set-up code. Nothing was opened. "
    "Ask an administrator for it and type it once.",
    "account_damaged": "An account in the key file is damaged, so it cannot be opened; the other accounts "
    "and the data are kept. An administrator can make a new account; a backup of the key file holds the old "
    "one.",
    "account_disabled": "This account no longer opens the organization. Nothing was opened. "
    "Ask an administrator.",
    "sign_in_again": "Your account was changed in the meantime. Nothing was written. Sign in again.",
    "key_parameters_refused": "An account in the key file asks for a computation this program never asks "
    "for. It was not done and nothing was opened: the file was changed by something else. Use a backup of "
    "it.",
    "memory_too_small": "{megabytes} MB of free memory are needed to check the password. "
    "Nothing was changed. Close other programs and try again.",
    "login_taken": "Somebody already signs in as “{login}”. Nothing was changed. Choose another name.",
    "user_exists": "This user is already in the list. Nothing was changed.",
    "user_unknown": "This user is not in the list any more. Nothing was changed. Look at the list again.",
    "last_administrator": "This is the last administrator; without one nobody could manage users and keys. "
    "Nothing was changed. Make somebody else an administrator first.",
    "user_oneself": "Nobody changes his own role, exceptions or account. Nothing was changed. "
    "Ask another administrator.",
    "password_own": "This is your own account. Nothing was changed. Change your password with the old one: "
    "in your menu, or with “users FILE passwd”.",
    "password_must_change": "Your password was set by somebody else. Nothing was done. Choose one of your "
    "own first: the window asks for it, or use “users FILE passwd”.",
    "right_unknown": "There is no right called “{value}”. Nothing was changed.",
    "exception_not_allowed": "{right} goes with the role and cannot be given to or taken from a single user. "
    "Nothing was changed. Change the role instead.",
    "bank_right_kept": "Administrators keep the bank details: they hold every key. Nothing was changed. "
    "Change the role instead.",
    "key_file_tampered": "Accounts in the key file were changed outside the program ({what}). Your keys and "
    "rights were not affected. Look at Administration > Users, reset what is marked there, and find out who "
    "did it.",
    "account_not_moved": "This account has not signed in since the set-up code changed. Nothing was changed. "
    "Its owner has to sign in once first.",
    "public_key_refused": "The key file names a public key that is none. Nothing was sealed or changed.",
    "sealed_key_damaged": "A key ({kind}) in your account is damaged or was replaced. Nothing was opened. "
    "Ask an administrator to seal it again, or use a backup of the key file.",
    "key_not_in_roster": "The key file holds a key ({kind}) that no administrator listed. It was not used "
    "and nothing was opened: the file was changed outside the program. Ask an administrator.",
    "key_missing": "Your account lacks a key ({kind}) it needs. Nothing was opened. "
    "Ask an administrator, or use a newer copy of the key file.",
    "roster_damaged": "The list of users in the key file is damaged. Nothing was opened. "
    "Use a backup of the key file.",
    "roster_root_unknown": "The key file is signed by another organization key than this computer knows. "
    "Nothing was opened. If an administrator gave out a new set-up code, type it; else ask him.",
    "roster_forged": "The list of users in the key file was changed outside the program. Nothing was opened. "
    "Ask an administrator, or use a backup of the key file.",
    "roster_of_another_organization": "The list of users in the key file belongs to another organization. "
    "Nothing was opened. Use the key file of this organization.",
    "roster_older": "The key file is older than the one this computer saw last: {found} < {seen}. "
    "Nothing was opened. Somebody put an older copy back; use the newest one.",
    "chest_damaged": "The administrators' keys in the key file are damaged or were replaced. "
    "Nothing was opened. Use a backup of the key file.",
    "recovery_code_wrong": "This recovery code is not this organization's. Nothing was opened. "
    "The file needs emergency kit {needed}.",
    "kit_outdated": "This is kit {kit}, the file needs kit {needed}. Nothing was opened. "
    "Kit {kit} opens backups of before {before}.",
    "recovery_forged": "The key file was changed outside the program: what this kit opens is not what it was "
    "made for. Nothing was opened. Use a backup of the key file.",
    "key_file_missing": "The key file is missing, here and on this computer. Nothing was changed. "
    "Open the organization on another computer that used it, or restore a backup.",
    "key_file_damaged": "The key file is damaged, and so are its copies. Nothing was changed. "
    "Open the organization on another computer that used it, or restore a backup.",
    "key_file_unreadable": "The key file may not be read. Nothing was changed. "
    "Look at the permissions of the file and its folder.",
    "key_file_newer": "A newer version of the program wrote the key file. It was not changed. "
    "Install the newer version.",
    "key_file_of_another_organization": "The key file belongs to another organization. Nothing was opened. "
    "Put the key file of this organization beside it.",
    "key_file_copy_older": "A copy of the key file was older than the other one. The newer one is used.",
    "key_file_older": "The key file is older than the data: {found} < {wanted}. Nothing was opened. "
    "Put the newest copy back, or open the organization on another computer that used it.",
    "key_file_not_written": "{path} could not be written. The keys are as they were before. "
    "Look at the free space and the permissions of the folder.",
    "commands_planted": "Somebody put commands into the file that run when something is saved ({names}). "
    "Nothing was saved. Sign in again: they are taken out then, and the file can be verified.",
    "commands_removed": "Somebody put commands into the file that run when something is saved ({names}). "
    "They were taken out before anything was saved here. Verify the file: it tells what they changed.",
    "key_file_overfull": "The key file is full: somebody put more into it than it may hold. Nothing was "
    "changed. Remove the unknown accounts under Administration, or restore the newest backup.",
    "key_file_busy": "The keys are being changed by {holder}. Nothing was changed. Try again in a moment.",
    "lock_file_unusable": "{path} cannot be opened for writing, so other programs cannot be kept out. "
    "Nothing was changed. Look at the permissions of the folder.",
    "seats_all_taken": "{seats} programs have this organization open; no more can. Close one of them.",
    "organization_being_changed": "{holder} is changing the keys or restoring a backup. Try again in a "
    "moment.",
    "organization_open_elsewhere": "This organization is also open here: {holders}. Nothing was changed. "
    "Close it there and try again.",
    "device_data_not_written": "This computer's memory of the organization could not be written. The data is "
    "kept; look at the free space.",
    "device_data_damaged": "This computer's memory of the organization was damaged and begins anew. The data "
    "is kept; an older file put back cannot be noticed this time.",
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
    # the system's keyring
    "keyring_missing": "There is no keyring on this computer ({backend}). The set-up code is asked for at "
    "each start. Install a keyring such as GNOME Keyring or KWallet to keep it.",
    "keyring_unavailable": "The keyring {backend} does not answer or its prompt was dismissed. Nothing was "
    "changed. Unlock it and try again, or type the set-up code.",
    "keyring_locked": "The keyring {backend} is locked. Nothing was changed. Unlock it and try again, or "
    "type the set-up code.",
    "keyring_refused": "The keyring {backend} refused ({reason}). Nothing was changed. Allow the access in "
    "the system's settings, or type the set-up code.",
    "keyring_timeout": "The keyring {backend} did not answer within {seconds} s. Nothing was changed. Look "
    "for its prompt and unlock it, or type the set-up code.",
    "keyring_not_kept": "The keyring {backend} did not keep the set-up code. Keep the printed one: it is "
    "asked for at each start until another keyring is set up.",
    "keyring_changed": "The set-up code was kept in {former}, and {backend} is used now. Nothing was "
    "changed. Type the set-up code to keep it there too.",
    "keyring_value_damaged": "What the keyring {backend} holds for this organization is no set-up code. Type "
    "the set-up code to replace it.",
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


def sentence(error: KnownError, catalogue: dict[str, str] | None = None) -> str:
    """Return the sentence for ``error``; ``catalogue`` may hold a translation."""
    template = (catalogue or SENTENCES).get(error.code) or SENTENCES[error.code]
    return template.format(**error.facts)
