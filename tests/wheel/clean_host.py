"""A host of an installed wheel: clean_host.py POLICY STORE. Prints one JSON object: what was decided, and what was loaded from where."""

import json
import logging
import sys
from pathlib import Path

import keyrule

logging.disable()
request = {"tenant": "ws-bank", "provider": "openai", "model": "gpt-5", "environment": "production", "app.id": "app-invoices"}
with keyrule.Engine(sys.argv[1], sys.argv[2]) as engine:
    with engine.get_current_credentials(request) as decision:
        opened = sorted(decision.credentials())
        decision.report("ok", tokens=7)
mapped = set()
if Path("/proc/self/maps").exists():  # not in a root with nothing mounted
    with open("/proc/self/maps") as maps:
        mapped = {line.split(maxsplit=5)[5].strip() for line in maps if "/" in line}
print(
    json.dumps(
        {
            "python": sys.version.split()[0],
            "package": str(Path(keyrule.__file__).parent),
            "verdict": decision.verdict,
            "fields": opened,
            "libraries": sorted(path for path in mapped if ".so" in path),
        }
    )
)
