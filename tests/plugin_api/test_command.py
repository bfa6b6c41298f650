"""The `keyrule` command as people use it: every subcommand, every exit code, and what it says about bad input."""

import json
import os
import random
import subprocess
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
KEYRULE = os.environ["KEYRULE_COMMAND"]
DEMO = ROOT / "policies" / "demo"
WORKFLOWS = ROOT / "policies" / "dify-workflows.keyrule"
ENVIRONMENTS = ROOT / "policies" / "environments.keyrule"

GOOD = """keyrule 1
schema "dify"
pool both { "a" weight 3  "b" }
rule turns {
  when environment == "production"
  use both by weighted_round_robin
  tag app = app.id
}
rule closed {
  when environment == "closed"
  deny "closed today"
}
default { leave to host }
test "three to one" {
  request 4 times with environment = "production"
  expect 3 on "a", 1 on "b"
}
test "closed is closed" {
  request with environment = "closed"
  expect deny "closed today"
}
"""

WARNING = GOOD + 'pool unused { "c" }\n'
BAD = GOOD.replace("environment ==", "enviroment ==")
FAILING = GOOD.replace("expect 3 on", "expect 2 on")
CREDENTIALS = {
    "credentials": [
        {"tenant": "t1", "provider": "openai", "name": "a", "credentials": {"openai_api_key": "sk-1"}},
        {"tenant": "t1", "provider": "openai", "name": "b", "enabled": False, "credentials": {"openai_api_key": "sk-2"}},
    ]
}


def keyrule(*arguments, **options):
    environment = dict(os.environ, NO_COLOR="1") | options.pop("env", {})
    return subprocess.run(
        [KEYRULE, *map(str, arguments)], capture_output=True, text=True, timeout=120, env=environment, **options
    )


@pytest.fixture
def write(tmp_path):
    def write(text, name="p.keyrule"):
        path = tmp_path / name
        path.write_text(text if isinstance(text, str) else json.dumps(text))
        return path

    return write


@pytest.fixture
def store(tmp_path, write):
    path = tmp_path / "store"
    done = keyrule("import", write(CREDENTIALS, "c.json"), "--store", path)
    assert done.returncode == 0, done.stderr
    return path


def lines(text):
    return [json.loads(line) for line in text.splitlines()]


# ---- help, version, usage


def test_help_teaches_by_example():
    done = keyrule("--help")
    assert done.returncode == 0 and done.stderr == ""
    for name in ("import", "check", "fmt", "test", "decide", "explain", "diff", "affected", "repl", "list", "rotate"):
        assert f"\n  {name} " in done.stdout
        page = keyrule(name, "--help")
        assert page.returncode == 0 and f"  keyrule {name}" in page.stdout and "--format FORMAT" in page.stdout


def test_version():
    for arguments in (["--version"], ["check", "--version"]):
        done = keyrule(*arguments)
        assert done.returncode == 0 and done.stdout == "keyrule 0.1.0, language edition 1\n"


@pytest.mark.parametrize(
    "arguments, says",
    [
        ([], "name a command"),
        (["chekc"], "did you mean `check`?"),
        (["zzz"], "commands: new, import, sync, check, fmt, test, mutate, decide, explain, diff, …"),
        (["format"], "no command is named `format`"),
        (["check"], "name a policy file"),
        (["check", "--jsno", "p"], "did you mean `--json`?"),
        (["check", "--wat", "p"], "`keyrule check --help` lists the options"),
        (["check", "-x", "p"], "no option of `keyrule check` is named `-x`"),
        (["check", "--format", "yaml", "p"], "there is no format `yaml`"),
        (["check", "--format", "plain", "--json", "p"], "exclude each other"),
        (["decide", "a", "b"], "`b` is one argument too many"),
        (["decide", WORKFLOWS, "--at", "noon"], "`noon` is not a point in time"),
        (["decide", WORKFLOWS, "--times", "0"], "`--times` goes from 1"),
        (["decide", WORKFLOWS, "--times", "x"], "`x` is not a number"),
        (["decide", WORKFLOWS, "--seed", "-1"], "seed"),
        (["decide", WORKFLOWS, "--set"], "--set"),
        (["decide", WORKFLOWS, "--tenant", "t"], "name one with `--store DIR` or `--catalog FILE`"),
        (["decide", WORKFLOWS, "--store", "s", "--catalog", "c"], "exclude each other"),
        (["decide", WORKFLOWS, "--key", "k"], "`--key` opens a store"),
        (["decide", WORKFLOWS, "--set", "enviroment=x"], "did you mean `environment`?"),
        (["decide", WORKFLOWS, "--set", "request.tokens=many"], "`request.tokens`"),
        (["decide", WORKFLOWS, "--set", "app.id"], "app.id"),
        (["explain", WORKFLOWS, "--why-not", "nobody"], "no rule and no credential is named `nobody`"),
        (["explain", "KR9999"], "no diagnostic has the code KR9999"),
        (["test", WORKFLOWS, "--only", ""], "the value of `--only` is empty"),
        (["test", WORKFLOWS, "--only="], "`--only` needs a value"),
        (["test", WORKFLOWS, "--junit", ""], "the value of `--junit` is empty"),
        (["check", WORKFLOWS, "--schema", ""], "the value of `--schema` is empty"),
        (["test", WORKFLOWS, "--only", "zzz*"], "no test has a name like `zzz*`"),
        (["import", "f.json"], "name the store with `--store DIR`"),
        (["list"], "name the store with `--store DIR`"),
        (["repl", "--json"], "the shell speaks text"),
    ],
)
def test_wrong_usage(arguments, says):
    done = keyrule(*arguments)
    assert done.returncode == 2, done.stderr
    if "--json" in arguments:  # diagnostics are results then
        assert done.stderr == "" and says in json.loads(done.stdout)["message"]
    else:
        assert done.stdout == "" and says in done.stderr


