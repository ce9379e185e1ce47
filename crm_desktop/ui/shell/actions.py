"""The one list of actions: menus, toolbars, context menus and the shortcut sheet all read it.

A new action is one entry in :data:`ACTIONS` and one method of the page or the workspace named like its
id (``record.new`` → ``record_new``). What the signed-in role may not do is absent everywhere, because no
``QAction`` is made for it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PySide6.QtCore import QT_TRANSLATE_NOOP, QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from crm_desktop.ui.assets import icon
from crm_desktop.ui.messages import tr


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One thing a user can do; ``group`` is the part of the id before the dot.

    A ``local`` key is handled by the widget that has the focus (Del and Enter belong to a table, Esc to a
    form); here it only lets menus and the shortcut sheet show it. ``also`` is a second right it needs.
    """

    id: str
    text: str
    icon: str = ""
    shortcut: str = ""
    needs: str | None = None
    local: bool = False
    also: str | None = None

    @property
    def handler(self) -> str:
        """Name of the method that does it."""
        return self.id.replace(".", "_")

    @property
    def group(self) -> str:
        """Where the shortcut sheet lists it."""
        return self.id.partition(".")[0]

    @property
    def words(self) -> str:
        """The text in the user's language."""
        return tr(self.text)


def _noop(text: object) -> str:
    # The marker function is typed as returning ``object``.
    return str(text)


GROUPS: dict[str, str] = {
    "record": _noop(QT_TRANSLATE_NOOP("", "Records")),
    "calls": _noop(QT_TRANSLATE_NOOP("", "Calls")),
    "follow_up": _noop(QT_TRANSLATE_NOOP("", "Follow-ups")),
    "view": _noop(QT_TRANSLATE_NOOP("", "View")),
    "program": _noop(QT_TRANSLATE_NOOP("", "Program")),
}

_EDIT, _TRASH, _VIEW, _PURGE = "records.edit", "records.trash", "records.view", "retention"

ACTIONS: tuple[ActionSpec, ...] = (
    ActionSpec("record.new", _noop(QT_TRANSLATE_NOOP("", "New")), "plus", "Ctrl+N", _EDIT),
    ActionSpec(
        "record.open",
        _noop(QT_TRANSLATE_NOOP("", "Open")),
        "arrow-right",
        "Return",
        _VIEW,
        local=True,
    ),
    ActionSpec("record.edit", _noop(QT_TRANSLATE_NOOP("", "Edit")), "pencil-simple", "Ctrl+Return", _EDIT),
    ActionSpec(
        "record.cell",
        _noop(QT_TRANSLATE_NOOP("", "Edit the cell")),
        "text-t",
        "F2",
        _EDIT,
        local=True,
    ),
    ActionSpec("record.save", _noop(QT_TRANSLATE_NOOP("", "Save")), "floppy-disk", "Ctrl+S", _EDIT),
    ActionSpec(
        "record.revert", _noop(QT_TRANSLATE_NOOP("", "Leave the form")), "x", "Esc", _EDIT, local=True
    ),
    ActionSpec("record.copy", _noop(QT_TRANSLATE_NOOP("", "Copy")), "copy", "Ctrl+C", _VIEW, local=True),
    ActionSpec(
        "record.move",
        _noop(QT_TRANSLATE_NOOP("", "Move to the other list")),
        "arrows-left-right",
        "Ctrl+Shift+M",
        _EDIT,
    ),
    ActionSpec(
        "record.trash",
        _noop(QT_TRANSLATE_NOOP("", "Move to trash")),
        "trash",
        "Del",
        _TRASH,
        local=True,
    ),
    ActionSpec(
        "record.restore",
        _noop(QT_TRANSLATE_NOOP("", "Restore from trash")),
        "arrow-counter-clockwise",
        "",
        _TRASH,
    ),
    ActionSpec("record.purge", _noop(QT_TRANSLATE_NOOP("", "Delete for good")), "x", "", _PURGE),
    ActionSpec("record.empty_trash", _noop(QT_TRANSLATE_NOOP("", "Empty the trash")), "trash", "", _PURGE),
    ActionSpec(
        "record.bulk",
        _noop(QT_TRANSLATE_NOOP("", "Change the selected…")),
        "pencil-simple",
        "Ctrl+Shift+E",
        "records.bulk",
    ),
    ActionSpec(
        "record.duplicates",
        _noop(QT_TRANSLATE_NOOP("", "Find duplicates…")),
        "users-three",
        "",
        "records.merge",
    ),
    ActionSpec(
        "record.merge",
        _noop(QT_TRANSLATE_NOOP("", "Merge the selected…")),
        "git-merge",
        "",
        "records.merge",
    ),
    ActionSpec(
        "record.import",
        _noop(QT_TRANSLATE_NOOP("", "Import contacts…")),
        "download-simple",
        "Ctrl+Shift+I",
        "contacts.import",
    ),
    ActionSpec(
        "record.imports",
        _noop(QT_TRANSLATE_NOOP("", "Past imports of contacts…")),
        "clock-counter-clockwise",
        "",
        "contacts.import",
    ),
    ActionSpec("record.export", _noop(QT_TRANSLATE_NOOP("", "Export…")), "export", "Ctrl+E", "lists.export"),
    ActionSpec("record.print", _noop(QT_TRANSLATE_NOOP("", "Print…")), "printer", "Ctrl+P", _VIEW),
    ActionSpec("record.labels", _noop(QT_TRANSLATE_NOOP("", "Labels…")), "tag-simple", "", _VIEW),
    ActionSpec("record.letter", _noop(QT_TRANSLATE_NOOP("", "Letter…")), "file-text", "", _VIEW),
    ActionSpec("record.envelope", _noop(QT_TRANSLATE_NOOP("", "Envelope…")), "envelope", "", _VIEW),
    ActionSpec("record.undo", _noop(QT_TRANSLATE_NOOP("", "Undo")), "arrow-u-up-left", "Ctrl+Z", _EDIT),
    ActionSpec(
        "record.redo", _noop(QT_TRANSLATE_NOOP("", "Redo")), "arrow-u-up-right", "Ctrl+Shift+Z", _EDIT
    ),
    ActionSpec(
        "calls.import",
        _noop(QT_TRANSLATE_NOOP("", "Import calls")),
        "download-simple",
        "Ctrl+I",
        "calls.import_own",
    ),
    ActionSpec(
        "calls.log",
        _noop(QT_TRANSLATE_NOOP("", "Log a call…")),
        "note-pencil",
        "Ctrl+Shift+L",
        _EDIT,
        also="calls.view",
    ),
    ActionSpec(
        "follow_up.new",
        _noop(QT_TRANSLATE_NOOP("", "New follow-up…")),
        "calendar-plus",
        "Ctrl+Shift+F",
        "followups",
    ),
    ActionSpec(
        "follow_up.done", _noop(QT_TRANSLATE_NOOP("", "Follow-up done")), "check-circle", "F8", "followups"
    ),
    ActionSpec(
        "follow_up.postpone",
        _noop(QT_TRANSLATE_NOOP("", "Postpone the follow-up…")),
        "clock-clockwise",
        "Shift+F8",
        "followups",
    ),
    ActionSpec(
        "follow_up.rhythm",
        _noop(QT_TRANSLATE_NOOP("", "Keep in touch…")),
        "arrows-clockwise",
        "",
        "followups",
    ),
    ActionSpec(
        "follow_up.calendar",
        _noop(QT_TRANSLATE_NOOP("", "Follow-ups to a calendar…")),
        "calendar-blank",
        "",
        "followups",
    ),
    ActionSpec(
        "view.palette",
        _noop(QT_TRANSLATE_NOOP("", "Find anything")),
        "magnifying-glass-plus",
        "Ctrl+K",
        _VIEW,
    ),
    ActionSpec(
        "view.search",
        _noop(QT_TRANSLATE_NOOP("", "Search on this page")),
        "magnifying-glass",
        "Ctrl+F",
    ),
    ActionSpec(
        "view.card", _noop(QT_TRANSLATE_NOOP("", "Show or hide the card")), "identification-card", "F4"
    ),
    ActionSpec("view.navigation", _noop(QT_TRANSLATE_NOOP("", "Fold the navigation")), "list", "F9"),
    ActionSpec("program.shortcuts", _noop(QT_TRANSLATE_NOOP("", "Keyboard shortcuts")), "keyboard", "F1"),
    ActionSpec(
        "program.backup",
        _noop(QT_TRANSLATE_NOOP("", "Back up now")),
        "floppy-disk-back",
        "",
        "backup.now",
    ),
    ActionSpec(
        "program.password",
        _noop(QT_TRANSLATE_NOOP("", "Change password…")),
        "key",
        "",
        "self.password",
    ),
    ActionSpec(
        "program.other_file",
        _noop(QT_TRANSLATE_NOOP("", "Open another file…")),
        "folder-open",
        "Ctrl+O",
    ),
    ActionSpec("program.about", _noop(QT_TRANSLATE_NOOP("", "About CT-CRM Desktop")), "info"),
    ActionSpec("program.lock", _noop(QT_TRANSLATE_NOOP("", "Lock")), "lock-simple", "Ctrl+L"),
    ActionSpec("program.quit", _noop(QT_TRANSLATE_NOOP("", "Quit")), "sign-out", "Ctrl+Q"),
)


