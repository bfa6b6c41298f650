"""An engine (a policy over a store) and its decisions. What is called for each spend is compiled (`_binding`)."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Self, TypeAlias, Union

from . import _binding
from ._paths import library_path
from .errors import UsageError
from .response import CALLERS_TIMEOUT, LIMIT_OF_MODEL, OUTCOMES, SCOPES, Classification, Headers
from .response import arguments as _arguments, classification as _classification, integer as _integer

Value: TypeAlias = Union[str, int, bool, datetime, Sequence[str], Mapping[str, str], None]

Prepared: TypeAlias = _binding.Prepared

_REFRESH = {"automatic": 0, "manual": 1}
_SECRET_GAPS = {1: "unlocked", 2: "dumped", 4: "inherited"}
_log = logging.getLogger("keyrule")
_LEVELS = {1: logging.DEBUG, 2: logging.INFO, 3: logging.WARNING, 4: logging.ERROR}


def _to_logging(level: int, message: str) -> None:
    _log.log(_LEVELS.get(level, logging.ERROR), "%s", message)


class Engine(_binding.Engine):
    """Reads the policy and opens the store. Any thread may decide and close.

    `key` names the master key: a path, `systemd:NAME`, `command:PROGRAM …` or `env:NAME`; unless given, it is the
    service's credential `keyrule.key` or else the file `STORE.key`. `library` names libkeyrule.so where it is not found by
    itself. `seed` is of the random strategies; 0 is a random one. `payload_cache_bytes` bounds the memory for credentials
    that were opened once (they stay sealed); 0 is 64 MiB, 1 keeps none. `max_staleness_ms` is how
    long the store's credentials are used without a `keyrule sync` that confirms them (beyond, they are refused with the
    reason `stale`); 0 is for ever. `state` is a folder for what is counted (turns, health, calls in flight, quotas, budgets):
    all processes of the host that name the same one share it; unless given, each engine counts alone. `redis_url` names a
    Redis server (`redis://…`, `rediss://…`, `unix://…`) by which hosts share quotas, budgets and turns; no decision waits
    for it. `proof_ms` is about how long opening and reloading may look for rules that no request reaches, which are errors
    (0: a second, 1: not at all); what `keyrule check` has proved on this machine is known. Lines of the library's log go to the logger `keyrule`.

    `refresh` says who moves on when a newer generation of the store is published. "automatic": the thread whose decision
    notices it first, within that call, which takes some milliseconds longer. "manual": you, by `refresh()`; for event loops
    such as gevent's, where no call may wait for a disk: `if engine.stale: hub.threadpool.apply(engine.refresh)`.
    """

    def __init__(
        self,
        policy: str | os.PathLike[str],
        store: str | os.PathLike[str] | None = None,
        key: str | os.PathLike[str] | None = None,
        *,
        seed: int = 0,
        refresh: str = "automatic",
        payload_cache_bytes: int = 0,
        max_staleness_ms: int = 0,
        proof_ms: int = 0,
        state: str | os.PathLike[str] | None = None,
        redis_url: str | None = None,
        library: str | os.PathLike[str] | None = None,
    ) -> None:
        if refresh not in _REFRESH:
            raise UsageError(f"refresh is `{refresh}`: it must be {' or '.join(_REFRESH)}")
        for name, number in (
            ("seed", seed),
            ("payload_cache_bytes", payload_cache_bytes),
            ("max_staleness_ms", max_staleness_ms),
            ("proof_ms", proof_ms),
        ):
            if not 0 <= number < 2**64:
                raise UsageError(f"{name}: {number!r} is out of range")
        where = os.path.abspath(library) if library is not None else library_path()
        self._open(
            os.fsencode(where),
            os.fsencode(policy),
            os.fsencode(store) if store is not None else b"",
            os.fsencode(key) if key is not None else b"",
            os.fsencode(state) if state is not None else b"",
            os.fsencode(redis_url) if redis_url is not None else b"",
            _REFRESH[refresh],
            seed,
            payload_cache_bytes,
            max_staleness_ms,
            proof_ms,
            _to_logging,
            Decision,
        )

    def explain(self, request: Mapping[str, Value]) -> dict[str, Any]:
        """Why: the decision, the request, and rule by rule what failed. Always dry."""
        explained: dict[str, Any] = json.loads(self._explain(request))
        return explained

    def info(self) -> dict[str, Any]:
        """What the engine holds: the bytes of memory for secrets that are locked against swapping and that are not, what the
        system refused of their protection (`secret_gaps`: unlocked, dumped, inherited), the cache of sealed payloads, and when
        a sync last confirmed the store (`confirmed_ms`, Unix time; 0: never).
        """
        numbers = self._info()
        gaps = [word for bit, word in _SECRET_GAPS.items() if numbers["secret_gaps"] & bit]
        return {**numbers, "secret_gaps": gaps}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Decision(_binding.Decision):
    """One answer. Dropping the last reference wipes the opened payload, and so does `close` (or leaving its `with` block),
    after which the other facts can still be read.
    """

    __slots__ = ()

    def to_dict(self) -> dict[str, Any]:
        """The whole decision as the language reference describes it. Never a secret."""
        described: dict[str, Any] = json.loads(self._json())
        return described

    def to_json(self) -> str:
        """The same as a text."""
        return self._json()

    def report(
        self,
        outcome: str,
        *,
        retry_after: float = 0,
        latency: float = 0,
        tokens: int = 0,
        cost_usd: float = 0,
        scope: str = "credential",
        callers_timeout: bool = False,
    ) -> None:
        """What became of the call: ok, rate_limited, unauthorized, … Times in seconds. Later reports are ignored.

        `scope` says what rests for a failure: the "credential", or the credential with this "model" only. A `timed_out` with
        `callers_timeout` was the caller's own deadline: no credential rests for it.
        """
        number = OUTCOMES.get(outcome) if isinstance(outcome, str) else None
        if number is None:
            raise UsageError(f"no outcome is named `{outcome}`; outcomes: {', '.join(OUTCOMES)}")
        if scope not in SCOPES:
            raise UsageError(f"scope is `{scope}`: it must be {' or '.join(SCOPES)}")
        self._report(
            number,
            _integer("retry_after", retry_after, 1000),
            _integer("latency", latency, 1000),
            _integer("tokens", tokens),
            _integer("cost_usd", cost_usd, 1_000_000),
            (LIMIT_OF_MODEL if scope == "model" else 0) | (CALLERS_TIMEOUT if callers_timeout else 0),
        )

    def report_response(
        self,
        status: int = 0,
        headers: Headers = (),
        body: bytes | str = b"",
        *,
        provider: str = "",
        failure: str = "",
        timeout: float = 0,
        callers_timeout: bool = False,
        elapsed: float = 0,
        latency: float = 0,
        tokens: int = 0,
        cost_usd: float = 0,
    ) -> Classification:
        """Reports the provider's answer as it came, and gives what it means. Times in seconds; once, as `report`.

        `headers` are a mapping or pairs; `body` is JSON or the events of a stream, of which the beginning is enough, or the
        event that is an error. Of a call without an answer `failure` says what became of it: "connect", "timeout", "broken" (cut
        before it was whole) or "cancelled"; a timeout's deadline is `timeout`, or `elapsed` where that is not known, and below
        ten seconds, or with `callers_timeout`, nothing rests for it. `provider` is the decision's unless given. `tokens`, in and
        out together, are the body's unless given.
        """
        given = _arguments(provider, status, headers, body, failure, timeout, callers_timeout, elapsed, latency, tokens, cost_usd)
        return _classification(self._report_response(*given))

    def __repr__(self) -> str:
        what = self.credential_name or self.message or self.reason
        return f"<Decision {self.verdict} {''.join(c if c.isprintable() else '?' for c in what)} by {self.rule}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
