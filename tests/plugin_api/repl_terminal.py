"""`keyrule repl` on a real pseudo-terminal, as a person sits before it."""

import os
import re
from pathlib import Path

import pexpect

KEYRULE = str(Path(os.environ["KEYRULE_COMMAND"]).resolve())
PROMPT, MORE = "keyrule> ", "    ...> "


class Shell:
    def __init__(self, policy, state, *arguments, size=(40, 100), cwd=None, **environment):
        env = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "TERM")}
        env |= {"TERM": "xterm", "XDG_STATE_HOME": str(state), "HOME": str(state)} | environment
        self.child = pexpect.spawn(
            KEYRULE, ["repl", str(policy), *arguments], env=env, encoding="utf-8", timeout=60, dimensions=size, cwd=cwd
        )
        self.wait(PROMPT)

    def wait(self, text):
        """What was shown before it, without the terminal's own commands."""
        self.child.expect(self.pattern(text))
        return self.plain(self.child.before)

    @staticmethod
    def pattern(text):
        """A prompt is bold up to its `>`, where the terminal can."""
        return r"(?:\x1b\[[0-9;]*m)*".join(re.escape(part) for part in re.split(r"(?<=>)", text))

    @staticmethod
    def plain(text):
        return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text).replace("\r", "")

    def do(self, line):
        """Types a line; what it answers."""
        self.child.send(line + "\n")
        self.child.expect("\r\n")
        return self.wait(PROMPT)

    def leave(self):
        # Between two lines the terminal is not the shell's, and an end of file typed then is lost: type it until it is seen.
        for _ in range(300):
            self.child.sendeof()
            if self.child.expect([pexpect.EOF, pexpect.TIMEOUT], timeout=0.2) == 0:
                break
        self.child.close()
        return self.child.exitstatus
