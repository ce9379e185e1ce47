"""The file and its keys: warnings at opening, ledger, changing keys, backups, restoring, the keyring."""

FILE_SENTENCES: dict[str, str] = {
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
    "import_was_removed": "An import was interrupted and has been removed. Import the file again.",
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
    "withdrawal_was_finished": "A withdrawn consent was not carried out in this file yet, because it was "
    "interrupted or an older file was put back. It is now: the imported calls were removed, and notes and "
    "calls entered by hand are kept. There is nothing left to do.",
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
}
