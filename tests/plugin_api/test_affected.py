"""`keyrule affected`: who notices when something is gone, by the policy's names and by real credentials."""

import json
import os
import subprocess
from pathlib import Path

import pytest

KEYRULE = Path(os.environ["KEYRULE_COMMAND"]).resolve()

POLICY = """keyrule 1
schema "dify"
table key_of { "a" : "k-a" "b" : "k-b" }
pool production { "prod-eu" "prod-us" then "reserve" }
pool single { "only" }
pool labelled { where name like "lab-*" }
rule own { when app.id in key_of use credential key_of[app.id] }
rule lab { when environment == "test" use labelled by random }
rule one { when environment == "staging" use single by first_available else use production by random }
rule named { when node.credential is set use credential node.credential from production else deny "no" }
rule only { when user.id == "u" use credential "only" }
rule billing { when environment == "production" use production by random else deny "nothing left" }
default { leave to host }
"""


@pytest.fixture
def policy(tmp_path):
    path = tmp_path / "p.keyrule"
    path.write_text(POLICY)
    return path


def command(policy, *arguments):
    return subprocess.run([KEYRULE, "affected", policy, *map(str, arguments)], capture_output=True, text=True, timeout=60, check=False)


def affected(policy, *arguments):
    done = command(policy, *arguments, "--json")
    assert done.returncode in (0, 1), done.stdout + done.stderr
    *found, last = [json.loads(line) for line in done.stdout.splitlines() if not json.loads(line).get("severity")]
    assert done.returncode == (1 if last["affected"] else 0)
    of_rule = {}
    for one in found:
        of_rule.setdefault(one["rule"], one)  # the widest
    return Found(of_rule, every=found)


class Found(dict):
    """By rule; `every` has those that a rule has beside its widest."""

    def __init__(self, of_rule, every):
        super().__init__(of_rule)
        self.every = every

    def of(self, request):
        (one,) = [one for one in self.every if one["request"] == request]
        return one


def test_a_credential(policy):
    found = affected(policy, "--credential", "prod-eu")
    assert set(found) == {"billing", "named", "one"}
    assert (found["billing"]["effect"], found["billing"]["left"], found["billing"]["of"]) == ("left with fewer", 1, 2)
    assert found["billing"]["request"] == 'environment = "production"'
    assert found["named"]["effect"] == "denied" and 'node.credential = "prod-eu"' in found["named"]["request"]
    assert found["one"]["effect"] == "loses a reserve"  # behind its pool of one

    found = affected(policy, "--credential", "only")
    assert {rule: one["effect"] for rule, one in found.items() if rule != "named"} == {"one": "moves", "only": "denied"}
    assert "use production" in found["one"]["now"] and "no credential is available" in found["only"]["now"]

    found = affected(policy, "--credential", "k-b")
    assert found["own"]["effect"] == "denied" and found["own"]["request"] == 'app.id = "b"'

    assert affected(policy, "--credential", "reserve")["billing"]["effect"] == "loses a reserve"
    assert "lab" in affected(policy, "--credential", "lab-1")
    assert "lab" not in affected(policy, "--credential", "prod-eu")


def test_a_pool(policy):
    found = affected(policy, "--pool", "production")
    assert found["billing"]["effect"] == "denied" and found["billing"]["now"] == "denied: nothing left"
    assert affected(policy, "--pool", "single")["one"]["effect"] == "moves"


def test_a_value_and_an_entry(policy):
    found = affected(policy, "--attribute", "app.id=a")
    assert found.of('app.id = "a"')["effect"] == "left to the host" and found.of('app.id = "a"')["rule"] == "own"
    found = affected(policy, "--attribute", "environment=staging")
    assert set(found) == {"one"}
    found = affected(policy, "--table", "key_of[b]")
    assert set(found) == {"own"} and found.of('app.id = "b"')["effect"] == "left to the host"
    assert affected(policy, "--attribute", "app.id=zzz") == {}


