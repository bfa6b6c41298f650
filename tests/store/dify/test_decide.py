"""From a row of Dify's and an entry of the side file to a decision."""

import datetime
import json
from collections import Counter

import pytest

KEY = "openai_api_key"


@pytest.fixture
def tenant(dify, workspace):
    tenant = dify.tenant(workspace)
    dify.provider(tenant, "openai")
    for name in ("eu-1", "eu-2", "us-1", "old"):
        dify.credential(tenant, name, {KEY: workspace.token("sk-canary-" + name)}, provider="openai")
    return tenant


@pytest.fixture
def synced(command, tenant, tmp_path):
    """What the side file says, in the store."""
    def sync(**said):
        side = tmp_path / "side.json"
        names = {"tenant": tenant, "provider": "langgenius/openai/openai"}
        side.write_text(json.dumps({"credentials": [{**names, "name": name, **says} for name, says in said.items()]}))
        done = command.sync("--side", side)
        assert done.returncode == 0, done.stdout + done.stderr

    return sync


def spent(command, engine, tenant, times):
    """Whom so many calls at once take."""
    taken = [command.ask(engine, tenant) for _ in range(times)]
    for decision in taken:
        if decision.verdict == "use":
            assert decision.credentials()[KEY] == "sk-canary-" + decision.credential_name
    return Counter(decision.credential_name or decision.reason for decision in taken)


def test_labels_and_owner(command, synced, tenant):
    synced(**{"eu-1": {"labels": {"region": "eu"}}, "eu-2": {"labels": {"region": "eu"}, "owner": "team-a"},
              "us-1": {"labels": {"region": "us"}}})
    with command.engine('pool p { where labels.region == "eu" }\ndefault { use p by round_robin }') as engine:
        assert spent(command, engine, tenant, 4) == {"eu-1": 2, "eu-2": 2}
    with command.engine('pool p { where owner == "team-a" }\ndefault { use p by round_robin }') as engine:
        assert spent(command, engine, tenant, 2) == {"eu-2": 2}


def test_weight(command, synced, tenant):
    synced(**{"eu-1": {"weight": 3}})
    policy = 'pool p { where name like "eu-*" }\ndefault { use p by weighted_round_robin }'
    with command.engine(policy) as engine:
        assert spent(command, engine, tenant, 8) == {"eu-1": 6, "eu-2": 2}
    synced(**{"eu-1": {"weight": 1}})
    with command.engine(policy) as engine:
        assert spent(command, engine, tenant, 8) == {"eu-1": 4, "eu-2": 4}


def test_expiry(command, synced, tenant):
    past = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(minutes=1)
    synced(old={"expires": past.strftime("%Y-%m-%dT%H:%MZ")}, **{"eu-1": {"expires": "2036-01-01T00:00Z"}})
    policy = 'default { use credential node.credential }'
    with command.engine(policy) as engine:
        assert command.ask(engine, tenant, "old").verdict == "deny"
        assert command.ask(engine, tenant, "eu-1").verdict == "use"


def test_least_used_of_a_quota(command, synced, tenant):
    """The quota is the policy's; the pool that it covers is chosen by what the side file says."""
    synced(**{name: {"labels": {"stage": "production"}} for name in ("eu-1", "eu-2", "us-1")})
    policy = """pool p { where labels.stage == "production" }
quota per_key for each credential { all of p  limit 2 requests per minute }
default { use p by least_used }"""
    with command.engine(policy) as engine:
        taken = spent(command, engine, tenant, 7)
        assert {name: taken[name] for name in ("eu-1", "eu-2", "us-1")} == {"eu-1": 2, "eu-2": 2, "us-1": 2}, taken
        assert sum(taken.values()) == 7 and "old" not in taken


def test_limits_and_hosts_are_told(command, synced, tenant):
    limits = [{"amount": 2, "unit": "requests", "period": "minute"}]
    synced(**{"eu-1": {"limits": limits, "allowed_hosts": ["api.openai.com"]}})
    held = command.named()["eu-1"]
    assert held["limits"] == limits and held["allowed_hosts"] == ["api.openai.com"]
