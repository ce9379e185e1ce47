"""Super Backup (SMS & Contacts), file ``calllogs_*.xml``: ``<alllogs><log number time date type name dur/>``.

``date`` is UTC in milliseconds, ``time`` a text in the phone's language that is not looked at.
"""

import re
from collections.abc import Iterator
from functools import partial

from crm_desktop.domain.calls import LogRow, RejectedRow
from crm_desktop.importers.call_logs.android_calls import AndroidCalls, AndroidRow
from crm_desktop.importers.call_logs.call_log_format import differing
from crm_desktop.importers.call_logs.reading import FileHead, LogSource, ReadingOptions
from crm_desktop.importers.call_logs.sms_backup_restore import shown
from crm_desktop.importers.call_logs.xml_elements import ElementReader, whole_elements

_ROOT = re.compile(r"<alllogs[\s/>]")
_ELEMENT = re.compile(r"<log\s")
_NEEDED = frozenset({"number", "date", "type", "dur"})


class SuperBackup:
    """Call backups of an Android phone by Super Backup."""

    name = "superbackup_calls_xml"
    shared = False
    title = "Super Backup, calls (Android, XML)"
    recognized_by = "an XML file whose root is <alllogs> with elements <log number date type dur />"

    def sniff(self, head: FileHead) -> float:
        """Return 1 for the root and an element of this format."""
        root = _ROOT.search(head.text)
        if root is None:
            return 0.0
        return 1.0 if _ELEMENT.search(head.text, root.end() - 1) else 0.9

    def read(self, source: LogSource, options: ReadingOptions) -> Iterator[LogRow]:
        """Yield the rows. Raises ForeignFileError ``log_has_doctype``, ``log_format_differs``."""
        calls = AndroidCalls(options)
        elements = ElementReader(root="alllogs", tag="log").read(source.text())
        for element in whole_elements(elements, _NEEDED, otherwise=differing(source.path, self)):
            if isinstance(element, RejectedRow):
                yield element
                continue
            line, given = element
            row = AndroidRow(
                date=given.get("date", ""), kind=given.get("type", ""), number=given.get("number", ""),
                duration=given.get("dur", ""), name=given.get("name", ""),
            )  # fmt: skip
            yield calls.read(line, row, partial(shown, given))
