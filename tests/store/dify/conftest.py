import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(ROOT / "plugin_api" / "python"))

import keyrule  # noqa: E402
from dify import Dify  # noqa: E402
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
        return self.run(*self.arguments(*more, url=url), **options)

    def list(self):
        done = self.run(KEYRULE, "list", "--store", self.store, "--json")
        assert done.returncode == 0, done.stdout + done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    def named(self):
        return {one["name"]: one for one in self.list()}

    def secrets(self, tenant, name, provider="openai", model="gpt-5", kind="llm"):
        """What a host gets for a credential: the object, or the reason of the refusal."""
        policy = self.store.parent / "policy.keyrule"
        policy.write_text('keyrule 1\nschema "dify"\ndefault { use credential node.credential }\n')
        request = {"tenant": tenant, "provider": provider, "model": model, "model.type": kind, "node.credential": name}
        with keyrule.Engine(policy=policy, store=self.store) as engine:
            decision = engine.get_current_credentials(request)
            return decision.credentials() if decision.verdict == "use" else decision.reason


@pytest.fixture
def command(dify, tmp_path):
    return Command(dify, tmp_path / "store")
