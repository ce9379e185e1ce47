"""Writes the log of every format, as its program would, so that one test can read them all back."""

import html
import io
import sqlite3
import zipfile
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from xml.sax.saxutils import quoteattr

from crm_desktop.domain.calls import Direction, Outcome
from crm_desktop.importers.call_logs.mapping import Mapping
from tests.importers.call_log_reading import SIMPLE
from tests.importers.test_cucm_and_avaya_exports import HEADER as CUCM_HEADER
from tests.importers.test_cucm_and_avaya_exports import TYPES, cucm, smdr
from tests.importers.test_freeswitch_exports import HEADER as FUSION_HEADER
from tests.importers.test_freeswitch_exports import freeswitch, fusionpbx
from tests.importers.test_phone_exports import PHONE, SUPER, adb
from tests.importers.test_service_exports import FOLDER, TEAMS, page
from tests.importers.test_switchboard_exports import FREEPBX, GERMAN, RING, asterisk, freepbx
from tests.importers.test_switchboard_exports import written as quoted
from tests.importers.test_threecx_exports import REPORT, entry, report

MEANINGS = {
    "1": (Direction.INCOMING, Outcome.ANSWERED),
    "2": (Direction.OUTGOING, Outcome.ANSWERED),
    "3": (Direction.INCOMING, Outcome.MISSED),
}
EXTENSION, OWN = "104", "+12125559999"


@dataclass(frozen=True)
class Written:
    """A call as put into a file: epoch seconds, "1" in, "2" out, "3" missed, and the number's last digits."""

    at: int
    kind: str
    seconds: int
    last: int
    name: str = ""

    @property
    def number(self) -> str:
        """Return the other party."""
        return f"+12125550{self.last:03d}"

    @property
    def national(self) -> str:
        """Return the other party as dialled at home."""
        return f"2125550{self.last:03d}"

    @property
    def ends(self) -> tuple[str, str]:
        """Return caller and called, one of them our extension."""
        return (EXTENSION, self.national) if self.kind == "2" else (self.national, EXTENSION)

    @property
    def length(self) -> str:
        """Return the talk time by the clock."""
        return f"{self.seconds // 3600:02d}:{self.seconds // 60 % 60:02d}:{self.seconds % 60:02d}"

    def when(self, style: str = "%Y-%m-%d %H:%M:%S") -> str:
        """Return when it began, in UTC."""
        return datetime.fromtimestamp(self.at, UTC).strftime(style)

    @property
    def native(self) -> str:
        """Return an identity as systems give one: it begins with the time."""
        return f"{self.at}.{self.last}"


