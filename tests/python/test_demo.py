"""The demo runs, and the command, Python and C agree in it."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ["KEYRULE_COMMAND"]).parent


def without_preload(folder):
    """The environment with a sanitizer's runtime preloaded into Python alone: bash, with an allocator of its own, does not
    survive the thread sanitizer's."""
    environment = dict(os.environ, NO_COLOR="1")
    runtime = environment.pop("LD_PRELOAD", None)
    if runtime:
        python = folder / "python3"
        python.write_text(f'#!/bin/sh\nLD_PRELOAD="{runtime}" exec {sys.executable} "$@"\n')
        python.chmod(0o755)
        environment["PATH"] = f"{folder}:{environment['PATH']}"
    return environment


def test_demo(tmp_path):
    environment = without_preload(tmp_path)
    done = subprocess.run(
        [ROOT / "policies" / "demo" / "demo.sh", BUILD], capture_output=True, text=True, timeout=300, env=environment
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "The command, Python and C made the same 8 choices." in done.stdout
    assert done.stdout.count("\n== ") == 6
    assert "sk-example" not in done.stdout
