"""Every verb, called by each role: refused exactly where the product's table says so."""

import csv
import importlib
import inspect
import pkgutil
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from crm_desktop import operations
from crm_desktop.domain.backups import Backup, Contents, Reason
from crm_desktop.domain.calls import Direction, Outcome
from crm_desktop.domain.contact_drafts import ProductUseDraft
from crm_desktop.domain.contact_imports import ContactPlan
from crm_desktop.domain.contacts import Category
from crm_desktop.domain.errors import KnownError, RefusedError
from crm_desktop.domain.follow_ups import Due, FollowUpDraft
from crm_desktop.domain.imported_contacts import ImportedContact
from crm_desktop.domain.manual_calls import CallDraft
from crm_desktop.domain.periods import Period
from crm_desktop.domain.permissions import Role
from crm_desktop.domain.products import ProductDraft
from crm_desktop.domain.relations import QuickEntry, RelationDraft, RelationRole
from crm_desktop.operations import (
    assignees,
    attachments,
    backup_contents,
    backup_overview,
    backups,
    call_imports,
    call_mappings,
    call_report_files,
    calls,
    confirming_values,
    consents,
    contact_import_changes,
    contact_import_files,
    contact_import_runs,
    contact_imports,
    contact_mappings,
    contacts,
    custom_fields,
    customer_numbers,
    duplicates,
    failed_rows,
    file_copies,
    file_previews,
    filters,
    finding,
    follow_up_calendar,
    follow_up_lists,
    follow_ups,
    keep_in_touch,
    keys_overview,
    list_queries,
    log_reading,
    manual_calls,
    member_lines,
    members,
    merging,
    new_kit,
    notes,
    number_kinds,
    organization_settings,
    organizations,
    others_changes,
    photos,
    product_uses,
    products,
    purging,
    relation_network,
    relations,
    reverting,
    rotation_plans,
    running_calls,
    second_place,
    settings,
    shared_numbers,
    tags,
    team_figures,
    timeline,
    today,
    undo,
    unknown_numbers,
    users,
    verify,
)
from crm_desktop.operations.call_logs import Mapping
from crm_desktop.operations.calls import CallQuery
from crm_desktop.operations.contact_imports import ContactOptions
from crm_desktop.operations.contacts import ContactQuery
from crm_desktop.operations.follow_up_lists import FollowUpQuery
from crm_desktop.operations.log_reading import LogQuery
from crm_desktop.operations.product_uses import RenewalQuery
from crm_desktop.operations.running_calls import RunningCall
from crm_desktop.operations.session import Session
from crm_desktop.storage import log
from tests.environments import PASSWORD, Office, add_member, new_organization
from tests.operations.samples import broken, call_log, customer_with, person
from tests.rights_table import rights_table

TABLE = rights_table()
CUSTOMERS = ContactQuery(Category.CUSTOMER)
NO_PHONE = filters.Condition("incomplete", filters.Operator.ANY_OF, ("phone",))
BY_PHONE = filters.Definition((NO_PHONE,))
LOG = "calls.xml"
FLEET = ProductUseDraft("Fleet")
CALL_BACK = FollowUpDraft("Call back", "2027-01-01")
SEEN = Due("2027-01-01")
NO_RHYTHM = keep_in_touch.OwnRhythm()
TAG = tags.TagDraft("Key account", tags.TagTone.BLUE)
COLLEAGUE = "mia"
PERIOD = Period(date(2026, 5, 1), date(2026, 5, 31))


