"""Completion: what `keyrule __complete` offers, and the scripts in a real bash, zsh and fish on a terminal."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pexpect
import pytest

ROOT = Path(__file__).resolve().parents[2]
KEYRULE = os.environ["KEYRULE_COMMAND"]
ENVIRONMENTS = ROOT / "policies" / "environments.keyrule"


def offered(*words, **options):
    done = subprocess.run([KEYRULE, "__complete", "--", *map(str, words)], capture_output=True, text=True, timeout=60, **options)
    assert done.returncode == 0 and done.stderr == ""
    lines = done.stdout.splitlines()
    return [line.split("\t")[0] for line in lines if not line.startswith(":")], [line for line in lines if line.startswith(":")]


def commands():
    return offered("")[0]


def test_every_command_and_every_option_is_offered():
    help_text = subprocess.run([KEYRULE, "--help"], capture_output=True, text=True).stdout
    listed = re.findall(r"^  ([a-z]+) +[a-z]", help_text.split("Commands:")[1], re.M)
    assert sorted(commands()) == sorted([*listed, "help"])
    for command in listed:
        page = subprocess.run([KEYRULE, command, "--help"], capture_output=True, text=True).stdout
        options = re.findall(r"^  (?:-[a-z],)?(--[a-z][a-z-]*)", page.split("Options:")[1], re.M)
        assert len(options) >= 7
        assert offered(command, "-")[0] == options, command


def test_the_options_of_dify_are_those_that_its_package_reads():
    source = (ROOT / "plugin_api" / "python" / "keyrule" / "dify" / "cli.py").read_text()
    read = set(re.findall(r'command\.add_argument\(\s*"(--[a-z-]+)"', source))
    assert read <= set(offered("dify", "install", "--")[0])
    assert {"--dify-api", "--pth", "--no-import"} <= read


@pytest.mark.parametrize(
    "words, says",
    [
        (["check", "--format", ""], ["text", "plain", "json", "sarif"]),
        (["check", "--format=s"], ["--format=sarif"]),
        (["usage", "--format", "p"], ["plain", "prometheus"]),
        (["help", "expl"], ["explain"]),
        (["--json", "che"], ["check"]),
        (["--format", "json", "che"], ["check"]),
        (["completion", ""], ["bash", "zsh", "fish"]),
        (["explain", "KR080"], ["KR0801", "KR0802", "KR0803", "KR0804", "KR0805"]),
        (["explain", ENVIRONMENTS, "--why-not", ""], ["production", "staging", "default"]),
        (["test", ENVIRONMENTS, "--only", "a d"], ["a debugger run spends staging keys, in turns", "a debugger run of a production app is still production"]),
        (["decide", ENVIRONMENTS, "--set", "environm"], ["environment="]),
        (["decide", ENVIRONMENTS, "--set", "invoke.via="], ["invoke.via=plugin"]),
        (["simulate", "x.json", "--against", ""], ["all", "none"]),
        (["check", "--", "--fo"], []),
        (["nosuch", ""], []),
        (["check", "--nosuch=", ""], []),
        (["completion", "bash", "--js"], ["--json"]),
    ],
)
def test_what_is_offered(words, says):
    assert offered(*words)[0] == says


def test_an_option_is_offered_once_unless_it_is_repeatable():
    assert "--quiet" not in offered("check", "--quiet", "--")[0]
    assert "--store" not in offered("check", "--store=x", "--")[0]
    assert "--set" in offered("decide", "--set", "a=b", "--")[0]


def test_kinds_of_files():
    assert offered("check", "")[1] == [":policies "]
    assert offered("list", "--store", "")[1] == [":folders "]
    assert offered("list", "--store=")[1] == [":folders --store="]
    assert offered("import", "x")[1] == [":files "]
    assert offered("simulate", "")[1] == [":json "]


def test_names_of_a_store_and_nothing_of_its_secrets(tmp_path):
    store = tmp_path / "store"
    subprocess.run([KEYRULE, "import", ROOT / "policies" / "demo" / "credentials.json", "--store", store, "--quiet"], check=True)
    assert offered("list", "--store", store, "--tenant", "")[0] == ["ws-bank", "ws-shop"]
    assert offered("revoke", f"--store={store}", "--tenant", "ws-shop", "--provider", "")[0] == ["google", "openai"]
    assert offered("revoke", "--store", store, "--tenant", "ws-bank", "--provider", "openai", "--name", "prod")[0] == ["prod-eu", "prod-us"]
    key = tmp_path / "made"
    assert offered("list", "--store", store, "--key", f"command:touch {key}", "--tenant", "")[0] == []
    assert not key.exists()
    store.rename(tmp_path / "gone")
    assert offered("list", "--store", store, "--tenant", "")[0] == []


def test_names_with_line_breaks_are_not_offered(tmp_path):
    policy = tmp_path / "p.keyrule"
    policy.write_text('keyrule 1\nschema "dify"\ndefault { leave to host }\ntest "two\\nlines" { request  expect host }\ntest "one" { request  expect host }\n')
    assert offered("test", policy, "--only", "")[0] == ["one"]


def test_completion_command():
    for shell in ("bash", "zsh", "fish"):
        text = subprocess.run([KEYRULE, "completion", shell], capture_output=True, text=True).stdout
        assert "__complete" in text
        assert json.loads(subprocess.run([KEYRULE, "completion", shell, "--json"], capture_output=True, text=True).stdout)["script"] == text
    wrong = subprocess.run([KEYRULE, "completion", "zhs"], capture_output=True, text=True)
    assert wrong.returncode == 2 and "did you mean `zsh`?" in wrong.stderr


# ---- in the shells themselves


@pytest.fixture
def folder(tmp_path):
    """Where one types: some files, and `keyrule` on the path."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "keyrule").symlink_to(KEYRULE)
    work = tmp_path / "work"
    (work / "policies").mkdir(parents=True)
    (work / "my store").mkdir()
    shutil.copy(ENVIRONMENTS, work / "environments.keyrule")
    (work / "envelope.txt").write_text("")
    (work / "day.json").write_text("{}")
    return tmp_path


