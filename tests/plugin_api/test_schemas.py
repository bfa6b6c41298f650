"""Every command's JSON output, of success and of failure, against its schema."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from schemas import FOLDER, hold, kinds, validator

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "plugin_api" / "python"
sys.path.insert(0, str(PACKAGE))
import dify_stand_in  # noqa: E402
from keyrule.decision_log import DecisionLog  # noqa: E402

KEYRULE = os.environ["KEYRULE_COMMAND"]
POLICIES = ROOT / "policies"
ENVIRONMENTS = POLICIES / "environments.keyrule"
CREDENTIALS = POLICIES / "demo" / "credentials.json"
SEEN = set()  # kinds of which a line was seen
ELSEWHERE = {  # kinds that need more than a command line; the tests that hold them to their schemas
    "sync": "tests/store/dify/conftest.py",
    "sync-change": "tests/store/dify/follower.py",
    "sync-problem": "tests/store/dify/conftest.py",
    "watch-run": "tests/plugin_api/test_watch.py",
}


def run(*arguments, **options):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KEYRULE_STATE")} | options.pop("env", {})
    return subprocess.run([KEYRULE, *map(str, arguments), "--json"], capture_output=True, text=True, timeout=120, env=environment, **options)


def held(code, expected, *arguments, **options):
    """The kinds of the lines that a command with this exit code prints. Standard error has nothing to say."""
    done = run(*arguments, **options)
    assert done.returncode == code, done.stdout + done.stderr
    assert done.stderr == ""
    assert done.stdout != ""
    found = hold(done.stdout, *expected)
    SEEN.update(found)
    return found


@pytest.fixture
def bad(tmp_path):
    path = tmp_path / "bad.keyrule"
    path.write_text('keyrule 1\nschema "dify"\n' + "".join(f'rule r{i} {{ when enviroment == "x"  deny "no" }}\n' for i in range(15)) + 'default { leave to host }\n')
    return path


@pytest.fixture
def store(tmp_path):
    path = tmp_path / "store"
    held(0, ["import"], "import", CREDENTIALS, "--store", path)
    return path


def test_schemas_are_schemas_and_listed_once():
    page = (FOLDER / "README.md").read_text()
    assert sorted(re.findall(r"\]\(([a-z-]+)\.json\)", page)) == kinds()
    for kind in kinds():
        schema = json.loads((FOLDER / f"{kind}.json").read_text())
        assert schema["$id"] == f"{kind}.json" and schema["title"]
        assert not validator(kind).is_valid({"no": "such thing"}) or kind == "usage"
        assert not validator(kind).is_valid("text")


def test_policies(bad, tmp_path):
    assert held(0, ["check"], "check", ENVIRONMENTS) == ["check"]
    assert held(3, ["check"], "check", bad)[-2:] == ["more-errors", "check"]
    assert held(4, ["check"], "check", tmp_path / "none.keyrule")[0] == "diagnostic"
    held(0, ["check"], "check", POLICIES)
    assert {"check", "check-default"} <= set(held(0, ["check", "check-default"], "check", "--default", POLICIES))
    assert set(held(0, ["fmt"], "fmt", "--check", "--diff", ENVIRONMENTS)) == {"fmt"}
    held(0, ["fmt"], "fmt", "--stdout", ENVIRONMENTS)
    broken = tmp_path / "broken.keyrule"
    broken.write_text("keyrule 1 {{")
    held(3, ["fmt"], "fmt", broken)


def test_tests(tmp_path):
    assert set(held(0, ["test"], "test", ENVIRONMENTS)) == {"test"}
    assert set(held(0, ["test-list"], "test", "--list", POLICIES)) == {"test-list"}
    assert {"coverage-item", "coverage-sum"} <= set(held(5, ["test", "coverage-item", "coverage-sum"], "test", POLICIES, "--min-coverage", "100"))
    unmet = tmp_path / "unmet.keyrule"
    unmet.write_text('keyrule 1\nschema "dify"\nrule r { when app.id == "x"  deny "no" }\ndefault { leave to host }\n')
    assert "suggestion" in held(0, ["suggestion"], "test", "--suggest", unmet)
    assert set(held(1, ["mutation", "mutation-sum"], "mutate", ENVIRONMENTS)) == {"mutation", "mutation-sum"}
    failing = tmp_path / "p.keyrule"
    failing.write_text('keyrule 1\nschema "dify"\ndefault { leave to host }\ntest "t" { request  expect deny "x" }\n')
    assert held(1, ["test"], "test", failing) == ["test", "diagnostic"]


def test_decisions(bad, tmp_path):
    every = ["decision", "split", "explanation", "index", "code", "code-list", "dump", "dump-list"]
    for policy in sorted(POLICIES.glob("*.keyrule")):
        for sets in ([], ["--set", "environment=production"], ["--set", "node.credential=nobody"], ["--set", "inputs.key=x"]):
            for command in ("decide", "explain"):
                done = run(command, policy, *sets)
                assert done.returncode in (0, 1), done.stdout
                assert set(hold(done.stdout, *every)) == {"decision" if command == "decide" else "explanation"}
        held(0, every, "explain", policy, "--index")
    for policy, name in ((ENVIRONMENTS, "default"), (ENVIRONMENTS, "staging"), (POLICIES / "indexing-lane.keyrule", "index-1")):
        done = run("explain", policy, "--set", "environment=production", "--why-not", name)
        assert hold(done.stdout, *every) == ["explanation"], done.stdout
    SEEN.update({"decision", "explanation"})
    assert set(held(0, every, "decide", ENVIRONMENTS, "--set", "environment=production", "--times", "9")) == {"split"}
    requests = tmp_path / "requests.jsonl"
    requests.write_text('{"environment": "x"}\n{"environment": "production"}\n')
    assert held(1, every, "decide", ENVIRONMENTS, "--request", requests) == ["decision", "decision"]
    held(2, every, "decide", ENVIRONMENTS, "--set", "enviroment=x")
    held(3, every, "decide", bad)
    held(3, every, "explain", bad)
    many = tmp_path / "many.keyrule"
    many.write_text('keyrule 1\nschema "dify"\n' + "".join(f'rule r{i} {{ when app.id == "a{i}"  deny "no" }}\n' for i in range(40)) + "default { leave to host }\n")
    assert set(held(0, every, "explain", many, "--index")) == {"index"}
    held(0, every, "explain", many, "--all")
    assert len(held(0, every, "explain", "--list")) > 50
    assert held(0, every, "explain", "KR0301") == ["code"]
    held(2, every, "explain", "KR9999")
    held(0, every, "dump", "--list")
    held(0, every, "dump", ENVIRONMENTS, "--pass", "fold")
    held(2, every, "dump", ENVIRONMENTS, "--pass", "none")


def test_differences(bad, tmp_path):
    edited = tmp_path / "edited.keyrule"
    edited.write_text(ENVIRONMENTS.read_text().replace("rule staging", "rule stage").replace("rule stage {", 'rule free { when app.id == "x"  deny "no" }\nrule stage {'))
    every = ["difference", "difference-sum"]
    assert set(held(1, every, "diff", ENVIRONMENTS, edited)) == set(every)
    assert held(0, every, "diff", ENVIRONMENTS, ENVIRONMENTS) == ["difference-sum"]
    held(3, every, "diff", ENVIRONMENTS, bad)
    held(4, every, "diff", ENVIRONMENTS, tmp_path / "none.keyrule")
    every = ["affected", "affected-sum"]
    assert set(held(1, every, "affected", ENVIRONMENTS, "--credential", "prod-eu")) == set(every)
    assert held(0, every, "affected", ENVIRONMENTS, "--attribute", "app.id=zzz") == ["affected-sum"]
    held(2, every, "affected", ENVIRONMENTS, "--pool", "none")


def test_every_code_s_page():
    for code in re.findall(r'"code":"(KR\d{4})"', run("explain", "--list").stdout):
        hold(run("explain", code).stdout, "code")


def test_store(store, tmp_path):
    assert set(held(0, ["list"], "list", "--store", store)) == {"list"}
    held(2, ["list"], "list", "--store", store, "--tenant", "nobody")
    held(4, ["list"], "list", "--store", tmp_path / "none")
    one = ["--store", store, "--tenant", "ws-bank", "--provider", "openai", "--name", "reserve"]
    for verb in ("disable", "enable", "revoke"):
        held(0, ["revocation"], verb, *one)
    held(2, ["revocation"], "revoke", *one)
    assert held(0, ["verify"], "verify", "--store", store)[-1] == "verify"
    held(0, ["master-key"], "rotate", "--store", store, "--new-key", tmp_path / "new.key")
    held(0, ["master-key"], "rotate", "--store", store, "--key", tmp_path / "new.key", "--retire")
    (tmp_path / "new.key").replace(f"{store}.key")
    held(0, ["data-keys"], "rotate", "--store", store, "--data-keys")
    held(2, ["data-keys"], "rotate", "--store", store)
    wrong = tmp_path / "wrong.json"
    wrong.write_text('{"credentials": [{"tenant": "t", "provider": "p"}]}')
    held(4, ["import"], "import", wrong, "--store", store)
    held(4, ["import"], "import", tmp_path / "none.json", "--store", store)
    for path in store.rglob("*.sst"):
        path.write_bytes(b"damaged")
    damaged = run("verify", "--store", store)
    assert damaged.returncode == 1 and "diagnostic" in hold(damaged.stdout, "verify")


def test_state(tmp_path):
    held(0, ["split"], "decide", ENVIRONMENTS, "--set", "environment=production", "--state", tmp_path / "state", "--times", "5")
    assert held(0, ["state"], "state", tmp_path / "state") == ["state"]
    held(4, ["state"], "state", tmp_path / "none")


def test_record(tmp_path):
    decided = json.loads(run("decide", ENVIRONMENTS, "--set", "environment=production").stdout)
    log = DecisionLog(tmp_path / "log")
    log.decided(decided, {"app.id": "a", "provider": "openai", "model": "gpt-4o"})
    log.reported(decided["id"], "ok", 10, tokens=7)
    assert held(0, ["recorded-decision"], "decisions", "--log", tmp_path / "log") == ["recorded-decision"]
    held(4, ["recorded-decision"], "decisions", "--log", tmp_path / "none")
    assert set(held(0, ["usage"], "usage", "--log", tmp_path / "log", "--by", "credential,model", "--by", "tag")) == {"usage"}
    held(2, ["usage"], "usage", "--log", tmp_path / "log", "--by", "nothing")


def test_answers_and_days():
    held(0, ["classification"], "classify", "--failure", "timeout")
    for file in sorted((ROOT / "tests" / "plugin_api" / "responses").glob("*.http")):
        hold(run("classify", file, "--provider", file.name.split("_")[0]).stdout, "classification")
    held(0, ["answer", "dialect"], "classify", "--list")
    held(2, ["classification"], "classify", "--failure", "weather")
    assert held(0, ["simulation"], "simulate", POLICIES / "simulations" / "outage.json") == ["simulation"]
    assert "diagnostic" in held(4, ["simulation"], "simulate", "/no/such.json")


def test_dify(tmp_path):
    api = dify_stand_in.make(tmp_path)
    environment = {"PYTHONPATH": str(PACKAGE), "PYTHONDONTWRITEBYTECODE": "1"}
    held(0, ["dify-change"], "dify", "install", "--dify-api", api, env=environment)
    doctor = run("dify", "doctor", "--dify-api", api, env=environment)
    found = hold(doctor.stdout, "dify-check")
    assert set(found) == {"dify-check"}
    SEEN.update(found)
    held(0, ["dify-change"], "dify", "uninstall", "--dify-api", api, env=environment)
    held(4, ["dify-change"], "dify", "install", "--dify-api", tmp_path / "none", env=environment)


def test_the_command_itself(tmp_path):
    held(0, ["new"], "new", "-", "--yes")
    held(0, ["new"], "new", tmp_path / "p.keyrule", "--yes")
    held(2, ["new"], "new", tmp_path / "p.keyrule", "--yes")
    held(0, ["script"], "completion", "zsh")
    held(0, ["page"], "man", "check")
    held(0, ["pages"], "man", "--write", tmp_path)
    held(0, ["version"], "--version")
    held(0, ["version"], "check", "--version")
    held(2, [], "nosuch")


COMMANDS = re.findall(r"^  ([a-z]+) +[a-z]", subprocess.run([KEYRULE, "--help"], capture_output=True, text=True).stdout.split("Commands:")[1], re.M)


@pytest.mark.parametrize("command", COMMANDS)
def test_wrong_usage_is_a_diagnostic(command):
    held(2, [], command, "--nosuch", env={"PYTHONPATH": str(PACKAGE)})


def test_no_kind_without_a_line():
    """Runs last: each schema has been held against real output, here or where it says."""
    assert SEEN | set(ELSEWHERE) == set(kinds())
    for kind, path in ELSEWHERE.items():
        assert f'"{kind}"' in (ROOT / path).read_text(), kind
