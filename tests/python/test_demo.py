"""The demo runs, and the command, Python and C agree in it."""

import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ["KEYRULE_COMMAND"]).parent


def test_demo():
    environment = dict(os.environ, NO_COLOR="1")
    done = subprocess.run(
        [ROOT / "policies" / "demo" / "demo.sh", BUILD], capture_output=True, text=True, timeout=300, env=environment
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "The command, Python and C made the same 8 choices." in done.stdout
    assert done.stdout.count("\n== ") == 6
    assert "sk-example" not in done.stdout
