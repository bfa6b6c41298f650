"""`keyrule usage`: what the record of decisions says of decisions, outcomes, tokens and cost."""

import json
import os
import random
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
KEYRULE = os.environ["KEYRULE_COMMAND"]
sys.path.insert(0, str(ROOT / "plugin_api" / "python"))
from keyrule.decision_log import OUTCOMES, DecisionLog  # noqa: E402

PRICES = {
    "prices": [
        {"provider": "openai", "model": "gpt-4o-mini", "usd_per_million_tokens": "0.15"},
        {"provider": "openai", "model": "gpt-4o*", "usd_per_million_tokens": 2.5},
        {"provider": "*", "model": "free-*", "usd_per_million_tokens": 0},
    ]
}


def keyrule(*arguments):
    return subprocess.run([KEYRULE, *map(str, arguments)], capture_output=True, text=True, timeout=300)


def rows(log, *more):
    done = keyrule("usage", "--log", log, "--json", *more)
    assert done.returncode == 0, done.stdout + done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def decision(number, verdict="use", credential=None, rule="finance", at="2026-11-23T09:30:00.000Z", tags=None, attempt=1):
    named = {"id": f"id-{credential}", "name": credential, "provider": "openai", "version": 1} if credential else None
    return {
        "format": 1, "id": f"01M8B5RTWC{number:016d}", "verdict": verdict, "credential": named, "rule": rule, "pool": "production",
        "reason": None if verdict == "use" else "denied", "tags": tags or {}, "attempt": attempt, "at": at,
    }  # fmt: skip


@pytest.fixture
def log(tmp_path):
    folder = tmp_path / "log"
    one, two = DecisionLog(folder), DecisionLog(folder)
    app = {"app.id": "a-1", "app.name": "Invoices", "provider": "openai", "model": "gpt-4o"}
    first = decision(1, credential="prod-eu", tags={"cost_center": "finance", "team": "x"})
    one.decided(first, app)
    one.reported(first["id"], "rate_limited", 100)
    second = decision(2, credential="prod-us", tags={"cost_center": "finance"}, attempt=2)
    one.decided(second, app)
    one.reported(second["id"], "ok", 300, tokens=1000)
    third = decision(3, credential="prod-eu", at="2026-11-24T10:00:00.000Z")
    two.decided(third, app | {"model": "gpt-4o-mini", "app.name": None, "app.id": "a-2"})
    two.reported(third["id"], "ok", 10, tokens=7)  # 1.05 millionths of a dollar
    two.reported(third["id"], "ok", 10, tokens=8, cost_micro_usd=500)
    two.decided(decision(4, "deny", rule="no\n\"one\""), app | {"provider": "elsewhere", "model": "else"})
    two.decided(decision(5, credential="prod-eu"), app | {"provider": "elsewhere", "model": "else"})
    last = decision(6, credential="other")
    two.decided(last, app | {"provider": "elsewhere", "model": "else"})
    two.reported(last["id"], "server_error", 10, tokens=3)
    return folder


@pytest.fixture
def prices(tmp_path):
    path = tmp_path / "prices.json"
    path.write_text(json.dumps(PRICES))
    return path


def test_counts_by_credential(log, prices):
    found = {row["credential"]: row for row in rows(log, "--by", "credential", "--prices", prices)}
    assert set(found) == {"prod-eu", "prod-us", "other", None}
    eu = found["prod-eu"]
    assert (eu["decisions"], eu["calls"], eu["unreported"], eu["tokens"], eu["retries"]) == (3, 3, 1, 15, 0)
    assert eu["outcomes"] == {name: {"ok": 2, "rate_limited": 1}.get(name, 0) for name in OUTCOMES}
    assert eu["cost_micro_usd"] == 501  # 500 as reported, and 1.05 by the table
    us = found["prod-us"]
    assert (us["retries"], us["cost_micro_usd"], us["unpriced_tokens"]) == (1, 2500, 0)
    assert found["other"]["unpriced_tokens"] == 3 and found["other"]["cost_micro_usd"] == 0
    assert found[None]["verdicts"] == {"use": 0, "deny": 1, "wait": 0, "host": 0}
    assert all(row["by"] == ["credential"] for row in found.values())


def test_without_prices_only_what_was_reported_costs(log):
    found = {row["credential"]: row for row in rows(log, "--by", "credential")}
    assert found["prod-eu"]["cost_micro_usd"] == 500 and found["prod-eu"]["unpriced_tokens"] == 7


