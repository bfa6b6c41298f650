"""`keyrule dify doctor`: does Keyrule work in this Dify, and if not, what mends it? Changes nothing.

What only Dify's interpreter can tell is asked there (probe.py), with this environment: run it as Dify's user with Dify's
KEYRULE_* variables, in its container.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from . import extension, places, pth
from .check import Check
from .errors import SettingsError
from .extension import DifyApi
from .settings import REFUSE, Settings
from .trouble import Trouble

_PLUGINS = Check(
    "plugins",
    "ok",
    'what plugins ask for (agent strategies, tools) brings neither app nor node: rules see invoke.via == "plugin" and user.id',
)
_SOURCES_SECONDS = 120
_IMPORT_SECONDS = 300
_MOST_CREDENTIALS = 10


def examine(api: DifyApi, python: str, environ: Mapping[str, str], *, importing: bool = True) -> Iterator[Check]:
    """One check after the other, as they are known. The import of Dify's modules may take a minute."""
    yield Check("dify", "ok", f"{api.path}, version {api.version or 'not said'}")
    yield _way_in(api, python)
    answer = _ask(api, python, environ, importing=False)
    yield from _package(answer, python)
    yield from _policy(answer, environ)
    yield from _store(answer, environ)
    yield from _credentials(answer, environ)
    yield from _state(answer, environ)
    yield from _redis(answer, environ)
    yield from places.key(environ)
    yield from places.decisions(environ)
    yield from places.relative(environ)
    yield from _settings(environ, by_pth=_comes_by_pth(api, python))
    yield _PLUGINS
    if "failed" in answer.get("package", {"failed": 1}):
        yield Check("patch points", "trouble", "not known: the package cannot be imported", "mend the package first")
        return
    if importing:
        answer = _with_imports(answer, _ask(api, python, environ, importing=True))
    yield from _points(answer, environ)


def _way_in(api: DifyApi, python: str) -> Check:
    found = extension.state(api)
    try:
        line = pth.state(pth.site_packages(python))
    except Trouble:
        line = "absent"  # what is wrong with the interpreter is said below
    command = f"keyrule dify install --dify-api {api.path}"
    if "foreign" in (found, line):
        where = api.extension if found == "foreign" else pth.NAME
        return Check("way in", "trouble", f"{where} is not what `install` writes", f"move it away by hand, then `{command}`")
    if found == "installed":
        both = f"; {pth.NAME} as well, which changes nothing" if line == "installed" else ""
        return Check("way in", "ok", f"{extension.FOLDER}{both}")
    if line == "installed":
        return Check("way in", "ok", pth.NAME)
    return Check("way in", "trouble", "Dify does not load Keyrule", f"`{command}`")


def _ask(api: DifyApi, python: str, environ: Mapping[str, str], *, importing: bool) -> dict[str, Any]:
    text = Path(__file__).with_name("probe.py").read_text(encoding="utf-8")
    command = [python, "-P", "-c", text, str(api.path), "import" if importing else "sources"]
    limit = _IMPORT_SECONDS if importing else _SOURCES_SECONDS
    try:
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=limit, env=dict(environ))
    except (OSError, subprocess.TimeoutExpired) as problem:
        return {"package": {"failed": {"type": type(problem).__name__, "message": f"{python} does not answer"}}}
    mark = "keyrule-probe:"
    for line in reversed(done.stdout.splitlines()):
        if line.startswith(mark):
            found: dict[str, Any] = json.loads(line[len(mark) :])
            return found
    last = (done.stderr.strip().splitlines() or ["no answer"])[-1]
    return {"package": {"failed": {"type": "Probe", "message": f"exit code {done.returncode}: {last[:200]}"}}}


def _package(answer: dict[str, Any], python: str) -> Iterator[Check]:
    found = answer.get("package", {})
    if "failed" in found:
        detail = f"{python}: {found['failed']['type']}: {found['failed']['message']}"
        yield Check("package", "trouble", detail, f"`{python} -m pip install keyrule`, or put it on PYTHONPATH")
    else:
        version = ".".join(map(str, answer["version"]))
        yield Check("package", "ok", f"{Path(found['file']).parent} by {answer['executable']} ({version})")


