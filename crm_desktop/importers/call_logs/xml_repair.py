"""Text that is nearly XML to text that is: what phone programs write and XML 1.0 forbids.

SMS Backup & Restore writes an emoji as two references to UTF-16 halves (``&#55357;&#56832;``), and control
characters as references. Repair needs no tree and works on pieces cut between references.
"""

import re

_REFERENCES = re.compile(
    # Written out twice: a pattern that begins with plain characters is searched for three times as fast.
    r"&#(?:[0-9]{1,10}|[xX][0-9a-fA-F]{1,8});(?:&#(?:[0-9]{1,10}|[xX][0-9a-fA-F]{1,8});)*"
)
_REFERENCE = re.compile(r"&#(?:([0-9]{1,10})|[xX]([0-9a-fA-F]{1,8}));")
_FORBIDDEN_BYTES = bytes(code for code in range(32) if code not in b"\t\n\r")


def repaired(text: str) -> bytes:
    """Return the text as UTF-8 with halves joined, lone halves as U+FFFD and control characters dropped."""
    if "&#" in text:
        text = _REFERENCES.sub(_repair_run, text)
    if "\ufffe" in text or "\uffff" in text:
        text = text.replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd")
    return text.encode("utf-8", "replace").translate(None, _FORBIDDEN_BYTES)


def _repair_run(run: re.Match[str]) -> str:
    """Repair references that follow each other without anything between."""
    out: list[str] = []
    high: int | None = None
    for reference in _REFERENCE.finditer(run[0]):
        code = int(reference[1]) if reference[1] else int(reference[2], 16)
        if high is not None:
            if 0xDC00 <= code <= 0xDFFF:
                out.append(chr(0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00)))
                high = None
                continue
            out.append("\ufffd")
            high = None
        if 0xD800 <= code <= 0xDBFF:
            high = code
        else:
            out.append(_repair_one(code, reference[0]))
    if high is not None:
        out.append("\ufffd")
    return "".join(out)


def _repair_one(code: int, reference: str) -> str:
    if code < 32 and code not in {9, 10, 13}:
        return ""
    if 0xDC00 <= code <= 0xDFFF or code > 0x10FFFF or code in {0xFFFE, 0xFFFF}:
        return "\ufffd"
    return reference
