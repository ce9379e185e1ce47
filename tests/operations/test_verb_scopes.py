"""Every verb of the log says what it may list, and what the operations write fits."""

import pytest

from crm_desktop.domain.permissions import Role, rights_of
from crm_desktop.operations.verb_scopes import BANK, LISTS_NOTHING, MAY_LIST, scope_of
from crm_desktop.operations.verbs import RIGHTS_FOR
from crm_desktop.storage import purging, rows
from crm_desktop.storage.log import JOINT
from crm_desktop.storage.log_scopes import Act, Calls, Scope

# What a Viewer may do lists nothing, or what is judged beside: one's own consent, and what it took along.
OWN = {"grant_consent", "see_consent", "withdraw_consent", "redact"}


def test_every_verb_says_what_it_may_list() -> None:
    assert MAY_LIST.keys() | LISTS_NOTHING == RIGHTS_FOR.keys()
    assert MAY_LIST.keys() & LISTS_NOTHING == set()


def test_a_verb_nobody_knows_may_list_nothing() -> None:
    assert scope_of("something_new") == Scope()


def test_the_tables_are_those_of_the_schema() -> None:
    named = {table for scope in MAY_LIST.values() for table in scope.tables}
    assert named <= {*rows.TABLES.values(), JOINT}
    assert all(acts for scope in MAY_LIST.values() for acts in scope.tables.values())


def test_what_a_viewer_may_sign_lists_nothing_but_what_is_his_own() -> None:
    rights = rights_of(Role.VIEWER)
    signed = {verb for verb, wanted in RIGHTS_FOR.items() if not wanted or rights & set(wanted)}
    assert signed - LISTS_NOTHING == OWN
    for verb in OWN - {"redact"}:
        assert scope_of(verb).tables.keys() == {"consent"}
        assert scope_of(verb).calls is Calls.NONE
    forgetting = dict.fromkeys(("linked_calls", "moved_calls"), frozenset({Act.CHANGED, Act.REMOVED}))
    removed = dict.fromkeys(("import_run", "number_decision"), frozenset({Act.REMOVED}))
    # Listed by somebody who may not edit records these are named by ``verify``.
    typed = dict.fromkeys(("contact_note", "follow_up"), frozenset({Act.CHANGED}))
    assert scope_of("redact") == Scope({**removed, **forgetting, **typed}, Calls.REMOVED_WITH_RUNS)


@pytest.mark.parametrize("verb", sorted(verb for verb, scope in MAY_LIST.items() if BANK in scope.tables))
def test_bank_accounts_are_listed_by_verbs_that_are_judged_by_the_right_to_them(verb: str) -> None:
    wanted = {"bank.edit", "bank.confirm", "keys", "restore", "records.edit"}
    if verb in purging.VERBS:  # records with bank details are left to those who may change these
        wanted = {"records.trash", "retention"}
    if verb == "merge_contacts":  # contacts with bank details are merged only by those who may change these
        wanted = {"records.merge"}
    assert wanted & set(RIGHTS_FOR[verb]), "verify asks the right to bank accounts beside the verb's"
