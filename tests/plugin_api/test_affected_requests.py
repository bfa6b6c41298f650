"""`keyrule affected` against all requests of a small world, each decided with and without the credential that is gone."""

import itertools
import json
import os
import random
import subprocess
from pathlib import Path

import pytest

KEYRULE = Path(os.environ["KEYRULE_COMMAND"]).resolve()
SEED = int(os.environ.get("KEYRULE_SEED", "1"))
CASES = int(os.environ.get("KEYRULE_CASES", "25"))

CREDENTIALS = [("a", "openai"), ("b", "openai"), ("c", "openai"), ("g", "google")]
SPACE = {
    "app.id": ["x", "y", "other"],
    "user.id": ["m", None],
    "inputs.k": ["a", "b", "c", "nobody", None],
    "node.credential": ["a", "b", "c", "id-c", "nobody", None],
}
REQUESTS = [
    {path: value for path, value in zip(SPACE, values, strict=True) if value is not None} | {"provider": "openai", "model": "m"}
    for values in itertools.product(*SPACE.values())
]
ARMS = [
    'use credential "a"',
    'use credential "b"',
    "use credential t[app.id]",
    "use credential u[app.id]",
    "use credential node.credential",
    "use credential node.credential from p",
    "use p by first_available",
    "use q by random",
    "use p where name == inputs.k by first_available",
]
CONDITIONS = ["app.id in t", 'app.id == "y"', 'user.id == "m"', "node.credential is set", 'inputs.k in ["a", "b"]', 'not (inputs.k == "b")']


def policy_of(chance):
    def table():
        keys = chance.sample(["x", "y"], chance.randint(1, 2))
        return " ".join(f'"{key}" : "{chance.choice("abcg")}"' for key in keys)

    def pool():
        names = chance.sample("abcg", chance.randint(1, 3))
        return "".join(f'"{name}" {chance.choice(["", "then "]) if i + 1 < len(names) else ""}' for i, name in enumerate(names))

    def chain():
        arms = chance.sample(ARMS, chance.randint(1, 3)) + chance.choice([[], ['deny "no"'], ["leave to host"]])
        return " else ".join(arms)

    text = f'keyrule 1\nschema "dify"\ntable t {{ {table()} }}\ntable u {{ {table()} }}\npool p {{ {pool()}}}\npool q {{ {pool()}}}\n'
    for number in range(chance.randint(1, 2)):
        when = " and ".join(chance.sample(CONDITIONS, chance.randint(1, 2)))
        text += f"rule r{number} {{ when {when} {chain()} }}\n"
    return text + f"default {{ {chain()} }}\n"


def decide(policy, catalog, requests, folder):
    asked = folder / "requests.jsonl"
    asked.write_text("".join(json.dumps(request) + "\n" for request in requests + [requests[0]]))  # one alone would be dry
    done = subprocess.run(
        [KEYRULE, "decide", policy, "--catalog", catalog, "--tenant", "t", "--request", asked, "--json"],
        capture_output=True, text=True, timeout=60, check=False,
    )
    decisions = [json.loads(line) for line in done.stdout.splitlines()]
    decisions = [decision for decision in decisions if "verdict" in decision][: len(requests)]
    assert len(decisions) == len(requests), done.stdout + done.stderr
    return decisions


def choice(decision):
    """Verdict and the credentials that the arm and tier could have given."""
    of = {(one["arm"], one["tier"]) for one in decision["candidates"] if one["state"] == "taken"}
    names = {one["name"] for one in decision["candidates"] if (one["arm"], one["tier"]) in of and one["why"] is None}
    return decision["verdict"], frozenset(names)


def effect(before, after):
    (verdict, names), (verdict_now, names_now) = before, after
    if before == after:
        return None
    if verdict_now != "use":
        return {"deny": "denied", "host": "left to the host"}[verdict_now]
    return "left with fewer" if names_now < names else "moves"


def catalog_without(gone, folder):
    rows = [
        {"tenant": "t", "provider": provider, "name": name, "id": f"id-{name}", "enabled": name != gone} for name, provider in CREDENTIALS
    ]
    path = folder / f"without-{gone}.json"
    path.write_text(json.dumps({"credentials": rows}))
    return path


@pytest.mark.parametrize("case", range(CASES))
def test_every_request(case, tmp_path):
    policy = tmp_path / "p.keyrule"
    for draw in range(100):  # until no rule of it is unreachable
        policy.write_text(policy_of(random.Random(f"{SEED}/{case}/{draw}")))
        if subprocess.run([KEYRULE, "check", policy, "--quiet"], capture_output=True, timeout=60, check=False).returncode == 0:
            break
    text = policy.read_text()
    whole = catalog_without(None, tmp_path)
    before = decide(policy, whole, REQUESTS, tmp_path)
    for gone in ("a", "b"):
        after = decide(policy, catalog_without(gone, tmp_path), REQUESTS, tmp_path)
        true = {}
        for request, was, now in zip(REQUESTS, before, after, strict=True):
            word = effect(choice(was), choice(now))
            if word is not None:
                true.setdefault((was["rule"], word), request)
        done = subprocess.run(
            [KEYRULE, "affected", policy, "--credential", gone, "--catalog", whole, "--tenant", "t", "--json", "--most", "100"],
            capture_output=True, text=True, timeout=60, check=False,
        )
        *found, total = [json.loads(line) for line in done.stdout.splitlines() if "severity" not in line]
        said = {(one["rule"], one["effect"]) for one in found if one["effect"] != "loses a reserve"}
        assert total["undecided"] == 0 and total["whole"], text
        assert said == set(true), (text, gone, found, true)
