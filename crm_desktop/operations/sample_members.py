"""The colleagues of a large sample organization: an office with many calls has many people who make them."""

from collections.abc import Sequence

from crm_desktop.domain.permissions import Role
from crm_desktop.operations.consents import record_paper_consent
from crm_desktop.operations.members import members
from crm_desktop.operations.session import Session
from crm_desktop.operations.users import add_user

CALLS_EACH = 50_000
_NAMES = (
    "Jonas Brandt", "Elif Aydın", "Maëlle Girard", "Piotr Zieliński", "Inês Carvalho", "Håkon Lie",
    "Réka Szabó", "Tomáš Dvořák", "Chiara Moretti", "Sanne de Wit", "Aino Virtanen", "Rūta Kalniņa",
    "Álvaro Núñez", "Ioana Popescu", "Emre Yıldız", "Niamh Byrne", "Søren Holm", "Katarzyna Wójcik",
    "Jörg Weiß",
)  # fmt: skip
_SCAN = b"%PDF-1.4\n% A made-up consent of a made-up person.\n%%EOF\n"


def callers(session: Session, calls: int, *, password: str) -> Sequence[int]:
    """Return the members whose calls they are, who have all consented; the first is signed in.

    One for each ``CALLS_EACH`` calls, twenty at most. The colleagues' consents are on paper.
    """
    for name in _NAMES[: max(0, calls // CALLS_EACH - 1)]:
        login = f"colleague{_NAMES.index(name) + 1}"
        add_user(session, login=login, name=name, role=Role.STAFF, password=password)
    own = session.member.id
    colleagues = [member.id for member in members(session) if member.id != own]
    for member_id in colleagues:
        record_paper_consent(session, member_id, scan=_SCAN, scan_name="consent.pdf")
    return own, *colleagues
