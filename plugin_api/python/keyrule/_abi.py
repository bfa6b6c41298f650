"""keyrule.h in ctypes, and the way to the library. Nothing is loaded before `api()` is called."""

from __future__ import annotations

import ctypes
import os
from ctypes import CFUNCTYPE, POINTER, Structure, Union, c_char_p, c_int32, c_int64, c_size_t, c_uint32, c_uint64, c_void_p
from pathlib import Path
from threading import Lock

from .errors import LibraryNotFound, from_status

ABI_MAJOR = 1
NAME = "libkeyrule.so"

TEXT, INTEGER, BOOL, TIMESTAMP, LIST = range(1, 6)
DRY = 1
REFRESH = {"automatic": 0, "manual": 1}
DENY, USE, HOST, WAIT = range(4)
VERDICTS = ("deny", "use", "host", "wait")
SECRET_GAPS = {1: "unlocked", 2: "dumped", 4: "inherited"}
OUTCOMES = {
    "ok": 1,
    "rate_limited": 2,
    "unauthorized": 3,
    "out_of_credit": 4,
    "timed_out": 5,
    "server_error": 6,
    "caller_error": 7,
}


class Str(Structure):
    _fields_ = [("ptr", c_void_p), ("len", c_size_t)]

    def bytes(self) -> bytes:
        return ctypes.string_at(self.ptr, self.len) if self.len else b""

    def text(self) -> str:
        return self.bytes().decode("utf-8", "replace")


class _List(Structure):
    _fields_ = [("items", POINTER(Str)), ("count", c_size_t)]


class _Value(Union):
    _fields_ = [("text", Str), ("integer", c_int64), ("list", _List)]


class Attribute(Structure):
    _fields_ = [("id", c_uint32), ("kind", c_uint32), ("value", _Value)]


class Request(Structure):
    _fields_ = [
        ("struct_size", c_uint32),
        ("flags", c_uint32),
        ("tenant", Str),
        ("attributes", POINTER(Attribute)),
        ("attribute_count", c_size_t),
    ]


class Report(Structure):
    _fields_ = [
        ("struct_size", c_uint32),
        ("outcome", c_int32),
        ("retry_after_ms", c_int64),
        ("latency_ms", c_int64),
        ("tokens", c_int64),
        ("cost_micro_usd", c_int64),
    ]


class DecisionInfo(Structure):
    _fields_ = [
        ("struct_size", c_uint32),
        ("verdict", c_int32),
        ("credential_id", Str),
        ("credential_name", Str),
        ("rule", Str),
        ("pool", Str),
        ("strategy", Str),
        ("reason", Str),
        ("message", Str),
        ("retry_after_ms", c_int64),
        ("arm", c_uint32),
        ("attempt", c_uint32),
    ]


class EngineOptions(Structure):
    _fields_ = [
        ("struct_size", c_uint32),
        ("refresh", c_int32),
        ("policy_path", Str),
        ("store_path", Str),
        ("key", Str),
        ("seed", c_uint64),
        ("payload_cache_bytes", c_uint64),
        ("max_staleness_ms", c_uint64),
    ]


class EngineInfo(Structure):
    _fields_ = [
        ("struct_size", c_uint32),
        ("secret_gaps", c_uint32),
        ("secret_bytes_locked", c_uint64),
        ("secret_bytes_unlocked", c_uint64),
        ("cached_payloads", c_uint64),
        ("payload_cache_bytes", c_uint64),
        ("payload_cache_limit", c_uint64),
        ("payload_reads", c_uint64),
        ("confirmed_ms", c_int64),
    ]


LogCallback = CFUNCTYPE(None, c_void_p, c_int32, Str)
TagCallback = CFUNCTYPE(None, c_void_p, Str, Str)


class Host(Structure):
    _fields_ = [("struct_size", c_uint32), ("log_level", c_int32), ("user", c_void_p), ("log", LogCallback)]


_E = POINTER(c_void_p)  # keyrule_error **