def test_counts_by_credential_rule_app_and_tag_if_nothing_is_said(log):
    found = rows(log)
    assert [json.loads(one) for one in dict.fromkeys(json.dumps(row["by"]) for row in found)] == [
        ["credential"], ["rule"], ["app"], ["tag"],
    ]  # fmt: skip
    assert {row["tag"]: row["decisions"] for row in found if row["by"] == ["tag"]} == {"cost_center=finance": 2, "team=x": 1}
    assert {row["app"] for row in found if row["by"] == ["app"]} == {"Invoices", "a-2"}


def test_several_names_make_a_row(log):
    found = rows(log, "--by", "tag.cost_center,day,model")
    assert [(row["tag.cost_center"], row["day"], row["model"], row["decisions"]) for row in found] == [
        (None, "2026-11-23", "else", 3),
        (None, "2026-11-24", "gpt-4o-mini", 1),
        ("finance", "2026-11-23", "gpt-4o", 2),
    ]
    assert {row["hour"] for row in rows(log, "--by", "hour")} == {"2026-11-23T09Z", "2026-11-24T10Z"}


def test_filters(log):
    def decisions(*more):
        done = keyrule("usage", "--log", log, "--json", "--by", "app", *more)
        return sum(json.loads(line)["decisions"] for line in done.stdout.splitlines()), done.returncode

    assert decisions("--since", "2026-11-24T00:00Z") == (1, 0)
    assert decisions("--until", "2026-11-24T00:00Z") == (5, 0)
    assert decisions("--since", "2026-11-24T10:00Z", "--until", "2026-11-24T10:00Z") == (0, 1)
    assert decisions("--credential", "prod-eu") == (3, 0) and decisions("--credential", "id-prod-eu") == (3, 0)
    assert decisions("--app", "a-2") == (1, 0) and decisions("--rule", "nobody") == (0, 1)


def test_the_table_as_a_person_reads_it(log, prices):
    done = keyrule("usage", "--log", log, "--by", "credential", "--prices", prices)
    assert done.returncode == 0
    lines = [re.split(r" {2,}", line.strip()) for line in done.stdout.splitlines()]
    assert lines[0] == [
        "credential", "decisions", "denied", "retries", "calls", "ok", "rate_limited", "server_error", "unreported", "tokens",
        "unpriced", "usd",
    ]  # fmt: skip
    assert [line[0] for line in lines[2:]] == ["-", "other", "prod-eu", "prod-us"]
    assert lines[5] == ["prod-us", "1", "1", "1", "1", "1000", "0.002500"]
    assert "3 tokens have no price" in done.stderr


def test_metrics(log, prices):
    done = keyrule("usage", "--log", log, "--format", "prometheus", "--prices", prices)
    assert done.returncode == 0
    metrics = {}
    kinds = {}
    for line in done.stdout.splitlines():
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            kinds[name] = kind
        elif not line.startswith("#"):
            found = re.fullmatch(r'([a-z_]+)\{((?:[a-z_]+="(?:[^"\\\n]|\\[\\"n])*",?)*)\} ([0-9.]+)', line)
            assert found, line
            assert kinds[found[1]] == "counter"
            metrics[found[1], found[2]] = float(found[3])
    assert metrics["keyrule_usage_decisions_total", 'credential="prod-eu",rule="finance",app="Invoices",verdict="use"'] == 2
    assert metrics["keyrule_usage_decisions_total", r'credential="",rule="no\n\"one\"",app="Invoices",verdict="deny"'] == 1
    assert metrics["keyrule_usage_calls_total", 'credential="prod-us",rule="finance",app="Invoices",outcome="ok"'] == 1
    assert metrics["keyrule_usage_cost_usd_total", 'credential="prod-us",rule="finance",app="Invoices"'] == 0.0025
    done = keyrule("usage", "--log", log, "--format", "prometheus", "--by", "tag.cost_center,tag.cost-center")
    assert '{tag_cost_center="finance",tag_cost_center_="",' in done.stdout


def test_wrong_usage(log, tmp_path):
    for words, mend in (
        (["--by", "credentail"], "did you mean `credential`?"),
        (["--by", "credential,"], "credential"),
        (["--by", "tag,app"], "tag.NAME"),
        (["--format", "prometheus", "--by", "app", "--by", "rule"], "one `--by`"),
        (["--format", "prometheus", "--by", "tag"], "one `--by`"),
        (["--until", "soon"], "2026-11-23T09:30Z"),
    ):
        done = keyrule("usage", "--log", log, *words)
        assert done.returncode == 2 and mend in done.stderr, (words, done.stderr)
    assert keyrule("usage").returncode == 2
    assert keyrule("usage", "--log", tmp_path / "nowhere").returncode == 4


