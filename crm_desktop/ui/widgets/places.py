"""Countries and time zones to choose from, with the computer's own as the default."""

from zoneinfo import available_timezones

from PySide6.QtCore import QLocale, QTimeZone
from PySide6.QtWidgets import QComboBox, QCompleter

# "Europe/Berlin", not "Etc/GMT+1" or "CET": an office lives in a place with its own summer time.
_REGIONS = ("Africa/", "America/", "Antarctica/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")  # fmt: skip  # noqa: E501 - one list


def countries() -> list[tuple[str, str]]:
    """Return (ISO 3166-1 alpha-2 code, name) sorted by name."""
    found: dict[str, str] = {}
    for territory in QLocale.Country:
        code = QLocale.territoryToCode(territory)
        if len(code) == 2 and code.isalpha():
            found.setdefault(code, QLocale.territoryToString(territory))
    return sorted(found.items(), key=lambda pair: pair[1].casefold())


def country_box(chosen: str | None = None) -> QComboBox:
    """Return a combo box of countries; its data are the codes."""
    box = _searchable()
    for code, name in countries():
        box.addItem(f"{name} ({code})", code)
    choose(box, chosen or QLocale.territoryToCode(QLocale.system().territory()) or "US")
    return box


def time_zone_box(chosen: str | None = None) -> QComboBox:
    """Return a combo box of time zones; its data are IANA names."""
    box = _searchable()
    for name in sorted(zone for zone in available_timezones() if zone.startswith(_REGIONS) or zone == "UTC"):
        box.addItem(name.replace("_", " "), name)
    choose(box, chosen or bytes(QTimeZone.systemTimeZoneId().data()).decode())
    return box


def _searchable() -> QComboBox:
    """Return a box one can type into to find an entry; only entries can be chosen."""
    box = QComboBox()
    box.setEditable(True)
    box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    # A long list must not decide how wide the page is.
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(12)
    completer = box.completer()
    if completer is not None:
        completer.setFilterMode(completer.filterMode().MatchContains)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
    line = box.lineEdit()
    if line is not None:
        # Text that is no entry goes back to the entry chosen before.
        line.editingFinished.connect(lambda: box.setEditText(box.itemText(box.currentIndex())))
    return box


def choose(box: QComboBox, value: str) -> None:
    """Choose the entry with this value, UTC for one that is not there."""
    place = box.findData(value)
    box.setCurrentIndex(place if place >= 0 else box.findData("UTC"))
