"""An engine (a policy over a store) and its decisions."""

from __future__ import annotations

import ctypes
import enum
import json
import logging
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from ctypes import byref, c_void_p
from datetime import datetime
from threading import Lock
from typing import Any, Self, TypeAlias, Union

from . import _abi
from .errors import LeftToHost, MustWait, Refused, UsageError

Value: TypeAlias = Union[str, int, bool, datetime, Sequence[str], Mapping[str, str], None]

_log = logging.getLogger("keyrule")
_LEVELS = {1: logging.DEBUG, 2: logging.INFO, 3: logging.WARNING, 4: logging.ERROR}


@_abi.LogCallback
def _to_logging(_user: object, level: int, message: _abi.Str) -> None:
    _log.log(_LEVELS.get(level, logging.ERROR), "%s", message.text())


class _Handle:
    """Owns what C gave. Every call in flight holds a reference, so the release comes after the last of them: no lock that a
    fork could leave locked.
    """

    def __init__(self, pointer: c_void_p, release: Callable[[c_void_p], None]) -> None:
        self._as_parameter_ = pointer
        self._release = release

    def __del__(self) -> None:
        self._release(self._as_parameter_)


class Engine:
    """Reads the policy and opens the store. Any thread may decide and close.

    `key` names the master key: a path, `systemd:NAME`, `command:PROGRAM …` or `env:NAME`; unless given, it is the
    service's credential `keyrule.key` or else the file `STORE.key`. `library` names libkeyrule.so where it is not found by
    itself. `seed` is of the random strategies; 0 is a random one. `payload_cache_bytes` bounds the memory for credentials
    that were opened once (they stay sealed); 0 is 64 MiB, 1 keeps none. `max_staleness_ms` is how
    long the store's credentials are used without a `keyrule sync` that confirms them (beyond, they are refused with the
    reason `stale`); 0 is for ever. Lines of the library's log go to the logger `keyrule`.

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
        library: str | os.PathLike[str] | None = None,
    ) -> None:
        self._handle: _Handle | None = None
        if refresh not in _abi.REFRESH:
            raise UsageError(f"refresh is `{refresh}`: it must be {' or '.join(_abi.REFRESH)}")
        self._api = _abi.api(library)
        self._ids: dict[str, int] = {}
        for name, number in (
            ("seed", seed),
            ("payload_cache_bytes", payload_cache_bytes),
            ("max_staleness_ms", max_staleness_ms),
        ):
            if not 0 <= number < 2**64:
                raise UsageError(f"{name}: {number!r} is out of range")
        paths = [os.fsencode(path) if path is not None else b"" for path in (policy, store, key)]
        options = _abi.EngineOptions(
            ctypes.sizeof(_abi.EngineOptions),
            _abi.REFRESH[refresh],
            *map(_abi.to_str, paths),
            seed,
            payload_cache_bytes,
            max_staleness_ms,
        )
        host = _abi.Host(ctypes.sizeof(_abi.Host), 0, None, _to_logging)
        engine, error = c_void_p(), c_void_p()
        status = self._api.engine_open(byref(options), byref(host), byref(engine), byref(error))
        _abi.check(self._api, status, error)
        self._handle = _Handle(engine, self._api.engine_release)

    def get_current_credentials(self, request: Mapping[str, Value], *, dry: bool = False) -> Decision:
        """One decision. `request` maps attribute paths to values; `tenant` is whom the host has authenticated.

        A value is a text (or an enum of texts), an int, a bool, a datetime with zone, a list of texts, a mapping (the
        entries of a map), or None for absent. `dry` takes, advances and reserves nothing. A call that is refused is a
        decision, too; what cannot be understood raises.
        """
        table, handle = self._api, self._open_handle()
        built = _Request(self, request, dry)
        decision, error = c_void_p(), c_void_p()
        status = table.get_current_credentials(handle, byref(built.request), byref(decision), byref(error))
        if status != 0:
            table.decision_release(decision)
        _abi.check(table, status, error)
        return Decision(self, decision)

    def explain(self, request: Mapping[str, Value]) -> dict[str, Any]:
        """Why: the decision, the request, and rule by rule what failed. Always dry."""
        table, handle = self._api, self._open_handle()
        built = _Request(self, request, True)
        text, error = _abi.Str(), c_void_p()
        _abi.check(table, table.explain(handle, byref(built.request), byref(text), byref(error)), error)
        try:
            return json.loads(text.bytes())
        finally:
            table.text_release(text)

    def reload(self) -> None:
        """Reads policy and store again. On an error the old ones stay, and it is raised."""
        error = c_void_p()
        _abi.check(self._api, self._api.engine_reload(self._open_handle(), byref(error)), error)

    @property
    def stale(self) -> bool:
        """Has a newer generation of the store been published? Cheap enough to ask for each call."""
        return bool(self._api.engine_is_stale(self._open_handle()))

    def refresh(self) -> None:
        """Moves on to the newest generation of the store; the policy and all counters stay. Other threads decide
        meanwhile: the interpreter's lock is not held. On an error the old generation stays, and it is raised.
        """
        error = c_void_p()
        _abi.check(self._api, self._api.engine_refresh(self._open_handle(), byref(error)), error)

    def info(self) -> dict[str, Any]:
        """What the engine holds: the bytes of memory for secrets that are locked against swapping and that are not, what the
        system refused of their protection (`secret_gaps`: unlocked, dumped, inherited), and the cache of sealed payloads.
        """
        info = _abi.EngineInfo(ctypes.sizeof(_abi.EngineInfo))
        _abi.check(self._api, self._api.engine_info(self._open_handle(), byref(info)), c_void_p())
        numbers = {name: getattr(info, name) for name, _ in _abi.EngineInfo._fields_ if name != "struct_size"}
        gaps = [word for bit, word in _abi.SECRET_GAPS.items() if info.secret_gaps & bit]
        return {**numbers, "secret_gaps": gaps}

    def close(self) -> None:
        """No more decisions. Those that are there may be used until they are closed. Closing twice is fine, and so is
        closing while other threads decide: the engine goes when the last of their calls returns.
        """
        self._handle = None

    def _open_handle(self) -> _Handle:
        handle = self._handle
        if handle is None:
            raise UsageError("the engine is closed")
        return handle

    def _attribute_id(self, path: str) -> int:
        known = self._ids.get(path)
        if known is None:
            data = path.encode()
            known = self._api.engine_attribute(self._open_handle(), _abi.to_str(data))
            self._ids[path] = known
        return known

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Decision:
    """One answer. `close` (or leaving its `with` block) wipes the opened payload."""

    verdict: str  # use, deny, host or wait
    credential_id: str
    credential_name: str
    rule: str
    pool: str
    strategy: str
    reason: str
    message: str  # the policy's own words, with a refusal
    retry_after_ms: int
    arm: int
    attempt: int
    tags: dict[str, str]

    def __init__(self, engine: Engine, handle: c_void_p) -> None:
        self._engine = engine
        self._api = engine._api
        self._handle: _Handle | None = _Handle(handle, self._api.decision_release)
        self._lock = Lock()  # opening and JSON are for one thread at a time
        info = _abi.DecisionInfo(ctypes.sizeof(_abi.DecisionInfo))
        self._api.decision_info(handle, byref(info))
        self.verdict = _abi.VERDICTS[info.verdict]
        for name in ("credential_id", "credential_name", "rule", "pool", "strategy", "reason", "message"):
            setattr(self, name, getattr(info, name).text())
        self.retry_after_ms = info.retry_after_ms
        self.arm = info.arm
        self.attempt = info.attempt
        self.tags = {}
        add = _abi.TagCallback(lambda _, name, value: self.tags.__setitem__(name.text(), value.text()))
        self._api.decision_tags(handle, None, add)

    def credentials(self) -> dict[str, Any]:
        """The opened credentials as a fresh dict. Raises Refused, LeftToHost or MustWait where there are none,
        and Revoked if the credential was taken back since the decision: decide again then.
        """
        if self.verdict == "deny":
            raise Refused(self.reason, self.message, self.rule)
        if self.verdict == "host":
            raise LeftToHost("the policy leaves the choice to the host")
        if self.verdict == "wait":
            raise MustWait(self.retry_after_ms / 1000)
        return self._read(self._api.decision_credentials)

    def to_dict(self) -> dict[str, Any]:
        """The whole decision as the language reference describes it. Never a secret."""
        return self._read(self._api.decision_json)

    def report(
        self,
        outcome: str,
        *,
        retry_after: float = 0,
        latency: float = 0,
        tokens: int = 0,
        cost_usd: float = 0,
    ) -> None:
        """What became of the call: ok, rate_limited, unauthorized, … Times in seconds. Later reports are ignored."""
        number = _abi.OUTCOMES.get(outcome)
        if number is None:
            raise UsageError(f"no outcome is named `{outcome}`; outcomes: {', '.join(_abi.OUTCOMES)}")
        report = _abi.Report(
            ctypes.sizeof(_abi.Report),
            number,
            _integer("retry_after", retry_after, 1000),
            _integer("latency", latency, 1000),
            _integer("tokens", tokens),
            _integer("cost_usd", cost_usd, 1_000_000),
        )
        error = c_void_p()
        engine = self._engine._open_handle()
        status = self._api.report(engine, self._open_handle(), byref(report), byref(error))
        _abi.check(self._api, status, error)

    def next(self) -> Decision:
        """The next candidate of the same rule, after a report or a wait."""
        decision, error = c_void_p(), c_void_p()
        engine = self._engine._open_handle()
        status = self._api.next(engine, self._open_handle(), byref(decision), byref(error))
        _abi.check(self._api, status, error)
        return Decision(self._engine, decision)

    def close(self) -> None:
        """Closing twice is fine."""
        self._handle = None

    def _open_handle(self) -> _Handle:
        handle = self._handle
        if handle is None:
            raise UsageError("the decision is closed")
        return handle

    def _read(self, function: Any) -> dict[str, Any]:
        text, error = _abi.Str(), c_void_p()
        with self._lock:
            _abi.check(self._api, function(self._open_handle(), byref(text), byref(error)), error)
            return json.loads(text.bytes())

    def __repr__(self) -> str:
        what = self.credential_name or self.message or self.reason
        return f"<Decision {self.verdict} {''.join(c if c.isprintable() else '?' for c in what)} by {self.rule}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _integer(name: str, value: float, scale: int = 1) -> int:
    """The number in the interface's unit; ctypes would cut what is larger than 64 bits."""
    if not -(2**62) < value * scale < 2**62:
        raise UsageError(f"{name}: {value!r} is out of range")
    return round(value * scale)


