"""The words for roles, states and exceptions of users."""

from PySide6.QtCore import QCoreApplication

from crm_desktop.domain.permissions import Right, Role
from crm_desktop.operations.users import UserRow, UserState
from crm_desktop.ui.messages import tr
from crm_desktop.ui.tokens import Tone


def role_word(role: Role) -> str:
    """Return a role's name."""
    return {
        Role.ADMINISTRATOR: tr("Administrator"),
        Role.MANAGER: tr("Manager"),
        Role.STAFF: tr("Staff"),
        Role.VIEWER: tr("Viewer"),
    }[role]


def role_sentence(role: Role) -> str:
    """Return what a role is for."""
    return {
        Role.ADMINISTRATOR: tr("Everything, with users, keys, backups, privacy and settings."),
        Role.MANAGER: tr("All records and calls, bank details, imports, exports and merging."),
        Role.STAFF: tr("Adds and changes records, imports the calls of the own phone. No bank details."),
        Role.VIEWER: tr("Reads customers and address book. No calls, no bank details."),
    }[role]


def right_words(right: Right) -> str:
    """Return what a right allows."""
    return QCoreApplication.translate("facts", right.description)


def state_pill(user: UserRow) -> tuple[str, Tone]:
    """Return the word for an account's state and its tone."""
    words: dict[UserState, tuple[str, Tone]] = {
        UserState.ACTIVE: (tr("Active"), "ok"),
        UserState.MUST_CHANGE_PASSWORD: (tr("Must change password"), "warn"),
        UserState.NOT_MOVED: (tr("Old set-up code"), "warn"),
        UserState.DAMAGED: (tr("Account damaged"), "danger"),
        UserState.DISABLED: (tr("Disabled"), "neutral"),
    }
    return words[user.state]


def state_sentence(user: UserRow) -> str:
    """Return what an account's state means and what helps."""
    return {
        UserState.ACTIVE: tr("Signs in with a password of their own."),
        UserState.MUST_CHANGE_PASSWORD: tr(
            "The password was set by an administrator and must be changed at the next sign-in."
        ),
        UserState.NOT_MOVED: tr("Has not signed in with the new set-up code yet."),
        UserState.DAMAGED: tr(
            "The account is missing in the key file or was changed outside the program. Reset the password."
        ),
        UserState.DISABLED: tr("Cannot sign in. Records and history are kept."),
    }[user.state]


def exception_words(user: UserRow) -> str:
    """Return how many single rights somebody has more or fewer than the role, empty for none."""
    parts = []
    if user.granted:
        parts.append(tr("{count} more").format(count=len(user.granted)))
    if user.revoked:
        parts.append(tr("{count} fewer").format(count=len(user.revoked)))
    return ", ".join(parts)
