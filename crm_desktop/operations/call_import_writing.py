"""Writing the matched records of one import run, in transactions short enough that no save waits long."""

import time
from collections.abc import Sequence

from crm_desktop.domain.calls import CallRecord
from crm_desktop.domain.consents import Consent
from crm_desktop.domain.errors import RefusedError
from crm_desktop.operations.consents import require_consent
from crm_desktop.operations.session import Session
from crm_desktop.storage import calls, log
from crm_desktop.storage.calls import Correction
from crm_desktop.storage.database import Connection
from crm_desktop.storage.identifiers import new_salt, new_uuid
from crm_desktop.storage.log import LoggedBlock

FIRST_BATCH = 500
BATCH_SECONDS = 0.1


def require_import(session: Session, member_id: int) -> Consent:
    """Return the member's consent if the person signed in may import this member's log now.

    Raises RefusedError: "right_missing", "consent_missing", "consent_withdrawn", "consent_expired".
    """
    own = member_id == session.member.id
    session.require("calls.import_own" if own else "calls.import_shared")
    return require_consent(session, member_id)


def corrections(
    connection: Connection,
    records: Sequence[tuple[CallRecord, int | None]],
    known: dict[bytes, int],
    *,
    time_zone: str,
) -> list[Correction]:
    """Return the calls there already that were read under another zone, region or list of customers.

    ``known``: the call of each row that is there, by the row's key.
    """
    readings = (
        Correction(call_id, int(record.started_at.timestamp()), record.number, customer, time_zone)
        for record, customer in records
        if (call_id := known.get(record.row_key)) is not None
    )
    return [reading for reading in readings if calls.differs(connection, reading)]


class RunWriter:
    """Writes matched records of one run in transactions of at most a tenth of a second.

    ``consent_id``: the consent the run began under; a later one does not cover it.
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
        self._run_id, self._run_uuid, self._member_id = run_id, run_uuid, member_id
        self._time_zone = time_zone
        self._consent_id = consent_id
        self._waiting: list[tuple[CallRecord, int | None]] = []
        self._corrections: list[Correction] = []
        self._size = FIRST_BATCH

    def add(self, records: Sequence[tuple[CallRecord, int | None]]) -> tuple[int, int]:
        """Take records; return (created, already there) of what was written meanwhile."""
        self._waiting += records
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
            # Half or double the batch to stay near the time a save elsewhere may be kept waiting.
            self._size = max(100, self._size // 2) if spent > BATCH_SECONDS else self._size
            self._size = min(20_000, self._size * 2) if spent < BATCH_SECONDS / 4 else self._size
            created, known = created + new, known + len(part) - new
        return created, known

    @property
    def corrected(self) -> int:
        """How many calls that were there before get other values."""
        return len({correction.call_id for correction in self._corrections})

    def _require_same_consent(self) -> None:
        """Stop a running import when a right was taken away or the consent withdrawn meanwhile."""
        if require_import(self._session, self._member_id).id != self._consent_id:
            raise RefusedError("consent_withdrawn")

    def finish(self, connection: Connection) -> list[LoggedBlock]:
        """Correct rows that were there before, in the run's last transaction; return the blocks touched.

        Not sooner: a run that is cancelled or killed takes its own rows back, and nobody else's values.
        """
        self._require_same_consent()
        for correction in self._corrections:
            calls.correct(connection, correction)
        return calls.touched_blocks(connection, [correction.call_id for correction in self._corrections])

    def _write(self, part: Sequence[tuple[CallRecord, int | None]]) -> int:
        with self._session.database.write() as connection:
            self._require_same_consent()
            known = calls.known_row_keys(connection, self._member_id, [record.row_key for record, _ in part])
            fresh = {
                record.row_key: (record, customer) for record, customer in part if record.row_key not in known
            }
            self._corrections += corrections(connection, part, known, time_zone=self._time_zone)
            first = calls.last_id(connection) + 1
            calls.insert_many(connection, (self._values(record, c) for record, c in fresh.values()))
            blocks = calls.blocks(connection, first, calls.last_id(connection)) if fresh else []
            if blocks:
                log.append(
                    connection,
                    self._session.author,
                    "import_calls",
                    blocks=blocks,
                    change_set_uuid=self._run_uuid,
                )
        return len(fresh)

    def _values(self, record: CallRecord, customer_id: int | None) -> dict[str, object]:
        return {
            "uuid": new_uuid(), "version": 1, "salt": new_salt(),
            "started_at": int(record.started_at.timestamp()), "time_zone": self._time_zone,
            "direction": record.direction.value, "outcome": record.outcome.value,
            "duration_s": record.duration_s, "raw_number": record.raw_number, "e164": record.number,
            "member_id": self._member_id, "customer_id": customer_id, "import_run_id": self._run_id,
            "row_key": record.row_key,
        }  # fmt: skip
