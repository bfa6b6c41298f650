"""`keyrule dify install | uninstall | doctor`."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

from . import extension, pth
from .doctor import examine
from .trouble import FAULT, NO, USAGE, Trouble, printable, say

_ABOUT = """\
Puts Keyrule into Dify, takes it out, and checks that it works. Dify's code is not changed: `install` adds a folder of its own,
core/moderation/keyrule, with three lines that import the package keyrule. plugin_api/DIFY.md is the way from nothing to two
keys. Exit codes: 0 yes, 1 no, 2 wrong usage, 4 a file cannot be read or written, 70 a fault of Keyrule itself.
"""
_EXAMPLES = {
    "install": """\
  keyrule dify install --dify-api /app/api
  keyrule dify install --dify-api /app/api --pth

Run again, it changes nothing. With --pth, which is for api folders that cannot be written, it writes one line into the
site-packages of Dify's Python instead; KEYRULE_REQUIRED=1 then keeps Dify from starting without a complete Keyrule.
""",
    "uninstall": """\
  keyrule dify uninstall --dify-api /app/api

Takes away what `install` has written, and nothing else.
""",
    "doctor": """\
  keyrule dify doctor --dify-api /app/api
  keyrule dify doctor --dify-api /app/api --json

Run it as Dify's user, with Dify's KEYRULE_* variables. It changes nothing. Exit code 0: Keyrule works, perhaps with warnings;
1: something is in the way, and each line says what mends it (`--deny-warnings`: or there are warnings).
""",
}


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise Trouble(message, f"`{self.prog} --help` says more", code=USAGE)


def main(argv: Sequence[str]) -> int:
    """The exit code. Prints what it did."""
    as_json = "--json" in argv or "--format=json" in argv
    try:
        options = _options(argv)
        as_json = options.json or options.format == "json"
        return int(options.run(options, as_json))
    except Trouble as trouble:
        trouble.show(as_json=as_json)
        return trouble.code
    except SystemExit as done:  # argparse, after help and version
        return int(done.code or 0)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 4
    except Exception as fault:
        say(sys.stderr, f"error: a fault of Keyrule itself: {type(fault).__name__}: {printable(str(fault))}")
        return FAULT


def _options(argv: Sequence[str]) -> Any:
    form = argparse.RawDescriptionHelpFormatter
    parser = _Parser("keyrule dify", description=_ABOUT, formatter_class=form, allow_abbrev=False)
    parser.add_argument("--version", action="version", version="keyrule " + _version())
    commands = parser.add_subparsers(metavar="install|uninstall|doctor", required=True, parser_class=_Parser)
    for name, run, about in (
        ("install", _install, "puts Keyrule into Dify"),
        ("uninstall", _uninstall, "takes it out"),
        ("doctor", _doctor, "checks that it works there"),
    ):
        command = commands.add_parser(
            name, help=about, description=about, epilog=_EXAMPLES[name], formatter_class=form, allow_abbrev=False
        )
        command.set_defaults(run=run)
        command.add_argument("--dify-api", metavar="DIR", required=True, help="Dify's folder `api` (/app/api in its image)")
        command.add_argument(
            "--dify-python", metavar="PYTHON", help="the interpreter that Dify runs under (unset: DIR/.venv's)"
        )
        if name != "doctor":
            command.add_argument(
                "--pth", action="store_true", help="in the site-packages of Dify's Python, not in its api folder"
            )
        else:
            command.add_argument(
                "--no-import", action="store_true", help="look at Dify's source only; do not import its modules"
            )
        command.add_argument("--format", choices=("text", "plain", "json"), default="text", help="text unless given")
        command.add_argument("--json", action="store_true", help="short for --format json: one object a line")
        command.add_argument("--quiet", action="store_true", help="errors only; the exit code says the rest")
        command.add_argument("--deny-warnings", action="store_true", help="warnings count as errors")
    options = parser.parse_args(list(argv))
    for option in ("dify_api", "dify_python"):
        if getattr(options, option) == "":
            shown = "--" + option.replace("_", "-")
            raise Trouble(f"the value of `{shown}` is empty", "a variable that is not set may be the cause", code=USAGE)
    return options


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("keyrule")
    except PackageNotFoundError:
        return "from a source tree"


def _python_of(api: extension.DifyApi, given: str | None) -> str:
    return given or str(api.python or sys.executable)


def _dify_s_python(api: extension.DifyApi, given: str | None) -> str:
    """The one into which a .pth file goes: this one only where it is named."""
    if given is None and api.python is None:
        what = f"{api.path} has no .venv, so nothing says which Python Dify runs under"
        raise Trouble(what, f"--dify-python {sys.executable} if it is the one of this command", code=USAGE)
    return _python_of(api, given)


def _way_in(api: extension.DifyApi, options: Any) -> tuple[Callable[[], bool], Callable[[], bool], Path]:
    """What puts Keyrule into this Dify, what takes it out again, and the file that it is about."""
    if options.pth:
        folder = pth.site_packages(_dify_s_python(api, options.dify_python))
        return partial(pth.put, folder), partial(pth.take_away, folder), folder / pth.NAME
    return partial(extension.put, api), partial(extension.take_away, api), api.extension / extension.NAME


def _install(options: Any, as_json: bool) -> int:
    api = extension.find(options.dify_api)
    put, _, file = _way_in(api, options)
    _tell(options, as_json, "installed" if put() else "unchanged", str(file))
    if not options.quiet and not as_json:
        version = f" {api.version}" if api.version else ""
        say(
            sys.stdout,
            f"Dify{version} loads Keyrule when its api, worker and beat start again; `keyrule dify doctor` checks it",
        )
    return 0


def _uninstall(options: Any, as_json: bool) -> int:
    api = extension.find(options.dify_api)
    _, take_away, file = _way_in(api, options)
    there = os.path.lexists(file)  # a folder without it may be ours as well
    done = take_away()
    _tell(options, as_json, "removed" if done else "unchanged", str(file if there or not done else file.parent))
    other = _other_way_in(api, options)
    if other and not options.quiet:
        say(sys.stderr, f"note: Keyrule still comes into Dify by {printable(other)}")
    return 0


def _other_way_in(api: extension.DifyApi, options: Any) -> str:
    """What this call did not take away, and with which option it goes."""
    if options.pth:
        return f"{api.extension}: `uninstall` without --pth" if extension.state(api) == "installed" else ""
    try:
        folder = pth.site_packages(_python_of(api, options.dify_python))
        return f"{folder / pth.NAME}: `uninstall --pth`" if pth.state(folder) == "installed" else ""
    except Trouble:
        return ""  # no interpreter that answers, and so none that runs it


def _tell(options: Any, as_json: bool, did: str, file: str) -> None:
    if options.quiet:
        return
    if as_json:
        print(json.dumps({"did": did, "file": file}, ensure_ascii=False, separators=(",", ":")))
        return
    words = {"installed": "wrote", "removed": "took away", "unchanged": "nothing to do for"}
    say(sys.stdout, f"{words[did]} {printable(file)}")


def _doctor(options: Any, as_json: bool) -> int:
    api = extension.find(options.dify_api)
    worst = set()
    for check in examine(api, _python_of(api, options.dify_python), os.environ, importing=not options.no_import):
        worst.add(check.state)
        if as_json:
            line = {"check": check.name, "state": check.state, "detail": check.detail, "mend": check.mend or None}
            print(json.dumps(line, ensure_ascii=False, separators=(",", ":")), flush=True)
        elif not options.quiet or check.state == "trouble":
            say(sys.stdout, f"{check.state:<9}{check.name:<14}  {printable(check.detail)}")
            if check.mend:
                say(sys.stdout, f"{'':<9}{'':<16}= help: {printable(check.mend)}")
            sys.stdout.flush()
    return NO if "trouble" in worst or (options.deny_warnings and "warning" in worst) else 0