def test_real_credentials(policy, tmp_path):
    catalog = tmp_path / "c.json"
    rows = [
        {"tenant": "t", "provider": "openai", "name": name, "id": f"id-{name}"} for name in ("prod-eu", "prod-us", "lab-1", "lab-2", "only")
    ] + [{"tenant": "t", "provider": "google", "name": "g-1", "id": "id-g"}]
    catalog.write_text(json.dumps({"credentials": rows}))
    found = affected(policy, "--credential", "lab-1", "--catalog", catalog, "--tenant", "t")
    assert (found["lab"]["effect"], found["lab"]["left"], found["lab"]["of"]) == ("left with fewer", 1, 2)
    assert 'provider = "openai"' in found["lab"]["request"]
    found = affected(policy, "--credential", "prod-us", "--catalog", catalog, "--tenant", "t")
    assert (found["billing"]["left"], found["billing"]["of"]) == (1, 2)
    assert "lab" not in affected(policy, "--credential", "g-1", "--catalog", catalog, "--tenant", "t")


@pytest.mark.parametrize(
    "arguments, says",
    [
        ([], "say what is gone"),
        (["--pool", "single", "--credential", "only"], "one thing is gone at a time"),
        (["--pool", "singel"], "did you mean `single`?"),
        (["--attribute", "environment"], "`environment` has no `=`"),
        (["--attribute", "request.tokens=5"], "takes a text"),
        (["--attribute", "app.ib=5"], "did you mean `app.id`?"),
        (["--table", "key_of"], "write `--table key_of[app-legal]`"),
        (["--table", "keys[a]"], "no table is named `keys`"),
        (["--table", "key_of[c]"], "has no entry"),
    ],
)
def test_wrong_usage(policy, arguments, says):
    done = command(policy, *arguments)
    assert done.returncode == 2 and says in done.stderr and done.stdout == ""


def test_a_name_that_nothing_can_be(tmp_path):
    path = tmp_path / "p.keyrule"
    path.write_text('keyrule 1\nschema "dify"\nrule r { when app.id == "a" use credential "prod-eu" }\ndefault { leave to host }\n')
    done = command(path, "--credential", "prod-ue")
    assert done.returncode == 2 and "did you mean `prod-eu`?" in done.stderr


def test_a_name_that_no_list_has(tmp_path):
    path = tmp_path / "p.keyrule"
    path.write_text(
        'keyrule 1\nschema "dify"\npool q { "one" "two" }\n'
        'rule v { when node.credential is set use credential node.credential from q }\ndefault { deny "no" }\n'
    )
    done = command(path, "--credential", "nope")
    assert done.returncode == 2 and "no credential is named `nope` in this policy" in done.stderr
    done = command(path, "--credential", "one")
    assert done.returncode == 1 and 'such as node.credential = "one"' in done.stdout


def test_a_credential_that_is_out_already(policy, tmp_path):
    rows = [{"tenant": "t1", "provider": "openai", "name": "only", "enabled": False, "credentials": {"api_key": "sk-x"}}]
    catalog = tmp_path / "c.json"
    catalog.write_text(json.dumps({"credentials": rows}))
    done = command(policy, "--credential", "only", "--catalog", catalog, "--tenant", "t1")
    assert done.returncode == 2 and "credential `only` is disabled or has expired already" in done.stderr


def test_who_names_a_key_by_an_attribute_is_shown_doing_so(tmp_path):
    path = tmp_path / "p.keyrule"
    path.write_text(
        'keyrule 1\nschema "dify"\npool q { "one" "two" }\n'
        'rule c { when app.id == "c" use q where name == user.id by first_available else deny "c" }\ndefault { deny "no" }\n'
    )
    done = command(path, "--credential", "one")
    assert done.returncode == 1 and 'user.id = "one"' in done.stdout, done.stdout


SPLIT = """keyrule 1
schema "dify"
table t { "x" : "a"  "y" : "b" }
pool p { "a" then "b" }
rule r { when app.id in t  use credential t[app.id] else use p by first_available }
default { leave to host }
"""


