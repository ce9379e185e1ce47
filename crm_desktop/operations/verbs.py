"""The verbs of the log and the right each one needs (None: nobody is refused).

One table for two questions: may this person do it now, asked in the transaction that writes, and might
the signer of an entry do it then, asked by ``verify``.
"""

RIGHT_OF: dict[str, str | None] = {
    "create": "users",
    "login": None,
    "rewrap": "self.password",
    "change_password": "self.password",
    "restored": "restore",
    "migrate": None,
    "set_backup_place": "backup.settings",
    "add_member": "users",
    "add_user": "users",
    "disable_user": "users",
    "add_customer": "records.edit",
    "add_address_book": "records.edit",
    "edit_customer": "records.edit",
    "edit_address_book": "records.edit",
    "move_to_customer": "records.edit",
    "move_to_address_book": "records.edit",
    "trash": "records.trash",
    "restore_from_trash": "records.trash",
    "undo": "records.edit",
    "redo": "records.edit",
    "grant_consent": "self.consent",
    "see_consent": "self.consent",
    "withdraw_consent": "self.consent",
    "redact": "self.consent",
    "record_paper_consent": "users",
    "import_calls": "calls.import_own",
    "cancel_import": "calls.import_own",
    "undo_import": "calls.import_own",
    "remove_unfinished_import": None,
    "remove_unknown_calls": None,
}
