"""Keeps keys out of core dumps. No more is promised: Python cannot wipe what it copied."""

import ctypes
import sys

_PR_SET_DUMPABLE = 4
# SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX: Windows' error reporting makes no dump of this process.
_NO_ERROR_REPORTING = 0x0001 | 0x0002


def disable_core_dumps() -> bool:
    """Forbid core dumps of this process; call once at start. Return whether the system agreed."""
    if sys.platform == "win32":
        ctypes.windll.kernel32.SetErrorMode(_NO_ERROR_REPORTING)
        return True
    else:  # noqa: RET505 - what follows is unknown on Windows, and checked for each system apart
        import resource

        _, highest = resource.getrlimit(resource.RLIMIT_CORE)
        resource.setrlimit(resource.RLIMIT_CORE, (0, highest))
        # A dump handler that is a pipe ignores the limit; Linux has a second switch for that.
        return sys.platform != "linux" or bool(ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) == 0)
