"""What keyrule_dify.pth runs when a Python process starts: patches Dify where this becomes a process of Dify, and nothing else.

Without KEYRULE_POLICY it does nothing. With it, an adapter that cannot work keeps Dify, and only Dify, from making its app; so
does KEYRULE_REQUIRED=1 where the policy is not named, or a patch point is missing. A process that makes Dify's app says in one
line how many points are patched. Migrations (`flask db …`) are let through: they spend nothing.
"""

from __future__ import annotations

import functools
import os
import sys
from collections import Counter
from typing import Any

from .activation import install
from .patching import ImportHook
from .points import Report
from .settings import is_required

_FACTORY = "app_factory"  # the module that makes the app in every process of Dify
_WORDS = {
    "patched": "patched",
    "pending": "to be patched when they are imported",
    "absent_here": "not in this Dify",
    "missing": "MISSING",
}
_started = False


class NotComplete(RuntimeError):
    """Dify must not start."""


def start() -> None:
    """Never raises for what only Dify must be kept from. Where site-packages has two names, Python runs the line twice."""
    global _started
    if _started:
        return
    _started = True
    required = True  # unless it can be read, and says no
    try:
        required = is_required(os.environ)
        if not os.environ.get("KEYRULE_POLICY") and not required:
            return
        found: Report | Exception = install()
    except Exception as problem:
        found = problem.with_traceback(None)
    sys.meta_path.insert(0, ImportHook({_FACTORY}, functools.partial(_guard, found=found, required=required)))


def _guard(module: str, *, found: Report | Exception, required: bool) -> None:
    """Stands before create_app of the module, which has just been imported."""
    factory: Any = sys.modules[module]
    create_app = factory.create_app

    @functools.wraps(create_app)
    def guarded(*arguments: Any, **named: Any) -> Any:
        if isinstance(found, Exception):
            raise NotComplete(f"Keyrule cannot work here: {found}") from found
        app = create_app(*arguments, **named)
        _check(found, required)
        return app

    factory.create_app = guarded


def _check(report: Report, required: bool) -> None:
    missing = ", ".join(point.name for point in report.missing)
    if required and missing:
        raise NotComplete(f"this Dify lacks patch points of Keyrule ({missing}), and KEYRULE_REQUIRED is set")
    states: Counter[str] = Counter(point.state for point in report.points)
    counts = ", ".join(f"{states[state]} {words}" for state, words in _WORDS.items() if states[state])
    # On standard error, and not by logging, which Dify has set to what it likes by now.
    print(f"keyrule: process {os.getpid()}: patch points: {counts}", file=sys.stderr, flush=True)
