"""The log in words: what each verb did, the kinds of action, what an entry says, what is wrong with it."""

from PySide6.QtCore import QCoreApplication

from crm_desktop.operations.log_problems import PROBLEMS, TABLES
from crm_desktop.operations.verify import Problem
from crm_desktop.ui.messages import number, tr


def verb_words() -> dict[str, str]:
    """Return what each verb did, in the past tense."""
    return {**_administration_words(), **_work_words(), **_filter_words(), **_product_words()}


def _administration_words() -> dict[str, str]:
    return {
        "create": tr("Organization created"),
        "login": tr("Signed in"),
        "rewrap": tr("Account sealed anew"),
        "change_password": tr("Own password changed"),
        "restored": tr("Backup restored"),
        "rescued": tr("Readable rows rescued into a new file"),
        "rotate_keys": tr("Keys changed"),
        "drop_former_keys": tr("Former keys taken off the list"),
        "recover": tr("Recovered with the emergency kit"),
        "replace_kit": tr("Emergency kit replaced"),
        "migrate": tr("File brought up to date"),
        "set_backup_place": tr("Second place for backups changed"),
        "add_member": tr("Member added"),
        "add_user": tr("User added"),
        "enable_user": tr("User enabled"),
        "disable_user": tr("User disabled"),
        "change_role": tr("Role changed"),
        "set_exception": tr("Single right changed"),
        "reset_password": tr("Password reset"),
        "rename_user": tr("Login name changed"),
        "remove_accounts": tr("Accounts nobody had listed removed"),
        "take_over_keys": tr("New keys of users taken over"),
        "redact": tr("Old values removed"),
        "tidy": tr("Search index tidied"),
    }


def _filter_words() -> dict[str, str]:
    return {
        "add_filter": tr("View saved"),
        "edit_filter": tr("Saved view changed"),
        "order_filters": tr("Saved views put in another order"),
        "remove_filter": tr("Saved view removed"),
        "share_filter": tr("Saved view shared or made private"),
        "edit_shared_filter": tr("Shared view changed"),
        "remove_shared_filter": tr("Shared view removed"),
    }


def _product_words() -> dict[str, str]:
    return {
        "add_product": tr("Product added"),
        "edit_product": tr("Product changed"),
        "retire_product": tr("Product retired"),
        "offer_product": tr("Product offered again"),
        "delete_product": tr("Product deleted"),
        "merge_products": tr("Products merged"),
        "merge_contacts": tr("Records merged"),
        "tell_apart": tr("Records told apart: no duplicates"),
        "add_product_use": tr("Product in use added"),
        "edit_product_use": tr("Product in use changed"),
        "end_product_use": tr("End of a product's use changed"),
        "renew_product_use": tr("Product renewed"),
        "remove_product_use": tr("Product in use removed"),
    }


def _follow_up_words() -> dict[str, str]:
    return {
        "add_follow_up": tr("Follow-up planned"),
        "edit_follow_up": tr("Follow-up changed"),
        "postpone_follow_up": tr("Follow-up postponed"),
        "finish_follow_up": tr("Follow-up done"),
        "reopen_follow_up": tr("Follow-up opened again"),
        "remove_follow_up": tr("Follow-up removed"),
        "set_rhythm": tr("Keep-in-touch rhythm changed"),
        "export_follow_ups": tr("Follow-ups handed to a calendar"),
    }


def _bank_words() -> dict[str, str]:
    return {
        "add_bank": tr("Bank account added"),
        "edit_bank": tr("Bank account changed"),
        "remove_bank": tr("Bank account removed"),
        "reject_bank": tr("New bank account rejected"),
        "confirm_bank": tr("Bank account confirmed"),
        "confirm_bank_alone": tr("Bank account confirmed alone"),
        "reveal_bank": tr("Bank account shown"),
        "rotate_bank_key": tr("Key of the bank accounts changed"),
        "reseal_bank": tr("Bank accounts sealed anew"),
        "end_bank_rotation": tr("Former key of the bank accounts dropped"),
    }


def _file_words() -> dict[str, str]:
    return {
        "add_files": tr("Files added"),
        "import_contacts": tr("Contacts imported"),
        "rename_file": tr("File renamed"),
        "note_file": tr("Note of a file changed"),
        "remove_files": tr("Files removed"),
        "set_photo": tr("Photo changed"),
        "remove_photo": tr("Photo removed"),
        "save_consent_scan": tr("Scan of a consent saved outside"),
        "export_own_data": tr("Own data handed out"),
        "save_file_copy": tr("Copy of a file saved outside"),
        "open_file_copy": tr("Decrypted copy of a file opened"),
    }


def _call_words() -> dict[str, str]:
    return {
        "grant_consent": tr("Consent given"),
        "see_consent": tr("Recorded consent read"),
        "withdraw_consent": tr("Consent withdrawn"),
        "record_paper_consent": tr("Consent recorded from paper"),
        "import_calls": tr("Calls imported"),
        "cancel_import": tr("Import cancelled and removed"),
        "undo_import": tr("Import undone"),
        "remove_unfinished_import": tr("Interrupted import removed"),
        "remove_unknown_calls": tr("Calls of unknown numbers removed"),
        "change_call_mappings": tr("Saved mappings of call tables changed"),
    }


