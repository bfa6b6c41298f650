"""`keyrule repl`: as a script, over a store, and on a real terminal. What its words mean is tested in tests/evaluator/repl_test.cc."""

import json
import os
import re
import stat
import subprocess
import time
from pathlib import Path

import pexpect
import pytest
from repl_terminal import MORE, PROMPT, Shell

KEYRULE = os.environ["KEYRULE_COMMAND"]
GOOD = """keyrule 1

schema "dify"

pool both {
  "a" weight 3
  "b"
}

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
"""
EXTRA = 'keyrule 1\nschema "dify"\nrule extra { when app.id == "extra"  deny "extra" }\n'
SECRETS = ["sk-first-secret", "sk-second-secret"]
CREDENTIALS = {
    "credentials": [
        {"tenant": "t1", "provider": "openai", "name": "a", "labels": {"team": "x"}, "credentials": {"openai_api_key": SECRETS[0]}},
        {"tenant": "t1", "provider": "openai", "name": "b", "enabled": False, "credentials": {"openai_api_key": SECRETS[1]}},
    ]
}


def keyrule(*arguments, **options):
    return subprocess.run([KEYRULE, *map(str, arguments)], capture_output=True, text=True, timeout=120, **options)


@pytest.fixture
def write(tmp_path):
    def write(text, name="p.keyrule"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text if isinstance(text, str) else json.dumps(text))
        return path

    return write


@pytest.fixture
def store(tmp_path, write):
    path = tmp_path / "store"
    done = keyrule("import", write(CREDENTIALS, "c.json"), "--store", path)
    assert done.returncode == 0, done.stderr
    return path


# ---- scripts


def test_a_script_answers_plainly(write):
    done = keyrule("repl", write(GOOD), input='set environment = "production"\ndecide\n')
    assert done.returncode == 0 and done.stderr == "", done.stdout + done.stderr
    assert done.stdout.startswith("use a ") and "keyrule>" not in done.stdout and "\x1b" not in done.stdout


def test_errors_name_their_line_and_go_to_standard_error(write):
    script = "# a comment\nnonsense here\nrule x {\n  when app.idd is set\n  deny \"x\"\n}\r\ndecide\n"
    done = keyrule("repl", write(GOOD), input=script)
    assert done.returncode == 1 and done.stdout.startswith("host "), "it goes on"
    first, second = done.stderr.splitlines()[:2]
    assert first == "<stdin>:2: no command is named `nonsense`; `help` lists them"
    assert second == "<stdin>:3:" and "error[KR0101]" in done.stderr and "typed rule x:2:8" in done.stderr
    stopped = keyrule("repl", write(GOOD), "--bail", input=script)
    assert stopped.returncode == 1 and stopped.stdout == "" and stopped.stderr.count("<stdin>") == 1


def test_a_failed_expectation_fails_the_script(write):
    for wanted, code in (("rule turns, credential \"a\"", 0), ("rule closed", 1)):
        script = f'request with environment = "production"\nexpect {wanted}\n'
        done = keyrule("repl", write(GOOD), input=script)
        assert done.returncode == code, done.stderr
        assert ("<stdin>:2:\nFAIL  expected rule closed, got rule turns" in done.stderr) == (code == 1)


def test_a_block_that_is_not_closed_is_no_success(write):
    done = keyrule("repl", write(GOOD), input="decide\nrule x {\n  when app.id is set\n")
    assert done.returncode == 1 and done.stderr.startswith("<stdin>:2:\nerror[KR0010]")


def test_commands_of_the_command_line(write):
    policy = write(GOOD)
    done = keyrule("repl", policy, "-c", "set environment = \"closed\"", "--command", "decide", "-c", "frob", "-c", "rules", input="quit")
    assert done.returncode == 1 and done.stdout.startswith("deny closed today") and "turns" in done.stdout
    assert done.stderr == "<command 3>: no command is named `frob`; `help` lists them\n"
    bailed = keyrule("repl", policy, "--bail", "-c", "frob", "-c", "rules")
    assert bailed.returncode == 1 and bailed.stdout == ""
    assert keyrule("repl", policy, "-c", "quit", "-c", "frob").returncode == 0