def _policy(answer: dict[str, Any], environ: Mapping[str, str]) -> Iterator[Check]:
    policy = environ.get("KEYRULE_POLICY")
    if not policy:
        yield Check("policy", "trouble", "KEYRULE_POLICY is not set", "set it to the policy file, for all of Dify's services")
        return
    problem = _problem(answer, "policy")
    if problem is None:
        known = "policy" in answer.get("engine", {})
        yield Check(
            "policy",
            "ok" if known else "trouble",
            policy if known else f"{policy}: not known",
            "" if known else "mend the package first",
        )
        return
    errors = [one for one in problem.get("diagnostics", ()) if one.get("severity") == "error"]
    if errors:
        first = errors[0]
        more = f", and {len(errors) - 1} more" if len(errors) > 1 else ""
        yield Check(
            "policy",
            "trouble",
            f"{first.get('file')}:{first.get('line')}: {first.get('message')}{more}",
            f"`keyrule check {policy}` shows all",
        )
    else:
        yield Check("policy", "trouble", problem["message"], f"`keyrule check {policy}` says more")


def _store(answer: dict[str, Any], environ: Mapping[str, str]) -> Iterator[Check]:
    store = environ.get("KEYRULE_STORE")
    if not store:
        yield Check("store", "trouble", "KEYRULE_STORE is not set: every `use` is refused", "set it to the folder of the store")
        return
    problem = _problem(answer, "store")
    if not Path(store).is_dir():
        yield Check("store", "trouble", f"{store}: there is no such folder", "`keyrule sync` or `keyrule import` makes it")
    elif problem is not None:
        yield Check("store", "trouble", problem["message"], f"`keyrule verify --store {store}` says more")
    elif "store" not in answer.get("engine", {}):
        yield Check("store", "trouble", f"{store}: not known", "mend the policy and the package first")
    else:
        yield places.generation(store)


def _redis(answer: dict[str, Any], environ: Mapping[str, str]) -> Iterator[Check]:
    if not environ.get("KEYRULE_REDIS_URL"):
        return
    problem = _problem(answer, "redis")
    if problem is not None:
        yield Check("redis", "trouble", problem["message"], "mend KEYRULE_REDIS_URL or the server; until then each host keeps limits alone")
    elif "redis" not in answer.get("engine", {}):
        yield Check("redis", "trouble", "KEYRULE_REDIS_URL: not known", "mend the policy and the package first")
    else:
        yield Check("redis", "ok", "it answers: the hosts that name it share limits and turns")


def _state(answer: dict[str, Any], environ: Mapping[str, str]) -> Iterator[Check]:
    state = environ.get("KEYRULE_STATE")
    problem = _problem(answer, "state")
    if not state:
        yield Check("state", "ok", "each process counts turns and limits alone; KEYRULE_STATE would name a folder to share them in")
    elif problem is not None:
        yield Check("state", "trouble", problem["message"], "mend the folder, or name another one")
    elif "state" not in answer.get("engine", {}):
        yield Check("state", "trouble", f"{state}: not known", "mend the policy and the package first")
    else:
        yield Check("state", "ok", f"{state}: the processes of this host share turns, limits and health")


def _credentials(answer: dict[str, Any], environ: Mapping[str, str]) -> Iterator[Check]:
    """Does the store have what the policy names? `keyrule check` knows, where that command is at hand."""
    policy, store = environ.get("KEYRULE_POLICY"), environ.get("KEYRULE_STORE")
    command = _command()
    if not policy or not store or command is None or answer.get("engine", {}).get("store", "") is not None:
        return
    whole = ["--store", store, *(["--key", environ["KEYRULE_KEY"]] if environ.get("KEYRULE_KEY") else [])]
    try:
        if not _lines(command, "list", *whole):  # an empty store is said above
            return
        found = _lines(command, "check", *whole, "--", policy)
        lacking = {(f"{line['file']}:{line['line']}", str(line["message"])) for line in found if line.get("code") == "KR0901"}
    except (OSError, ValueError, KeyError, subprocess.TimeoutExpired) as error:
        detail = f"not looked at: `keyrule` gave no answer ({type(error).__name__})"
        yield Check("credentials", "warning", detail, f"`keyrule check {policy} --store {store}` says it")
        return
    for where, what in sorted(lacking)[:_MOST_CREDENTIALS]:
        yield Check("credentials", "trouble", f"{where}: {what}", f"`keyrule list --store {store}` shows the names")
    if not lacking:
        yield Check("credentials", "ok", "the store has every credential that the policy names")


