"""Commands about call logs: which formats are read, reading one, importing one."""

from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from crm_desktop.cli.call_reports import note_refused, outcome_document, save_report, say_outcome
from crm_desktop.cli.consents import member_named
from crm_desktop.cli.long_work import long_work
from crm_desktop.cli.options import FileArgument, JsonOption
from crm_desktop.cli.output import document, note, say, utc_text
from crm_desktop.cli.sign_in import SignIn, environment_of, signed_in
from crm_desktop.cli.system_defaults import system_time_zone
from crm_desktop.domain.row_reasons import reason_words

if TYPE_CHECKING:
    from crm_desktop.domain.calls import CallRecord, RejectedRow, SkippedRow
    from crm_desktop.domain.member_lines import MemberLine
    from crm_desktop.operations.call_imports import ImportPreview, ImportResult
    from crm_desktop.operations.call_logs import Mapping, ParsedLog, ReadingOptions
    from crm_desktop.operations.session import Session

FormatOption = Annotated[
    str, typer.Option("--format", metavar="NAME", help="A name that formats lists; auto finds it out.")
]
LineOption = Annotated[
    list[str] | None,
    typer.Option("--line", metavar="EXT=USER", help="Whose line it is in this log; may be repeated."),
]
ReportOption = Annotated[
    str | None,
    typer.Option(
        "--report", metavar="OUT.csv", help="Write the lines that are no calls, with their reasons."
    ),
]


@dataclass(frozen=True, slots=True)
class Reading:
    """What the caller says about a log; what is left out comes from the organization or the file."""

    time_zone: Annotated[
        str | None, typer.Option("--time-zone", metavar="TZ", help="Zone of times that name none.")
    ] = None
    region: Annotated[
        str | None, typer.Option("--region", metavar="CC", help="Country of national numbers.")
    ] = None
    encoding: Annotated[
        str | None, typer.Option("--encoding", metavar="E", help="Encoding of the text, for example cp1252.")
    ] = None
    own_numbers: Annotated[
        list[str] | None,
        typer.Option("--own-number", metavar="N", help="A number the log belongs to; may be repeated."),
    ] = None
    area_code: Annotated[
        str | None, typer.Option("--area-code", metavar="A", help="Area code of numbers without one.")
    ] = None
    outside_prefix: Annotated[
        str | None, typer.Option("--outside-prefix", metavar="P", help="Digits dialled for an outside line.")
    ] = None
    internal_digits: Annotated[
        int | None, typer.Option("--internal-digits", metavar="N", min=0, help="Longest internal number.")
    ] = None
    international_numbers: Annotated[
        bool, typer.Option("--international-numbers", help="All numbers are international, the + is missing.")
    ] = False
    mapping: Annotated[
        str | None,
        typer.Option(
            "--mapping",
            metavar="M",
            help="What the columns of a table mean: a JSON file; for an organization also a saved name.",
        ),
    ] = None

    def given(self, session: "Session | None" = None) -> dict[str, Any]:
        """Return what was said, under the names of ``ReadingOptions``."""
        said: dict[str, Any] = {
            "time_zone": self.time_zone,
            "region": self.region,
            "encoding": self.encoding,
            "own_numbers": tuple(self.own_numbers) if self.own_numbers else None,
            "area_code": self.area_code,
            "outside_prefix": self.outside_prefix,
            "internal_digits": self.internal_digits,
            "international_numbers": self.international_numbers or None,
        }
        if self.mapping is not None:
            said["mapping"] = _mapping(self.mapping, session)
        return {name: value for name, value in said.items() if value is not None}


def _mapping(said: str, session: "Session | None") -> "Mapping":
    """Return the mapping of a file, else the one an organization keeps under that name.

    Raises ForeignFileError ``mapping_invalid``, RefusedError ``mapping_unknown``.
    """
    from crm_desktop.domain.errors import ForeignFileError, RefusedError
    from crm_desktop.operations.call_logs import Mapping
    from crm_desktop.operations.call_mappings import mapping_named

    path = Path(said)
    if path.is_file():
        try:
            return Mapping.from_json(path.read_text(encoding="utf-8-sig"))
        except (OSError, UnicodeError) as error:
            raise ForeignFileError("mapping_invalid", field="JSON") from error
    if session is None:
        raise RefusedError("mapping_unknown", name=said)
    return mapping_named(session, said)


@dataclass(frozen=True, slots=True)
class Keeping:
    """Which calls are stored beside those with one customer, under the names of ``run_import``."""

    keep_unknown: Annotated[
        bool, typer.Option("--keep-unknown", help="Also store calls whose number matches nobody.")
    ] = False
    skip_duplicates: Annotated[
        bool,
        typer.Option("--skip-duplicates", help="Leave out what another source seems to have given before."),
    ] = False


def formats(*, as_json: JsonOption = False) -> None:
    """List the formats this program reads.

    With each comes how a file of it is recognized.
    """
    from crm_desktop.operations.call_logs import formats as call_formats
    from crm_desktop.operations.contact_files import contact_formats

    known = [("calls", item) for item in call_formats()] + [("contacts", item) for item in contact_formats()]
    if as_json:
        document({"formats": [{"kind": kind, **asdict(known_format)} for kind, known_format in known]})
        return
    for _kind, known_format in known:
        say(f"{known_format.name}: {known_format.title}; {known_format.recognized_by}")


