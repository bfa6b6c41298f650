"""Streams of answers: the first piece is awaited, so that a refusal of the provider can still go on to another credential."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

_NOTHING = object()


@dataclass(frozen=True)
class Usage:
    tokens: int = 0
    cost_usd: float = 0.0


def usage_of(answer: Any) -> Usage | None:
    """What a result or a piece of a stream says it has cost; None if it does not."""
    usage = getattr(answer, "usage", None) or getattr(getattr(answer, "delta", None), "usage", None)
    if usage is None:
        return None
    tokens = getattr(usage, "total_tokens", 0) or 0
    price = getattr(usage, "total_price", 0) or 0
    in_dollars = getattr(usage, "currency", None) == "USD"
    try:
        return Usage(int(tokens), float(price) if in_dollars else 0.0)
    except (TypeError, ValueError):
        return None


def begin(answer: Any) -> tuple[Any, bool]:
    """The first piece, awaited here, and True if `answer` is a stream. Raises what the stream raises."""
    if not isinstance(answer, Iterator):
        return None, False
    return next(answer, _NOTHING), True


def relay(first: Any, rest: Iterator[Any], ended: Callable[[BaseException | None, Usage], None]) -> Iterator[Any]:
    """The whole stream. `ended` is called once, however it ends: read to its end, failed, or given up half-way or unread."""
    relayed = _relay(first, rest, ended)
    next(relayed)  # to its first yield: only a generator that has begun notices that it is given up
    return relayed


def _relay(first: Any, rest: Iterator[Any], ended: Callable[[BaseException | None, Usage], None]) -> Iterator[Any]:
    usage, problem = Usage(), None
    try:
        yield None
        if first is not _NOTHING:
            usage = usage_of(first) or usage
            yield first
            for piece in rest:
                usage = usage_of(piece) or usage
                yield piece
    except GeneratorExit:
        close = getattr(rest, "close", None)
        if close is not None:
            close()
        raise
    except BaseException as error:  # also a greenlet that is killed
        problem = error
        raise
    finally:
        ended(problem, usage)


class Clock:
    """Seconds since it was made."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def read(self) -> float:
        return time.monotonic() - self._began
