"""What is done to records every day: edits, trash, relations, notes, follow-ups, products, bank, files."""

from dataclasses import replace
from datetime import date

from hypothesis import strategies as st
from hypothesis.stateful import rule

from crm_desktop.domain.bank_accounts import BankDetails
from crm_desktop.domain.bulk import BulkChange
from crm_desktop.domain.calls import Direction, Outcome
from crm_desktop.domain.contact_drafts import (
    ProductUseDraft,
)
from crm_desktop.domain.contacts import Category, CustomerStatus
from crm_desktop.domain.follow_ups import FollowUpDraft
from crm_desktop.domain.manual_calls import CallDraft
from crm_desktop.domain.products import ProductDraft
from crm_desktop.domain.relations import RelationDraft, RelationRole
from crm_desktop.domain.repeats import Interval, RepeatUnit
from crm_desktop.operations import (
    attachments,
    bank_editing,
    bulk,
    contacts,
    custom_fields,
    follow_ups,
    manual_calls,
    notes,
    product_uses,
    products,
    relations,
    tags,
)
from crm_desktop.operations.custom_fields import FieldDraft
from tests.operations.follow_up_samples import postpone, set_rhythm
from tests.operations.samples import person, table_rows
from tests.properties.recorded_changes import Recorded

PEOPLE = st.integers(0, 3)
STATUSES = st.sampled_from(CustomerStatus)
FEW = st.integers(0, 2)
IMPORTED = 4
"""So many calls are there from a log before the first is entered by hand."""
CALLS = st.sampled_from([
    CallDraft(Direction.OUTGOING, Outcome.ANSWERED, 600, 75, "(212) 555-0123"),
    CallDraft(Direction.INCOMING, Outcome.MISSED, 1200, 0),
    CallDraft(Direction.INCOMING, Outcome.VOICEMAIL, 90_000, 20, "ext. 7"),
])  # fmt: skip
WORDS = st.sampled_from(["", "Ada", "Ólafsdóttir", "Größe 7", "O'Neill", "=1+1", "漢字 😀"])
TAGS = st.lists(st.sampled_from(["VIP", "Größe", "Harbour"]), max_size=3, unique=True)
PRODUCTS = st.sampled_from(["Fleet", "Harbour Plan", "Newly made"])
ROLES = st.sampled_from([RelationRole.SPOUSE_OF, RelationRole.REFERRED_BY, RelationRole.PARENT_OF])
DAYS = st.sampled_from([None, "2024-02-29", "2026-01-31"])
IBANS = ("GB33BUKB20201555555555", "DE89370400440532013000", "FR1420041010050500013M02606")
CELLS = st.sampled_from([
    ("name", "Zoë Q."), ("company", "Kontor"), ("title", "Owner"), ("phone", "(212) 555-0199"), ("phone", ""),
    ("email", "z@q.example"), ("email", ""), ("city", "Leeds"), ("product", "Fleet"), ("status", "paused"),
])  # fmt: skip
BULK = st.sampled_from([
    BulkChange("status", "former"), BulkChange("add_tags", names=("VIP", "Bulk")),
    BulkChange("remove_tags", names=("VIP",)), BulkChange("source", "fair"), BulkChange("trash"),
])  # fmt: skip


