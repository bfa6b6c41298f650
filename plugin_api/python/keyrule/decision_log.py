"""The record of decisions: which key served which node of which run, and why. Its form is plugin_api/DECISIONS.md.

    log = DecisionLog("/var/lib/keyrule/decisions")
    decided = decision.to_dict()
    log.decided(decided, {"workflow.run_id": run, "node.id": node})
    log.reported(decided["id"], "ok", latency_ms=412)

Append-only JSON lines, in a file of each process's own: no lock between processes. Never a secret, and of what the call
carried only the names in `CONTEXT`: no inputs, no environment variables of workflows.

No call raises or waits for another. Lines are appended whole by one write(2), and a file is closed when the last thread that
writes to it lets go of it: so no lock, which a fork could leave locked or a greenlet could hold. A child of fork begins a file
of its own. What cannot be written is counted (`lost`), said once to the logger `keyrule`, and stands in the record itself as
soon as that can be written again.

Whoever calls writes, but for processes that run on gevent: there no disk may hold up the event loop, so lines go to a queue
(_log_queue.py) and a native thread writes them, some milliseconds later.
"""

from __future__ import annotations

import json
import logging
import os
import re
import secrets
import socket
import time
from collections.abc import Mapping
from typing import Any

from ._log_queue import LogQueue

FORMAT = 1
ROTATE_BYTES = 64 * 1024 * 1024  # a file beyond this is followed by the next; old files are the operator's to remove
LONGEST_TEXT = 256  # characters of one text of the context
RETRY_SECONDS = 1.0  # a folder that failed is not tried again before

# What of a call is recorded, and in this order. Not here on purpose: inputs.* and env.* (they hold secrets and people's
# words), user.session (what an API caller sent) and node.credential (a field where a key may have been pasted).
CONTEXT = (
    "tenant",
    "environment",
    "app.id",
    "app.name",
    "app.mode",
    "workflow.id",
    "workflow.run_id",
    "node.id",
    "node.title",
    "node.type",
    "conversation.id",
    "dataset.id",
    "user.id",
    "user.kind",
    "invoke.from",
    "invoke.via",
    "provider",
    "model",
    "model.type",
)
OUTCOMES = (
    "ok",
    "rate_limited",
    "unauthorized",
    "out_of_credit",
    "timed_out",
    "server_error",
    "caller_error",
)

_UNKNOWN = '"unknown"'  # in every decision's text that has a candidate of a name that no credential has
_ID = re.compile(r'"id"\s*:\s*"([^"]*)"')

_log = logging.getLogger("keyrule")
_dump = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode


def id_of(decision_json: str) -> str:
    """The id of a decision, which stands before any other in its text."""
    found = _ID.search(decision_json)
    return found.group(1) if found else ""


