"""Promises P8 and P9: whatever is done in whatever order, only calls are stored that may be.

The judge reads the tables itself and keeps its own book of what each log held: none of the program's queries
is asked. After a withdrawal every page of the file, of its write-ahead log and of the known backups is
searched for the member's calls.
"""

import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from crm_desktop.domain.contacts import Category
from crm_desktop.domain.errors import KnownError, RefusedError
from crm_desktop.domain.merges import unpacked
from crm_desktop.domain.permissions import Role
from crm_desktop.operations import (
    backup_cleaning,
    calls,
    consents,
    contacts,
    member_lines,
    organization_settings,
    undo,
)
from crm_desktop.operations.backups import back_up
from crm_desktop.operations.call_imports import (
    preview_import,
    reading_options,
    run_import,
    runs,
    undo_import,
)
from crm_desktop.operations.calls import CallQuery
from crm_desktop.operations.number_kinds import NumberKind, set_number_kind
from crm_desktop.operations.session import Session
from crm_desktop.operations.shared_numbers import say_whose
from crm_desktop.operations.unknown_numbers import heed_numbers, ignore_numbers
from crm_desktop.storage import rollup_recount
from crm_desktop.storage.digests import read_image
from tests.environments import Office, add_member, new_organization
from tests.importers.log_writers import EXTENSION, WRITERS, Written
from tests.operations.samples import broken, customer_with, decrypted, decrypted_log
from tests.operations.test_shared_numbers import numbered

DAY = 86_400
FIRST_ID = 0x00A1B2C0  # ids that are found by their bytes
PHONE_FORMATS = (
    "smsbackuprestore_calls_xml", "superbackup_calls_xml", "adb_content_query_text", "android_calllog_sqlite",
    "ios_callhistory_sqlite", "google_voice_takeout", "imazing_call_history_csv",
)  # fmt: skip
OFFICE_FORMATS = ("freepbx_cdr_csv", "fusionpbx_cdr_csv", "3cx_call_reports_csv")
# Last digits of numbers: of customers, of several of them, and of nobody.
LASTS = (101, 102, 103, 198, 199)
POOL = tuple(
    Written(1_780_000_000 + 61 * place, "123"[place % 3], 0 if place % 3 == 2 else 40 + place, last)
    for place, last in enumerate(LASTS * 4)
)
PLACES = st.sets(st.integers(0, len(POOL) - 1), min_size=1, max_size=8)
OWNERS, NOBODYS = {EXTENSION: 1, "105": 2}, "106"
NAMES = ("Ann", "Bob", "Cid")
MEMBERS = ("ana", "eva", "ben")
NOT_AGREED = "consent_missing|consent_withdrawn|consent_expired"


Known = tuple[int, int, str | None]
"""Whose log, when, with whom."""


@dataclass(frozen=True)
class Stored:
    """A call as the table has it."""

    id: int
    member: int
    at: int
    e164: str | None
    customer: int | None
    run: int

    @property
    def identity(self) -> Known:
        """Return what a log says of it: a phone's logs of several formats may give one call."""
        return self.member, self.at, self.e164


