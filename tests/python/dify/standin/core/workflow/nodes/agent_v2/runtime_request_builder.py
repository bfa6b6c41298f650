from typing import Any


class WorkflowAgentRuntimeRequestBuilder:
    """Ships what it fetches to another service, which spends it."""

    def __init__(self, *, credentials_provider: Any) -> None:
        self._credentials_provider = credentials_provider

    def build(self, context: Any) -> dict[str, Any]:
        return {"credentials": self._credentials_provider.fetch("langgenius/openai/openai", "gpt")}
