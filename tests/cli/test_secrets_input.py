"""Secrets come from standard input, a private file or a hidden prompt, exactly as they were written."""

import io
import os
import sys
from pathlib import Path

import pytest
import typer

from crm_desktop.cli.secrets_input import Secrets, private_text, read_secrets
from crm_desktop.domain.errors import OrganizationFileError


@pytest.fixture
def standard_input(monkeypatch: pytest.MonkeyPatch) -> io.BytesIO:
    """Give a standard input that is no terminal; write to it, it is read from the start."""
    stream = io.BytesIO()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(stream, encoding="ascii"))
    return stream


def feed(stream: io.BytesIO, data: bytes) -> None:
    """Put ``data`` into the stream."""
    stream.write(data)
    stream.seek(0)


@pytest.mark.parametrize(
    ("data", "password"),
    [
        (b"correct horse\n", "correct horse"),
        (b"correct horse\r\nsecond line\n", "correct horse"),
        (b"no line end", "no line end"),
        (b" spaces stay \n", " spaces stay "),
        ("pässwört 🐎\n".encode(), "pässwört 🐎"),
        (b"a\rb\n", "a\rb"),
    ],
)
def test_the_password_is_the_first_line(data: bytes, password: str, standard_input: io.BytesIO) -> None:
    feed(standard_input, data)
    assert read_secrets(password_stdin=True).given("password") == password


@pytest.mark.parametrize("data", [b"", b"\n", b"\r\n", b"\xff\xfe\n", b"x" * 70_000])
def test_unusable_standard_input_is_wrong_usage(data: bytes, standard_input: io.BytesIO) -> None:
    feed(standard_input, data)
    with pytest.raises(typer.BadParameter):
        read_secrets(password_stdin=True)


def test_named_lines(standard_input: io.BytesIO) -> None:
    feed(standard_input, b"password=a=b \r\n\nsetup-code=1234 5678\n")
    secrets = read_secrets(secrets_stdin=True)
    assert secrets.given("password") == "a=b "
    assert secrets.given("setup-code") == "1234 5678"
    assert secrets.given("recovery-code") is None


@pytest.mark.parametrize(
    "data", [b"pasword=x\n", b"password\n", b"password=a\npassword=b\n", b"x" * 70_000, b"password=\xff\n"]
)
def test_wrong_lines_are_named_by_number_only(data: bytes, standard_input: io.BytesIO) -> None:
    feed(standard_input, data)
    with pytest.raises(typer.BadParameter) as refused:
        read_secrets(secrets_stdin=True)
    assert "=a" not in str(refused.value)
    assert "pasword" not in str(refused.value)


def test_two_ways_at_once_are_wrong_usage() -> None:
    with pytest.raises(typer.BadParameter):
        read_secrets(password_stdin=True, secrets_stdin=True)


def test_nobody_to_ask_is_wrong_usage(standard_input: io.BytesIO) -> None:
    feed(standard_input, b"not a password\n")
    with pytest.raises(typer.BadParameter, match="--password-stdin"):
        Secrets().required("password", question="Password")
    with pytest.raises(typer.BadParameter, match="--secrets-stdin"):
        Secrets().required("setup-code", question="Set-up code")


def test_secrets_hide_from_reports() -> None:
    assert "correct horse" not in repr(Secrets({"password": "correct horse"}))


@pytest.fixture
def code_file(tmp_path: Path) -> Path:
    """Give a private file with a set-up code."""
    path = tmp_path / "code.txt"
    path.write_text("ABCD-EFGH\n", encoding="ascii")
    path.chmod(0o600)
    return path


def test_a_private_file_is_read(code_file: Path) -> None:
    assert read_secrets(setup_code_file=str(code_file)).given("setup-code") == "ABCD-EFGH"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o666, 0o620, 0o602, 0o610, 0o601])
def test_a_file_others_can_use_is_refused(mode: int, code_file: Path) -> None:
    code_file.chmod(mode)
    with pytest.raises(OrganizationFileError) as refused:
        private_text(str(code_file))
    assert refused.value.code == "secret_file_not_private"


def test_a_link_is_refused(code_file: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(code_file)
    with pytest.raises(OrganizationFileError) as refused:
        private_text(str(link))
    assert refused.value.code == "secret_file_unreadable"


def test_a_pipe_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)
    with pytest.raises(OrganizationFileError) as refused:
        private_text(str(tmp_path / "pipe"))
    assert refused.value.code == "secret_file_not_private"


def test_a_folder_or_nothing_is_refused(tmp_path: Path) -> None:
    for path, code in ((tmp_path, "secret_file_not_private"), (tmp_path / "none", "secret_file_unreadable")):
        with pytest.raises(OrganizationFileError) as refused:
            private_text(str(path))
        assert refused.value.code == code


def test_somebody_elses_file_is_refused(code_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    with pytest.raises(OrganizationFileError) as refused:
        private_text(str(code_file))
    assert refused.value.code == "secret_file_not_private"


def test_bytes_that_are_no_text_are_refused(code_file: Path) -> None:
    code_file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(OrganizationFileError) as refused:
        private_text(str(code_file))
    assert refused.value.code == "secret_file_not_text"


def test_where_privacy_cannot_be_checked_every_file_is_refused(
    code_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.platform", "win32")
    with pytest.raises(OrganizationFileError) as refused:
        private_text(str(code_file))
    assert refused.value.code == "secret_file_unchecked"
