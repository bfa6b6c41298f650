"""The console script `keyrule` of a wheel: `dify …` is Python's, everything else the compiled command's."""

from __future__ import annotations

import os
import sys
from pathlib import Path

COMMAND = Path(__file__).resolve().parent / "bin" / "keyrule"


def main() -> int:
    """Runs the command with this process's arguments. Returns the exit code, or becomes the command."""
    arguments = sys.argv[1:]
    if arguments[:1] == ["dify"]:
        from .dify.cli import main as dify

        code: int = dify(arguments[1:])
        return code
    try:
        os.execv(COMMAND, [sys.argv[0], *arguments])
    except OSError as error:
        print(f"keyrule: {COMMAND} cannot be run: {error.strerror}; install the package again", file=sys.stderr)
        return 70
