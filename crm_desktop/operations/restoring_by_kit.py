"""Restoring where no administrator knows a password any more: the backup and the emergency kit of its day.

The kit is used up as when recovering: the restored file has a new administrator password and the next kit.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from crm_desktop.domain.errors import OrganizationFileError
from crm_desktop.domain.progress import CancelToken, ProgressCallback
from crm_desktop.operations.environment import Environment
from crm_desktop.operations.places import existing_file
from crm_desktop.operations.recovering import (
    NewAccess,
    RecoveryPlan,
    plan_of_body,
    recovered_body,
    recovered_ring,
)
from crm_desktop.operations.restoring import Restored, key_file_for, restore_with, target_of
from crm_desktop.security.atomic_files import StepHook, no_step
from crm_desktop.security.file_locks import LockFile
from crm_desktop.security.key_file import KeyFileBody
from crm_desktop.security.recovery import open_with_recovery_code
from crm_desktop.storage import restoring


def plan_restore_by_kit(
    environment: Environment,
    backup: Path,
    path: Path,
    *,
    recovery_code: str,
    set_up_code: str | None = None,
) -> RecoveryPlan:
    """Open with the kit the key file ``backup`` would be restored with at ``path``; nothing is written.

    That is the present one, or the backup's own where none is left. Errors as for ``plan_recovery``.
    """
    source = existing_file(backup)
    body = key_file_for(environment, source, target_of(path)).body
    return plan_of_body(environment, source, body, recovery_code=recovery_code, set_up_code=set_up_code)


def restore_by_kit(
    environment: Environment,
    backup: Path,
    path: Path,
    plan: RecoveryPlan,
    *,
    user_id: bytes,
    login: str,
    password: str,
    progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
    before_change: Callable[[], None] | None = None,
    on_step: StepHook = no_step,
) -> Restored:
    """Restore as ``restoring.restore`` does, with a new password for one administrator; errors as there.

    ``before_change`` is called when the kit is not refused any more and nothing is written yet. Also
    ConflictError ``rotation_plan_old``, InvalidValueError for login or password, RefusedError
    ``user_unknown``.
    """
    source, target = existing_file(backup), target_of(path)
    if source == target:
        raise OrganizationFileError("backup_is_the_file", path=str(source))
    access = NewAccess(user_id, login, password, environment.argon2)
    with LockFile(target.with_name(f"{target.name}.lock")) as lock, lock.all_seats():
        reading = key_file_for(environment, source, target)
        body = recovered_body(reading.body, plan, access, log_sequence=_next(source, reading.body, plan))
        body = replace(body, sequence=reading.body.sequence + 1)
        ring = recovered_ring(body, plan, access)
        if before_change is not None:
            before_change()
        return restore_with(
            environment, source, target, replace(reading, body=body), ring,
            progress=progress, cancel=cancel, on_step=on_step,
        )  # fmt: skip


def _next(source: Path, body: KeyFileBody, plan: RecoveryPlan) -> int:
    """Return from which log entry on the new pair counts: above the backup's and every one in the roster."""
    recovered = open_with_recovery_code(body, plan.typed_code)
    keys = [key.raw for key in reversed(recovered.chest.file_keys)]
    _, found = restoring.verified_contents(source, keys, file_id=body.file_id)
    ends = [end for user in recovered.roster.users for end in (user.valid_from, user.valid_to or 0)]
    return max([found.sequence, *ends]) + 1
