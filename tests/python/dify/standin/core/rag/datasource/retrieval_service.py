from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

from core.rag.datasource.vdb.vector_factory import _LazyEmbeddings


class RetrievalService:
    @classmethod
    def retrieve(cls, retrieval_method: str, dataset_id: str, query: str, top_k: int = 4) -> list[Any]:
        dataset = SimpleNamespace(id=dataset_id, tenant_id="t1")
        with ThreadPoolExecutor(max_workers=1) as pool:
            return [pool.submit(_LazyEmbeddings(dataset).embed, "query").result()]