@dataclass(frozen=True)
class LogWriter:
    """A format's file made of calls; ``named``: it keeps names; ``step``: seconds its times are exact to."""

    write: Callable[[Sequence[Written]], bytes]
    named: bool = True
    step: int = 1
    mapping: Mapping | None = None

    def kept(self, call: Written) -> Written:
        """Return what of a call the format can hold."""
        seconds = -(-call.seconds // self.step) * self.step
        return replace(
            call, at=call.at // self.step * self.step, seconds=seconds, name=call.name if self.named else ""
        )


def _lines(row: Callable[[Written], str], head: str = "", tail: str = "") -> Callable[..., bytes]:
    return lambda calls: (head + "".join(map(row, calls)) + tail).encode()


def _table(head: Sequence[str], row: Callable[[Written], Sequence[object]]) -> Callable[..., bytes]:
    return lambda calls: quoted(*([head] if head else []), *map(row, calls)).encode()


def _database(
    calls: Sequence[Written], schema: str, row: Callable[[int, Written], Sequence[object]]
) -> bytes:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(schema)
        for place, call in enumerate(calls, 1):
            values = row(place, call)
            table = schema.split("CREATE TABLE ")[1].split(maxsplit=1)[0]
            connection.execute(f"INSERT INTO {table} VALUES ({','.join('?' * len(values))})", values)  # noqa: S608
        connection.commit()
        return connection.serialize()


ANDROID = "CREATE TABLE calls (_id INTEGER PRIMARY KEY, number, date, duration, type, name, countryiso)"


def android(calls: Sequence[Written]) -> bytes:
    """Return Android's database."""
    return _database(
        calls, ANDROID,
        lambda place, call: (place, call.national, call.at * 1000, call.seconds, int(call.kind),
                             call.name, "US"),
    )  # fmt: skip


def iphone(calls: Sequence[Written]) -> bytes:
    """Return an iPhone's database; a call's identity is its own, whatever its place."""
    return _database(
        calls, PHONE,
        lambda place, call: (
            place, int(call.kind == "1"), int(call.kind == "2"), call.at - 978_307_200, float(call.seconds),
            call.national, "us", call.name, call.native, 0,
        ),
    )  # fmt: skip


def takeout(calls: Sequence[Written]) -> bytes:
    """Return a Takeout of Google Voice; a zip needs one page, so an empty one holds a conversation."""
    words = {"1": "received", "2": "placed", "3": "missed"}
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as packed:
        packed.writestr(f"{FOLDER}zz - Text - 2026-01-01T00_00_00Z.html", '<div class="hChatLog">Hi</div>')
        for place, call in enumerate(calls):
            packed.writestr(
                f"{FOLDER}{place:05d} - {words[call.kind].title()} - x.html",
                page(
                    words[call.kind], number=call.number, name=html.escape(call.name),
                    seconds="" if call.kind == "3" else f"PT{call.seconds}S",
                    when=call.when("%Y-%m-%dT%H:%M:%S.000+00:00"),
                ),
            )  # fmt: skip
    return data.getvalue()


def _fritz(call: Written) -> Sequence[object]:
    minutes = -(-call.seconds // 60)
    kind = {"1": "1", "2": "4", "3": "2"}[call.kind]
    length = f"{minutes // 60}:{minutes % 60:02d}"
    return kind, call.when("%d.%m.%y %H:%M"), call.name, call.national, "", "Fon 1", OWN, length


def fritzbox(calls: Sequence[Written]) -> bytes:
    """Return the list of a FRITZ!Box."""
    lines = (";".join(map(str, _fritz(call))) + "\n" for call in calls)
    return ("sep=;\n" + GERMAN + "".join(lines) + "\n").encode()


def _asterisk(call: Written) -> Sequence[object]:
    how = "NO ANSWER" if call.kind == "3" else "ANSWERED"
    return asterisk(*call.ends, start=call.when(), billed=call.seconds, how=how, unique=call.native)


def _freepbx(call: Written) -> Sequence[object]:
    caller, called = call.ends
    return freepbx(
        calldate=call.when(), src=caller, dst=called, cnum=caller, linkedid=call.native,
        did="" if call.kind == "2" else "2125559999", uniqueid=call.native, billsec=call.seconds,
        disposition="NO ANSWER" if call.kind == "3" else "ANSWERED",
    )  # fmt: skip


def _freeswitch(call: Written) -> str:
    missed = call.kind == "3"
    return freeswitch(
        "", *call.ends, start=call.when(), billed=call.seconds,
        uuid=(call.at - 1_000_000_000) * 1000 + call.last,
        cause="ORIGINATOR_CANCEL" if missed else "NORMAL_CLEARING", answered=not missed,
    )  # fmt: skip


def _fusionpbx(call: Written) -> str:
    caller, called = call.ends
    return fusionpbx(
        start_epoch=call.at, xml_cdr_uuid=call.native, billsec=call.seconds,
        direction="outbound" if call.kind == "2" else "inbound", source_number=caller,
        caller_id_number=caller, caller_destination=called, destination_number=called,
        status="missed" if call.kind == "3" else "answered",
    )  # fmt: skip


def _report(call: Written) -> str:
    caller, called = (f"{call.name} ({end})" if end != EXTENSION else f"Ann ({end})" for end in call.ends)
    return report(
        call.native, caller, called, "Outbound" if call.kind == "2" else "Inbound",
        "Unanswered" if call.kind == "3" else "Answered", call.length, call.when("%Y-%m-%dT%H:%M:%SZ"),
    )  # fmt: skip


def _entry(call: Written) -> str:
    ends = (f"Ext.{end}" if end == EXTENSION else end for end in call.ends)
    return entry(
        call.last, *ends, answered=call.kind != "3", start=call.when("%Y/%m/%d %H:%M:%S"),
        duration=call.length, call_id=call.native,
    )  # fmt: skip


def _cucm(call: Written) -> str:
    missed = call.kind == "3"
    return cucm(
        call.at * 1000 + call.last, *call.ends, dateTimeOrigination=call.at, duration=call.seconds,
        dateTimeConnect=0 if missed else call.at + 5, origCause_value=16 if missed else 0,
        destCause_value=0 if missed else 16,
    )  # fmt: skip


def _smdr(call: Written) -> str:
    caller, called = call.ends
    return smdr(
        call.at * 1000 + call.last, caller, "O" if call.kind == "2" else "I", called, talked=call.length,
        start=call.when("%Y/%m/%d %H:%M:%S"),
    )  # fmt: skip


def _outside(call: Written) -> tuple[str, str]:
    return (OWN, call.number) if call.kind == "2" else (call.number, OWN)


def _teams(call: Written) -> str:
    caller, called = _outside(call)
    kind = "user_out" if call.kind == "2" else "user_in"
    start = call.when("%Y-%m-%dT%H:%M:%S.0000000+00:00")
    who = f"{call.native},c,,US,o,a@b.example,Anna,{caller},{kind}"
    return f"{who},User,Domestic,US,{called},{start},,{call.seconds},0\n"


AIRCALL_HEADER = ("line", "datetime (UTC)", "direction", "from", "to", "answered", "duration (total)",
                  "duration (in call)")  # fmt: skip


def _aircall(call: Written) -> Sequence[object]:
    caller, called = (end.removeprefix("+") for end in _outside(call))
    way = "outbound" if call.kind == "2" else "inbound"
    answered = "No" if call.kind == "3" else "Yes"
    return "US", call.when(), way, caller, called, answered, call.seconds + 9, call.seconds


RESULTS = {"1": "Accepted", "2": "Call connected", "3": "Missed"}


def _ring(call: Written) -> Sequence[object]:
    date, time = call.when("%a %m/%d/%Y"), call.when("%I:%M:%S %p")
    return (
        "Voice",
        call.national,
        call.name,
        date,
        time,
        "Phone Call",
        RESULTS[call.kind],
        "",
        call.length,
        "-",
    )


RING_DETAILED = ("Type", "CallId", "SessionId", "Leg", "Direction", "From", "To", "Extension",
                 "Forwarded To", "Name", "Date", "Time", "Action", "Action Result",
                 "Result Description", "Duration")  # fmt: skip


def _ring_detailed(call: Written) -> Sequence[object]:
    way = "Outbound" if call.kind == "2" else "Inbound"
    day, time = call.when("%a %m/%d/%Y"), call.when("%I:%M:%S %p")
    rest = (EXTENSION, "", call.name, day, time, "Phone Call", RESULTS[call.kind], "", call.length)
    return "Voice", call.native, "s", "", way, *_outside(call), *rest


def _imazing(call: Written) -> Sequence[object]:
    words = {"1": "Incoming", "2": "Outgoing", "3": "Missed"}
    return words[call.kind], call.when(), call.length, call.national, call.name, "", f"Phone: {OWN}"


def _simple(call: Written) -> Sequence[object]:
    words = {"1": "in", "2": "out", "3": "missed"}
    return call.when(), words[call.kind], call.national, call.name, call.length


def _xml(call: Written) -> str:
    return (
        f'  <call number="{call.national}" duration="{call.seconds}" date="{call.at}000" type="{call.kind}" '
        f"contact_name={quoteattr(call.name)} />\n"
    )


def _super(call: Written) -> str:
    return (
        f'<log number="{call.number}" time="x" date="{call.at}000" type="{call.kind}" '
        f'name={quoteattr(call.name)} new="1" dur="{call.seconds}" />\n'
    )


def _adb(call: Written) -> str:
    values = {"date": call.at * 1000, "type": call.kind, "duration": call.seconds}
    return adb(call.last, number=call.national, name=call.name, **values)


XML_HEAD = "<?xml version='1.0' encoding='UTF-8' ?>\n<calls count=\"0\">\n"
IMAZING_HEADER = ("Call type", "Date", "Duration", "Number", "Contact", "Location", "Service")

WRITERS = {
    "smsbackuprestore_calls_xml": LogWriter(_lines(_xml, XML_HEAD, "</calls>\n")),
    "superbackup_calls_xml": LogWriter(_lines(_super, *SUPER.split("{}"))),
    "adb_content_query_text": LogWriter(_lines(_adb)),
    "android_calllog_sqlite": LogWriter(android),
    "ios_callhistory_sqlite": LogWriter(iphone),
    "teams_pstn_csv": LogWriter(_lines(_teams, TEAMS), named=False),
    "aircall_csv_xlsx": LogWriter(_table(AIRCALL_HEADER, _aircall), named=False),
    "google_voice_takeout": LogWriter(takeout),
    "fritzbox_csv": LogWriter(fritzbox, step=60),
    "freepbx_cdr_csv": LogWriter(_table(FREEPBX, _freepbx), named=False),
    "ringcentral_simple_csv": LogWriter(_table(RING.replace('"', "").strip().split(","), _ring)),
    "ringcentral_detailed_csv": LogWriter(_table(RING_DETAILED, _ring_detailed)),
    "asterisk_master_csv": LogWriter(_table((), _asterisk), named=False),
    "freeswitch_cdr_csv": LogWriter(_lines(_freeswitch), named=False),
    "fusionpbx_cdr_csv": LogWriter(_lines(_fusionpbx, FUSION_HEADER), named=False),
    "3cx_call_reports_csv": LogWriter(_lines(_report, REPORT)),
    "3cx_cdr_log": LogWriter(_lines(_entry), named=False),
    "cisco_cucm_cdr": LogWriter(_lines(_cucm, CUCM_HEADER + TYPES), named=False),
    "avaya_ip_office_smdr": LogWriter(_lines(_smdr), named=False),
    "imazing_call_history_csv": LogWriter(_table(IMAZING_HEADER, _imazing)),
    "generic_csv": LogWriter(_table(("Date", "Type", "Number", "Name", "Duration"), _simple), mapping=SIMPLE),
}
