"""Whatever is done to records in whatever order: undone in reverse, every row is as it was before.

Against a real file. What was done is then done again and undone again, so that redo is held to the same. The
program's own table of verbs says what has to be among it.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from PIL import Image

from crm_desktop.domain.bank_accounts import BankDetails
from crm_desktop.domain.bulk import BulkChange
from crm_desktop.domain.calls import Direction, Outcome
from crm_desktop.domain.contact_drafts import (
    AddressDraft,
    EmailDraft,
    ForeignIdDraft,
    PhoneDraft,
    ProductUseDraft,
)
from crm_desktop.domain.contact_imports import OnMatch
from crm_desktop.domain.contacts import Category, CustomerStatus
from crm_desktop.domain.custom_fields import FieldKind
from crm_desktop.domain.manual_calls import CallDraft
from crm_desktop.domain.number_decisions import NumberKind
from crm_desktop.domain.relations import RelationDraft, RelationRole
from crm_desktop.operations import (
    attachments,
    bank_editing,
    consents,
    contacts,
    custom_fields,
    notes,
    relations,
)
from crm_desktop.operations.call_imports import reading_options, run_import
from crm_desktop.operations.custom_fields import FieldDraft
from crm_desktop.operations.session import Session
from crm_desktop.operations.verb_scopes import MAY_LIST
from crm_desktop.storage import purging
from crm_desktop.storage.change_sets import RECORD_TABLES
from tests.environments import Office, new_organization
from tests.operations.samples import broken, call_log, entry, person
from tests.properties.daily_changes import IBANS, Changes
from tests.properties.further_changes import Further


def furnished(office: Office, folder: Path) -> None:
    """Add what is there at the start, and files to attach."""
    session = office.open()
    field = custom_fields.define_field(session, FieldDraft("Level"))
    for kind in (FieldKind.NUMBER, FieldKind.DATE, FieldKind.CHOICE, FieldKind.YES_NO, FieldKind.LINK):
        options = ("Gold", "Silver") if kind is FieldKind.CHOICE else ()
        custom_fields.define_field(session, FieldDraft(f"My {kind}", kind, options))
    for name in ("Dana", "Bo", "Cleo"):
        contacts.add_contact(session, person(
            name, "Whitfield", phones=(PhoneDraft("(212) 555-0123"), PhoneDraft("(212) 555-0124")),
            emails=(EmailDraft(f"{name.lower()}@w.example"),), addresses=(AddressDraft("1 High St"),),
            product_uses=(ProductUseDraft("Fleet"),), tags=("VIP",), custom=((field, "Gold"),),
            foreign_ids=(ForeignIdDraft("Ledger", f"D-{name}"),),
        ))  # fmt: skip
    contacts.add_contact(session, entry("Eve"))
    consents.grant_consent(session)
    called = (("(212) 555-0123", 0), ("(212) 555-0124", 60), ("(212) 555-0177", 120), ("(212) 555-0123", 180))
    run_import(
        session, [call_log(folder / "calls.xml", *called)], member_id=session.member.id,
        options=reading_options(session), keep_unknown=True,
    )  # fmt: skip
    notes.add_note(session, 1, "First")
    relations.add_relation(session, 1, 2, RelationDraft(RelationRole.SPOUSE_OF))
    bank_editing.add_account(session, 1, BankDetails(account=IBANS[0]))
    attached = folder / "contract.txt"
    attached.write_text("what was agreed", encoding="utf-8")
    attachments.add_files(session, 2, [attached])
    Image.new("RGB", (64, 48), "#3a7").save(folder / "front.png")
    session.close()


QUICK = settings(
    max_examples=24,
    stateful_step_count=16,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.generate,),  # a run begins where another ended: shrinking would begin elsewhere
    suppress_health_check=list(HealthCheck),
)


# No changes that are taken back, and why.
NO_CHANGE_OF_RECORDS = {
    "create", "restored", "rescued", "recover", "change_settings",  # of the file
    "undo", "redo", "revert", "cancel_change", "undo_unfinished",  # taking back is what is tried
    "confirm_bank", "confirm_bank_alone", "reject_bank", "reseal_bank",  # a second person's word, and keys
    *purging.VERBS, "redact",  # said before: for good
    "import_calls",  # taken back by its run; what others said of a call names its new legs too
}  # fmt: skip


def undoable_verbs() -> set[str]:
    """Return the verbs that change records, from the program's own table of what each verb may list."""
    changing = {verb for verb, scope in MAY_LIST.items() if scope.tables.keys() & set(RECORD_TABLES)}
    return changing - NO_CHANGE_OF_RECORDS