def _lines(command: str, *words: str) -> list[dict[str, Any]]:
    asked = [command, words[0], "--json", *words[1:]]
    done = subprocess.run(asked, capture_output=True, text=True, errors="replace", timeout=_SOURCES_SECONDS)
    if done.returncode not in (0, 1, 3):
        raise ValueError(f"exit code {done.returncode}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def _command() -> str | None:
    """Of this package, or the one that is on the path."""
    from keyrule._console import COMMAND

    given = os.environ.get("KEYRULE_COMMAND")
    return given or (str(COMMAND) if COMMAND.is_file() else shutil.which("keyrule"))


def _problem(answer: dict[str, Any], name: str) -> dict[str, Any] | None:
    engine: dict[str, dict[str, Any] | None] = answer.get("engine", {})
    return engine.get("failed") or engine.get(name)


def _comes_by_pth(api: DifyApi, python: str) -> bool:
    try:
        return extension.state(api) != "installed" and pth.state(pth.site_packages(python)) == "installed"
    except Trouble:
        return False


def _settings(environ: Mapping[str, str], *, by_pth: bool) -> Iterator[Check]:
    try:
        settings = Settings.from_environment(environ)
    except SettingsError as problem:
        what, _, mend = str(problem).partition(": ")
        yield Check("settings", "trouble", what, mend)
        return
    named = f"environment {settings.environment}" if settings.environment else "no environment named for the installation"
    missing = "Dify does not start" if settings.on_missing == REFUSE else "left to Dify"
    yield Check("settings", "ok", f"{named}; a missing patch point: {missing}")
    if by_pth and not settings.required:
        detail = f"without KEYRULE_REQUIRED Dify starts without Keyrule where {pth.NAME} or the package fails"
        yield Check("settings", "warning", detail, "set KEYRULE_REQUIRED=1, or install without --pth")


def _with_imports(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """What the import told; the sources' word where it told nothing."""
    found = after.get("points", {})
    if "points" in found:
        return after
    why = found.get("failed") or after.get("package", {}).get("failed") or {"type": "", "message": "no answer"}
    points = before.get("points", {})
    return before | {"points": points | {"import": {"module": ""} | why}}


def _points(answer: dict[str, Any], environ: Mapping[str, str]) -> Iterator[Check]:
    found = answer.get("points", {})
    if "failed" in found:
        yield Check(
            "patch points",
            "trouble",
            f"{found['failed']['type']}: {found['failed']['message']}",
            "install the whole package keyrule",
        )
        return
    states = [state for _, _, state, _ in found["points"]]
    missing = [(name, detail) for name, _, state, detail in found["points"] if state == "missing"]
    left = environ.get("KEYRULE_ON_MISSING") == "host"
    for name, detail in missing:
        yield Check(
            f"patch point {name}",
            "warning" if left else "trouble",
            f"missing: {detail}" + ("; calls that could have come that way are left to Dify" if left else ""),
            "use a version of keyrule that knows this Dify" + ("" if left else ", or set KEYRULE_ON_MISSING=host"),
        )
    patched, pending, absent = (states.count(word) for word in ("patched", "pending", "absent_here"))
    detail = f"{patched} patched on import, {pending} found in the source, {absent} not in this Dify"
    problem = found.get("import")
    if problem:
        detail += f" ({problem['module']} cannot be imported here: {problem['type']})"
    if not states or len(missing) == len(states):
        yield Check("patch points", "trouble", "none is there", "--dify-api names Dify's folder `api`")
    else:
        yield Check("patch points", "ok" if not missing else "warning", detail, "" if not missing else "see above")
