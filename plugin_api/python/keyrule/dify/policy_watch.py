"""Has a policy file changed on disk?"""

from __future__ import annotations

import os
from collections.abc import Iterator

_SUFFIXES = (".keyrule", ".csv")  # what a policy may import, and what its tables may be read from
_MOST_FILES = 1000  # a folder with more is not a folder of policies: only the first file is watched


class PolicyWatch:
    """Watches the first policy file and, as its imports lie in its folder or below, the policies and tables there."""

    def __init__(self, policy: str) -> None:
        self._policy = os.path.abspath(policy)
        self._seen: object = None

    def changed(self) -> bool:
        """True if something differs from what the last call saw. A file that is being replaced counts when it is there again."""
        try:
            now = [_mark(self._policy), *sorted(_mark(path) for path in self._others())]
        except OSError:
            return False
        if now == self._seen:
            return False
        self._seen = now
        return True

    def _others(self) -> list[str]:
        found: list[str] = []
        for number, path in enumerate(_files(os.path.dirname(self._policy))):
            if number == _MOST_FILES:
                return []
            if path.endswith(_SUFFIXES):
                found.append(path)
        return found


def _files(folder: str) -> Iterator[str]:
    for root, _, names in os.walk(folder):
        yield from (os.path.join(root, name) for name in names)


def _mark(path: str) -> tuple[str, int, int, int]:
    status = os.stat(path)
    return path, status.st_ino, status.st_mtime_ns, status.st_size
