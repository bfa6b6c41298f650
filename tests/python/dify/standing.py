"""A store, a policy, and a Dify of stand-ins that is imported anew for each test."""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

COMMAND = os.environ.get("KEYRULE_COMMAND", "")
STANDIN = Path(__file__).resolve().parent / "standin"
OPENAI = "langgenius/openai/openai"

POLICY = """keyrule 1
schema "dify"
pool turns of "openai" { "prod-a"  "prod-b" }
pool tiers of "openai" {
  "prod-a"
then
  "prod-b"
  after rate_limited cool 1s
}
budget slow { limit 1 request per second }
rule named { when node.credential is set  use credential node.credential }
rule staged { when environment == "staging"  use credential "staging" }
rule asked_by_plugins { when invoke.via == "plugin" and user.id == "u-closed"  deny "no plugin spends here" }
rule moderated { when model.type == "moderation" and app.id == "moderated"  use credential "prod-b" }
rule closed { when node.id == "closed"  deny "node closed is closed" }
rule turns { when provider == "openai" and node.id like "turn*"  use turns by round_robin }
rule tiers { when provider == "openai" and node.id like "tier*"  use tiers by first_available else deny "all are out" }
rule pace { when provider == "openai" and node.id == "pace"  use tiers by first_available under slow waiting up to 3s }
rule gold { when inputs.tier == "gold"  use credential "prod-b" }
rule embedded { when dataset.id == "d1"  use credential "prod-a" }
rule other_embedded { when dataset.id == "d2"  use credential "prod-b" }
rule chatting { when app.mode == "chat" and provider == "openai"  use turns by round_robin }
rule completing { when app.mode == "completion" and user.kind == "end-user" and user.session == "ann"  use credential "prod-b" }
rule nodes { when node.id == "a"  use credential "prod-a" }
rule others { when node.id == "b"  use credential "prod-b" }
rule plugins { when user.id == "u-plugin"  use credential "prod-b" }
default { leave to host }
"""


def key(name: str, tenant: str = "t1") -> str:
    return f"sk-{tenant}-{name}"


@pytest.fixture(scope="session")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dify-store")
    rows = [
        {"tenant": t, "provider": "openai", "name": n,
         "credentials": {"openai_api_key": key(n, t), "openai_api_base": f"https://{n}"}}
        for t in ("t1", "t2") for n in ("prod-a", "prod-b", "staging")
    ]  # fmt: skip
    (folder / "c.json").write_text(json.dumps({"credentials": rows}))
    subprocess.run([COMMAND, "import", folder / "c.json", "--store", folder / "store"], check=True, capture_output=True)
    return folder / "store"


def forget_dify():
    ours = ("core", "services", "graphon", "upstream", "dify_like")
    for name in [name for name in sys.modules if name.split(".")[0] in ours]:
        del sys.modules[name]


@contextlib.contextmanager
def on_path(*folders):
    before = list(sys.path)
    sys.path[0:0] = [str(folder) for folder in folders]
    forget_dify()
    try:
        yield
    finally:
        sys.path[:] = before
        forget_dify()


@pytest.fixture
def bare():
    """The stand-in without the adapter."""
    with on_path(STANDIN):
        yield Dify()


@pytest.fixture
def settings(tmp_path, store):
    from keyrule.dify import Settings

    policy = tmp_path / "policy.keyrule"
    policy.write_text(POLICY)
    return Settings(policy=str(policy), store=str(store))


@pytest.fixture
def dify(settings):
    """The stand-in with the adapter in it."""
    import keyrule.dify

    with on_path(STANDIN):
        keyrule.dify.install(settings)
        try:
            yield Dify()
        finally:
            keyrule.dify.uninstall()


class Dify:
    """Drives the stand-in as Dify's own callers would."""

    def __init__(self, factory: str = "core.workflow.node_factory") -> None:
        import upstream
        from core.entities.provider_configuration import ModelType, ProviderConfiguration
        from core.model_manager import ModelManager

        self.factory = factory  # the module of DifyNodeFactory
        self.upstream = upstream
        self.model_type = ModelType
        self.manager = ModelManager
        ModelManager.configurations = {
            (t, OPENAI): ProviderConfiguration(
                t, OPENAI, {"openai_api_key": key("shared", t), "openai_api_base": "https://shared"}
            )
            for t in ("t1", "t2")
        }

    def paid(self):
        return list(self.upstream.calls)

    def configuration(self, tenant="t1"):
        return self.manager.configurations[tenant, OPENAI]

    def app(self, mode="workflow", tenant="t1", tags=(), identity=None):
        made = [SimpleNamespace(name=tag) for tag in tags]
        return SimpleNamespace(id=identity or f"app-{mode}-{len(tags)}", name="App", mode=mode, tenant_id=tenant, tags=made)

    def end_user(self):
        return SimpleNamespace(id="u-1", session_id="ann")

    def nodes(self, *data, tenant="t1", env=None):
        """Nodes of one workflow, made by one factory; each of `data` is a node's id or its data with one."""
        DifyNodeFactory = importlib.import_module(self.factory).DifyNodeFactory
        model = {"provider": OPENAI, "name": "gpt"}
        configs = [{"id": d, "data": {}} if isinstance(d, str) else {"id": d["id"], "data": d} for d in data]
        for config in configs:
            config["data"] = {"type": "llm", "title": config["id"], "model": model, **config["data"]}
        run = SimpleNamespace(tenant_id=tenant, app_id="app-w", user_id="u-1", user_from="end-user", invoke_from="service-api")
        params = SimpleNamespace(graph_config={"nodes": configs}, workflow_id="w-1", run_context={"_dify": run})
        variables = {n: SimpleNamespace(name=n, value=v, value_type="string") for n, v in (env or {}).items()}
        pool = SimpleNamespace(variable_dictionary={"env": variables}, get=lambda path: None)
        factory = DifyNodeFactory(params, SimpleNamespace(variable_pool=pool))
        return [factory.create_node(config) for config in configs]

    def run(self, *data, **options):
        """Makes the nodes, then runs one after the other; a list of their last events."""
        return [list(node.run())[-1] for node in self.nodes(*data, **options)]
