"""Keyrule's place in Dify's code: a code-based extension, which every process of Dify loads while it makes its app.

Dify imports `core/moderation/NAME/NAME.py` for every folder that is there, and does not start if that fails. Ours is three lines,
and is known by being exactly those: whatever else stands there is somebody's own, and is left alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from .trouble import FILE, NO, USAGE, Trouble

FOLDER = "core/moderation/keyrule"
NAME = "keyrule.py"
_NEW = ".keyrule.new"  # while NAME is written; an install that was killed leaves it
TEXT = """\
# Put here by `keyrule dify install`; `keyrule dify uninstall` takes it away.
import keyrule.dify
keyrule.dify.install()
"""
# What an api folder of any Dify since 1.8 has, and little else has.
_MARKS = ("app_factory.py", "core/moderation/base.py", "core/extension/extensible.py", "core/model_manager.py")


@dataclass(frozen=True)
class DifyApi:
    """An api folder of Dify."""

    path: Path
    version: str  # as it says itself; empty: it does not

    @property
    def extension(self) -> Path:
        return self.path / FOLDER

    @property
    def python(self) -> Path | None:
        """The interpreter of its own environment, if it lies in the folder (as in Dify's image)."""
        found = self.path / ".venv" / "bin" / "python"
        return found if found.exists() else None


def find(given: str) -> DifyApi:
    """Raises Trouble for what is no api folder of Dify."""
    path = Path(given)
    try:
        if not path.is_dir():
            raise Trouble(
                "this is no folder", "--dify-api names Dify's folder `api`; in its image that is /app/api", file=given
            )
        lacking = [mark for mark in _MARKS if not (path / mark).is_file()]
        if lacking and (path / "api" / _MARKS[0]).is_file():
            raise Trouble("this is Dify's folder, not its `api`", f"--dify-api {path / 'api'}", file=given, code=USAGE)
        if lacking:
            mend = "--dify-api names Dify's folder `api`; in its image that is /app/api"
            raise Trouble(f"this is no api folder of Dify: it has no {lacking[0]}", mend, file=given, code=USAGE)
        project = path / "pyproject.toml"
        text = project.read_text(encoding="utf-8", errors="replace") if project.is_file() else ""
    except OSError as problem:
        raise cannot(problem, path) from problem
    said = re.search(r'^version\s*=\s*"([^"]*)"', text, re.M)
    return DifyApi(path.absolute(), said[1] if said else "")


def state(api: DifyApi) -> str:
    """`installed`, `absent`, or `foreign`: something that is not ours, or not any more, stands in our place."""
    folder = api.extension
    try:
        if not folder.exists() and not folder.is_symlink():
            return "absent"
        if folder.is_symlink() or not folder.is_dir():
            return "foreign"
        others = [path for path in folder.iterdir() if path.name not in (NAME, "__pycache__", _NEW)]
        file = folder / NAME
        if others or (file.exists() and (file.is_symlink() or file.read_bytes() != TEXT.encode())):
            return "foreign"
        return "installed" if file.exists() else "absent"
    except OSError as problem:
        raise cannot(problem, folder) from problem


def put(api: DifyApi) -> bool:
    """False if it is there already. Whoever starts meanwhile finds nothing, or all three lines."""
    found = state(api)
    if found == "installed":
        return False
    if found == "foreign":
        raise _foreign(api, "put there")
    file = api.extension / NAME
    try:
        api.extension.mkdir(exist_ok=True)
        new = file.with_name(_NEW)
        new.write_text(TEXT, encoding="utf-8")
        new.chmod(0o644)  # Dify's user reads it, whoever puts it there
        api.extension.chmod(0o755)
        new.replace(file)
    except OSError as problem:
        (api.extension / _NEW).unlink(missing_ok=True)
        raise cannot(problem, api.extension) from problem
    return True


def take_away(api: DifyApi) -> bool:
    """False if it is not there."""
    found = state(api)
    if found == "foreign":
        raise _foreign(api, "taken away")
    folder = api.extension
    if found == "absent" and not folder.exists():
        return False
    try:
        (folder / NAME).unlink(missing_ok=True)
        (folder / _NEW).unlink(missing_ok=True)
        cache = folder / "__pycache__"
        for compiled in cache.glob("keyrule.*.pyc"):
            compiled.unlink()
        if cache.is_dir():
            cache.rmdir()
        folder.rmdir()
    except OSError as problem:
        raise cannot(problem, folder) from problem
    return True


def cannot(problem: OSError, path: Path) -> Trouble:
    """In the system's words."""
    where = str(problem.filename or path)
    mend = "run this as the user that owns it" if isinstance(problem, PermissionError) else ""
    return Trouble((problem.strerror or str(problem)).lower(), mend, file=where, code=FILE)


def _foreign(api: DifyApi, done: str) -> Trouble:
    return Trouble(
        f"something that `keyrule dify install` did not write stands here; nothing was {done}",
        "look at it, and move it away by hand",
        file=str(api.extension),
        code=NO,
    )
