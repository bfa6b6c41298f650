"""Knowledge bases: whose documents and queries are embedded, and what the threads that search them know."""

from __future__ import annotations

import concurrent.futures
import contextvars
import functools
import inspect
import threading
from collections.abc import Callable
from types import ModuleType
from typing import Any

from .app_facts import environment_of_app, known_app
from .context import CallContext, current, entered
from .names import word


def embeddings(original: Callable[..., Any]) -> Callable[..., Any]:
    """_LazyEmbeddings._ensure and Vector._get_embeddings: the model is looked up here, for a knowledge base, and spent later."""

    def ensure(self: Any, *args: Any, **kwargs: Any) -> Any:
        with entered(_within("embedding", getattr(self, "_dataset", None))):
            return original(self, *args, **kwargs)

    return ensure


def _within(path: str, dataset: Any) -> CallContext:
    """The context of work for a knowledge base, inside what is around."""
    here, identity = current(), word(getattr(dataset, "id", None))
    if not _is_of_annotations(dataset):
        return here.within(path, {"dataset.id": identity})
    if here.facts.get("app.id"):
        return here.within(path, {})
    return CallContext(path, {**known_app(identity), "app.id": identity}, environment_of_app(identity))


def _is_of_annotations(dataset: Any) -> bool:
    """Dify searches an app's annotations in a Dataset that it makes up: it has no name, and the app's id for its own."""
    try:
        return hasattr(dataset, "name") and dataset.name is None
    except Exception:  # a row that can no longer be read is one that was there
        return False


def for_dataset(original: Callable[..., Any]) -> Callable[..., Any]:
    """What is given a knowledge base, or the id of one, and asks models to work on its documents."""
    signature = inspect.signature(original)

    @functools.wraps(original)
    def work(*args: Any, **kwargs: Any) -> Any:
        given = signature.bind_partial(*args, **kwargs).arguments
        dataset = word(getattr(given.get("dataset"), "id", None) or given.get("dataset_id"))
        with entered(current().within("indexing", {"dataset.id": dataset})):
            return original(*args, **kwargs)

    return work


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


class CarryingPool(concurrent.futures.ThreadPoolExecutor):
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
    return CarryingPool if original is concurrent.futures.ThreadPoolExecutor else type(original.__name__, (original,), {})


class _Futures(ModuleType):
    """`concurrent.futures` with another ThreadPoolExecutor."""

    ThreadPoolExecutor = CarryingPool

    def __getattr__(self, name: str) -> Any:
        return getattr(concurrent.futures, name)


class _Concurrent(ModuleType):
    """`concurrent` with that."""

    futures = _Futures("concurrent.futures")

    def __getattr__(self, name: str) -> Any:
        return getattr(concurrent, name)


def concurrent_module(original: ModuleType) -> ModuleType:
    del original
    return _Concurrent("concurrent")
