"""`keyrule diff`: files and revisions of a real repository; each kind's request is decided as it says."""

import json
import os
import subprocess
from pathlib import Path

import pytest

KEYRULE = Path(os.environ["KEYRULE_COMMAND"]).resolve()

LIBRARY = 'keyrule 1\nschema "dify"\npool production {{ "prod-eu" weight 3 "prod-us" {more} }}\n'
POLICY = """keyrule 1
schema "dify"
import "lib/pools.keyrule"
table key_of from "keys.csv" maps "app" to "key"
rule own {{
  when app.id in key_of
  use credential key_of[app.id]
}}
rule billing {{
  when environment == "production"{more}
  use production by {strategy}
  tag cost = "finance"
}}
default {{ deny "no rule covers this request" }}
"""


def write(folder, keys="app,key\na,k-a\nb,k-b\n", strategy="weighted_round_robin", more="", pool="", name="a.keyrule", extra=""):
    (folder / "lib").mkdir(parents=True, exist_ok=True)
    (folder / "lib" / "pools.keyrule").write_text(LIBRARY.format(more=pool))
    (folder / "keys.csv").write_text(keys)
    (folder / name).write_text(POLICY.format(more=more, strategy=strategy) + extra)
    return folder / name


def diff(*arguments, cwd=None, env=None):
    return subprocess.run([KEYRULE, "diff", *map(str, arguments)], capture_output=True, text=True, timeout=60, cwd=cwd, env=env)


def changes(*arguments, cwd=None):
    """The differences, and the sum behind them."""
    done = diff(*arguments, "--json", cwd=cwd)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    *found, last = [json.loads(line) for line in done.stdout.splitlines() if not json.loads(line).get("severity")]
    assert done.returncode == (0 if last["equal"] else 1)
    assert last["classes"] == len(found)
    return found, last


def pair(tmp_path, before, after):
    """Two policies of one rule over one pool."""
    paths = []
    for name, text in (("old.keyrule", before), ("new.keyrule", after)):
        paths.append(tmp_path / name)
        paths[-1].write_text('keyrule 1\nschema "dify"\n' + text + "\ndefault { leave to host }\n")
    return paths


WHEN = 'rule r { when environment == "x" '


def test_two_attributes_are_told_apart_by_a_request(tmp_path):
    pool = 'pool p { "a" "b" }\n'
    for before, after in (
        ("use p where labels.c == app.id by random }", "use p where labels.c == user.id by random }"),
        ("use credential inputs.a from p }", "use credential inputs.b from p }"),
        ("use p by random tag who = app.id }", "use p by random tag who = user.id }"),
        ("use credential t[app.id] }", "use credential t[user.id] }"),
        ("use credential t[app.id] }", "use credential inputs.b from p }"),
    ):
        table = 'table t { "x" : "a" "y" : "b" }\n'
        (one,), total = changes(*pair(tmp_path, pool + table + WHEN + before, pool + table + WHEN + after))
        assert one["request"] and total["unconfirmed"] == total["undecided"] == 0, (before, after)
    # Where both can only be the same, nothing is made up.
    same = 'rule r { when app.id == "x" and user.id == "x" use p by random tag who = '
    found, total = changes(*pair(tmp_path, pool + same + "app.id }", pool + same + "user.id }"))
    assert total["equal"] is None and total["unconfirmed"] == 1 and not found[0]["request"]


def test_allow_lists_and_the_host_are_gained_and_lost(tmp_path):
    (one,), _ = changes(
        *pair(tmp_path, 'pool p { "a" "b" }\n' + WHEN + "use credential inputs.k from p }", 'pool p { "b" "c" }\n' + WHEN + "use credential inputs.k from p }")
    )
    assert (one["gains"], one["loses"]) == (['"c", where inputs.k names it'], ['"a", where inputs.k names it'])
    pool = 'pool p { "a" }\n' + WHEN + "use p by random else "
    (one,), _ = changes(*pair(tmp_path, pool + 'deny "no" }', pool + "leave to host }"))
    assert (one["gains"], one["loses"]) == (["those of the host"], [])


