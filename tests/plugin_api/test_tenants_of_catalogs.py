"""Whoever looks at all requests keeps the credentials of one tenant from the requests of another."""
import json
import os
import subprocess
from pathlib import Path

import pytest

KEYRULE = Path(os.environ["KEYRULE_COMMAND"]).resolve()

POLICY = """keyrule 1
schema "dify"
pool all { where name like "*" }
rule bank { when tenant.id == "bank" use all by random }
default { use all by random }
never bank_spends_the_shops { when tenant.id == "bank" use credential "shop-key" }
"""


def row(name, tenant=None, shared=()):
    one = {"name": name, "id": name + "-1", "provider": "openai", "credentials": {"k": "v"}}
    if tenant:
        one["tenant"] = tenant
    if shared:
        one["shared_with"] = list(shared)
    return one


def run(*arguments):
    return subprocess.run([KEYRULE, *map(str, arguments)], capture_output=True, text=True, timeout=60)


def affected(*arguments):
    lines = run("affected", *arguments, "--json").stdout.splitlines()
    return [json.loads(line) for line in lines[:-1]]


@pytest.fixture
def written(tmp_path):
    (tmp_path / "p.keyrule").write_text(POLICY)

    def write(*rows):
        (tmp_path / "c.json").write_text(json.dumps({"credentials": rows}))
        return tmp_path / "p.keyrule", "--catalog", tmp_path / "c.json"

    return write


def test_a_claim_about_one_tenant_is_not_broken_by_anothers_credential(written):
    done = run("check", *written(row("bank-key", "bank"), row("shop-key", "shop")))
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("shared", [["bank"], ["*"], ["cafe", "bank"]])
def test_it_is_by_one_that_is_shared(written, shared):
    done = run("check", *written(row("bank-key", "bank"), row("shop-key", "shop", shared)))
    assert done.returncode == 3
    assert 'claim `bank_spends_the_shops` is broken: `provider = "openai", tenant.id = "bank"` → rule `bank` → `shop-key`' in done.stderr


def test_it_is_by_one_that_is_everybodys(written):
    assert "is broken" in run("check", *written(row("shop-key"))).stderr


def test_one_that_is_shared_with_others_breaks_nothing(written):
    assert run("check", *written(row("bank-key", "bank"), row("shop-key", "shop", ["cafe"]))).returncode == 0


def test_with_a_tenant_its_requests_alone_are_looked_at(written, tmp_path):
    arguments = written(row("bank-key", "bank"), row("shop-key", "shop", ["bank"]))
    assert "is broken" in run("check", *arguments, "--tenant", "bank").stderr
    (tmp_path / "p.keyrule").write_text(POLICY.replace('when tenant.id == "bank" use credential', 'when app.id == "a" use credential'))
    assert 'tenant.id = "bank"' in run("check", *arguments, "--tenant", "bank").stderr
    assert 'tenant.id = "shop"' in run("check", *arguments, "--tenant", "shop").stderr


def test_a_store_is_looked_at_for_all_its_tenants(written, tmp_path):
    policy, _, catalog = written(row("bank-key", "bank"), row("shop-key", "shop"))
    store = tmp_path / "store"
    assert run("import", catalog, "--store", store).returncode == 0
    assert run("check", policy, "--store", store).returncode == 0
    named = tmp_path / "named.keyrule"
    named.write_text(POLICY.replace("use all by random }\nnever", 'use credential "shop-key" }\nnever'))
    assert run("check", named, "--store", store).returncode == 0
    assert "KR0901" in run("check", named, "--store", store, "--tenant", "bank").stderr


def test_what_is_affected_is_asked_for_one_tenant(written):
    policy, *catalog = written(row("bank-key", "bank"), row("shop-key", "shop"))
    done = run("affected", policy, "--credential", "bank-key", *catalog)
    assert done.returncode == 2
    assert "these are credentials for 2 tenants" in done.stderr and "`--tenant NAME`; tenants: bank, shop" in done.stderr
    (one,) = affected(policy, "--credential", "bank-key", *catalog, "--tenant", "bank")
    assert (one["rule"], one["effect"]) == ("bank", "denied")


