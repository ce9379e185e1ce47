"""The rights matrix against the product's table, and what exceptions may do to it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_desktop.domain.permissions import RIGHT_BY_NAME, RIGHTS, Role, rights_of
from tests.rights_table import rights_table

TABLE = rights_table()
FOR_EVERYBODY = {"self.password", "self.consent", "self.data", "policy"}
WITH_ADMINISTRATION = {
    "users", "keys", "restore", "backup.settings", "privacy.erase", "retention", "organization.export",
    "organization.delete", "log", "settings",
}  # fmt: skip
names = st.sampled_from(sorted(RIGHT_BY_NAME))


@pytest.mark.parametrize("role", Role)
def test_each_role_has_exactly_the_promised_rights(role: Role) -> None:
    assert rights_of(role) == TABLE[role]


def test_no_right_is_listed_twice_and_each_says_what_it_allows() -> None:
    assert len(RIGHT_BY_NAME) == len(RIGHTS)
    assert all(right.description for right in RIGHTS)


@given(role=st.sampled_from(Role), granted=st.sets(names), revoked=st.sets(names))
def test_exceptions_change_single_rights_and_never_administration(
    role: Role, granted: set[str], revoked: set[str]
) -> None:
    rights = rights_of(role, granted=granted, revoked=revoked)
    fixed = FOR_EVERYBODY | WITH_ADMINISTRATION
    assert rights & fixed == TABLE[role] & fixed
    free = (TABLE[role] | granted) - fixed - revoked
    if role is Role.ADMINISTRATOR:
        free |= {name for name in TABLE[role] if name.startswith("bank.")}
    assert rights - fixed == free


def test_unknown_names_change_nothing() -> None:
    assert rights_of(Role.STAFF, granted=["fly"], revoked=["swim"]) == TABLE[Role.STAFF]