class OnlyWhatMayBe(RuleBasedStateMachine):
    """Three members, three customers, one file for each run."""

    def __init__(self) -> None:
        super().__init__()
        self.temporary = tempfile.TemporaryDirectory()
        self.folder = Path(self.temporary.name)
        self.office: Office = new_organization(self.folder, time_zone="UTC")
        self.session: Session = self.office.open()
        for login in MEMBERS[1:]:
            add_member(self.session, login, Role.STAFF)
        self.people = [
            customer_with(self.session, name, f"+12125550{last}")
            for name, last in zip(NAMES, LASTS, strict=False)
        ]
        with self.session.database.write() as connection:
            connection.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('call', ?)", (FIRST_ID,))
        # The judge's book: consents as (granted, until, withdrawn), what may be stored, what was chosen.
        self.consents: dict[int, list[tuple[int, int | None, bool]]] = defaultdict(list)
        self.allowed: set[Known] = set()
        self.with_unknown: set[int] = set()
        self.had: dict[str, set[int]] = defaultdict(set)
        self._note_owners()
        self.agree("ana", 40)
        self.paper(2, 40)
        for line, member in OWNERS.items():
            member_lines.set_lines(self.session, member, [line])

    def teardown(self) -> None:
        assert broken(self.session) == {}
        self.session.close()
        self.temporary.cleanup()

    # --- the judge -----------------------------------------------------------------------------

    def _sql(self, statement: str, *values: object) -> list[tuple[object, ...]]:
        with self.session.database.read() as connection:
            return connection.execute(statement, values).fetchall()

    def _stored(self) -> list[Stored]:
        found = self._sql(
            "SELECT id, member_id, started_at, e164, customer_id, import_run_id FROM call ORDER BY id"
        )
        return [Stored(*row) for row in found]  # type: ignore[arg-type]

    def _owners(self, e164: str) -> set[int]:
        """Return the customers in use who have a number now."""
        found = self._sql(
            "SELECT contact_id FROM phone WHERE e164 = ? AND contact_id IN"
            " (SELECT id FROM contact WHERE trashed_at IS NULL AND category = 'customer')",
            e164,
        )
        return {int(str(contact)) for (contact,) in found}

    def _own(self) -> set[str]:
        (text,) = self._sql("SELECT own_numbers FROM organization")[0]
        return set(str(text or "").split(","))

    def _ignored(self) -> set[str]:
        return {str(one) for (one,) in self._sql("SELECT e164 FROM number_decision WHERE kind = 'ignored'")}

    def _note_owners(self) -> None:
        for e164, contact in self._sql("SELECT e164, contact_id FROM phone WHERE e164 IS NOT NULL"):
            self.had[str(e164)].add(int(str(contact)))

    def _consented(self, member: int) -> bool:
        granted = self.consents[member]
        if not granted:
            return False
        _, until, withdrawn = granted[-1]
        return not withdrawn and (until is None or self.office.clock() < until)

    @invariant()
    def every_stored_call_may_be(self) -> None:
        self._note_owners()
        for call in self._stored():
            assert call.run is not None
            assert call.identity in self.allowed, "no log of this member held it, or it was to be gone"
            (started,) = self._sql("SELECT started_at FROM import_run WHERE id = ?", call.run)[0]
            stood = self._sql(
                "SELECT 1 FROM consent WHERE member_id = ? AND purpose = 'call_log' AND withdrawn_at IS NULL"
                " AND granted_at <= ? AND (expires_at IS NULL OR ? < expires_at)",
                call.member, started, started,
            )  # fmt: skip
            assert stood, "it was imported under no consent that stands"
            had = self.had[call.e164 or ""]
            if call.customer is not None:
                assert call.customer in had, "the customer never had the number"
            else:
                assert had or call.run in self.with_unknown, "a stranger's call nobody chose to keep"

    @invariant()
    def figures_are_those_of_the_calls(self) -> None:
        with self.session.database.read() as connection:
            assert list(rollup_recount.differences(connection)) == []
        ids = {call.id for call in self._stored()}
        waiting = {row[0] for row in self._sql("SELECT call_id FROM call_back")}
        assert waiting <= ids

    # --- consents ------------------------------------------------------------------------------

    @rule(who=st.sampled_from(MEMBERS), days=st.sampled_from([None, 5, 40]))
    def agree(self, who: str, days: int | None) -> None:
        """Give one's own consent, signed in."""
        until = None if days is None else self.office.clock() + days * DAY
        self.session.close()
        self.session = self.office.open(who)
        if self._attempt(lambda: consents.grant_consent(self.session, expires_at=until), "consent_exists"):
            self.consents[self.session.member.id].append((self.office.clock(), until, False))
        self.session.close()
        self.session = self.office.open()

    @rule(member=st.integers(1, 3), days=st.sampled_from([None, 40]))
    def paper(self, member: int, days: int | None) -> None:
        until = None if days is None else self.office.clock() + days * DAY
        paper = partial(consents.record_paper_consent, scan=b"signed", scan_name="signed.png")
        if self._attempt(lambda: paper(self.session, member, expires_at=until), "consent_exists"):
            self.consents[member].append((self.office.clock(), until, False))

    @rule(place=st.integers(0, 5), backup=st.booleans())
    def withdraw(self, place: int, *, backup: bool) -> None:
        """Withdraw, mostly the consent of somebody with calls; have a backup made before forget them too."""
        callers = sorted({call.member for call in self._stored()}) or [1, 2, 3]
        member = callers[place % len(callers)]
        gone = [call for call in self._stored() if call.member == member]
        marks = self._marks(gone)
        made = back_up(self.session).backup.path if backup and gone else None
        self.office.clock.advance(60)
        if not self.consents[member] or self.consents[member][-1][2]:
            with pytest.raises(RefusedError, match="consent_none"):
                consents.withdraw_consent(self.session, member_id=member)
            return
        assert consents.withdraw_consent(self.session, member_id=member) == len(gone)
        self.consents[member] = [(granted, until, True) for granted, until, _ in self.consents[member]]
        self.allowed = {one for one in self.allowed if one[0] != member}
        assert not [call for call in self._stored() if call.member == member]
        left = {call.id for call in self._stored()}
        assert self._named() <= left, "rows or images name calls that are gone"
        self._search(marks, decrypted(self.session) + decrypted_log(self.session))
        if made is not None:
            backup_cleaning.clean_backups(self.session)
            self._search(marks, decrypted(self.session, made))

    def _marks(self, gone: Iterable[Stored]) -> list[bytes]:
        """Return bytes that stand in the file only because of these calls."""
        marks: list[bytes] = []
        for call in gone:
            found = self._sql("SELECT uuid, salt, row_key FROM call WHERE id = ?", call.id)
            marks += [bytes(mark) for mark in found[0]]  # type: ignore[call-overload]
            # As indexes have it: when, and which.
            marks.append(call.at.to_bytes(4, "big") + call.id.to_bytes(4, "big"))
        others = {call.e164 for call in self._stored()} - {call.e164 for call in gone}
        strangers = {call.e164 for call in gone if call.e164 and not self.had[call.e164]} - others
        of_others = {call.e164 for call in self._stored() if call.member not in {one.member for one in gone}}
        elsewhere = of_others | self._own() | self._ignored()
        return marks + [str(e164).encode() for e164 in strangers - elsewhere]

    @staticmethod
    def _search(marks: Iterable[bytes], pages: bytes) -> None:
        assert [mark.hex() for mark in marks if mark in pages] == []

    def _named(self) -> set[int]:
        """Return the calls that rows and images name."""
        named: set[int] = set()
        for table in ("linked_calls", "moved_calls"):
            for (ids,) in self._sql(f"SELECT call_ids FROM {table}"):  # noqa: S608 - fixed names
                named.update(unpacked(bytes(ids)))  # type: ignore[call-overload]
        for images in self._sql("SELECT before_image, after_image FROM change_row"):
            for text in filter(None, images):
                ids = read_image(str(text)).get("call_ids")
                named.update(unpacked(ids) if isinstance(ids, bytes) else ())
        return named

    # --- logs ----------------------------------------------------------------------------------

    def _log(self, log_format: str, chosen: Iterable[int], line: str = EXTENSION) -> Path:
        """Write a log; of an office, the calls of one line."""
        path = self.folder / f"{log_format}.log"
        written = WRITERS[log_format].write([POOL[place] for place in sorted(chosen)])
        path.write_bytes(written.replace(EXTENSION.encode(), line.encode()))
        return path

    @rule(
        member=st.integers(1, 3), log_format=st.sampled_from(PHONE_FORMATS),
        chosen=PLACES, keep=st.booleans(),
    )  # fmt: skip
    def import_phone(self, member: int, log_format: str, chosen: set[int], *, keep: bool) -> None:
        self._import(log_format, chosen, member, keep=keep)

    @rule(
        log_format=st.sampled_from(PHONE_FORMATS), chosen=PLACES, keep=st.booleans(),
        lasts=st.sets(st.sampled_from(LASTS[:4]), max_size=3), remember=st.booleans(),
    )  # fmt: skip
    def import_and_change_hands(
        self, log_format: str, chosen: set[int], lasts: set[int], *, keep: bool, remember: bool
    ) -> None:
        """Import; then numbers come and go, and somebody answers: what a withdrawal must find again."""
        member = next((one for one in (1, 2, 3) if self._consented(one)), 1)
        self._import(log_format, chosen, member, keep=keep)
        self.change_numbers(0, lasts)
        self.answer(1, remember=remember)

    @rule(
        log_format=st.sampled_from(OFFICE_FORMATS), line=st.sampled_from([*OWNERS, NOBODYS]),
        chosen=PLACES, keep=st.booleans(),
    )  # fmt: skip
    def import_office(self, log_format: str, line: str, chosen: set[int], *, keep: bool) -> None:
        """Import the log of an office in which one line was called: a member's, or nobody's."""
        self._import(log_format, chosen, None, keep=keep, line=line)

    def _import(
        self, log_format: str, chosen: set[int], member: int | None, *, keep: bool, line: str = EXTENSION
    ) -> None:
        """Preview and import; what is new is exactly what may be, of whom it may be."""
        path, before = self._log(log_format, chosen, line), self._stored()
        options = reading_options(self.session, internal_digits=3)
        asked = {member} if member is not None else set(OWNERS.values())
        agreed = {one for one in asked if self._consented(one)}
        whose = {member} if member is not None else {OWNERS.get(line)}
        owners = {call.number: self._owners(call.number) for call in POOL}
        left_out = self._own() | {number for number in self._ignored() if not owners[number]}
        given = {"member_id": member, "options": options, "format": log_format, "keep_unknown": keep}
        if not agreed:
            for verb in (preview_import, run_import):
                with pytest.raises(RefusedError, match=NOT_AGREED):
                    verb(self.session, [path], **given)  # type: ignore[arg-type]
            assert self._stored() == before
            return
        preview = preview_import(self.session, [path], **given)  # type: ignore[arg-type]
        assert self._stored() == before, "a preview stores nothing"
        result = run_import(self.session, [path], **given)  # type: ignore[arg-type]
        assert preview.counts == result.counts
        may = {
            (one, call.at, call.number)
            for one in agreed & whose
            for call in (POOL[place] for place in chosen)
            if call.number not in left_out and (keep or owners[call.number])
        }
        self.allowed |= may
        self.with_unknown |= set(result.runs) if keep else set()
        stored = self._stored()
        assert may <= {call.identity for call in stored}
        for call in stored:
            if call.run in result.runs:
                assert call.identity in may
                owning = owners[str(call.e164)]
                assert call.customer is None or call.customer in owning
                assert call.customer is not None or len(owning) != 1, "one customer has the number"

    @rule(place=st.integers(0, 5))
    def take_import_back(self, place: int) -> None:
        known = runs(self.session)
        if known:
            undo_import(self.session, known[place % len(known)].id)

    # --- records -------------------------------------------------------------------------------

    @rule(who=st.integers(0, 2), lasts=st.sets(st.sampled_from(LASTS[:4]), max_size=3))
    def change_numbers(self, who: int, lasts: set[int]) -> None:
        self._attempt(lambda: numbered(self.session, self.people[who], *(f"+12125550{one}" for one in lasts)))

    @rule(who=st.integers(0, 2), back=st.booleans())
    def trash(self, who: int, *, back: bool) -> None:
        verb = contacts.restore_from_trash if back else contacts.trash
        self._attempt(lambda: verb(self.session, [self.people[who]]))

    @rule(who=st.integers(0, 2), category=st.sampled_from(Category))
    def move(self, who: int, category: Category) -> None:
        self._attempt(lambda: contacts.move_to_category(self.session, self.people[who], category))

    @rule(who=st.integers(0, 2), remember=st.booleans())
    def answer(self, who: int, *, remember: bool) -> None:
        waiting = list(calls.call_ids(self.session, CallQuery(undecided=True)))[:1]
        self._attempt(lambda: say_whose(self.session, waiting, self.people[who], remember=remember))

    @rule(
        who=st.integers(0, 2), last=st.sampled_from(LASTS[:4]),
        kind=st.sampled_from([NumberKind.SWITCHBOARD, NumberKind.SHARED, None]),
    )  # fmt: skip
    def say_what_it_is(self, who: int, last: int, kind: NumberKind | None) -> None:
        self._attempt(lambda: set_number_kind(self.session, self.people[who], f"+12125550{last}", kind))

    @rule(lasts=st.sets(st.sampled_from(LASTS[2:]), max_size=2))
    def have_own_numbers(self, lasts: set[int]) -> None:
        found, version = organization_settings.organization_settings(self.session)
        own = replace(found, own_numbers=tuple(f"+12125550{last}" for last in sorted(lasts)))
        organization_settings.save_organization_settings(self.session, own, version=version)

    @rule(last=st.sampled_from(LASTS), heed=st.booleans())
    def leave_alone(self, last: int, *, heed: bool) -> None:
        verb = heed_numbers if heed else ignore_numbers
        self._attempt(lambda: verb(self.session, [f"+12125550{last}"]))

    @rule()
    def undo(self) -> None:
        self._attempt(lambda: undo.undo(self.session))

    @rule()
    def redo(self) -> None:
        self._attempt(lambda: undo.redo(self.session))

    @rule(days=st.sampled_from([1, 6, 45]))
    def wait(self, days: int) -> None:
        """Let time pass with the file closed: consents end, strangers' calls go."""
        self.session.close()
        self.office.clock.advance(days * DAY)
        self.session = self.office.open()

    def _attempt(self, work: Callable[[], object], expected: str = "") -> bool:
        """Tell whether it was done; refused, with the code where one is ``expected``."""
        self.office.clock.advance(7)
        code = ""
        try:
            work()
        except KnownError as refusal:
            code = refusal.code
        assert not expected or code in {"", expected}
        return not code


QUICK = settings(
    max_examples=20, stateful_step_count=22, deadline=None, derandomize=True, database=None,
    phases=(Phase.generate,), suppress_health_check=list(HealthCheck),
)  # fmt: skip


def test_only_what_may_be_is_ever_stored_and_a_withdrawal_leaves_nothing() -> None:
    run_state_machine_as_test(OnlyWhatMayBe, settings=QUICK)
