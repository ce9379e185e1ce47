"""The verbs of the log and the rights that allow each: any one is enough; without any, nobody is refused.

One table for two questions: may this person do it now, asked in the transaction that writes, and might
the signer of an entry do it then, asked by ``verify``. What the entries of a verb may list is said in
``verb_scopes``: a verb that everybody may do lists nothing, or only what is one's own.
"""

# One's own log, or a colleague's; one's own consent, or anybody's for an administrator. Which of the two it
# was the entry does not say: the verb itself asks the exact right.
_ANY_IMPORT = ("calls.import_own", "calls.import_shared")
_RECORDS = ("records.edit", "records.trash")
_WITHDRAWAL = ("self.consent", "users")

RIGHTS_FOR: dict[str, tuple[str, ...]] = {
    "create": ("users",),
    "login": (),
    "rewrap": ("self.password",),
    "change_password": ("self.password",),
    "restored": ("restore",),
    "rotate_keys": ("keys",),
    "drop_former_keys": ("keys",),
    "recover": ("keys",),
    "replace_kit": ("keys",),
    "rescued": ("restore",),
    "migrate": (),
    "set_backup_place": ("backup.settings",),
    "add_member": ("users",),
    "add_user": ("users",),
    "enable_user": ("users",),
    "disable_user": ("users",),
    "change_role": ("users",),
    "set_exception": ("users",),
    "reset_password": ("users",),
    "rename_user": ("users",),
    "take_over_keys": ("users",),
    "remove_accounts": ("users",),
    "add_customer": ("records.edit",),
    "add_address_book": ("records.edit",),
    "edit_customer": ("records.edit",),
    "edit_address_book": ("records.edit",),
    "move_to_customer": ("records.edit",),
    "move_to_address_book": ("records.edit",),
    "trash": ("records.trash",),
    "restore_from_trash": ("records.trash",),
    "add_bank": ("bank.edit",),
    "edit_bank": ("bank.edit",),
    "remove_bank": ("bank.edit",),
    "reject_bank": ("bank.confirm", "bank.edit"),
    "confirm_bank": ("bank.confirm",),
    "confirm_bank_alone": ("bank.confirm",),
    "reveal_bank": ("bank.view",),
    "rotate_bank_key": ("keys",),
    "reseal_bank": ("keys",),
    "end_bank_rotation": ("keys",),
    "undo": ("records.edit",),
    "redo": ("records.edit",),
    "grant_consent": ("self.consent",),
    "see_consent": ("self.consent",),
    "withdraw_consent": _WITHDRAWAL,
    "redact": _WITHDRAWAL,
    "record_paper_consent": ("users",),
    "import_calls": _ANY_IMPORT,
    "cancel_import": _ANY_IMPORT,
    "undo_import": _ANY_IMPORT,
    # Clearing up is done by the first person at an opening who might have done the work itself.
    "remove_unfinished_import": _ANY_IMPORT,
    "remove_unknown_calls": _ANY_IMPORT,
    "cancel_change": _RECORDS,
    "undo_unfinished": _RECORDS,
    "tidy": (),
}