def test_of_one_tenant_nobody_has_to_say_whose(written):
    policy, *catalog = written(row("bank-key", "bank"), row("bank-2", "bank"))
    (one,) = affected(policy, "--credential", "bank-key", *catalog)
    assert (one["effect"], one["request"]) == ("left with fewer", 'provider = "openai", tenant.id = "bank"')
    assert ', for tenant "bank": 1 kind' in run("affected", policy, "--credential", "bank-key", *catalog).stdout


@pytest.mark.parametrize("free", [row("free-key"), row("free-key", "hub", ["*"])])
def test_where_others_are_served_as_well_somebody_has(written, free):
    policy, *catalog = written(row("bank-key", "bank"), free)
    done = run("affected", policy, "--credential", "free-key", *catalog)
    assert done.returncode == 2 and "these are credentials for 1 tenant and for all" in done.stderr
    assert affected(policy, "--credential", "free-key", *catalog, "--tenant", "shop")[0]["effect"] == "denied"


def test_a_tenant_that_has_nothing_is_said(written):
    policy, *catalog = written(row("bank-key", "bank"), row("shop-key", "shop"))
    for command in (["check", policy], ["affected", policy, "--attribute", "app.id=x"]):
        done = run(*command, *catalog, "--tenant", "bnak")
        assert done.returncode == 2 and "tenant `bnak` has no credential there" in done.stderr and "`bank`?" in done.stderr


def test_what_the_host_is_left_is_of_the_tenants_requests(written, tmp_path):
    policy, *catalog = written(row("shop-key", "shop"))
    policy.write_text(
        'keyrule 1\nschema "dify"\nrule v { when tenant.id == "bank" leave to host }\n'
        'default { use credential "shop-key" }\nnever c { when tenant.id == "bank" use credential "shop-key" }\n'
    )
    assert run("check", policy, *catalog, "--tenant", "shop").returncode == 0
    assert "is broken" in run("check", policy, *catalog).stderr


SEVERAL = """keyrule 1
schema "dify"
table key_of { "a" : "bank-key" "b" : "shop-key" }
pool shops { "shop-key" "shop-2" }
pool both { "bank-key" "shop-key" }
rule bank { when tenant.id == "bank" use credential "bank-key" }
rule shop { when tenant.id == "shop" and app.id == "x" use shops by random }
rule named { when app.id in key_of use credential key_of[app.id] }
default { use both by random }
never shop_spends_the_banks { when tenant.id == "shop" use credential "bank-key" }
"""


def test_names_of_other_tenants_are_none_of_its_concern(written):
    policy, *catalog = written(row("bank-key", "bank"), row("shop-key", "shop"), row("shop-2", "shop"))
    policy.write_text(SEVERAL)
    for tenant in ([], ["--tenant", "bank"], ["--tenant", "shop"]):
        done = run("check", policy, *catalog, *tenant)
        assert (done.returncode, done.stderr) == (0, ""), tenant
    policy.write_text(SEVERAL.replace('"shop-2" }', '"shop-3" }'))  # nobody's
    assert "no credential is named `shop-3` for any provider" in run("check", policy, *catalog).stderr
    assert "no credential is named `shop-3` for any provider and tenant `shop`" in run("check", policy, *catalog, "--tenant", "shop").stderr
    assert run("check", policy, *catalog, "--tenant", "bank").returncode == 0


def test_a_rule_about_a_tenant_has_that_tenants_names(written):
    policy, *catalog = written(row("bank-key", "bank"), row("shop-key", "shop"), row("shop-2", "shop"))
    policy.write_text(SEVERAL.replace('use credential "bank-key" }\nrule shop', 'use credential "shop-key" }\nrule shop'))
    done = run("check", policy, *catalog)
    assert "KR0901" in done.stderr and "no credential is named `shop-key` for any provider and tenant `bank`" in done.stderr
    policy.write_text(SEVERAL.replace('use credential "bank-key" }\nrule shop', 'use shops by random }\nrule shop'))
    for tenant in ([], ["--tenant", "bank"]):
        assert "pool `shops` is empty for every provider and tenant `bank`" in run("check", policy, *catalog, *tenant).stderr
    policy.write_text(SEVERAL.replace('rule named { when app.id in key_of use credential key_of[app.id]', 'rule named { when app.id == "q" use credential "shop-2"'))
    done = run("check", policy, *catalog, "--tenant", "bank")
    assert "another tenant has one: say in the rule's condition whose requests it is about" in done.stderr


