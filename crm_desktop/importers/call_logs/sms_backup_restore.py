"""SMS Backup & Restore (SyncTech), file ``calls-YYYYMMDDhhmmss.xml``.

Source of the fields: synctech.com.au/sms-backup-restore/fields-in-xml-backup-files. ``count`` is unreliable,
``readable_date`` follows the phone's language, and backups overlap: neither is looked at, equal
milliseconds are one call. "Field values are read as-is": vendors' own type codes are reported.
"""

import re
from collections.abc import Iterator, Mapping
from functools import partial

from crm_desktop.domain.calls import LogRow, RejectedRow
from crm_desktop.importers.call_logs.android_calls import AndroidCalls, AndroidRow
from crm_desktop.importers.call_logs.call_log_format import differing
from crm_desktop.importers.call_logs.reading import FileHead, LogSource, ReadingOptions
from crm_desktop.importers.call_logs.xml_elements import ElementReader, whole_elements

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_ROOT = re.compile(r"<calls[\s/>]")
_ELEMENT = re.compile(r"<call\s")
_ANY_ELEMENT = re.compile(r"<[A-Za-z]")
_NEEDED = frozenset({"number", "date", "type", "duration"})


class SmsBackupRestore:
    """Call backups of an Android phone."""

    name = "smsbackuprestore_calls_xml"
    shared = False
    title = "SMS Backup & Restore, calls (Android, XML)"
    recognized_by = "an XML file whose root is <calls> with elements <call number date type duration />"

    def sniff(self, head: FileHead) -> float:
        """Return 1 for the root and an element of this format."""
        text = _COMMENT.sub("", head.text)
        root = _ROOT.search(text)
        if root is None:
            return 0.0
        before = text[: root.start()]
        if _ANY_ELEMENT.search(before) and "<!DOCTYPE" not in before:
            return 0.0
        return 1.0 if _ELEMENT.search(text, root.end() - 1) else 0.9

    def read(self, source: LogSource, options: ReadingOptions) -> Iterator[LogRow]:
        """Yield the rows. Raises ForeignFileError ``log_has_doctype``, ``log_format_differs``."""
        calls = AndroidCalls(options)
        elements = ElementReader(root="calls", tag="call").read(source.text())
        for element in whole_elements(elements, _NEEDED, otherwise=differing(source.path, self)):
            if isinstance(element, RejectedRow):
                yield element
                continue
            line, given = element
            row = AndroidRow(
                date=given.get("date", ""), kind=given.get("type", ""), number=given.get("number", ""),
                duration=given.get("duration", ""), name=given.get("contact_name", ""),
                post_dial=given.get("post_dial_digits"),
            )  # fmt: skip
            yield calls.read(line, row, partial(shown, given))


def shown(given: Mapping[str, str]) -> str:
    """Return an element as the report shows it."""
    return " ".join(f'{name}="{value}"' for name, value in given.items())