class Actions(QObject):
    """The list's ``QAction`` objects for one signed-in user.

    ``handlers`` are asked in order for a method with the handler's name when an action runs, so the page
    in front answers before the workspace around it.
    """

    def __init__(
        self, parent: QWidget, *, may: Callable[[str], bool], handlers: Callable[[], Iterable[object]]
    ) -> None:
        super().__init__(parent)
        self._handlers = handlers
        self._actions: dict[str, QAction] = {}
        for spec in ACTIONS:
            if all(right is None or may(right) for right in (spec.needs, spec.also)):
                self._actions[spec.id] = self._make(spec, parent)

    def _make(self, spec: ActionSpec, window: QWidget) -> QAction:
        action = QAction(spec.words, self)
        action.setObjectName(spec.id)
        if spec.shortcut:
            action.setShortcut(QKeySequence(spec.shortcut))
        action.setToolTip(f"{spec.words} ({spec.shortcut})" if spec.shortcut else spec.words)
        if spec.icon:
            action.setIcon(icon(spec.icon))
        action.triggered.connect(lambda: self.run(spec.id))
        if spec.local:
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        else:
            window.addAction(action)
        return action

    def action(self, identity: str) -> QAction | None:
        """Return the action, or None where the user's role has none."""
        return self._actions.get(identity)

    def available(self) -> list[ActionSpec]:
        """Return the specs this user has, in the list's order."""
        return [spec for spec in ACTIONS if spec.id in self._actions]

    def answered(self, spec: ActionSpec) -> bool:
        """Return whether the page in front, or the workspace around it, knows the action."""
        return any(callable(getattr(candidate, spec.handler, None)) for candidate in self._handlers())

    def run(self, identity: str) -> None:
        """Call the first handler that knows the action; an action no page knows does nothing."""
        spec = next(spec for spec in ACTIONS if spec.id == identity)
        for candidate in self._handlers():
            method = getattr(candidate, spec.handler, None)
            if callable(method):
                method()
                return
