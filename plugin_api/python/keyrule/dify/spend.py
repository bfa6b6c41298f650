"""The moment of use: ModelInstance._round_robin_invoke, through which Dify makes every call that is paid.

One decision an execution, kept in its context. Its credential goes into this call alone; what became of it is reported; a call
that failed for reasons of the credential or the provider goes on with the policy's next one. Refusals are raised here, in the
node, because Dify leaves streams open that are refused while a run is being built.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from . import process
from .asking import Asker
from .choice import Choice
from .context import NOWHERE, CallContext, current
from .lookup import Looked, without_secrets
from .names import provider_name
from .outcome import OK, UNSAID, Failure, failure_of
from .stream import Clock, Usage, begin, relay, usage_of

_log = logging.getLogger("keyrule")
_FREE = "get_num_tokens"  # Dify's only calls here that nobody pays


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
        self._context, remembers = self._whose()
        self._asker = Asker(self._configuration, self._model_type, self._model, self._context, remembers=remembers)

    def run(self) -> Any:
        if process.is_left_to_host(self._context.path, self._model_type):
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
        """Counting tokens: with the credential that is or would be spent, and without any turn. Refuses nothing: that is for the
        use, which records it, and Dify counts after a call as well, where no refusal is expected.
        """
        try:
            known = self._asker.remembered()
            decision = known.decision if known is not None else self._asker.look()
            verdict = decision.verdict
            credentials = decision.credentials() if verdict == "use" else None
        except Exception as problem:
            _log.debug("tokens are counted without a credential: %s", type(problem).__name__)
            verdict, credentials = "deny", None
        if verdict == "host":
            return self._by_host()
        if credentials is not None:
            return self._call(credentials)
        try:
            return self._call(without_secrets(self._configuration, self._host()))
        except Exception as problem:  # a plugin that asks its provider
            _log.debug("tokens are not counted: %s", type(problem).__name__)
            texts = self._kwargs.get("texts")
            return [0] * len(texts) if isinstance(texts, list) else 0

    # -- spending

    def _spend(self) -> Any:
        chosen = self._asker.first()
        problem: Exception | None = None
        while True:
            chosen, credentials = self._asker.spendable(chosen, problem)
            if credentials is None:
                return self._by_host()
            clock = Clock()
            try:
                answer = self._call(credentials)
                first, streamed = begin(answer)
            except Exception as error:
                problem = error
                chosen = self._after(chosen, error, clock)
                continue
            except BaseException:  # the greenlet is killed, or Dify's own time is up
                _report(chosen, UNSAID, clock.read())
                raise
            if streamed:
                return relay(first, answer, _Ended(chosen, clock.read(), self._provider()))
            _report(chosen, OK, clock.read(), usage=usage_of(answer))
            return answer

    def _after(self, chosen: Choice, error: Exception, clock: Clock) -> Choice:
        """The next choice after a call that failed; raises the error if there can be none."""
        failure = failure_of(error, self._provider()) or UNSAID
        self._asker.forget(chosen)
        if failure.outcome == "caller_error":
            _report(chosen, failure, clock.read())
            raise error
        if chosen.reported:  # it served an earlier call of this execution: this one's failure is said of a decision of its own
            failed = chosen.credential_id
            chosen = self._asker.choose()
            if chosen.verdict != "use" or chosen.credential_id != failed:
                return chosen
        _report(chosen, failure, clock.read())
        self._rewind()
        return self._asker.next(chosen)

    def _rewind(self) -> None:
        """A file that the failed call has read is sent again from its beginning."""
        seek = getattr(self._kwargs.get("file"), "seek", None)
        if seek is not None:
            seek(0)

    def _provider(self) -> str:
        return provider_name(str(self._configuration.provider.provider))

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


class _Ended:
    """Reports a stream once it has ended. The latency is that of the first piece."""

    def __init__(self, chosen: Choice, latency: float, provider: str) -> None:
        self._chosen = chosen
        self._latency = latency
        self._provider = provider

    def __call__(self, problem: BaseException | None, usage: Usage) -> None:
        failure = (failure_of(problem, self._provider) or UNSAID) if problem is not None else OK
        _report(self._chosen, failure, self._latency, usage)


def _report(chosen: Choice, failure: Failure, latency: float, usage: Usage | None = None) -> None:
    """A report that fails must not fail the call, which has been made."""
    usage = usage or Usage()
    try:
        chosen.report(
            failure.outcome,
            latency=latency,
            retry_after=failure.retry_after,
            scope=failure.scope,
            tokens=usage.tokens,
            cost_usd=usage.cost_usd,
        )
    except Exception as problem:
        _log.error("a report was lost: %s", problem)