class _Request:
    """A request in C, and the bytes that it borrows."""

    def __init__(self, engine: Engine, request: Mapping[str, Value], dry: bool) -> None:
        self._keep: list[Any] = []
        attributes: list[_abi.Attribute] = []
        tenant = _abi.Str()
        whose: Value = None
        seen: set[str] = set()
        for path, value in _flat(request):
            if path in seen:
                raise UsageError(f"attribute `{path}` stands twice in the request; give it once")
            seen.add(path)
            if path in ("tenant", "tenant.id"):
                if whose is not None and value != whose:
                    raise UsageError("`tenant` and `tenant.id` name two tenants; give the one whom the host has authenticated")
                whose = value
                tenant = self._text(path, value)
                continue
            attribute = _abi.Attribute(engine._attribute_id(path))
            self._fill(attribute, path, value)
            attributes.append(attribute)
        array = (_abi.Attribute * len(attributes))(*attributes)
        self._keep.append(array)
        size = ctypes.sizeof(_abi.Request)
        self.request = _abi.Request(size, _abi.DRY if dry else 0, tenant, array, len(attributes))

    def _text(self, path: str, value: Value) -> _abi.Str:
        if isinstance(value, enum.Enum):
            value = value.value
        if not isinstance(value, str):
            raise UsageError(f"attribute `{path}`: {type(value).__name__} is not a text")
        data = value.encode()
        self._keep.append(data)
        return _abi.to_str(data)

    def _fill(self, attribute: _abi.Attribute, path: str, value: Value) -> None:
        if isinstance(value, enum.Enum):
            value = value.value
        if isinstance(value, str):
            attribute.kind, attribute.value.text = _abi.TEXT, self._text(path, value)
        elif isinstance(value, bool):
            attribute.kind, attribute.value.integer = _abi.BOOL, int(value)
        elif isinstance(value, int):
            if not -(2**63) <= value < 2**63:
                raise UsageError(f"attribute `{path}`: the number does not fit 64 bits")
            attribute.kind, attribute.value.integer = _abi.INTEGER, value
        elif isinstance(value, datetime):
            if value.tzinfo is None:
                raise UsageError(f"attribute `{path}`: a datetime needs its zone")
            attribute.kind, attribute.value.integer = _abi.TIMESTAMP, round(value.timestamp() * 1000)
        elif isinstance(value, (list, tuple, set, frozenset)):
            items = (_abi.Str * len(value))(*(self._text(path, item) for item in value))
            self._keep.append(items)
            attribute.kind = _abi.LIST
            attribute.value.list.items, attribute.value.list.count = items, len(items)
        else:
            raise UsageError(f"attribute `{path}`: {type(value).__name__} is no value of an attribute")


def _flat(request: Mapping[str, Value]) -> Iterator[tuple[str, Value]]:
    """Absent values left out, entries of maps under their own paths."""
    for path, value in request.items():
        if isinstance(value, Mapping):
            yield from ((f"{path}.{key}", entry) for key, entry in value.items() if entry is not None)
        elif value is not None:
            yield path, value