def test_usage_errors_as_json():
    done = keyrule("check", "--json", "--wat")
    assert done.returncode == 2 and done.stderr == ""
    (problem,) = lines(done.stdout)
    assert list(problem) == [
        "code", "severity", "message", "help", "file", "line", "column", "end_line", "end_column", "notes",
    ]  # fmt: skip
    assert problem["severity"] == "error" and "--wat" in problem["message"]


def test_double_dash_ends_the_options(tmp_path):
    (tmp_path / "--json").write_text(GOOD)
    done = keyrule("check", "--", "--json", cwd=tmp_path)
    assert done.returncode == 0 and done.stdout == "--json: no errors, 2 rules, 2 tests\n"


def test_common_options_may_stand_before_the_command(write):
    done = keyrule("--json", "check", write(GOOD))
    assert done.returncode == 0 and lines(done.stdout)[-1]["ok"] is True


# ---- check


def test_check(write):
    good = write(GOOD)
    assert keyrule("check", good).stdout == f"{good}: no errors, 2 rules, 2 tests\n"
    quiet = keyrule("check", "--quiet", good)
    assert (quiet.returncode, quiet.stdout, quiet.stderr) == (0, "", "")


def test_check_warnings(write):
    path = write(WARNING)
    done = keyrule("check", path)
    assert done.returncode == 0 and "1 warning" in done.stdout and "KR0110" in done.stderr
    denied = keyrule("check", "--deny-warnings", path)
    assert denied.returncode == 3 and "KR0110" in denied.stderr and denied.stdout == ""
    assert keyrule("check", "--quiet", path).stderr == ""


def test_denied_warnings_are_called_so(write):
    path = write(WARNING)
    for command in (["check"], ["test"], ["test", "--coverage"]):
        done = keyrule(*command, "--deny-warnings", path)
        assert done.returncode == 3
        assert f"error: {path}: 1 warning, which `--deny-warnings` does not allow" in done.stderr
        assert "0 of 0" not in done.stdout and "100.00" not in done.stdout, "there is nothing to measure"
    objects = lines(keyrule("check", "--json", "--deny-warnings", path).stdout)
    assert [o.get("code", "-") for o in objects] == ["KR0110", "-"] and objects[-1]["ok"] is False


CLAIM = """keyrule 1
schema "dify"
pool production { "prod" }
pool labelled { where labels.stage == "production" }
rule r { when app.id == "x"  use %s by random  else %s }
default { use labelled by random }
never c { when app.id == "x"  use %s }
"""


def test_check_proves_claims(write, tmp_path):
    assert keyrule("check", write(CLAIM % ("labelled", 'deny "no"', 'credential "other"'), "unless.keyrule")).returncode == 0
    held = keyrule("check", write(CLAIM % ("production", 'deny "no"', 'credential "other"'), "held.keyrule"))
    assert (held.returncode, held.stderr) == (0, "")
    broken = keyrule("check", write(CLAIM % ("production", "leave to host", 'credential "other"'), "broken.keyrule"))
    assert broken.returncode == 3 and broken.stdout == ""
    assert 'error[KR0601]: claim `c` is broken: `app.id = "x"` → rule `r` → host' in broken.stderr
    (one, summary) = lines(keyrule("check", "--json", tmp_path / "broken.keyrule").stdout)
    assert (one["code"], one["line"], summary["ok"]) == ("KR0601", 7, False)
    assert one["notes"][0]["message"] == "the host may spend anything"
    sarif = json.loads(keyrule("check", "--format", "sarif", tmp_path / "broken.keyrule").stdout)
    assert [result["ruleId"] for result in sarif["runs"][0]["results"]] == ["KR0601"]


