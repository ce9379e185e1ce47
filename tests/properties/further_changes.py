"""What is done to records now and then: own fields, many at once, products, photos, views, merges."""

from dataclasses import replace
from typing import Literal

from hypothesis import strategies as st
from hypothesis.stateful import rule

from crm_desktop.domain.bulk import BulkChange
from crm_desktop.domain.contact_drafts import ProductUseDraft
from crm_desktop.domain.contact_imports import ContactPlan, OnMatch
from crm_desktop.domain.contacts import Category
from crm_desktop.domain.filters import Condition, Definition, Operator
from crm_desktop.domain.products import ProductDraft
from crm_desktop.operations import (
    attachments,
    bulk,
    calls,
    confirming_values,
    contact_imports,
    contacts,
    duplicates,
    filters,
    follow_up_lists,
    follow_ups,
    merging,
    photos,
    product_uses,
    products,
    reverting,
    undo,
)
from crm_desktop.operations.calls import CallQuery
from crm_desktop.operations.contact_imports import ContactOptions
from crm_desktop.operations.number_kinds import NumberKind, set_number_kind
from crm_desktop.operations.shared_numbers import say_whose
from crm_desktop.operations.unknown_numbers import heed_numbers, ignore_numbers
from tests.operations.test_bulk import CHANGES
from tests.properties.recorded_changes import Recorded

PLACES = st.integers(0, 5)
OWN = st.sampled_from([
    ("custom.1", "Silver"), ("custom.1", ""), ("custom.2", "12.5"), ("custom.2", "many"),
    ("custom.3", "2026-02-29"), ("custom.3", "2026-03-31"), ("custom.4", "Gold"), ("custom.5", "yes"),
    ("custom.6", "https://own.example"),
])  # fmt: skip
BULK = st.sampled_from([
    *CHANGES, BulkChange("restore"), BulkChange("custom.1", "Bulk"), BulkChange("custom.2", "7"),
    BulkChange("custom.4"),
])  # fmt: skip
SHARED = "+12125550123"
NAMES = st.sampled_from(["Golden", "Nearby", "Öffnung"])
LISTS = "Given name,Family name,Company,E-mail,Phone,Tags\n"
PEOPLE = "Dana,Whitfield,Kontor,dana@w.example,(212) 555-0177,VIP\nIda,Berg,,ida@b.example,,New\n"


