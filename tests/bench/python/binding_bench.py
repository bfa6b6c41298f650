"""What the hook costs from Python: a decision, and one with the opened credentials as a dict; beside json.loads of the same
payload in the same run. With --candidates also by other ways to bind (bindings.sh builds them).

Rounds of all go in turn, so that what else the machine does meets all alike. The figure is the median of the calls of the best
round, with what reading the clock costs taken off.
"""

import gc
import importlib
import json
import logging
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import keyrule

ROUNDS = int(os.environ.get("KEYRULE_BENCH_ROUNDS", "30"))
CALLS = 1000

PROVIDER = {"openai_api_key": "sk-proj-" + "a1" * 78, "openai_api_base": "https://api.openai.com/v1", "openai_organization": "org-1"}
REQUEST = {  # what the adapter knows of a node of a workflow
    "tenant": "t1",
    "provider": "openai",
    "model": "gpt-5",
    "model.type": "llm",
    "environment": "production",
    "app.id": "6f1c8a52-0d3e-4a51-9d70-3b1f6e1f0a17",
    "app.name": "Invoices",
    "app.mode": "workflow",
    "workflow.id": "0b8f1b1e-9a8b-4a0e-8a43-7f4b0f3a5c11",
    "node.id": "1733049611223",
    "node.title": "Read the invoice",
    "node.type": "llm",
    "user.id": "a3a0ef6e-45b0-4fe3-8b0f-0f0a3b6f7f10",
    "invoke.from": "service-api",
}


def policy():
    """Ten rules, the last of which decides."""
    rules = [f'rule r{i} {{ when app.id == "other-{i}" and environment == "staging" use credential "key-{i}" }}' for i in range(9)]
    rules.append('rule own { when app.name == "Invoices" and environment == "production" use credential "key-3" }')
    return "\n".join(['keyrule 1\nschema "dify"', *rules, "default { leave to host }\n"])


def prepare(folder):
    held = [{"tenant": "t1", "provider": "openai", "name": f"key-{i}", "credentials": PROVIDER} for i in range(9)]
    (folder / "p.keyrule").write_text(policy())
    (folder / "c.json").write_text(json.dumps({"credentials": held}))
    words = [os.environ["KEYRULE_COMMAND"], "import", folder / "c.json", "--store", folder / "store"]
    subprocess.run(words, check=True, capture_output=True)
    return str(folder / "p.keyrule"), str(folder / "store")


def sample(call):
    """Nanoseconds of each of CALLS calls, in order of size."""
    clock = time.perf_counter_ns
    taken = []
    for _ in range(CALLS):
        begin = clock()
        call()
        taken.append(clock() - begin)
    return sorted(taken)


def measure(calls):
    """name -> (p50, p99) in nanoseconds."""
    best = {}
    for call in calls.values():
        sample(call)
    for _ in range(ROUNDS):
        for name, call in calls.items():
            gc.collect()
            taken = sample(call)
            found = taken[CALLS // 2], taken[CALLS * 99 // 100]
            best[name] = min(best.get(name, found), found)
    empty = best.pop("nothing")
    return {name: (p50 - empty[0], p99 - empty[0]) for name, (p50, p99) in best.items()}


def calls_of(engine, name, calls):
    decide = engine.get_current_credentials
    calls[f"{name}: decision"] = lambda: decide(REQUEST)
    calls[f"{name}: decision and dict"] = lambda: decide(REQUEST).credentials()


def main(with_candidates):
    logging.disable()
    with tempfile.TemporaryDirectory() as name:
        where = prepare(Path(name))
        payload = json.dumps(PROVIDER).encode()
        calls = {"nothing": lambda: None, "json.loads of the payload": lambda: json.loads(payload)}
        calls_of(keyrule.Engine(*where, refresh="manual"), "keyrule", calls)
        calls_of(keyrule.Engine(*where), "keyrule, refresh=automatic", calls)
        if with_candidates:
            for candidate in ("nanobind", "pybind", "cffi", "ctypes"):
                module = importlib.import_module(f"{candidate}_candidate")
                calls_of(module.Engine(os.environ["KEYRULE_LIBRARY"], *where, print), candidate, calls)
        for call in calls.values():  # all answer alike
            answer = call()
            assert answer is None or not isinstance(answer, dict) or answer == PROVIDER
        found = measure(calls)
    loads = found["json.loads of the payload"][0]
    print(f"{'':44}{'p50 ns':>9}{'p99 ns':>9}{'p50 / json.loads':>18}")
    for name, (p50, p99) in found.items():
        print(f"{name:44}{p50:9}{p99:9}{p50 / loads:18.2f}")
    return found


if __name__ == "__main__":
    main("--candidates" in sys.argv)
