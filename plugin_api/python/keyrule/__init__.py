"""Keyrule decides which API credential each LLM call spends.

    with keyrule.Engine(policy="billing.keyrule", store="/var/lib/keyrule/store") as engine:
        decision = engine.get_current_credentials({"tenant": "ws-bank", "provider": "openai", "app.id": "invoices"})
        credentials = decision.credentials()

The C library is loaded by the first Engine, not by the import. See `library_path` for where it is looked for.
"""

import os
from typing import TYPE_CHECKING, Any

from ._paths import binding_folders, library_path
from .errors import (
    DamagedStoreError,
    FileError,
    FormatError,
    InternalError,
    KeyFileError,
    KeyruleError,
    LeftToHost,
    LibraryNotFound,
    MustWait,
    NoCredentials,
    PolicyError,
    Refused,
    Revoked,
    UsageError,
)

if TYPE_CHECKING:
    from .engine import Decision, Engine, Prepared, Value
    from .response import Classification, classify_response

__path__ += binding_folders()  # in a source tree the compiled binding stands in the build

__all__ = [
    "Classification",
    "DamagedStoreError",
    "Decision",
    "Engine",
    "FileError",
    "FormatError",
    "InternalError",
    "KeyFileError",
    "KeyruleError",
    "LeftToHost",
    "LibraryNotFound",
    "MustWait",
    "NoCredentials",
    "PolicyError",
    "Prepared",
    "Refused",
    "Revoked",
    "UsageError",
    "Value",
    "classify_response",
    "library_path",
]


def __getattr__(name: str) -> Any:
    """What stands on the compiled binding is imported when it is first asked for: `keyrule dify` can say what hinders it."""
    if name not in ("Classification", "Decision", "Engine", "Prepared", "Value", "classify_response"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        from . import engine, response
    except ImportError as problem:
        named = os.environ.get("KEYRULE_LIBRARY")
        why = f"; KEYRULE_LIBRARY is `{named}`, and must be the absolute path of libkeyrule.so" if named else ""
        what = f"_binding of keyrule cannot be imported from {', '.join(__path__)} ({problem})"
        raise LibraryNotFound(what + why) from problem
    found = getattr(response if name in ("Classification", "classify_response") else engine, name)
    globals()[name] = found
    return found
