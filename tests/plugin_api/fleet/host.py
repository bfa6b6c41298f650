"""A host of the tests: decides by an engine as each line of its input says, and writes what came of it as a line.

A line is a JSON object. "calls": how many; "for_s": for how long instead; "pause_s": between two; "hold": true does not report;
"release": reports what was held; "set": attributes; "tokens", "cost_usd": what is reported; "log_to": a file that gets a byte for each that was taken; "log": gives the engine's log.
The answer: "taken": [[Unix seconds, credential], …], "refused": {reason: how many}, "scope", and in milliseconds "worst_ms", the
longest time that a decision took, and "waited_ms", the same (but for one in a thousand) of those in which the thread gave its
processor up by itself: others may take it away for as long as they like, which is no waiting.
"""

import json
import logging
import os
import resource
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "plugin_api" / "python"))

import keyrule  # noqa: E402


def waits():
    return resource.getrusage(resource.RUSAGE_THREAD).ru_nvcsw


CALL = {"tenant": "t1", "provider": "openai", "model": "m", "app.id": "x"}


class Lines(logging.Handler):
    def __init__(self):
        super().__init__()
        self.lines = []

    def emit(self, record):
        self.lines.append(f"{record.levelname} {record.getMessage()}")


def main(policy, store, state, url):
    log = Lines()
    logging.getLogger("keyrule").addHandler(log)
    logging.getLogger("keyrule").setLevel(logging.DEBUG)
    engine = keyrule.Engine(policy, store, f"{store}.key", state=state or None, redis_url=url or None)
    print(json.dumps("ready"), flush=True)
    held = []
    for line in sys.stdin:
        asked = json.loads(line)
        if asked.get("log"):
            print(json.dumps(log.lines), flush=True)
            continue
        if asked.get("release"):
            for decision in held:
                decision.report("ok", tokens=asked.get("tokens", 0))
            print(json.dumps(len(held)), flush=True)
            held.clear()
            continue
        if asked.get("fork"):
            os.environ["KEYRULE_TEST_CHILD"] = "1"
            child = os.fork()
            if child:
                os.waitpid(child, 0)
                print(json.dumps("child ended"), flush=True)
                continue
        request = CALL | asked.get("set", {})
        report = {name: asked[name] for name in ("tokens", "cost_usd") if name in asked}
        taken, refused, times, waited, scope = [], {}, [], [], None
        taken_log = os.open(asked["log_to"], os.O_WRONLY | os.O_APPEND) if "log_to" in asked else None
        end = time.monotonic() + asked["for_s"] if "for_s" in asked else None
        left = asked.get("calls", 1 << 60)
        while left > 0 and (end is None or time.monotonic() < end):
            left -= 1
            waits_before, before = waits(), time.perf_counter()
            decision = engine.get_current_credentials(request)
            times.append(time.perf_counter() - before)
            waited.append(times[-1] if waits() > waits_before else 0)
            if decision.verdict == "use":
                if taken_log is not None:
                    os.write(taken_log, b"+")
                taken.append([time.time(), decision.credential_name])
                if asked.get("hold"):
                    held.append(decision)
                else:
                    decision.report("ok", **report)
            else:
                reason = decision.reason or decision.verdict
                refused[reason] = refused.get(reason, 0) + 1
            scope = decision.to_dict()["scope"]
            if asked.get("pause_s"):
                time.sleep(asked["pause_s"])
        waited.sort()
        print(
            json.dumps(
                {
                    "taken": taken,
                    "refused": refused,
                    "scope": scope,
                    "worst_ms": 1000 * max(times),
                    "waited_ms": 1000 * waited[int(len(waited) * 0.999)],
                }
            ),
            flush=True,
        )
        if os.environ.get("KEYRULE_TEST_CHILD"):
            os._exit(0)


main(*sys.argv[1:5])
