"""Whether the signer of an entry might do what it says and lists, by the roster of then.

Five questions: had he the verb's right; does the entry list only what its verb has to do with; was a bank
account confirmed by a second person, where there was one; was what left the trash by itself there for
its whole time; and where the right is about oneself, was it
about himself. The last is judged from the consent, which stays when it
is withdrawn, and from the signed ledger, where somebody finished another's withdrawal that was interrupted.

Not decidable: what a consent of one's own was changed to by ``see_consent``, and whose it was before; what
of a bank account an edit changed, which is sealed; and which of several runs a withdrawal in the ledger
meant that was finished by somebody else, where these were there at the same time.
"""

from collections.abc import Iterator
from functools import cached_property

from crm_desktop.operations.ledger import read_ledger
from crm_desktop.operations.session import Session
from crm_desktop.operations.verb_scopes import BANK, BANK_RIGHTS, scope_of
from crm_desktop.operations.verbs import RIGHTS_FOR
from crm_desktop.security.key_file_copies import read_key_file
from crm_desktop.security.ledger import LedgerEntry, judge
from crm_desktop.security.roster import Roster, RosterUser
from crm_desktop.security.sign_in import renew
from crm_desktop.storage import consents, purging
from crm_desktop.storage.call_traces import LINKED
from crm_desktop.storage.calls import HANDED_OVER
from crm_desktop.storage.database import Connection
from crm_desktop.storage.log import LogEntry
from crm_desktop.storage.log_scopes import (
    IMPORT_RUN,
    Act,
    RecordedRun,
    first_record,
    last_writer,
    listed_rows,
    scope_problems,
    vouched_by_rescue,
)
from crm_desktop.storage.number_owners import DECISION
from crm_desktop.storage.problems import Problem

_BANK_CHANGES = ("add_bank", "edit_bank")
_ONES_OWN = frozenset({"grant_consent", "see_consent"})
_FOR_OTHERS = "users"
_FORGETTING = frozenset({"redact", *purging.VERBS})