def test_check_claims_against_a_catalog(write, tmp_path):
    policy = write(CLAIM % ("production", 'deny "no"', "labelled"), "unless.keyrule")
    unless = keyrule("check", policy)
    assert unless.returncode == 0
    assert "warning[KR0603]: claim `c` holds unless credential `prod` has labels.stage `production`" in unless.stderr
    allowed = write(policy.read_text().replace("never c", "# allow KR0603: checked against the store\nnever c"), "allowed.keyrule")
    assert keyrule("check", "--deny-warnings", allowed).returncode == 0
    catalog = tmp_path / "catalog.json"

    def with_labels(labels):
        row = {"provider": "openai", "name": "prod", "labels": labels}
        other = {"provider": "openai", "name": "other", "labels": {"stage": "production"}}
        catalog.write_text(json.dumps({"credentials": [row, other]}))
        return keyrule("check", "--deny-warnings", "--catalog", catalog, allowed)

    assert with_labels({"stage": "staging"}).returncode == 0
    done = with_labels({"stage": "production"})
    assert done.returncode == 3 and '→ rule `r` → `prod`' in done.stderr and "KR0603" not in done.stderr
    assert 'provider = "openai", app.id = "x"' in done.stderr


def test_claims_wait_until_the_catalog_has_what_the_policy_names(write, tmp_path):
    catalog = write({"credentials": [{"provider": "openai", "name": "other"}]}, "catalog.json")
    policy = write(CLAIM % ("production", 'deny "no"', "labelled"))
    done = keyrule("check", "--catalog", catalog, policy)
    assert done.returncode == 3 and "KR0901" in done.stderr and "claims are not checked before the errors are mended" in done.stderr
    assert lines(keyrule("check", "--json", "--catalog", catalog, policy).stdout)[-1]["claims"] is None
    assert lines(keyrule("check", "--json", policy).stdout)[-1]["claims"] == 1


def test_check_counts_the_claims_that_it_does_not_show(write):
    claims = "".join(f'never c{i} {{ when app.id == "a{i}"  leave to host }}\n' for i in range(14))
    path = write(f'keyrule 1\nschema "dify"\n{claims}default {{ leave to host }}\n')
    done = keyrule("check", "--default", path)
    assert done.returncode == 3 and done.stderr.count("KR0601") == 10 and "and 4 more errors" in done.stderr
    assert "what reaches the default is not listed before the errors are mended" in done.stderr
    assert {"more_errors": 4} in [json.loads(line) for line in keyrule("check", "--json", path).stdout.splitlines()]


def test_check_says_what_reaches_the_default_of_an_agency(tmp_path):
    """8,000 workflows in three environments, but for one: as many values as rules are looked at, not given up."""
    rules = [
        f'rule r{i}_{e} {{ when workflow.id == "wf{i}" and environment == "{e}" use credential "k{i % 50}" }}'
        for i in range(8000)
        for e in ("production", "staging", "dev")
    ]
    path = tmp_path / "agency.keyrule"
    path.write_text("\n".join(["keyrule 1", 'schema "dify"', *rules[:-1], 'default { deny "no" }\n']))
    done = keyrule("check", "--default", path)
    assert done.returncode == 0 and "not decided" not in done.stdout, done.stdout
    assert 'request with environment = "dev", workflow.id = "wf7999"' in done.stdout
    assert done.stdout.count("such as") == 3


def test_check_looks_at_all_requests(write):
    shadowed = GOOD.replace("default {", 'rule late { when environment == "production" and app.id is set  deny "late" }\ndefault {')
    done = keyrule("check", write(shadowed, "shadowed.keyrule"))
    assert done.returncode == 3 and "error[KR0403]: rule `late` is never reached" in done.stderr
    idle = 'keyrule 1\nschema "dify"\n{}rule r {{ when app.id is set and app.id == "x"  deny "n" }}\ndefault {{ leave to host }}\n'
    done = keyrule("check", write(idle.format(""), "idle.keyrule"))
    assert done.returncode == 0 and "warning[KR0407]" in done.stderr and "1 warning" in done.stdout
    allowed = keyrule("check", "--deny-warnings", write(idle.format("# allow KR0407: it reads better\n"), "allowed.keyrule"))
    assert allowed.returncode == 0 and allowed.stderr == "" and "1 silenced" in allowed.stdout
    needless = idle.format("# allow KR0407: it reads better\n").replace("app.id is set and ", "")
    assert "warning[KR0112]" in keyrule("check", write(needless, "needless.keyrule")).stderr


def test_check_walks_folders(write, tmp_path):
    write(GOOD, "a.keyrule")
    write("not a policy", "b.keyrule.txt")
    done = keyrule("check", tmp_path)
    assert done.returncode == 0 and "a.keyrule: no errors" in done.stdout and "b.keyrule" not in done.stdout


