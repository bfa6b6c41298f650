import concurrent.futures
from typing import Any

from core.entities.provider_configuration import ModelType
from core.model_manager import ModelManager


class IndexProcessor:
    def get_preview_output(self, chunks: Any, dataset_id: str, document_id: str, chunk_structure: str, summary: Any) -> Any:
        with concurrent.futures.ThreadPoolExecutor(max_workers=2) as executor:
            done, _ = concurrent.futures.wait([executor.submit(summarize, "t1", chunk) for chunk in chunks], timeout=10)
        return [one.result() for one in done]


def summarize(tenant_id: str, text: str) -> Any:
    manager = ModelManager.for_tenant(tenant_id)
    return manager.get_model_instance(tenant_id, "langgenius/openai/openai", ModelType.LLM, "gpt").invoke_llm(
        text, stream=False
    )
