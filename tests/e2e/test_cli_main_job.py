"""The main job by command line alone: real processes, a real keyring, real call logs."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crm_desktop.domain.errors import (
    KeyringError,
    KnownError,
    OrganizationFileError,
    RefusedError,
    SignInError,
)
from crm_desktop.domain.sentences import sentence
from tests.e2e.computers import PASSWORD, ROOT, Computer, contents, secrets
from tests.e2e.customers import customers_added
from tests.e2e.secret_service import secret_service
from tests.importers.sample_rules import differences

LOGS = ROOT / "resources" / "samples" / "calls"
PHONE_LOG = LOGS / "calls-20260105090000.xml"
CUSTOMERS = (("Quill", "(212) 555-0111"), ("Haddad", "+44 7700 900222"), ("Nobody", "+1 212 555 0199"))
NUMBERS = {"+12125550111", "+447700900222"}
GIVEN = secrets(password=PASSWORD)


@pytest.fixture
def computer(tmp_path: Path) -> Iterator[Computer]:
    """Give a computer with an unlocked keyring."""
    with secret_service(Computer.new(tmp_path / "first")) as ready:
        yield ready


def _said(error: KnownError) -> str:
    return f"{sentence(error)}\n"


def _expectation(log: Path) -> dict[str, Any]:
    document = json.loads(log.with_name(f"{log.name}.expected.json").read_text(encoding="utf-8"))
    assert isinstance(document, dict)
    return document


def test_main_job(computer: Computer, tmp_path: Path) -> None:
    path = tmp_path / "office" / "acme.crm"
    path.parent.mkdir()
    codes = _create(computer, path)
    _refused_without_consent(computer, path)
    _consent(computer, path)
    with customers_added(computer, path, CUSTOMERS, login="ana", password=PASSWORD):
        pass
    calls = _import_twice(computer, path)
    checked = computer.document("verify", path, "--secrets-stdin", given=GIVEN)
    assert checked["ok"]
    assert all(set(check) == {"name", "ok", "detail"} for check in checked["checks"])
    _another_computer(path, codes["setup_code"], tmp_path / "second")
    _no_keyring(path, codes["setup_code"], tmp_path / "third")
    _withdrawn(computer, path, calls)


def _create(computer: Computer, path: Path) -> dict[str, Any]:
    options = ("--name", "Acme Ltd", "--admin", "ana", "--region", "US", "--time-zone", "America/New_York")
    made = computer.document("create", path, *options, "--secrets-stdin", given=GIVEN)
    assert len(made["setup_code"].split("-")) == 13
    assert len(made["recovery_code"].split("-")) == 8
    facts = computer.document("info", path, "--secrets-stdin", given=GIVEN)
    assert (facts["name"], facts["customers"], facts["calls"], facts["users"]) == ("Acme Ltd", 0, 0, 1)
    assert {"address_book", "schema_version"} <= facts.keys()
    again = computer.run("create", path, *options, "--secrets-stdin", given=GIVEN, status=1)
    assert again.stderr == _said(OrganizationFileError("file_exists", path=path))
    return made


def _import(computer: Computer, path: Path, *more: str) -> dict[str, Any]:
    arguments = ("import-calls", path, PHONE_LOG, "--member", "ana", *more, "--secrets-stdin")
    return computer.document(*arguments, given=GIVEN)


def _refused_without_consent(computer: Computer, path: Path) -> None:
    for more in ([], ["--dry-run"]):
        arguments = ("import-calls", path, PHONE_LOG, "--member", "ana", *more, "--secrets-stdin")
        refused = computer.run(*arguments, given=GIVEN, status=1)
        assert (refused.stdout, refused.stderr) == ("", _said(RefusedError("consent_missing")))


def _consent(computer: Computer, path: Path) -> None:
    def state() -> object:
        (row,) = computer.document("consent", path, "list", "--secrets-stdin", given=GIVEN)["consents"]
        return row["state"]

    assert state() == "none"
    granted = computer.document("consent", path, "grant", "--yes", "--secrets-stdin", given=GIVEN)
    assert (granted["member"], granted["state"]) == ("ana", "granted")
    assert state() == "granted"


def _import_twice(computer: Computer, path: Path) -> int:
    expected = _expectation(PHONE_LOG)
    of_customers = sum(record["number"] in NUMBERS for record in expected["records"])
    assert of_customers > 0
    would = _import(computer, path, "--dry-run")
    assert would["run"] is None
    assert computer.document("info", path, "--secrets-stdin", given=GIVEN)["calls"] == 0
    did = _import(computer, path)
    assert did["run"] is not None
    assert (did["created"], did["already_there"], did["matched"]) == (of_customers, 0, of_customers)
    assert did["rejected"] == expected["counts"]["rejected"]
    counted = set(did) - {"run", "runs"}
    assert {name: would[name] for name in counted} == {name: did[name] for name in counted}
    again = _import(computer, path)
    assert (again["created"], again["already_there"]) == (0, of_customers)
    facts = computer.document("info", path, "--secrets-stdin", given=GIVEN)
    assert (facts["customers"], facts["calls"]) == (len(CUSTOMERS), of_customers)
    return of_customers


def _another_computer(path: Path, set_up_code: str, folder: Path) -> None:
    with secret_service(Computer.new(folder)) as second:
        asked = second.run("info", path, "--secrets-stdin", given=GIVEN, status=1)
        assert asked.stderr == _said(SignInError("set_up_code_needed"))
        second.document("enroll", path, "--secrets-stdin", given=secrets(setup_code=set_up_code))
        facts = second.document("info", path, "--secrets-stdin", given=GIVEN)
        assert facts["customers"] == len(CUSTOMERS)


def _no_keyring(path: Path, set_up_code: str, folder: Path) -> None:
    third = Computer.new(folder)
    code_file = third.home / "setup-code"
    code_file.write_text(f"{set_up_code}\n", encoding="utf-8")
    arguments = ("info", path, "--setup-code-file", code_file, "--password-stdin")
    before = contents(path.parent)
    code_file.chmod(0o644)
    refused = third.run(*arguments, given=f"{PASSWORD}\n", status=1)
    assert refused.stderr == _said(OrganizationFileError("secret_file_not_private"))
    assert contents(path.parent) == before
    code_file.chmod(0o600)
    assert third.document(*arguments, given=f"{PASSWORD}\n")["name"] == "Acme Ltd"
    missing = third.run("info", path, "--secrets-stdin", given=GIVEN, status=1)
    assert missing.stderr == _said(KeyringError("keyring_missing", backend="fail Keyring"))


def _withdrawn(computer: Computer, path: Path, calls: int) -> None:
    gone = computer.document("consent", path, "withdraw", "--yes", "--secrets-stdin", given=GIVEN)
    assert (gone["state"], gone["calls_removed"]) == ("withdrawn", calls)
    assert computer.document("info", path, "--secrets-stdin", given=GIVEN)["calls"] == 0
    arguments = ("import-calls", path, PHONE_LOG, "--member", "ana", "--secrets-stdin")
    refused = computer.run(*arguments, given=GIVEN, status=1)
    assert refused.stderr == _said(RefusedError("consent_withdrawn"))
    assert computer.document("verify", path, "--secrets-stdin", given=GIVEN)["ok"]


def test_the_sample_organization_is_whole(computer: Computer) -> None:
    path = computer.work / "try.crm"
    made = computer.document("sample", path, "--customers", 40, "--calls", 120, "--seed", 3)
    given = secrets(password=made["password"])
    facts = computer.document("info", path, "--user", made["user"], "--secrets-stdin", given=given)
    assert (facts["customers"], facts["calls"]) == (40, 120)
    assert computer.document("verify", path, "--secrets-stdin", given=given)["ok"]


PLAIN_OPTIONS = {
    "default_region": "--region",
    "timezone": "--time-zone",
    "encoding": "--encoding",
    "area_code": "--area-code",
}


@pytest.mark.parametrize("expectation", sorted(LOGS.glob("*.expected.json")), ids=lambda path: path.name[:9])
def test_parse_calls_reads_each_sample_as_expected(expectation: Path, tmp_path: Path) -> None:
    nowhere = Computer.new(tmp_path / "nowhere")
    log = expectation.with_name(expectation.name.removesuffix(".expected.json"))
    expected = _expectation(log)
    chosen = expected["options"]
    given = [part for key, name in PLAIN_OPTIONS.items() if key in chosen for part in (name, chosen[key])]
    if "mapping" in chosen:
        mapping = nowhere.work / "mapping.json"
        mapping.write_text(json.dumps(chosen["mapping"]), encoding="utf-8")
        given += ["--mapping", str(mapping)]
    got = nowhere.document("parse-calls", log, *given)
    assert differences(got, expected) == []
    assert got["counts"] == expected["counts"]
    assert contents(nowhere.home) == contents(nowhere.temporary) == {}
