"""`keyrule simulate`: reports as goldens, the same bytes each time, and what it says of files with mistakes."""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
KEYRULE = Path(os.environ["KEYRULE_COMMAND"]).resolve()
FOLDER = ROOT / "policies" / "simulations"
GOLDEN = ROOT / "tests" / "golden" / "simulations"
SCENARIOS = sorted(FOLDER.glob("*.json"))
POLICIES = sorted(FOLDER.glob("*.keyrule"))

POLICY = """keyrule 1
schema "dify"
pool p { "a" "b" }
rule r { when model.type == "llm"  use p by round_robin }
default { leave to host }
"""
SCENARIO = {
    "policy": "p.keyrule",
    "hours": 1,
    "traffic": [{"request": {"provider": "openai", "model.type": "llm"}, "per_minute": 5, "duration": "1s"}],
}


def simulate(*arguments, **options):
    return subprocess.run([KEYRULE, "simulate", *arguments], capture_output=True, text=True, timeout=120, **options)


def report(*arguments):
    done = simulate(*arguments, "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


@pytest.fixture
def write(tmp_path):
    (tmp_path / "p.keyrule").write_text(POLICY)

    def write(scenario=None, **changes):
        text = scenario if isinstance(scenario, str) else json.dumps(SCENARIO | changes)
        (tmp_path / "s.json").write_text(text)
        return tmp_path / "s.json"

    return write


@pytest.mark.parametrize("form", ["txt", "json"])
@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_report_is_the_golden(path, form):
    done = simulate(path, "--format", "plain" if form == "txt" else "json")
    assert done.returncode == 0, done.stdout + done.stderr
    golden = GOLDEN / f"{path.stem}.{form}"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(done.stdout)
    assert done.stdout == golden.read_text()


def test_there_are_three_scenarios_with_policies_of_their_own():
    assert len(SCENARIOS) >= 3 and {golden.stem for golden in GOLDEN.iterdir()} == {path.stem for path in SCENARIOS}


@pytest.mark.parametrize("path", POLICIES, ids=lambda path: path.stem)
def test_policies_are_clean_and_pass_their_tests(path):
    for words in (["check", "--deny-warnings"], ["fmt", "--check"], ["test", "--min-coverage", "80"]):
        done = subprocess.run([KEYRULE, *words, path], capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_twice_the_same_bytes_and_another_seed_differs(path):
    one, same, other = (simulate(path, "--seed", seed).stdout for seed in ("3", "3", "4"))
    assert one == same != other


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_every_request_ends_once_and_all_balancers_meet_the_same(path):
    whole = report(path)
    assert [run["balancer"] for run in whole["runs"]] == ["keyrule", "dify", "litellm"]
    for run in whole["runs"]:
        assert run["served"] + run["failed"] + run["refused"] + run["left_to_host"] == whole["requests"]
        assert sum(run["rate_limited_by_hour"]) == run["rate_limited"]
        assert len(run["rate_limited_by_hour"]) == whole["hours"]
        for key in ("served", "rate_limited"):
            assert sum(credential[key] for credential in run["credentials"]) == run[key]


def test_alone_and_with_another_policy(write, tmp_path):
    (tmp_path / "none.keyrule").write_text('keyrule 1\nschema "dify"\ndefault { deny "nobody" }\n')
    whole = report(write(), "--policy", tmp_path / "none.keyrule", "--against", "none")
    (run,) = whole["runs"]
    assert run["refused"] == whole["requests"] > 0 and run["calls"] == 0


def test_a_key_that_is_limited_rests_as_long_as_it_says(write):
    whole = report(write(providers=[{"names": ["a"], "requests_per_minute": 1}]), "--against", "none")
    (run,) = whole["runs"]
    a, b = run["credentials"]
    assert run["served"] == whole["requests"] and 0 < a["rate_limited"] <= 60 and b["rate_limited"] == 0
    assert 0 < a["served"] <= 60


def test_a_budget_is_told_what_calls_cost(write, tmp_path):
    policy = POLICY.replace("rule r", 'budget day { "a" "b"  limit 1.00 usd per day }\nrule r')
    (tmp_path / "b.keyrule").write_text(policy)
    traffic = [SCENARIO["traffic"][0] | {"tokens": 10_000, "per_minute": 60, "arrivals": "even"}]
    providers = [{"names": ["a", "b"], "usd_per_million_tokens": "1.00"}]
    whole = report(write(policy="b.keyrule", traffic=traffic, providers=providers), "--against", "none")
    (run,) = whole["runs"]
    assert whole["requests"] == 3600
    assert 100 <= run["served"] <= 102  # a cent each; those in flight come in on top


def test_the_policy_sees_the_tokens_and_varied_values(write, tmp_path):
    policy = POLICY.replace('model.type == "llm"', 'request.tokens == 7 and user.id == "user.id-2"')
    (tmp_path / "v.keyrule").write_text(policy)
    traffic = [SCENARIO["traffic"][0] | {"tokens": 7, "vary": {"user.id": 2}}]
    whole = report(write(policy="v.keyrule", traffic=traffic), "--against", "none")
    (run,) = whole["runs"]
    assert 100 < run["served"] < 200 and run["served"] + run["left_to_host"] == whole["requests"]


TRAFFIC = SCENARIO["traffic"][0]


@pytest.mark.parametrize(
    "changes, said, mend",
    [
        ({"trafic": []}, "/trafic: `trafic` is not known here", "did you mean `traffic`?"),
        ({"hours": 0}, "/hours: this number is not from 1 to 168", "write one that is"),
        ({"hours": 1.5}, "/hours: this must be a whole number, and it is a number with a fraction", "without quotes"),
        ({"start": "today"}, "/start: this is not a point in time", "write it like"),
        ({"traffic": []}, "/traffic: there is no traffic", "add one"),
        ({"traffic": [{"request": {}}]}, "/traffic/0: `per_minute` is missing", "add it"),
        ({"traffic": [TRAFFIC | {"per_minute": [1, 2]}]}, "this list has 2 numbers, not 24", "one for each hour"),
        ({"traffic": [TRAFFIC | {"duration": 5}]}, "/traffic/0/duration: this must be a text", '"800ms"'),
        ({"traffic": [TRAFFIC | {"tokens": [3, 2]}]}, "the range ends before it begins", "lesser value first"),
        ({"traffic": [TRAFFIC | {"arrivals": "evn"}]}, "`arrivals` is never this", "did you mean `even`?"),
        ({"traffic": [TRAFFIC | {"request": {"app.idd": "x"}}]}, "no attribute is named `app.idd`", "did you mean `app.id`?"),
        ({"traffic": [TRAFFIC | {"vary": {"tenant.id": 2}}]}, "this decides which credentials there are", "traffic of its own"),
        ({"traffic": [TRAFFIC | {"per_minute": 1_000_000}], "hours": 100}, "6000000000 requests, more than 10000000", "lower"),
        ({"providers": [{"names": ["aa"]}]}, "no traffic may spend a credential of this name", "credentials: a, b"),
        ({"providers": [{"names": ["a", "a"]}]}, "this credential has a provider already", "name each once"),
        ({"providers": [{"names": ["a"], "usd_per_million_tokens": "much"}]}, "this is not an amount of money", "2.50"),
        (
            {"providers": [{"names": ["a"], "failures": [{"outcome": "server_error", "from": "2h", "to": "1h"}]}]},
            "this ends before it begins",
            "later than `from`",
        ),
        ({"providers": [{"names": ["a"], "failures": [{"outcome": "servererror"}]}]}, "`outcome` is never this", "server_error"),
        ({"credentials": [{"provider": "openai"}]}, "/credentials/0: `name` is missing", "add it"),
    ],
)
def test_mistakes_in_the_file(write, changes, said, mend):
    done = simulate(write(**changes))
    assert done.returncode == 4, done.stdout + done.stderr
    first, _, rest = done.stderr.partition("\n")
    assert re.match(r"error: \S+s\.json:1:\d+: ", first) and said in first, done.stderr
    assert mend in rest, done.stderr
    assert done.stdout == ""


def test_broken_json_has_its_place(write):
    done = simulate(write('{"hours": 1,\n "traffic": [}'))
    assert done.returncode == 4 and "s.json:2:" in done.stderr


def test_wrong_usage(write, tmp_path):
    path = write(policy="p.keyrule")
    assert "`--against` is never `some`" in simulate(path, "--against", "some").stderr
    scenario = {key: value for key, value in SCENARIO.items() if key != "policy"}
    path.write_text(json.dumps(scenario))
    done = simulate(path)
    assert done.returncode == 2 and "the scenario names no policy" in done.stderr and "--policy FILE" in done.stderr
    (tmp_path / "p.keyrule").write_text("keyrule 1\n")
    assert simulate(write()).returncode == 3


def test_the_page_names_every_field():
    """SIMULATE.md's tables against what the reader knows."""
    page = (ROOT / "plugin_api" / "SIMULATE.md").read_text()
    rows = re.findall(r"^\| (`[^|]*`) \|", page, re.M)
    said = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    known = set()
    for part in ("", "_traffic", "_providers"):
        text = (ROOT / "plugin_api" / "command" / f"simulation_file{part}.cc").read_text()
        for name in re.findall(r"constexpr std::string_view k(?:Scenario|Traffic|Provider)Names\[\] = \{(.*?)\};", text, re.S):
            known |= set(re.findall(r'"(\w+)"', name))
    assert said == known


def test_the_page_and_the_help_show_scenarios_that_exist():
    page = (ROOT / "plugin_api" / "SIMULATE.md").read_text()
    shown = set(re.findall(r"policies/simulations/[\w-]+\.json", page + simulate("--help").stdout))
    assert shown and all((ROOT / path).exists() for path in shown)
