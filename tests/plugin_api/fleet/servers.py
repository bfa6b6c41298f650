"""Redis servers of the tests' own, and hosts that share limits by them."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Redis:
    """A redis-server until the end of the `with` block; `words` are more of its arguments."""

    def __init__(self, folder, *words, port=None, inside=()):
        self.folder, self.words, self.inside = folder, words, list(inside)
        self.port = port or free_port()
        self.socket = folder / f"redis-{self.port}.sock"
        self.process = None

    def start(self):
        self.socket.unlink(missing_ok=True)
        self.log = open(self.folder / f"redis-{self.port}.log", "ab")
        program = [shutil.which("redis-server"), "--port", str(self.port), "--unixsocket", str(self.socket)]
        quiet = ["--save", "", "--appendonly", "no", "--protected-mode", "no", "--bind", "0.0.0.0"]
        self.process = subprocess.Popen(
            [*self.inside, *program, *quiet, *map(str, self.words)], stdout=self.log, stderr=self.log, cwd=self.folder
        )
        end = time.monotonic() + 30
        while self.say("PING") is None:
            assert self.process.poll() is None and time.monotonic() < end, Path(self.log.name).read_text()
            time.sleep(0.02)
        return self

    def stop(self, how=signal.SIGKILL):
        if self.process is None:
            return
        self.process.send_signal(signal.SIGCONT)
        self.process.send_signal(how)
        self.process.wait(30)
        self.process = None
        self.log.close()

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()

    def say(self, *command, password=None):
        """What it answers, as text; None where it does not."""
        words = ["redis-cli", "-s", str(self.socket), *(["-a", password, "--no-auth-warning"] if password else [])]
        done = subprocess.run([*words, *map(str, command)], capture_output=True, text=True, timeout=30)
        return done.stdout.strip() if done.returncode == 0 else None

    def url(self, parameters="", host="127.0.0.1"):
        return f"redis://{host}:{self.port}/0?{parameters}"


class Host:
    """A process that decides by an engine over `state`, as host.py has it. With one `state` several are one host."""

    def __init__(self, policy, store, state, url, inside=(), **environ):
        words = [*inside, sys.executable, "-B", str(HERE / "host.py"), policy, store, state, url]
        self.process = subprocess.Popen(
            list(map(str, words)), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ | environ
        )
        assert self.answer() == "ready"

    def ask(self, **what):
        self.process.stdin.write(json.dumps(what) + "\n")
        self.process.stdin.flush()

    def answer(self):
        line = self.process.stdout.readline()
        assert line, f"the host ended: {self.process.wait(30)}"
        return json.loads(line)

    def do(self, **what):
        self.ask(**what)
        return self.answer()

    def end(self, how=None):
        if how is not None:
            self.process.send_signal(how)
        self.process.stdin.close()
        code = self.process.wait(60)
        self.process.stdout.close()
        return code

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(60)


def eventually(look, seconds=15):
    """What `look` gives once that is true; the last it gave where it never is."""
    end = time.monotonic() + seconds
    while True:
        seen = look()
        if seen or time.monotonic() > end:
            return seen
        time.sleep(0.05)


class Relay:
    """A TCP server before another that can hold back what passes it (`delay_s`), or pass on nothing."""

    def __init__(self, port):
        self.to, self.delay_s, self.swallows = port, 0.0, False
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.open = []
        threading.Thread(target=self._accept, daemon=True).start()

    def url(self, parameters=""):
        return f"redis://127.0.0.1:{self.port}/0?{parameters}"

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
                server = socket.create_connection(("127.0.0.1", self.to))
            except OSError:
                return
            self.open += [client, server]
            for source, to, slow in ((client, server, True), (server, client, False)):
                threading.Thread(target=self._pass, args=(source, to, slow), daemon=True).start()

    def _pass(self, source, to, slow):
        while True:
            try:
                some = source.recv(65536)
                if slow and self.delay_s:
                    time.sleep(self.delay_s)
                if not some:
                    return to.shutdown(socket.SHUT_WR)
                if not self.swallows:
                    to.sendall(some)
            except OSError:
                return

    def close(self):
        self.listener.close()
        for one in self.open:
            one.close()


class Fake:
    """A server that answers `reply` to whatever it is told."""

    def __init__(self, reply):
        self.reply = reply
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.asked = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(client,), daemon=True).start()

    def _answer(self, client):
        with client:
            try:
                while client.recv(65536):
                    self.asked += 1
                    client.sendall(self.reply)
            except OSError:
                return

    def url(self, parameters=""):
        return f"redis://127.0.0.1:{self.port}/0?{parameters}"

    def close(self):
        self.listener.close()
