"""`keyrule mutate` and `keyrule check --default` as people use them."""

import json
import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
KEYRULE = os.environ["KEYRULE_COMMAND"]
POLICIES = ROOT / "policies"

POLICY = """keyrule 1
schema "dify"
pool both { "a" weight 3  "b" }
rule turns {
  when environment == "production"
  use both by weighted_round_robin
  else deny "out"
}
default { leave to host }
"""
TESTS = """
test "three to one" {
  request 4 times with environment = "production"
  expect rule turns, 3 on "a", 1 on "b"
}
test "others" {
  request with environment = "staging"
  expect default, host
}
"""


def keyrule(*arguments, **options):
    return subprocess.run([KEYRULE, *map(str, arguments)], capture_output=True, text=True, timeout=240, **options)


@pytest.fixture
def policy(tmp_path):
    path = tmp_path / "p.keyrule"
    path.write_text(POLICY + TESTS)
    return path


def test_what_is_said_does_not_hang_on_the_number_of_processors():
    """Each tries changes by itself; two survivors whose tests would have one name get two."""
    path = POLICIES / "organisation-limits.keyrule"
    one = {min(os.sched_getaffinity(0))}
    alone = keyrule("mutate", path, "--json", preexec_fn=lambda: os.sched_setaffinity(0, one))
    assert keyrule("mutate", path, "--json").stdout == alone.stdout and alone.returncode == 1
    names = [found["test"].split('"')[1] for found in map(json.loads, alone.stdout.splitlines()) if found.get("test")]
    assert len(set(names)) == len(names) and any(name.endswith("(2)") for name in names)


def test_survivors_are_shown_with_the_change_and_a_test(policy):
    done = keyrule("mutate", policy.name, cwd=policy.parent)
    assert done.returncode == 1 and done.stderr == ""
    assert """p.keyrule:7:3: no test notices that `else deny "out"` is left out, in rule turns
    -   else deny "out"
  this test would:
    test "notices that else deny out is left out in rule turns" {
      given credential "a" with enabled = false
      given credential "b" with enabled = false
      request with environment = "production"
      expect rule turns, deny "out"
    }
""" in done.stdout
    assert done.stdout.endswith(" %\n") and " changes noticed, " in done.stdout.splitlines()[-1]


def test_rules_that_are_exchanged_are_shown_with_what_stands_between(tmp_path):
    path = tmp_path / "p.keyrule"
    path.write_text(
        'keyrule 1\nschema "dify"\nrule s { when environment == "prod" deny "s" }\n\nrule i { when app.id == "x" deny "i" }\n'
        'default { leave to host }\ntest "default" { request with app.id = "y" expect default, host }\n'
    )
    done = keyrule("mutate", path)
    assert done.returncode == 1, done.stderr
    lines = done.stdout.splitlines()
    (at,) = [number for number, line in enumerate(lines) if line.endswith("rules s and i are exchanged")]
    assert [line[4:12].rstrip() for line in lines[at + 1 : at + 6]] == ["- rule s", "-", "  rule i", "+", "+ rule s"]


def test_what_is_suggested_notices_the_rest(policy):
    more = keyrule("mutate", "--suggest", policy)
    assert more.returncode == 0 and more.stdout.startswith('\ntest "notices that ')
    assert " changes noticed, " in more.stderr
    policy.write_text(policy.read_text() + more.stdout)
    assert keyrule("test", policy).returncode == 0
    done = keyrule("mutate", policy)
    assert done.returncode == 0 and "100.00 %" in done.stdout and "no test notices" not in done.stdout


def test_bars_and_exit_codes(policy, tmp_path):
    assert keyrule("mutate", policy, "--at-least", "20").returncode == 0
    low = keyrule("mutate", policy, "--at-least", "99")
    assert low.returncode == 1 and "less than 99.00 %" in low.stderr
    assert keyrule("mutate", policy, "--at-least", "many").returncode == 2
    assert keyrule("mutate", policy, "--suggest", "--json").returncode == 2
    assert keyrule("mutate", tmp_path / "none.keyrule").returncode == 4
    bad = tmp_path / "bad.keyrule"
    bad.write_text(POLICY.replace("environment", "enviroment"))
    assert keyrule("mutate", bad).returncode == 3
    failing = tmp_path / "failing.keyrule"
    failing.write_text((POLICY + TESTS).replace("3 on", "2 on"))
    done = keyrule("mutate", failing)
    assert done.returncode == 1 and "1 test fails as the policy is: three to one" in done.stderr
    few = keyrule("mutate", policy, "--most", "1")
    assert few.stdout.count(": no test notices that") == 1 and "more that no test notices" in few.stdout


def test_time_is_bounded_and_said(policy):
    done = keyrule("mutate", "--seconds", "0", policy)
    assert "not tried: time was up after 0 seconds (`--seconds` gives more)" in done.stdout


