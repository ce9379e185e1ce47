"""The sections of the administration, one line each: where a new section is added."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QT_TRANSLATE_NOOP

from crm_desktop.ui.widgets.page import Page, PageContext


@dataclass(frozen=True, slots=True)
class SectionSpec:
    """A section: its name in settings and links, title, the right it needs, and how it is made."""

    name: str
    title: str
    needs: str
    make: Callable[[PageContext], Page]


def _users(context: PageContext) -> Page:
    from crm_desktop.ui.pages.administration.users import UsersSection

    return UsersSection(context)


def _rights(context: PageContext) -> Page:
    from crm_desktop.ui.pages.administration.rights import RightsSection

    return RightsSection(context)


def _fields(context: PageContext) -> Page:
    from crm_desktop.ui.pages.administration.fields import FieldsSection

    return FieldsSection(context)


def _telephony(context: PageContext) -> Page:
    from crm_desktop.ui.pages.administration.telephony import TelephonySection

    return TelephonySection(context)


def _backups(context: PageContext) -> Page:
    from crm_desktop.ui.pages.administration.backups import BackupsSection

    return BackupsSection(context)


def _keys(context: PageContext) -> Page:
    from crm_desktop.ui.pages.administration.keys import KeysSection

    return KeysSection(context)


def _log(context: PageContext) -> Page:
    from crm_desktop.ui.pages.administration.log import LogSection

    return LogSection(context)


SECTIONS: tuple[SectionSpec, ...] = (
    SectionSpec("users", str(QT_TRANSLATE_NOOP("", "Users")), "users", _users),
    SectionSpec("rights", str(QT_TRANSLATE_NOOP("", "Rights")), "users", _rights),
    SectionSpec("fields", str(QT_TRANSLATE_NOOP("", "Fields")), "settings", _fields),
    SectionSpec("telephony", str(QT_TRANSLATE_NOOP("", "Telephony")), "settings", _telephony),
    SectionSpec("backups", str(QT_TRANSLATE_NOOP("", "Backups")), "backup.now", _backups),
    SectionSpec("keys", str(QT_TRANSLATE_NOOP("", "Keys")), "keys", _keys),
    SectionSpec("log", str(QT_TRANSLATE_NOOP("", "Log")), "log", _log),
)