class Shell:
    """A shell on a terminal in which words are completed and then printed, one a line, in place of being run."""

    def __init__(self, name, folder):
        # What is completed is then run by this, which shows the words that the shell has made of it.
        shown = folder / "shown"
        path = f"{folder}/bin:{os.environ['PATH']}"
        environment = dict(os.environ, PATH=path, HOME=str(folder), TERM="xterm", LC_ALL="C.UTF-8", PS1="ready> ", INPUTRC="/dev/null",
                           XDG_CONFIG_HOME=str(folder / "config"), XDG_DATA_HOME=str(folder / "data"))
        script = subprocess.run([KEYRULE, "completion", name], capture_output=True, text=True, check=True).stdout
        start = {"bash": ["--norc", "--noprofile", "-i"], "zsh": ["-f", "-i"], "fish": ["--no-config", "-i"]}[name]
        (folder / "script").write_text(script)
        self.shown = shown
        self.child = pexpect.spawn(shutil.which(name), start, env=environment, cwd=folder / "work", encoding="utf-8", timeout=30, dimensions=(40, 200))
        self.child.delaybeforesend = 0.05
        self.name = name
        setup = {
            "bash": [f"source {folder}/script", "bind 'set bell-style none'"],
            "zsh": ["autoload -Uz compinit && compinit -u", f"source {folder}/script", "unsetopt list_beep auto_menu"],
            "fish": ["function fish_prompt; echo 'ready> '; end", f"source {folder}/script"],
        }[name]
        for number, line in enumerate(setup):
            self.child.sendline(line + f"; echo set-{number}-up")
            self.child.expect_exact(f"set-{number}-up\r\n")
        self.count = 0

    def completed(self, typed, more=""):
        """The words of the line after Tab; `more` is typed behind."""
        self.shown.unlink(missing_ok=True)
        self.child.send(typed + "\t")
        # What is typed while the shell asks is read when it has its answer; this is for the eyes of whoever watches.
        try:
            self.child.read_nonblocking(4096, timeout=0.2)
        except pexpect.TIMEOUT:
            pass
        # The line is printed in place of being run.
        self.child.send(more + "\x01" + "printf '%s\\n' " + "\x05" + f" > {self.shown}\r")
        for _ in range(200):
            if self.shown.exists() and self.shown.read_text().endswith("\n"):
                return self.shown.read_text().splitlines()
            try:
                self.child.read_nonblocking(4096, timeout=0.05)
            except pexpect.TIMEOUT:
                pass
        raise AssertionError(f"{self.name} has not printed the line: {self.child.before!r}")

    def close(self):
        self.child.close(force=True)


