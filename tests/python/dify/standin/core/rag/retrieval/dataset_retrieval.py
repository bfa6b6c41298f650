import threading

from core.rag.datasource.retrieval_service import RetrievalService


def retrieve_all(datasets: list[str]) -> None:
    threads = [
        threading.Thread(target=RetrievalService.retrieve, args=("semantic_search", dataset, "query")) for dataset in datasets
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