def test_check_errors(write):
    path = write(BAD)
    done = keyrule("check", path)
    assert done.returncode == 3 and done.stdout == ""
    assert f"error[KR0101]: no attribute is named `enviroment`\n --> {path}:5:8\n" in done.stderr
    plain = keyrule("check", "--format", "plain", path)
    assert plain.returncode == 3 and "-->" not in plain.stderr and "KR0101" in plain.stderr
    problems = lines(keyrule("check", "--json", path).stdout)
    assert [p.get("code") for p in problems] == ["KR0101", "KR0101", None]
    assert (problems[0]["line"], problems[0]["column"]) == (5, 8)
    assert problems[-1]["ok"] is False


def test_check_several_files_and_the_cause_that_counts(write, tmp_path):
    good, bad = write(GOOD), write(BAD, "bad.keyrule")
    assert keyrule("check", good, bad).returncode == 3
    done = keyrule("check", bad, tmp_path / "none.keyrule", good)
    assert done.returncode == 4  # a file that cannot be read goes before an error in a policy
    assert "none.keyrule" in done.stderr and "no errors" in done.stdout


def test_check_what_is_no_policy(tmp_path):
    empty = keyrule("check", tmp_path)
    assert empty.returncode == 2 and "this folder holds no policy" in empty.stderr
    assert keyrule("check", "/dev/null/x").returncode == 4
    binary = tmp_path / "binary"
    binary.write_bytes(bytes(range(256)))
    assert keyrule("check", binary).returncode == 3


def test_schema_option(write):
    schema = write('keyrule 1\nschema "own" {\n  provider : string\n  model : string\n  team : string optional\n}\n', "s.keyrule")
    policy = write('keyrule 1\nschema "own"\nrule r {\n  when team == "x"\n  deny "no"\n}\ndefault { leave to host }\n')
    assert keyrule("check", policy).returncode == 3
    done = keyrule("check", "--schema", schema, policy)
    assert done.returncode == 0, done.stderr


# ---- test


def test_test(write):
    path = write(GOOD)
    done = keyrule("test", path)
    assert done.returncode == 0
    assert done.stdout == f"  pass  three to one\n  pass  closed is closed\n{path}: 2 passed, 0 failed\n"
    only = keyrule("test", "--only", "closed*", path)
    assert only.stdout == f"  pass  closed is closed\n{path}: 1 passed, 0 failed\n"
    assert keyrule("test", "--list", path).stdout.splitlines()[0].endswith(":14:1  three to one")


def test_test_failures(write):
    path = write(FAILING)
    done = keyrule("test", path)
    assert done.returncode == 1 and "KR0703" in done.stderr and "  FAIL  three to one\n" in done.stdout
    assert f"{path}: 1 passed, 1 failed" in done.stdout
    results = lines(keyrule("test", "--json", path).stdout)
    assert [r["passed"] for r in results if "test" in r] == [False, True]
    assert any(r.get("code") == "KR0703" for r in results)
    assert keyrule("test", path, write(BAD, "bad.keyrule")).returncode == 3
    quiet = keyrule("test", "--quiet", path)
    assert quiet.stdout == "" and "KR0703" in quiet.stderr


# ---- decide and explain


def test_decide_text(write):
    done = keyrule("decide", write(GOOD), "--set", "environment=production", "--set", "app.id=x")
    assert done.returncode == 0
    assert done.stdout.startswith("use a ") and "rule turns, arm 1: both by weighted_round_robin" in done.stdout
    assert "app=x" in done.stdout


def test_decide_exit_codes(write):
    path = write(GOOD)
    assert keyrule("decide", path, "--set", "environment=closed").returncode == 1
    assert keyrule("decide", path, "--set", "environment=other").returncode == 0
    assert keyrule("decide", write(BAD, "bad.keyrule")).returncode == 3
    assert keyrule("decide", "/nonexistent.keyrule").returncode == 4
    assert keyrule("decide", path, "--set", "environment=closed", "--quiet").stdout == ""


def test_decide_json(write):
    done = keyrule("decide", write(GOOD), "--set", "environment=production", "--at", "2026-11-23T09:30:12Z", "--json")
    (decision,) = lines(done.stdout)
    assert decision["verdict"] == "use" and decision["credential"]["name"] == "a" and decision["dry"] is True
    assert decision["at"] == "2026-11-23T09:30:12.000Z"


def test_decide_split(write):
    done = keyrule("decide", write(GOOD), "--set", "environment=production", "--times", "400")
    rows = [line.split() for line in done.stdout.splitlines()]
    assert ["use", "a", "300", "75.0%"] in rows and ["use", "b", "100", "25.0%"] in rows
    (split,) = lines(keyrule("decide", write(GOOD), "--set", "environment=production", "--times", "4", "--json").stdout)
    assert [(s["credential"], s["times"]) for s in split["split"]] == [("a", 3), ("b", 1)]


