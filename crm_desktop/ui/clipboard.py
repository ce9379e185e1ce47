"""Secrets on the clipboard: marked as not for any history, taken back after a while, at lock and at the end.

The marks are requests that clipboard managers honour (KDE, Windows' history and cloud clipboard, macOS by
nspasteboard.org); nothing here keeps another program from reading what lies on the clipboard meanwhile.
"""

import hashlib
import secrets
import sys
from collections.abc import Callable

import PySide6.QtGui
from PySide6.QtCore import QMimeData, QObject, QTimer
from PySide6.QtGui import QClipboard, QGuiApplication

KEPT_S = 20
"""How long a secret stays on the clipboard (design, section 2)."""

_APPLE_MARK = "org.nspasteboard.ConcealedType"
_APPLE_MIME = "application/x-nspasteboard-concealed-type"


def not_for_history(platform: str) -> dict[str, bytes]:
    """Return the formats that ask clipboard managers of ``platform`` (as sys.platform) to keep no copy.

    Windows: Microsoft's clipboard formats, where a DWORD 0 means no; KDE's hint is known by the managers of
    all Linux desktops; macOS: the concealed type of nspasteboard.org.
    """
    if platform == "win32":
        return {
            _windows("ExcludeClipboardContentFromMonitorProcessing"): bytes(4),
            _windows("CanIncludeInClipboardHistory"): bytes(4),
            _windows("CanUploadToCloudClipboard"): bytes(4),
        }
    if platform == "darwin":
        return {_APPLE_MIME: b"1"}
    return {"x-kde-passwordManagerHint": b"secret"}


def _windows(name: str) -> str:
    """Return the MIME type that Qt registers as the Windows clipboard format ``name``."""
    return f'application/x-qt-windows-mime;value="{name}"'


class SecretClipboard(QObject):
    """Remembers, without the text itself, what was put on one clipboard, and takes it back in time."""

    def __init__(
        self, clipboard: QClipboard, parent: QObject | None = None, *, kept_s: float = KEPT_S
    ) -> None:
        super().__init__(parent)
        self._clipboard = clipboard
        self._salt = secrets.token_bytes(16)
        self._digest: bytes | None = None
        self._converter = apple_converter(vars(PySide6.QtGui).get("QUtiMimeConverter"))
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(int(kept_s * 1000))
        self._timer.timeout.connect(self.forget)

    @staticmethod
    def of(app: QGuiApplication) -> "SecretClipboard":
        """Return the one of ``app``, a child of it; it is emptied when the program ends."""
        known = app.property("crm_secret_clipboard")
        if isinstance(known, SecretClipboard):
            return known
        made = SecretClipboard(app.clipboard(), app)
        app.setProperty("crm_secret_clipboard", made)
        # An X server's clipboard manager is handed the content when the program ends.
        app.aboutToQuit.connect(made.forget)
        return made

    @property
    def holds_secret(self) -> bool:
        """Whether the secret copied last still lies on the clipboard."""
        return self._digest is not None and self._digest_of(self._clipboard.text()) == self._digest

    def copy(self, text: str) -> None:
        """Put ``text`` on the clipboard, marked, for a limited time."""
        data = QMimeData()
        data.setText(text)
        for name, value in not_for_history(sys.platform).items():
            data.setData(name, value)
        self._digest = self._digest_of(text)
        self._clipboard.setMimeData(data)
        self._timer.start()

    def forget(self) -> None:
        """Take the secret back, unless somebody copied something else since."""
        if self.holds_secret:
            self._clipboard.clear()
        self._digest = None
        self._timer.stop()

    def forget_ours(self) -> None:
        """Take back whatever this program copied; what another program copied stays."""
        self.forget()
        if self._clipboard.ownsClipboard():
            self._clipboard.clear()

    def _digest_of(self, text: str) -> bytes:
        return hashlib.sha256(self._salt + text.encode("utf-8", errors="surrogatepass")).digest()


def copy_secret(text: str) -> None:
    """Copy a code, a password or bank data: kept out of clipboard histories and cleared after 20 s.

    Raises TypeError without a running application.
    """
    _of_the_program().copy(text)


def forget_copies() -> None:
    """Clear the clipboard where it holds something of this program: the window locks or closes."""
    _of_the_program().forget_ours()


def _of_the_program() -> SecretClipboard:
    app = QGuiApplication.instance()
    if not isinstance(app, QGuiApplication):
        raise TypeError("no application")
    return SecretClipboard.of(app)


def apple_converter(base: type | None) -> object | None:
    """Return what gives the mark its own type on the Mac's pasteboard, as long as it is kept.

    ``base`` is Qt's QUtiMimeConverter, which exists on that system only: None elsewhere.
    """
    if base is None:
        return None
    methods: dict[str, Callable[..., object]] = {
        "utiForMime": lambda _self, mime: _APPLE_MARK if mime == _APPLE_MIME else "",
        "mimeForUti": lambda _self, uti: _APPLE_MIME if uti == _APPLE_MARK else "",
        "convertToMime": lambda _self, _mime, data, _uti: data[0] if data else b"",
        "convertFromMime": lambda _self, _mime, data, _uti: [data],
    }
    made: object = type("ConcealedTypeConverter", (base,), methods)()
    return made
