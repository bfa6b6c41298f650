"""What a failed call says about its credential: Dify's exceptions as the outcomes of a report."""

from __future__ import annotations

import re
from dataclasses import dataclass

_BY_CLASS = {
    "InvokeRateLimitError": "rate_limited",
    "InvokeAuthorizationError": "unauthorized",
    "CredentialsValidateFailedError": "unauthorized",
    "InvokeServerUnavailableError": "server_error",
    "InvokeConnectionError": "server_error",
    "InvokeBadRequestError": "caller_error",
    "TimeoutError": "timed_out",
    "TimeoutException": "timed_out",  # httpx
    "Timeout": "timed_out",  # requests
}
# Providers answer a spent account with 429, 400, 402 or 403; only their words tell it from a limit.
_OUT_OF_CREDIT = re.compile(
    r"insufficient[_ ](quota|balance|credit|funds)|exceeded your current quota|credit balance is too low|payment required"
    r"|billing_hard_limit|out of credits?",
    re.IGNORECASE,
)
_TIMED_OUT = re.compile(r"timed? ?out", re.IGNORECASE)
_RETRY_AFTER = re.compile(
    r"retry[-_ ]after\W{0,4}(?:in )?(\d+(?:\.\d+)?)\s*(ms)?|try again in (\d+(?:\.\d+)?)\s*(ms|m\b)?", re.IGNORECASE
)
_LONGEST_RETRY_AFTER_S = 24 * 3600.0


@dataclass(frozen=True)
class Failure:
    outcome: str
    retry_after: float  # seconds; 0 is not known


def failure_of(error: BaseException) -> Failure | None:
    """None if the error says nothing about the credential: a plugin that is not there, a fault of Dify's own."""
    outcome = next((_BY_CLASS[kind.__name__] for kind in type(error).__mro__ if kind.__name__ in _BY_CLASS), None)
    if outcome is None:
        return None
    text = str(error)
    if outcome in ("rate_limited", "unauthorized", "caller_error") and _OUT_OF_CREDIT.search(text):
        return Failure("out_of_credit", 0)
    if outcome == "server_error" and _TIMED_OUT.search(text):
        return Failure("timed_out", 0)
    return Failure(outcome, _retry_after(text) if outcome in ("rate_limited", "server_error") else 0)


def _retry_after(text: str) -> float:
    found = _RETRY_AFTER.search(text)
    if found is None:
        return 0
    number, unit = (found.group(1), found.group(2)) if found.group(1) else (found.group(3), found.group(4))
    seconds = float(number) * {"m": 60}.get((unit or "").lower(), 1) / (1000 if (unit or "").lower() == "ms" else 1)
    return min(seconds, _LONGEST_RETRY_AFTER_S)
