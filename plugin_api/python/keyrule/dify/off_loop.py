"""Work that may wait for a disk, kept off gevent's event loop: its native thread pool where gevent runs, else a thread."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

R = TypeVar("R")


def _gevent() -> Any:
    """gevent, if this process runs on it: where it is imported but has patched nothing, threads are real."""
    monkey = sys.modules.get("gevent.monkey")
    if monkey is None or not monkey.is_module_patched("threading"):
        return None
    import gevent

    return gevent


def call(work: Callable[[], R]) -> R:
    """The result of `work`. Other greenlets run meanwhile; without gevent the caller does the work itself."""
    gevent = _gevent()
    return work() if gevent is None else gevent.get_hub().threadpool.apply(work)


def every(seconds: float, work: Callable[[], bool]) -> None:
    """Does `work` again and again, `seconds` apart, until it returns False. `work` does not raise. A fork does not inherit it."""

    def repeat() -> None:
        going = True
        while going:
            time.sleep(seconds)
            going = call(work)

    gevent = _gevent()
    if gevent is not None:
        gevent.spawn(repeat)
    else:
        threading.Thread(target=repeat, name="keyrule", daemon=True).start()
