"""The process managers that Dify runs under, for real: gunicorn with gevent workers, and Celery's prefork pool over Redis.
Each opens the engine, uses it, and forks; workers are replaced all the while. No answer may differ from what the policy
says, and none may fail to come.
"""

import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
COMMAND = os.environ["KEYRULE_COMMAND"]
KEYS = 7
CALLS = int(os.environ.get("KEYRULE_FORK_CALLS", "1200"))

POLICY = """keyrule 1
schema "dify"
table key_of {{
{rows}
}}
rule forbidden {{ when app.id ends with "3" deny "not this app" }}
rule own {{ when app.id in key_of use credential key_of[app.id] }}
default {{ leave to host }}
"""


def expected(number):
    if number % 10 == 3:
        return "deny", "", "not this app", None
    if number >= 200:
        return "host", "", "", None
    key = number % KEYS
    return "use", f"key-{key}", "", {"openai_api_key": f"sk-{key}"}


def check(number, got):
    want = expected(number)
    assert (got["verdict"], got["credential"], got["message"], got["payload"]) == want, f"app-{number}: {got}"


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hosts")
    rows = "\n".join(f'  "app-{i}": "key-{i % KEYS}"' for i in range(200))
    (folder / "p.keyrule").write_text(POLICY.format(rows=rows))
    held = [
        {"tenant": "t1", "provider": "openai", "name": f"key-{i}", "credentials": {"openai_api_key": f"sk-{i}"}}
        for i in range(KEYS)
    ]
    (folder / "c.json").write_text(json.dumps({"credentials": held}))
    subprocess.run([COMMAND, "import", folder / "c.json", "--store", folder / "store"], check=True, capture_output=True)
    path = os.pathsep.join([str(ROOT / "plugin_api" / "python"), str(HERE / "hosts")])
    return folder, os.environ | {"PYTHONPATH": path, "KEYRULE_TEST_FOLDER": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}


class Server:
    """A program that runs until the end of the `with` block; what it said is shown if it ends earlier."""

    def __init__(self, words, ready, **options):
        self.words, self.ready, self.options = words, ready, options

    def __enter__(self):
        self.log = open(self.options["cwd"] / f"{Path(str(self.words[0])).name}.log", "w+b")
        self.process = subprocess.Popen(self.words, stdout=self.log, stderr=self.log, **self.options)
        end = time.monotonic() + 60
        while not self.ready():
            assert self.process.poll() is None and time.monotonic() < end, self.said()
            time.sleep(0.05)
        return self

    def said(self):
        self.log.seek(0)
        return f"{self.words[0]} said:\n" + self.log.read().decode(errors="replace")

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        finally:
            self.log.close()


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=30)
        self.path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


def connects(path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            return False
        return True


def test_gunicorn_preloads_and_forks_gevent_workers(environment):
    folder, environ = environment
    listens = folder / "gunicorn"

    def ask(number):
        connection = UnixConnection(listens)
        try:
            connection.request("GET", f"/?app=app-{number}")
            return json.loads(connection.getresponse().read())
        finally:
            connection.close()

    words = [sys.executable, "-m", "gunicorn", "--preload", "-k", "gevent", "-w", "4", "--max-requests", "60"]
    words += ["-b", f"unix:{listens}", "host_app:wsgi"]
    with Server(words, lambda: connects(listens), env=environ, cwd=folder) as server:
        answers = []
        end = time.monotonic() + 60
        with ThreadPoolExecutor(8) as clients:
            # A worker that has had its share ends within a second, and then another one is forked.
            while len(answers) < CALLS or (len({got["pid"] for got in answers}) < 8 and time.monotonic() < end):
                answers += clients.map(ask, (i % 210 for i in range(420)))
        assert server.process.poll() is None, server.said()
    for number, got in enumerate(answers):
        check(number % 420 % 210, got)
    assert len({got["id"] for got in answers}) == len(answers), "two processes gave a decision the same id"
    assert len({got["pid"] for got in answers}) >= 8, "workers were to be replaced meanwhile"


def test_celery_prefork_children_that_live_fifty_tasks(environment):
    folder, environ = environment
    listens = folder / "redis"
    redis = [shutil.which("redis-server"), "--port", "0", "--unixsocket", listens, "--save", "", "--appendonly", "no"]
    environ = environ | {"KEYRULE_TEST_BROKER": f"redis+socket://{listens}"}
    celery = [sys.executable, "-m", "celery", "-A", "celery_app", "worker", "-P", "prefork", "-c", "4"]
    celery += ["--max-tasks-per-child", "50", "--without-gossip", "--without-mingle", "-l", "warning"]
    with Server(redis, lambda: connects(listens), env=environ, cwd=folder):
        with Server(celery, lambda: True, env=environ, cwd=folder) as server:
            client = [sys.executable, HERE / "hosts" / "celery_client.py", str(CALLS)]
            asked = subprocess.run(client, env=environ, cwd=folder, capture_output=True, timeout=300)
            assert asked.returncode == 0, asked.stderr.decode() + server.said()
            assert server.process.poll() is None, server.said()
    answers = json.loads(asked.stdout)
    assert len(answers) == CALLS
    for number, got in enumerate(answers):
        check(number % 210, got)
    assert len({got["id"] for got in answers}) == CALLS, "two processes gave a decision the same id"
    assert len({got["pid"] for got in answers}) > CALLS // 100, "children were to be replaced meanwhile"
