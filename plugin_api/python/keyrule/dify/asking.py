"""Asks the policy until there is something to spend: for one call, or for what another service of Dify is going to spend.

A `wait` is waited for, what was taken back since is decided again, refusals are raised with their words. One execution decides
once, whichever of its threads asks first.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from . import choice
from .choice import Choice
from .compliance import check_compliance
from .context import CallContext

_MOST_DECISIONS_AGAIN = 3  # after a revocation between decision and use


class Asker:
    """`remembers`: the context is an execution under way, which keeps its choice."""

    def __init__(self, configuration: Any, model_type: Any, model: str, context: CallContext, *, remembers: bool) -> None:
        self._configuration = configuration
        self._model_type = model_type
        self._model = model
        self._context = context
        self._remembers = remembers

    def look(self) -> Any:
        """The decision that a call would get, dry. Raises what the engine raises."""
        return choice.look(self._configuration, self._model_type, self._model, self._context)

    def first(self) -> Choice:
        """The execution's choice, made now if there is none."""
        if not self._remembers:
            return self.choose()
        with self._context.deciding:
            return self.remembered() or self.remember(self.choose())

    def choose(self) -> Choice:
        try:
            return choice.choose(self._configuration, self._model_type, self._model, self._context)
        except Exception as problem:
            raise self.cannot_decide(problem) from problem

    def next(self, chosen: Choice) -> Choice:
        try:
            return chosen.next()
        except Exception as problem:
            raise self.cannot_decide(problem) from problem

    def spendable(self, chosen: Choice, problem: Exception | None = None) -> tuple[Choice, dict[str, Any] | None]:
        """The choice that is spent, and its credentials; None: the host's own. `problem` is what an earlier call failed with."""
        again = 0
        while True:
            if chosen.verdict == "host":
                return self.remember(chosen), None
            if chosen.verdict == "wait":
                time.sleep(chosen.decision.retry_after_ms / 1000)  # gevent's where gevent has patched it
                chosen = self._instead_of(chosen, self.next)
                continue
            if chosen.verdict != "use":
                self.forget(chosen)
                raise _refusal(chosen, problem)
            credentials = self._opened(chosen)
            if credentials is not None:
                return self.remember(chosen), credentials
            again += 1
            if again > _MOST_DECISIONS_AGAIN:
                raise self.cannot_decide(RuntimeError()) from problem
            chosen = self._instead_of(chosen, lambda _: self.choose())

    def _opened(self, chosen: Choice) -> dict[str, Any] | None:
        """The credentials of the choice; None if they were taken back since it was made."""
        from keyrule import Revoked

        try:
            credentials = chosen.credentials()
        except Revoked:
            return None
        except Exception as problem:
            raise self.cannot_decide(problem) from problem
        check_compliance(chosen.credential_id, self._configuration.provider.provider)
        return credentials

    def _instead_of(self, chosen: Choice, ask: Callable[[Choice], Choice]) -> Choice:
        """Another choice, unless another thread of this execution has it already."""
        if not self._remembers:
            return ask(chosen)
        with self._context.deciding:
            found = self.remembered()
            return found if found is not None and found is not chosen else self.remember(ask(chosen))

    def cannot_decide(self, problem: Exception) -> Exception:
        """The refusal, which stands in the record as well."""
        return choice.cannot_decide(problem, self._configuration, self._model_type, self._model, self._context)

    # -- remembering

    def _key(self) -> tuple[str, str, str]:
        return self._configuration.provider.provider, str(self._model_type), self._model

    def remembered(self) -> Choice | None:
        return self._context.remembered.get(self._key()) if self._remembers else None

    def remember(self, chosen: Choice) -> Choice:
        if self._remembers:
            self._context.remembered[self._key()] = chosen
        return chosen

    def forget(self, chosen: Choice) -> None:
        if self.remembered() is chosen:
            self._context.remembered.pop(self._key(), None)


def _refusal(chosen: Choice, problem: Exception | None) -> Exception:
    """The policy's own words where it has some; else, after a failed call, what the provider said."""
    if problem is not None and chosen.decision.reason != "denied":
        return problem
    refusal = chosen.refusal()
    refusal.__cause__ = problem
    return refusal