@pytest.mark.parametrize(
    "before, after",
    [
        ('pool p { "a" }', 'pool p { "a" after rate_limited cool 30s up to 10m }'),
        ('pool p { "a" weight 2 "b" }', 'pool p { "a" "b" weight 3 }'),
        ('pool p { "a" after 2 timed_out cool 1m after unauthorized cool 5m }', 'pool p { "a" after unauthorized cool 5m after 2 timed_out cool 1m }'),
    ],
)
def test_what_no_request_notices_is_no_change(tmp_path, before, after):
    rule = "\n" + WHEN + "use p by round_robin }"
    found, total = changes(*pair(tmp_path, before + rule, after + rule))
    assert found == [] and total["equal"] and [edit["rule"] for edit in total["no_effect"]] == ["r"]


def test_a_field_that_pools_are_narrowed_by(tmp_path):
    pool = 'pool p { "a" "b" }\n' + WHEN
    (one,), _ = changes(*pair(tmp_path, pool + "use p where labels.c == app.id by random }", pool + "use p where labels.d == app.id by random }"))
    assert one["change"] == "credentials" and "app.id" in one["request"]  # without one neither has any


@pytest.fixture
def before(tmp_path):
    return write(tmp_path / "old")


@pytest.mark.parametrize(
    "edit, change, rule, request_is",
    [
        ({"keys": "app,key\na,k-a\nb,k-c\n"}, "credentials", "own", {"app.id": "b"}),
        ({"keys": "app,key\na,k-a\n"}, "denied", "own", {"app.id": "b"}),
        ({"keys": "app,key\nb,k-b\na,k-a\nc,k-c\n"}, "allowed", "own", {"app.id": "c"}),
        ({"pool": '"prod-asia"'}, "credentials", "billing", {"environment": "production"}),
        ({"strategy": "random"}, "how it is chosen", "billing", {"environment": "production"}),
        ({"more": ' and app.id != "x"'}, "denied", "billing", {"environment": "production", "app.id": "x"}),
    ],
)
def test_each_edit_is_one_kind_of_requests(before, tmp_path, edit, change, rule, request_is):
    after = write(tmp_path / "new", **edit)
    every, total = changes(before, after)
    # An app that leaves the table may be billed as the others are, which is a kind of its own.
    assert len(every) == (2 if change in ("denied", "allowed") and rule == "own" else 1)
    (found,) = [one for one in every if one["change"] == change]
    assert (found["rule"], found["request"]) == (rule, request_is)
    assert total["no_effect"] == [] and total["undecided"] == 0
    # The request is decided otherwise: as the rule that `was` and `now` name, or with another text.
    sets = [word for path, value in found["request"].items() for word in ("--set", f"{path}={value}")]
    decided = []
    for policy in (before, after):
        line = subprocess.run([KEYRULE, "decide", policy, *sets, "--json"], capture_output=True, text=True, check=False).stdout
        decided.append(json.loads(line.splitlines()[-1]))
    assert [one["rule"] for one in decided] == [found["was"]["rule"], found["now"]["rule"]]
    # And turned around it is the contrary, of the same request.
    contrary = {"denied": "allowed", "allowed": "denied"}
    (turned,) = [one for one in changes(after, before)[0] if one["change"] == contrary.get(change, change)]
    assert turned["request"] == found["request"]


def test_a_rule_that_is_renamed_and_moved_up_is_not_new(tmp_path):
    front, back = 'rule front { when app.id == "a" deny "f" }', 'rule back { when environment == "x" deny "b" }'
    paths = pair(tmp_path, front + back, back.replace("back", "other") + front)
    (found,), last = changes(*paths)
    assert found["now"]["rule"] == "other" and last["no_effect"] == [{"rule": "other", "edit": "renamed", "from": "back"}]
    assert "requests of rule `other`, which was `back`" in diff(*paths).stdout


def test_what_may_not_happen_is_marked(tmp_path):
    """That a comma never matches the pattern is not known; nor does the evaluator find a request."""
    three, five = 'rule three { when app.name contains "," deny "x" }', 'rule five { when app.name matches /^[a-z]+$/ deny "z" }'
    said = diff(*pair(tmp_path, three + five, five)).stdout
    assert "\nnow left to the host: requests that rule `three` had" in said
    assert "\nperhaps another refusal: requests that rule `three` had" in said and "such as no request was found\n" in said
    assert "not decided for 1 kind of requests, which say `perhaps`" in said


