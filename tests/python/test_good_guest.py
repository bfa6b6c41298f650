"""A library that is loaded into other people's processes leaves them as they were."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "policies" / "demo"
COMMAND = os.environ["KEYRULE_COMMAND"]

# Prints what a process has of its own, one JSON object for each moment: before the library, with it, after work, after close.
PROBE = """
import ctypes, json, locale, os, resource, signal, sys

def state():
    status = dict(line.split(":\\t", 1) for line in open("/proc/self/status").read().splitlines() if ":\\t" in line)
    libc = ctypes.CDLL(None)
    libc.setlocale.restype = ctypes.c_char_p
    control = ctypes.CDLL("libm.so.6")
    return {
        "signals": [status[key] for key in ("SigBlk", "SigIgn", "SigCgt")],
        "handlers": [str(signal.getsignal(number)) for number in sorted(signal.valid_signals())],
        "umask": status["Umask"],
        "limits": [resource.getrlimit(getattr(resource, name)) for name in sorted(dir(resource)) if name.startswith("RLIMIT_")],
        "locale": libc.setlocale(6, None).decode(),
        "rounding": control.fegetround(),
        "environment": dict(os.environ),
        "folder": os.getcwd(),
        "threads": sorted(open(f"/proc/self/task/{task}/comm").read().strip() for task in os.listdir("/proc/self/task")),
        "dumpable": libc.prctl(3, 0, 0, 0, 0),
        "name": open("/proc/self/comm").read(),
    }

state()
print(json.dumps(state()))
import keyrule
from keyrule import _binding
_binding.load(os.fsencode(keyrule.library_path()))
print(json.dumps(state()))
engine = keyrule.Engine(sys.argv[1], sys.argv[2])
call = {"tenant": "ws-bank", "provider": "openai", "model": "m", "environment": "production", "app.id": "app-invoices"}
for _ in range(100):
    with engine.get_current_credentials(call) as decision:
        if decision.verdict == "use":
            decision.credentials()
            decision.report("ok")
engine.reload()
print(json.dumps(state()))
engine.close()
print(json.dumps(state()))
"""


@pytest.fixture(scope="module")
def moments(tmp_path_factory):
    store = tmp_path_factory.mktemp("guest") / "store"
    done = subprocess.run([COMMAND, "import", DEMO / "credentials.json", "--store", store], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    done = subprocess.run(
        [sys.executable, "-c", PROBE, ROOT / "policies" / "dify-workflows.keyrule", store],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT / "plugin_api" / "python")},
    )
    assert done.returncode == 0, done.stderr
    before, *others = [json.loads(line) for line in done.stdout.splitlines()]
    return before, dict(zip(("loaded", "used", "closed"), others, strict=True))


@pytest.mark.parametrize("moment", ["loaded", "used", "closed"])
def test_nothing_of_the_host_changes(moments, moment):
    before, others = moments
    for what, value in before.items():
        assert others[moment][what] == value, f"{what}, {moment}"
