"""Windows: the messages about the session (WM_WTSSESSION_CHANGE) and about power (WM_POWERBROADCAST)."""

import ctypes
import ctypes.wintypes
from collections.abc import Callable

from PySide6.QtCore import QAbstractNativeEventFilter, QByteArray, QCoreApplication
from PySide6.QtWidgets import QWidget

from crm_desktop.ui.shell.session_watch_base import SessionWatch

# winuser.h and wtsapi32.h
_WM_POWERBROADCAST, _PBT_APMSUSPEND = 0x0218, 0x0004
_WM_WTSSESSION_CHANGE = 0x02B1
_WTS_CONSOLE_DISCONNECT, _WTS_REMOTE_DISCONNECT, _WTS_SESSION_LOCK = 0x2, 0x4, 0x7
_LEAVING = {
    (_WM_POWERBROADCAST, _PBT_APMSUSPEND),
    (_WM_WTSSESSION_CHANGE, _WTS_CONSOLE_DISCONNECT),  # another user is switched to
    (_WM_WTSSESSION_CHANGE, _WTS_REMOTE_DISCONNECT),
    (_WM_WTSSESSION_CHANGE, _WTS_SESSION_LOCK),
}
_NOTIFY_FOR_THIS_SESSION = 0
_EventType = QByteArray | bytes | bytearray | memoryview


def means_leaving(message: int, parameter: int) -> bool:
    """Tell whether a window message says that the person leaves."""
    return (message, parameter) in _LEAVING


class _MessageFilter(QAbstractNativeEventFilter):
    """Looks at each message of the thread's windows and takes none away."""

    def __init__(self, left: Callable[[], object]) -> None:
        super().__init__()
        self._left = left

    def nativeEventFilter(self, eventType: _EventType, message: int) -> tuple[bool, int]:  # noqa: N803
        """Read the message at the address Qt gives."""
        if QByteArray(eventType).data() == b"windows_generic_MSG":
            read = ctypes.wintypes.MSG.from_address(int(message))
            if means_leaving(read.message, read.wParam):
                self._left()
        return False, 0


class WindowsSessionWatch(SessionWatch):
    """Asks Windows for the session's messages; power messages come to every window unasked."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._handle: int | None = int(window.winId())
        self._filter = _MessageFilter(self.left.emit)
        application = QCoreApplication.instance()
        if application is not None:
            application.installNativeEventFilter(self._filter)
        # It fails where the terminal services do not run: then only sleep is heard of.
        _terminal_services().WTSRegisterSessionNotification(self._handle, _NOTIFY_FOR_THIS_SESSION)

    def stop(self) -> None:
        """Give the messages back."""
        if self._handle is None:
            return
        _terminal_services().WTSUnRegisterSessionNotification(self._handle)
        self._handle = None
        application = QCoreApplication.instance()
        if application is not None:
            application.removeNativeEventFilter(self._filter)


def _terminal_services() -> ctypes.CDLL:
    """Return wtsapi32 with the types of what is called; the attribute exists on Windows only."""
    library: ctypes.CDLL = vars(ctypes)["windll"].wtsapi32
    for name in ("WTSRegisterSessionNotification", "WTSUnRegisterSessionNotification"):
        function = getattr(library, name)
        function.restype = ctypes.wintypes.BOOL
    library.WTSRegisterSessionNotification.argtypes = [ctypes.wintypes.HWND, ctypes.wintypes.DWORD]
    library.WTSUnRegisterSessionNotification.argtypes = [ctypes.wintypes.HWND]
    return library
