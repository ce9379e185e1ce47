"""What child processes do before they are killed: real operations, and a pipe that says how far they are.

Each function is the target of a process. Everything it needs comes as arguments, and it begins by saying
``("ready", process id)``; the parent decides when and how it ends.
"""

import multiprocessing
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, SpawnContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from crm_desktop.domain.contact_drafts import ContactDraft
from crm_desktop.domain.contacts import Category
from crm_desktop.domain.errors import KnownError
from crm_desktop.operations.backups import back_up
from crm_desktop.operations.consents import withdraw_consent
from crm_desktop.operations.contacts import add_contact
from crm_desktop.operations.organizations import change_password, open_organization
from crm_desktop.operations.recovering import plan_recovery, recover
from crm_desktop.operations.restoring import restore
from crm_desktop.operations.rotating import plan_rotation, rotate_keys
from crm_desktop.operations.session import Session
from tests.environments import PASSWORD, new_environment

PATIENCE_S = 60.0


@dataclass(frozen=True, slots=True)
class Door:
    """All a process needs to open an organization; ``data_folder`` is its computer."""

    path: Path
    data_folder: Path
    set_up_code: str = field(repr=False)
    login: str = "ana"
    password: str = field(default=PASSWORD, repr=False)

    def open(self) -> Session:
        """Sign in."""
        environment = new_environment(self.data_folder)
        return open_organization(
            environment, self.path, login=self.login, password=self.password, set_up_code=self.set_up_code
        )


def add_contacts(door: Door, parent: Connection) -> None:
    """Add contacts without end and acknowledge each by its id and name."""
    session = door.open()
    parent.send(("ready", os.getpid()))
    number = 0
    while True:
        number += 1
        name = f"Child {os.getpid()} number {number}"
        contact_id = add_contact(session, ContactDraft(Category.CUSTOMER, family=name))
        parent.send((contact_id, name))


def die_changing_password(door: Door, new: str, step: int, parent: Connection) -> None:
    """Begin to change the password when told to, and end the process at the ``step``-th step (from 1).

    Where there are fewer steps the change is made, and ``("changed", steps)`` says how many there were.
    """
    session = door.open()
    parent.send(("ready", os.getpid()))
    parent.recv()
    done = 0

    def count(_name: str) -> None:
        nonlocal done
        done += 1
        if done == step:
            os._exit(9)  # no cleaning up, as a kill does none

    change_password(session.environment, session, old=door.password, new=new, on_step=count)
    parent.send(("changed", done))
    session.close()


def make_backups(door: Door, step: int, parent: Connection) -> None:
    """Make a backup when told to, and end the process at the ``step``-th step (from 1)."""
    session = door.open()
    parent.send(("ready", os.getpid()))
    parent.recv()
    done = 0

    def count(_name: str) -> None:
        nonlocal done
        done += 1
        if done == step:
            os._exit(9)

    back_up(session, on_step=count)
    parent.send(("backed up", done))
    session.close()


def restore_backup(door: Door, backup: Path, step: int, parent: Connection) -> None:
    """Restore when told to, and end the process at the ``step``-th step (from 1)."""
    parent.send(("ready", os.getpid()))
    parent.recv()
    done = 0

    def count(_name: str) -> None:
        nonlocal done
        done += 1
        if done == step:
            os._exit(9)

    restore(
        new_environment(door.data_folder), backup, door.path,
        login=door.login, password=door.password, set_up_code=door.set_up_code, on_step=count,
    )  # fmt: skip
    parent.send(("restored", done))


def rotate(door: Door, step: int, parent: Connection) -> None:
    """Plan a change of keys, tell the new set-up code, and end the process at the ``step``-th step."""
    environment = new_environment(door.data_folder)
    session = door.open()
    plan = plan_rotation(session)
    session.close()
    parent.send(("planned", plan.kit.set_up_code))
    parent.recv()
    done = 0

    def count(_name: str) -> None:
        nonlocal done
        done += 1
        if done == step:
            os._exit(9)

    rotate_keys(
        environment, door.path, plan,
        login=door.login, password=door.password, set_up_code=door.set_up_code, on_step=count,
    )  # fmt: skip
    parent.send(("rotated", done))