def test_decide_seed_repeats(write):
    path = write(GOOD.replace("by weighted_round_robin", "by weighted_random"))
    split = lambda seed: keyrule("decide", path, "--set", "environment=production", "--times", "50", "--seed", seed).stdout
    assert split("1") == split("1")
    assert len({split(str(seed)) for seed in range(8)}) > 1


def test_decide_requests_of_a_file(write, store):
    requests = write('{"tenant": "t1", "provider": "openai", "environment": "production"}\n\n{"environment": "closed"}\n', "r.jsonl")
    done = keyrule("decide", write(GOOD), "--store", store, "--request", requests)
    assert done.returncode == 1
    header, _, first, second = done.stdout.splitlines()
    assert header.split() == ["request", "verdict", "credential", "rule", "why"]
    assert first.split()[:6] == ["1", "t1", "openai", "production", "use", "a"] and "skipped b disabled" in first
    assert second.split()[:4] == ["2", "closed", "deny", "closed"] and "closed today" in second
    decisions = lines(keyrule("decide", write(GOOD), "--store", store, "--request", requests, "--json").stdout)
    assert [d["verdict"] for d in decisions] == ["use", "deny"]


def test_decide_one_request_over_several_lines(write):
    request = write('{\n  "environment": "production",\n  "app.id": null,\n  "user.roles": ["a"],\n  "inputs": {"k": "v"}\n}\n', "r.json")
    done = keyrule("decide", write(GOOD), "--request", request)
    assert done.returncode == 0 and done.stdout.startswith("use a")


@pytest.mark.parametrize(
    "text, code, says",
    [
        ('{"provider": "openai"}\n{"provider": \n', 4, "r.jsonl:2:"),
        ("[1]\n", 4, "r.jsonl:1:1: this is not an object"),
        ("", 4, "there is no request in it"),
        ('{"enviroment": "x"}\n', 2, "did you mean `environment`?"),
        ('{"provider": "a"}\n{"environment": 5}\n', 2, "r.jsonl:2: `environment`"),
        ('{"request.tokens": "many"}\n', 2, "`request.tokens`"),
        ('{"request.tokens": 1.5}\n', 2, "a number with a fraction"),
        ('{"request.tokens": 18446744073709551615}\n', 2, "larger"),
        ('{"user.roles": [1]}\n', 2, "`user.roles`"),
        ('{"app": {"idd": "x"}}\n', 2, "`app.idd`"),
    ],
)
def test_bad_requests(write, text, code, says):
    done = keyrule("decide", write(GOOD), "--request", write(text, "r.jsonl"))
    assert done.returncode == code, done.stderr
    assert says in done.stderr and done.stdout == ""


def test_decide_over_a_catalog(write):
    catalog = {"credentials": [{"provider": "openai", "name": "b", "labels": {"x": "y"}}]}
    path = write(catalog, "catalog.json")
    arguments = ["--set", "environment=production", "--set", "provider=openai"]
    done = keyrule("decide", write(GOOD), "--catalog", path, *arguments)
    assert done.returncode == 0 and done.stdout.startswith("use b"), done.stderr
    # The file for `import` serves as well, and shows one tenant what is its own.
    for tenant, code in (("t1", 0), ("t2", 1)):
        done = keyrule("decide", write(GOOD), "--catalog", write(CREDENTIALS, "c.json"), "--tenant", tenant, *arguments)
        assert done.returncode == code, done.stdout


@pytest.mark.parametrize(
    "text, says",
    [
        ("{", "catalog.json:1:"),
        ("{}", "there is no list `credentials`"),
        ('{"credentials": [{"name": "a"}]}', "catalog.json:1:18: /credentials/0: `provider` is missing"),
        ('{"credentials": [\n{"name": "a", "provider": "p", "wieght": 3}]}', "catalog.json:2:32: /credentials/0/wieght: `wieght` is not known here"),
        ('{"credentials": [{"name": "a", "provider": "p", "weight": 0}]}', "/credentials/0/weight: the weight is not a whole number"),
        ('{"credentials": [{"name": "a", "provider": 5}]}', "/credentials/0/provider: this must be a text, and it is a number"),
    ],
)
def test_bad_catalogs(write, text, says):
    done = keyrule("decide", write(GOOD), "--catalog", write(text, "catalog.json"))
    assert done.returncode == 4 and says in done.stderr, done.stderr


