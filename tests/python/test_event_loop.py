"""In a process of gevent's nothing may hold the event loop up: a greenlet that ticks while others decide sees no long gap."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
COMMAND = os.environ["KEYRULE_COMMAND"]

# Two runs of one program: greenlets that decide and open, and greenlets that do nothing but yield as often. Both print the gaps
# that the ticking greenlet saw, in milliseconds, the longest first: of wall clock and of this thread's own time.
PROGRAM = """
from gevent import monkey
monkey.patch_all()
import gevent, json, sys, time
import keyrule

decides = sys.argv[1] == "decide"
engine = keyrule.Engine(sys.argv[2], sys.argv[3], refresh="manual")
gaps, done = [], []

def tick():
    before, worked = time.perf_counter(), time.thread_time()
    while len(done) < 20:
        gevent.sleep(0)
        now, now_worked = time.perf_counter(), time.thread_time()
        gaps.append(((now - before) * 1e3, (now_worked - worked) * 1e3))
        before, worked = now, now_worked

def work(number):
    for call in range(500):
        if decides:
            request = {"tenant": f"t{call % 50}", "provider": "openai", "model": "m", "app.id": f"app-{number}"}
            with engine.get_current_credentials(request) as decision:
                decision.credentials()
                decision.report("ok", tokens=1)
        gevent.sleep(0)
    done.append(number)

gevent.joinall([gevent.spawn(tick), *(gevent.spawn(work, number) for number in range(20))], raise_error=True)
print(json.dumps({"wall": max(gap for gap, _ in gaps), "own": max(gap for _, gap in gaps), "ticks": len(gaps)}))
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("loop")
    (path / "p.keyrule").write_text('keyrule 1\nschema "dify"\ndefault { use credential "key" }\n')
    held = [{"tenant": f"t{i}", "provider": "openai", "name": "key", "credentials": {"k": f"sk-{i}"}} for i in range(50)]
    (path / "c.json").write_text(json.dumps({"credentials": held}))
    subprocess.run([COMMAND, "import", path / "c.json", "--store", path / "store"], check=True, capture_output=True)
    return path


def run(folder, what):
    words = [sys.executable, "-B", "-c", PROGRAM, what, folder / "p.keyrule", folder / "store"]
    environ = os.environ | {"PYTHONPATH": str(ROOT / "plugin_api" / "python")}
    done = subprocess.run(words, capture_output=True, text=True, env=environ, timeout=120)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_ten_thousand_calls_hold_the_loop_up_for_ten_milliseconds_at_most(folder):
    """First decisions of fifty tenants and first openings included. Other processes lengthen gaps of wall clock, so the bar is for
    the thread's own time always, and for the wall clock in the quietest of five runs, less what gevent alone shows.
    """
    added = []
    for _ in range(5):
        alone, deciding = run(folder, "idle"), run(folder, "decide")
        assert deciding["ticks"] >= 500
        assert deciding["own"] <= 10 or os.environ["KEYRULE_SANITIZE"], deciding
        added.append(deciding["wall"] - alone["wall"])
        if added[-1] <= 10:
            return
    assert min(added) <= 10 or os.environ["KEYRULE_SANITIZE"], added