class Api(Structure):
    """The table. CFUNCTYPE gives the GIL back for the time of each call."""

    _fields_ = [
        ("struct_size", c_uint32),
        ("abi_major", c_uint32),
        ("abi_minor", c_uint32),
        ("reserved", c_uint32),
        ("version", Str),
        ("engine_open", CFUNCTYPE(c_int32, POINTER(EngineOptions), POINTER(Host), POINTER(c_void_p), _E)),
        ("engine_reload", CFUNCTYPE(c_int32, c_void_p, _E)),
        ("engine_release", CFUNCTYPE(None, c_void_p)),
        ("engine_attribute", CFUNCTYPE(c_uint32, c_void_p, Str)),
        ("get_current_credentials", CFUNCTYPE(c_int32, c_void_p, POINTER(Request), POINTER(c_void_p), _E)),
        ("next", CFUNCTYPE(c_int32, c_void_p, c_void_p, POINTER(c_void_p), _E)),
        ("report", CFUNCTYPE(c_int32, c_void_p, c_void_p, POINTER(Report), _E)),
        ("decision_info", CFUNCTYPE(c_int32, c_void_p, POINTER(DecisionInfo))),
        ("decision_tags", CFUNCTYPE(None, c_void_p, c_void_p, TagCallback)),
        ("decision_json", CFUNCTYPE(c_int32, c_void_p, POINTER(Str), _E)),
        ("decision_credentials", CFUNCTYPE(c_int32, c_void_p, POINTER(Str), _E)),
        ("decision_release", CFUNCTYPE(None, c_void_p)),
        ("explain", CFUNCTYPE(c_int32, c_void_p, POINTER(Request), POINTER(Str), _E)),
        ("text_release", CFUNCTYPE(None, Str)),
        ("error_message", CFUNCTYPE(Str, c_void_p)),
        ("error_diagnostics", CFUNCTYPE(Str, c_void_p)),
        ("error_release", CFUNCTYPE(None, c_void_p)),
        ("engine_is_stale", CFUNCTYPE(c_int32, c_void_p)),
        ("engine_refresh", CFUNCTYPE(c_int32, c_void_p, _E)),
        ("engine_info", CFUNCTYPE(c_int32, c_void_p, POINTER(EngineInfo))),
    ]


def to_str(data: bytes) -> Str:
    """Borrows: keep `data` alive for the time of the call."""
    return Str(ctypes.cast(c_char_p(data), c_void_p), len(data))


def library_path() -> Path:
    """Where the library is: KEYRULE_LIBRARY (an absolute path), else beside this package, else in a source tree's build."""
    named = os.environ.get("KEYRULE_LIBRARY")
    if named:
        if not os.path.isabs(named):
            raise LibraryNotFound(f"KEYRULE_LIBRARY is `{named}`: it must be an absolute path")
        return Path(named)
    package = Path(__file__).resolve().parent
    builds = package.parents[2] / "build"
    for folder in (package, builds / "release", builds / "dev"):
        if (folder / NAME).exists():
            return folder / NAME
    raise LibraryNotFound(f"{NAME} is neither in {package} nor in {builds}; set KEYRULE_LIBRARY to its absolute path")


_loaded: dict[Path, Api] = {}
_libraries: list[ctypes.CDLL] = []  # kept: the tables live in them
_lock = Lock()


def api(library: str | os.PathLike[str] | None = None) -> Api:
    """The table of the library at `library`, or where `library_path` finds it. Loads it once."""
    path = Path(library).resolve() if library is not None else library_path()
    with _lock:
        if path not in _loaded:
            _loaded[path] = _load(path)
        return _loaded[path]


def _load(path: Path) -> Api:
    try:
        loaded = ctypes.CDLL(str(path))
        entry = loaded.keyrule_get_api
    except (OSError, AttributeError) as error:
        raise LibraryNotFound(f"{path} cannot be loaded: {error}") from error
    entry.argtypes = [c_uint32]
    entry.restype = POINTER(Api)
    table = entry(ABI_MAJOR)
    if not table or table.contents.struct_size < ctypes.sizeof(Api):
        raise LibraryNotFound(f"{path} does not serve version {ABI_MAJOR} of the interface")
    _libraries.append(loaded)
    return table.contents


def check(table: Api, status: int, error: c_void_p) -> None:
    """Raises what the status says, and releases the error object."""
    if status == 0:
        return
    try:
        message = table.error_message(error).text()
        diagnostics = table.error_diagnostics(error).text()
    finally:
        table.error_release(error)
    raise from_status(status, message, diagnostics)
