"""`keyrule affected` against all requests of a small world, each decided with and without the credential that is gone."""

import itertools
import json
import os
import random
import re
import subprocess
from pathlib import Path

import pytest

KEYRULE = Path(os.environ["KEYRULE_COMMAND"]).resolve()
SEED = int(os.environ.get("KEYRULE_SEED", "1"))
CASES = int(os.environ.get("KEYRULE_CASES", "12"))

# Name, id, provider, owner, tier. Each has a weight of its own, by which it is known in a decision of a pool.
CREDENTIALS = [
    ("a", "id-a", "openai", "a", "gold"),
    ("b", "id-b", "openai", "a", "iron"),
    ("c", "id-c", "openai", "b", "gold"),
    ("d", "id-d", "openai", "b", "gold"),
    ("g", "id-g", "google", "b", "gold"),
]
ID_OF_WEIGHT = {10 + number: row[1] for number, row in enumerate(CREDENTIALS)}
SPACE = {
    "app.id": ["x", "y", "other"],
    "user.id": ["m", "other", None],
    "inputs.k": [*"abcdg", "nobody", None],
    "node.credential": [*(name for row in CREDENTIALS for name in row[:2]), "nobody", None],
}
REQUESTS = [
    {path: value for path, value in zip(SPACE, values, strict=True) if value is not None} | {"provider": provider, "model": "m"}
    for provider in ("openai", "google", "another")
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
    "use tiers where owner == inputs.k by random",
    "use tiers where labels.tier == v[app.id] by random",
]
CONDITIONS = ["app.id in t", 'app.id == "y"', 'user.id == "m"', "node.credential is set", 'inputs.k in ["a", "b"]', 'not (inputs.k == "b")']
OF_VALUES = ['app.id == "x"', 'app.id in ["x", "y"]', 'not (app.id == "x")', 'user.id == "m"', 'inputs.k in ["a", "b"]']
TAGS = ["tag team = user.id", 'tag team = "m"', "tag team = inputs.k"]


def policy_of(chance, conditions=CONDITIONS, tags=(), least=1):
    def table(values="abcdg"):
        keys = chance.sample(["x", "y"], chance.randint(least, 2))
        return " ".join(f'"{key}" : "{chance.choice(values)}"' for key in keys)

    def pool():
        names = chance.sample("abcdg", chance.randint(1, 3))
        return "".join(f'"{name}" {chance.choice(["", "then "]) if i + 1 < len(names) else ""}' for i, name in enumerate(names))

    def chain():
        arms = chance.sample(ARMS, chance.randint(1, 3)) + chance.choice([[], ['deny "no"'], ["leave to host"]])
        return " else ".join(arms) + chance.choice(["", *(" " + tag for tag in tags)])

    text = f'keyrule 1\nschema "dify"\ntable t {{ {table()} }}\ntable u {{ {table()} }}\npool p {{ {pool()}}}\npool q {{ {pool()}}}\n'
    text += f'table v {{ {table(["gold", "iron"])} }}\npool tiers {{ where labels.tier == "gold" then where labels.tier == "iron" }}\n'
    for number in range(chance.randint(1, 2)):
        when = " and ".join(chance.sample(conditions, chance.randint(1, 2)))
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
    """Verdict and the credentials that the arm and tier could have given: their ids."""
    of = {(one["arm"], one["tier"]) for one in decision["candidates"] if one["state"] == "taken"}
    eligible = [one for one in decision["candidates"] if (one["arm"], one["tier"]) in of and one["why"] is None]
    return decision["verdict"], frozenset(ID_OF_WEIGHT.get(one["weight"]) or decision["credential"]["id"] for one in eligible)


def effect(before, after):
    (verdict, whom), (verdict_now, whom_now) = choice(before), choice(after)
    if verdict_now != verdict:
        return {"deny": "denied", "host": "left to the host", "use": "moves"}[verdict_now]
    if whom != whom_now:
        return "left with fewer" if whom_now < whom else "moves"
    if (before["message"], before["reason"]) != (after["message"], after["reason"]):
        return "another refusal"
    return "other tags" if before["tags"] != after["tags"] else None


def catalog_without(gone, folder):
    rows = [
        {"tenant": "t", "provider": provider, "name": name, "id": own, "owner": owner, "labels": {"tier": tier},
         "weight": 10 + number, "enabled": name != gone}
        for number, (name, own, provider, owner, tier) in enumerate(CREDENTIALS)
    ]
    path = folder / f"without-{gone}.json"
    path.write_text(json.dumps({"credentials": rows}))
    return path


def write_policy(path, draw):
    """The first of a hundred without a part that changes nothing."""
    for number in range(100):
        path.write_text(draw(number))
        if subprocess.run([KEYRULE, "check", path, "--quiet"], capture_output=True, timeout=60, check=False).returncode == 0:
            break
    return path


def compare(policy, catalog, gone, before, after):
    """What is said against what becomes of each request; those of the same rule and effect are one."""
    true = {}
    for request, was, now in zip(REQUESTS, before, after, strict=True):
        word = effect(was, now)
        if word is not None:
            true.setdefault((was["rule"], word), request)
    done = subprocess.run(
        [KEYRULE, "affected", policy, *gone, "--catalog", catalog, "--tenant", "t", "--json", "--most", "1000"],
        capture_output=True, text=True, timeout=60, check=False,
    )
    *found, total = [json.loads(line) for line in done.stdout.splitlines() if "severity" not in line]
    said = {(one["rule"], one["effect"]) for one in found if one["effect"] != "loses a reserve"}
    assert total["undecided"] == 0 and total["whole"], policy.read_text()
    short = [(one['rule'], one['effect'], one['when'], one['now'], one['request']) for one in found]
    assert said == set(true), '\n'.join([policy.read_text(), str(gone), *map(str, short), *map(str, true.items())])


@pytest.mark.parametrize("case", range(CASES))
def test_without_a_credential(case, tmp_path):
    policy = write_policy(tmp_path / "p.keyrule", lambda draw: policy_of(random.Random(f"{SEED}/{case}/{draw}")))
    whole = catalog_without(None, tmp_path)
    before = decide(policy, whole, REQUESTS, tmp_path)
    for gone in ("a", "b", "c"):
        after = decide(policy, catalog_without(gone, tmp_path), REQUESTS, tmp_path)
        compare(policy, whole, ["--credential", gone], before, after)


@pytest.mark.parametrize("case", range(CASES))
def test_without_a_value_or_an_entry(case, tmp_path):
    """Of a catalog from which a name has gone already, so that arms that are written otherwise may come to the same."""
    policy = write_policy(tmp_path / "p.keyrule", lambda draw: policy_of(random.Random(f"{SEED}/value/{case}/{draw}"), OF_VALUES, TAGS, 2))
    catalog = catalog_without("abc"[case % 3], tmp_path)
    before = decide(policy, catalog, REQUESTS, tmp_path)
    text = policy.read_text()
    without = tmp_path / "without.keyrule"
    for gone, old, new in (
        (["--attribute", "app.id=x"], '"x"(?! :)', '"named nowhere"'),
        (["--table", "t[x]"], '(?<=table t {)(.*)"x" : "."', r"\1"),
        (["--table", "v[x]"], '(?<=table v {)(.*)"x" : "[a-z]*"', r"\1"),
    ):
        without.write_text(re.sub(old, new, text))
        compare(policy, catalog, gone, before, decide(without, catalog, REQUESTS, tmp_path))