def test_policies_that_cannot_be_loaded(write, tmp_path):
    bad = keyrule("repl", write(GOOD.replace("environment ==", "enviroment =="), "bad.keyrule"), input="decide\n")
    assert bad.returncode == 3 and "KR0101" in bad.stderr and bad.stdout == ""
    assert keyrule("repl", tmp_path / "none.keyrule", input="").returncode == 4
    assert keyrule("repl", write(GOOD), tmp_path / "none.keyrule", input="").returncode == 4
    two = keyrule("repl", write(GOOD), write(GOOD, "q.keyrule"), input="")
    assert two.returncode == 3 and "KR0402" in two.stderr


def test_warnings_are_denied_where_that_is_wanted(write):
    policy = write(GOOD.replace("default", 'pool unused { "c" }\n\ndefault'))
    plain = keyrule("repl", policy, input="decide\n")
    assert plain.returncode == 0 and plain.stdout.startswith("host")
    denied = keyrule("repl", policy, "--deny-warnings", input="decide\n")
    assert denied.returncode == 3 and "1 warning, which `--deny-warnings` does not allow" in denied.stderr
    tried = keyrule("repl", write(GOOD), "--deny-warnings", input='is environment == "x"\npool idle { "c" }\ndecide\n')
    assert tried.returncode == 1 and "KR0110" in tried.stderr and tried.stdout.startswith("no   environment")


def test_several_files(write):
    done = keyrule("repl", write(GOOD), write(EXTRA, "other/extra.keyrule"), "-c", 'set app.id = "extra"', "-c", "decide")
    assert done.returncode == 0 and done.stdout.startswith("deny extra"), done.stderr


def test_a_session_becomes_a_test_in_the_file(write):
    policy = write(GOOD)
    policy.chmod(0o640)
    inode = policy.stat().st_ino
    script = (
        'set environment = "production"\nrequest 4 times\ndecide\nreport rate_limited with retry_after = 30s\nnext\n'
        'expect another credential\nsave test "one rests"\nsave test "nothing was done"\n'
    )
    done = keyrule("repl", policy, input=script)
    assert done.returncode == 1 and "<stdin>:8: nothing was done" in done.stderr
    assert f'saved "one rests" to {policy}, line 23; it passes' in done.stdout
    text = policy.read_text()
    assert text.startswith(GOOD + '\ntest "one rests" {\n  request 4 times with environment = "production"\n')
    assert stat.S_IMODE(policy.stat().st_mode) == 0o640 and policy.stat().st_ino != inode, "replaced in one step"
    assert keyrule("fmt", "--check", policy).returncode == 0
    assert keyrule("test", policy).returncode == 0
    policy.chmod(0o440)
    before = text
    if os.geteuid() != 0:
        refused = keyrule("repl", policy, input='decide\nsave test "another"\n')
        assert refused.returncode == 1 and "nothing was saved" in refused.stderr
        assert policy.read_text() == before


def test_a_test_that_would_fail_is_not_saved(write):
    policy = write(GOOD.replace("by weighted_round_robin", "by random"))
    before = policy.read_bytes()
    script = 'seed 12345\nrequest 40 times with environment = "production"\nsave test "by another seed"\n'
    done = keyrule("repl", policy, input=script)
    assert done.returncode == 1 and "KR0703" in done.stderr and "a test draws with seed 0" in done.stderr
    assert policy.read_bytes() == before and [path.name for path in policy.parent.iterdir()] == [policy.name]


def test_windows_line_ends_stay(write, tmp_path):
    policy = tmp_path / "p.keyrule"
    policy.write_bytes(GOOD.replace("\n", "\r\n").encode())
    done = keyrule("repl", policy, input='decide\nsave test "host"\n')
    assert done.returncode == 0, done.stderr
    assert b"\n" not in policy.read_bytes().replace(b"\r\n", b"") and policy.read_bytes().endswith(b"expect default, host\r\n}\r\n")


