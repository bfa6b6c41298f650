"""The settings of the adapter, from the environment of Dify's processes."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from .errors import SettingsError

REFUSE = "refuse"
HOST = "host"


@dataclass(frozen=True)
class Settings:
    """`policy` is the only one that `install` insists on. Paths are as given; nothing is read here."""

    policy: str | None = None
    """The policy file (KEYRULE_POLICY)."""
    store: str | None = None
    """The folder of the sealed store (KEYRULE_STORE). Without one every `use` is refused."""
    key: str | None = None
    """Where the master key is (KEYRULE_KEY); unset: the store's own."""
    environment: str | None = None
    """The environment of this installation (KEYRULE_ENVIRONMENT), for apps that do not say theirs."""
    decisions: str | None = None
    """The folder of the decision log (KEYRULE_DECISIONS); unset: none is kept."""
    max_staleness_s: float = 0
    """How long the store is used while no `keyrule sync` confirms it (KEYRULE_MAX_STALENESS, seconds); 0: for ever."""
    state: str | None = None
    """A folder for the counters that all processes of the host share (KEYRULE_STATE); unset: each process counts alone."""
    redis_url: str | None = None
    """A Redis server by which hosts share limits and turns (KEYRULE_REDIS_URL); unset: no other host shares them."""
    on_missing: str = REFUSE
    """What to do where this Dify lacks a patch point (KEYRULE_ON_MISSING): `refuse` to start, or leave that path to the `host`."""
    library: str | None = None
    """libkeyrule.so (KEYRULE_LIBRARY), where the package does not find it by itself."""

    required: bool = False
    """Dify must not start without a complete Keyrule (KEYRULE_REQUIRED); looked at by the `.pth` way only."""

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Reads KEYRULE_*. An empty variable is an unset one. Raises SettingsError for what a variable cannot hold."""
        given = os.environ if environ is None else environ
        on_missing = given.get("KEYRULE_ON_MISSING") or REFUSE
        if on_missing not in (REFUSE, HOST):
            raise SettingsError(f"KEYRULE_ON_MISSING is `{on_missing}`: it must be `{REFUSE}` or `{HOST}`")
        return cls(
            policy=given.get("KEYRULE_POLICY") or None,
            store=given.get("KEYRULE_STORE") or None,
            key=given.get("KEYRULE_KEY") or None,
            environment=given.get("KEYRULE_ENVIRONMENT") or None,
            decisions=given.get("KEYRULE_DECISIONS") or None,
            max_staleness_s=_seconds(given.get("KEYRULE_MAX_STALENESS") or "0"),
            state=given.get("KEYRULE_STATE") or None,
            redis_url=given.get("KEYRULE_REDIS_URL") or None,
            on_missing=on_missing,
            library=given.get("KEYRULE_LIBRARY") or None,
            required=is_required(given),
        )

    def checked(self) -> Settings:
        """Itself, or SettingsError if it cannot work at all."""
        if not self.policy:
            raise SettingsError("KEYRULE_POLICY is not set: name the policy file, or do not install keyrule.dify")
        return self


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1
    if not 0 <= seconds < 1e9:
        raise SettingsError(f"KEYRULE_MAX_STALENESS is `{text}`: it must be a number of seconds, such as 3600")
    return seconds


def is_required(environ: Mapping[str, str]) -> bool:
    """What KEYRULE_REQUIRED says. Raises SettingsError for what is neither yes nor no: it must not be read as no."""
    text = environ.get("KEYRULE_REQUIRED", "").strip()
    if text.lower() in ("1", "yes", "true", "on"):
        return True
    if text.lower() not in ("", "0", "no", "false", "off"):
        raise SettingsError(f"KEYRULE_REQUIRED is `{text}`: it must be `1` or `0`")
    return False
