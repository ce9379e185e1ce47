"""Small disks of memory: they fill up, and they can be write-protected."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def mounted(folder: Path, *options: str) -> Iterator[Path]:
    """Mount a small memory disk; tests of a medium need the right to mount one."""
    folder.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", *options, "tmpfs", folder], check=True)
    try:
        yield folder
    finally:
        # Lazily: a test that fails leaves the file open, and must not leave the disk to all later tests.
        subprocess.run(["umount", "--lazy", folder], check=True)


@contextmanager
def write_protected(path: Path) -> Iterator[None]:
    """Let nobody open ``path`` for writing; who has it open already goes on."""
    subprocess.run(["mount", "--bind", path, path], check=True)
    try:
        subprocess.run(["mount", "-o", "remount,bind,ro", path], check=True)
        yield
    finally:
        subprocess.run(["umount", "--lazy", path], check=True)


may_mount = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="mounting a small disk needs the administrator"
)
