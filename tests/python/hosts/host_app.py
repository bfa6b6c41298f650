"""A host under a process manager: its engine is opened, and used, before the workers are forked.

The folder that KEYRULE_TEST_FOLDER names holds `p.keyrule` and `store`. An answer is what the engine said, so that who asks
can compare it with what the policy says.
"""

import json
import os
import urllib.parse
from pathlib import Path

import keyrule

FOLDER = Path(os.environ["KEYRULE_TEST_FOLDER"])
ENGINE = keyrule.Engine(FOLDER / "p.keyrule", FOLDER / "store")


def answer(app):
    with ENGINE.get_current_credentials({"tenant": "t1", "provider": "openai", "model": "m", "app.id": app}) as decision:
        used = decision.verdict == "use"
        return {
            "verdict": decision.verdict,
            "credential": decision.credential_name,
            "message": decision.message,
            "payload": decision.credentials() if used else None,
            "id": decision.to_dict()["id"],
            "pid": os.getpid(),
        }


answer("app-1")


def wsgi(environ, start_response):
    app = urllib.parse.parse_qs(environ["QUERY_STRING"])["app"][0]
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(answer(app)).encode()]
