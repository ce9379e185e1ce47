"""A program that adds customers through the operations, with the real keyring, and keeps the file open.

Reads one JSON document from the first line of standard input, says ``ready``, and ends with the input.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from crm_desktop.domain.contact_drafts import ContactDraft, PhoneDraft
from crm_desktop.domain.contacts import Category
from crm_desktop.operations.contacts import add_contact
from crm_desktop.operations.environment import default_environment, protect_memory
from crm_desktop.operations.organizations import open_organization
from tests.e2e.computers import Computer


def main() -> None:
    """Open the file, add the customers, wait."""
    protect_memory()
    wanted = json.loads(sys.stdin.readline())
    session = open_organization(
        default_environment(), Path(wanted["file"]), login=wanted["login"], password=wanted["password"]
    )
    for family, phone in wanted["customers"]:
        add_contact(session, ContactDraft(Category.CUSTOMER, family=family, phones=(PhoneDraft(phone),)))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.read()
    session.close()


@contextmanager
def customers_added(
    computer: Computer, file: Path, customers: Sequence[tuple[str, str]], *, login: str, password: str
) -> Iterator[None]:
    """Add customers (family name and phone number) in a process that has the file open in the block."""
    process = computer.start([sys.executable, "-m", __name__])
    assert process.stdin is not None
    assert process.stdout is not None
    with process.stdin, process.stdout:
        wanted = {"file": str(file), "login": login, "password": password, "customers": list(customers)}
        process.stdin.write(json.dumps(wanted) + "\n")
        process.stdin.flush()
        try:
            assert process.stdout.readline() == "ready\n"
            yield
        finally:
            process.stdin.close()
            assert process.wait(timeout=60) == 0


if __name__ == "__main__":
    main()