def verbs_of(session: Session) -> set[str]:
    with session.database.read() as connection:
        return {verb for (verb,) in connection.execute("SELECT DISTINCT verb FROM change_set")}


@contextmanager
def running() -> Iterator[type["Everything"]]:
    """Open a furnished file; yield the machine on it."""
    with tempfile.TemporaryDirectory() as folder:
        office = new_organization(Path(folder))
        furnished(office, Path(folder))
        session = office.open()
        known = {"session": session, "folder": Path(folder), "clock": office.clock}
        try:
            yield type("Run", (Everything,), known)
            assert broken(session) == {}
        finally:
            session.close()


class Everything(Changes, Further):
    """Every rule there is."""


def walk(run: Everything) -> None:
    """Do everything once: each verb that changes records is among it."""
    run.add("Fay", ["VIP"], "Fleet")
    run.edit(0, ("Dana", "", "Calls at nine", "Silver"), ["VIP", "Harbour"], CustomerStatus.PAUSED)
    run.cell(1, ("title", "Owner"))
    run.own_value(1, ("custom.4", "Silver"))
    run.move(2, Category.ADDRESS_BOOK)
    run.edit(2, ("Cleo", "", "", ""), [], CustomerStatus.ACTIVE)
    run.move(2, Category.CUSTOMER)
    run.trash(1, 1)
    run.restore(1)
    run.change_some(BulkChange("custom.2", "7"), 0, 3)
    run.relate(0, 2, RelationRole.REFERRED_BY, None)
    run.edit_relation(0, RelationRole.PARENT_OF, "since school")
    run.end_relation(0, ends=True)
    run.end_relation(1, ends=False)
    run.note(0, "Ada")
    run.edit_note(0, "Ólafsdóttir")
    run.remove_note(1)
    run.call(0, "Ada", CallDraft(Direction.OUTGOING, Outcome.ANSWERED, 600, 75, "(212) 555-0123"))
    run.edit_call(0, CallDraft(Direction.INCOMING, Outcome.MISSED, 1200, 0))
    run.call_note(0, "Größe 7")
    run.remove_call(0)
    run.plan(0, "Call", repeats=True)
    run.postpone(0, date(2026, 6, 1))
    run.change_follow_up(0, "edit")
    run.finish(0)
    run.change_follow_up(0, "outcome")
    run.change_follow_up(0, "reopen")
    run.unplan(0)
    run.keep_in_touch(0, 2)
    run.rename_tag(0, "Renamed")
    run.add_product("Newly made", "")
    run.edit_product(0, "as agreed", ("S", "L"))
    run.change_product(0, "retire")
    run.change_product(0, "offer")
    run.use(0, "Harbour Plan", "2026-01-31", "")
    run.edit_use(0, 2)
    run.change_use(0, "end")
    run.change_use(1, "renew")
    run.change_use(1, "remove")
    run.merge_products(0, 1)
    run.add_product("Newly made", "")
    run.change_product(-1, "delete")
    run.add_bank(1, IBANS[1])
    run.edit_bank(0, IBANS[2], "Ada")
    run.remove_bank(0)
    run.define("Colour")
    run.change_field(0, "Grade")
    run.change_field(1, "")
    run.attach(0)
    run.change_attached(0, "renamed.txt")
    run.note_file(0, "signed")
    run.change_attached(0, "")
    run.photo(0, there=True)
    run.photo(0, there=False)
    run.confirm(0, "email")
    run.add_view("Golden", shared=False)
    run.change_view(0, "rename", "Nearby")
    run.change_view(0, "change", "Nearby")
    run.add_view("Öffnung", shared=False)
    run.change_view(0, "move", "Nearby")
    run.change_view(1, "remove", "Nearby")
    run.change_view(0, "share", "Nearby")
    run.change_view(0, "rename", "Golden")
    run.change_view(0, "remove", "Golden")
    run.tell_apart(0, 1)
    run.say_whose(0, 0, remember=True)
    for kind in (NumberKind.SWITCHBOARD, NumberKind.SHARED):
        run.say_what_number(0, kind, None, None)
    run.leave_alone(heed=False)
    run.leave_alone(heed=True)
    run.import_list(OnMatch.UPDATE)
    run.revert(0, 0)
    run.merge(0, 1)


def test_every_verb_that_changes_records_is_undone() -> None:
    with running() as machine:
        run = machine()
        walk(run)
        assert sorted(undoable_verbs() - verbs_of(run.session)) == []
        run.teardown()


def test_any_sequence_undone_in_reverse_gives_the_rows_back() -> None:
    with running() as machine:
        run_state_machine_as_test(machine, settings=QUICK)
