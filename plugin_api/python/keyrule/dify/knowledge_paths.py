"""Knowledge bases: whose documents and queries are embedded, and what the threads that search them know."""

from __future__ import annotations

import contextvars
import inspect
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType
from typing import Any

from .context import current, entered
from .names import word


def embeddings(original: Callable[..., Any]) -> Callable[..., Any]:
    """_LazyEmbeddings._ensure and Vector._get_embeddings: the model is looked up here, for a knowledge base, and spent later."""

    def ensure(self: Any, *args: Any, **kwargs: Any) -> Any:
        dataset = word(getattr(getattr(self, "_dataset", None), "id", None))
        with entered(current().within("embedding", {"dataset.id": dataset})):
            return original(self, *args, **kwargs)

    return ensure


def retrieve(original: Callable[..., Any]) -> Callable[..., Any]:
    """RetrievalService.retrieve: one search of one knowledge base."""
    signature = inspect.signature(original)

    def retrieve(cls: Any, *args: Any, **kwargs: Any) -> Any:
        dataset = word(signature.bind_partial(cls, *args, **kwargs).arguments.get("dataset_id"))
        with entered(current().within("search", {"dataset.id": dataset})):
            return original(cls, *args, **kwargs)

    return retrieve


class CarryingThread(threading.Thread):
    """A thread that begins with the context of whoever starts it."""

    _carried: contextvars.Context | None = None

    def start(self) -> None:
        self._carried = contextvars.copy_context()
        super().start()

    def run(self) -> None:
        carried = self._carried
        if carried is None:
            super().run()
        else:
            carried.run(super().run)


class CarryingPool(ThreadPoolExecutor):
    """A pool whose work has the context of whoever submits it."""

    def submit(self, function: Any, /, *args: Any, **kwargs: Any) -> Any:
        return super().submit(contextvars.copy_context().run, function, *args, **kwargs)


class _Threading(ModuleType):
    """`threading` with another Thread."""

    Thread = CarryingThread

    def __getattr__(self, name: str) -> Any:
        return getattr(threading, name)


def threading_module(original: ModuleType) -> ModuleType:
    del original
    return _Threading("threading")


def thread_pool(original: type) -> type:
    """Another pool than Python's own is left as it is: it may carry contexts itself."""
    return CarryingPool if original is ThreadPoolExecutor else type(original.__name__, (original,), {})