def kinds(path, *arguments):
    return {(one["effect"], one["request"]) for one in affected(path, *arguments).every}


def test_a_rule_is_taken_apart_by_what_its_answer_goes_by(tmp_path):
    path = tmp_path / "p.keyrule"
    path.write_text(SPLIT)
    assert kinds(path, "--credential", "b") == {("loses a reserve", 'app.id = "x"'), ("moves", 'app.id = "y"')}
    assert kinds(path, "--pool", "p") == {("loses a reserve", f'app.id = "{app}"') for app in "xy"}  # every entry is a key that is there
    assert kinds(path, "--table", "t[x]") == {("left to the host", 'app.id = "x"')}
    assert kinds(path, "--attribute", "app.id=y") == {("left to the host", 'app.id = "y"')}
    one = affected(path, "--credential", "b").of('app.id = "y"')
    assert one["when"] == 'app.id in t and t[app.id] is "b"'
    path.write_text(SPLIT.replace("rule r {", 'rule r { when user.id == "u" and').replace("and when", "and").replace("leave to host", "use credential t[app.id]"))
    (one,) = [one for one in affected(path, "--credential", "b").every if one["rule"] == "default"]
    assert (one["effect"], one["when"]) == ("denied", 't[app.id] is "b"')


def test_a_name_that_is_refused_has_no_reserve(tmp_path):
    path = tmp_path / "p.keyrule"
    path.write_text(
        'keyrule 1\nschema "dify"\npool q { "one" "two" }\n'
        'rule v { when app.id == "v" use credential node.credential from q else use credential "one" }\ndefault { leave to host }\n'
    )
    found = kinds(path, "--credential", "one")
    assert {effect for effect, request in found if 'node.credential = "two"' in request} == {"loses a reserve"}
    assert {effect for effect, request in found if "node.credential" not in request} == {"denied"}  # it is not set
    assert len([request for _, request in found if "node.credential" in request]) == 2  # "one" and "two"; another is refused already


def test_requests_go_to_whom_the_credential_serves(tmp_path):
    path = tmp_path / "p.keyrule"
    path.write_text(
        'keyrule 1\nschema "dify"\npool p { "k" "l" }\n'
        'rule a { when provider in ["azure", "openai"] use p by random }\ndefault { leave to host }\n'
    )
    rows = [
        {"tenant": "t", "provider": "openai", "name": "k", "id": "1", "model": "m1"},
        {"tenant": "t", "provider": "openai", "name": "l", "id": "2"},
        {"tenant": "t", "provider": "azure", "name": "l", "id": "3"},
    ]
    catalog = tmp_path / "c.json"
    catalog.write_text(json.dumps({"credentials": rows}))
    (one,) = affected(path, "--credential", "k", "--catalog", catalog, "--tenant", "t").every
    assert one["effect"] == "left with fewer" and 'provider = "openai"' in one["request"] and 'model = "m1"' in one["request"]
    requests = [one["request"] for one in affected(path, "--credential", "l", "--catalog", catalog, "--tenant", "t").every]
    assert any("azure" in request for request in requests) and any("openai" in request for request in requests)


def test_rows_are_as_they_are_now_whatever_the_moment_of_an_example(tmp_path):
    """And their names are said before their ids."""
    path = tmp_path / "p.keyrule"
    path.write_text(
        'keyrule 1\nschema "dify"\npool p { "k" "l" }\n'
        'rule late { when date > 2099-01-01 at "UTC" use p by random }\n'
        "rule named { when user.id is set use credential user.id else deny \"no\" }\ndefault { leave to host }\n"
    )
    rows = [
        {"tenant": "t", "provider": "openai", "name": "k", "id": "0a", "expires": "2098-01-01T00:00:00Z"},
        {"tenant": "t", "provider": "openai", "name": "l", "id": "0b", "expires": "2026-02-01T00:00:00Z"},
    ]
    catalog = tmp_path / "c.json"
    catalog.write_text(json.dumps({"credentials": rows}))
    late, named = affected(path, "--credential", "k", "--catalog", catalog, "--tenant", "t").every
    assert (late["rule"], late["effect"]) == ("late", "denied")
    assert named["when"] == 'user.id is set and (user.id is "k" or "0a")'