def test_explain(write):
    path = write(GOOD)
    done = keyrule("explain", path, "--set", "environment=closed")
    assert done.returncode == 1
    assert "no " in done.stdout and "environment is \"closed\"" in done.stdout and "yes" in done.stdout
    why = keyrule("explain", path, "--set", "environment=closed", "--why-not", "turns")
    assert "turns would decide if" in why.stdout
    (explained,) = lines(keyrule("explain", path, "--set", "environment=production", "--json").stdout)
    assert explained["decision"]["rule"] == "turns" and explained["rules"][0]["matched"] is True
    assert "why_not" not in explained


def test_explain_why_not(write, tmp_path):
    """Of a rule that stands below the one that decides, and of a credential, with the change that `decide` takes then."""
    path = write(
        'keyrule 1\nschema "dify"\npool prod { "prod-eu" }\npool own { where labels.owner is set }\n'
        'rule open { when environment is not set deny "not here" }\n'
        'rule bank { when app.id == "bank" use credential "bank" }\n'
        'rule mine { when user.id is set use own where labels.owner == user.id by round_robin }\n'
        "default { use prod by round_robin }\n"
    )
    (tmp_path / "c.json").write_text(json.dumps({"credentials": [
        {"provider": "openai", "name": "prod-eu"}, {"provider": "anthropic", "name": "ann", "labels": {"owner": "u-ann"}}]}))
    at = [path, "--set", "provider=openai", "--set", "model=m"]

    def why(name, *more):
        text = keyrule("explain", *at, *more, "--why-not", name)
        (found,) = lines(keyrule("explain", *at, *more, "--why-not", name, "--json").stdout)
        return text.stdout, found["why_not"]

    text, found = why("bank")
    assert "nearest: set environment = \"other\", set app.id = \"bank\"\n" in text
    nearest = [{"set": "environment", "to": "other"}, {"set": "app.id", "to": "bank"}]
    assert found == {"rule": "bank", "arm": None, "credential": None, "nearest": nearest, "decided": True}
    text, found = why('"bank"')
    assert "bank is not among those that open chooses from\n" in text and "; then bank may take it\n" in text
    assert found == {"rule": "bank", "arm": 1, "credential": "bank", "nearest": nearest, "decided": True}
    assert why("prod-eu") == why('"prod-eu"') and why("prod-eu")[1]["rule"] == "default"
    text, found = why("ann", "--catalog", tmp_path / "c.json")
    assert "ann is of anthropic, and the request asks for openai\n" in text
    assert {one["set"]: one["to"] for one in found["nearest"]} == {"provider": "anthropic", "environment": "other", "user.id": "u-ann"}
    (after,) = lines(keyrule("decide", path, "--set", "provider=anthropic", "--set", "model=m", "--set", "environment=other",
                             "--set", "user.id=u-ann", "--catalog", tmp_path / "c.json", "--json").stdout)
    assert after["credential"]["name"] == "ann" and after["rule"] == found["rule"] == "mine"
    # Of two of one name the one that it takes less for, whichever the request asks for.
    two = write('keyrule 1\nschema "dify"\nrule gemini { when provider == "google" and app.id is set use credential "main" }\n'
                "default { leave to host }\n", "two.keyrule")
    (tmp_path / "two.json").write_text(json.dumps({"credentials": [{"provider": "openai", "name": "main"}, {"provider": "google", "name": "main"}]}))
    both = keyrule("explain", two, "--catalog", tmp_path / "two.json", "--set", "provider=openai", "--why-not", '"main"').stdout
    assert 'nearest: set provider = "google", set app.id = "other"; then gemini may take it' in both
    # An arm whose `where` leaves it out is none that could take it.
    staging = write('keyrule 1\nschema "dify"\npool stg { where labels.stage == "staging" }\nrule staging { when environment == "staging" '
                    "use stg where labels.team == app.id by round_robin else use stg by round_robin }\ndefault { leave to host }\n", "stg.keyrule")
    (tmp_path / "stg.json").write_text(json.dumps({"credentials": [
        {"provider": "openai", "name": "stg-1", "labels": {"stage": "staging", "team": "faq"}},
        {"provider": "openai", "name": "stg-2", "labels": {"stage": "staging"}}]}))
    stg = keyrule("explain", staging, "--catalog", tmp_path / "stg.json", "--set", "provider=openai", "--set", "environment=staging",
                  "--set", "app.id=faq", "--why-not", "stg-2").stdout
    assert "stg-2 could be taken by arm 2 of staging, but an arm before it answered" in stg
    # A pool's name means one of several of that name: what the other has is of no use.
    twins = write('keyrule 1\nschema "dify"\npool p { "c" }\nrule r { when app.id == "y" use p where labels.k == app.id by round_robin }\n'
                  "default { leave to host }\n", "twins.keyrule")
    (tmp_path / "twins.json").write_text(json.dumps({"credentials": [
        {"provider": "openai", "name": "c", "id": f"c{i}", "labels": {"k": label}} for i, label in enumerate(["a", "y"])]}))
    none = keyrule("explain", twins, "--catalog", tmp_path / "twins.json", "--set", "provider=openai", "--why-not", '"c"').stdout
    assert "no request leads to it" in none
    wrong = keyrule("explain", *at, "--why-not", "prod-eo")
    assert wrong.returncode == 2 and "no rule and no credential is named `prod-eo`" in wrong.stderr and "did you mean `prod-eu`?" in wrong.stderr


