from typing import Any

from core.entities.provider_configuration import ModelType
from core.model_manager import ModelManager


class PluginModelBackwardsInvocation:
    @classmethod
    def invoke_llm(cls, user_id: str, tenant: Any, payload: Any) -> Any:
        return cls._spend(tenant, "plugin")

    @classmethod
    def invoke_text_embedding(cls, user_id: str, tenant: Any, payload: Any) -> Any:
        return cls._spend(tenant, "plugin embedding")

    @classmethod
    def invoke_rerank(cls, user_id: str, tenant: Any, payload: Any) -> Any:
        return cls._spend(tenant, "plugin rerank")

    @classmethod
    def invoke_tts(cls, user_id: str, tenant: Any, payload: Any) -> Any:
        return cls._spend(tenant, "plugin tts")

    @classmethod
    def invoke_speech2text(cls, user_id: str, tenant: Any, payload: Any) -> Any:
        return cls._spend(tenant, "plugin speech")

    @classmethod
    def invoke_moderation(cls, user_id: str, tenant: Any, payload: Any) -> Any:
        return cls._spend(tenant, "plugin moderation")

    @classmethod
    def _spend(cls, tenant: Any, what: str) -> Any:
        manager = ModelManager.for_tenant(tenant.id)
        return manager.get_model_instance(tenant.id, "langgenius/openai/openai", ModelType.LLM, "gpt").invoke_llm(
            what, stream=False
        )