def test_the_same_policy(before, tmp_path):
    assert diff(before, before).returncode == 0
    after = write(tmp_path / "new", extra='# a word\nrule hidden { when app.id in key_of and user.id == "u"  deny "x" }\n')
    found, total = changes(before, after)
    assert found == [] and total["equal"] is True
    assert total["no_effect"] == [{"rule": "hidden", "edit": "added", "from": None}]
    assert "no request changes" in diff(before, after).stdout


def test_tests_pass_under_the_new_policy(before, tmp_path):
    after = write(tmp_path / "new", keys="app,key\na,k-a\nb,k-c\nc,k-c\n", more=' and user.id != "x"', extra='test "rule own: credentials" { request expect deny }\n')
    done = diff("--tests", before, after)
    assert done.returncode == 1 and done.stdout.count("test ") == 3
    assert 'test "rule own: credentials (2)"' in done.stdout  # the name is taken
    after.write_text(after.read_text() + done.stdout)
    tested = subprocess.run([KEYRULE, "test", after], capture_output=True, text=True, check=False)
    assert tested.returncode == 0, tested.stdout + tested.stderr
    kept = subprocess.run([KEYRULE, "fmt", "--stdout", after], capture_output=True, text=True, check=True).stdout
    assert done.stdout.strip() in kept  # as `fmt` writes it


def test_markdown(before, tmp_path):
    after = write(tmp_path / "new", keys="app,key\na,k-a\nb,k-c\n")
    done = diff("--format", "markdown", before, after)
    assert done.returncode == 1
    assert done.stdout.startswith("### ") and "**other credentials**: requests of rule `own`" in done.stdout
    assert "```keyrule\ntest " in done.stdout and "- gains `\"k-c\"`" in done.stdout


def test_at_most_so_many(before, tmp_path):
    after = write(tmp_path / "new", keys="app,key\na,k-x\nc,k-c\n", strategy="random")
    assert changes(before, after)[1]["classes"] == 5
    done = diff(before, after, "--most", "1")
    assert "and 4 more; `--most N` shows more" in done.stdout


@pytest.mark.parametrize(
    "old, new, was, now",
    [
        ('"a" weight 1 "b"', '"a" weight 5 "b"', ['"a" weight 1'], ['"a" weight 5']),
        ('"a" "b"', '"b" "a"', ['the order "a", "b"'], ['the order "b", "a"']),
        ('"a"', '"a" after 2 server_error cool 20s up to 5m', [], ["after 2 server_error cool 20s up to 5m"]),
        ('all of low', 'all of low weight 3', [], ['"c" weight 3', '"d" weight 3']),
        ('"a" weight 2 then "b"', '"a" weight 3 "b"', ['"a" weight 2', 'the order "a" then "b"'], ['"a" weight 3', 'the order "a", "b"']),
    ],
)
def test_what_is_chosen_by_is_said(tmp_path, old, new, was, now):
    policies = []
    for name, members in (("old", old), ("new", new)):
        policies.append(tmp_path / f"{name}.keyrule")
        policies[-1].write_text(f'keyrule 1\nschema "dify"\npool low {{ "c" "d" }}\npool p {{ {members} }}\n'
                                'rule r { when environment == "x" use p by weighted_round_robin }\ndefault { use low by random }\n')
    (found,), _ = changes(*policies)
    assert found["change"] == "how it is chosen" and (found["was"]["with"], found["now"]["with"]) == (was, now)
    assert found["was"]["answer"] == found["now"]["answer"] == "use p by weighted_round_robin"
    shown = diff(*policies).stdout
    for line, pieces in (("was", was), ("now", now)):
        assert f"{line:8}rule r: use p by weighted_round_robin" + (", with " + ", ".join(pieces) if pieces else "") + "\n" in shown


def test_what_a_table_says_is_said_where_all_else_is_the_same(tmp_path):
    policy = 'table t { %s "y" : "e" }\npool p { "d" "b" }\nrule r { when app.id is set use credential t[app.id] else use p by round_robin }'
    done = diff(*pair(tmp_path, policy % '"x" : "d"', policy % ""))
    assert 'else use p by round_robin, with t[app.id] being "d"\n' in done.stdout
    assert 'else use p by round_robin, with t[app.id] without an entry\n' in done.stdout