def test_a_pool_that_is_gone_moves_its_members_to_other_tiers(tmp_path):
    path = tmp_path / "p.keyrule"
    path.write_text(
        'keyrule 1\nschema "dify"\npool dear { "a" }\npool every { all of dear then "a" "b" }\n'
        "default { use every by round_robin }\n"
    )
    (one,) = affected(path, "--pool", "dear").every
    assert (one["rule"], one["effect"]) == ("default", "moves") and '"a", "b"' in one["now"]


def affected_by(tmp_path, policy, rows, *arguments):
    path, catalog = tmp_path / "p.keyrule", tmp_path / "c.json"
    path.write_text('keyrule 1\nschema "dify"\n' + policy)
    catalog.write_text(json.dumps({"credentials": [{"provider": "openai"} | one for one in rows]}))
    return affected(path, *arguments, "--catalog", catalog).every


def test_a_list_that_is_gone_refuses_names_that_were_not_to_be_had(tmp_path):
    """A name behind `from` that is in the list and disabled goes on to `else`; one that is not in it is refused at once."""
    (one,) = affected_by(
        tmp_path,
        'pool p { "c" "d" }\n'
        'rule r { when app.id == "x" use credential user.id from p else use credential "e" }\ndefault { leave to host }\n',
        [{"name": "c", "enabled": False}, {"name": "e"}],
        "--pool", "p",
    )
    assert (one["rule"], one["effect"]) == ("r", "denied") and 'user.id is "c"' in one["when"]


def test_values_are_told_apart_by_the_tier_that_serves(tmp_path):
    """`now` names the credentials where all requests of a kind have the same; else those of its example."""
    rows = [
        {"id": str(number), "name": name, "owner": owner, "labels": {"tier": tier}}
        for number, (name, owner, tier) in enumerate(
            [("x", "u1", "gold"), ("y", "u1", "iron"), ("x", "u2", "gold"), ("z", "u2", "gold"), ("x", "u3", "iron"), ("z", "u3", "gold")]
            + [("x", "u4", "gold"), ("v", "u4", "gold"), ("w", "u4", "gold")]
        )
    ]
    found = affected_by(
        tmp_path,
        'pool q { where labels.tier == "gold" then where labels.tier == "iron" }\n'
        "rule r { when user.id is set use q where owner == user.id by random }\ndefault { leave to host }\n",
        rows,
        "--credential", "x",
    )
    use = "rule r: use q where owner == user.id by random"
    assert {(one["effect"], one["when"].split(" and ")[1], one["now"], one["left"]) for one in found} == {
        ("moves", 'user.id is "u1"', f'{use}, tier 2, from "y"', None),
        ("left with fewer", '(user.id is "u2" or "u4")', f'{use}, such as "z"', None),
        ("loses a reserve", 'user.id is "u3"', f'{use}, from "z"', 1),
    }


def test_what_is_asked_besides_stands_behind_the_whole_condition(tmp_path):
    (one,) = affected_by(
        tmp_path,
        'table key_of { "k1" : "c1"  "k2" : "c2" }\n'
        'rule r { when environment == "x" or app.id in key_of use credential key_of[app.id] else use credential "c9" }\n'
        "default { leave to host }\n",
        [{"name": name} for name in ("c1", "c2", "c9")],
        "--credential", "c1",
    )
    assert one["when"] == '(environment == "x" or app.id in key_of) and key_of[app.id] is "c1"'


def test_tags_tell_arms_that_come_to_the_same(tmp_path):
    found = affected_by(
        tmp_path,
        'rule r { when app.id == "a" use credential "c" else use credential "e" }\n'
        'default { use credential "d" else use credential "e" tag team = user.id }\n',
        [{"name": name, "enabled": name == "e"} for name in "cde"],
        "--attribute", "app.id=a",
    )
    assert {one["effect"] for one in found} == {"other tags"} and all("user.id" in one["request"] for one in found)


