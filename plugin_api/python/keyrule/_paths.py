"""Where the two compiled parts are: the library, and the binding that loads it."""

from __future__ import annotations

import os
from pathlib import Path

from .errors import LibraryNotFound

LIBRARY = "libkeyrule.so"
_PACKAGE = Path(__file__).resolve().parent
_BUILDS = _PACKAGE.parents[2] / "build"  # of a source tree
_PRESETS = ("release", "dev")


def library_path() -> Path:
    """Where the library is: KEYRULE_LIBRARY (an absolute path), else beside this package, else in a source tree's build."""
    named = os.environ.get("KEYRULE_LIBRARY")
    if named:
        if not os.path.isabs(named):
            raise LibraryNotFound(f"KEYRULE_LIBRARY is `{named}`: it must be an absolute path")
        return Path(named)
    for folder in (_PACKAGE, *(_BUILDS / preset for preset in _PRESETS)):
        if (folder / LIBRARY).exists():
            return folder / LIBRARY
    raise LibraryNotFound(f"{LIBRARY} is neither in {_PACKAGE} nor in {_BUILDS}; set KEYRULE_LIBRARY to its absolute path")


def binding_folders() -> list[str]:
    """Where else than in the package `_binding` may be: beside the library that KEYRULE_LIBRARY names, or in a build."""
    named = os.environ.get("KEYRULE_LIBRARY", "")
    builds = [Path(named).parent] if os.path.isabs(named) else []
    builds += [_BUILDS / preset for preset in _PRESETS]
    return [str(build / "python") for build in builds if (build / "python").is_dir()]