def parse_calls(
    log: Annotated[str, typer.Argument(metavar="LOG", help="The exported call log.")],
    reading: Reading,
    *,
    log_format: FormatOption = "auto",
    as_json: JsonOption = False,
) -> None:
    """Read a call log into no organization.

    For checking a file: nothing is matched and nothing is stored.
    """
    from crm_desktop.operations.call_logs import ReadingOptions, parse_log

    options = replace(ReadingOptions(time_zone=system_time_zone()), **reading.given())
    with long_work() as (progress, token):
        parsed = parse_log(Path(log), options, format=log_format, progress=progress, cancel=token)
    if as_json:
        document(_parsed_document(parsed, options))
        return
    say(f"{log}: {parsed.format}, {len(parsed.records)} calls")
    for record in parsed.records:
        say(
            f"{record.line}: {utc_text(record.started_at)} {record.direction} {record.outcome} "
            f"{record.duration_s} s {record.number or record.raw_number} {record.name or ''}".rstrip()
        )
    left_out: list[RejectedRow | SkippedRow] = [*parsed.rejected, *parsed.skipped]
    for row in left_out:
        note(f"line {row.line} left out: {reason_words(row.reason)}")


def _parsed_document(parsed: "ParsedLog", options: "ReadingOptions") -> dict[str, object]:
    return {
        "format": parsed.format,
        "options": {"region": options.region, "time_zone": options.time_zone},
        "counts": {
            "records": len(parsed.records),
            "rejected": len(parsed.rejected),
            "skipped": len(parsed.skipped),
        },
        "records": [_record_document(record) for record in parsed.records],
        "rejected": [{"line": row.place or row.line, "reason": row.reason} for row in parsed.rejected],
        "skipped": [{"line": row.place or row.line, "reason": row.reason} for row in parsed.skipped],
    }


def _record_document(record: "CallRecord") -> dict[str, object]:
    shared = {} if record.own_line is None else {"own_line": record.own_line}
    return {
        "line": record.place or record.line,
        "started_at": utc_text(record.started_at),
        "direction": record.direction.value,
        "outcome": record.outcome.value,
        "duration_s": record.duration_s,
        "number": record.number,
        "raw_number": record.raw_number,
        "name": record.name,
        **shared,
    }


def import_calls(
    context: typer.Context,
    file: FileArgument,
    logs: Annotated[list[str], typer.Argument(metavar="LOG", help="The exported call logs.")],
    sign_in: SignIn,
    reading: Reading,
    *,
    keeping: Keeping,
    member: Annotated[
        str | None,
        typer.Option(
            "--member",
            metavar="USER",
            help="Whose phone it is; their consent is needed. Left out for the log of a telephone system.",
        ),
    ] = None,
    line: LineOption = None,
    log_format: FormatOption = "auto",
    report: ReportOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and match, and write nothing.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Import call logs of a member who consented.

    Calls with customers are stored, all others counted. The same log again adds nothing. Of several logs
    one that cannot be read is named and ends with status 1; the others are imported.
    """
    from crm_desktop.operations import call_imports
    from crm_desktop.operations.call_report_files import require_report

    paths = tuple(Path(log) for log in logs)
    with signed_in(environment_of(context), file, sign_in) as session, long_work() as (progress, token):
        if report is not None:
            require_report(session, Path(report))
        whose = None if member is None else member_named(session, member).id
        options = call_imports.reading_options(session, **reading.given(session))
        verb = partial(
            call_imports.preview_import if dry_run else call_imports.run_import,
            session,
            paths,
            member_id=whose,
            format=log_format,
            options=options,
            **asdict(keeping),
            lines=[_line_given(session, text) for text in line or ()],
            keep_going=len(paths) > 1,
        )
        outcome = verb(progress=progress, cancel=token)
        if report is not None:
            save_report(session, outcome, Path(report))
        zone = ZoneInfo(session.organization.time_zone)
    _tell(outcome, zone, as_json=as_json)


def _tell(outcome: "ImportPreview | ImportResult", zone: ZoneInfo, *, as_json: bool) -> None:
    """Print what became of an import; of logs that could not be read the status tells too."""
    if as_json:
        document(outcome_document(outcome))
    else:
        say_outcome(outcome, zone)
    if outcome.refused:
        note_refused(outcome.refused)
        raise typer.Exit(1)


def _line_given(session: "Session", text: str) -> "MemberLine":
    """Return the line of ``EXT=USER``. Raises InvalidValueError ``line_option_invalid``."""
    from crm_desktop.domain.errors import InvalidValueError
    from crm_desktop.domain.member_lines import MemberLine

    written, equals, login = text.rpartition("=")
    if not equals or not written.strip():
        raise InvalidValueError("line_option_invalid", field="line", value=text)
    return MemberLine(member_named(session, login.strip()).id, written.strip())