@pytest.fixture(scope="module")
def staffed(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """An organization with one user of each role, a customer, and a colleague's consent."""
    folder = tmp_path_factory.mktemp("staffed")
    office = new_organization(folder)
    session = office.open()
    for role in Role:
        add_member(session, role.value, role)
    add_member(session, COLLEAGUE, Role.STAFF)
    customer_with(session, "Dana", "(212) 555-0123")
    filters.add_filter(session, Category.CUSTOMER, "Everybody's", BY_PHONE, shared=True)
    session.close()
    session = office.open(COLLEAGUE)
    consents.grant_consent(session)
    session.close()
    call_log(folder / LOG, ("(212) 555-0123", 0))
    return office


@pytest.fixture(params=list(Role))
def user(request: pytest.FixtureRequest, staffed: Office, tmp_path: Path) -> Iterator[Session]:
    """A session of each role on a copy of the office."""
    shutil.copytree(staffed.path.parent, tmp_path / "copy")
    environment = replace(staffed.environment, data_folder=tmp_path / "copy" / "data")
    office = replace(staffed, path=tmp_path / "copy" / staffed.path.name, environment=environment)
    session = office.open(request.param.value)
    assert session.role is request.param
    yield session
    session.close()


def log_path(session: Session) -> Path:
    return session.path.with_name(LOG)


def member_id(session: Session, login: str) -> int:
    return next(member.id for member in members.members(session) if member.login == login)


def import_no_rows(session: Session) -> object:
    """Import a file of contacts without any."""
    path = session.path.with_name("nobody.vcf")
    path.write_text("BEGIN:VCARD\nFN:Nobody\nEND:VCARD\n", encoding="utf-8")
    file, _rows = contact_imports.read_rows(path, ContactOptions())
    return contact_imports.import_rows(session, file, [], ContactPlan())


def a_call(session: Session) -> CallDraft:
    return CallDraft(Direction.OUTGOING, Outcome.ANSWERED, session.now() - 60, 30)


def some_customer(session: Session) -> int:
    return contacts.contact_first_page(session, CUSTOMERS)[0]


def version(session: Session) -> int:
    return contacts.card(session, some_customer(session)).contact.version


def import_for(session: Session, login: str, *, keep_unknown: bool = False) -> object:
    return call_imports.run_import(
        session,
        [log_path(session)],
        member_id=member_id(session, login),
        options=call_imports.reading_options(session),
        keep_unknown=keep_unknown,
    )


def import_own(session: Session) -> object:
    if consents.active_consent(session, session.member.id) is None:
        consents.grant_consent(session)
    return import_for(session, session.member.login)


TEMPORARY = "tamore-kusibo-lanite"
NOTHING = Contents(customers=0, address_book=0, calls=None, epoch=1, sequence=1, changed_at=0)


def gone(session: Session) -> Backup:
    """Return a backup that is nowhere: whoever may look for it is told that, and not refused."""
    path = session.path.with_name("gone.crm-backup")
    return Backup(path, 1, 1, NOTHING, verified=True, key_id=bytes(16), reason=Reason.ASKED)


def add_backup(session: Session) -> object:
    inside = backup_contents.Inside(
        session.path.with_name("gone.crm-backup"), "Acme Ltd", NOTHING, 1, 1, None, 1, "Ana", bytes(16),
        former_key=False,
    )  # fmt: skip
    return backup_contents.add_backup(session, inside)


def colleague(session: Session) -> bytes:
    return next(member.uuid for member in members.members(session) if member.name == COLLEAGUE.title())


def add_user(session: Session) -> bytes:
    return users.add_user(session, login="new", name="New", role=Role.VIEWER, password=TEMPORARY)


def save(session: Session) -> None:
    draft, read_at = contacts.contact_draft(session, some_customer(session))
    contacts.save_contact(session, some_customer(session), replace(draft, nickname="D"), version=read_at)


def relate(session: Session) -> int:
    draft = RelationDraft(RelationRole.PARTNER_OF)
    return relations.add_relation(session, some_customer(session), QuickEntry("Mia"), draft)


# The right each verb needs by the product's table; several where a verb does several things.
VERBS: tuple[tuple[str, tuple[str, ...], Callable[[Session], object]], ...] = (
    ("first page", ("records.view",), lambda s: contacts.contact_first_page(s, CUSTOMERS)),
    ("ids", ("records.view",), lambda s: contacts.contact_ids(s, CUSTOMERS)),
    ("count", ("records.view",), lambda s: contacts.contact_count(s, CUSTOMERS)),
    ("counts", ("records.view",), lambda s: contacts.category_counts(s, Category.CUSTOMER)),
    ("rows", ("records.view",), lambda s: contacts.contact_rows(s, [1])),
    ("similar", ("records.view",), lambda s: contacts.only_similar(s, replace(CUSTOMERS, text="dana"))),
    ("card", ("records.view",), lambda s: contacts.card(s, some_customer(s))),
    ("draft", ("records.view",), lambda s: contacts.contact_draft(s, some_customer(s))),
    ("products", ("records.view",), products.product_names),
    ("plans", ("records.view",), lambda s: products.plan_names(s, "Fleet")),
    ("product", ("records.view",), lambda s: products.product(s, 1)),
    ("product lines", ("records.view",), products.product_lines),
    ("product users", ("records.view",), lambda s: products.product_users(s, 1)),
    ("add a product", ("records.edit",), lambda s: products.add_product(s, ProductDraft("Fleet"))),
    (
        "edit a product",
        ("records.edit",),
        lambda s: products.edit_product(s, 1, ProductDraft("Fleet"), version=1),
    ),
    ("retire a product", ("records.edit",), lambda s: products.set_offered(s, 1, offered=False)),
    ("delete a product", ("records.edit",), lambda s: products.delete_product(s, 1, version=1)),
    ("merge products", ("records.merge",), lambda s: products.merge_products(s, 1, 2)),
    ("scan for duplicates", ("records.merge",), duplicates.scan_duplicates),
    ("compare", ("records.view",), lambda s: duplicates.compare(s, (1, 2))),
    ("who is similar", ("records.view",), lambda s: duplicates.similar_to(s, person("Dana"))),
    ("tell apart", ("records.merge",), lambda s: duplicates.tell_apart(s, (1, 2))),
    ("preview a merge", ("records.merge",), lambda s: merging.preview_merge(s, (1, 2))),
    ("merged names", ("records.view",), lambda s: merging.merged_names(s, 1)),
    ("uses", ("records.view",), lambda s: product_uses.uses_of(s, some_customer(s))),
    ("add a use", ("records.edit",), lambda s: product_uses.add_use(s, some_customer(s), FLEET)),
    ("edit a use", ("records.edit",), lambda s: product_uses.edit_use(s, 1, FLEET, version=1)),
    ("end a use", ("records.edit",), lambda s: product_uses.end_use(s, 1, None, version=1)),
    ("renew a use", ("records.edit",), lambda s: product_uses.renew_use(s, 1, "2027-01-01", version=1)),
    ("remove a use", ("records.edit",), lambda s: product_uses.remove_use(s, 1, version=1)),
    ("renewal counts", ("records.view",), product_uses.renewal_counts),
    ("renewal page", ("records.view",), lambda s: product_uses.renewal_first_page(s, RenewalQuery())),
    ("renewal ids", ("records.view",), lambda s: product_uses.renewal_ids(s, RenewalQuery())),
    ("renewal rows", ("records.view",), lambda s: product_uses.renewal_rows(s, [1])),
    ("history", ("records.view",), lambda s: undo.history(s, some_customer(s))),
    ("timeline", ("records.view",), lambda s: timeline.timeline(s, some_customer(s))),
    ("add", ("records.edit",), lambda s: contacts.add_contact(s, person("New"))),
    ("plan a revert", ("records.edit",), lambda s: reverting.plan_revert(s, 1, some_customer(s))),
    ("plan an undo", ("records.edit",), reverting.plan_undo),
    ("revert a whole change", ("records.edit",), lambda s: reverting.revert_all(s, bytes(16))),
    ("undo", ("records.edit",), undo.undo),
    ("redo", ("records.edit",), undo.redo),
    ("save", ("records.edit",), save),
    (
        "cell",
        ("records.edit",),
        lambda s: contacts.set_field(s, some_customer(s), "title", "Dr", version=version(s)),
    ),
    (
        "move",
        ("records.edit",),
        lambda s: contacts.move_to_category(
            s, contacts.contact_first_page(s, CUSTOMERS)[-1], Category.ADDRESS_BOOK
        ),
    ),
    ("trash", ("records.trash",), lambda s: contacts.trash(s, [some_customer(s)])),
    ("restore", ("records.trash",), lambda s: contacts.restore_from_trash(s, [1])),
    ("delete for good", ("retention",), lambda s: purging.delete_for_good(s, [some_customer(s)])),
    ("plan", ("followups",), lambda s: follow_ups.add_follow_up(s, CALL_BACK)),
    ("plan's draft", ("followups",), lambda s: follow_ups.follow_up_draft(s, 1)),
    ("change a plan", ("followups",), lambda s: follow_ups.edit_follow_up(s, 1, CALL_BACK, version=1)),
    ("postpone", ("followups",), lambda s: follow_ups.postpone(s, 1, "2027-01-01", base=SEEN)),
    ("finish", ("followups",), lambda s: follow_ups.finish(s, [1])),
    (
        "finish with outcome",
        ("followups",),
        lambda s: follow_ups.finish_with_outcome(s, 1, "sent", base=None),
    ),
    ("reopen", ("followups",), lambda s: follow_ups.reopen(s, 1)),
    ("outcome", ("followups",), lambda s: follow_ups.set_outcome(s, 1, "sent", base=None)),
    ("postpone plans", ("followups",), lambda s: follow_ups.postpone_all(s, {1: SEEN}, "2027-01-01")),
    ("assignees", ("followups",), assignees.assignees),
    ("remove a plan", ("followups",), lambda s: follow_ups.remove_follow_ups(s, {1: 1})),
    ("plans' page", ("followups",), lambda s: follow_up_lists.follow_up_first_page(s, FollowUpQuery())),
    ("plans' ids", ("followups",), lambda s: follow_up_lists.follow_up_ids(s, FollowUpQuery())),
    ("plans' count", ("followups",), lambda s: follow_up_lists.follow_up_count(s, FollowUpQuery())),
    ("plans' counts", ("followups",), follow_up_lists.span_counts),
    ("plans' rows", ("followups",), lambda s: follow_up_lists.follow_up_rows(s, [1])),
    ("plans due", ("followups",), follow_up_lists.due_follow_ups),
    ("plans of one", ("records.view",), lambda s: follow_up_lists.open_follow_ups(s, some_customer(s))),
    ("next of one", ("records.view",), lambda s: follow_up_lists.next_follow_up(s, some_customer(s))),
    (
        "everybody's calendar",
        ("followups", "lists.export"),
        lambda s: follow_up_calendar.export_calendar(s, FollowUpQuery(), s.path.with_name("all.ics")),
    ),
    (
        "own calendar",
        ("followups",),
        lambda s: follow_up_calendar.export_calendar(
            s, FollowUpQuery(assignee_id=s.member.id), s.path.with_name("own.ics")
        ),
    ),
    ("rhythm", ("followups",), lambda s: keep_in_touch.set_rhythm(s, some_customer(s), None, base=NO_RHYTHM)),
    ("tag's rhythm", ("followups",), lambda s: keep_in_touch.set_tag_rhythm(s, 1, None, base=NO_RHYTHM)),
    ("tags' rhythms", ("records.view",), keep_in_touch.tag_rhythms),
    ("own rhythm", ("records.view",), lambda s: keep_in_touch.own_rhythm(s, some_customer(s))),
    ("rhythm of a tag", ("records.view",), lambda s: keep_in_touch.tag_rhythm(s, 1)),
    ("rhythm of one", ("records.view",), lambda s: keep_in_touch.rhythm_of(s, some_customer(s))),
    ("turn of one", ("records.view",), lambda s: keep_in_touch.turn_of(s, some_customer(s))),
    ("quiet", ("followups", "calls.view"), keep_in_touch.quiet),
    ("notes", ("records.view",), lambda s: notes.notes(s, some_customer(s))),
    ("add a note", ("records.edit",), lambda s: notes.add_note(s, some_customer(s), "Called back")),
    ("edit a note", ("records.edit",), lambda s: notes.edit_note(s, 1, notes.NoteText("Called"), version=1)),
    ("remove a note", ("records.edit",), lambda s: notes.remove_note(s, 1)),
    ("one note", ("records.view",), lambda s: notes.note(s, 1)),
    ("note to a call", ("records.edit", "calls.view"), lambda s: notes.add_call_note(s, 1, "Called back")),
    (
        "call by hand",
        ("records.edit", "calls.view"),
        lambda s: manual_calls.add_call(s, some_customer(s), a_call(s)),
    ),
    ("read a call by hand", ("calls.view",), lambda s: manual_calls.call_draft(s, 1)),
    (
        "change a call by hand",
        ("records.edit", "calls.view"),
        lambda s: manual_calls.edit_call(s, 1, a_call(s), version=1),
    ),
    (
        "begin a call",
        ("records.edit", "calls.view"),
        lambda s: running_calls.begin_call(s, some_customer(s), Direction.INCOMING),
    ),
    (
        "resume a call",
        ("records.edit", "calls.view"),
        lambda s: running_calls.resume_call(s, RunningCall(1, "", Direction.INCOMING, "", s.now())),
    ),
    (
        "keep the note of a call",
        ("records.edit", "calls.view"),
        lambda s: running_calls.keep_note(s, RunningCall(1, "", Direction.INCOMING, "", s.now()), "x"),
    ),
    (
        "enter a call that ended",
        ("records.edit", "calls.view"),
        lambda s: running_calls.enter_call(s, RunningCall(1, "", Direction.INCOMING, "", s.now()), a_call(s)),
    ),
    ("note of a call", ("calls.view",), lambda s: notes.call_note(s, 1)),
    ("remove a call by hand", ("records.edit", "calls.view"), lambda s: manual_calls.remove_call(s, 1)),
    (
        "preview an import of contacts",
        ("contacts.import",),
        lambda s: contact_imports.preview_contacts(s, Path("nowhere"), ContactPlan(), ContactOptions()),
    ),
    (
        "import contacts",
        ("contacts.import",),
        lambda s: contact_imports.import_contacts(s, Path("nowhere"), ContactPlan(), ContactOptions()),
    ),
    (
        "preview rows of contacts",
        ("contacts.import",),
        lambda s: contact_imports.preview_rows(s, [], ContactPlan()),
    ),
    (
        "import rows of contacts",
        ("contacts.import",),
        import_no_rows,
    ),
    ("read files of contacts", ("contacts.import",), lambda s: contact_import_files.examine_files(s, [])),
    (
        "read rows of contacts",
        ("contacts.import",),
        lambda s: contact_import_files.read_files(s, [], ContactOptions(), {}),
    ),
    (
        "preview readings",
        ("contacts.import",),
        lambda s: contact_imports.preview_readings(s, [], ContactPlan()),
    ),
    (
        "import readings",
        ("contacts.import",),
        lambda s: contact_imports.import_readings(s, [], ContactPlan()),
    ),
    (
        "changes of a row",
        ("contacts.import",),
        lambda s: contact_import_changes.row_changes(s, ImportedContact(1, full="Nobody"), ContactPlan()),
    ),
    ("imports of contacts", ("contacts.import",), contact_import_runs.contact_runs),
    ("problems of an import", ("contacts.import",), lambda s: contact_import_runs.run_problems(s, 1)),
    (
        "undo an import of contacts",
        ("contacts.import",),
        lambda s: contact_import_runs.undo_contact_import(s, 1),
    ),
    (
        "save failed rows",
        ("contacts.import",),
        lambda s: failed_rows.save_failed_rows(s, [], ["given"], s.path.with_name("failed.csv")),
    ),
    (
        "save a report",
        ("lists.export", "calls.view"),
        lambda s: call_report_files.save_import_report(
            s, [], s.path.with_name("report.csv"), titles=("File", "Line", "Why", "Text")
        ),
    ),
    ("mappings", ("contacts.import",), contact_mappings.saved_mappings),
    ("mapping of headers", ("contacts.import",), lambda s: contact_mappings.mapping_for(s, ["a"])),
    (
        "keep a mapping",
        ("contacts.import",),
        lambda s: contact_mappings.remember_mapping(s, contact_mappings.ContactMapping(("a",), (None,))),
    ),
    (
        "forget a mapping",
        ("contacts.import",),
        lambda s: contact_mappings.forget_mapping(s, contact_mappings.ContactMapping(("a",), (None,))),
    ),
    ("call mappings", ("calls.import_own",), call_mappings.saved_call_mappings),
    ("call mapping by name", ("calls.import_own",), lambda s: call_mappings.mapping_named(s, "a")),
    (
        "save a call mapping",
        ("calls.import_own",),
        lambda s: call_mappings.save_call_mapping(s, "a", Mapping(date=1, number=2), ["d", "n"]),
    ),
    (
        "rename a call mapping",
        ("calls.import_own",),
        lambda s: call_mappings.rename_call_mapping(s, "a", "b"),
    ),
    ("delete a call mapping", ("calls.import_own",), lambda s: call_mappings.delete_call_mapping(s, "b")),
    ("lines", ("calls.import_shared",), member_lines.lines),
    (
        "change a line",
        ("settings",),
        lambda s: member_lines.change_line(s, None, member_lines.MemberLine(s.member.id, "101")),
    ),
    ("settings of the organization", ("settings",), organization_settings.organization_settings),
    (
        "save the settings of the organization",
        ("settings",),
        lambda s: organization_settings.save_organization_settings(
            s, organization_settings.OrganizationSettings("Office", "DE", "Europe/Berlin"), version=1
        ),
    ),
    ("set lines", ("settings",), lambda s: member_lines.set_lines(s, s.member.id, ["101"])),
    ("look for changes", ("records.view",), lambda s: others_changes.look_for_changes(s, after=None)),
    ("files", ("records.view",), lambda s: attachments.attachments_of(s, some_customer(s))),
    ("read a file", ("records.view",), lambda s: attachments.read_attachment(s, 1)),
    ("look at a file", ("records.view",), lambda s: file_previews.preview(s, 1)),
    ("add files", ("records.edit",), lambda s: attachments.add_files(s, some_customer(s), [])),
    ("rename a file", ("records.edit",), lambda s: attachments.rename(s, 1, "a.txt", version=1)),
    ("note of a file", ("records.edit",), lambda s: attachments.note(s, 1, "Signed", version=1)),
    ("remove files", ("records.edit",), lambda s: attachments.remove(s, [1])),
    ("save a copy", ("records.view",), lambda s: file_copies.save_copy(s, 1, Path("nowhere"))),
    ("open a copy", ("records.view",), lambda s: file_copies.open_copy(s, 1)),
    ("photo", ("records.view",), lambda s: photos.photo(s, some_customer(s))),
    ("set a photo", ("records.edit",), lambda s: photos.set_photo(s, some_customer(s), 1)),
    ("remove a photo", ("records.edit",), lambda s: photos.remove_photo(s, some_customer(s))),
    ("tags", ("records.view",), tags.all_tags),
    ("tag names", ("records.view",), tags.tag_names),
    ("tag counts", ("records.view",), lambda s: tags.tag_counts(s, Category.CUSTOMER)),
    (
        "tag",
        ("records.edit",),
        lambda s: tags.set_contact_tags(s, some_customer(s), ["VIP"], version=version(s)),
    ),
    ("see whether a tag can be called so", ("records.edit",), lambda s: tags.check_tag(s, 1, TAG, base=TAG)),
    (
        "edit a tag",
        ("records.edit",),
        lambda s: tags.change_tag(s, 1, TAG, base=TAG),
    ),
    (
        "confirm a value",
        ("records.edit",),
        lambda s: confirming_values.confirm_value(s, some_customer(s), "phone", 1),
    ),
    ("own fields", ("records.view",), custom_fields.fields),
    ("own fields of a list", ("records.view",), lambda s: custom_fields.fields_for(s, Category.CUSTOMER)),
    ("values of an own field", ("records.view",), lambda s: custom_fields.values_in(s, 1)),
    (
        "define a field",
        ("settings",),
        lambda s: custom_fields.define_field(s, custom_fields.FieldDraft("Contract")),
    ),
    (
        "change a field",
        ("settings",),
        lambda s: custom_fields.change_field(s, 1, custom_fields.FieldDraft("Terms"), version=1),
    ),
    ("remove a field", ("settings",), lambda s: custom_fields.remove_field(s, 1)),
    ("numbers", ("records.view",), customer_numbers.number_sequence),
    (
        "change numbers",
        ("settings",),
        lambda s: customer_numbers.set_number_sequence(s, customer_numbers.NumberSequence("K-")),
    ),
    ("found", ("records.view",), lambda s: finding.find_records(s, "dana")),
    ("found again", ("records.view",), lambda s: finding.records_of(s, [1])),
    ("lacking", ("records.view",), lambda s: list_queries.contact_gaps(s, [1], NO_PHONE)),
    ("filter fields", ("records.view",), lambda s: list_queries.filter_fields(s, Category.CUSTOMER)),
    ("filters", ("records.view",), lambda s: filters.saved(s, Category.CUSTOMER)),
    ("counts of filters", ("records.view",), lambda s: filters.filter_counts(s, Category.CUSTOMER)),
    ("keep a filter", ("filters.own",), lambda s: filters.add_filter(s, Category.CUSTOMER, "A", BY_PHONE)),
    (
        "keep a shared filter",
        ("filters.share",),
        lambda s: filters.add_filter(s, Category.CUSTOMER, "A", BY_PHONE, shared=True),
    ),
    ("rename a filter", ("filters.share",), lambda s: filters.rename_filter(s, 1, "B", version=1)),
    ("change a filter", ("filters.share",), lambda s: filters.change_filter(s, 1, BY_PHONE, version=1)),
    (
        "make a filter private",
        ("filters.share",),
        lambda s: filters.share_filter(s, 1, shared=False, version=1),
    ),
    ("move a filter", ("filters.share",), lambda s: filters.move_filter(s, 1, by=1)),
    ("remove a filter", ("filters.share",), lambda s: filters.remove_filter(s, 1)),
    ("relations", ("records.view",), lambda s: relations.relations_of(s, some_customer(s))),
    ("introduced by", ("records.view",), lambda s: relations.introduced_by(s, some_customer(s))),
    ("candidates", ("records.view",), lambda s: relations.candidates(s, "dana")),
    ("network", ("records.view",), lambda s: relation_network.network(s, some_customer(s))),
    ("relate", ("records.edit",), relate),
    (
        "edit a relation",
        ("records.edit",),
        lambda s: relations.edit_relation(s, 1, 1, RelationDraft(RelationRole.PARTNER_OF), version=1),
    ),
    ("end a relation", ("records.edit",), lambda s: relations.end_relation(s, 1, "2025-01-01", version=1)),
    ("remove a relation", ("records.edit",), lambda s: relations.remove_relation(s, 1, version=1)),
    ("call page", ("calls.view",), lambda s: calls.call_first_page(s, CallQuery())),
    ("whose call", ("calls.view",), lambda s: shared_numbers.shared_number(s, 1)),
    (
        "say whose call",
        ("calls.view", "records.edit"),
        lambda s: shared_numbers.say_whose(s, [1], some_customer(s), remember=True),
    ),
    (
        "say what a number is",
        ("records.edit",),
        lambda s: number_kinds.set_number_kind(s, some_customer(s), "+12125550123", None),
    ),
    ("what numbers are", ("records.view",), lambda s: number_kinds.number_kinds(s, 1)),
    ("unknown numbers", ("calls.view", "calls.unknown_numbers"), unknown_numbers.unknown_numbers),
    ("numbers left alone", ("calls.view", "calls.unknown_numbers"), unknown_numbers.ignored_numbers),
    (
        "leave a number alone",
        ("calls.view", "calls.unknown_numbers"),
        lambda s: unknown_numbers.ignore_numbers(s, ["+16465550187"]),
    ),
    (
        "offer a number again",
        ("calls.view", "calls.unknown_numbers"),
        lambda s: unknown_numbers.heed_numbers(s, ["+16465550187"]),
    ),
    (
        "add a customer of a number",
        ("records.edit",),
        lambda s: unknown_numbers.add_customer(
            s, QuickEntry("Eve", category=Category.CUSTOMER), "+16465550187"
        ),
    ),
    (
        "add a number",
        ("records.edit",),
        lambda s: unknown_numbers.add_number(s, some_customer(s), "+16465550187"),
    ),
    ("call ids", ("calls.view",), lambda s: calls.call_ids(s, CallQuery())),
    ("call count", ("calls.view",), lambda s: calls.call_count(s, CallQuery())),
    ("call rows", ("calls.view",), lambda s: calls.call_rows(s, [1])),
    ("call backs", ("calls.view",), today.call_backs),
    ("quiet customers", ("calls.view",), today.quiet_customers),
    ("recent", ("records.view",), today.recent),
    ("calls by day", ("calls.view",), lambda s: today.calls_by_day(s, PERIOD)),
    ("calls by member", ("calls.view",), lambda s: today.calls_by_member(s, PERIOD)),
    ("answer rates", ("calls.view",), lambda s: today.answer_rates(s, PERIOD)),
    ("top customers", ("calls.view",), lambda s: today.top_customers(s, PERIOD)),
    ("time to return", ("calls.view",), lambda s: today.time_to_return(s, PERIOD)),
    ("team figures", ("calls.view",), team_figures.team_figures),
    ("set team figures", ("settings",), lambda s: team_figures.set_team_figures(s, on=True)),
    ("runs", ("calls.view",), call_imports.runs),
    ("problems", ("calls.view",), lambda s: call_imports.run_problems(s, 1)),
    ("changed since an import", ("calls.view",), lambda s: call_imports.changed_since(s, 1)),
    ("import own", ("calls.import_own",), import_own),
    ("undo import", ("calls.import_own",), lambda s: call_imports.undo_import(s, 1)),
    ("import colleague's", ("calls.import_shared",), lambda s: import_for(s, COLLEAGUE)),
    (
        "keep unknown numbers",
        ("calls.import_own", "calls.unknown_numbers"),
        lambda s: import_for(s, s.member.login, keep_unknown=True),
    ),
    ("consent text", ("policy",), consents.consent_text),
    ("own consent", ("self.consent",), consents.grant_consent),
    ("withdraw own", ("self.consent",), consents.withdraw_consent),
    (
        "withdraw a colleague's",
        ("users",),
        lambda s: consents.withdraw_consent(s, member_id=member_id(s, COLLEAGUE)),
    ),
    (
        "paper consent",
        ("users",),
        lambda s: consents.record_paper_consent(
            s, member_id(s, COLLEAGUE), scan=b"paper", scan_name="consent.png"
        ),
    ),
    ("info", ("policy",), organizations.organization_info),
    ("verify", ("policy",), verify.verify),
    ("back up", ("backup.now",), backups.back_up),
    ("second place", ("backup.now",), second_place.second_place),
    ("set second place", ("backup.settings",), lambda s: second_place.set_second_place(s, None)),
    ("backups", ("backup.now",), backups.backups),
    ("settings", ("policy",), lambda s: settings.put_setting(s, "width", 5)),
    ("backup overview", ("backup.now",), backup_overview.backup_overview),
    ("look inside a backup", ("restore",), lambda s: backup_contents.look_inside(s, s.path)),
    ("check a backup again", ("backup.now",), lambda s: backup_contents.check_again(s, gone(s))),
    ("add a backup", ("restore",), add_backup),
    ("catalogue", ("records.view",), products.products),
    ("verify log", ("policy",), verify.verify_log),
    ("members", ("policy",), members.members),
    ("log page", ("log",), lambda s: log_reading.log_first_page(s, LogQuery())),
    ("log ids", ("log",), lambda s: log_reading.log_ids(s, LogQuery())),
    ("log lines", ("log",), lambda s: log_reading.log_lines(s, [1])),
    ("log entries", ("log",), log_reading.log_entries),
    ("log details", ("log",), lambda s: log_reading.log_details(s, 1)),
    ("log users", ("log",), log_reading.log_users),
    ("keys overview", ("keys",), keys_overview.keys_overview),
    ("plan a new kit", ("keys",), new_kit.plan_new_kit),
    ("plan new keys", ("keys",), rotation_plans.plan_rotation),
    ("who has not moved", ("keys",), rotation_plans.not_moved),
    ("users", ("users",), users.users),
    ("unlisted accounts", ("users",), users.unlisted_accounts),
    ("remove unlisted accounts", ("users",), users.remove_unlisted),
    ("add a user", ("users",), add_user),
    ("role", ("users",), lambda s: users.change_role(s, colleague(s), Role.MANAGER)),
    (
        "exception",
        ("users",),
        lambda s: users.set_exception(s, colleague(s), "lists.export", granted=True),
    ),
    ("rename", ("users",), lambda s: users.rename_login(s, colleague(s), "mia.k")),
    ("reset", ("users",), lambda s: users.reset_password(s, colleague(s), password=TEMPORARY)),
    ("disable", ("users",), lambda s: users.disable_user(s, colleague(s))),
    ("enable", ("users",), lambda s: users.enable_user(s, colleague(s), password=TEMPORARY)),
    (
        "password",
        ("self.password",),
        lambda s: organizations.change_password(s.environment, s, old=PASSWORD, new="a new long password"),
    ),
)


def refused(session: Session, call: Callable[[Session], object]) -> bool:
    try:
        call(session)
    except RefusedError as error:
        return error.code == "right_missing"
    except KnownError:
        return False
    return False


def test_each_verb_is_refused_exactly_where_the_table_says(user: Session) -> None:
    rights = TABLE[user.role]
    expected = {name: not rights.issuperset(needed) for name, needed, _ in VERBS}
    assert {name: refused(user, call) for name, _, call in VERBS} == expected
    assert [check for check in verify.verify(user) if not check.ok] == []


def test_before_an_own_password_nothing_else_is_done(staffed: Office, tmp_path: Path) -> None:
    """Each verb that asks any right is refused, the administrator's too, and nothing is logged."""
    shutil.copytree(staffed.path.parent, tmp_path / "copy")
    environment = replace(staffed.environment, data_folder=tmp_path / "copy" / "data")
    office = replace(staffed, path=tmp_path / "copy" / staffed.path.name, environment=environment)
    session = office.open()
    add_member(session, "eva", Role.ADMINISTRATOR, temporary=True)
    session.close()
    session = office.open("eva")
    before = entries(session)
    asking = [(name, call) for name, needed, call in VERBS if not set(needed) <= {"policy", "self.password"}]
    answers = {name: code_of(session, call) for name, call in asking}
    assert answers == dict.fromkeys(answers, "password_must_change")
    assert entries(session) == before
    session.close()


def code_of(session: Session, call: Callable[[Session], object]) -> str:
    try:
        call(session)
    except KnownError as error:
        return error.code
    return "done"


def entries(session: Session) -> int:
    with session.database.read() as connection:
        return log.head(connection).sequence


OPERATIONS = Path(__file__).parents[1] / "rights_of_operations.csv"


def operations_of_a_session() -> dict[str, Callable[..., object]]:
    """Return every public function of the room that takes a session, by module and name."""
    found = {}
    for info in pkgutil.iter_modules(operations.__path__):
        module = importlib.import_module(f"crm_desktop.operations.{info.name}")
        for name, function in vars(module).items():
            own = inspect.isfunction(function) and function.__module__ == module.__name__
            if own and not name.startswith("_"):
                first = list(inspect.signature(function).parameters.values())[:2]
                if any(parameter.annotation is Session for parameter in first):
                    found[f"{info.name}.{name}"] = function
    return found


def listed_operations() -> dict[str, str]:
    with OPERATIONS.open(newline="", encoding="utf-8") as stream:
        return {row["operation"]: row["where"] for row in csv.DictReader(stream)}


def names_called(call: object) -> set[str]:
    """Return the names a verb of the table uses, looking into the helpers of this module."""
    if not inspect.isfunction(call):
        return set()
    names = {call.__name__, *call.__code__.co_names}
    for name in call.__code__.co_names:
        helper = globals().get(name)
        if inspect.isfunction(helper) and helper is not call and helper.__module__ == __name__:
            names |= names_called(helper)
    return names


def test_every_operation_on_a_session_has_its_row() -> None:
    """Who adds an operation says where its right is tested: in the table, in a file, or inside others."""
    found, listed = operations_of_a_session(), listed_operations()
    assert found.keys() == listed.keys()
    called = set().union(*(names_called(call) for _, _, call in VERBS))
    missing = []
    for operation, where in listed.items():
        name = operation.rpartition(".")[2]
        if where == "table":
            missing += [] if name in called else [operation]
        elif where != "inside":
            room = Path(__file__).parents[2] / where
            missing += [] if f"{name}(" in room.read_text(encoding="utf-8") else [operation]
    assert missing == []


def test_calls_leave_no_trace_for_somebody_without_the_right(staffed: Office, tmp_path: Path) -> None:
    shutil.copytree(staffed.path.parent, tmp_path / "copy")
    environment = replace(staffed.environment, data_folder=tmp_path / "copy" / "data")
    office = replace(staffed, path=tmp_path / "copy" / staffed.path.name, environment=environment)
    session = office.open("staff")
    import_own(session)
    customer = some_customer(session)
    assert contacts.contact_rows(session, [customer])[customer].last_contact is not None
    assert [e.kind for e in timeline.timeline(session, customer).entries].count(timeline.EntryKind.CALL) == 1
    contacts.add_contact(session, person("Aaron"))
    session.close()

    session = office.open("viewer")
    assert contacts.contact_rows(session, [customer])[customer].last_contact is None
    assert timeline.EntryKind.CALL not in {e.kind for e in timeline.timeline(session, customer).entries}
    assert organizations.organization_info(session).calls is None
    by_call, by_name = (replace(CUSTOMERS, sort=sort, ascending=False) for sort in ("last_contact", "name"))
    assert list(contacts.contact_ids(session, by_call)) == list(contacts.contact_ids(session, by_name))
    session.close()


def test_calls_of_unknown_numbers_are_seen_only_with_their_right(staffed: Office, tmp_path: Path) -> None:
    shutil.copytree(staffed.path.parent, tmp_path / "copy")
    environment = replace(staffed.environment, data_folder=tmp_path / "copy" / "data")
    office = replace(staffed, path=tmp_path / "copy" / staffed.path.name, environment=environment)
    session = office.open("manager")
    call_log(log_path(session), ("(212) 555-0123", 0), ("(212) 555-0999", 60))
    consents.grant_consent(session)
    import_for(session, "manager", keep_unknown=True)
    everything = list(calls.call_ids(session, CallQuery()))
    assert len(everything) == 2
    session.close()

    session = office.open("staff")
    assert calls.call_count(session, CallQuery()) == 1
    assert len(calls.call_ids(session, CallQuery())) == 1
    assert len(calls.call_first_page(session, CallQuery())) == 1
    assert {row.customer_name for row in calls.call_rows(session, everything).values()} == {"Dana"}
    session.close()


def test_only_an_administrator_sees_everybodys_consents(staffed: Office) -> None:
    session = staffed.open("manager")
    assert [state.member.login for state in consents.consents(session)] == ["manager"]
    session.close()
    session = staffed.open("administrator")
    assert len(consents.consents(session)) == len(members.members(session))
    session.close()


def test_exceptions_of_one_user_count(tmp_path: Path) -> None:
    office = new_organization(tmp_path)
    session = office.open()
    add_member(session, "eva", Role.STAFF, granted=("calls.import_shared",), revoked=("records.trash",))
    contact = customer_with(session, "Dana")
    session.close()
    session = office.open("eva")
    assert session.may("calls.import_shared")
    with pytest.raises(RefusedError, match="right_missing"):
        contacts.trash(session, [contact])
    session.close()


def test_who_only_imports_for_others_is_no_intruder_to_verify(tmp_path: Path) -> None:
    """One right allows one's own log, another a colleague's: either signs an import and its removal."""
    office = new_organization(tmp_path)
    session = office.open()
    others = add_member(session, "eva", Role.MANAGER, revoked=("calls.import_own",))
    colleague = add_member(session, COLLEAGUE, Role.STAFF)
    customer_with(session, "Dana", "(212) 555-0123")
    consents.record_paper_consent(session, colleague, scan=b"paper", scan_name="consent.png")
    consents.record_paper_consent(session, others, scan=b"paper", scan_name="consent.png")
    call_log(log_path(session), ("(212) 555-0123", 0))
    session.close()

    session = office.open("eva")
    with pytest.raises(RefusedError, match="right_missing"):
        import_own(session)
    import_for(session, COLLEAGUE)
    (run,) = call_imports.runs(session)
    assert call_imports.undo_import(session, run.id) == 1
    import_for(session, COLLEAGUE)
    assert broken(session) == {}
    session.close()

    session = office.open()
    assert consents.withdraw_consent(session, member_id=colleague) == 1
    assert broken(session) == {}
    session.close()