def test_the_order_of_arms_is_said(tmp_path):
    policies = []
    for name, arms in (("old", 'use p by random else use credential "c"'), ("new", 'use credential "c" else use p by random')):
        policies.append(tmp_path / f"{name}.keyrule")
        policies[-1].write_text('keyrule 1\nschema "dify"\npool p { "a" then "b" }\n'
                                f'rule r {{ when environment == "x" {arms} }}\ndefault {{ deny "no" }}\n')
    (found,), _ = changes(*policies)
    assert (found["was"]["with"], found["now"]["with"]) == (['the order "a" then "b" else "c"'], ['the order "c" else "a" then "b"'])


def test_limits_and_attributes(before, tmp_path):
    after = write(tmp_path / "new", extra='quota q { "prod-eu" limit 5 requests per minute }\n')
    found, total = changes(before, after)
    assert found == [] and total["limits"] == ["quota q: added"] and total["equal"] is False


# ---- revisions


def git(folder, *arguments):
    environment = os.environ | {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"}
    who = ["-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "init.defaultBranch=main"]
    return subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True, text=True, env=environment).stdout


@pytest.fixture
def repository(tmp_path):
    """Two commits, of which the second changes the table, and a change of the pool that is not committed."""
    top = tmp_path / "top"
    write(top / "policies")
    git(top, "init", "-q")
    git(top, "add", ".")
    git(top, "commit", "-q", "-m", "one")
    write(top / "policies", keys="app,key\na,k-a\nb,k-c\n")
    git(top, "commit", "-q", "-a", "-m", "two")
    write(top / "policies", keys="app,key\na,k-a\nb,k-c\n", pool='"prod-asia"')
    return top


def test_revisions_have_their_own_imports_and_tables(repository):
    (found,), _ = changes("HEAD~1:policies/a.keyrule", "HEAD:policies/a.keyrule", cwd=repository)
    assert found["change"] == "credentials" and found["request"] == {"app.id": "b"}
    (found,), _ = changes("HEAD:policies/a.keyrule", "policies/a.keyrule", cwd=repository)
    assert found["change"] == "credentials" and found["gains"] == ['"prod-asia"']
    # From a folder below: from the top as git has it, or from here.
    for old in ("HEAD:policies/a.keyrule", "HEAD:./a.keyrule", "main:policies/a.keyrule"):
        assert len(changes(old, "a.keyrule", cwd=repository / "policies")[0]) == 1
    # What is staged.
    assert changes("HEAD:policies/a.keyrule", ":policies/a.keyrule", cwd=repository)[0] == []
    git(repository, "add", ".")
    assert len(changes("HEAD:policies/a.keyrule", ":policies/a.keyrule", cwd=repository)[0]) == 1


def test_a_policy_at_the_top(repository):
    write(repository)
    git(repository, "add", ".")
    git(repository, "commit", "-q", "-m", "three")
    write(repository, keys="app,key\n")
    assert [one["change"] for one in changes("HEAD:a.keyrule", "a.keyrule", cwd=repository)[0]] == ["denied", "credentials"]
    done = diff("HEAD:a.keyrule", "HEAD:a.keyrule", cwd=repository)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "old, says",
    [
        ("nowhere:policies/a.keyrule", "no revision is named `nowhere`"),
        ("--all:policies/a.keyrule", "no option of `keyrule diff` is named"),
        ("HEAD:policies/b.keyrule", "`HEAD:policies/b.keyrule` cannot be read: there is no such file in `HEAD`"),
        ("HEAD:policies", "it is a folder"),
        (":policies", "it is a folder"),
        ("HEAD:", "`HEAD:` names no file"),
        (":", "`:` names no file"),
        ("HEAD", "`HEAD` is a revision of git, not a policy"),
        ("HEAD:../a.keyrule", "lies outside the repository"),
        ("HEAD:policies/a.keyrule\n", "no such file"),
    ],
)
def test_what_is_not_there(repository, old, says):
    done = diff(old, "policies/a.keyrule", cwd=repository)
    assert done.returncode == (2 if "option" in says else 4) and says in done.stderr and done.stdout == ""


