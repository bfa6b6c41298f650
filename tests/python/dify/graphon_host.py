"""Runs a workflow in the real graph engine of recent Dify, with the stand-in for the rest: graphon_host.py POLICY STORE.

Four LLM nodes side by side behind a root, so that worker threads of the engine interleave them. Prints one JSON object: the
engine's version, who paid for which node, and what failed.
"""

from __future__ import annotations

import inspect
import json
import sys
import time
from importlib.metadata import version
from types import SimpleNamespace

import keyrule.dify

keyrule.dify.install(keyrule.dify.Settings(policy=sys.argv[1], store=sys.argv[2]))

import upstream  # noqa: E402
from core.entities.provider_configuration import ModelType, ProviderConfiguration  # noqa: E402
from core.model_manager import ModelManager  # noqa: E402
from graphon.entities.base_node_data import BaseNodeData  # noqa: E402
from graphon.entities.graph_init_params import GraphInitParams  # noqa: E402
from graphon.enums import NodeExecutionType, WorkflowNodeExecutionStatus  # noqa: E402
from graphon.graph import Graph  # noqa: E402
from graphon.graph_engine import GraphEngine  # noqa: E402
from graphon.graph_engine.command_channels import InMemoryChannel  # noqa: E402
from graphon.node_events import NodeRunResult  # noqa: E402
from graphon.nodes.base.node import Node  # noqa: E402
from graphon.runtime import GraphRuntimeState, VariablePool  # noqa: E402

OPENAI = "langgenius/openai/openai"
ModelManager.configurations = {("t1", OPENAI): ProviderConfiguration("t1", OPENAI, {"openai_api_key": "sk-t1-shared"})}
NODES = ("a", "b", "closed", "elsewhere")
DATA = {name: {"type": "start" if name == "root" else "llm", "title": name} for name in ("root", *NODES)}


class Spending(Node[BaseNodeData]):
    """Spends as Dify's LLM node does, with an instance made before the run."""

    node_type = "llm"

    @classmethod
    def version(cls) -> str:
        return "1"

    def _run(self):
        time.sleep(1 if self.id == "closed" else 0.05)  # under way together, and paid before the refusal ends the run
        for _ in self.instance.invoke_llm(self.id, stream=True):
            time.sleep(0.01)
        return NodeRunResult(status=WorkflowNodeExecutionStatus.SUCCEEDED)


class Root(Node[BaseNodeData]):
    node_type = "start"
    execution_type = NodeExecutionType.ROOT

    @classmethod
    def version(cls) -> str:
        return "1"

    def _run(self):
        return NodeRunResult(status=WorkflowNodeExecutionStatus.SUCCEEDED)


graph_config = {"nodes": [{"id": name, "data": data} for name, data in DATA.items()], "edges": []}
run = SimpleNamespace(tenant_id="t1", app_id="app-w", user_id="u-1", user_from="end-user", invoke_from="service-api")
params = GraphInitParams(workflow_id="w-1", graph_config=graph_config, run_context={"_dify": run}, call_depth=0)
state = GraphRuntimeState(variable_pool=VariablePool(), start_at=time.time())


def node(name):
    """Versions of graphon differ in what a node is made from."""
    names = inspect.signature(Node.__init__).parameters
    given = {"graph_init_params": params, "graph_runtime_state": state}
    data = BaseNodeData.model_validate(DATA[name])
    if "config" in names:
        given |= {"id": name, "config": {"id": name, "data": data}}
    else:
        given |= {"node_id": name, "data": data}
    if name == "root":
        return Root(**given)
    made = Spending(**given)
    made.instance = ModelManager().get_model_instance("t1", OPENAI, ModelType.LLM, "gpt")
    return made


builder = Graph.new().add_root(node("root"))
for name in NODES:
    builder.add_node(node(name), from_node_id="root")
engine = GraphEngine("w-1", builder.build(), state, InMemoryChannel())
errors = {}
try:
    for event in engine.run():
        if type(event).__name__ == "NodeRunFailedEvent":
            errors[event.node_id] = event.error
except Exception as error:
    errors["run"] = str(error)
paid = {}
for what, key in upstream.calls:
    paid.setdefault(what, []).append(key)
print(json.dumps({"graphon": version("graphon"), "paid": paid, "errors": errors}))
