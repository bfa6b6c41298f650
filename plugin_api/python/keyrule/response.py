"""What a provider's response means for the credential that was spent: evaluator/PROVIDERS.md is the table."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from numbers import Number
from typing import Any, NamedTuple, TypeAlias, Union

from . import _binding
from ._paths import library_path
from .errors import UsageError

Headers: TypeAlias = Union[Mapping[Any, Any], Iterable[tuple[Any, Any]]]

OUTCOMES = {
    "ok": 1,
    "rate_limited": 2,
    "unauthorized": 3,
    "out_of_credit": 4,
    "timed_out": 5,
    "server_error": 6,
    "caller_error": 7,
}
SCOPES = ("credential", "model")
FAILURES = {"": 0, "connect": 1, "timeout": 2, "broken": 3, "cancelled": 4}
CALLERS_TIMEOUT = 1
LIMIT_OF_MODEL = 2
_NAMES = {number: name for name, number in OUTCOMES.items()}


class Classification(NamedTuple):
    """`row` says why: a row of evaluator/PROVIDERS.md. `scope` is whose limit it is: that of the credential, or of the credential
    with this model. `callers_timeout`: the deadline was the caller's own, and nothing rests for it. Numbers that were not said
    are 0; `tokens` are in and out together.
    """

    outcome: str
    retry_after: float  # seconds
    scope: str
    callers_timeout: bool
    input_tokens: int
    output_tokens: int
    tokens: int
    row: str


def classify_response(
    provider: str,
    status: int = 0,
    headers: Headers = (),
    body: bytes | str = b"",
    *,
    failure: str = "",
    timeout: float = 0,
    callers_timeout: bool = False,
    elapsed: float = 0,
    library: str | os.PathLike[str] | None = None,
) -> Classification:
    """Takes and reports nothing. The arguments are those of `Decision.report_response`."""
    where = os.path.abspath(library) if library is not None else library_path()
    given = arguments(provider, status, headers, body, failure, timeout, callers_timeout, elapsed)
    return classification(_binding.classify_response(os.fsencode(where), given))


def arguments(
    provider: str,
    status: int,
    headers: Headers,
    body: bytes | str,
    failure: str,
    timeout: float,
    callers_timeout: bool,
    elapsed: float,
    latency: float = 0,
    tokens: int = 0,
    cost_usd: float = 0,
) -> tuple[Any, ...]:
    """As the binding takes them."""
    number = FAILURES.get(failure) if isinstance(failure, str) else None
    if number is None:
        raise UsageError(f"no failure is named `{failure}`; failures: {', '.join(filter(None, FAILURES))}")
    return (
        integer("status", status, most=2**31),
        _bytes("provider", provider),
        _pairs(headers),
        _bytes("body", body),
        number,
        CALLERS_TIMEOUT if callers_timeout else 0,
        integer("timeout", timeout, 1000),
        integer("elapsed", elapsed, 1000),
        integer("latency", latency, 1000),
        integer("tokens", tokens),
        integer("cost_usd", cost_usd, 1_000_000),
    )


def classification(found: tuple[int, int, int, int, int, int, str]) -> Classification:
    outcome, flags, retry_after_ms, input_tokens, output_tokens, tokens, row = found
    return Classification(
        _NAMES[outcome],
        retry_after_ms / 1000,
        SCOPES[1] if flags & LIMIT_OF_MODEL else SCOPES[0],
        bool(flags & CALLERS_TIMEOUT),
        input_tokens,
        output_tokens,
        tokens,
        row,
    )


def integer(name: str, value: float, scale: int = 1, most: int = 2**62) -> int:
    """The number in the interface's unit, which has 64 bits."""
    if not isinstance(value, Number) or isinstance(value, complex):
        raise UsageError(f"{name} is of type {type(value).__name__}: it must be a number")
    try:
        scaled = value * scale
        if -most < scaled < most:
            return round(scaled)
    except (TypeError, ValueError, ArithmeticError):
        pass  # NaN, or larger than a float can be
    raise UsageError(f"{name}: {value!r} is out of range")


def _pairs(headers: Headers) -> tuple[tuple[bytes, bytes], ...]:
    """Values may be of any type that can be written: numbers are meant as they are printed."""
    pairs = []
    try:
        for name, value in headers.items() if isinstance(headers, Mapping) else headers:
            pairs.append((_text(name), _text(value)))
    except (TypeError, ValueError):  # not what a header says: it may be a secret
        raise UsageError(
            f"headers are of type {type(headers).__name__}: they must be a mapping, or pairs of a name and a value"
        ) from None
    return tuple(pairs)


def _bytes(name: str, text: Any) -> bytes:
    if not isinstance(text, (str, bytes, bytearray, memoryview)):
        raise UsageError(f"{name} is of type {type(text).__name__}: it must be a text or bytes")
    return _text(text)


def _text(text: Any) -> bytes:
    return bytes(text) if isinstance(text, (bytes, bytearray, memoryview)) else str(text).encode("utf-8", "replace")