POLICY_OF = """keyrule 1
schema "dify"
let is_bank = tenant.id == "bank"
let not_bank = not is_bank
table key_of {{ "bank" : "bank-key" "shop" : "shop-key" }}
table by_app {{ "a" : "bank-key" "b" : "shop-key" }}
pool shops {{ where name like "shop-*" }}
pool shops_of of "openai" {{ where name like "shop-*" }}
{}
default {{ leave to host }}
"""


@pytest.mark.parametrize("tenant", [[], ["--tenant", "bank"], ["--tenant", "shop"]])
@pytest.mark.parametrize(
    "rules",
    [
        'rule r { when not_bank and app.id == "y" use credential "shop-key" }',
        'rule r { when tenant.id != "bank" use shops by random }',
        'rule r { when tenant.id not in ["bank", "cafe"] use credential "shop-key" }',
        'rule r { when tenant.id == "bank" and app.id == "x" use credential key_of[tenant.id] }\n'
        "rule s { when tenant.id in key_of use credential key_of[tenant.id] }",
        'rule r { when tenant.id == "bank" and app.id in by_app use credential by_app[app.id] }\n'
        'rule s { when tenant.id == "shop" and app.id in by_app use credential by_app[app.id] }',
    ],
)
def test_no_alarm_about_who_is_left_out(written, rules, tenant):
    policy, *catalog = written(row("bank-key", "bank"), row("shop-key", "shop"))
    policy.write_text(POLICY_OF.format(rules))
    done = run("check", policy, *catalog, *tenant)
    assert done.returncode == 0 and "KR090" not in done.stderr


@pytest.mark.parametrize(
    ("rules", "says"),
    [
        ('rule r { when tenant.id in ["shop", "bank"] use credential "shop-key" }', "`shop-key` for any provider and tenant `bank`"),
        ('rule r { when tenant.id in ["shop", "bank"] use shops by random }', "pool `shops` is empty for every provider and tenant `bank`"),
        (
            'rule r { when provider == "openai" and tenant.id == "bank" use shops_of by random }',
            "pool `shops_of` is empty for `openai` and tenant `bank`",
        ),
        (
            'rule r { when provider == "openai" and tenant.id != "shop" use shops_of by random }',
            "pool `shops_of` is empty for `openai` and any tenant but `shop`",
        ),
        (
            'rule r { when provider == "openai" and app.id in by_app use credential by_app[app.id] }\n'
            'rule s { when provider == "google" and app.id in by_app use credential by_app[app.id] }',
            "`bank-key` for `google`",
        ),
        ('rule r { when provider != "openai" use credential "shop-key" }', "`shop-key` for any provider but `openai`"),
        ('rule r { when provider != "openai" use shops by random }', "pool `shops` is empty for any provider but `openai`"),
        ('rule r { when tenant.id != "shop" use credential "shop-key" }', "`shop-key` for any provider and any tenant but `shop`"),
    ],
)
def test_who_has_nothing_is_said(written, rules, says):
    policy, *catalog = written(row("bank-key", "bank"), row("shop-key", "shop"))
    policy.write_text(POLICY_OF.format(rules))
    assert says in run("check", policy, *catalog).stderr


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([("k", "bank", "9"), ("k", "bank", "7"), ("k", "bank", "2")], "3 credentials are named `k`; `2` counts"),
        ([("k", "bank", "9"), ("k", None, "2")], "two credentials are named `k`; `2` counts"),
    ],
)
def test_twins_of_a_tenant(written, rows, says):
    policy, *catalog = written(*(row(name, tenant) | {"id": own} for name, tenant, own in rows))
    policy.write_text(POLICY_OF.format('rule r { when tenant.id == "bank" use credential "k" }'))
    for tenant in ([], ["--tenant", "bank"]):
        assert says in run("check", policy, *catalog, *tenant).stderr