class Further(Recorded):
    """Rules beside those of every day; the folder holds ``front.png``."""

    @rule(at=PLACES, value=OWN)
    def own_value(self, at: int, value: tuple[str, str]) -> None:
        contact_id = self.contact(at)
        _, version = contacts.contact_draft(self.session, contact_id)
        self.attempt(
            "own field", lambda: contacts.set_field(self.session, contact_id, *value, version=version)
        )

    @rule(change=BULK, first=PLACES, count=st.integers(1, 6))
    def change_some(self, change: BulkChange, first: int, count: int) -> None:
        ids = sorted({self.contact(first + step) for step in range(count)})

        def work() -> None:
            bulk.change_in_bulk(self.session, bulk.preview_bulk(self.session, ids, change))

        self.attempt(f"bulk {change.field}", work)

    @rule(at=PLACES, note=st.sampled_from([None, "as agreed"]), plans=st.sampled_from([(), ("S", "L")]))
    def edit_product(self, at: int, note: str | None, plans: tuple[str, ...]) -> None:
        row = self.one_of("product", at)
        if row is not None:
            draft = ProductDraft(f"{row['name']}+", vendor="Quay", plans=plans, note=note)
            number, version = int(str(row["id"])), int(str(row["version"]))
            self.attempt(
                "edit product", lambda: products.edit_product(self.session, number, draft, version=version)
            )

    @rule(at=PLACES, other=PLACES)
    def merge_products(self, at: int, other: int) -> None:
        pair = [self.one_of("product", place) for place in (at, other)]
        numbers = [int(str(row["id"])) for row in pair if row is not None]
        if len(numbers) == 2:
            self.attempt("merge products", lambda: products.merge_products(self.session, *numbers))

    @rule(at=PLACES, quantity=st.integers(0, 3))
    def edit_use(self, at: int, quantity: int) -> None:
        draft = ProductUseDraft("Fleet", quantity=quantity, plan="L", note="more of it")

        def work(number: int, version: int) -> None:
            product_uses.edit_use(self.session, number, draft, version=version)

        self.with_row("edit use", "product_use", at, work)

    @rule(at=PLACES, there=st.booleans())
    def photo(self, at: int, there: bool) -> None:  # noqa: FBT001 - drawn by name
        contact_id, source = self.contact(at), self.folder / "front.png"
        if there:
            self.attempt("photo", lambda: photos.set_photo(self.session, contact_id, source))
        else:
            self.attempt("no photo", lambda: photos.remove_photo(self.session, contact_id))

    @rule(at=PLACES, text=st.sampled_from(["", "signed"]))
    def note_file(self, at: int, text: str) -> None:
        def work(number: int, version: int) -> None:
            attachments.note(self.session, number, text, version=version)

        self.with_row("note file", "attachment", at, work)

    @rule(at=PLACES, table=st.sampled_from(["phone", "email", "postal_address"]))
    def confirm(self, at: int, table: Literal["phone", "email", "postal_address"]) -> None:
        row = self.one_of(table, at)
        if row is not None:
            contact_id, number = int(str(row["contact_id"])), int(str(row["id"]))
            self.attempt(
                "confirm", lambda: confirming_values.confirm_value(self.session, contact_id, table, number)
            )

    @rule(name=NAMES, shared=st.booleans())
    def add_view(self, name: str, shared: bool) -> None:  # noqa: FBT001 - drawn by name
        view = Definition((Condition("custom.1", Operator.IS, ("Gold",)),))
        self.attempt(
            "view", lambda: filters.add_filter(self.session, Category.CUSTOMER, name, view, shared=shared)
        )

    @rule(at=PLACES, what=st.sampled_from(["rename", "change", "share", "move", "remove"]), name=NAMES)
    def change_view(self, at: int, what: str, name: str) -> None:
        def work(number: int, version: int) -> None:
            if what == "rename":
                filters.rename_filter(self.session, number, f"{name} too", version=version)
            elif what == "change":
                filters.change_filter(self.session, number, Definition(text=name), version=version)
            elif what == "share":
                filters.share_filter(self.session, number, shared=True, version=version)
            elif what == "move":
                filters.move_filter(self.session, number, by=1)
            else:
                filters.remove_filter(self.session, number)

        self.with_row(f"{what} view", "saved_filter", at, work)

    @rule(at=PLACES, what=st.sampled_from(["edit", "finish", "reopen", "outcome"]))
    def change_follow_up(self, at: int, what: str) -> None:
        def work(number: int, version: int) -> None:
            if what == "edit":
                draft, _ = follow_ups.follow_up_draft(self.session, number)
                changed = replace(draft, what=f"{draft.what}, and again")
                follow_ups.edit_follow_up(self.session, number, changed, version=version)
            elif what == "finish":
                follow_ups.finish_with_outcome(self.session, number, "sent", base=None)
            elif what == "reopen":
                follow_ups.reopen(self.session, number)
            else:
                read = follow_up_lists.follow_up_rows(self.session, [number])[number].outcome
                follow_ups.set_outcome(self.session, number, "agreed", base=read)

        self.with_row(f"{what} follow-up", "follow_up", at, work)

    @rule(at=PLACES, other=PLACES)
    def tell_apart(self, at: int, other: int) -> None:
        pair = (self.contact(at), self.contact(other))
        self.attempt("tell apart", lambda: duplicates.tell_apart(self.session, pair))

    @rule(at=PLACES, other=PLACES)
    def merge(self, at: int, other: int) -> None:
        pair = (self.contact(at), self.contact(other))

        def work() -> None:
            merging.merge(self.session, merging.preview_merge(self.session, pair))

        self.attempt("merge", work)

    @rule(at=PLACES, who=PLACES, remember=st.booleans())
    def say_whose(self, at: int, who: int, *, remember: bool) -> None:
        waiting = list(calls.call_ids(self.session, CallQuery(undecided=True)))
        if waiting:
            asked, customer = [waiting[at % len(waiting)]], self.contact(who)
            self.attempt("whose", lambda: say_whose(self.session, asked, customer, remember=remember))

    @rule(
        who=PLACES, kind=st.sampled_from([NumberKind.SWITCHBOARD, NumberKind.SHARED, None]),
        since=st.sampled_from([None, "2026-05-30", "2026-06-15"]),
        until=st.sampled_from([None, "2026-07-01"]),
    )  # fmt: skip
    def say_what_number(
        self, who: int, kind: NumberKind | None, since: str | None, until: str | None
    ) -> None:
        customer = self.contact(who)
        self.attempt(
            "number",
            lambda: set_number_kind(self.session, customer, SHARED, kind, since=since, until=until),
        )

    @rule(heed=st.booleans())
    def leave_alone(self, *, heed: bool) -> None:
        verb = heed_numbers if heed else ignore_numbers
        self.attempt("alone", lambda: verb(self.session, ["+12125550199"]))

    @rule(on_match=st.sampled_from(OnMatch))
    def import_list(self, on_match: OnMatch) -> None:
        path = self.folder / "people.csv"
        path.write_text(LISTS + PEOPLE, encoding="utf-8")
        plan = ContactPlan(category=Category.CUSTOMER, on_match=on_match)

        def work() -> None:
            contact_imports.import_contacts(self.session, path, plan, ContactOptions())

        self.attempt("import", work)

    @rule(at=PLACES, back=st.integers(0, 3))
    def revert(self, at: int, back: int) -> None:
        contact_id = self.contact(at)
        known = [entry.change_set_id for entry in undo.history(self.session, contact_id)]

        def work() -> None:
            plan = reverting.plan_revert(self.session, known[back % len(known)], contact_id)
            reverting.revert(self.session, plan, plan.open_items)

        if known:
            self.attempt("revert", work)