class LogJudge:
    """Judges the entries of one check.

    Roster and ledger are read when they are first needed, so that they are not older than what is judged:
    another program may have added a user since the session began.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    @cached_property
    def _roster(self) -> Roster:
        return renew(read_key_file(self._session.places).body, self._session.ring).roster

    @cached_property
    def _withdrawals(self) -> tuple[LedgerEntry, ...]:
        return judge(read_ledger(self._session).entries, self._roster).withdrawals

    def problems(self, connection: Connection, entry: LogEntry) -> Iterator[Problem]:
        """Find what is wrong with the signer of an entry, and with what he lists in it."""
        facts: dict[str, object] = {"sequence": entry.sequence, "verb": entry.verb}
        user = self._roster.user_at(entry.user_uuid, entry.sequence)
        if user is None or not user.has_signed(entry.hash, entry.signature):
            yield Problem("entry_signature", facts)
            return
        if entry.verb not in RIGHTS_FOR:
            yield Problem("entry_verb", facts)
            return
        if not self._has_rights(connection, entry, user):
            yield Problem("entry_right", facts)
        yield from scope_problems(connection, entry, scope_of(entry.verb))
        yield from self._unseconded(connection, entry)
        if entry.verb == purging.EXPIRED:
            for uuid in purging.purged_early(connection, entry):
                yield Problem("purged_early", {**facts, "record": uuid.hex()})
        if entry.verb in _ONES_OWN:
            yield from self._of_others(connection, entry, by_ledger=False)
        elif entry.verb == "withdraw_consent" and _FOR_OTHERS not in user.rights:
            yield from self._of_others(connection, entry, by_ledger=True)
        elif entry.verb == "redact" and _FOR_OTHERS not in user.rights:
            yield from self._unwithdrawn(connection, entry)

    @staticmethod
    def _has_rights(connection: Connection, entry: LogEntry, user: RosterUser) -> bool:
        rights = RIGHTS_FOR[entry.verb]
        if rights and user.rights.isdisjoint(rights):
            return False
        # Whoever may not change what others typed leaves the links of their notes as they are.
        if entry.verb in _FORGETTING and "records.edit" not in user.rights and _linked(connection, entry):
            return False
        return not user.rights.isdisjoint(BANK_RIGHTS) or not listed_rows(connection, entry, BANK)

    def _unseconded(self, connection: Connection, entry: LogEntry) -> Iterator[Problem]:
        """Find bank accounts confirmed by who had just changed them, or alone where another could have."""
        facts: dict[str, object] = {"sequence": entry.sequence, "verb": entry.verb}
        if entry.verb == "confirm_bank":
            for row in listed_rows(connection, entry, BANK):
                writer = last_writer(connection, row, before=entry.sequence)
                if writer in {(entry.user_uuid, verb) for verb in _BANK_CHANGES}:
                    yield Problem("confirmed_own", {**facts, "record": row.uuid.hex()})
        elif entry.verb == "confirm_bank_alone":
            then = (user for user in self._roster.users if user.valid_at(entry.sequence))
            if sum("bank.confirm" in user.rights for user in then) > 1:
                yield Problem("confirmed_alone", facts)

    def _of_others(self, connection: Connection, entry: LogEntry, *, by_ledger: bool) -> Iterator[Problem]:
        """Find consents in an entry that are another member's; ``by_ledger``: unless he withdrew there."""
        for row in listed_rows(connection, entry, "consent"):
            owner = consents.owner_of(connection, row.uuid)
            if owner is None or owner.member_uuid == entry.user_uuid:
                continue  # one that is gone is named among the rows
            if vouched_by_rescue(connection, row, after=entry.sequence):
                continue  # whose it was may be among what was lost
            withdrawn = any(
                (known.subject, known.at) == (owner.member_uuid, owner.withdrawn_at)
                for known in self._withdrawals
            )
            if not (by_ledger and withdrawn):
                facts = {"sequence": entry.sequence, "verb": entry.verb, "record": row.uuid.hex()}
                yield Problem("consent_of_another", facts)

    def _unwithdrawn(self, connection: Connection, entry: LogEntry) -> Iterator[Problem]:
        """Find imports, and what says whose calls were, removed by somebody without a withdrawal."""
        if any(
            (known.subject, known.sequence) == (entry.user_uuid, entry.sequence)
            for known in self._withdrawals
        ):
            return
        for row in listed_rows(connection, entry, IMPORT_RUN):
            run = first_record(connection, row.uuid, before=entry.sequence)
            if row.act is Act.REMOVED and run is not None and not self._meant(run, entry):
                facts = {"sequence": entry.sequence, "verb": entry.verb, "record": row.uuid.hex()}
                yield Problem("removed_unwithdrawn", facts)
        if not consents.any_withdrawn(connection, up_to=entry.at):
            for row in (
                row
                for table in (*HANDED_OVER, DECISION, *LINKED)
                for row in listed_rows(connection, entry, table)
            ):
                facts = {"sequence": entry.sequence, "verb": entry.verb, "record": row.uuid.hex()}
                yield Problem("forgotten_unwithdrawn", facts)

    def _meant(self, run: RecordedRun, entry: LogEntry) -> bool:
        """Tell whether a withdrawal may have meant a run, by the rule that carries it out.

        The run and its member are gone: who imported it was himself, or might do it for others. Whoever
        removes what he imported himself wrongs nobody.
        """
        if run.user_uuid == entry.user_uuid:
            return True
        importer = self._roster.user_at(run.user_uuid, run.sequence)
        for_others = importer is not None and "calls.import_shared" in importer.rights
        return any(
            (for_others or known.subject == run.user_uuid)
            and known.at <= entry.at
            and (run.sequence <= known.sequence or run.at <= known.at)
            for known in self._withdrawals
        )


def _linked(connection: Connection, entry: LogEntry) -> bool:
    """Tell whether an entry changed what people typed about calls."""
    return any(row.act is Act.CHANGED for table in LINKED for row in listed_rows(connection, entry, table))