def test_symbolic_links_are_followed_inside_the_revision(repository):
    """A policy, a folder on the way, and what is imported; none leads out of the repository."""
    links = {"link.keyrule": "policies/a.keyrule", "folder": "policies/../policies", "round": "round", "out.keyrule": "/etc/passwd",
             "up.keyrule": "../x", "dots.keyrule": "..odd.keyrule", "policies/lib/more.keyrule": "pools.keyrule"}
    for name, target in links.items():
        (repository / name).symlink_to(target)
    (repository / "..odd.keyrule").write_text('keyrule 1\nschema "dify"\ndefault { deny "no" }\n')
    git(repository, "add", ".")
    git(repository, "commit", "-q", "-m", "links")
    assert changes("HEAD:dots.keyrule", "dots.keyrule", cwd=repository)[0] == []
    for revision in ("HEAD", ""):
        for name in ("folder/a.keyrule", "folder/../folder/a.keyrule"):
            assert changes(f"{revision}:{name}", "policies/a.keyrule", cwd=repository)[0] == []
        text = (repository / "policies" / "a.keyrule").read_text().replace("pools.keyrule", "more.keyrule")
        (repository / "policies" / "b.keyrule").write_text(text)
        git(repository, "add", ".")
        git(repository, "commit", "-q", "-m", "import by link", "--allow-empty")
        assert changes(f"{revision}:policies/b.keyrule", "policies/a.keyrule", cwd=repository)[0] == []
    says = {"round": "too many symbolic links", "out.keyrule": "is a symbolic link to `/etc/passwd`, outside the repository",
            "up.keyrule": "outside the repository"}
    for name, expected in says.items():
        done = diff(f"HEAD:{name}", "policies/a.keyrule", cwd=repository)
        assert done.returncode == 4 and expected in done.stderr


def test_a_submodule_is_said(repository, tmp_path):
    other = tmp_path / "other"
    write(other)
    git(other, "init", "-q")
    git(other, "add", ".")
    git(other, "commit", "-q", "-m", "one")
    git(repository, "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(other), "theirs")
    git(repository, "commit", "-q", "-m", "theirs")
    done = diff("HEAD:theirs/a.keyrule", "policies/a.keyrule", cwd=repository)
    assert done.returncode == 4 and "`theirs` is a submodule, whose files this repository does not have" in done.stderr


def test_no_option_of_git(repository):
    # Behind `--` it is an argument, which git must not take for an option either.
    done = diff("--", "--output=x:policies/a.keyrule", "policies/a.keyrule", cwd=repository)
    assert done.returncode == 4 and "no revision is named `--output=x`" in done.stderr
    assert not (repository / "x").exists()


def test_an_import_that_the_revision_has_not(repository):
    (repository / "policies" / "c.keyrule").write_text('keyrule 1\nschema "dify"\nimport "new.keyrule"\ndefault { leave to host }\n')
    (repository / "policies" / "new.keyrule").write_text('keyrule 1\nschema "dify"\n')
    git(repository, "add", "policies/c.keyrule")
    git(repository, "commit", "-q", "-m", "three")
    done = diff("HEAD:policies/c.keyrule", "policies/c.keyrule", cwd=repository)
    assert done.returncode == 4 and "KR0801" in done.stderr and "HEAD:policies/c.keyrule:3:8" in done.stderr


def test_outside_of_a_repository_and_without_git(repository, tmp_path):
    done = diff("HEAD:a.keyrule", "HEAD:a.keyrule", cwd=tmp_path, env=os.environ | {"GIT_CEILING_DIRECTORIES": str(tmp_path.parent)})
    assert done.returncode == 4 and "not a git repository" in done.stderr
    done = diff("HEAD:policies/a.keyrule", "policies/a.keyrule", cwd=repository, env=os.environ | {"PATH": "/nonexistent"})
    assert done.returncode == 4 and "there is no program `git` here" in done.stderr


def test_a_file_goes_before_a_revision(repository):
    (repository / "HEAD:x").write_text((repository / "policies" / "a.keyrule").read_text())
    done = diff("HEAD:x", "policies/a.keyrule", cwd=repository)
    assert "lib/pools.keyrule" in done.stderr  # read as the file that it is, whose import is not beside it


def test_what_is_staged_however_paths_are_set_to_be_read(repository):
    changed = repository / "policies" / "lib" / "pools.keyrule"
    git(repository, "add", ".")
    for literal in ("0", "1"):
        done = diff(":0:policies/a.keyrule", "policies/a.keyrule", cwd=repository, env={**os.environ, "GIT_LITERAL_PATHSPECS": literal})
        assert done.returncode == 0 and "no request changes" in done.stdout, done.stdout + done.stderr
    changed.write_text(changed.read_text().replace('"prod-asia"', ""))
    assert diff(":0:policies/a.keyrule", "policies/a.keyrule", cwd=repository).returncode == 1
