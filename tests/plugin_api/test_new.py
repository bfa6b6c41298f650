"""`keyrule new`: the policy that it writes is sound and tested whatever the answers, from real stores, by options and on a terminal."""

import itertools
import json
import os
import subprocess
from pathlib import Path

import pexpect
import pytest

ROOT = Path(__file__).resolve().parents[2]
KEYRULE = os.environ["KEYRULE_COMMAND"]
ODD = [
    'say "hi"',
    "back\\slash",
    "schlüssel-größe 🔑",
    "two  blanks ",
    "a, b",
    "2",
    "star*red",
    "none",
    "others",
    "host",
    "tab\there",
    "turned\u202eround",
    "joined\u200dtogether",
    "# no comment",
    "{ } \\u{41}",
    "every weight 3",
]


def keyrule(*arguments, **options):
    environment = dict(os.environ, NO_COLOR="1") | options.pop("env", {})
    return subprocess.run(
        [KEYRULE, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=120,
        env=environment,
        stdin=subprocess.DEVNULL,
        **options,
    )


def sealed(folder, credentials):
    given = folder / "credentials.json"
    given.write_text(json.dumps({"credentials": [dict(one, credentials={"api_key": "sk-new-secret"}) for one in credentials]}))
    done = keyrule("import", given, "--store", folder / "store", "--quiet")
    assert done.returncode == 0, done.stderr
    return folder / "store"


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    def one(provider, name, **more):
        return {"tenant": "ws-bank", "provider": provider, "name": name} | more

    return sealed(
        tmp_path_factory.mktemp("bank"),
        [
            one("openai", "prod-eu", weight=3, labels={"stage": "production"}),
            one("openai", "prod-us", weight=1, labels={"stage": "production"}),
            one("openai", "staging-1", labels={"stage": "staging"}),
            one("openai", "closed", enabled=False),
            one("google", "gemini", labels={"stage": "production", "cost centre": "R & D"}),
            one("google", "gemini-2"),
            {"tenant": "ws-shop", "provider": "openai", "name": "shop-key"},
        ],
    )


def written(path, *arguments, tenant=None, store=None):
    """Writes a policy and holds it to what the help promises."""
    source = [] if store is None else ["--store", store] + ([] if tenant is None else ["--tenant", tenant])
    done = keyrule("new", path, *source, *arguments)
    assert done.returncode == 0, done.stderr
    assert "sk-new-secret" not in done.stdout + done.stderr + path.read_text()
    checked = keyrule("check", "--deny-warnings", path)
    assert checked.returncode == 0, checked.stderr + path.read_text()
    assert "warning" not in checked.stderr
    tested = keyrule("test", path)
    assert tested.returncode == 0 and ", 0 failed" in tested.stdout, tested.stdout + tested.stderr
    assert keyrule("fmt", "--check", path).returncode == 0
    if tenant is not None:
        real = keyrule("check", "--deny-warnings", path, "--store", store, "--tenant", tenant)
        assert real.returncode == 0, real.stderr + path.read_text()
    return path.read_text()


CREDENTIALS = {
    "names": ["prod-eu", "prod-us"],
    "weights": ["prod-eu weight 3", "prod-us"],
    "pattern": ["prod-*"],
    "label": ["labels.stage=production"],
    "all": ["all"],
    "mixed": ["staging-1", "labels.stage=production"],
}


@pytest.mark.parametrize("by", ["environment", "app", "node", "nothing"])
@pytest.mark.parametrize("which", sorted(CREDENTIALS))
def test_every_kind_of_answer_makes_a_sound_policy(by, which, store, tmp_path):
    rests = [[]] if by == "nothing" else [["same"], ["none"], ["staging-1"], ["staging-*"]] + ([] if which == "all" else [["others"]])
    for number, (rest, otherwise, provider) in enumerate(itertools.product(rests, ["host", 'refused: "why"'], ["openai", None])):
        path = tmp_path / f"{number}.keyrule"
        arguments = ["--yes", "--by", by, "--otherwise", otherwise]
        for one in CREDENTIALS[which]:
            arguments += ["--credentials", one]
        for one in rest:
            arguments += ["--rest", one]
        if by == "app":
            arguments += ["--value", "app-1", "--value", "app-2"]
        if provider is not None:
            arguments += ["--provider", provider]
        if which == "weights":
            if rest == ["others"]:
                continue  # is asked below
            arguments += ["--choose", "weighted_round_robin"]
        text = written(path, *arguments, store=store, tenant="ws-bank")
        assert ("leave to host" in text) or otherwise != "host"


@pytest.mark.parametrize(
    "strategy",
    ["round_robin", "weighted_round_robin", "first_available", "random", "weighted_random", "least_in_flight", "least_used",
     "headroom", "latency", "sticky", "sticky on user.id", "sticky on environment"],
)
def test_every_strategy(strategy, store, tmp_path):
    arguments = ["--yes", "--credentials", "prod-eu", "--credentials", "prod-us", "--choose", strategy]
    written(tmp_path / "known.keyrule", *arguments, store=store, tenant="ws-bank")
    text = written(tmp_path / "unknown.keyrule", *arguments)
    assert ("by " + ("sticky on conversation.id" if strategy == "sticky" else strategy)) in text


@pytest.mark.parametrize(
    "limit", ["600 requests per minute", "3 requests per hour for each app.id", "50.00 usd per day", "2 requests at once",
              '1_000_000 tokens per day at "Europe/Berlin"', "5 requests per second for each credential"],
)
def test_every_limit(limit, store, tmp_path):
    for by in ("environment", "node", "nothing"):
        text = written(tmp_path / f"{by}.keyrule", "--yes", "--by", by, "--limit", limit, store=store, tenant="ws-bank")
        assert "under own_limit" in text


def test_turns_are_counted_in_the_tests_that_it_writes(tmp_path):
    text = written(tmp_path / "p.keyrule", "--yes", "--by", "nothing", "--credentials", "a weight 3", "--credentials", "b",
                   "--choose", "weighted_round_robin")
    assert '"a" weight 3' in text
    assert '3 on "a", 1 on "b"' in text
    text = written(tmp_path / "q.keyrule", "--yes", "--by", "nothing", "--credentials", "a", "--credentials", "b")
    assert 'request 2 times\n  expect default, 1 on "a", 1 on "b"' in text


def test_the_usual_answers_are_what_is_there(store, tmp_path):
    text = written(tmp_path / "p.keyrule", "--yes", store=store, tenant="ws-bank")
    assert 'where labels.stage == "production"' in text
    assert "weighted_round_robin" in text  # as the store has weights
    assert "closed" not in text  # is disabled
    shop = written(tmp_path / "shop.keyrule", "--yes", "--by", "nothing", store=store, tenant="ws-shop")
    assert 'pool all_calls of "openai" { "shop-key" }' in shop
    everybody = written(tmp_path / "all.keyrule", "--yes", "--by", "nothing", store=store)
    assert '"shop-key"' in everybody and '"gemini"' in everybody


def test_the_policy_decides_over_the_store_it_was_made_of(store, tmp_path):
    path = tmp_path / "p.keyrule"
    written(path, "--yes", store=store, tenant="ws-bank")
    def decided(*sets):
        done = keyrule("decide", path, "--store", store, "--tenant", "ws-bank", "--json", *sets)
        return json.loads(done.stdout)["credential"]["name"]
    assert decided("--set", "provider=openai", "--set", "environment=production") in ("prod-eu", "prod-us")
    assert decided("--set", "provider=openai", "--set", "environment=test") == "staging-1"
    assert decided("--set", "provider=google", "--set", "environment=test") == "gemini-2"


def test_odd_names(tmp_path):
    store = sealed(tmp_path, [{"tenant": "t", "provider": 'odd "p"', "name": name, "labels": {"l " + name[:40]: name}} for name in ODD])
    everything = list(itertools.chain.from_iterable(("--credentials", name) for name in ODD))
    text = written(tmp_path / "all.keyrule", "--yes", "--by", "nothing", *everything, store=store, tenant="t")
    assert '"say \\"hi\\""' in text and '"turned\\u{202E}round"' in text and '"tab\\there"' in text
    for number, name in enumerate(ODD):
        written(tmp_path / f"n{number}.keyrule", "--yes", "--credentials", name, store=store, tenant="t")
        written(tmp_path / f"r{number}.keyrule", "--yes", "--by", "node", "--credentials", "all", "--rest", name, store=store, tenant="t")
        # The values of environments and apps are as odd.
        written(tmp_path / f"v{number}.keyrule", "--yes", "--value", name, "--otherwise", name, store=store, tenant="t")
        label = f"labels.l {name[:40]}={name}"
        if "=" not in name:
            written(tmp_path / f"l{number}.keyrule", "--yes", "--by", "app", "--value", "x", "--credentials", label, store=store, tenant="t")


def test_odd_names_without_a_store(tmp_path):
    for number, name in enumerate(ODD):
        written(tmp_path / f"{number}.keyrule", "--yes", "--provider", name, "--value", name, "--credentials", name)


def test_a_thousand_credentials(tmp_path):
    store = sealed(tmp_path, [{"tenant": "t", "provider": "openai", "name": f"key-{i:04}", "labels": {"lane": str(i % 3)}} for i in range(1000)])
    text = written(tmp_path / "usual.keyrule", "--yes", store=store, tenant="t")
    assert len(text) < 3000
    names = itertools.chain.from_iterable(("--credentials", f"key-{i:04}") for i in range(1000))
    text = written(tmp_path / "named.keyrule", "--yes", "--by", "nothing", *names, store=store, tenant="t")
    assert text.count('"key-0999"') >= 2
    written(tmp_path / "label.keyrule", "--yes", "--credentials", "labels.lane=1", store=store, tenant="t")


def test_no_credentials(tmp_path, store):
    empty = tmp_path / "catalog.json"
    empty.write_text('{"credentials": []}')
    done = keyrule("new", tmp_path / "p.keyrule", "--yes", "--catalog", empty)
    assert done.returncode == 2
    assert "there is no credential to choose from" in done.stderr and "leave out `--catalog`" in done.stderr
    done = keyrule("new", tmp_path / "p.keyrule", "--yes", "--store", store, "--tenant", "ws-nobody")
    assert done.returncode == 2 and "tenant `ws-nobody` has no credential there" in done.stderr
    assert not (tmp_path / "p.keyrule").exists()


def test_a_catalog_file_is_as_good(tmp_path):
    path = tmp_path / "p.keyrule"
    done = keyrule("new", path, "--yes", "--catalog", ROOT / "policies" / "demo" / "credentials.json", "--tenant", "ws-bank")
    assert done.returncode == 0, done.stderr
    assert "sk-example" not in path.read_text()
    assert keyrule("test", path).returncode == 0


@pytest.mark.parametrize(
    "arguments, says",
    [
        (["--credentials", "prod-eo"], "no credential is named `prod-eo`|did you mean `prod-eu`?"),
        (["--credentials", "dev-*"], "`dev-*` takes none of the 6 credentials there"),
        (["--provider", "openia"], "`openia` is none of the answers|did you mean `openai`?"),
        (["--provider", "every", "--provider", "openai"], "`every` stands alone"),
        (["--provider", "openai", "--provider", "google", "--credentials", "prod-eu"], "none of these serves `google`"),
        (["--by", "apps"], "`apps` is none of the answers|did you mean `app`?"),
        (["--by", "app"], "`--value` is not given"),
        (["--by", "nothing", "--rest", "same"], "`--rest` has nothing to say here"),
        (["--by", "node", "--value", "x"], "`--value` has nothing to say here"),
        (["--choose", "round_robbin"], "`round_robbin` is none of the answers"),
        (["--choose", "sticky on nothing.known"], "these answers make no good policy"),
        (["--limit", "600 requests"], "is no limit"),
        (["--limit", "6 requests per minute } default { leave to host"], "limit"),
        (["--credentials", "prod-eu weight 0"], "`0` is no weight"),
        (["--credentials", "prod-eu weight 3", "--choose", "round_robin"], "these answers make no good policy"),
        (["--credentials", "all", "--rest", "others"], "there are no others"),
    ],
)
def test_answers_that_cannot_be(arguments, says, store, tmp_path):
    path = tmp_path / "p.keyrule"
    done = keyrule("new", path, "--yes", "--store", store, "--tenant", "ws-bank", *arguments)
    assert done.returncode == 2, done.stdout + done.stderr
    for part in says.split("|"):
        assert part in done.stderr
    assert not path.exists()


def test_without_a_terminal_it_says_which_flags_are_missing(tmp_path):
    done = keyrule("new", tmp_path / "p.keyrule", "--provider", "openai", "--by", "app")
    assert done.returncode == 2
    assert ("there is no terminal to ask on, and `--value`, `--credentials`, `--rest`, `--choose`, `--otherwise` and `--limit` are not given"
            in done.stderr)
    answered = ["--value", "x", "--credentials", "a", "--rest", "others", "--choose", "random", "--otherwise", "host", "--limit", "none"]
    written(tmp_path / "p.keyrule", "--provider", "openai", "--by", "app", *answered)


def test_nothing_is_overwritten(tmp_path):
    path = tmp_path / "p.keyrule"
    path.write_text("mine")
    done = keyrule("new", path, "--yes")
    assert done.returncode == 2 and "is there already" in done.stderr and "`--force`" in done.stderr
    assert path.read_text() == "mine"
    written(path, "--yes", "--force")
    done = keyrule("new", tmp_path / "no" / "such" / "folder.keyrule", "--yes")
    assert done.returncode == 4


def test_output_and_json(tmp_path):
    done = keyrule("new", "-", "--yes")
    assert done.returncode == 0 and done.stdout.startswith("keyrule 1\n") and done.stderr == ""
    as_json = json.loads(keyrule("new", "-", "--yes", "--json").stdout)
    assert as_json["text"] == done.stdout and as_json["file"] is None and as_json["tests"] == done.stdout.count("\ntest ")
    named = json.loads(keyrule("new", "p.keyrule", "--yes", "--json", cwd=tmp_path).stdout)
    assert named["file"] == "p.keyrule"
    told = keyrule("new", "plain.txt", "--yes", cwd=tmp_path)
    assert told.returncode == 0 and "commands look for files named *.keyrule" in told.stderr


# ---- on a terminal


def shell(tmp_path, *arguments):
    child = pexpect.spawn(KEYRULE, ["new", *map(str, arguments)], encoding="utf-8", timeout=20, dimensions=(50, 160), cwd=tmp_path,
                          env=dict(os.environ, NO_COLOR="1", TERM="xterm", LC_ALL="C.UTF-8"))
    child.delaybeforesend = 0.02
    return child


def test_five_questions(store, tmp_path):
    child = shell(tmp_path, "mine.keyrule", "--store", store, "--tenant", "ws-bank")
    child.expect("1 of 5")
    child.expect("google +2 credentials")
    child.expect("openai +4 credentials")
    child.expect(r"\[every\] > ")
    child.sendline("2")
    child.expect("2 of 5")
    child.expect(r"\[environment\] > ")
    child.sendline("app")
    child.expect("Which apps")
    child.expect("> ")
    child.sendline("")
    child.expect("this needs an answer")
    child.sendline("invoices, dunning")
    child.expect("3 of 5")
    child.expect("labels.stage=production +2 credentials")
    child.expect("prod-eu")
    child.expect(r"\] > ")
    child.sendline("prod-eo")
    child.expect("no credential is named `prod-eo`")
    child.expect("did you mean `prod-eu`")
    child.sendline("prod-eu, prod-us")
    child.expect("all else")
    child.expect(r"\[others\] > ")
    child.sendline("")
    child.expect("4 of 5")
    child.expect(r"\[weighted_round_robin\] > ")
    child.sendline("1")
    child.expect("none of them can be spent")
    child.expect("> ")
    child.sendline("ask the platform team")
    child.expect("5 of 5")
    child.expect(r"\[none\] > ")
    child.sendline("600 requests per fortnight")
    child.expect("is no limit")
    child.sendline("600 requests per minute for each app.id")
    child.expect("mine.keyrule: 2 rules, [0-9]+ tests, all passed")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
    text = (tmp_path / "mine.keyrule").read_text()
    assert 'app.id in ["invoices", "dunning"]' in text
    assert 'else deny "ask the platform team"' in text
    assert "budget own_limit for each app.id { limit 600 requests per minute }" in text
    assert keyrule("check", "--deny-warnings", tmp_path / "mine.keyrule", "--store", store, "--tenant", "ws-bank").returncode == 0
    assert keyrule("test", tmp_path / "mine.keyrule").returncode == 0


def test_tab_completes_and_options_answer_in_advance(tmp_path):
    store = sealed(tmp_path, [{"tenant": "t", "provider": "openai", "name": name} for name in ["zwölf, Größe", "b-2"] + [f"key-{i}" for i in range(30)]])
    child = shell(tmp_path, "p.keyrule", "--store", store, "--provider", "openai", "--by", "nothing", "--choose", "random",
                  "--otherwise", "host", "--limit", "none")
    child.expect("3 of 5")
    child.expect("… and 12 more; Tab completes them")
    child.expect("> ")
    child.send("b\t")
    child.expect("-2")  # libedit draws what is new
    child.sendline(', "zwölf, Größe"')
    child.expect("all passed")
    child.expect(pexpect.EOF)
    text = (tmp_path / "p.keyrule").read_text()
    assert '  "b-2"\n  "zwölf, Größe"\n' in text


@pytest.mark.parametrize("leave, code", [("\x04", 2), ("\x03", 130)])
def test_leaving_writes_nothing(leave, code, tmp_path):
    child = shell(tmp_path, "p.keyrule")
    child.expect(r"\[every\] > ")
    child.send(leave)
    child.expect(pexpect.EOF)
    child.close()
    assert (child.exitstatus if child.signalstatus is None else 128 + child.signalstatus) == code
    assert not (tmp_path / "p.keyrule").exists()
