"""What is known of an app beyond its id, for the paths that are given the id alone; and the environment that its tags name.

Read when a call of the app arrives with Dify's App at hand, and kept for the threads and nodes that the call leads to.
"""

from __future__ import annotations

import time
from typing import Any

from . import facts
from .names import word

TAG = "environment:"
_KEEP_S = 10.0
_MOST_APPS = 10_000

_known: dict[str, tuple[float, facts.Facts, str | None]] = {}


def learn(app_model: Any) -> tuple[facts.Facts, str | None]:
    """The app's facts and environment. Asks Dify's database for its tags, at most once in ten seconds an app."""
    identity = word(getattr(app_model, "id", None))
    found = _known.get(identity)
    if found is not None and time.monotonic() < found[0] + _KEEP_S:
        return found[1], found[2]
    known = facts.of_app(app_model)
    tags = [word(getattr(tag, "name", None)) for tag in getattr(app_model, "tags", None) or ()]
    known["app.tags"] = tags or None
    environment = next((tag[len(TAG) :].strip() for tag in sorted(tags) if tag.startswith(TAG)), None) or None
    _known.pop(identity, None)  # what was learnt last stands last
    while len(_known) >= _MOST_APPS:
        _forget_the_oldest()
    _known[identity] = (time.monotonic(), known, environment)
    return known, environment


def _forget_the_oldest() -> None:
    try:
        _known.pop(next(iter(_known)), None)
    except (RuntimeError, StopIteration):
        return  # another thread changes it at this moment; whoever learns looks again


def known_app(identity: Any) -> facts.Facts:
    """What was learnt of the app, however long ago; nothing otherwise."""
    found = _known.get(identity or "")
    return dict(found[1]) if found is not None else {}


def environment_of_app(identity: Any) -> str | None:
    found = _known.get(identity or "")
    return found[2] if found is not None else None