def sit_idle(door: Door, parent: Connection) -> None:
    """Have the file open and do nothing; when told to, add a contact, say its name, and close."""
    session = door.open()
    parent.send(("ready", os.getpid()))
    parent.recv()
    name = f"Child {os.getpid()}"
    add_contact(session, ContactDraft(Category.CUSTOMER, family=name))
    parent.send(("added", name))
    session.close()
    parent.send(("closed", name))


def withdraw(door: Door, step: int, parent: Connection) -> None:
    """Withdraw one's consent when told to, and end the process at the ``step``-th step (from 1)."""
    session = door.open()
    parent.send(("ready", os.getpid()))
    parent.recv()
    done = 0

    def count(_name: str) -> None:
        nonlocal done
        done += 1
        if done == step:
            os._exit(9)

    withdraw_consent(session, on_step=count)
    parent.send(("withdrawn", done))
    session.close()


def recover_account(door: Door, typed: str, password: str, step: int, parent: Connection) -> None:
    """Use the emergency kit, tell the next recovery code, and end the process at the ``step``-th step."""
    environment = new_environment(door.data_folder)
    plan = plan_recovery(environment, door.path, recovery_code=typed, set_up_code=door.set_up_code)
    parent.send(("planned", plan.kit.recovery_code))
    parent.recv()
    done = 0

    def count(_name: str) -> None:
        nonlocal done
        done += 1
        if done == step:
            os._exit(9)

    recover(
        environment, door.path, plan,
        user_id=plan.administrators[0].user_id, login=door.login, password=password, on_step=count,
    )  # fmt: skip
    parent.send(("recovered", done))


def change_passwords(door: Door, passwords: list[str], parent: Connection) -> None:
    """Change the password when told to, once to each of ``passwords``, then add a contact."""
    session = door.open()
    parent.send(("ready", os.getpid()))
    parent.recv()
    present = door.password
    for password in passwords:
        try:
            change_password(session.environment, session, old=present, new=password)
        except KnownError as error:
            parent.send(("refused", error.code))
            return
        present = password
        session.close()
        session = Door(door.path, door.data_folder, door.set_up_code, door.login, present).open()
        parent.send(("changed", password))
    contact_id = add_contact(session, ContactDraft(Category.CUSTOMER, family="Written afterwards"))
    parent.send(("added", contact_id))
    session.close()


@dataclass(frozen=True, slots=True)
class Child:
    """A running child and the pipe to it."""

    process: BaseProcess
    pipe: Connection

    def told(self) -> tuple[Any, ...]:
        """Wait for the next thing it says."""
        assert self.pipe.poll(PATIENCE_S), "the child says nothing"
        said: tuple[Any, ...] = self.pipe.recv()
        return said

    def rest(self) -> list[tuple[Any, ...]]:
        """Wait for its end and return everything it still said."""
        self.process.join(PATIENCE_S)
        said = []
        try:
            while self.pipe.poll():
                said.append(self.pipe.recv())
        except EOFError:
            pass  # the pipe ends where the process ended
        return said

    def go(self) -> None:
        """Let it begin."""
        self.pipe.send("go")


def context() -> "ForkServerContext | SpawnContext":
    """Return how children are started: forked from a server that has imported everything already."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    server = multiprocessing.get_context("forkserver")
    server.set_forkserver_preload([__name__])
    return server


@contextmanager
def child(target: Any, *arguments: object) -> Iterator[Child]:  # noqa: ANN401 - any function above
    """Start ``target`` with ``arguments`` and its end of a pipe; it is gone when the block ends."""
    started = context()
    ours, theirs = started.Pipe()
    process = started.Process(target=target, args=(*arguments, theirs))
    process.start()
    theirs.close()
    try:
        yield Child(process, ours)
    finally:
        process.kill()
        process.join(PATIENCE_S)
        process.close()
        ours.close()
