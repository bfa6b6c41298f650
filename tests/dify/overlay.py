"""A Dify that lacks a patch point: its api folder as links, but for one file in which a name has changed."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import rig

FILE = "core/app/task_pipeline/message_cycle_manager.py"
NAME = "_generate_conversation_name_worker"


@contextmanager
def without_a_point() -> Iterator[tuple[str, str]]:
    """The folder, and the words that must name the point."""
    api, _ = rig.dify()
    made = Path(tempfile.mkdtemp(prefix="dify-without-", dir=rig.STATE)) / "api"
    try:
        shutil.copytree(
            api,
            made,
            copy_function=os.link if _same_disk(api) else shutil.copy,
            symlinks=True,
            ignore=_data_of(api),
        )
        file = made / FILE
        text = file.read_text()
        file.unlink()  # it may be a link to Dify's own
        file.write_text(text.replace(NAME, "_name_worker"))
        yield str(made), f"patch point `conversation names` (MessageCycleManager has no {NAME})"
    finally:
        shutil.rmtree(made.parent, ignore_errors=True)


def _data_of(api: str) -> Callable[[str, list[str]], set[str]]:
    """What is no part of the program: caches, tests, and at the top the installation's files."""

    def ignored(folder: str, names: list[str]) -> set[str]:
        return {"tests", "__pycache__", ".git", *(["storage"] if folder == api else [])} & set(names)

    return ignored


def _same_disk(api: str) -> bool:
    return os.stat(api).st_dev == os.stat(rig.STATE).st_dev
