"""Work that may wait for a disk, kept off gevent's event loop: its native thread pool where gevent runs, else a thread."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import Any, TypeVar

R = TypeVar("R")


def _hub() -> Any:
    """gevent's hub, if this process runs on one: with gevent imported but nothing patched, threads are real."""
    monkey = sys.modules.get("gevent.monkey")
    if monkey is None or not monkey.is_module_patched("threading"):
        return None
    import gevent

    return gevent.get_hub()


def start(work: Callable[[], None]) -> None:
    """Begins `work` and returns. `work` does not raise."""
    hub = _hub()
    if hub is not None:
        hub.threadpool.spawn(work)
    else:
        threading.Thread(target=work, name="keyrule", daemon=True).start()


def call(work: Callable[[], R]) -> R:
    """The result of `work`. Other greenlets run meanwhile; without gevent the caller does the work itself."""
    hub = _hub()
    return work() if hub is None else hub.threadpool.apply(work)
