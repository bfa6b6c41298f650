"""The side file: what Dify does not know, kept over syncs."""

import json

import pytest

KEY = "openai_api_key"


@pytest.fixture
def server(servers):
    return servers("postgres")  # it is the same for both


@pytest.fixture
def tenant(dify, workspace):
    tenant = dify.tenant(workspace)
    dify.provider(tenant)
    for name in ("prod-eu", "prod-us", "reserve"):
        dify.credential(tenant, name, {KEY: workspace.token("sk-canary-" + name)})
    dify.model(tenant, "m1")
    dify.model(tenant, "m2")
    for model in ("m1", "m2"):
        dify.model_credential(tenant, "API KEY 1", {KEY: workspace.token("sk-canary-" + model)}, model)
    return tenant


@pytest.fixture
def side(tmp_path):
    def write(*entries):
        path = tmp_path / "side.json"
        path.write_text(entries[0] if isinstance(entries[0], str) else json.dumps({"credentials": entries}, indent=1))
        return path

    return write


def test_it_says_what_dify_does_not_know(dify, command, tenant, side):
    limits = [{"amount": 600, "unit": "requests", "period": "minute"},
              {"amount": 5, "unit": "tokens", "period": "month", "zone": "Europe/Berlin"}]
    ids = dict(line.split("|") for line in dify.sql(
        "SELECT credential_name, id FROM provider_credentials").splitlines())
    path = side(
        {"tenant": tenant, "provider": "langgenius/openai/openai", "name": "prod-eu", "weight": 3, "owner": "team-a",
         "labels": {"region": "eu"}, "limits": limits, "allowed_hosts": ["API.openai.com", "*.openai.azure.com"],
         "expires": "2036-01-01T00:00Z", "shared_with": ["*"]},
        {"id": ids["reserve"], "enabled": False},
        {"tenant": tenant, "provider": "openai", "name": "API KEY 1", "weight": 2},
        {"tenant": tenant, "provider": "openai", "name": "API KEY 1", "model": "m2", "weight": 9},
    )
    done = command.sync("--side", path)
    assert done.returncode == 0 and done.stderr.count("warning") == 0, done.stderr
    held = {(one["name"], one["model"]): one for one in command.list()}
    eu = held["prod-eu", ""]
    assert eu["weight"] == 3 and eu["owner"] == "team-a" and eu["labels"] == {"region": "eu"} and eu["shared_with"] == ["*"]
    assert eu["limits"] == limits and eu["allowed_hosts"] == ["*.openai.azure.com", "api.openai.com"]
    assert eu["expires"].startswith("2036-01-01")
    assert held["prod-us", ""]["weight"] is None and held["prod-us", ""]["enabled"]
    assert not held["reserve", ""]["enabled"]
    assert (held["API KEY 1", "m1"]["weight"], held["API KEY 1", "m2"]["weight"]) == (2, 9)
    assert "5 unchanged" in command.sync("--side", path).stdout
    text = command.run(command.arguments()[0], "list", "--store", command.store).stdout
    assert "600 requests per minute, 5 tokens per month at Europe/Berlin" in text and "*.openai.azure.com" in text
    # It is not remembered: what the file said goes with it.
    assert "4 changed, 1 unchanged" in command.sync().stdout
    assert command.named()["prod-eu"]["weight"] is None


def test_it_cannot_enable(dify, command, tenant, side):
    dify.sql("UPDATE providers SET is_valid = false")
    path = side({"tenant": tenant, "provider": "openai", "name": "prod-eu", "enabled": True, "weight": 2})
    command.sync("--side", path)
    assert not command.named()["prod-eu"]["enabled"] and command.named()["prod-eu"]["weight"] == 2


def test_entries_that_match_nothing(command, tenant, side):
    entry = {"tenant": tenant, "provider": "openai", "weight": 2}
    path = side({**entry, "name": "prod_eu"}, {**entry, "name": "something else"}, {**entry, "name": "API KEY 1", "model": "m9"},
                {**entry, "provider": "cohere", "name": "x"}, {**entry, "tenant": "ws-bank", "name": "x"},
                {"id": "0195f3c4-0000-7000-8000-000000000000", "weight": 1})
    done = command.sync("--side", path)
    assert done.returncode == 0
    told = done.stderr.split("warning: ")[1:]
    assert len(told) == 6 and all("side.json:" in one and "speaks of no credential of Dify" in one for one in told), told
    for one, says in zip(told, ["did you mean `prod-eu`?", "it has: API KEY 1, prod-eu", "for another model",
                                "has no credential of this provider", "no such workspace", "no credential has this id"]):
        assert says in one, one
    assert "side.json:3: this entry" in told[0] and f": {tenant}/openai/prod_eu" in told[0] and "side.json:9:" in told[1]
    assert command.sync("--side", path, "--tenant", "0195f3c4-0000-7000-8000-000000000000").stderr == ""


@pytest.mark.parametrize(
    "text, says",
    [
        ("{", "side.json:1:2: the file ends in the middle of the JSON"),
        ("[]", "begin the file with"),
        ('{"credentials": [{"tenant": "t", "provider": "p", "name": "n", "wieght": 3}]}',
         "side.json:1:64: /credentials/0/wieght: `wieght` is not known here\n   = help: did you mean `weight`?"),
        ('{"credentials": [{"name": "n", "weight": 3}]}', "/credentials/0: `tenant` is missing"),
        ('{"credentials": [{"id": "x", "name": "n", "weight": 3}]}', "an entry with an `id` needs no `name`"),
        ('{"credentials": [{"tenant": "t", "provider": "p", "name": "n"}]}', "this entry says nothing of its credential"),
        ('{"credentials": [{"tenant": "t", "provider": "openai", "name": "n", "weight": 3},\n'
         '{"tenant": "t", "provider": "langgenius/openai/openai", "name": "n", "weight": 4}]}',
         "side.json:2:1: /credentials/1: another entry speaks of the same credential"),
        ('{"credentials": [{"id": "x", "credentials": {"k": "sk-canary-side"}}]}', "a side file holds no secrets"),
        ('{"credentials": [{"id": "x", "limits": [{"amount": 1, "unit": "request", "period": "day"}]}]}', "`request` is not a unit"),
        ('{"credentials": [{"id": "x", "allowed_hosts": ["https://a.example/v1"]}]}', "is not the name of a host"),
        ('{"credentials": [{"id": "x", "expires": "tomorrow"}]}', "this is not a point in time"),
    ],
)
def test_errors_are_located_and_nothing_is_done(command, tenant, side, text, says):
    done = command.sync("--side", side(text))
    assert done.returncode == 4 and says in done.stderr and "canary" not in done.stderr, done.stderr
    assert not command.store.exists()
