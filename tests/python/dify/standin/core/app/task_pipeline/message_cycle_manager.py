import threading
from typing import Any

from core.entities.provider_configuration import ModelType
from core.model_manager import ModelManager


class MessageCycleManager:
    def __init__(self, application_generate_entity: Any) -> None:
        self._application_generate_entity = application_generate_entity

    def generate_conversation_name(self, conversation_id: str, query: str) -> None:
        thread = threading.Thread(
            target=self._generate_conversation_name_worker,
            kwargs={"flask_app": None, "conversation_id": conversation_id, "query": query},
        )
        thread.start()
        thread.join()

    def _generate_conversation_name_worker(self, flask_app: Any, conversation_id: str, query: str) -> None:
        instance = ModelManager.for_tenant("t1").get_model_instance("t1", "langgenius/openai/openai", ModelType.LLM, "gpt")
        instance.invoke_llm("name", stream=False)