@pytest.fixture(params=["bash", "zsh", "fish"])
def shell(request, folder):
    if shutil.which(request.param) is None:
        pytest.fail(f"{request.param} is not installed: Aptfile names it")
    shell = Shell(request.param, folder)
    yield shell
    shell.close()


def test_in_the_shell(shell):
    for typed, words in [
        ("keyrule che", ["keyrule", "check"]),
        ("keyrule check --deny", ["keyrule", "check", "--deny-warnings"]),
        ("keyrule check --format sa", ["keyrule", "check", "--format", "sarif"]),
        ("keyrule check --format=sa", ["keyrule", "check", "--format=sarif"]),
        ("keyrule explain KR0801", ["keyrule", "explain", "KR0801"]),
        ("keyrule check env", ["keyrule", "check", "environments.keyrule"]),
        ("keyrule explain environments.keyrule --why-not stag", ["keyrule", "explain", "environments.keyrule", "--why-not", "staging"]),
        ("keyrule simulate d", ["keyrule", "simulate", "day.json"]),
        ("keyrule completion fi", ["keyrule", "completion", "fish"]),
        ("keyrule help expl", ["keyrule", "help", "explain"]),
    ]:
        assert shell.completed(typed) == words, (shell.name, typed)


def test_attributes_go_on_with_their_values(shell):
    assert shell.completed("keyrule decide environments.keyrule --set invoke.vi", more="plugin") == [
        "keyrule", "decide", "environments.keyrule", "--set", "invoke.via=plugin"]
    assert shell.completed("keyrule decide environments.keyrule --set model.type=text-e")[-1] == "model.type=text-embedding"
    assert shell.completed("keyrule decide environments.keyrule --set=invoke.via=p")[-1] == "--set=invoke.via=plugin"


def test_folders_with_blanks_and_names_with_blanks(shell):
    got = shell.completed("keyrule list --store my")[-1]
    assert got.rstrip("/") == "my store"
    got = shell.completed("keyrule list --store=my")[-1]
    assert got.rstrip("/") == "--store=my store"
    got = shell.completed("keyrule test environments.keyrule --only an")[-1]
    assert got == "an app without an environment is refused"


def test_installed_where_shells_and_man_look(tmp_path):
    build = Path(KEYRULE).parent
    done = subprocess.run(["cmake", "--install", build, "--prefix", tmp_path / "usr", "--component", "command"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    share = tmp_path / "usr" / "share"
    assert (tmp_path / "usr" / "bin" / "keyrule").exists()
    for name, place in [("bash", "bash-completion/completions/keyrule"), ("zsh", "zsh/site-functions/_keyrule"), ("fish", "fish/vendor_completions.d/keyrule.fish")]:
        assert (share / place).read_text() == subprocess.run([KEYRULE, "completion", name], capture_output=True, text=True).stdout
    pages = sorted(path.name for path in (share / "man" / "man1").iterdir())
    assert pages == sorted(["keyrule.1", *(f"keyrule-{name}.1" for name in commands() if name != "help")])
    # bash-completion loads it by itself when the command is completed for the first time.
    found = subprocess.run(
        ["bash", "--norc", "-ic", "source /usr/share/bash-completion/bash_completion; _completion_loader keyrule; complete -p keyrule"],
        env=dict(os.environ, XDG_DATA_DIRS=str(share), PATH=f"{tmp_path}/usr/bin:{os.environ['PATH']}"), capture_output=True, text=True)
    assert "_keyrule" in found.stdout, found.stderr
    page = subprocess.run(["man", "-M", share / "man", "keyrule-check"], env=dict(os.environ, MANPAGER="cat"), capture_output=True, text=True)
    assert "reads and checks policies" in page.stdout
