"""macOS: the screen's lock (a distributed notification) and sleep (a notification of the workspace).

Spoken to through the Objective-C runtime alone, so that no bridge has to be shipped. Both centres deliver
on the thread that registered, here the main one, whose run loop is Qt's own.
"""

import ctypes
import ctypes.util
from collections.abc import Callable
from typing import Protocol

from PySide6.QtWidgets import QWidget

from crm_desktop.ui.shell.session_watch_base import SessionWatch

_SCREEN_LOCKED = "com.apple.screenIsLocked"
_WILL_SLEEP = "NSWorkspaceWillSleepNotification"
_SWITCHED_AWAY = "NSWorkspaceSessionDidResignActiveNotification"
_CLASS = "CTCRMSessionObserver"
_SELECTOR = "personLeft:"


class Messenger(Protocol):
    """The three things needed of the Objective-C runtime; objects are their addresses."""

    def send(self, receiver: str | int, selector: str, *objects: int | None) -> int:
        """Send a message, to a class by its name or to an object; return the object it answers with."""

    def string(self, text: str) -> int:
        """Return an NSString."""

    def selector(self, name: str) -> int:
        """Return a selector."""

    def observer(self, class_name: str, selector: str, told: Callable[[], object]) -> int:
        """Return a new object that calls ``told`` when it is sent ``selector`` with one argument."""


class MacSessionWatch(SessionWatch):
    """Observes the notifications until it is stopped."""

    def __init__(self, window: QWidget, *, runtime: Messenger | None = None) -> None:
        super().__init__(window)
        self._runtime = runtime or ObjectiveC()
        self._observer: int | None = self._runtime.observer(_CLASS, _SELECTOR, self.left.emit)
        distributed = self._runtime.send("NSDistributedNotificationCenter", "defaultCenter")
        workspace = self._runtime.send(
            self._runtime.send("NSWorkspace", "sharedWorkspace"), "notificationCenter"
        )
        self._centres = (distributed, workspace)
        for centre, name in (
            (distributed, _SCREEN_LOCKED),
            (workspace, _WILL_SLEEP),
            (workspace, _SWITCHED_AWAY),
        ):
            self._runtime.send(
                centre, "addObserver:selector:name:object:", self._observer,
                self._runtime.selector(_SELECTOR), self._runtime.string(name), None,
            )  # fmt: skip

    def stop(self) -> None:
        """Observe no more."""
        observer, self._observer = self._observer, None
        if observer is not None:
            for centre in self._centres:
                self._runtime.send(centre, "removeObserver:", observer)


class ObjectiveC:
    """The runtime of the running process (objc/runtime.h, objc/message.h)."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL(ctypes.util.find_library("objc"))
        for name in ("objc_getClass", "sel_registerName", "objc_allocateClassPair", "class_addMethod"):
            getattr(self._library, name).restype = ctypes.c_void_p
        # What a method is called with must live as long as the class, which is for ever.
        self._methods: list[object] = []

    def send(self, receiver: str | int, selector: str, *objects: int | None) -> int:
        """Send a message whose arguments and answer are objects."""
        address = self._class(receiver) if isinstance(receiver, str) else receiver
        # The arguments have to be passed as the method declares them: never as variable arguments.
        pointers = [ctypes.c_void_p] * (2 + len(objects))
        message = ctypes.CFUNCTYPE(ctypes.c_void_p, *pointers)(("objc_msgSend", self._library))
        return int(message(address, self.selector(selector), *objects) or 0)

    def string(self, text: str) -> int:
        """Return an NSString of ``text``."""
        characters = ctypes.create_string_buffer(text.encode("utf-8"))
        return self.send("NSString", "stringWithUTF8String:", ctypes.addressof(characters))

    def selector(self, name: str) -> int:
        """Return the selector ``name``."""
        return int(self._library.sel_registerName(name.encode("ascii")))

    def observer(self, class_name: str, selector: str, told: Callable[[], object]) -> int:
        """Make a class with one method and return an object of it."""
        kind = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)

        def call(_object: int, _selector: int, _notification: int) -> None:
            told()

        method = kind(call)
        self._methods.append(method)
        # A class lives as long as the process: a second window must not meet the first one's.
        library, name = self._library, f"{class_name}{len(self._methods)}{id(self):x}".encode("ascii")
        made = ctypes.c_void_p(
            library.objc_allocateClassPair(ctypes.c_void_p(self._class("NSObject")), name, ctypes.c_size_t(0))
        )
        library.class_addMethod(made, ctypes.c_void_p(self.selector(selector)), method, b"v@:@")
        library.objc_registerClassPair(made)
        return self.send(int(made.value or 0), "new")

    def _class(self, name: str) -> int:
        return int(self._library.objc_getClass(name.encode("ascii")) or 0)
