"""What the stand-in's app generators share: an entity, and a thread that does the work with or without the caller's context."""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any


runner: Callable[[], Any]  # what a worker does that is not given it; a test's to set


def entity(app_model: Any, user: Any, args: Any, invoke_from: Any, workflow: Any = None) -> Any:
    config = SimpleNamespace(app_id=app_model.id, app_mode=app_model.mode, workflow_id=getattr(workflow, "id", None))
    return SimpleNamespace(
        app_config=config,
        user_id=user.id,
        invoke_from=invoke_from,
        inputs=args["inputs"],
        workflow_execution_id=args.get("run_id"),
    )


def worker(generator: Any, entity: Any, streaming: bool, *, carries: bool, runner: Callable[[], Any]) -> Any:
    kwargs = {"flask_app": None, "application_generate_entity": entity, "queue_manager": runner}
    if carries:
        kwargs["context"] = contextvars.copy_context()
    else:
        kwargs |= {"message_id": "m-1", "conversation_id": "c-1"}
    failed: list[BaseException] = []

    def target() -> None:
        try:
            generator._generate_worker(**kwargs)
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=target)
    if not streaming:
        thread.start()
        thread.join()
        if failed:
            raise failed[0]
        return {"answer": "done"}
    return _stream(thread, failed)


def _stream(thread: threading.Thread, failed: list[BaseException]) -> Iterator[Any]:
    yield "started"
    thread.start()
    thread.join()
    if failed:
        raise failed[0]
    yield "done"


def work(context: contextvars.Context | None, runner: Callable[[], Any]) -> None:
    """Dify enters the context it was given for its own, whatever is entered around."""
    if context is None:
        runner()
        return
    for variable, value in context.items():
        variable.set(value)
    runner()
