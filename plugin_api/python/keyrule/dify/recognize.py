"""Is a place there? Answered from Dify's source, without importing it, so that start-up can name what is missing.

Nothing is executed: modules are found as the import system would find them, and read as text.
"""

from __future__ import annotations

import ast
import functools
import inspect
import sys
from pathlib import Path
from typing import Any

from .points import Place


def source_of(module: str) -> Path | None:
    """The file of a module that may not be imported yet, or None if it is not there. Parents without __init__.py count."""
    loaded = getattr(sys.modules.get(module), "__file__", None)
    if loaded:
        return Path(loaded)
    folders = [Path(entry or ".") for entry in sys.path]
    *parents, last = module.split(".")
    for name in parents:
        below = [folder / name for folder in folders if (folder / name).is_dir()]
        regular = [folder for folder in below if (folder / "__init__.py").is_file()]
        folders = regular[:1] or below
    for folder in folders:
        for file in (folder / last / "__init__.py", folder / f"{last}.py"):
            if file.is_file():
                return file
    return None


def trouble_in_source(place: Place) -> str | None:
    """None if the place is there and takes the parameters that the adapter uses; else what is wrong with it."""
    file = source_of(place.module)
    if file is None:
        return f"there is no module {place.module}"
    try:
        body = _definitions(file)
    except (OSError, SyntaxError, ValueError) as problem:
        return f"{file} cannot be read: {type(problem).__name__}"
    if place.owner is None:
        return None if _binds(body, place.name) else f"{place.module} has no {place.name}"
    owner = _last(body, ast.ClassDef, place.owner)
    if owner is None:
        return f"{place.module} has no class {place.owner}"
    function = _last(owner.body, (ast.FunctionDef, ast.AsyncFunctionDef), place.name)
    if function is None:
        return f"{place.owner} has no {place.name}"
    given = function.args
    names = {argument.arg for argument in (*given.posonlyargs, *given.args, *given.kwonlyargs)}
    return _missing_parameters(place, names)


def trouble_in(holder: object, place: Place) -> str | None:
    """The same of what is imported: `holder` is the class, or the module for a name of a module."""
    try:
        found = inspect.getattr_static(holder, place.name)
    except AttributeError:
        return f"{place.owner or place.module} has no {place.name}"
    if place.owner is None:
        return None
    function = getattr(found, "__func__", found)
    if not callable(function):
        return f"{place} is no function"
    try:
        names = set(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        return f"{place} has no signature"
    return _missing_parameters(place, names)


@functools.cache
def _definitions(file: Path) -> list[ast.stmt]:
    """A dozen points share a file; each is read once."""
    return ast.parse(file.read_bytes()).body


def forget_sources() -> None:
    """Frees what was read: some megabytes."""
    _definitions.cache_clear()


def _missing_parameters(place: Place, names: set[str]) -> str | None:
    lacking = [name for name in place.needs if name not in names]
    return f"{place} does not take {', '.join(lacking)}" if lacking else None


def _last(body: list[ast.stmt], kind: Any, name: str) -> Any:
    """The last definition counts: those before it are overloads."""
    return next((node for node in reversed(body) if isinstance(node, kind) and node.name == name), None)


def _binds(body: list[ast.stmt], name: str) -> bool:
    for node in body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            if any((alias.asname or alias.name.split(".")[0]) == name for alias in node.names):
                return True
        elif isinstance(node, ast.ClassDef | ast.FunctionDef) and node.name == name:
            return True
        elif isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == name for t in node.targets):
            return True
    return False
