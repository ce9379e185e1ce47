"""Writing the matched records of one import run, in transactions short enough that no save waits long."""

import time
from array import array
from collections.abc import Mapping, Sequence

from crm_desktop.domain.call_legs import KEY_LENGTH
from crm_desktop.domain.consents import Consent
from crm_desktop.domain.errors import RefusedError
from crm_desktop.operations.call_corrections import Corrections
from crm_desktop.operations.consents import require_consent
from crm_desktop.operations.session import Session
from crm_desktop.storage import call_legs, call_rollups, log
from crm_desktop.storage.database import Connection
from crm_desktop.storage.imported_calls import (
    KnownCall,
    NewCall,
    Target,
    correct,
    differs,
    insert,
    known_calls,
)

FIRST_BATCH = 500
BATCH_SECONDS = 0.1
MARGIN = 0.8
SMALLEST_BATCH, LARGEST_BATCH = 100, 20_000


def require_import(session: Session, member_id: int) -> Consent:
    """Return the member's consent if the person signed in may import this member's log now.

    Raises RefusedError: "right_missing", "consent_missing", "consent_withdrawn", "consent_expired".
    """
    own = member_id == session.member.id
    session.require("calls.import_own" if own else "calls.import_shared")
    return require_consent(session, member_id)


def corrections(new: Sequence[NewCall], known: Mapping[bytes, KnownCall]) -> dict[int, NewCall]:
    """Return the calls there already, by id, that were read under another zone, region or customers.

    ``known``: what is stored of the calls that are there, by the row's key.
    """
    return {
        stored.id: call
        for call in new
        if (stored := known.get(call.row_key)) is not None and differs(stored, call)
    }


class RunWriter:
    """Writes matched calls of one run in transactions of at most a tenth of a second.

    ``consent_id``: the consent the run began under; a later one does not cover it. ``in_legs``: calls were
    among them whose other legs may be in other files.
    """

    def __init__(  # noqa: PLR0917 - made in one place, by the run
        self,
        session: Session,
        run_id: int,
        run_uuid: bytes,
        member_id: int,
        time_zone: str,
        consent_id: int,
    ) -> None:
        self._session = session
        self._run_uuid = run_uuid
        self._target = Target(run_id, member_id, time_zone)
        self._consent_id = consent_id
        self._waiting: list[NewCall] = []
        self._corrections = Corrections()
        self._size = FIRST_BATCH
        self.in_legs = False

    def add(self, new: Sequence[NewCall]) -> tuple[int, int]:
        """Take calls; return (created, already there) of what was written meanwhile."""
        self._waiting += new
        self.in_legs = self.in_legs or any(len(call.row_key) == KEY_LENGTH for call in new)
        return self._write_all() if len(self._waiting) >= self._size else (0, 0)

    def flush(self) -> tuple[int, int]:
        """Write what is left."""
        return self._write_all()

    def _write_all(self) -> tuple[int, int]:
        created = known = 0
        while self._waiting:
            part, self._waiting = self._waiting[: self._size], self._waiting[self._size :]
            began = time.perf_counter()
            new = self._write(part)
            spent = time.perf_counter() - began
            # As many at once as a save elsewhere may wait for: each batch writes the pages of all indexes.
            fits = int(self._size * BATCH_SECONDS * MARGIN / max(spent, 0.001))
            self._size = min(LARGEST_BATCH, self._size * 4, max(SMALLEST_BATCH, fits))
            created, known = created + new, known + len(part) - new
            # Not in the commit, where a save elsewhere would wait for it too.
            self._session.database.move_committed()
        return created, known

    @property
    def corrected(self) -> int:
        """How many calls that were there before get other values."""
        return len(self._corrections)

    def _require_same_consent(self) -> None:
        """Stop a running import when a right was taken away or the consent withdrawn meanwhile."""
        if require_import(self._session, self._target.member_id).id != self._consent_id:
            raise RefusedError("consent_withdrawn")

    def finish(self, connection: Connection) -> "array[int]":
        """Correct rows that were there before, in the run's last transaction; return which they were."""
        self._require_same_consent()
        ids = self._corrections.ids()
        with call_rollups.changing(connection, ids):
            correct(connection, self._corrections, self._target.time_zone)
        if self.in_legs:
            call_legs.join_anew(connection, ids)
        return ids

    def _write(self, new: Sequence[NewCall]) -> int:
        """Write what is new of some calls; the place where all that follows from new calls belongs."""
        with self._session.database.write() as connection:
            self._require_same_consent()
            inserted = insert(connection, self._target, new)
            if inserted.count < len(new):
                self._note_known(connection, new, before=inserted.first_id)
            if inserted.count:
                log.append(
                    connection,
                    self._session.author,
                    "import_calls",
                    blocks=inserted.blocks,
                    change_set_uuid=self._run_uuid,
                )
        return inserted.count

    def _note_known(self, connection: Connection, new: Sequence[NewCall], *, before: int) -> None:
        """Remember what the calls that were there already get at the end of the run."""
        known = known_calls(connection, self._target.member_id, [call.row_key for call in new])
        older = {key: stored for key, stored in known.items() if stored.id < before}
        self._corrections.note(corrections(new, older))
