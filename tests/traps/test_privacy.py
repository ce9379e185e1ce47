"""What others fell into with privacy, by the entry of their tracker."""

from crm_desktop.domain.permissions import RIGHTS, Role
from crm_desktop.ui.shell.pages import PAGES


def test_privacy_features_nobody_could_find() -> None:
    """salesagility/SuiteCRM#7411: one place called Privacy, in everybody's navigation, behind no setting."""
    (page,) = [page for page in PAGES if page.name == "privacy"]
    right = next(right for right in RIGHTS if right.name == page.needs)
    assert right.roles == frozenset(Role)
    assert not right.exception_allowed, "nobody can be kept from it"
    assert page.title == "Privacy"
