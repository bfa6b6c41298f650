"""What is known about the call under way: which app, node, run and user it is for.

Each patched path of Dify enters a context with the facts that it knows; a path further in adds its own. A context is bound to
the thread of execution by a ContextVar, so greenlets and threads do not see each other's. Nothing here knows Dify.
"""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any


class CallContext:
    """The facts of one execution: of a node, a message, a search. Not changed once made, but for what it remembers.

    `path` names the way into Dify's code (`node`, `app`, `search`, …). `facts` maps attribute paths of the schema to values.
    `remembered` holds the decisions of this execution, so that one execution decides once; `deciding` is held while that is
    done, as threads of one execution may call at once.
    """

    __slots__ = ("app_environment", "deciding", "facts", "path", "remembered", "spends_where_it_looks")

    def __init__(
        self,
        path: str,
        facts: Mapping[str, Any],
        app_environment: str | None = None,
        *,
        spends_where_it_looks: bool = False,
    ) -> None:
        self.path = path
        self.facts: dict[str, Any] = {name: value for name, value in facts.items() if value not in (None, "")}
        self.app_environment = app_environment
        self.remembered: dict[Any, Any] = {}
        self.deciding = threading.Lock()
        self.spends_where_it_looks = spends_where_it_looks

    def within(self, path: str, facts: Mapping[str, Any], **changes: Any) -> CallContext:
        """The context of an execution inside this one: all that is known here, and `facts`."""
        return CallContext(path, {**self.facts, **facts}, self.app_environment, **changes)

    def __deepcopy__(self, _: object) -> CallContext:
        return self  # Dify copies credentials deeply, and with them whoever they were looked up for


NOWHERE = CallContext("none", {})
"""The console, publish validation, and whatever no patched path leads to."""

_current: ContextVar[CallContext] = ContextVar("keyrule_call")


def current() -> CallContext:
    return _current.get(NOWHERE)


@contextmanager
def entered(context: CallContext) -> Iterator[None]:
    token = _current.set(context)
    try:
        yield
    finally:
        _current.reset(token)


def iterate(context: CallContext, generator: Generator[Any, Any, Any]) -> Generator[Any, Any, Any]:
    """The generator, with the context entered around each step and not between them: whoever consumes it interleaves others."""
    sent = None
    raised: BaseException | None = None
    while True:
        try:
            with entered(context):
                item = generator.send(sent) if raised is None else generator.throw(raised)
        except StopIteration as stop:
            return stop.value
        sent, raised = None, None
        try:
            sent = yield item
        except GeneratorExit:
            with entered(context):
                generator.close()
            raise
        except BaseException as error:
            raised = error
