from typing import Any

from core.rag.index_processor.processor.qa_index_processor import QAIndexProcessor


class IndexingRunner:
    def run(self, dataset: Any, texts: list[str]) -> None:
        self._transform(QAIndexProcessor(), dataset, texts, "English", {})

    def _transform(self, index_processor: Any, dataset: Any, text_docs: list[str], doc_language: str, process_rule: Any) -> Any:
        return index_processor.transform(text_docs, None, tenant_id=dataset.tenant_id)

    def indexing_estimate(self, tenant_id: str, extract_settings: list[str], dataset_id: str | None = None) -> Any:
        return QAIndexProcessor().transform(extract_settings, None, tenant_id=tenant_id, preview=True)
