"""The moment of use: ModelInstance._round_robin_invoke, through which Dify makes every call that is paid.

One decision an execution, kept in its context. Its credential goes into this call alone; what became of it is reported; a call
that failed for reasons of the credential or the provider goes on with the policy's next one. Refusals are raised here, in the
node, because Dify leaves streams open that are refused while a run is being built.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from . import choice, process
from .choice import Choice
from .compliance import check_compliance
from .context import NOWHERE, CallContext, current
from .lookup import Looked, without_secrets
from .outcome import failure_of
from .stream import Clock, Usage, begin, relay, usage_of

_log = logging.getLogger("keyrule")
_FREE = "get_num_tokens"  # Dify's only calls here that nobody pays
_MOST_DECISIONS_AGAIN = 3  # after a revocation between decision and use


def round_robin_invoke(original: Callable[..., Any]) -> Callable[..., Any]:
    def _round_robin_invoke(self: Any, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return _Use(original, self, function, args, kwargs).run()

    return _round_robin_invoke


class _Use:
    """One call through a ModelInstance."""

    def __init__(self, original: Any, instance: Any, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self._original = original
        self._instance = instance
        self._function = function
        self._args = args
        self._kwargs = kwargs
        bundle = instance.provider_model_bundle
        self._configuration = bundle.configuration
        self._model_type = bundle.model_type_instance.model_type
        # The instance has it under another name in older Dify; every call carries it.
        self._model = kwargs.get("model") or getattr(instance, "model_name", None) or instance.model
        given = kwargs.get("credentials")
        self._looked = given if isinstance(given, Looked) else None
        self._context, self._is_execution = self._whose()

    def run(self) -> Any:
        if process.is_left_to_host(self._context.path):
            return self._by_host()
        if getattr(self._function, "__name__", "") == _FREE:
            return self._count()
        return self._spend()

    def _whose(self) -> tuple[CallContext, bool]:
        """Whom this call is for, and whether that is an execution under way, which decides once."""
        here = current()
        looked = self._looked.context if self._looked is not None else NOWHERE
        if here is NOWHERE:
            return looked, False
        dataset = looked.facts.get("dataset.id")
        if dataset is not None and "dataset.id" not in here.facts:
            return here.within(here.path, {"dataset.id": dataset}), False
        return here, True

    # -- without spending

    def _count(self) -> Any:
        """Counting tokens: with the credential that is or would be spent, and without any turn."""
        known = self._context.remembered.get(self._key()) if self._is_execution else None
        try:
            decision = known.decision if known is not None else self._look()
            verdict = decision.verdict
            credentials = decision.credentials() if verdict == "use" else None
        except Exception as problem:
            raise choice.cannot_decide(problem) from problem
        if verdict == "host":
            return self._by_host()
        if verdict == "deny":
            raise choice.refusal_of(decision)
        return self._call(without_secrets(self._configuration, self._host()) if credentials is None else credentials)

    def _look(self) -> Any:
        return choice.look(self._configuration, self._model_type, self._model, self._context)

    # -- spending

    def _spend(self) -> Any:
        chosen = self._remembered() or self._choose()
        again = 0
        problem: Exception | None = None
        while True:
            if chosen.verdict == "host":
                self._remember(chosen)
                return self._by_host()
            if chosen.verdict == "wait":
                time.sleep(chosen.decision.retry_after_ms / 1000)  # gevent's where gevent has patched it
                chosen = self._next(chosen)
                continue
            if chosen.verdict != "use":
                raise self._refusal(chosen, problem)
            credentials = self._opened(chosen)
            if credentials is None:  # taken back since the decision
                again += 1
                if again > _MOST_DECISIONS_AGAIN:
                    raise choice.cannot_decide(RuntimeError()) from problem
                self._forget()
                chosen = self._choose()
                continue
            self._remember(chosen)
            clock = Clock()
            try:
                answer = self._call(credentials)
                first, streamed = begin(answer)
            except Exception as error:
                problem = error
                chosen = self._after(chosen, error, clock)
                continue
            if streamed:
                return relay(first, answer, _Ended(chosen, clock.read()))
            _report(chosen, "ok", clock.read(), usage=usage_of(answer))
            return answer

    def _after(self, chosen: Choice, error: Exception, clock: Clock) -> Choice:
        """The next choice after a call that failed; raises the error if there can be none."""
        failure = failure_of(error)
        self._forget()
        if failure is None or (chosen.reported and failure.outcome == "caller_error"):
            raise error
        if chosen.reported:  # it served an earlier call of this execution: this one's failure is said of a decision of its own
            failed = chosen.credential_id
            chosen = self._choose()
            if chosen.verdict != "use" or chosen.credential_id != failed:
                return chosen
        _report(chosen, failure.outcome, clock.read(), failure.retry_after)
        if failure.outcome == "caller_error":
            raise error
        self._rewind()
        return self._next(chosen)

    def _refusal(self, chosen: Choice, problem: Exception | None) -> Exception:
        """The policy's own words where it has some; else, after a failed call, what the provider said."""
        if problem is not None and chosen.decision.reason != "denied":
            return problem
        refusal = chosen.refusal()
        refusal.__cause__ = problem
        return refusal

    def _choose(self) -> Choice:
        try:
            return choice.choose(self._configuration, self._model_type, self._model, self._context)
        except Exception as problem:
            raise choice.cannot_decide(problem) from problem

    @staticmethod
    def _next(chosen: Choice) -> Choice:
        try:
            return chosen.next()
        except Exception as problem:
            raise choice.cannot_decide(problem) from problem

    def _opened(self, chosen: Choice) -> dict[str, Any] | None:
        """The credentials of the choice; None if they were taken back since."""
        from keyrule import Revoked

        try:
            credentials = chosen.credentials()
        except Revoked:
            return None
        except Exception as problem:
            raise choice.cannot_decide(problem) from problem
        check_compliance(chosen.credential_id, self._configuration.provider.provider)
        return credentials

    def _rewind(self) -> None:
        """A file that the failed call has read is sent again from its beginning."""
        seek = getattr(self._kwargs.get("file"), "seek", None)
        if seek is not None:
            seek(0)

    # -- calling

    def _call(self, credentials: dict[str, Any]) -> Any:
        return self._function(*self._args, **{**self._kwargs, "credentials": credentials})

    def _by_host(self) -> Any:
        """As without Keyrule, Dify's balancer included."""
        host = self._host()
        if host is None:
            from core.errors.error import ProviderTokenNotInitError  # type: ignore[import-not-found]

            raise ProviderTokenNotInitError(f"Model {self._model} credentials is not initialized.")
        return self._original(self._instance, self._function, *self._args, **{**self._kwargs, "credentials": host})

    def _host(self) -> dict[str, Any] | None:
        if self._looked is not None:
            return self._looked.host
        # Dify has copied the credentials through a model of its own, and with that whose they are: so it is asked again.
        lookup = type(self._configuration).get_current_credentials
        host: dict[str, Any] | None = getattr(lookup, "host", lookup)(self._configuration, self._model_type, self._model)
        return host

    # -- remembering

    def _key(self) -> tuple[str, str, str]:
        return self._configuration.provider.provider, str(self._model_type), self._model

    def _remembered(self) -> Choice | None:
        return self._context.remembered.get(self._key()) if self._is_execution else None

    def _remember(self, chosen: Choice) -> None:
        if self._is_execution:
            self._context.remembered[self._key()] = chosen

    def _forget(self) -> None:
        self._context.remembered.pop(self._key(), None)


class _Ended:
    """Reports a stream once it has ended. The latency is that of the first piece."""

    def __init__(self, chosen: Choice, latency: float) -> None:
        self._chosen = chosen
        self._latency = latency

    def __call__(self, problem: BaseException | None, usage: Usage) -> None:
        failure = failure_of(problem) if problem is not None else None
        if problem is not None and failure is None:
            return  # says nothing about the credential
        outcome, retry_after = (failure.outcome, failure.retry_after) if failure is not None else ("ok", 0)
        _report(self._chosen, outcome, self._latency, retry_after, usage)


def _report(chosen: Choice, outcome: str, latency: float, retry_after: float = 0, usage: Usage | None = None) -> None:
    """A report that fails must not fail the call, which has been made."""
    usage = usage or Usage()
    try:
        chosen.report(outcome, latency=latency, retry_after=retry_after, tokens=usage.tokens, cost_usd=usage.cost_usd)
    except Exception as problem:
        _log.error("a report was lost: %s", problem)