class Changes(Recorded):
    """What is done to records every day."""

    @rule(at=PEOPLE, words=st.tuples(WORDS, WORDS, WORDS, WORDS), names=TAGS, status=STATUSES)
    def edit(
        self, at: int, words: tuple[str, str, str, str], names: list[str], status: CustomerStatus
    ) -> None:
        given, family, note, level = words
        draft, version = contacts.contact_draft(self.session, self.contact(at))
        is_customer = draft.category is Category.CUSTOMER
        changed = replace(
            draft, given=given, family=family, note=note, tags=tuple(names), custom=((1, level),),
            status=status if is_customer else None, phones=draft.phones[::-1], emails=draft.emails[1:],
        )  # fmt: skip
        self.attempt(
            "edit", lambda: contacts.save_contact(self.session, self.contact(at), changed, version=version)
        )

    @rule(at=PEOPLE, cell=CELLS)
    def cell(self, at: int, cell: tuple[str, str]) -> None:
        contact_id = self.contact(at)
        _, version = contacts.contact_draft(self.session, contact_id)
        self.attempt("cell", lambda: contacts.set_field(self.session, contact_id, *cell, version=version))

    @rule(given=st.sampled_from(["Fay", "Gil"]), names=TAGS, product=PRODUCTS)
    def add(self, given: str, names: list[str], product: str) -> None:
        draft = person(given, tags=tuple(names), product_uses=(ProductUseDraft(product),))
        self.attempt("add", lambda: contacts.add_contact(self.session, draft))

    @rule(at=PEOPLE, category=st.sampled_from(Category))
    def move(self, at: int, category: Category) -> None:
        self.attempt("move", lambda: contacts.move_to_category(self.session, self.contact(at), category))

    @rule(at=PEOPLE, more=st.integers(1, 3))
    def trash(self, at: int, more: int) -> None:
        ids = [self.contact(at + step) for step in range(more)]
        self.attempt("trash", lambda: contacts.trash(self.session, ids))

    @rule(at=PEOPLE)
    def restore(self, at: int) -> None:
        self.attempt("restore", lambda: contacts.restore_from_trash(self.session, [self.contact(at)]))

    @rule(at=PEOPLE, other=PEOPLE, role=ROLES, day=DAYS)
    def relate(self, at: int, other: int, role: RelationRole, day: str | None) -> None:
        sides, draft = (self.contact(at), self.contact(other)), RelationDraft(role, started_on=day)
        self.attempt("relate", lambda: relations.add_relation(self.session, *sides, draft))

    @rule(at=FEW, role=ROLES, note=WORDS)
    def edit_relation(self, at: int, role: RelationRole, note: str) -> None:
        row, draft = self.one_of("relation", at), RelationDraft(role, note=note)
        if row is not None:  # from its other side: it may turn round
            side, number, version = (int(str(row[name])) for name in ("to_id", "id", "version"))
            self.attempt(
                "edit relation",
                lambda: relations.edit_relation(self.session, number, side, draft, version=version),
            )

    @rule(at=FEW, ends=st.booleans())
    def end_relation(self, at: int, ends: bool) -> None:  # noqa: FBT001 - drawn by name
        def work(number: int, version: int) -> None:
            if ends:
                relations.end_relation(self.session, number, "2026-03-01", version=version)
            else:
                relations.remove_relation(self.session, number, version=version)

        self.with_row("end relation", "relation", at, work)

    @rule(at=PEOPLE, text=WORDS)
    def note(self, at: int, text: str) -> None:
        self.attempt("note", lambda: notes.add_note(self.session, self.contact(at), text))

    @rule(at=PEOPLE, text=WORDS, call=CALLS)
    def call(self, at: int, text: str, call: CallDraft) -> None:
        self.attempt(
            "call", lambda: manual_calls.add_call(self.session, self.contact(at), self.begun(call), text)
        )

    @rule(at=FEW, call=CALLS)
    def edit_call(self, at: int, call: CallDraft) -> None:
        def work(number: int, version: int) -> None:
            manual_calls.edit_call(self.session, number, self.begun(call), version=version)

        self.with_row("edit call", "call", at + IMPORTED, work)

    @rule(at=FEW)
    def remove_call(self, at: int) -> None:
        def work(number: int, _version: int) -> None:
            manual_calls.remove_call(self.session, number)

        self.with_row("remove call", "call", at + IMPORTED, work)

    def begun(self, call: CallDraft) -> CallDraft:
        """Return a call drawn with how long ago it began as one that began then."""
        return replace(call, started_at=self.session.now() - call.started_at)

    @rule(at=PEOPLE, text=WORDS)
    def call_note(self, at: int, text: str) -> None:
        def work(number: int, _version: int) -> None:
            notes.add_call_note(self.session, number, text)

        self.with_row("call note", "call", at, work)

    @rule(at=FEW, text=WORDS)
    def edit_note(self, at: int, text: str) -> None:
        def work(number: int, version: int) -> None:
            notes.edit_note(self.session, number, notes.NoteText(text), version=version)

        self.with_row("edit note", "contact_note", at, work)

    @rule(at=FEW)
    def remove_note(self, at: int) -> None:
        def work(number: int, _version: int) -> None:
            notes.remove_note(self.session, number)

        self.with_row("remove note", "contact_note", at, work)

    @rule(at=PEOPLE, text=WORDS, repeats=st.booleans())
    def plan(self, at: int, text: str, repeats: bool) -> None:  # noqa: FBT001 - drawn by name
        interval = Interval(1, RepeatUnit.MONTH) if repeats else None
        draft = FollowUpDraft(text, "2026-01-31", contact_id=self.contact(at), repeat=interval)
        self.attempt("plan", lambda: follow_ups.add_follow_up(self.session, draft))

    @rule(at=FEW)
    def finish(self, at: int) -> None:
        def work(number: int, _version: int) -> None:
            follow_ups.finish(self.session, [number], "done")

        self.with_row("finish", "follow_up", at, work)

    @rule(at=FEW, day=st.dates(date(2026, 1, 1), date(2027, 1, 1)))
    def postpone(self, at: int, day: date) -> None:
        def work(number: int, _version: int) -> None:
            postpone(self.session, number, day.isoformat())

        self.with_row("postpone", "follow_up", at, work)

    @rule(at=FEW)
    def unplan(self, at: int) -> None:
        def work(number: int, version: int) -> None:
            follow_ups.remove_follow_ups(self.session, {number: version})

        self.with_row("remove follow-up", "follow_up", at, work)

    @rule(at=PEOPLE, every=st.none() | st.integers(1, 3))
    def keep_in_touch(self, at: int, every: int | None) -> None:
        interval = None if every is None else Interval(every, RepeatUnit.WEEK)
        self.attempt(
            "rhythm", lambda: set_rhythm(self.session, self.contact(at), interval)
        )  # fmt: skip

    @rule(at=FEW, name=st.sampled_from(["VIP", "Grosse", "Renamed"]))
    def rename_tag(self, at: int, name: str) -> None:
        row = self.one_of("tag", at)
        if row is not None:
            found = tags.all_tags(self.session)[at % len(tags.all_tags(self.session))]
            base = tags.draft_of_tag(found)
            self.attempt(
                "rename tag",
                lambda: tags.change_tag(self.session, found.id, replace(base, name=name), base=base),
            )

    @rule(at=PEOPLE, product=PRODUCTS, since=DAYS, note=WORDS)
    def use(self, at: int, product: str, since: str | None, note: str) -> None:
        draft = ProductUseDraft(product, since=since, note=note)
        self.attempt("use", lambda: product_uses.add_use(self.session, self.contact(at), draft))

    @rule(at=FEW, what=st.sampled_from(["end", "renew", "remove"]))
    def change_use(self, at: int, what: str) -> None:
        def work(number: int, version: int) -> None:
            if what == "end":
                product_uses.end_use(self.session, number, "2026-06-30", version=version)
            elif what == "renew":
                product_uses.renew_use(self.session, number, "2027-06-30", version=version)
            else:
                product_uses.remove_use(self.session, number, version=version)

        self.with_row(f"{what} use", "product_use", at, work)

    @rule(name=PRODUCTS, note=WORDS)
    def add_product(self, name: str, note: str) -> None:
        self.attempt("product", lambda: products.add_product(self.session, ProductDraft(name, note=note)))

    @rule(at=FEW, what=st.sampled_from(["offer", "retire", "delete"]))
    def change_product(self, at: int, what: str) -> None:
        def work(number: int, version: int) -> None:
            if what == "delete":
                products.delete_product(self.session, number, version=version)
            else:
                products.set_offered(self.session, number, offered=what == "offer")

        self.with_row(f"{what} product", "product", at, work)

    @rule(at=PEOPLE, iban=st.sampled_from(IBANS))
    def add_bank(self, at: int, iban: str) -> None:
        details = BankDetails(account=iban)
        self.attempt("bank", lambda: bank_editing.add_account(self.session, self.contact(at), details))

    @rule(at=FEW, iban=st.sampled_from(("", *IBANS)), holder=WORDS)
    def edit_bank(self, at: int, iban: str, holder: str) -> None:
        details = BankDetails(account=iban, holder=holder)

        def work(number: int, version: int) -> None:
            bank_editing.edit_account(self.session, number, details, version=version)

        self.with_row("edit bank", "bank_account", at, work)

    @rule(at=FEW)
    def remove_bank(self, at: int) -> None:
        def work(number: int, version: int) -> None:
            bank_editing.remove_account(self.session, number, version=version)

        self.with_row("remove bank", "bank_account", at, work)

    @rule(name=st.sampled_from(["Level", "Colour"]))
    def define(self, name: str) -> None:
        self.attempt("define", lambda: custom_fields.define_field(self.session, FieldDraft(name)))

    @rule(at=FEW, name=st.sampled_from(["", "Grade"]))
    def change_field(self, at: int, name: str) -> None:
        def work(number: int, version: int) -> None:
            if name:
                custom_fields.change_field(self.session, number, FieldDraft(name), version=version)
            else:
                custom_fields.remove_field(self.session, number)

        self.with_row("field", "custom_field", at, work)

    @rule(at=PEOPLE)
    def attach(self, at: int) -> None:
        files = [self.folder / "contract.txt"]
        self.attempt("attach", lambda: attachments.add_files(self.session, self.contact(at), files))

    @rule(at=FEW, name=st.sampled_from(["", "renamed.txt"]))
    def change_attached(self, at: int, name: str) -> None:
        def work(number: int, version: int) -> None:
            if name:
                attachments.rename(self.session, number, name, version=version)
            else:
                attachments.remove(self.session, [number])

        self.with_row("attachment", "attachment", at, work)

    @rule(change=BULK)
    def change_all(self, change: BulkChange) -> None:
        ids = [int(str(row["id"])) for row in table_rows(self.session, "contact")]

        def work() -> None:
            bulk.change_in_bulk(self.session, bulk.preview_bulk(self.session, ids, change))

        self.attempt("bulk", work)