class DecisionLog:
    """Writes into `folder`, which is made (0700) when it is not there. Any thread, greenlet or child of fork may call."""

    def __init__(self, folder: str | os.PathLike[str], *, rotate_bytes: int = ROTATE_BYTES) -> None:
        self.folder = os.path.abspath(os.fspath(folder))
        self.lost = 0  # records of this process that could not be written; not exact when threads lose at once
        self._rotate_bytes = rotate_bytes
        self._file: _File | None = None
        self._unsaid = 0  # of `lost`, those that the record does not speak of yet
        self._said = False
        self._not_before = 0.0
        self._queue: LogQueue | None = None

    def decided(self, decision_json: str | Mapping[str, Any], context: Mapping[str, Any]) -> None:
        """Records a decision (`Decision.to_json()` or `.to_dict()`) and, of `context`, what is named in CONTEXT."""
        try:
            decision = decision_json if isinstance(decision_json, str) else _dump(dict(decision_json))
            if _UNKNOWN in decision:
                decision = _dump(_shown(json.loads(decision)))
            line = f'{{"kind":"decided","context":{_dump(_recorded(context))},"decision":{decision}}}'
        except Exception as problem:  # a host's value that is no JSON: never the call's trouble
            return self._lose(problem)
        self._take(line)

    def undecided(self, why: str, context: Mapping[str, Any]) -> None:
        """Records the refusal of a call that could not be decided, as no store could be opened. `why` holds no secret."""
        nothing = dict.fromkeys(("rule", "arm", "pool", "strategy"))
        decision = {"format": 1, "id": f"undecided-{secrets.token_hex(8)}", "verdict": "deny", "credential": None, **nothing}
        decision |= {"reason": "internal", "message": why, "retry_after_ms": None, "tags": {}, "candidates": [], "attempt": 1}
        decision |= {"dry": False, "tenant": context.get("tenant"), "provider": context.get("provider"), "at": _now()}
        self.decided(decision | {"policy": None, "snapshot": None, "scope": "process"}, context)

    def reported(
        self,
        decision_id: str,
        outcome: str,
        latency_ms: int = 0,
        *,
        tokens: int = 0,
        retry_after_ms: int = 0,
        cost_micro_usd: int = 0,
        limit_of: str | None = None,
    ) -> None:
        """Records what became of the call that a decision was for. 0 is not known. `limit_of` is whose limit a `rate_limited` met:
        that of the "credential", or of the credential with this "model".
        """
        try:
            if outcome not in OUTCOMES:
                raise ValueError(f"`{outcome}` is no outcome")
            if limit_of not in (None, "credential", "model"):
                raise ValueError(f"`{limit_of}` has no limit")
            numbers = {
                "latency_ms": latency_ms,
                "tokens": tokens,
                "retry_after_ms": retry_after_ms,
                "cost_micro_usd": cost_micro_usd,
            }
            known = {name: int(number) or None for name, number in numbers.items()}
            line = _dump({"kind": "reported", "id": str(decision_id), "at": _now(), "outcome": outcome} | known | {"limit_of": limit_of})
        except Exception as problem:
            return self._lose(problem)
        self._take(line)

    def close(self) -> None:
        """Lets go of the file, after what waits was written; the next record begins another."""
        if self._queue is not None:
            self._queue.write_all()
        self._file = None

    def _take(self, line: str) -> None:
        queue = self._queue
        if queue is None or queue.pid != os.getpid():
            if not LogQueue.is_needed():
                return self._append(line)
            self._queue = queue = LogQueue(self._append)
        if not queue.put(line):
            self._lose(OverflowError(f"more than {queue.most} records wait for the disk"))

    def _append(self, line: str, records: int = 1) -> None:
        """`line` may be several, which are written at once."""
        try:
            file = self._file
            if file is None or file.pid != os.getpid() or file.size > self._rotate_bytes:
                file = self._begin(file)
            if self._unsaid:
                unsaid, self._unsaid = self._unsaid, 0
                try:
                    file.append(_dump({"kind": "lost", "at": _now(), "records": unsaid}))
                except OSError:
                    self._unsaid += unsaid
                    raise
            file.append(line)
            self._said = False
        except Exception as problem:
            self._lose(problem, problem.records if isinstance(problem, _TornError) else records)

    def _begin(self, before: _File | None) -> _File:
        """The next file of this process. A thread that begins one at the same time has its own: both are read."""
        inherited = before is not None and before.pid != os.getpid()
        if inherited:
            self._not_before, self._unsaid, self.lost = 0.0, 0, 0  # the parent speaks of its own
        if time.monotonic() < self._not_before:
            raise OSError(f"{self.folder} failed less than {RETRY_SECONDS:g} s ago")
        try:
            os.makedirs(self.folder, mode=0o700, exist_ok=True)
            self._file = file = _File(self.folder)
        except OSError:
            self._file = None
            self._not_before = time.monotonic() + RETRY_SECONDS
            raise
        return file

    def _lose(self, problem: Exception, records: int = 1) -> None:
        self.lost += records
        self._unsaid += records
        if self._said:
            return
        self._said = True
        cause = problem.strerror if isinstance(problem, OSError) and problem.strerror else type(problem).__name__
        _log.error(
            "decisions are not recorded: %s: %s; calls go on. Mend the folder, or unset KEYRULE_DECISIONS", self.folder, cause
        )


class _TornError(OSError):
    """Of the lines of one write the last `records` are not there, or not whole."""

    def __init__(self, records: int, what: str) -> None:
        super().__init__(what)
        self.records = records


class _File:
    """One file of one process. Closed with its last reference."""

    def __init__(self, folder: str) -> None:
        self.fd = -1
        self.pid = os.getpid()
        self.size = 0
        self._torn = False  # the last write came in part: the next begins a line of its own
        # Sorted by name, the files of a process stand in the order in which it wrote them.
        name = f"decisions-{time.time_ns() // 1000}-{self.pid}-{secrets.token_hex(4)}.jsonl"
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        self.fd = os.open(os.path.join(folder, name), flags, 0o600)
        self.append(_dump({"kind": "opened", "format": FORMAT, "at": _now(), "host": socket.gethostname(), "pid": self.pid}))

    def append(self, line: str) -> None:
        data = (("\n" if self._torn else "") + line + "\n").encode("utf-8", "replace")
        written = os.write(self.fd, data)
        self.size += written
        self._torn = written != len(data)
        if self._torn:
            raise _TornError(data[written:].count(b"\n"), f"only {written} of {len(data)} bytes were written")

    def __del__(self) -> None:
        if self.fd >= 0:
            os.close(self.fd)


def _now() -> str:
    """RFC 3339, UTC, milliseconds: as in decisions."""
    milliseconds = time.time_ns() // 1_000_000
    seconds, rest = divmod(milliseconds, 1000)
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{rest:03d}Z"


def _recorded(context: Mapping[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in CONTEXT:
        value = context.get(name)
        if value is None and name == "tenant":
            value = context.get("tenant.id")
        if value is None or value == "":
            continue
        text = str(value)
        found[name] = text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"
    return found


def _shown(decision: Mapping[str, Any]) -> Mapping[str, Any]:
    """The decision; names that no credential has are cut: they may come from a field where somebody pasted a key."""
    candidates = decision.get("candidates") or ()
    shown = [one | {"name": _beginning(one["name"])} if one.get("why") == "unknown" else one for one in candidates]
    return {**decision, "candidates": shown}


def _beginning(name: str) -> str:
    return name[: min(8, len(name) // 3)] + "…"
