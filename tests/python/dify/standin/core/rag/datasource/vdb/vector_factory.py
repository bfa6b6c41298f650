from typing import Any

from core.entities.provider_configuration import ModelType
from core.model_manager import ModelInstance, ModelManager


class _LazyEmbeddings:
    def __init__(self, dataset: Any) -> None:
        self._dataset = dataset
        self._real: ModelInstance | None = None

    def _ensure(self) -> ModelInstance:
        if self._real is None:
            self._real = ModelManager.for_tenant(self._dataset.tenant_id).get_model_instance(
                self._dataset.tenant_id, "langgenius/openai/openai", ModelType.TEXT_EMBEDDING, "embed"
            )
        return self._real

    def embed(self, what: str) -> Any:
        return self._ensure().invoke_llm(what, stream=False)
