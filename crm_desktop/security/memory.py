"""Keeps keys out of core dumps. No more is promised: Python cannot wipe what it copied."""

import ctypes
import sys
from typing import Protocol

_PR_SET_DUMPABLE = 4
# errhandlingapi.h: SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX, no dialog that offers to report.
_NO_ERROR_REPORTING = 0x0001 | 0x0002
# werapi.h: WER_FAULT_REPORTING_FLAG_NOHEAP, what is reported all the same holds nothing of the heap.
_REPORT_NO_HEAP = 0x0001


class WindowsKernel(Protocol):
    """What is called of kernel32."""

    def GetErrorMode(self) -> int:  # noqa: N802 - Windows' name
        """Return the flags set now."""

    def SetErrorMode(self, mode: int, /) -> int:  # noqa: N802
        """Set the flags and return those before."""

    def WerSetFlags(self, flags: int, /) -> int:  # noqa: N802
        """Say how this process is to be reported; 0 is success."""


def disable_core_dumps() -> bool:
    """Forbid core dumps of this process; call once at start. Return whether the system agreed."""
    if sys.platform == "win32":
        return refuse_error_reports(ctypes.windll.kernel32)
    else:  # noqa: RET505 - what follows is unknown on Windows, and checked for each system apart
        import resource

        _, highest = resource.getrlimit(resource.RLIMIT_CORE)
        resource.setrlimit(resource.RLIMIT_CORE, (0, highest))
        # A dump handler that is a pipe ignores the limit; Linux has a second switch for that.
        return sys.platform != "linux" or bool(ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) == 0)


def refuse_error_reports(kernel: WindowsKernel) -> bool:
    """Keep Windows' error reporting from asking about a crash and from keeping the heap; return success.

    Dumps an administrator of the computer switched on for all programs (LocalDumps) are made all the same.
    """
    kernel.SetErrorMode(kernel.GetErrorMode() | _NO_ERROR_REPORTING)
    return kernel.WerSetFlags(_REPORT_NO_HEAP) == 0
