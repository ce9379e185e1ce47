"""The organization a file belongs to and its members, as the file itself describes them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Organization:
    """Settings of the organization.

    ``region`` is ISO 3166-1 alpha-2 and ``time_zone`` an IANA name: how numbers and local times of
    logs are read unless a log says otherwise. ``internal_digits`` is the longest internal extension.
    """

    id: int
    uuid: bytes
    version: int
    name: str
    region: str
    time_zone: str
    area_code: str | None
    outside_prefix: str | None
    internal_digits: int | None
    own_numbers: str | None


@dataclass(frozen=True, slots=True)
class Member:
    """A user as records name them; ``uuid`` is the user id of the roster, which alone holds rights."""

    id: int
    uuid: bytes
    version: int
    login: str
    name: str
