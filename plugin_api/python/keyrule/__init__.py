"""Keyrule decides which API credential each LLM call spends.

    with keyrule.Engine(policy="billing.keyrule", store="/var/lib/keyrule/store") as engine:
        decision = engine.get_current_credentials({"tenant": "ws-bank", "provider": "openai", "app.id": "invoices"})
        credentials = decision.credentials()

The C library is loaded by the first Engine, not by the import. See `library_path` for where it is looked for.
"""

from ._paths import binding_folders, library_path

__path__ += binding_folders()  # in a source tree the compiled binding stands in the build

from .engine import Decision, Engine, Prepared, Value
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

__all__ = [
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
    "library_path",
]