def test_over_a_store(write, store):
    policy = write(GOOD)
    script = (
        'set provider = "openai", environment = "production"\ndecide\nwhy\ncredentials\nhelp a\nwhy not "b"\nreport unauthorized\n'
        'decide\nwait 1h\ndecide\nsave test "over a store"\ntest\n'
    )
    done = keyrule("repl", policy, "--store", store, "--tenant", "t1", input=script)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("use a ") and "b was skipped by arm 1: disabled" in done.stdout and "1 passed" in done.stdout
    assert "team=x" in done.stdout
    saved = policy.read_text()
    assert 'given credential "b" of "openai" with id = ' in saved and "  clock 20" in saved and "  wait 1h" in saved
    for text in (done.stdout, done.stderr, saved):
        assert not any(secret in text for secret in SECRETS)


def test_what_is_nearest_to_a_credential_leads_to_it(write):
    """Whatever the arm goes by: a table, an attribute, a field of the credential. Each is decided as it says."""
    policy = write(
        'keyrule 1\nschema "dify"\npool p { where labels.region == "eu" then "r1" }\ntable t { "k1" : "a"  "k2" : "b" }\n'
        'rule r { when app.id in t and environment == "production" use credential t[app.id] }\n'
        'rule s { when user.id is set use p where labels.client == app.name by round_robin else use credential "z" }\n'
        'default { use credential inputs.key from p else deny "no" }\n'
    )
    rows = [{"name": name} for name in ("a", "b", "r1", "un", "z")] + [{"name": "e1", "labels": {"region": "eu", "client": "acme"}}]
    catalog = write(json.dumps({"credentials": [{"provider": "openai"} | row for row in rows]}), "c.json")
    base = {"provider": "openai", "app.id": "k9", "user.id": "u"}

    def run(script):
        done = keyrule("repl", policy, "--catalog", catalog, input="".join(f'set {k} = "{v}"\n' for k, v in base.items()) + script)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    for name, nearest, then in [
        ("a", 'set app.id = "k1", set environment = "production"', "r"),
        ("b", 'set app.id = "k2", set environment = "production"', "r"),
        ("e1", 'set app.name = "acme"', "arm 1 of s"),
        ("r1", 'unset user.id, set inputs.key = "r1"', "default"),
    ]:
        (line,) = [one for one in run(f'why not "{name}"\n').splitlines() if one.startswith("nearest: ")]
        changes = dict(re.findall(r'set ([\w.]+) = "([^"]*)"', line)) | {path: "" for path in re.findall(r"unset ([\w.]+)", line)}
        expected = dict(re.findall(r'set ([\w.]+) = "([^"]*)"', nearest)) | {path: "" for path in re.findall(r"unset ([\w.]+)", nearest)}
        assert changes == expected and line.endswith(f"; then {then} may take it"), line
        words = [f"{path}={value}" for path, value in (base | changes).items()]
        decided = keyrule("decide", policy, "--catalog", catalog, "--json", *[w for one in words for w in ("--set", one)])
        assert json.loads(decided.stdout)["credential"]["name"] == name, decided.stdout
    assert 'no request leads to it' in run('why not "un"\n')


def test_a_schema_file_is_known(write):
    schema = write('keyrule 1\nschema "own" { provider : string  model : string  plan : string optional }\n', "own.schema.keyrule")
    policy = write(GOOD.replace('"dify"', '"own"').replace("environment", "plan").replace("app.id", "plan"))
    done = keyrule("repl", policy, "--schema", schema, input='set plan = "closed"\ndecide\nis plan == "closed"\n')
    assert done.returncode == 0 and "deny closed today" in done.stdout, done.stderr


# ---- a terminal


@pytest.fixture
def shell(write, tmp_path):
    shells = []

    def start(*arguments, **options):
        shells.append(Shell(write(GOOD), tmp_path / "state", *arguments, **options))
        return shells[-1]

    yield start
    for one in shells:
        one.child.close(force=True)


def history_of(tmp_path):
    return (tmp_path / "state" / "keyrule" / "history").read_text().splitlines()


