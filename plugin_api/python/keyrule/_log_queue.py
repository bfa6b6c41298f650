"""Lines on their way to a file in a process that runs on gevent: the loop puts them here, and a native thread writes them.

One queue a process: a child of fork, which has no such thread, makes its own, and what its parent had waiting is the parent's.
What waits is written when the process ends by itself; whoever ends it by os._exit closes the record first.
"""

from __future__ import annotations

import atexit
import collections
import os
import sys
from collections.abc import Callable
from typing import Any

MOST = 20_000  # lines that wait, some tens of megabytes; more are refused
_AT_ONCE = 200  # lines of one write
_PAUSE_S = 0.02  # so that a busy loop is disturbed by a write of many lines, and not by many writes


class LogQueue:
    """`append(text, lines)` writes; it does not raise."""

    most = MOST

    def __init__(self, append: Callable[[str, int], None]) -> None:
        self.pid = os.getpid()
        self._append = append
        self._waiting: collections.deque[str] = collections.deque()
        self._write_one = _native("_thread", "allocate_lock")()  # held by whoever writes
        self._wake = _native("_thread", "allocate_lock")()
        self._wake.acquire()
        self._sleep = _native("time", "sleep")
        _native("_thread", "start_new_thread")(self._run, ())
        atexit.register(self.write_all)

    @staticmethod
    def is_needed() -> bool:
        """gevent runs this process: where it is imported but has patched nothing, every thread waits for itself alone."""
        monkey = sys.modules.get("gevent.monkey")
        return monkey is not None and bool(monkey.is_module_patched("threading"))

    def put(self, line: str) -> bool:
        """Waits for nothing. False: too many wait already."""
        if len(self._waiting) >= MOST:
            return False
        self._waiting.append(line)
        try:
            self._wake.release()
        except RuntimeError:
            pass  # it is awake
        return True

    def write_all(self) -> None:
        """Everything that waits is written when this returns. Nothing in a child of fork."""
        if self.pid != os.getpid():
            return
        with self._write_one:
            while self._waiting:
                lines = [self._waiting.popleft() for _ in range(min(_AT_ONCE, len(self._waiting)))]
                self._append("\n".join(lines), len(lines))

    def _run(self) -> None:
        while True:
            self._wake.acquire()
            self._sleep(_PAUSE_S)
            self.write_all()


def _native(module: str, name: str) -> Any:
    """What gevent has replaced in this process."""
    from gevent import monkey

    return monkey.get_original(module, name)
