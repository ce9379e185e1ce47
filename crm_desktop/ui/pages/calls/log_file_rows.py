"""What is known of each file of an import, and how it stands in their table."""

from dataclasses import dataclass
from pathlib import Path, PurePath

from crm_desktop.domain.errors import KnownError
from crm_desktop.operations.call_imports import FileChoice, FileReport
from crm_desktop.operations.call_logs import TABLE, Mapping, formats
from crm_desktop.operations.dropped_files import FileKind, FoundFile
from crm_desktop.ui.messages import DASH, number, tr
from crm_desktop.ui.widgets.moments import Clock
from crm_desktop.ui.widgets.record_source import Cell, Column, Row


def format_title(name: str) -> str:
    """Return the title of a format by its name."""
    return next((known.title for known in formats() if known.name == name), name)


def percent(share: float) -> str:
    """Return a share from 0 to 1 in words."""
    return tr("{percent} %").format(percent=number(round(100 * share)))


def moment(clock: Clock, epoch: int | None) -> str:
    """Return day and time in the organization's zone."""
    return DASH if epoch is None else f"{clock.day(epoch)} {clock.time(epoch)}"


@dataclass(slots=True)
class LogFile:
    """A file in the list: what it is, what was chosen for it, and what reading it gave."""

    found: FoundFile
    format: str = "auto"
    encoding: str | None = None
    mapping: Mapping | None = None
    report: FileReport | None = None
    before: FileReport | None = None
    problem: KnownError | None = None

    @property
    def path(self) -> Path:
        """Where it lies."""
        return self.found.path

    @property
    def read(self) -> bool:
        """Whether it is read at all: contacts (unless somebody says otherwise) and other files are not."""
        said = self.format != "auto" or self.mapping is not None
        return self.found.kind in {FileKind.LOG, FileKind.TABLE} or (self.may_be_read and said)

    @property
    def may_be_read(self) -> bool:
        """Whether it can be read as a log at all; a table that looks like contacts can."""
        return self.found.kind in {FileKind.LOG, FileKind.TABLE} or bool(self.found.formats)

    @property
    def has_columns(self) -> bool:
        """Whether it is a table whose columns a person can name."""
        return self.found.kind is FileKind.TABLE or (
            self.found.kind is FileKind.CONTACTS and self.may_be_read
        )

    def choice(self) -> FileChoice:
        """Return what was chosen."""
        return FileChoice(self.format, self.encoding, self.mapping)


def file_columns() -> list[Column]:
    """Return the columns of the table of files."""
    return [
        Column("file", tr("File"), width=170, look="strong", sortable=False),
        Column("state", tr("State"), width=138, look="pill", sortable=False, rigid=True),
        Column("format", tr("Format"), width=176, sortable=False),
        Column("sure", tr("Sure"), width=62, align="right", sortable=False, rigid=True),
        Column("encoding", tr("Encoding"), width=80, look="muted", sortable=False, rigid=True),
        Column("first", tr("First call"), width=146, sortable=False, rigid=True),
        Column("last", tr("Last call"), width=146, sortable=False, rigid=True),
        Column("calls", tr("Calls"), width=76, align="right", sortable=False, rigid=True),
        Column("errors", tr("Errors"), width=64, align="right", sortable=False, rigid=True),
    ]


def file_row(one: LogFile, clock: Clock) -> Row:
    """Return what stands in the table of files."""
    report, dash = one.report, DASH
    state, tone = _state(one)
    title, sure = _format_words(one)
    encoding = report.encoding if report is not None else one.encoding or one.found.encoding
    return (
        Cell(_name_first(one.found.name), tip=one.found.name), Cell(state, tone=tone),
        Cell(title, tip=title), sure,
        (encoding or "") if one.found.encoding or one.encoding else "",
        dash if report is None else moment(clock, report.first_at),
        dash if report is None else moment(clock, report.last_at),
        dash if report is None else number(report.records),
        dash if report is None else number(report.counts.rejected),
    )  # fmt: skip


def _name_first(name: str) -> str:
    """Return a file's name with its folder behind it: that is what may be cut off."""
    path = PurePath(name)
    return path.name if len(path.parts) == 1 else f"{path.name} ({path.parent})"


def _format_words(one: LogFile) -> tuple[str, str]:
    """Return the title of the format it is read as, and how surely it is that."""
    name = one.format if one.format != "auto" else one.report.format if one.report else None
    if name is None:
        return DASH, DASH
    # What the columns of another table mean is said by a person, not recognized.
    known = None if name == TABLE else dict(one.found.formats).get(name)
    return format_title(name), DASH if known is None else percent(known)


def _state(one: LogFile) -> tuple[str, str]:
    """Return the state of a file and its tone."""
    if one.found.kind is FileKind.CONTACTS and not one.read:
        return tr("Contacts, later"), "info"
    if one.found.kind is FileKind.NEITHER or one.problem is not None:
        return _trouble(one)
    if one.report is None:
        return tr("Being read…"), "neutral"
    if one.report.counts.created:
        return tr("%n new", "", one.report.counts.created), "ok"
    return tr("Nothing new"), "neutral"


def _trouble(one: LogFile) -> tuple[str, str]:
    code = "" if one.problem is None else one.problem.code
    if one.found.kind is FileKind.NEITHER or code == "log_not_recognized":
        return tr("No call log"), "danger"
    if code.startswith("consent_"):
        return tr("Consent needed"), "warn"
    if one.has_columns and one.mapping is None:
        return tr("Columns needed"), "warn"
    return tr("Not read"), "danger"
