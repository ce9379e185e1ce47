"""Which calls count, and what they are: conditions in SQL over a row of ``call`` under an alias."""


def finished(alias: str) -> str:
    """Calls of a run that is still being written are not there yet: it may be cancelled, or killed."""
    return (
        f"({alias}.import_run_id IS NULL OR {alias}.import_run_id NOT IN"  # noqa: S608 - names of this room
        " (SELECT id FROM import_run WHERE state = 'running'))"
    )


def done(alias: str) -> str:
    """Finished, and no leg of a call another row stands for."""
    return f"({finished(alias)} AND {alias}.id NOT IN (SELECT call_id FROM call_leg))"  # noqa: S608 - as above


def real(alias: str) -> str:
    """A real call: two people talked."""
    return f"({alias}.outcome = 'answered' AND {alias}.duration_s > 0)"


def missed(alias: str) -> str:
    """A call that waits for a real one with its customer or number; a withheld one has neither."""
    return (
        f"({alias}.direction = 'incoming' AND {alias}.outcome IN ('missed', 'voicemail', 'rejected', 'busy')"
        f" AND ({alias}.customer_id IS NOT NULL OR {alias}.e164 IS NOT NULL))"
    )


DONE = done("k")