def _work_words() -> dict[str, str]:
    return {
        "add_customer": tr("Customer added"),
        "add_address_book": tr("Address-book entry added"),
        "edit_customer": tr("Customer changed"),
        "edit_address_book": tr("Address-book entry changed"),
        "move_to_customer": tr("Moved to the customers"),
        "move_to_address_book": tr("Moved to the address book"),
        "trash": tr("Moved to the trash"),
        "restore_from_trash": tr("Restored from the trash"),
        "change_in_bulk": tr("Many contacts changed at once"),
        "export_list": tr("List exported"),
        "print_records": tr("Records printed"),
        "purge_trash": tr("Left the trash after 30 days"),
        "empty_trash": tr("Deleted from the trash for good"),
        "add_note": tr("Note added"),
        "edit_note": tr("Note changed"),
        "remove_note": tr("Note removed"),
        "add_call": tr("Call entered by hand"),
        "edit_call": tr("Call entered by hand changed"),
        "remove_call": tr("Call entered by hand removed"),
        **_file_words(),
        **_follow_up_words(),
        "edit_tag": tr("Tag changed"),
        "confirm_value": tr("Value confirmed"),
        "set_customer_numbers": tr("Customer numbers changed"),
        "set_lines": tr("Lines of a member changed"),
        "change_settings": tr("Settings of the organization changed"),
        "export_chart": tr("Chart exported"),
        "say_whose_calls": tr("Said whose calls they were"),
        "set_number_kind": tr("Said what a number is"),
        "ignore_numbers": tr("Unknown numbers left alone"),
        "heed_numbers": tr("Unknown numbers no longer left alone"),
        "set_team_figures": tr("Figures by team member switched on or off"),
        "define_field": tr("Own field added"),
        "change_field": tr("Own field changed"),
        "remove_field": tr("Own field removed"),
        "add_relation": tr("Relation added"),
        "edit_relation": tr("Relation changed"),
        "end_relation": tr("Relation ended"),
        "remove_relation": tr("Relation removed"),
        **_bank_words(),
        "undo": tr("Undone"),
        "revert": tr("An earlier change reverted"),
        "redo": tr("Done again"),
        "cancel_change": tr("Change cancelled and taken back"),
        "undo_unfinished": tr("Interrupted change taken back"),
        **_call_words(),
    }


def verb_word(verb: str) -> str:
    """Return what a verb did; one of a newer program as it is written."""
    return verb_words().get(verb, verb.replace("_", " ").capitalize())


def group_word(group: str) -> str:
    """Return the name of a kind of action."""
    return {
        "sign_in": tr("Signing in"),
        "records": tr("Contacts"),
        "calls": tr("Calls"),
        "bank": tr("Bank accounts"),
        "consents": tr("Consents and removals"),
        "users": tr("Users and rights"),
        "keys": tr("Keys"),
        "file": tr("File and backups"),
        "other": tr("Other"),
    }[group]


GROUP_GLYPHS = {
    "sign_in": "sign-in",
    "records": "users",
    "calls": "phone",
    "bank": "bank",
    "consents": "shield-check",
    "users": "user-gear",
    "keys": "key",
    "file": "archive",
    "other": "info",
}


def table_word(table: str) -> str:
    """Return what a row of a table is."""
    return QCoreApplication.translate("", TABLES.get(table, table))


def said_words(said: dict[str, object]) -> list[tuple[str, str]]:
    """Return label and value of what an entry says beside its verb."""
    return [line for key, value in said.items() for line in _said(key, value)]


def _said(key: str, value: object) -> list[tuple[str, str]]:
    if key == "failed_logins" and isinstance(value, dict):
        return [(tr("Failed sign-ins"), f"{name}: {number(int(count))}") for name, count in value.items()]
    if key == "images_up_to" and isinstance(value, int):
        return [(tr("Old values"), tr("removed up to entry {entry}").format(entry=number(value)))]
    label = {
        "roster": tr("List of users"),
        "backup": tr("From entry"),
        "from": tr("From schema"),
        "to": tr("To schema"),
        "user": tr("User"),
        "role": tr("Role"),
        "right": tr("Right"),
        "granted": tr("Granted"),
        "place": tr("Place"),
        "kit": tr("Kit"),
        "reason": tr("Reason"),
        "account": tr("Account"),
        "file": tr("File"),
        "contact": tr("Contact"),
        "login": tr("Login name"),
        "words": tr("Words"),
    }.get(key, key.replace("_", " ").capitalize())
    return [(label, _value(value))]


def _value(value: object) -> str:
    if isinstance(value, bool):
        return tr("Yes") if value else tr("No")
    if isinstance(value, int):
        return number(value)
    if isinstance(value, list):
        return ", ".join(_value(each) for each in value)
    text = str(value)
    is_fingerprint = len(text) > 24 and all(letter in "0123456789abcdef" for letter in text)
    return f"{text[:16]}…" if is_fingerprint else text


def check_word(name: str) -> str:
    """Return what a check of the file looks at."""
    return {
        "pages": tr("Pages"),
        "foreign_keys": tr("References"),
        "schema_version": tr("Schema"),
        "search_index": tr("Search index"),
        "call_figures": tr("Figures of calls"),
        "attachments": tr("Files and photos"),
        "log_chain": tr("The log"),
        "rows_against_log": tr("Records against the log"),
    }.get(name, name)


def problem_words(problem: Problem) -> str:
    """Return the sentence of a problem, with verb and table in words."""
    facts = {
        **problem.facts,
        "table": table_word(str(problem.facts.get("table", ""))),
        "verb": verb_word(str(problem.facts.get("verb", ""))),
    }
    return QCoreApplication.translate("", PROBLEMS[problem.code]).format(**facts)
