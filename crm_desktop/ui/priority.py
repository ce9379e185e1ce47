"""Threads that give way: long work nobody waits for must not take the processor from the window.

Measured on two cores with a backup of 1 GiB: the window's thread waited up to 130 ms for a processor
beside a thread of its own rank.
"""

import contextlib
import os
import sys
import threading

# Ten steps are about a tenth of the share where both want the same processor.
_STEPS_NICER = 10


def give_way() -> None:
    """Rank the calling thread, and no other, below the window's; what the system refuses stays as it is."""
    # Refused, the work is done all the same, only less politely.
    with contextlib.suppress(OSError, AttributeError):
        _rank_lower()


if sys.platform == "win32":
    import ctypes

    _BELOW_NORMAL = -1

    def _rank_lower() -> None:
        kernel = ctypes.WinDLL("kernel32")
        kernel.GetCurrentThread.restype = ctypes.c_void_p
        kernel.SetThreadPriority.argtypes = (ctypes.c_void_p, ctypes.c_int)
        kernel.SetThreadPriority(kernel.GetCurrentThread(), _BELOW_NORMAL)

elif sys.platform == "darwin":
    import ctypes

    _UTILITY = 0x11  # QOS_CLASS_UTILITY: work a person does not wait for, with progress

    def _rank_lower() -> None:
        ctypes.CDLL(None).pthread_set_qos_class_self_np(_UTILITY, 0)

else:

    def _rank_lower() -> None:
        """Linux ranks threads one by one; elsewhere the call ranks the whole process, so it is not made."""
        if sys.platform == "linux":
            thread = threading.get_native_id()
            rank = os.getpriority(os.PRIO_PROCESS, thread)
            os.setpriority(os.PRIO_PROCESS, thread, rank + _STEPS_NICER)
