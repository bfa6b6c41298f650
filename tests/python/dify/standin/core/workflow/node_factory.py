from typing import Any

from core.app.llm.model_access import DifyCredentialsProvider, fetch_model_config
from core.model_manager import ModelManager
from graphon.nodes.base.node import LLMNode, Node


class DifyNodeFactory:
    def __init__(self, graph_init_params: Any, graph_runtime_state: Any) -> None:
        self.graph_init_params = graph_init_params
        self.graph_runtime_state = graph_runtime_state
        self._dify_context = graph_init_params.run_context["_dify"]
        self._credentials = DifyCredentialsProvider(run_context=self._dify_context)
        self._models = ModelManager(enable_credentials_cache=True)

    def create_node(self, node_config: dict[str, Any]) -> Node:
        data = node_config["data"]
        instance = fetch_model_config(data["model"], self._credentials, self._models, self._dify_context.tenant_id)
        return LLMNode(node_config["id"], data, instance, self.graph_init_params, self.graph_runtime_state)
