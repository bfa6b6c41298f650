"""Replaces attributes of classes and modules, at once or as soon as their module is imported, and puts them back.

Knows nothing of credentials. Replacing twice is replacing once: what is replaced carries a mark.
"""

from __future__ import annotations

import functools
import inspect
import sys
import threading
from collections.abc import Callable
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from .points import Place
from .recognize import trouble_in

Wrap = Callable[[Any], Any]
MARK = "__keyrule_original__"


class Patcher:
    """Holds what it has replaced in this process. Not for several threads at once: installing is done at start."""

    def __init__(self) -> None:
        self._undo: list[tuple[Any, str, Any]] = []

    def apply(self, place: Place, wrap: Wrap) -> str | None:
        """Replaces the place by `wrap(original)` in its module, which is imported. Returns what hinders it, or None."""
        module = sys.modules[place.module]
        holder = getattr(module, place.owner, None) if place.owner else module
        if holder is None:
            return f"{place.module} has no class {place.owner}"
        trouble = trouble_in(holder, place)
        if trouble is not None:
            return trouble
        found = inspect.getattr_static(holder, place.name)
        original = getattr(found, "__func__", found)
        if hasattr(original, MARK):
            return None
        replacement = wrap(original)
        if inspect.isfunction(replacement):
            functools.update_wrapper(replacement, original)
        setattr(replacement, MARK, original)
        kind = type(found) if isinstance(found, staticmethod | classmethod) else None
        setattr(holder, place.name, kind(replacement) if kind else replacement)
        self._undo.append((holder, place.name, found))
        return None

    def undo(self) -> None:
        """Puts everything back, the last first."""
        while self._undo:
            holder, name, found = self._undo.pop()
            setattr(holder, name, found)


class ImportHook(MetaPathFinder):
    """Calls `done(module name)` when one of `wanted` has been imported; what it raises makes that import fail."""

    def __init__(self, wanted: set[str], done: Callable[[str], None]) -> None:
        self._wanted = wanted
        self._done = done
        self._looking: set[tuple[int, str]] = set()  # what this hook asks the others for, and by which thread

    def find_spec(self, fullname: str, path: Any, target: ModuleType | None = None) -> ModuleSpec | None:
        asked = (threading.get_ident(), fullname)
        if fullname not in self._wanted or asked in self._looking:  # another hook for the same module asks back
            return None
        self._looking.add(asked)
        try:
            spec = self._ask_others(fullname, path, target)
        finally:
            self._looking.discard(asked)
        if spec is not None and spec.loader is not None:
            spec.loader = _Loader(spec.loader, self._done)
        return spec

    def _ask_others(self, fullname: str, path: Any, target: ModuleType | None) -> ModuleSpec | None:
        for finder in sys.meta_path:
            find = None if finder is self else getattr(finder, "find_spec", None)
            spec: ModuleSpec | None = find(fullname, path, target) if find else None
            if spec is not None:
                return spec
        return None


class _Loader(Loader):
    """The module's own loader, and a call when it has done its work."""

    def __init__(self, loader: Any, done: Callable[[str], None]) -> None:
        self._loader = loader
        self._done = done

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        made: ModuleType | None = self._loader.create_module(spec)
        return made

    def exec_module(self, module: ModuleType) -> None:
        self._loader.exec_module(module)
        self._done(module.__name__)

    def __getattr__(self, name: str) -> Any:  # get_source, get_resource_reader, … of loaders of all kinds
        return getattr(self._loader, name)
