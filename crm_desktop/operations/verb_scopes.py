"""What each verb of the log may list: the table ``verify`` holds every entry against.

A verb that is not here may list nothing. ``MAY_LIST`` has a line for every verb of ``RIGHTS_FOR`` whose
entries list rows or blocks; ``LISTS_NOTHING`` names the others, so that none is forgotten.
"""

from crm_desktop.storage import purging
from crm_desktop.storage.call_traces import LINKED
from crm_desktop.storage.calls import HANDED_OVER
from crm_desktop.storage.change_sets import RECORD_TABLES
from crm_desktop.storage.log import JOINT
from crm_desktop.storage.log_checks import LOGGED_TABLES
from crm_desktop.storage.log_scopes import CALL, IMPORT_RUN, Act, Calls, Scope

_EVERY = frozenset(Act)
_ADDED = frozenset({Act.ADDED})
_CHANGED = frozenset({Act.CHANGED})
_REMOVED = frozenset({Act.REMOVED})

BANK = "bank_account"
BANK_RIGHTS = ("bank.edit", "bank.confirm", "keys", "restore")
"""Whoever signs an entry that lists a bank account has one of these, whatever the verb is."""

# What is no part of any record: definitions for everybody, and views of lists.
_NO_RECORD = frozenset({
    BANK, "custom_field", "saved_filter", "moved_calls", "not_duplicate", "follow_up", "keep_in_touch",
    "number_decision", "linked_calls", "call",
})  # fmt: skip
# Whoever gets or loses a number, or leaves the lists, gets or loses its calls.
_LINKED = {"linked_calls": _ADDED}
# The values of a record and what hangs on it.
_RECORD = Scope(
    dict.fromkeys((table for table in RECORD_TABLES if table not in _NO_RECORD), _EVERY) | _LINKED,
    Calls.GIVEN,
)
# Undoing is of whatever was done; bank accounts need their own right beside the verb's.
_REVERTED = Scope(dict.fromkeys(RECORD_TABLES, _EVERY), Calls.GIVEN)
_CONTACT = Scope({"contact": _CHANGED} | _LINKED, Calls.GIVEN)
# The status that ended with the move.
_MOVED = Scope({"contact": _CHANGED, "past_status": _ADDED} | _LINKED, Calls.GIVEN)
# Each kind of change of many, and what goes with it: another country is another rule for numbers.
_IN_BULK = Scope({
    "contact": _CHANGED, "past_status": _ADDED, "tag": _ADDED, "contact_tag": _ADDED | _REMOVED,
    "custom_value": _EVERY, "product": _ADDED, "product_use": _ADDED | _CHANGED,
    **dict.fromkeys(("phone", "email", "postal_address"), _CHANGED), **_LINKED,
}, Calls.GIVEN)  # fmt: skip
# A row of a file adds to a contact and replaces its facts; it takes nothing away.
_IMPORTED = Scope(
    {
        **dict.fromkeys(
            ("contact", "phone", "email", "postal_address", "foreign_id", "custom_value", "product_use"),
            _ADDED | _CHANGED,
        ),
        **dict.fromkeys(
            (
                "tag", "contact_tag", "past_status", "imported_row", "card_property", "attachment",
                "product", IMPORT_RUN, "linked_calls",
            ),
            _ADDED,
        ),
    },
    Calls.GIVEN,
)  # fmt: skip
# What hangs on the others goes over to the one that stays; bank accounts are copied, so as to wait there.
_MERGED = Scope(
    {
        **dict.fromkeys(
            (
                "contact",
                "phone",
                "email",
                "postal_address",
                "product_use",
                "contact_tag",
                "contact_note",
                "past_status",
                "attachment",
                "imported_row",
                "card_property",
                "relation",
                "not_duplicate",
                "follow_up",
                "keep_in_touch",
            ),
            _CHANGED,
        ),
        "foreign_id": _ADDED | _CHANGED,
        "custom_value": _ADDED | _CHANGED,
        BANK: _ADDED,
        "moved_calls": _ADDED,
        **_LINKED,
    },
    Calls.GIVEN,
)
_FOLLOW_UP_CHANGED = Scope({"follow_up": _CHANGED})
_FILTER = Scope({"saved_filter": _EVERY})
_ORIGINS = Scope(dict.fromkeys(("phone", "email", "postal_address"), _CHANGED))
_PRODUCT_CHANGED = Scope({"product": _CHANGED})
_USE_CHANGED = Scope({"product_use": _CHANGED, "contact": _CHANGED})
_MEMBER_ADDED, _MEMBER_CHANGED = Scope({"member": _ADDED}), Scope({"member": _CHANGED})
_CONSENT_ADDED, _CONSENT_CHANGED = Scope({"consent": _ADDED}), Scope({"consent": _CHANGED})
# Rows that had gone before stand there too, when their old values went with the record.
# Others' notes and follow-ups forget the calls that go.
_PURGED = Scope(
    {**dict.fromkeys((*purging.TABLES, CALL), _REMOVED), **dict.fromkeys(LINKED, _CHANGED | _REMOVED)},
    Calls.NO_MORE,
)
_RUN_REMOVED = Scope({IMPORT_RUN: _REMOVED}, Calls.REMOVED_WITH_RUNS)

