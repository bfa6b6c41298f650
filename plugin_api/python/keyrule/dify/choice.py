"""Decisions for the adapter: dry looks, and choices that are recorded and reported."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from keyrule.decision_log import id_of

from . import process
from .context import CallContext
from .errors import CredentialRefused
from .request import request_of

_log = logging.getLogger("keyrule")


def look(configuration: Any, model_type: Any, model: str, context: CallContext) -> Any:
    """The decision that a call would get, dry: takes, advances and reserves nothing. Raises what the engine raises."""
    return _ask(process.own().engine(), request_of(configuration, model_type, model, context), dry=True)


def choose(configuration: Any, model_type: Any, model: str, context: CallContext) -> Choice:
    """A decision that is going to be spent. Raises what the engine raises."""
    own = process.own()
    request = request_of(configuration, model_type, model, context)
    return Choice(_ask(own.engine(), request), own.log, request)


def _ask(engine: Any, request: dict[str, Any], *, dry: bool = False) -> Any:
    try:
        return engine.get_current_credentials(request, dry=dry)
    except UnicodeError:  # half a character, as JSON may bring one: what is not that half still counts
        request.update({name: _whole(value) for name, value in request.items()})
        return engine.get_current_credentials(request, dry=dry)


def _whole(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    return [_whole(one) for one in value] if isinstance(value, list) else value


class Choice:
    """A decision, its place in the decision log, and what became of it."""

    __slots__ = ("_id", "_log", "_request", "decision", "reported")

    def __init__(self, decision: Any, log: Any, request: Mapping[str, Any]) -> None:
        self.decision = decision
        self.reported = False
        self._log = log
        self._request = request
        self._id = ""
        if log is not None:
            text = decision.to_json()
            self._id = id_of(text)
            log.decided(text, request)

    @property
    def verdict(self) -> str:
        return str(self.decision.verdict)

    @property
    def credential_id(self) -> str:
        return str(self.decision.credential_id)

    def next(self) -> Choice:
        return Choice(self.decision.next(), self._log, self._request)

    def credentials(self) -> dict[str, Any]:
        """A fresh dict, for this call alone."""
        opened: dict[str, Any] = self.decision.credentials()
        return opened

    def report(
        self,
        outcome: str,
        *,
        latency: float,
        retry_after: float = 0,
        scope: str = "credential",
        tokens: int = 0,
        cost_usd: float = 0,
    ) -> None:
        """What became of the call. The engine counts the first report; the log has each, for a choice may serve several calls."""
        if not self.reported:
            self.reported = True
            self.decision.report(
                outcome, retry_after=retry_after, latency=latency, tokens=tokens, cost_usd=cost_usd, scope=scope
            )
        if self._log is not None:
            self._log.reported(
                self._id,
                outcome,
                round(latency * 1000),
                tokens=tokens,
                retry_after_ms=round(retry_after * 1000),
                cost_micro_usd=round(cost_usd * 1_000_000),
                limit_of=scope if outcome == "rate_limited" else None,
            )

    def refusal(self) -> CredentialRefused:
        """With the policy's words if it has any."""
        return refusal_of(self.decision)


def refusal_of(decision: Any) -> CredentialRefused:
    why = decision.message or decision.reason
    when = f", try again in {decision.retry_after_ms / 1000:g} s" if decision.retry_after_ms else ""
    return CredentialRefused(f"Keyrule: refused by rule {decision.rule or '(none)'}: {why}{when}")


def cannot_decide(
    problem: Exception, configuration: Any, model_type: Any, model: str, context: CallContext
) -> CredentialRefused:
    """The refusal of a call that Keyrule itself cannot decide: nothing is spent then, the shared credential least of all."""
    from keyrule import KeyruleError

    # Whatever else fails may speak of anything; only Keyrule's own errors are known never to hold a secret.
    why = str(problem) if isinstance(problem, KeyruleError | OSError) else type(problem).__name__
    refusal = CredentialRefused(f"Keyrule cannot decide, so nothing is spent: {why}")
    try:
        log = process.own().log
        if log is not None:
            log.undecided(why, request_of(configuration, model_type, model, context))
    except Exception as other:  # the refusal stands in any case
        _log.error("a refusal is not recorded: %s", type(other).__name__)
    return refusal
