"""Runs inside a D-Bus session of its own and says on standard output what the real keyring did.

Started by test_os_keyring.py as ``python -m tests.security.keyring_child JOB``.
"""

import json
import sys

import keyring

from crm_desktop.domain.errors import KeyringError
from crm_desktop.security.os_keyring import SecretStore

_FILE, _OTHER = b"f" * 16, b"g" * 16


def round_trip(store: SecretStore) -> dict[str, object]:
    """Store, fetch, replace and forget the codes of two organizations."""
    store.store(_FILE, b"s" * 16, b"r" * 16)
    store.store(_OTHER, b"t" * 16, b"q" * 16)
    store.store(_FILE, b"u" * 16, b"r" * 16)
    found = store.fetch(_FILE)
    store.forget(_FILE)
    store.forget(_FILE)
    other = store.fetch(_OTHER)
    return {
        "backend": store.backend_name(),
        "module": type(keyring.get_keyring()).__module__,
        "found": found is not None and found.secret.decode(),
        "forgotten": store.fetch(_FILE) is None,
        "other": other is not None and other.secret.decode(),
    }


def fetch(store: SecretStore) -> dict[str, object]:
    """Ask for a code that was never stored."""
    return {"found": store.fetch(_FILE) is not None}


def main() -> None:
    """Do the job named on the command line."""
    store = SecretStore(timeout=float(sys.argv[2]))
    try:
        answer = {"round_trip": round_trip, "fetch": fetch}[sys.argv[1]](store)
    except KeyringError as error:
        answer = {"code": error.code, **{name: str(fact) for name, fact in error.facts.items()}}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
