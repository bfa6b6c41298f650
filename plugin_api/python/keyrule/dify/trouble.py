"""What the commands of `keyrule dify` cannot do: what, where, how to mend, and the exit code (LANGUAGE.md, "The command")."""

from __future__ import annotations

import json
import sys
from typing import TextIO

NO = 1
USAGE = 2
FILE = 4
FAULT = 70


class Trouble(Exception):
    """Ends a command."""

    def __init__(self, what: str, mend: str = "", *, file: str = "", code: int = FILE) -> None:
        super().__init__(what)
        self.what = what
        self.mend = mend
        self.file = file
        self.code = code

    def show(self, *, as_json: bool) -> None:
        """As the C++ commands show a problem: text on standard error, JSON as a line on standard output."""
        if as_json:
            keys = ("line", "column", "end_line", "end_column")
            line = {
                "code": None,
                "severity": "error",
                "message": self.what,
                "help": self.mend or None,
                "file": self.file or None,
            }
            print(json.dumps(line | dict.fromkeys(keys) | {"notes": []}, ensure_ascii=False, separators=(",", ":")))
            return
        where = f"{printable(self.file)}: " if self.file else ""
        say(sys.stderr, f"error: {where}{printable(self.what)}" + (f"\n   = help: {printable(self.mend)}" if self.mend else ""))


def say(stream: TextIO, text: str) -> None:
    print(text, file=stream)


def printable(text: str) -> str:
    """Paths and errors write no lines of their own and move no cursor."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)
