import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(ROOT / "plugin_api" / "python"))
sys.path.insert(0, str(ROOT / "tests" / "plugin_api"))

import keyrule  # noqa: E402
from dify import Dify  # noqa: E402
from follower import Follower  # noqa: E402
from schemas import hold  # noqa: E402
from servers import Mariadb, Postgres, in_memory  # noqa: E402
from tokens import Workspace  # noqa: E402

KEYRULE = os.environ["KEYRULE_COMMAND"]
KINDS = {"postgres": Postgres, "mariadb": Mariadb}


@pytest.fixture
def tmp_path():
    folder = Path(tempfile.mkdtemp(prefix="keyrule-sync-", dir=in_memory()))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def servers():
    """Started when first asked for."""
    running = {}

    def get(name):
        if name not in running:
            running[name] = KINDS[name]()
        return running[name]

    yield get
    for server in running.values():
        server.close()


@pytest.fixture(params=list(KINDS))
def server(request, servers):
    return servers(request.param)


@pytest.fixture(scope="session")
def workspaces():
    """Key pairs take a while to make."""
    return [Workspace(), Workspace()]


@pytest.fixture
def workspace(workspaces):
    return workspaces[0]


@pytest.fixture
def dify(server, tmp_path):
    made = Dify(server, tmp_path)
    yield made
    made.close()


class Command:
    """`keyrule sync` and what can be seen of its store. All output is kept, to be searched for secrets."""

    def __init__(self, dify, store):
        self.dify = dify
        self.store = store
        self.said = []

    def arguments(self, *more, url=None):
        return [KEYRULE, "sync", "--from", url or self.dify.url(), "--storage", self.dify.storage, "--store", self.store, *more]

    def run(self, *arguments, **options):
        self.dify.flush()
        done = subprocess.run(list(map(str, arguments)), capture_output=True, text=True, timeout=120, **options)
        self.said.append(done.stdout + done.stderr)
        return done

    def sync(self, *more, url=None, **options):
        done = self.run(*self.arguments(*more, url=url), **options)
        if "--json" in more:
            hold(done.stdout, "sync", "sync-problem")
        return done

    def list(self):
        done = self.run(KEYRULE, "list", "--store", self.store, "--json")
        assert done.returncode == 0, done.stdout + done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    def named(self):
        return {one["name"]: one for one in self.list()}

    def engine(self, text='default { use credential node.credential }', **options):
        """A host's engine over the store, with a policy."""
        policy = self.store.parent / f"policy-{len(list(self.store.parent.glob('policy-*')))}.keyrule"
        policy.write_text(f'keyrule 1\nschema "dify"\n{text}\n')
        return keyrule.Engine(policy=policy, store=self.store, **options)

    @staticmethod
    def ask(engine, tenant, name=None, provider="openai", model="gpt-5", kind="llm"):
        request = {"tenant": tenant, "provider": provider, "model": model, "model.type": kind, "node.credential": name}
        return engine.get_current_credentials(request)

    def secrets(self, tenant, name, provider="openai", model="gpt-5", kind="llm", **options):
        """What a host gets for a credential: the object, or the reason of the refusal."""
        with self.engine(**options) as engine:
            decision = self.ask(engine, tenant, name, provider, model, kind)
            return decision.credentials() if decision.verdict == "use" else decision.reason

    def other(self, verb, *more):
        """Another command on the same store; waits while it is somebody else's turn."""
        for _ in range(100):
            done = self.run(KEYRULE, verb, *more, "--store", self.store)
            if "another process is writing to this store" not in done.stderr:
                break
            time.sleep(0.1)
        return done

    def withdraw(self, verb, tenant, name):
        """revoke, disable or enable."""
        done = self.other(verb, "--tenant", tenant, "--provider", "openai", "--name", name)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr


@pytest.fixture
def command(dify, tmp_path):
    return Command(dify, tmp_path / "store")


@pytest.fixture
def follow(command):
    running = []

    def start(*more, **options):
        command.dify.flush()
        command.dify.at_once = True
        running.append(Follower(command, *more, **options))
        return running[-1]

    yield start
    for one in running:
        one.end()
        command.said.extend(one.lines)