def test_json_has_every_change_in_order(policy):
    done = keyrule("mutate", "--json", policy)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    changes, total = lines[:-1], lines[-1]
    assert [(c["line"], c["column"]) for c in changes] == sorted((c["line"], c["column"]) for c in changes)
    for fate in ("noticed", "survived", "same", "unloadable"):
        assert total[fate] == sum(c["fate"] == fate for c in changes)
    assert all((c["noticed_by"] is not None) == (c["fate"] == "noticed") for c in changes)
    assert keyrule("mutate", "--json", policy).stdout == done.stdout


def test_changes_in_imported_files(tmp_path):
    (tmp_path / "rules.keyrule").write_text(POLICY.split("default")[0])
    (tmp_path / "p.keyrule").write_text('keyrule 1\nschema "dify"\nimport "rules.keyrule"\ndefault { leave to host }\n' + TESTS)
    done = keyrule("mutate", "p.keyrule", cwd=tmp_path)
    assert "rules.keyrule:7:3: no test notices that `else deny" in done.stdout
    more = keyrule("mutate", "--suggest", "p.keyrule", cwd=tmp_path).stdout
    with (tmp_path / "p.keyrule").open("a") as file:
        file.write(more)
    assert keyrule("mutate", "p.keyrule", cwd=tmp_path).returncode == 0


def copied(path, folder, text):
    """A policy under the same name, with the tables that it reads beside it."""
    for table in POLICIES.glob("*.csv"):
        (folder / table.name).write_bytes(table.read_bytes())
    (folder / path.name).write_text(text)
    return folder / path.name


@pytest.mark.parametrize("path", sorted(POLICIES.glob("*.keyrule")), ids=lambda path: path.stem)
def test_policies(path, tmp_path):
    """What survives in the policies that we hand out is real: with the tests that are offered, they notice it."""
    *changes, before = [json.loads(line) for line in keyrule("mutate", "--json", path).stdout.splitlines()]
    blocks = {change["test"].split("\n", 1)[1]: change["test"] for change in changes if change["test"]}
    found = sum(change["fate"] == "survived" and change["test"] is not None for change in changes)
    more = copied(path, tmp_path, path.read_text() + "\n" + "\n".join(blocks.values()))
    after = json.loads(keyrule("mutate", "--json", more).stdout.splitlines()[-1])
    assert after["survived"] <= before["survived"] - found
    assert before["percent"] >= 40 and before["not_tried"] == 0


def test_tests_that_are_suggested_for_coverage_notice_nearly_all(tmp_path):
    path = tmp_path / "p.keyrule"
    path.write_text((POLICIES / "environments.keyrule").read_text().split('\ntest "')[0])
    path.write_text(path.read_text() + keyrule("test", "--suggest", path).stdout)
    assert keyrule("test", path, "--min-coverage", "100").returncode == 0
    # They ask whom each rule answers and by what, and nothing of turns, weights and tags.
    about = ("operator", "value", "connective", "negation", "condition", "rule", "else", "answer")
    changes = [json.loads(line) for line in keyrule("mutate", "--json", path).stdout.splitlines()[:-1]]
    fates = [change["fate"] for change in changes if change["mutation"] in about]
    assert set(fates) == {"noticed"} and len(fates) >= 10


def test_default_says_which_requests_no_rule_answers(policy, tmp_path):
    done = keyrule("check", "--default", policy.name, cwd=policy.parent)
    assert done.returncode == 0
    assert done.stdout == """p.keyrule: no errors, 1 rule, 2 tests
p.keyrule: the default (p.keyrule:9:1) answers these requests, which no rule does, by leave to host
  requests whose environment is not `production` (or not set)
      such as  request with environment = "other"
"""
    policy.write_text(POLICY.replace('environment == "production"', 'environment is set').replace("default", 'rule rest { when environment is not set deny "x" }\ndefault'))
    done = keyrule("check", "--default", policy.name, cwd=policy.parent)
    assert "p.keyrule: no request reaches the default (p.keyrule:10:1): rules answer every one\n" in done.stdout
    sarif = keyrule("check", "--default", "--format", "sarif", policy)
    assert sarif.returncode == 2 and "exclude each other" in sarif.stderr


@pytest.mark.parametrize("path", sorted(POLICIES.glob("*.keyrule")), ids=lambda path: path.stem)
def test_conditions_that_are_said_are_those_of_the_default(path, tmp_path):
    """As rules before the others they change nothing but who answers; then nothing is left for the default."""
    found = json.loads(keyrule("check", "--default", "--json", path).stdout.splitlines()[-1])
    assert found["default"] == "reached" and found["complete"] and found["requests"]
    conditions = [one["condition"] for one in found["requests"]]
    assert all(conditions) and all(one["steps"] for one in found["requests"])
    text = path.read_text().split('\ntest "')[0]
    rules = "".join(f'rule said_{i} {{ when {condition} deny "said" }}\n' for i, condition in enumerate(conditions))
    at = text.index("\ndefault ")
    again = copied(path, tmp_path, text[:at] + "\n" + rules + text[at:])
    after = json.loads(keyrule("check", "--default", "--json", again).stdout.splitlines()[-1])
    assert after["default"] == "never"
