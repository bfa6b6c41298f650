"""How long gevent's event loop stands still for the adapter: loop_gap.py POLICY STORE [CALLS]. Not a test: figures need a quiet
machine, and read it beside the same without the adapter, which is printed first.

Calls are made as Dify makes them, on the stand-in; meanwhile the policy is rewritten and generations are published.
"""

from gevent import monkey

monkey.patch_all()

import dataclasses  # noqa: E402
import json  # noqa: E402
import os  # noqa: E402
import shutil  # noqa: E402
import subprocess  # noqa: E402
import sys  # noqa: E402
import tempfile  # noqa: E402
import time  # noqa: E402

import gevent  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[0:0] = [HERE, os.path.join(HERE, "standin")]

import keyrule.dify  # noqa: E402
import standing  # noqa: E402


def measure(dify, calls):
    """The longest time between two steps of a greenlet that does nothing else, and the mean cost of a call, in microseconds."""
    gaps, going = [], True

    def tick():
        last = time.perf_counter()
        while going:
            gevent.sleep(0)
            now = time.perf_counter()
            gaps.append(now - last)
            last = now

    ticking = gevent.spawn(tick)
    gevent.sleep(0.2)
    gaps.clear()
    node = dify.nodes("a")[0]
    spent = 0.0
    for _ in range(calls):
        began = time.perf_counter()
        for _ in node.run():
            pass
        spent += time.perf_counter() - began
        gevent.sleep(0)
    going = False
    ticking.join()
    gaps.sort()
    return {
        "longest_gap_us": round(gaps[-1] * 1e6),
        "gap_p999_us": round(gaps[int(len(gaps) * 0.999)] * 1e6),
        "call_us": round(spent / calls * 1e6),
    }


def disturb(policy, store):
    text = open(policy).read()
    number = 0
    while True:
        number += 1
        gevent.sleep(1.5)
        with open(policy + ".new", "w") as file:
            file.write(f"{text}\n# {number}\n")
        os.replace(policy + ".new", policy)
        word = "disable" if number % 2 else "enable"
        row = ["--tenant", "t1", "--provider", "openai", "--name", "staging", "--store", store]
        subprocess.run([os.environ["KEYRULE_COMMAND"], word, *row], check=True, stdout=subprocess.DEVNULL)


def main(policy, store, calls):
    shutil.copyfile(policy, policy + ".loop.keyrule")
    dify = standing.Dify()
    print(json.dumps({"without": measure(dify, calls)}))
    settings = keyrule.dify.Settings(policy=policy + ".loop.keyrule", store=store)
    keyrule.dify.install(settings)
    list(dify.nodes("a")[0].run())  # opens the engine, off the loop
    print(json.dumps({"with": measure(dify, calls)}))
    keyrule.dify.uninstall()
    with tempfile.TemporaryDirectory() as record:
        keyrule.dify.install(dataclasses.replace(settings, decisions=record))
        list(dify.nodes("a")[0].run())
        print(json.dumps({"with, and with the record": measure(dify, calls)}))
        with_record(dify, policy, store, calls)


def with_record(dify, policy, store, calls):
    disturbing = gevent.spawn(disturb, policy + ".loop.keyrule", store)
    print(json.dumps({"while policy and store change": measure(dify, calls)}))
    disturbing.kill()
    assert {paid for what, paid in dify.paid()} == {standing.key("shared"), standing.key("prod-a")}


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 10_000)