MAY_LIST: dict[str, Scope] = {
    "create": Scope({"organization": _ADDED, "member": _ADDED}),
    # Its own numbers are nobody's calls.
    "change_settings": Scope(
        {"organization": _CHANGED, "number_decision": _ADDED | _REMOVED} | _LINKED, Calls.GIVEN
    ),
    "restored": _MEMBER_ADDED,
    "rescued": Scope(dict.fromkeys((*LOGGED_TABLES, IMPORT_RUN, JOINT), _EVERY), Calls.ANY),
    "recover": _MEMBER_CHANGED,
    "add_member": _MEMBER_ADDED,
    "add_user": _MEMBER_ADDED,
    "rename_user": _MEMBER_CHANGED,
    "add_customer": _RECORD,
    "add_address_book": _RECORD,
    "edit_customer": _RECORD,
    "edit_address_book": _RECORD,
    "move_to_customer": _MOVED,
    "move_to_address_book": _MOVED,
    "trash": _CONTACT,
    "say_whose_calls": Scope({"number_decision": _ADDED} | _LINKED, Calls.GIVEN),
    "set_number_kind": Scope({"number_decision": _EVERY} | _LINKED, Calls.GIVEN),
    "ignore_numbers": Scope({"number_decision": _ADDED}),
    "heed_numbers": Scope({"number_decision": _REMOVED}),
    "restore_from_trash": _CONTACT,
    "change_in_bulk": _IN_BULK,
    **dict.fromkeys(purging.VERBS, _PURGED),
    "add_product": Scope({"product": _ADDED}),
    "edit_product": _PRODUCT_CHANGED,
    "retire_product": _PRODUCT_CHANGED,
    "offer_product": _PRODUCT_CHANGED,
    "delete_product": Scope({"product": _REMOVED}),
    "merge_products": Scope({"product": _CHANGED | _REMOVED, "product_use": _CHANGED, "contact": _CHANGED}),
    "add_product_use": Scope({"product_use": _ADDED, "product": _ADDED, "contact": _CHANGED}),
    "edit_product_use": Scope({"product_use": _CHANGED, "product": _ADDED, "contact": _CHANGED}),
    "end_product_use": _USE_CHANGED,
    "renew_product_use": _USE_CHANGED,
    "remove_product_use": Scope({"product_use": _REMOVED, "contact": _CHANGED}),
    "add_note": Scope({"contact_note": _ADDED}),
    "edit_note": Scope({"contact_note": _CHANGED}),
    "remove_note": Scope({"contact_note": _REMOVED}),
    # What was said may be noted with it.
    "add_call": Scope({CALL: _ADDED, "contact_note": _ADDED}, Calls.GIVEN),
    "edit_call": Scope({CALL: _CHANGED}, Calls.GIVEN),
    "remove_call": Scope({CALL: _REMOVED, "contact_note": _REMOVED}, Calls.GIVEN),
    "add_follow_up": Scope({"follow_up": _ADDED}),
    **dict.fromkeys(("edit_follow_up", "postpone_follow_up", "reopen_follow_up"), _FOLLOW_UP_CHANGED),
    # The next of a series is made when one is done.
    "finish_follow_up": Scope({"follow_up": _ADDED | _CHANGED}),
    "remove_follow_up": Scope({"follow_up": _REMOVED}),
    "set_rhythm": Scope({"keep_in_touch": _EVERY}),
    "add_files": Scope({"attachment": _ADDED}),
    **dict.fromkeys(("rename_file", "note_file"), Scope({"attachment": _CHANGED})),
    "remove_files": Scope({"attachment": _REMOVED}),
    "set_photo": Scope({"attachment": _ADDED | _CHANGED}),
    "remove_photo": Scope({"attachment": _REMOVED}),
    # Somebody new may come into the address book with a relation.
    "add_relation": Scope({"relation": _ADDED, "contact": _ADDED}),
    # Turned round, a relation is another row.
    "edit_relation": Scope({"relation": _EVERY}),
    "end_relation": Scope({"relation": _CHANGED}),
    "remove_relation": Scope({"relation": _REMOVED}),
    "edit_tag": Scope({"tag": _CHANGED}),
    "merge_contacts": _MERGED,
    "tell_apart": Scope({"not_duplicate": _ADDED}),
    "confirm_value": _ORIGINS,
    "define_field": Scope({"custom_field": _ADDED}),
    **dict.fromkeys(("change_field", "remove_field"), Scope({"custom_field": _CHANGED})),
    **dict.fromkeys(
        (
            "add_filter",
            "edit_filter",
            "order_filters",
            "remove_filter",
            "share_filter",
            "edit_shared_filter",
            "remove_shared_filter",
        ),
        _FILTER,
    ),
    "add_bank": Scope({BANK: _ADDED}),
    "edit_bank": Scope({BANK: _CHANGED}),
    "remove_bank": Scope({BANK: _REMOVED}),
    "reject_bank": Scope({BANK: _CHANGED | _REMOVED}),
    "confirm_bank": Scope({BANK: _CHANGED}),
    "confirm_bank_alone": Scope({BANK: _CHANGED}),
    "reseal_bank": Scope({BANK: _CHANGED}),
    "undo": _REVERTED,
    "revert": _REVERTED,
    "redo": _REVERTED,
    "cancel_change": _REVERTED,
    "undo_unfinished": _REVERTED,
    "grant_consent": _CONSENT_ADDED,
    "record_paper_consent": _CONSENT_ADDED,
    "see_consent": _CONSENT_CHANGED,
    "withdraw_consent": _CONSENT_CHANGED,
    # What says whose calls were forgets those that are gone, and so does what people typed about them.
    "redact": Scope(
        {
            IMPORT_RUN: _REMOVED,
            "number_decision": _REMOVED,
            **dict.fromkeys(HANDED_OVER, _CHANGED | _REMOVED),
            **dict.fromkeys(LINKED, _CHANGED),
        },
        Calls.REMOVED_WITH_RUNS,
    ),
    "import_contacts": _IMPORTED,
    # Whose a call is was said at a leg that is there already.
    "import_calls": Scope({IMPORT_RUN: _CHANGED, **dict.fromkeys(HANDED_OVER, _CHANGED)}, Calls.ANY),
    "cancel_import": _RUN_REMOVED,
    "undo_import": _RUN_REMOVED,
    "remove_unfinished_import": _RUN_REMOVED,
    "remove_unknown_calls": Scope(calls=Calls.REMOVED),
}

LISTS_NOTHING = frozenset({
    "login", "rewrap", "change_password", "migrate", "tidy", "set_backup_place", "reveal_bank",
    "save_file_copy", "open_file_copy", "save_consent_scan", "export_own_data",
    "set_customer_numbers",
    "set_lines",
    "set_team_figures",
    "change_call_mappings",
    "export_list",
    "export_chart",
    "export_follow_ups",
    "print_records",
    "rotate_keys", "drop_former_keys", "replace_kit", "rotate_bank_key", "end_bank_rotation",
    "enable_user", "disable_user", "change_role", "set_exception", "reset_password", "take_over_keys",
    "remove_accounts",
})  # fmt: skip

_NOTHING = Scope()


def scope_of(verb: str) -> Scope:
    """Return what entries of ``verb`` may list."""
    return MAY_LIST.get(verb, _NOTHING)