def test_tab_completes_commands_attributes_and_values(shell):
    one = shell()
    one.child.send("set environm\t")
    one.child.expect_exact("ent ")  # what completion adds behind the cursor
    one.child.send('= "pro\t')
    one.child.expect_exact('duction"')
    one.child.send("\n")
    one.wait(PROMPT)
    assert one.do("decide").startswith("use a")
    one.child.send("why not tu\t")
    one.child.expect_exact("rns ")
    one.child.send("\n")
    assert "turns decides this request" in one.wait(PROMPT)
    one.child.send("re\t")  # several: they are listed, and the line stays
    one.child.expect_exact("reload")
    one.child.expect_exact("request")
    one.wait(PROMPT)
    one.child.send("quest\n")
    assert "environment = production" in one.wait(PROMPT)
    one.child.send("report rate_limited with retry_a\t")
    one.child.expect_exact("fter ")
    one.child.send("= 30s\n")
    assert "rests until" in one.wait(PROMPT)
    assert one.leave() == 0


def test_a_block_goes_over_several_lines(shell):
    one = shell()
    one.child.send("rule fast {\n")
    one.wait(MORE)
    one.child.send('  when environment == "pr\t')
    one.child.expect_exact('oduction"')
    one.child.send('\n')
    one.wait(MORE)
    one.child.send('  deny "schnell, größer"\n}\n')
    assert "stays: host" in one.wait(PROMPT)
    assert one.do('decide with environment = "production"').startswith("deny schnell, größer")
    # Ctrl-C gives up the whole block.
    one.child.send("rule other {\n")
    one.wait(MORE)
    one.child.send("  when app.id")
    one.child.expect_exact("app.id")
    one.child.sendintr()
    one.child.expect_exact("^C")
    one.wait(PROMPT)
    assert "other" not in one.do("rules")
    assert one.leave() == 0


def test_ctrl_c_gives_up_a_line_and_stops_what_runs(shell):
    one = shell()
    one.child.send("nonsense that nobody wants")
    one.child.expect_exact("wants")
    one.child.sendintr()
    one.child.expect_exact("^C")
    one.wait(PROMPT)
    one.child.send("request 1000000 times with user.id = unique\n")
    one.child.expect_exact("unique\r\n")
    time.sleep(0.2)
    one.child.sendintr()
    answer = one.wait(PROMPT)
    made = re.search(r"stopped after ([\d,]+) of 1,000,000 calls", answer)
    assert made, answer
    assert 0 < int(made[1].replace(",", "")) < 1_000_000
    assert one.do("decide").startswith("host"), "it goes on"
    assert one.leave() == 0


def test_progress_is_shown_and_taken_away(shell):
    one = shell()
    one.child.send("request 300000 times\n")
    one.child.expect_exact("times\r\n")
    one.child.expect(r"\r *\d+ %")
    one.child.expect_exact("\r     \r")
    assert "300000 calls" in one.wait(PROMPT)


def test_history_over_sessions(shell, tmp_path):
    one = shell()
    one.do('set environment = "production"')
    one.do("decide")
    one.do("decide")  # once is enough
    one.child.send("rule x {\n")
    one.wait(MORE)
    one.child.send('when app.id is set # why\ndeny "x" }\n')
    one.wait(PROMPT)
    two = shell()  # beside the first one
    two.do("rules")
    one.do("pools")
    assert one.leave() == 0 and two.leave() == 0
    block = 'rule x { when app.id is set deny "x" }'
    assert history_of(tmp_path) == ['set environment = "production"', "decide", block, "rules", "pools"]
    assert stat.S_IMODE((tmp_path / "state" / "keyrule" / "history").stat().st_mode) == 0o600
    three = shell()
    three.child.send("\x1b[A\x1b[A\x1b[A")  # up, to the block
    three.child.expect_exact('deny "x" }')
    three.child.send("\n")
    assert "stays: host" in three.wait(PROMPT)
    assert three.do("history 3").splitlines() == ["rules", "pools", block]
    assert three.leave() == 0
    four = shell()
    four.do("history 3")  # as the last line of the shell before
    assert four.leave() == 0
    assert history_of(tmp_path)[-2:] == [block, "history 3"]


