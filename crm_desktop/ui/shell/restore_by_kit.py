"""Restoring with the emergency kit, where no administrator knows a password any more.

The steps are those of getting in with the kit: its codes, whose password is new, the next kit, two of its
groups. What is written at the end is the restored file.
"""

import functools
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from crm_desktop.operations.backup_contents import key_for_backup
from crm_desktop.ui.messages import tr
from crm_desktop.ui.shell.recovery import RecoveryPage, Step
from crm_desktop.ui.tasks import Tasks

if TYPE_CHECKING:
    from crm_desktop.operations.environment import Environment
    from crm_desktop.operations.organizations import KeyHere
    from crm_desktop.operations.recovering import RecoveryPlan


class RestoreByKitPage(RecoveryPage):
    """Restores ``backup`` to ``path``; emits what the page of the kit does."""

    def __init__(self, environment: "Environment", tasks: Tasks, backup: Path, path: Path) -> None:
        self._backup = backup
        super().__init__(environment, tasks, path)

    def _look(self) -> "KeyHere":
        return key_for_backup(self._environment, self._backup, self.path)

    def _show(self, step: Step) -> None:
        super()._show(step)
        if step is Step.CODES:
            words = tr("Step 1 of 4: type the recovery code from the sheet for {name}")
            self.set_head(tr("Restore with the emergency kit"), words.format(name=self._backup.name))
        elif step is Step.CHECK:
            self.next_button.setText(tr("Restore and sign in"))

    def _make_plan(self) -> "functools.partial[RecoveryPlan]":
        from crm_desktop.operations.restoring_by_kit import plan_restore_by_kit

        return functools.partial(
            plan_restore_by_kit, self._environment, self._backup, self.path,
            recovery_code=self.codes.recovery.code, set_up_code=self.codes.set_up_code,
        )  # fmt: skip

    def _writing(
        self, plan: "RecoveryPlan", *, user_id: bytes, login: str, password: str
    ) -> Callable[[], object]:
        from crm_desktop.operations.restoring_by_kit import restore_by_kit

        self._set_busy(tr("Restoring…"))
        return functools.partial(
            restore_by_kit, self._environment, self._backup, self.path, plan,
            user_id=user_id, login=login, password=password,
        )  # fmt: skip
