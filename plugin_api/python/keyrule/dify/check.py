"""One line of what `keyrule dify doctor` finds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Check:
    """`state` is `ok`, `warning` or `trouble`; `mend` says what to do unless it is ok."""

    name: str
    state: str
    detail: str
    mend: str = ""
