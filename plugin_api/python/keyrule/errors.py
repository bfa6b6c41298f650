"""What can go wrong, as exceptions. Their text is one line: what, where, how to mend. It never holds a secret."""

from __future__ import annotations

import json
from typing import Any


class KeyruleError(Exception):
    """The base of all. `status` is the C interface's number, 0 where the library was not asked."""

    status = 0

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        if status is not None:
            self.status = status


class LibraryNotFound(KeyruleError):
    """libkeyrule.so is nowhere, or serves another version of the interface."""


class UsageError(KeyruleError, ValueError):
    """A wrong argument, or a call out of order."""

    status = -1


class PolicyError(KeyruleError):
    """The policy has errors. `diagnostics` holds all of them, as `keyrule check --json` prints them."""

    status = -2

    def __init__(self, message: str, status: int | None = None, lines: str = "") -> None:
        super().__init__(message, status)
        self.diagnostics: list[dict[str, Any]] = [json.loads(line) for line in lines.splitlines() if line]


class FileError(KeyruleError, OSError):
    """A file or the store cannot be read."""

    status = -3


class KeyFileError(KeyruleError):
    """The master key is missing, readable by others, or another store's."""

    status = -4


class FormatError(KeyruleError):
    """The store was written by a newer version."""

    status = -5


class DamagedStoreError(KeyruleError):
    """The store is damaged; nothing was changed."""

    status = -6


class InternalError(KeyruleError):
    """A fault of Keyrule itself; please report it."""

    status = -9


class NoCredentials(KeyruleError):
    """The decision names no credential to open."""

    status = -7


class Revoked(NoCredentials):
    """The chosen credential was revoked or disabled after the decision: decide again."""

    status = -10


class Refused(NoCredentials):
    """The policy refuses the call. `reason` is a word, `message` the policy's own text if there is one."""

    def __init__(self, reason: str, message: str, rule: str) -> None:
        super().__init__(f"refused by rule {rule or '(none)'}: {message or reason}")
        self.reason = reason
        self.message = message
        self.rule = rule

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.reason, self.message, self.rule)


class LeftToHost(NoCredentials):
    """The policy leaves the choice to the host: use the credential that is used without Keyrule."""


class MustWait(NoCredentials):
    """Nothing is eligible yet: ask again with `next()` after `retry_after` seconds."""

    def __init__(self, retry_after: float) -> None:
        super().__init__(f"no credential is free yet; ask again in {retry_after:g} s")
        self.retry_after = retry_after

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.retry_after,)


_BY_STATUS: dict[int, type[KeyruleError]] = {
    kind.status: kind
    for kind in (UsageError, FileError, KeyFileError, FormatError, DamagedStoreError, NoCredentials, Revoked)
}


def from_status(status: int, message: str, diagnostics: str) -> Exception:
    """The exception for a status of the C interface."""
    if status == PolicyError.status:
        return PolicyError(message, status, diagnostics)
    if status == -8:
        return MemoryError(message or "keyrule ran out of memory")
    return _BY_STATUS.get(status, InternalError)(message or f"status {status}", status)


def no_credentials(verdict: int, reason: str, message: str, rule: str, retry_after_ms: int) -> NoCredentials:
    """Why a decision with this verdict of the C interface (0 deny, 2 host, 3 wait) has nothing to open."""
    if verdict == 2:
        return LeftToHost("the policy leaves the choice to the host")
    if verdict == 3:
        return MustWait(retry_after_ms / 1000)
    return Refused(reason, message, rule)
