"""The other way in: one line in the site-packages of Dify's Python, which every process of that environment runs when it starts.

Python goes on when such a line fails, so the line itself sees to it that Dify does not (startup.py).
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

from .extension import cannot
from .trouble import FILE, NO, Trouble

NAME = "keyrule_dify.pth"
# Of what KEYRULE_REQUIRED can hold only these say no: a word that startup.py would refuse counts as yes here.
_CODE = """\
required = os.environ.get("KEYRULE_REQUIRED", "").strip().lower() not in ("", "0", "no", "false", "off")
if required or os.environ.get("KEYRULE_POLICY"):
 try:
  from keyrule.dify.startup import start
  start()
 except Exception as problem:
  sys.stderr.write("keyrule_dify.pth: Keyrule is not there: %s: %s\\n" % (type(problem).__name__, problem))
  if required:
   sys.stderr.write("KEYRULE_REQUIRED is set: this process ends; without that variable pip can mend it\\n")
   sys.stderr.flush()
   os._exit(70)
"""
LINE = f"import os, sys; exec({_CODE!r}, dict(os=os, sys=sys))  # put here by keyrule dify install --pth\n"
_ASK = "import json,sys,sysconfig; print(json.dumps([sysconfig.get_paths()['purelib'], list(sys.version_info[:2])]))"


def site_packages(python: str) -> Path:
    """Of the interpreter. Raises Trouble if it cannot be asked, or is too old."""
    try:
        done = subprocess.run([python, "-I", "-c", _ASK], capture_output=True, text=True, timeout=60)
        folder, version = json.loads(done.stdout)
    except (OSError, ValueError, subprocess.TimeoutExpired) as problem:
        raise Trouble(
            "this interpreter does not answer", "--dify-python names the Python that Dify runs under", file=python
        ) from problem
    if tuple(version) < (3, 11):
        raise Trouble(f"this is Python {version[0]}.{version[1]}; Keyrule needs 3.11 or later", file=python, code=FILE)
    return Path(folder)


def state(folder: Path) -> str:
    """`installed`, `absent` or `foreign`."""
    file = folder / NAME
    try:
        if not os.path.lexists(file):
            return "absent"
        return "installed" if not file.is_symlink() and file.read_text(encoding="utf-8") == LINE else "foreign"
    except (OSError, ValueError) as problem:
        raise cannot(problem if isinstance(problem, OSError) else OSError(str(problem)), file) from problem


def put(folder: Path) -> bool:
    found = state(folder)
    if found == "installed":
        return False
    if found == "foreign":
        raise _foreign(folder, "overwritten")
    file = folder / NAME
    new = folder / ".keyrule_dify.new"
    try:
        new.write_text(LINE, encoding="utf-8")
        new.chmod(0o644)
        new.replace(file)
    except OSError as problem:
        new.unlink(missing_ok=True)
        raise cannot(problem, file) from problem
    return True


def take_away(folder: Path) -> bool:
    found = state(folder)
    if found == "absent":
        return False
    if found == "foreign":
        raise _foreign(folder, "removed")
    try:
        (folder / NAME).unlink()
    except OSError as problem:
        raise cannot(problem, folder / NAME) from problem
    return True


def _foreign(folder: Path, done: str) -> Trouble:
    what = f"this is not what this version of `keyrule dify install --pth` writes; it was not {done}"
    return Trouble(what, "look at it, and remove it by hand", file=str(folder / NAME), code=NO)
