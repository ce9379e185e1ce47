"""parse-contacts and import-contacts: the agreed documents."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import CommandLine
from tests.environments import PASSWORD

CARDS = """BEGIN:VCARD
VERSION:3.0
N:Grün;Eva;;Dr.;
FN:Dr. Eva Grün
TEL;TYPE=cell:0160 5550001
EMAIL;TYPE=work:eva@example.org
ADR;TYPE=home:;;Weg 1;Ulm;;89073;Deutschland
BDAY:--0412
CATEGORIES:Messe
END:VCARD
BEGIN:VCARD
FN:No end
"""
SIGN_IN = ("--user", "ana", "--password-stdin")


@pytest.fixture
def cards(tmp_path: Path) -> Path:
    path = tmp_path / "contacts.vcf"
    path.write_text(CARDS, encoding="utf-8")
    return path


def test_parse_contacts_gives_the_agreed_document(command_line: CommandLine, cards: Path) -> None:
    result = command_line.run("parse-contacts", cards, "--region", "DE", "--json")
    assert result.exit_code == 0, result.stderr
    assert json.loads(result.stdout) == {
        "format": "vcard",
        "contacts": [
            {
                "kind": "person",
                "name": {
                    "full": "Dr. Eva Grün", "prefix": "Dr.", "given": "Eva", "additional": None,
                    "family": "Grün", "suffix": None, "nickname": None,
                },
                "organization": None,
                "title": None,
                "phones": [{"raw": "0160 5550001", "number": "+491605550001", "kind": "mobile"}],
                "emails": [{"address": "eva@example.org", "kind": "work"}],
                "addresses": [
                    {
                        "street": "Weg 1", "city": "Ulm", "region": None, "postal_code": "89073",
                        "country": "DE", "kind": "home",
                    }
                ],
                "birthday": "--04-12",
                "urls": [],
                "note": None,
                "categories": ["Messe"],
            }
        ],
        "rejected": [{"line": 11, "reason": "card_not_ended"}],
    }  # fmt: skip


def test_parse_contacts_in_words(command_line: CommandLine, cards: Path) -> None:
    result = command_line.run("parse-contacts", cards)
    assert "1: Dr. Eva Grün · 0160 5550001 · eva@example.org" in result.stdout
    assert "line 11 left out: the card has no end" in result.stderr


@pytest.mark.parametrize("content", [b"", b"nothing like contacts", b"\x00" * 5000])
def test_a_file_without_contacts_is_said(content: bytes, command_line: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "other.bin"
    path.write_bytes(content)
    result = command_line.run("parse-contacts", path, "--json")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "fault in the program" not in result.stderr


def test_import_contacts_counts_every_row_and_the_second_time_none(
    command_line: CommandLine, organization: Path, cards: Path
) -> None:
    def run(*more: str) -> dict[str, object]:
        result = command_line.run(
            "import-contacts", organization, cards, *SIGN_IN, *more, "--json", given=f"{PASSWORD}\n"
        )
        assert result.exit_code == 0, result.stderr
        found = json.loads(result.stdout)
        assert isinstance(found, dict)
        return found

    failed = [{"line": 11, "reason": "card_not_ended"}]
    tried = run("--dry-run")
    assert tried == {"run": None, "runs": [], "created": 1, "updated": 0, "skipped": 0, "failed": failed}
    first = run("--as", "address-book")
    assert first == {**tried, "run": first["run"], "runs": [first["run"]]}
    assert isinstance(first["run"], int)
    assert run() == {**tried, "created": 0, "skipped": 1}


@pytest.mark.parametrize(
    "wrong", [("--as", "friends"), ("--match", "name"), ("--on-match", "maybe"), ("--no-such-option",)]
)
def test_wrong_usage_is_status_two(
    command_line: CommandLine, organization: Path, cards: Path, wrong: tuple[str, ...]
) -> None:
    result = command_line.run("import-contacts", organization, cards, *SIGN_IN, *wrong, given=f"{PASSWORD}\n")
    assert result.exit_code == 2
