import threading
from typing import Any

from core.entities.provider_configuration import ModelType
from core.model_manager import ModelManager


class QAIndexProcessor:
    def transform(self, documents: list[str], current_user: Any = None, **kwargs: Any) -> list[str]:
        if kwargs.get("preview"):
            self._format_qa_document(kwargs["tenant_id"], documents[0])
            return documents
        threads = [threading.Thread(target=self._format_qa_document, args=(kwargs["tenant_id"], one)) for one in documents]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return documents

    def _format_qa_document(self, tenant_id: str, document: str) -> None:
        manager = ModelManager.for_tenant(tenant_id)
        manager.get_model_instance(tenant_id, "langgenius/openai/openai", ModelType.LLM, "gpt").invoke_llm(
            document, stream=False
        )
