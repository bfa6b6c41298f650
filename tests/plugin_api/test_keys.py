"""`--key`: the sources of the master key, and what is said of each that is not as it should be."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from test_store_commands import DEMO, KEYRULE, POLICY, state_of, store  # noqa: F401 (a fixture)


def keyrule(*arguments, **environment):
    variables = {k: v for k, v in os.environ.items() if k != "CREDENTIALS_DIRECTORY"} | environment
    return subprocess.run(
        [KEYRULE, *map(str, arguments)], capture_output=True, text=True, timeout=120, env=variables
    )


@pytest.fixture
def key(store, tmp_path):  # noqa: F811
    """The store's key, moved away from where it is looked for."""
    path = tmp_path / "elsewhere" / "k"
    path.parent.mkdir()
    (tmp_path / "store.key").rename(path)
    return path


def commands(store, reference):  # noqa: F811
    tail = ("--store", store, "--key", reference)
    return [
        ("list", *tail),
        ("decide", POLICY, "--set", "tenant.id=ws-bank", "--set", "provider=openai", *tail),
        ("explain", POLICY, "--set", "tenant.id=ws-bank", "--set", "provider=openai", *tail),
        ("import", DEMO / "credentials.json", *tail),
    ]


@pytest.mark.parametrize("source", ["path", "systemd", "command", "json", "env"])
def test_every_command_takes_every_source(store, key, source):  # noqa: F811
    variables = {"CREDENTIALS_DIRECTORY": str(key.parent), "MY_KEY": key.read_text().rstrip()}
    reference = {
        "path": key,
        "systemd": "systemd:k",
        "command": f"command:cat '{key}'",
        "json": f'command:["/bin/cat", "{key}"]',
        "env": "env:MY_KEY",
    }[source]
    key.parent.chmod(0o700)
    for words in commands(store, reference):
        done = keyrule(*words, **variables)
        assert done.returncode in (0, 1) and "error" not in done.stderr, (words[0], done.stderr)
        assert ("warning: " in done.stderr) == (source == "env"), (words[0], done.stderr)
        assert variables["MY_KEY"][21:40] not in done.stdout + done.stderr


def test_the_warning_of_the_environment(store, key):  # noqa: F811
    done = keyrule("list", "--store", store, "--key", "env:K", K=key.read_text())
    assert done.stderr.startswith(
        "warning: the master key stands in the environment variable K: every child process inherits it, "
        "and it can be read in /proc; "
    )
    lines = [json.loads(line) for line in keyrule("list", "--store", store, "--key", "env:K", "--json", K=key.read_text()).stdout.splitlines()]
    assert lines[0]["severity"] == "warning" and len(lines) == 10
    assert keyrule("list", "--store", store, "--key", "env:K", "--quiet", K=key.read_text()).stderr == ""


def test_the_services_credential_comes_first(store, key, tmp_path):  # noqa: F811
    assert keyrule("list", "--store", store).returncode == 4
    key.rename(key.parent / "keyrule.key")
    key.parent.chmod(0o550)
    assert keyrule("list", "--store", store, CREDENTIALS_DIRECTORY=str(key.parent)).returncode == 0
    # A folder of credentials without this one: the store's own file counts.
    empty = tmp_path / "empty"
    empty.mkdir()
    done = keyrule("list", "--store", store, CREDENTIALS_DIRECTORY=str(empty))
    assert done.returncode == 4 and f"{store}.key: there is no master key file" in done.stderr


def wrong_keys(folder, good):
    """A reference for each thing that can be wrong with a key, and what must be said."""
    text = good.read_text()

    def write(name, content, mode=0o400, owner=None):
        path = folder / name
        path.write_text(content)
        path.chmod(mode)
        if owner is not None:
            os.chown(path, owner, owner)
        return path

    other = text[:21] + text[21:-1][::-1] + "\n"
    yield write("wrong", other), 4, f"another master key than {folder}/wrong", "give the key file that it was made with"
    yield folder / "missing", 4, "there is no master key file", "give its path"
    yield write("cut", text[:60]), 4, "the master key is cut off after 60 of 86 bytes", "restore it from your backup"
    yield write("empty", ""), 4, "it is empty, not a master key", "restore it"
    yield write("readable", text, 0o444), 4, "others than its owner may use the master key (mode 0444)", "chmod 0400"
    if os.geteuid() == 0:
        yield write("foreign", text, 0o400, 12345), 4, "the master key belongs to user 12345", "chown 0"
    yield write("not", "hunter2\n"), 4, "it does not hold a master key", "a master key is the line"
    yield folder, 4, "the master key must be a plain file", "give the path of a file"
    yield "systemd:k", 4, "systemd passed no credentials to this process", "LoadCredential=k:FILE"
    yield "systemd:../k", 2, "that is no name of a credential", "systemd:NAME"
    yield "command:/bin/false", 4, "the program ended with exit code 1", "run it by hand"
    yield "command:/nowhere/p", 4, "the program cannot be run: No such file", "check its path"
    yield f"command:cat {good} | head", 2, "`|` means something to a shell only", "name a script"
    yield "env:KEYRULE_NO_SUCH", 4, "the environment has no such variable", "two lines of a key file"
    yield "systmd:k", 2, "there is no such source of a key", "systemd:NAME, command:PROGRAM and env:NAME"
    yield text[21:85], 2, "that is a key itself", "put it into a file"


def test_each_trouble_has_its_words_and_changes_nothing(store, key, tmp_path):  # noqa: F811
    folder = tmp_path / "wrong"
    folder.mkdir()
    before, said = state_of(store), set()
    for reference, code, what, mend in wrong_keys(folder, key):
        for words in commands(store, reference):
            done = keyrule(*words)
            assert done.returncode == code, (words, done.stderr)
            assert what in done.stderr and mend in done.stderr, (words, done.stderr)
            assert key.read_text()[21:40] not in done.stdout + done.stderr
        said.add(what)
    assert len(said) >= 15 and state_of(store) == before


def test_import_makes_only_files(tmp_path):
    for reference in ("systemd:k", "env:NO_SUCH", "command:false"):
        done = keyrule("import", DEMO / "credentials.json", "--store", tmp_path / "s", "--key", reference)
        assert done.returncode == 4, done.stderr
    assert list(tmp_path.iterdir()) == []
    done = keyrule("import", DEMO / "credentials.json", "--store", tmp_path / "s", "--key", tmp_path / "k", "--json")
    assert json.loads(done.stdout)["key"] == str(tmp_path / "k")
    assert not (tmp_path / "s.key").exists()
    # A new store under a key that only its source can make.
    command = f"command:cat {tmp_path}/k"
    assert keyrule("import", DEMO / "credentials.json", "--store", tmp_path / "t", "--key", command).returncode == 0
    assert keyrule("list", "--store", tmp_path / "t", "--key", tmp_path / "k").returncode == 0


def test_help_names_the_sources():
    for command in ("list", "import", "decide", "explain"):
        assert "systemd:NAME, command:PROGRAM …, env:NAME" in keyrule(command, "--help").stdout
