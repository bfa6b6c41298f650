"""Where the stand-in of Dify spends: writes down who paid, and fails on command."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

calls: list[tuple[str, str]] = []  # what was called, and the key that paid
looks: list[str] = []  # keys that schemas were looked up with
counts_by_provider = False  # counting tokens needs a key
faults: dict[str, list[Any]] = {}  # key: exceptions, one a call; Inside(n, exception) fails after n pieces


class InvokeError(ValueError):
    pass


class InvokeRateLimitError(InvokeError):
    pass


class InvokeAuthorizationError(InvokeError):
    pass


class InvokeServerUnavailableError(InvokeError):
    pass


class InvokeBadRequestError(InvokeError):
    pass


class Inside:
    def __init__(self, pieces: int, error: Exception) -> None:
        self.pieces = pieces
        self.error = error


def clear() -> None:
    calls.clear()
    looks.clear()
    faults.clear()


def pay(what: str, credentials: dict[str, Any], stream: bool) -> Any:
    if stream:
        return _pieces(what, credentials)
    fault = _spend(what, credentials)
    if fault is not None:
        raise fault
    return SimpleNamespace(usage=SimpleNamespace(total_tokens=10, total_price="0.5", currency="USD"))


def _spend(what: str, credentials: dict[str, Any]) -> Any:
    assert type(credentials) is dict, "what goes out is a plain dict"
    key = credentials.get("openai_api_key") or credentials.get("api_key")
    calls.append((what, str(key)))
    waiting = faults.get(str(key))
    return waiting.pop(0) if waiting else None


def _pieces(what: str, credentials: dict[str, Any]) -> Iterator[Any]:
    """Lazy, as Dify's: nothing is spent before the first piece is asked for."""
    fault = _spend(what, credentials)
    if isinstance(fault, Exception):
        raise fault
    for number in range(3):
        if fault is not None and number == fault.pieces:
            raise fault.error
        usage = SimpleNamespace(total_tokens=10, total_price="0.5", currency="USD") if number == 2 else None
        yield SimpleNamespace(text=f"piece {number}", delta=SimpleNamespace(usage=usage))
