"""Have the files of a policy changed on disk?

They are found in the policy's own text: what it imports, what its tables are read from, and so on from there. A folder is never
searched: stores and records may lie beside a policy.
"""

from __future__ import annotations

import os
import re
import time

_NAMED = re.compile(rb'\b(?:import|from)(?:\s|#[^\n]*\n)*"([^"\n]+)"')
_TRY_AGAIN_S = 30.0
_Mark = tuple[int, int, int, int, int, int, int] | None


class PolicyWatch:
    """Watches the first policy file and whatever it names, directly or not; what is not there is watched for, too."""

    def __init__(self, policy: str) -> None:
        self._policy = os.path.abspath(policy)
        self._read: dict[str, _Mark] = {}  # as they were before the engine read them
        self._now: dict[str, _Mark] = {}
        self._tried: tuple[float, dict[str, _Mark]] | None = None

    def look(self) -> None:
        """Before the policy is read for the first time."""
        self._now = self._read = self._marks()

    def changed(self) -> bool:
        """True if a file differs from what was read, until `was_read`; what could not be read is tried again when it changes, and
        from time to time. False while the policy itself is not there: then it is being replaced, or there is nothing to read.
        """
        if all(_mark(path) == mark for path, mark in self._read.items()):
            return False
        self._now = self._marks()
        if self._tried is not None and self._tried[1] == self._now and time.monotonic() < self._tried[0] + _TRY_AGAIN_S:
            return False
        return self._now[self._policy] is not None

    def was_read(self) -> None:
        """After the policy was read, with what the last `changed` saw: a file that changed meanwhile counts as changed."""
        self._read, self._tried = self._now, None

    def could_not_be_read(self) -> None:
        """Instead of `was_read`."""
        self._tried = time.monotonic(), self._now

    def _marks(self) -> dict[str, _Mark]:
        """Each file's mark, from before its text was looked at."""
        found: dict[str, _Mark] = {}
        to_do = [self._policy]
        while to_do:
            path = to_do.pop()
            if path in found:
                continue
            found[path] = _mark(path)
            if path.endswith(".csv"):
                continue
            folder = os.path.dirname(path)
            to_do += [os.path.normpath(os.path.join(folder, name)) for name in _named(path)]
        return found


def _named(path: str) -> list[str]:
    try:
        with open(path, "rb") as file:
            return [os.fsdecode(name) for name in _NAMED.findall(file.read())]
    except (OSError, ValueError):
        return []


def _mark(path: str) -> _Mark:
    """What a change of the text, the owner or the mode changes. None: it is not there."""
    try:
        s = os.stat(path)
    except (OSError, ValueError):
        return None
    return s.st_dev, s.st_ino, s.st_mtime_ns, s.st_ctime_ns, s.st_size, s.st_mode, s.st_uid
