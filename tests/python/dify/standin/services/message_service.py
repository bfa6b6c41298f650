from typing import Any

from core.entities.provider_configuration import ModelType
from core.model_manager import ModelManager


class MessageService:
    @classmethod
    def get_suggested_questions_after_answer(cls, app_model: Any, user: Any, message_id: str, invoke_from: Any) -> Any:
        manager = ModelManager.for_tenant(app_model.tenant_id)
        instance = manager.get_model_instance(app_model.tenant_id, "langgenius/openai/openai", ModelType.LLM, "gpt")
        return instance.invoke_llm("questions", stream=False)
