"""What a failed call says about its credential: Dify's exceptions as the outcomes of a report."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass

_log = logging.getLogger("keyrule")

_BY_CLASS = {
    "InvokeRateLimitError": "rate_limited",
    "InvokeAuthorizationError": "unauthorized",
    "CredentialsValidateFailedError": "unauthorized",
    "InvokeServerUnavailableError": "server_error",
    "InvokeConnectionError": "server_error",
    "InvokeBadRequestError": "caller_error",
}
# Of these names others have their own, such as Redis and SQLAlchemy, which say nothing of the provider.
_TIME_OUTS = {("builtins", "TimeoutError"), ("httpx", "TimeoutException"), ("requests.exceptions", "Timeout")}
# Providers answer a spent account with 429, 400, 402 or 403; only their words tell it from a limit.
_OUT_OF_CREDIT = re.compile(
    r"insufficient[_ ](quota|balance|credit|funds)|exceeded your current quota|credit balance is too low|payment required"
    r"|billing_hard_limit|out of credits?",
    re.IGNORECASE,
)
# What is answered to a wrong request may repeat the request, and with it what an end user wrote. So words count there only
# behind a status that the provider puts first.
_REFUSED_STATUS = re.compile(r"\A[^\d'\"{}\n]{0,60}\b40[23]\b")
# How the SDKs of OpenAI, Anthropic and their kin begin an error's text, and how Google's does, behind what Dify's plugins put
# before it.
_ANSWER = re.compile(
    r"\A(?:\[[\w .-]{1,40}\] )?(?:\w+(?: \w+){0,2} Error, )?"
    r"(?:Error code: (\d{3})(?: - (?=[{\[]))?|([45]\d\d) [A-Z_]{3,40}\. (?=\{))"
)
_TIMED_OUT = re.compile(r"timed? ?out", re.IGNORECASE)
_RETRY_AFTER = re.compile(
    r"(?:retry[-_ ]after\W{0,4}(?:in )?|try again in )((?:\d+(?:\.\d+)?\s*(?:[a-z]+\b|(?=\d)|[hms](?=\d))?[\s,]*(?:and )?)+)",
    re.IGNORECASE,
)
_PART = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z]*)", re.IGNORECASE)
_WORDS = {
    1: "ms msec millisecond milliseconds",
    1_000: "s sec secs second seconds",
    60_000: "m min mins minute minutes",
    3_600_000: "h hr hrs hour hours",
    86_400_000: "d day days",
}
_MILLISECONDS = {word: size for size, words in _WORDS.items() for word in words.split()}
_LONGEST_RETRY_AFTER_S = 24 * 3600.0


@dataclass(frozen=True)
class Failure:
    outcome: str
    retry_after: float  # seconds; 0 is not known
    scope: str = "credential"  # or "model": the credential with this model; with others it may be spent


OK = Failure("ok", 0)
UNSAID = Failure("caller_error", 0)
"""Of a failure that says nothing about the credential: nothing rests for it, and no other credential would mend it."""


def failure_of(error: BaseException, provider: str = "") -> Failure | None:
    """None if the error says nothing about the credential: a plugin that is not there, a fault of Dify's own. Where its text has the
    provider's answer, that counts as the table of dialects has it (evaluator/PROVIDERS.md), before what Dify's class says.
    """
    outcome = next(filter(None, map(_outcome_of, type(error).__mro__)), None)
    if outcome is None:
        return None
    text = str(error)
    answered = _answered(text, provider)
    if answered is not None:
        return answered
    if _says_out_of_credit(outcome, text):
        return Failure("out_of_credit", 0)
    if outcome == "server_error" and _TIMED_OUT.search(text):
        return Failure("timed_out", 0)
    return Failure(outcome, _retry_after(text) if outcome in ("rate_limited", "server_error") else 0)


def _outcome_of(kind: type) -> str | None:
    if (kind.__module__, kind.__name__) in _TIME_OUTS:
        return "timed_out"
    return _BY_CLASS.get(kind.__name__)


def _answered(text: str, provider: str) -> Failure | None:
    """None where no answer stands in the text, and where it only says what Dify's class says better."""
    found = _ANSWER.match(text)
    if found is None:
        return None
    try:
        from keyrule import classify_response

        meant = classify_response(provider, int(found[1] or found[2]), body=text[found.end() :])
    except Exception as problem:  # the library is not there: a call that failed must not fail in another way
        _log.debug("an answer is not understood: %s", type(problem).__name__)
        return None
    if meant.outcome == "ok" or (meant.outcome == "caller_error" and meant.row.startswith("generic.")):
        return None
    return Failure(meant.outcome, min(meant.retry_after, _LONGEST_RETRY_AFTER_S), meant.scope)


def _says_out_of_credit(outcome: str, text: str) -> bool:
    if outcome in ("rate_limited", "unauthorized"):
        return _OUT_OF_CREDIT.search(text) is not None
    if outcome != "caller_error":
        return False
    return _REFUSED_STATUS.match(text) is not None and _OUT_OF_CREDIT.search(text) is not None


def _retry_after(text: str) -> float:
    """`7`, `350ms`, `1h13m4.5s`, `2 hours and 5 minutes`; a number alone is of seconds. 0 where none is named."""
    found = _RETRY_AFTER.search(text)
    if found is None:
        return 0
    total, below = 0.0, float("inf")
    for number, word in _PART.findall(found.group(1)):
        unit = _MILLISECONDS.get(word.lower(), 1_000)
        if unit >= below:  # a number of something else: the time ends before it
            break
        total, below = total + float(number) * unit, unit
    return min(total / 1000, _LONGEST_RETRY_AFTER_S)
