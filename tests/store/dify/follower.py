"""`keyrule sync --follow` as a process, and what it has said so far."""

import os
import subprocess
import threading
import time

from schemas import hold
from servers import die_with_the_tests


def within(seconds):
    """On a machine where many more programs than cores want to run, all seconds are longer."""
    return seconds * max(1.0, os.getloadavg()[0] / os.cpu_count() / 2)


class Follower:
    def __init__(self, command, *more, every="500ms"):
        arguments = list(map(str, command.arguments("--follow", "--every", every, *more)))
        self.process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, bufsize=1,
                                        preexec_fn=die_with_the_tests)
        self.lines = []
        self.as_json = "--json" in more
        self.reader = threading.Thread(target=self.read)
        self.reader.start()

    def read(self):
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))

    def said(self, text, since=0, seconds=15):
        """Waits for a line; gives its number."""
        until = time.monotonic() + within(seconds)
        while time.monotonic() < until:
            for number in range(since, len(self.lines)):
                if text in self.lines[number]:
                    return number
            time.sleep(0.02)
        raise AssertionError(f"no `{text}` in {self.lines[since:]}")

    def kill(self):
        """As the out-of-memory killer does."""
        self.process.kill()
        self.process.wait()
        self.reader.join()

    def end(self):
        if self.process.poll() is None:
            self.process.terminate()
        code = self.process.wait(30)
        self.reader.join()
        if self.as_json:
            hold("\n".join(self.lines), "sync", "sync-change", "sync-problem")
        return code


def wait_for(condition, seconds):
    begin = time.monotonic()
    while not condition():
        assert time.monotonic() - begin < seconds
        time.sleep(0.05)
    return time.monotonic() - begin