NAMED_FIRST = """pool p { "k1" "k2" }
rule a { when app.id is set use credential node.credential from p else use p by first_available }
"""
NAMED_OR_FIXED = """pool p { "k2" "k3" }
rule a { when node.credential is set use credential node.credential from p else use credential "k1" }
"""
SECOND_ARM = """pool p { "k1" "k2" }
rule shared { when environment == "dev" use credential "k2" else use p by first_available }
rule own { when app.id == "own" use credential "k1" }
"""
BETWEEN_PATTERNS = """rule blocked { when environment == "production" and app.id matches /^(app|bot)-/ deny "no" }
rule apps { when app.id starts with "app-" use credential "k1" }
"""
OF_ANY_PROVIDER = """pool azure { "k2" where provider == "azure" and name == "k1" }
rule x { when app.id == "x" use azure by random }
rule y { when app.id == "y" use credential "k1" from azure }
"""


@pytest.mark.parametrize(("rules", "given", "nearest"), [
    # An arm before it refuses a name that it does not know: it has to be none, or this one's.
    (NAMED_FIRST, {"app.id": "x", "node.credential": "zz"}, 'set node.credential = "k1"; then arm 1 of a may take it'),
    # Or one that the policy names there, which may be taken up.
    (NAMED_OR_FIXED, {"app.id": "x"}, 'set node.credential = "k2"; then arm 2 of a may take it'),
    # Of equally near ways that of the first arm, which no other key is before.
    (SECOND_ARM, {}, 'set app.id = "own"; then own may take it'),
    # No text meets both patterns: more has to change.
    (BETWEEN_PATTERNS, {"app.id": "zz", "environment": "production"}, 'unset environment, set app.id = "app-"; then apps may take it'),
    # A name in a policy is that of whichever provider a call is for.
    (OF_ANY_PROVIDER, {"app.id": "z", "provider": "openai"}, 'set provider = "azure", set app.id = "x"; then x may take it'),
])
def test_what_is_nearest_for_a_credential(write, rules, given, nearest):
    path = write('keyrule 1\nschema "dify"\n' + rules + 'default { deny "n" }\n')
    options = [word for attribute, value in given.items() for word in ("--set", f"{attribute}={value}")]
    text = keyrule("explain", path, *options, "--why-not", '"k1"').stdout
    assert f"nearest: {nearest}\n" in text, text


@pytest.mark.parametrize("number", [40, 120])
def test_a_search_for_what_is_nearest_ends(write, number):
    """Hundreds of parts that each may be met in three ways: too many to try, and said to be so."""
    draw = random.Random(number)
    parts = [" or ".join(f"{draw.choice(['', 'not '])}b{i}" for i in draw.sample(range(number), 3)) for _ in range(4 * number)]
    schema = "".join(f"  b{i} : bool optional\n" for i in range(number))
    path = write(
        'keyrule 1\nschema "t" {\n  provider : string\n  model : string\n' + schema + "}\nrule a { when ("
        + ") and (".join(parts) + ') deny "x" }\ndefault { leave to host }\n'
    )
    for option in (["--why-not", "a"], ["--json"]):
        began = time.monotonic()
        done = keyrule("explain", path, *option)
        assert done.returncode == 0 and time.monotonic() - began < 20, done.stderr


def test_a_key_that_several_arms_skip_is_said_once(write, tmp_path):
    path = write('keyrule 1\nschema "dify"\npool p { "a" }\nbudget b { limit 1 requests per day }\n'
                 'default { use p by random under b else use p by random else use credential "a" }\n')
    catalog = write({"credentials": [{"provider": "openai", "name": "a", "enabled": False}]}, "off.json")
    done = keyrule("decide", path, "--set", "provider=openai", "--catalog", catalog)
    assert done.stdout.count("skipped") == 1, done.stdout


def test_explain_a_code():
    done = keyrule("explain", "KR0301")
    assert done.returncode == 0 and done.stdout.startswith("error[KR0301]: pool")


# ---- output that cannot be written