def test_the_history_is_private_and_bounded(shell, tmp_path):
    file = tmp_path / "state" / "keyrule" / "history"
    file.parent.mkdir(parents=True)
    file.write_text("".join(f"help set # {i}\n" for i in range(5_000)))
    file.chmod(0o644)
    one = shell()
    one.do("rules")
    assert one.leave() == 0
    lines = history_of(tmp_path)
    assert len(lines) == 2_001 and lines[-2:] == ["help set # 4999", "rules"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_without_a_place_for_a_history_it_works_too(shell, tmp_path):
    (tmp_path / "state").write_text("a file where a folder should be")
    one = shell()
    assert one.do("decide").startswith("host")
    assert one.leave() == 0


@pytest.mark.parametrize("environment, coloured", [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)])
def test_colours_on_a_terminal_that_wants_them(shell, environment, coloured):
    one = shell(**environment)
    one.child.send("decide\n")
    one.child.expect_exact("decide\r\n")
    one.child.expect_exact("default")
    assert ("\x1b[36mhost\x1b[0m" in one.child.before) == coloured
    assert ("\x1b[3" in one.child.before) == coloured


def test_a_terminal_that_changes_its_size(shell):
    one = shell(size=(20, 140))
    wide = one.do("rules")
    assert 'environment == "production"' in wide and "use both by weighted_round_robin" in wide
    one.child.setwinsize(20, 50)
    time.sleep(0.2)
    narrow = one.do("rules")
    assert "…" in narrow and all(len(line) <= 50 for line in narrow.splitlines()), narrow
    split = one.do('request 8 times with environment = "production"')
    assert all(len(line) <= 50 for line in split.splitlines()), split
    one.child.send("de")
    one.child.setwinsize(20, 80)  # while something is typed
    time.sleep(0.2)
    one.child.send("cide\n")
    one.child.expect("host")
    assert one.leave() == 0


def test_a_stopped_shell_goes_on(shell, write, tmp_path):
    """Under a shell with job control: Ctrl-Z and `fg` in the middle of a line."""
    env = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    env |= {"TERM": "xterm", "XDG_STATE_HOME": str(tmp_path / "state"), "PS1": "bash> "}
    bash = pexpect.spawn("/bin/bash", ["--norc", "-i"], env=env, encoding="utf-8", timeout=60, dimensions=(40, 150))
    bash.expect_exact("bash> ")
    bash.send(f"{KEYRULE} repl {write(GOOD)}\n")
    bash.expect(Shell.pattern(PROMPT))
    bash.send("rul")
    bash.expect_exact("rul")
    bash.send("\x1a")
    bash.expect_exact("Stopped")
    bash.expect_exact("bash> ")
    bash.send("fg\n")
    bash.expect_exact("rul")  # it draws its line anew
    bash.send("es\n")
    bash.expect_exact("use both by weighted_round_robin")
    bash.expect(Shell.pattern(PROMPT))
    bash.send("quit\n")
    bash.expect_exact("bash> ")
    bash.close(force=True)


def test_secrets_are_never_shown(shell, store, tmp_path):
    one = shell("--store", str(store), "--tenant", "t1")
    shown = "".join(one.do(line) for line in ('set provider = "openai", environment = "production"', "credentials", "decide", "why", "help a"))
    one.child.send("help \t\t")
    one.child.expect("weighted_round_robin")
    shown += one.child.before
    assert "team=x" in shown and not any(secret in shown for secret in SECRETS)


def test_files_are_completed_behind_load(shell, write, tmp_path):
    write(EXTRA, "quite_another.keyrule")
    one = shell()
    one.child.send(f"load {tmp_path}/quite_an\t")
    one.child.expect_exact("other.keyrule")
    one.child.send("\n")
    assert "there is no `default`" in one.wait(PROMPT)


def test_help_teaches(tmp_path):
    text = keyrule("repl", "--help").stdout
    for word in ("-c,--command TEXT", "--bail", "--catalog FILE", "first has the `default`", "<stdin>:3"):
        assert word in text
    assert Path(__file__).parents[2].joinpath("evaluator", "REPL.md").exists()
