from typing import Any

from core.rag.index_processor.index_processor import summarize


class SummaryIndexService:
    @staticmethod
    def generate_summary_for_segment(segment: Any, dataset: Any, summary_index_setting: Any) -> Any:
        return summarize(dataset.tenant_id, segment)
