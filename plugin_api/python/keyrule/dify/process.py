"""The adapter's state in this process: its settings, its engine, what is left to Dify.

The engine is opened by the first decision after a fork, never by the import, and serves one process: gunicorn's workers and the
children of a prefork pool each have their own. Moving on to a newer store or policy never happens on an event loop.
"""

from __future__ import annotations

import copy
import logging
import math
import os
import threading
import time
from collections.abc import Iterable
from typing import Any

from . import off_loop
from .names import model_type_name
from .policy_watch import PolicyWatch
from .settings import Settings

_log = logging.getLogger("keyrule")
_LOOK_EVERY_S = 1.0
_OPEN_AGAIN_AFTER_S = 1.0
_PAUSE_AFTER_FAILURE_S = 5.0

_settings: Settings | None = None
_left_to_host: frozenset[str] = frozenset()
_types_left_to_host: frozenset[str] = frozenset()
_own: dict[int, Process] = {}  # by process id: a child of fork finds none of its own


def configure(settings: Settings) -> None:
    global _settings, _left_to_host, _types_left_to_host
    _settings, _left_to_host, _types_left_to_host = settings, frozenset(), frozenset()
    _own.clear()


def forget() -> None:
    global _settings
    _settings = None
    _own.clear()


def settings() -> Settings | None:
    """None once everything is left to the host."""
    return _settings


def leave_to_host(paths: Iterable[str], model_types: Iterable[str] = ()) -> None:
    """Calls on these paths, and calls for models of these types, are not decided from now on."""
    global _left_to_host, _types_left_to_host
    _left_to_host |= frozenset(paths)
    _types_left_to_host |= frozenset(model_types)


def is_left_to_host(path: str, model_type: Any) -> bool:
    if _settings is None or path in _left_to_host:
        return True
    return bool(_types_left_to_host) and model_type_name(model_type) in _types_left_to_host


def own() -> Process:
    """This process's state; a child of fork has its own. No lock: another thread's might be held for ever after a fork."""
    pid = os.getpid()
    found = _own.get(pid)
    if found is None:
        if _settings is None:
            raise RuntimeError("keyrule.dify is not installed")
        found = _own.setdefault(pid, Process(_settings))
    return found


class Process:
    """Any thread or greenlet may ask for the engine."""

    def __init__(self, chosen: Settings) -> None:
        self.pid = os.getpid()
        self.settings = chosen
        self.log = _decision_log(chosen)
        self._engine: Any = None
        self._opening = threading.Lock()  # made here, after gevent has had the chance to make it a greenlet's
        self._failed: tuple[float, Exception] | None = None
        self._watch = PolicyWatch(chosen.policy or "")
        self._pause_until = 0.0

    def engine(self) -> Any:
        """The engine, opened if need be. Raises KeyruleError if it cannot be: whoever asks refuses the call."""
        return self._engine or self._open()

    def _open(self) -> Any:
        with self._opening:
            if self._engine is not None:
                return self._engine
            if self._failed is not None and time.monotonic() < self._failed[0]:
                raise copy.copy(self._failed[1])
            try:
                engine = off_loop.call(self._opened)
            except Exception as problem:
                _log.error("no call can be decided: %s", problem)
                # A copy, as is what others are given: an exception that was raised holds the frames that it came through,
                # and with them prompts and Dify's key, for as long as it is kept.
                self._failed = (time.monotonic() + _OPEN_AGAIN_AFTER_S, copy.copy(problem))
                raise
            self._engine, self._failed = engine, None
            off_loop.every(_LOOK_EVERY_S, self._move_on)
            return engine

    def _opened(self) -> Any:
        import keyrule

        self._watch.look()
        return keyrule.Engine(
            policy=self.settings.policy or "",
            store=self.settings.store,
            key=self.settings.key,
            refresh="manual",
            max_staleness_ms=math.ceil(self.settings.max_staleness_s * 1000),
            state=self.settings.state,
            redis_url=self.settings.redis_url,
            library=self.settings.library,
        )

    def _move_on(self) -> bool:
        """Never on an event loop: reads a policy that has changed, opens a newer generation of the store. False ends it."""
        if _own.get(os.getpid()) is not self:
            return False  # uninstalled, another installation's, or a parent's
        if time.monotonic() < self._pause_until:
            return True
        try:
            if self._watch.changed():
                self._watch.could_not_be_read()  # unless the next line comes back
                self._engine.reload()
                self._watch.was_read()
                _log.info("the policy %s was read again", self.settings.policy)
            if self._engine.stale:
                self._engine.refresh()
        except Exception as problem:  # the old policy and generation stay, and revocations hold whatever happens here
            _log.error("Keyrule stays with what it has: %s", problem)
            self._pause_until = time.monotonic() + _PAUSE_AFTER_FAILURE_S
        return True


def _decision_log(chosen: Settings) -> Any:
    if not chosen.decisions:
        return None
    from keyrule.decision_log import DecisionLog

    return DecisionLog(chosen.decisions)