def test_a_full_disk_is_noticed(write):
    with open("/dev/full", "w") as full:
        done = subprocess.run([KEYRULE, "--help"], stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 4 and "cannot be written" in done.stderr


# ---- many errors


@pytest.mark.parametrize("count, said", [(10, ""), (11, "and 1 more error"), (35, "and 25 more errors")])
def test_errors_that_are_not_shown_are_counted(tmp_path, count, said):
    policy = tmp_path / "p.keyrule"
    rules = "".join(f'rule r{i} {{ when app.id = "x" deny "n" }}\n' for i in range(count))
    policy.write_text(f'keyrule 1\nschema "dify"\n{rules}default {{ leave to host }}\n')
    for command in (["check"], ["fmt", "--check"], ["test"], ["decide"]):
        lines = keyrule(*command, policy, "--format", "plain").stderr.splitlines()
        shown = [line for line in lines if "error[" in line]
        assert len(shown) == 10 and lines[10:11] == ([said] if said else [])
        objects = [json.loads(line) for line in keyrule(*command, policy, "--json").stdout.splitlines()]
        more = [thing["more_errors"] for thing in objects if "more_errors" in thing]
        assert more == ([count - 10] if said else [])
    run = json.loads(keyrule("check", policy, "--format", "sarif").stdout)["runs"][0]
    notices = run.get("invocations", [{"toolExecutionNotifications": []}])[0]["toolExecutionNotifications"]
    assert [n["message"]["text"] for n in notices] == ([said.removeprefix("and ") + " in this policy"] if said else [])


MANY = "keyrule 1\nschema \"dify\"\n{rules}default {{ leave to host }}\n"


def many_rules(folder):
    rules = [f'rule r{i} {{ when app.id == "a{i}" and environment in ["x", "y"] deny "no" }}\n' for i in range(20)]
    rules.append('rule not_x { when not (environment is set) or environment != "x" deny "no" }\n')
    path = folder / "many.keyrule"
    path.write_text(MANY.format(rules="".join(rules)))
    return path


def test_explain_index_says_how_each_rule_is_reached(tmp_path):
    done = keyrule("explain", many_rules(tmp_path), "--index")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].startswith("21 rules: 1 kind of look-up, 1 tested for every request")
    assert lines[1].startswith("r0     by app.id and environment, 2 keys; tests of about ")
    assert "not_x  tested for every request" in done.stdout
    assert "cheaper: add a comparison that must hold" in done.stdout
    records = [json.loads(line) for line in keyrule("explain", many_rules(tmp_path), "--index", "--json").stdout.splitlines()]
    assert records[0] == {"rule": "r0", "reached": "key", "by": ["app.id", "environment"], "ways": 1, "keys": 2, "crowd": 1, "cost_ns": records[0]["cost_ns"]}
    assert records[20]["reached"] == "always" and "advice" in records[20]


def test_explain_index_of_few_rules(tmp_path):
    done = keyrule("explain", WORKFLOWS, "--index")
    assert done.returncode == 0 and "without an index" in done.stdout.splitlines()[0]


def test_dump_shows_each_pass(tmp_path):
    listed = [line.split()[0] for line in keyrule("dump", "--list").stdout.splitlines()]
    assert listed == ["intern", "normalise", "fold", "order", "split", "index", "emit"]
    for name in listed:
        done = keyrule("dump", many_rules(tmp_path), "--pass", name)
        assert done.returncode == 0 and done.stdout, done.stderr
    record = json.loads(keyrule("dump", many_rules(tmp_path), "--pass", "split", "--json").stdout)
    assert record["pass"] == "split" and record["lines"][0] == 'r0: environment = "x" and app.id = "a0", or environment = "y" and app.id = "a0"' and record["lines"][20] == "not_x: always tested"
    wrong = keyrule("dump", many_rules(tmp_path), "--pass", "folding")
    assert wrong.returncode == 2 and "the passes are intern, normalise" in wrong.stderr


def test_dump_list_as_json_and_what_goes_with_nothing(tmp_path):
    listed = [json.loads(line) for line in keyrule("dump", "--list", "--json").stdout.splitlines()]
    assert [one["pass"] for one in listed][:2] == ["intern", "normalise"] and all(one["does"] for one in listed)
    for words in (["dump", many_rules(tmp_path), "--list"], ["explain", many_rules(tmp_path), "--index", "--set", "app.id=x"]):
        wrong = keyrule(*words)
        assert wrong.returncode == 2 and "--" in wrong.stderr, words


def test_an_attribute_s_name_is_no_command_for_the_terminal(tmp_path):
    path = tmp_path / "escape.keyrule"
    names = ("\\u{1b}[31mRED", *range(13))
    path.write_text(MANY.format(rules="".join(f'rule r{i} {{ when inputs."{n}" == "1" deny "no" }}\n' for i, n in enumerate(names))))
    for words in (["explain", path, "--index"], ["explain", path, "--set", "app.id=x"], ["dump", path, "--pass", "order"]):
        done = keyrule(*words)
        assert "\x1b" not in done.stdout and "RED" in done.stdout, words