def test_a_wrong_price_table_says_where(log, tmp_path):
    path = tmp_path / "prices.json"
    good = '{"provider": "openai", "model": "m", "usd_per_million_tokens": '
    for text, place, words in (
        ("{", "1:", "JSON"),
        ("[]", "1:1", "prices"),
        ('{"prices": [7]}', "1:13", "usd_per_million_tokens"),
        ('{"prices": [\n{"model": "m", "usd_per_million_tokens": 1}]}', "2:1", "`provider` is missing"),
        ('{"prices": [\n' + good + '"2,5"}]}', "2:", "2.50"),
        ('{"prices": [\n' + good + "-1}]}", "2:", "2.50"),
        ('{"prices": [\n' + good + "1e3}]}", "2:", "2.50"),
        ('{"prices": [\n' + good + '"0.1234567"}]}', "2:", "six decimals"),
        ('{"prices": [\n' + good + "1000000.1}]}", "2:", "2.50"),
        ('{"prices": [\n' + good + '1, "modle": 1}]}', "2:", "did you mean `model`?"),
        ('{"prices": [\n{"provider": "", "model": "m", "usd_per_million_tokens": 1}]}', "2:", "`provider` is no name"),
    ):
        path.write_text(text)
        done = keyrule("usage", "--log", log, "--prices", path)
        assert done.returncode == 4 and f"{path}:{place}" in done.stderr and words in done.stderr, (text, done.stderr)
    assert keyrule("usage", "--log", log, "--prices", tmp_path / "nowhere").returncode == 4


def test_damage_is_said_and_passed_over(log):
    file = next(log.iterdir())
    file.write_bytes(file.read_bytes()[:-20])
    done = keyrule("usage", "--log", log, "--by", "credential")
    assert done.returncode == 0 and "no whole record" in done.stderr
    assert keyrule("usage", "--log", log, "--deny-warnings").returncode == 1


def test_random_records_add_up(tmp_path):
    """Against a count made here, over records of several processes whose reports come late."""
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    dice = random.Random(seed)
    logs = [DecisionLog(tmp_path / "log") for _ in range(4)]
    outcomes, verdicts, tokens, open_reports = Counter(), Counter(), Counter(), []
    for number in range(3000):
        log = dice.choice(logs)
        verdict = dice.choice(["use"] * 6 + ["deny", "wait", "host"])
        credential = f"key-{dice.randrange(20)}" if verdict == "use" else None
        one = decision(number, verdict, credential, rule=f"rule-{dice.randrange(5)}")
        log.decided(one, {"app.id": f"app-{dice.randrange(9)}", "provider": "openai", "model": "gpt-4o"})
        verdicts[one["rule"], verdict] += 1
        if credential:
            open_reports += [(log, one)] * dice.choice([0, 1, 1, 1, 2])
        dice.shuffle(open_reports) if number % 100 == 0 else None
        while len(open_reports) > 50 or (open_reports and number == 2999):
            reporter, done = open_reports.pop()
            outcome, spent = dice.choice(OUTCOMES), dice.randrange(10**6)
            reporter.reported(done["id"], outcome, 5, tokens=spent)
            outcomes[done["credential"]["name"], outcome] += 1
            tokens[done["credential"]["name"]] += spent
    prices = tmp_path / "prices.json"
    prices.write_text(json.dumps(PRICES))
    by_credential = rows(tmp_path / "log", "--by", "credential", "--prices", prices)
    for row in by_credential:
        for outcome, count in row["outcomes"].items():
            assert count == outcomes[row["credential"], outcome], seed
        assert row["tokens"] == tokens[row["credential"]], seed
        assert row["cost_micro_usd"] == (tokens[row["credential"]] * 25 + 5) // 10, seed
    assert sum(sum(row["outcomes"].values()) for row in by_credential) == sum(outcomes.values()), seed
    for row in rows(tmp_path / "log", "--by", "rule"):
        assert {verdict: verdicts[row["rule"], verdict] for verdict in row["verdicts"]} == row["verdicts"], seed


def test_sums_that_no_host_can_mean_stay_at_the_most(tmp_path):
    log = DecisionLog(tmp_path / "log")
    one = decision(1, credential="k")
    log.decided(one, {})
    for tokens in (5, 2**64 - 1, 2**64 - 1):
        log.reported(one["id"], "ok", 1, tokens=tokens)
    assert rows(tmp_path / "log", "--by", "credential")[0]["tokens"] == 2**64 - 1


def test_reports_of_decisions_that_are_gone_are_said(log):
    more = DecisionLog(log)
    more.reported(decision(77)["id"], "ok", 10, tokens=9)
    more.reported(decision(78)["id"], "ok", 10, tokens=9)
    done = keyrule("usage", "--log", log, "--by", "credential")
    assert done.returncode == 0 and "2 reports not counted" in done.stderr
    assert "not counted" not in keyrule("usage", "--log", log, "--credential", "prod-eu").stderr