def test_a_twin_that_no_name_means_breaks_no_claim(written):
    policy, *catalog = written(
        row("k") | {"id": "1", "labels": {"tier": "gold"}}, row("k") | {"id": "2", "labels": {"tier": "iron"}}
    )
    claim = "default {{ use {} }}\nnever n {{ use {} }}\n"
    head = 'keyrule 1\nschema "dify"\npool iron { where labels.tier == "iron" }\npool gold { where labels.tier == "gold" }\npool named { "k" }\n'
    for spent, of, holds in [
        ('credential "k"', "iron", True), ('credential "k"', "gold", False), ("named by random", "iron", True),
        ('credential node.credential from iron', "iron", False), ('iron where name == "k" by random', "iron", False),
    ]:
        policy.write_text(head + claim.format(spent, of))
        assert ("KR0601" in run("check", policy, *catalog).stderr) != holds, (spent, of)


def test_a_wrong_catalog_is_said_soon(written):
    """A thousand names that nobody has of a thousand that somebody has: what is near is looked for of the first few."""
    policy, *catalog = written(*(row(f"have-{i}") for i in range(1000)))
    rules = "".join(f'rule r{i} {{ when app.id == "a{i}" use credential "want-{i}" }}\n' for i in range(1000))
    policy.write_text(POLICY_OF.format(rules))
    done = run("check", policy, *catalog)
    assert done.returncode == 3 and "no credential is named `want-0` for any provider" in done.stderr and "more errors" in done.stderr


@pytest.mark.parametrize(
    ("out", "once"), [({"enabled": False}, "it is enabled"), ({"expires": "2020-01-01T00:00:00Z"}, "its expiry is put off")]
)
def test_a_claim_counts_what_is_out_of_use_and_says_so(written, out, once):
    done = run("check", *written(row("bank-key", "bank"), row("shop-key") | out))
    assert done.returncode == 3 and "this arm may spend it, once " + once in done.stderr


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([row("k", "t") | {"tenant": ""}], "/credentials/0/tenant: this text is empty"),
        ([row("k", None, ["t"])], "/credentials/0/shared_with: without `tenant` everybody may spend it already"),
        ([row("k"), row("k")], "/credentials/1: another credential has the same tenant, provider and id"),
    ],
)
def test_what_a_catalog_means_is_said_or_refused(written, rows, says):
    done = run("check", *written(*rows))
    assert done.returncode == 4 and says in done.stderr


@pytest.mark.parametrize(
    "condition",
    [
        'tenant.id starts with "shop"', 'tenant.id like "sh*"', 'tenant.id contains "hop"', "tenant.id matches /^shop$/", "tenant.id is not set",
        'tenant.id is not set or tenant.id != "bank"', 'not (tenant.id is set and tenant.id == "bank")', 'not_bank and app.id == "x"',
        '(tenant.id == "cafe" or not is_bank) and user.id == "u"',
    ],
)
def test_with_a_tenant_whatever_leaves_it_out_counts(written, condition):
    policy, *catalog = written(row("bank-key", "bank"), row("shop-key", "shop"))
    for use in ('use credential "shop-key"', "use shops by random"):
        policy.write_text(POLICY_OF.format(f"rule r {{ when {condition} {use} }}"))
        assert "KR090" not in run("check", policy, *catalog, "--tenant", "bank").stderr
        policy.write_text(POLICY_OF.format(f"rule r {{ when not ({condition}) {use} }}"))
        assert "KR090" in run("check", policy, *catalog, "--tenant", "bank").stderr


def test_a_decision_is_the_named_tenants(written):
    """`--tenant` says `tenant.id`, where the request does not say it itself."""
    policy, *catalog = written(row("bank-key", "bank"), row("shop-key", "shop"))
    policy.write_text(POLICY_OF.format('rule r { when tenant.id starts with "sh" use credential "shop-key" }'))
    for tenant, answer in (("shop", "shop-key"), ("bank", "host")):
        for command in ("decide", "explain"):
            assert answer in run(command, policy, *catalog, "--tenant", tenant, "--set", "provider=openai").stdout
