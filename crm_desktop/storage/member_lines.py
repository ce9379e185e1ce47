"""Whose line is whose, as a setting of the organization."""

from collections.abc import Sequence
from dataclasses import asdict

from crm_desktop.domain.member_lines import MemberLine
from crm_desktop.storage.database import Connection
from crm_desktop.storage.organization import get_organization_list, put_organization_list

_NAME = "member_lines"


def list_lines(connection: Connection) -> list[MemberLine]:
    """Return every line that is or was a member's, in the order they were given."""
    return [MemberLine(**item) for item in get_organization_list(connection, _NAME)]


def put_lines(connection: Connection, lines: Sequence[MemberLine]) -> None:
    """Store all lines; the caller logs who changed them."""
    put_organization_list(connection, _NAME, [asdict(line) for line in lines])
