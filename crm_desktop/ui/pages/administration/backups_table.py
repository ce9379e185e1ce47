"""The list of the backups this computer knows of: when, why, how much, verified or not, keys and place."""

from crm_desktop.operations.backup_overview import BackupPlace, ListedBackup, Overview
from crm_desktop.ui.messages import number, tr
from crm_desktop.ui.widgets.backup_words import key_words, reason_word, size_words
from crm_desktop.ui.widgets.column_fit import ColumnFit
from crm_desktop.ui.widgets.moments import Clock
from crm_desktop.ui.widgets.record_source import Cell, Column, Row
from crm_desktop.ui.widgets.static_table import StaticTable


def _columns(*, calls: bool) -> tuple[Column, ...]:
    columns = (
        Column("when", tr("When"), 112, look="strong", sortable=False, rigid=True),
        Column("reason", tr("Why"), 126, sortable=False, rigid=True),
        Column("state", tr("State"), 120, look="pill", sortable=False, rigid=True),
        Column("size", tr("Size"), 76, align="right", sortable=False, rigid=True),
        Column("customers", tr("Customers"), 92, align="right", sortable=False),
        Column("address_book", tr("Address book"), 108, align="right", sortable=False),
        Column("calls", tr("Calls"), 64, align="right", sortable=False),
        Column("keys", tr("Keys"), 84, look="muted", sortable=False, rigid=True),
        Column("place", tr("Place"), 190, look="muted", sortable=False),
    )
    return columns if calls else tuple(column for column in columns if column.key != "calls")


def place_words(listed: ListedBackup) -> str:
    """Return where a backup lies, and whether that can be reached now."""
    words = {
        BackupPlace.HERE: tr("This computer"),
        BackupPlace.SECOND: tr("Second place"),
        BackupPlace.ELSEWHERE: listed.backup.path.parent.name or str(listed.backup.path.parent),
    }[listed.place]
    return words if listed.reachable else tr("{place}: absent").format(place=words)


class BackupsTable(StaticTable):
    """Shows an ``Overview``; one backup is chosen at a time, and stays chosen when the list is renewed."""

    def __init__(self, clock: Clock, *, calls: bool) -> None:
        super().__init__(name=tr("Known backups"))
        self.set_compact(compact=False)
        self.setSelectionMode(self.SelectionMode.SingleSelection)
        self._clock = clock
        self._shown = _columns(calls=calls)
        self._listed: tuple[ListedBackup, ...] = ()
        self.show_rows(self._shown, ())
        self._fit = ColumnFit(self)

    def show_overview(self, overview: Overview, *, newest: bool) -> None:
        """Show the backups of ``overview``; choose the newest one, or the one that was chosen."""
        chosen = None if newest else self.chosen
        self._listed = overview.backups
        self.show_rows(self._shown, [self._row(listed) for listed in overview.backups])
        paths = [listed.backup.path for listed in self._listed]
        place = paths.index(chosen.backup.path) if chosen is not None and chosen.backup.path in paths else 0
        if paths:
            self.select_ids([place])
        self._fit.fit()

    @property
    def chosen(self) -> ListedBackup | None:
        """The backup chosen."""
        place = self.current_id()
        return self._listed[place] if place is not None and place < len(self._listed) else None

    def _row(self, listed: ListedBackup) -> Row:
        backup = listed.backup
        contents = backup.contents
        when = Cell(self._clock.relative(backup.made_at), tip=self._clock.exact(backup.made_at))
        state = _state(listed)
        place = Cell(
            place_words(listed), icon="" if listed.reachable else "link-break",
            tip=str(backup.path) if listed.reachable else tr(
                "{path}\nPlug in the disk or the stick that holds it."
            ).format(path=backup.path),
        )  # fmt: skip
        keys = Cell(tr("Former") if listed.former_key else tr("Present"), tip=_key_tip(listed))
        counts = [number(contents.customers), number(contents.address_book)]
        if contents.calls is not None:
            counts.append(number(contents.calls))
        return (when, reason_word(backup.reason), state, size_words(backup.size), *counts, keys, place)


def _state(listed: ListedBackup) -> Cell:
    if not listed.backup.verified:
        return Cell(
            tr("Not verified"), tone="warn", tip=tr("It was not read back whole. Check it again.")
        )  # fmt: skip
    if listed.holds_withdrawn:
        words = tr(
            "It still holds calls whose consent was withdrawn since. They leave it when somebody signs in on "
            "this computer while it is in reach; from before a change of keys only by an administrator."
        )
        return Cell(tr("Withdrawn calls"), tone="warn", tip=words)
    return Cell(tr("Verified"), tone="ok", tip=tr("It was read back whole."))


def _key_tip(listed: ListedBackup) -> str:
    words = tr("Under the keys the file has now.")
    if listed.former_key:
        words = tr("From before a change of keys: administrators can still open and restore it.")
    return f"{key_words(listed.backup.key_id, former=listed.former_key)}\n{words}"
