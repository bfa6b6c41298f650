#!/usr/bin/env python3
"""Proves keyrule.dify on a real Dify: `make test-dify DIFY_API=…/dify/api DIFY_PYTHON=…/bin/python`.

Starts PostgreSQL, Redis, an upstream that records which key paid, and Dify's own api and worker (rig/); fills Dify's database by
Dify's own services, seals its credentials by `keyrule sync`, and then drives sessions. A session is one start of Dify; in it the
policy is switched while Dify runs. Each line says what was expected and what was paid. The exit code is 1 if any line failed.

    drive.py [SESSION …] [--fresh]     --fresh makes the database anew; DIFY_SESSIONS and DIFY_FRESH=1 say the same for make
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE / "rig"))
sys.path.insert(0, str(HERE))

import expected  # noqa: E402
import rig  # noqa: E402
import scenarios  # noqa: E402

POLICY = Path(rig.STATE) / "policy.keyrule"
DECISIONS = Path(rig.STATE) / "decisions"


def keyrule(*arguments: str) -> str:
    command = os.environ.get("KEYRULE_COMMAND") or str(ROOT / "build" / "release" / "keyrule")
    done = subprocess.run([command, *arguments], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"drive: keyrule {' '.join(arguments)} failed: {done.stderr or done.stdout}")
    return done.stdout


def store() -> Path:
    return Path(rig.STATE) / f"store-{rig.label()}"


def database() -> str:
    return f"postgresql://postgres@127.0.0.1:{rig.PORT['PG']}/rig_{rig.label()}"


def prepare(fresh: bool) -> None:
    """Database, credentials, applications and store, unless they are there from a run before."""
    rig.up(SimpleNamespace())
    if fresh or not os.path.exists(rig.state_file()):
        print("drive: migrating and seeding, some minutes", file=sys.stderr)
        rig.migrate(SimpleNamespace(fresh=True, env=[]))
        rig.seed(SimpleNamespace(env=[]))
        shutil.rmtree(store(), ignore_errors=True)
        Path(f"{store()}.key").unlink(missing_ok=True)
    seal()


def seal() -> None:
    storage = rig.environment()["OPENDAL_FS_ROOT"]
    keyrule("sync", "--from", database(), "--storage", storage, "--store", str(store()), "--quiet")


def use_policy(name: str) -> None:
    """The policy's file, replaced as an operator would: whole or not at all."""
    new = POLICY.with_suffix(".new")
    shutil.copyfile(HERE / "policies" / f"{name}.keyrule", new)
    os.replace(new, POLICY)


class Session:
    """One start of Dify. `failures` counts the lines that were not as expected."""

    def __init__(self, name: str, context: scenarios.Context) -> None:
        self.name = name
        self.context = context
        self.failures = 0
        self.lines = 0

    def policy(self, name: str) -> None:
        """Switches the policy while Dify runs, and waits until both of its processes have read it: one second each, and slack."""
        use_policy(name)
        time.sleep(4)

    def check(self, what: str, result: dict[str, Any], wrong: str | None) -> None:
        self.lines += 1
        self.failures += wrong is not None
        streaming = {True: " streaming", False: " blocking"}.get(result.get("streaming"), "")
        print(
            f"{'FAIL' if wrong else 'ok  '} {self.name}: {what}{streaming}: {wrong or json.dumps(result.get('paid'))}", flush=True
        )
        if wrong:
            print("     " + json.dumps(result, sort_keys=True), flush=True)

    def each(self, only: list[str], wanted: dict[str, Any]) -> None:
        """The rig's own scenarios against what must have been paid."""
        for result in scenarios.run(self.context, only):
            self.check(result["scenario"], result, expected.wrong(result, wanted[result["scenario"]]))

    def drive(self, what: str, app: str, streaming: bool, wanted: Any, **options: Any) -> dict[str, Any]:
        result = scenarios.drive(self.context, what, app, streaming, **options)
        self.check(what, result, expected.wrong(result, wanted))
        return result


@contextmanager
def dify(name: str, *, adapter: str | None = "extension", environment: tuple[str, ...] = (), **options: Any) -> Iterator[Session]:
    """Dify with the adapter in it, by its documented way or at interpreter start; without any for the baseline."""
    # The C library and the Python package of this tree, wherever they were built.
    os.environ["RIG_PYTHONPATH"] = os.environ.get("KEYRULE_PYTHON") or str(ROOT / "plugin_api" / "python")
    own = [f"KEYRULE_POLICY={POLICY}", f"KEYRULE_STORE={store()}", f"KEYRULE_DECISIONS={DECISIONS}"]
    extra = [*(own if adapter is not None else ()), *environment]  # what a session sets counts
    arguments = SimpleNamespace(
        pth=str(HERE / "adapter" / "pth") if adapter == "pth" else None,
        extension=str(HERE / "adapter" / "keyrule_rig") if adapter == "extension" else None,
        env=extra,
        pool="gevent",
        worker_class=None,
        workers=1,
        recycle=50,
    )
    arguments.__dict__.update(options)
    try:
        rig.start_dify(arguments)
        seed = json.load(open(rig.state_file()))
        yield Session(
            name, scenarios.Context(f"http://127.0.0.1:{rig.PORT['API']}", f"http://127.0.0.1:{rig.PORT['UPSTREAM']}", seed)
        )
    finally:
        rig.stop_dify(rig.link_path(arguments))


def main() -> int:
    import sessions

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sessions", nargs="*", help=", ".join(sessions.ALL))
    parser.add_argument("--fresh", action="store_true")
    given = parser.parse_args()
    names = given.sessions or os.environ.get("DIFY_SESSIONS", "").split() or list(sessions.ALL)
    unknown = [name for name in names if name not in sessions.ALL]
    if unknown:
        parser.error(f"no session is named {', '.join(unknown)}")
    os.environ.setdefault("RIG_PATIENCE", "60")
    prepare(given.fresh or os.environ.get("DIFY_FRESH") == "1")
    lines = failures = 0
    for name in names:
        for done in sessions.ALL[name]():
            lines, failures = lines + done.lines, failures + done.failures
    print(f"{lines - failures} passed, {failures} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
