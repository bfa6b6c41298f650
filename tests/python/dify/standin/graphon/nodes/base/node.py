from collections.abc import Generator
from types import SimpleNamespace
from typing import Any


class Node:
    node_type = "llm"

    def __init__(self, node_id: str, data: dict[str, Any], graph_init_params: Any, graph_runtime_state: Any) -> None:
        self.id = self._node_id = node_id
        self.title = data.get("title")
        self.graph_config = graph_init_params.graph_config
        self.workflow_id = graph_init_params.workflow_id
        self.run_context = graph_init_params.run_context
        self.graph_runtime_state = graph_runtime_state

    def run(self) -> Generator[Any, None, None]:
        yield SimpleNamespace(kind="started", node=self.id)
        try:
            for _ in self._run():
                yield SimpleNamespace(kind="chunk", node=self.id)
        except Exception as error:
            yield SimpleNamespace(kind="failed", node=self.id, error=str(error))
            return
        yield SimpleNamespace(kind="succeeded", node=self.id)

    def _run(self) -> Any:
        raise NotImplementedError


class LLMNode(Node):
    def __init__(self, node_id: str, data: dict[str, Any], instance: Any, params: Any, state: Any) -> None:
        super().__init__(node_id, data, params, state)
        self.instance = instance
        self.calls = 1

    def _run(self) -> Any:
        self.instance.get_llm_num_tokens()
        for _ in range(self.calls):
            yield from self.instance.invoke_llm(self.id, stream=True)