def test_ways_that_contradict_each_other_do_not_count(tmp_path):
    """Nine arms by tables of one attribute: 2 to the ninth ways to choose among them, and two values."""
    path = tmp_path / "p.keyrule"
    tables = "".join(f'table t{n} {{ "a" : "k{n}" "b" : "x" }}\n' for n in range(9))
    chain = " else ".join(f"use credential t{n}[app.id]" for n in range(9))
    path.write_text(f'keyrule 1\nschema "dify"\n{tables}rule r {{ when user.id is set {chain} }}\ndefault {{ leave to host }}\n')
    found = affected(path, "--credential", "x").every
    assert [(one["effect"], one["request"]) for one in found] == [("denied", 'app.id = "b", user.id = "other"')]


def test_rules_that_go_by_too_many_values_are_named(tmp_path):
    path = tmp_path / "p.keyrule"
    chain = " else ".join(f"use credential {attribute}" for attribute in ("user.id", "app.id", "node.id", "conversation.id"))
    path.write_text(
        'keyrule 1\nschema "dify"\nrule many { when environment == "test" ' + chain + ' }\n'
        'rule few { when environment == "staging" use credential user.id }\ndefault { use credential "k" else use credential "l" }\n'
    )
    assert "some kinds of requests may be missing: what is spent hangs on too many values in many" in command(path, "--credential", "k").stdout
    *_, last = [json.loads(line) for line in command(path, "--credential", "k", "--json").stdout.splitlines()]
    assert (last["whole"], last["partly"]) == (False, ["many"])


def test_of_two_of_one_name_the_one_that_it_means_is_gone(tmp_path):
    def one(name, own, tier, **more):
        return {"name": name, "id": own, "labels": {"tier": tier}} | more

    (found,) = affected_by(
        tmp_path,
        'pool q { "a" "e" }\nrule r { when model == "m1" use q where labels.tier == env.z by random else deny "none" }\n'
        "default { leave to host }\n",
        [one("a", "1", "gold"), one("a", "2", "iron", model="m1"), one("e", "3", "iron"), one("e", "4", "gold", model="m1")],
        "--credential", "a",
    )
    assert (found["effect"], found["when"]) == ("denied", 'model == "m1" and env.z is "iron"')


def test_one_id_of_two_tenants_is_two_credentials(tmp_path):
    (found,) = affected_by(
        tmp_path,
        'pool p { "k" then "m" }\ndefault { use p by random else deny "no" }\n',
        [{"tenant": "bank", "name": "k", "id": "1", "shared_with": ["shop"]}, {"tenant": "shop", "name": "m", "id": "1"}],
        "--credential", "k", "--tenant", "shop",
    )
    assert (found["effect"], found["now"]) == ("moves", 'default: use p by random, tier 2, from "m"')


def test_counts_are_of_each_request_of_the_kind(tmp_path):
    found = affected_by(
        tmp_path,
        'pool p { "a" "a2" }\npool q { all of p "b" }\ndefault { use q by random else deny "none" }\n',
        [{"name": "a"}, {"name": "a2"}, {"name": "b"}, {"name": "a", "provider": "google"}, {"name": "b", "provider": "google"}],
        "--pool", "p",
    )
    assert {(one["request"], one["left"], one["of"]) for one in found} == {('provider = "openai"', 1, 3), ('provider = "google"', 1, 2)}


def test_whose_value_is_gone_and_who_decides_then(tmp_path):
    found = affected_by(
        tmp_path,
        'rule r { when app.id in ["a", "b"] use credential "k" }\nrule s { when user.kind == "account" deny "no" }\ndefault { leave to host }\n',
        [{"name": "k"}],
        "--attribute", "app.id=a",
    )
    assert {one["when"] for one in found} == {'app.id in ["a", "b"] and app.id is "a"'}
    assert {"rule s: denied: no", "default: left to the host"} <= {one["now"] for one in found}
