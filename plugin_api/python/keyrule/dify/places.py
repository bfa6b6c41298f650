"""The files of an installation, as `doctor` finds them: master key, store, folder of decisions. Reads no secret."""

from __future__ import annotations

import os
import re
import stat
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from .check import Check


def key(environ: Mapping[str, str]) -> Iterator[Check]:
    store, given = environ.get("KEYRULE_STORE"), environ.get("KEYRULE_KEY", "")
    if not store and not given:
        return
    way, _, rest = given.partition(":")
    folder = environ.get("CREDENTIALS_DIRECTORY", "")
    if way == "env":
        yield Check(
            "master key",
            "warning",
            f"in the variable {rest}, which every child inherits",
            "use a key file or a systemd credential",
        )
        return
    if way == "command":
        yield _of_command(rest)
        return
    if way == "systemd":
        if not folder or not rest:
            mend = "`LoadCredential=NAME:PATH` in the service, and run this inside of it"
            yield Check("master key", "trouble", f"{given}: no systemd service gives a credential here", mend)
            return
        path = os.path.join(folder, rest)
    elif given:
        path = given
    else:
        service = os.path.join(folder, "keyrule.key") if folder else ""
        path = service if service and os.path.exists(service) else f"{store}".rstrip("/") + ".key"
    try:
        found = os.stat(path)
    except OSError as problem:
        mend = "copy it there, mode 0400, owned by Dify's user; KEYRULE_KEY names another place"
        yield Check("master key", "trouble", f"{path}: {(problem.strerror or '').lower()}", mend)
        return
    mode = stat.S_IMODE(found.st_mode)
    if mode & 0o077:
        yield Check("master key", "trouble", f"{path}: others may use it (mode {mode:04o})", f"`chmod 400 {path}`")
    elif not os.access(path, os.R_OK):
        yield Check(
            "master key",
            "trouble",
            f"{path}: this user may not read it",
            f"run this as Dify's user, or `chown` it (uid {os.geteuid()})",
        )
    elif os.path.realpath(path).startswith(os.path.realpath(store or os.devnull) + os.sep):
        yield Check(
            "master key",
            "warning",
            f"{path}: it lies in the store that it opens",
            "keep it outside of what is backed up with the store",
        )
    else:
        yield Check("master key", "ok", f"{path} (mode {mode:04o})")


def _of_command(rest: str) -> Check:
    """The program is not run here; whether it gives the key, the store's own row says, which needs it."""
    program = next(iter(rest.split()), "")
    mend = "KEYRULE_KEY=command:/path/to/program"
    if not program:
        return Check("master key", "trouble", "`command:` names no program", mend)
    if not os.path.isabs(program) or not os.access(program, os.X_OK) or os.path.isdir(program):
        return Check("master key", "trouble", f"{program} is no program that this user may run", mend)
    return Check("master key", "ok", f"from {program}; the store's row says whether it is the right one")


def relative(environ: Mapping[str, str]) -> Iterator[Check]:
    """Paths that lead elsewhere from where Dify runs."""
    for name in ("KEYRULE_POLICY", "KEYRULE_STORE", "KEYRULE_KEY", "KEYRULE_STATE", "KEYRULE_DECISIONS", "KEYRULE_LIBRARY"):
        given = environ.get(name, "")
        if not given or os.path.isabs(given) or (name == "KEYRULE_KEY" and given.startswith(("env:", "command:", "systemd:"))):
            continue
        yield Check("paths", "trouble", f"{name} is `{given}`, which Dify looks for in its own folder", "write the whole path")


def generation(store: str) -> Check:
    """Which one is published, and since when. The store has been opened before."""
    try:
        current = Path(store, "CURRENT")
        found = re.search(r"^generation (\d+)$", current.read_text(encoding="utf-8", errors="replace"), re.M)
        age = max(0.0, time.time() - current.stat().st_mtime)
    except OSError as problem:
        return Check(
            "store",
            "warning",
            f"{store} opens, but {problem.filename}: {problem.strerror}",
            f"`keyrule verify --store {store}`",
        )
    number = found[1] if found else "not known"
    if number == "0":
        return Check("store", "warning", f"{store}: nothing is published yet", "`keyrule import` or `keyrule sync` fills it")
    return Check("store", "ok", f"{store} opens: generation {number}, published {spoken(age)} ago")


def spoken(seconds: float) -> str:
    for unit, size in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= 2 * size:
            return f"{seconds // size:.0f} {unit}s"
    return f"{seconds:.0f} seconds"


def decisions(environ: Mapping[str, str]) -> Iterator[Check]:
    folder = environ.get("KEYRULE_DECISIONS")
    if not folder:
        yield Check("decisions", "warning", "no record is kept", "set KEYRULE_DECISIONS to a folder of Dify's user")
        return
    try:
        found = os.stat(folder)
    except FileNotFoundError:
        above = os.path.dirname(os.path.abspath(folder))
        can = os.access(above, os.W_OK | os.X_OK)
        detail = f"{folder} is made by the first decision" if can else f"{folder} is not there, and this user may not make it"
        yield Check(
            "decisions", "ok" if can else "trouble", detail, "" if can else f"`install -d -m 700 -o {os.geteuid()} {folder}`"
        )
        return
    except OSError as problem:
        yield Check("decisions", "trouble", f"{folder}: {(problem.strerror or '').lower()}", "name a folder of Dify's user")
        return
    mode = stat.S_IMODE(found.st_mode)
    if not stat.S_ISDIR(found.st_mode):
        yield Check("decisions", "trouble", f"{folder} is no folder", "name a folder of Dify's user")
    elif not os.access(folder, os.W_OK | os.X_OK):
        yield Check("decisions", "trouble", f"{folder}: this user may not write there", f"`chown {os.geteuid()} {folder}`")
    elif mode & 0o077:
        yield Check("decisions", "warning", f"{folder}: others may look into it (mode {mode:04o})", f"`chmod 700 {folder}`")
    else:
        files = [entry for entry in os.scandir(folder) if entry.name.startswith("decisions-")]
        size = sum(entry.stat().st_size for entry in files) / 1e6
        yield Check("decisions", "ok", f"{folder}: {len(files)} files, {size:.1f} MB")
