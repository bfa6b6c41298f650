"""Paths of stores and keys that are wrong, prepared, or left half-made."""

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

COMMAND = os.environ["KEYRULE_COMMAND"]
ROOT = Path(__file__).resolve().parents[2]
CREDENTIALS = ROOT / "policies" / "demo" / "credentials.json"
POLICY = ROOT / "policies" / "dify-workflows.keyrule"


def keyrule(*arguments):
    return subprocess.run([COMMAND, *arguments], capture_output=True, text=True, timeout=60)


def test_an_empty_folder_becomes_the_store(tmp_path):
    store = tmp_path / "store"
    store.mkdir()
    done = keyrule("import", CREDENTIALS, "--store", store)
    assert done.returncode == 0, done.stderr
    assert keyrule("list", "--store", store).returncode == 0


def test_a_foreign_folder_is_refused(tmp_path):
    store = tmp_path / "store"
    store.mkdir()
    (store / "notes.txt").write_text("mine")
    done = keyrule("import", CREDENTIALS, "--store", store)
    assert done.returncode == 4, done.stderr
    assert (store / "notes.txt").read_text() == "mine"
    assert not (tmp_path / "store.key").exists()


@pytest.mark.parametrize("command", [["decide", POLICY], ["explain", POLICY], ["list"]])
def test_a_missing_store_is_not_a_missing_key(command, tmp_path):
    done = keyrule(*command, "--store", tmp_path / "nowhere")
    assert done.returncode == 4
    assert "there is no store here" in done.stderr
    assert "keyrule import FILE --store" in done.stderr


@pytest.mark.parametrize("command", [["list"], ["verify"], ["decide", POLICY], ["import", CREDENTIALS]])
@pytest.mark.parametrize(("place", "says"), [("file", "this is a file; a store is a folder"), ("notes", "it is not a store and not empty")])
def test_what_is_no_store_is_not_a_missing_key(command, place, says, tmp_path):
    (tmp_path / "file").write_text("x")
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "mine.txt").write_text("mine")
    done = keyrule(*command, "--store", tmp_path / place)
    assert done.returncode == 4 and says in done.stderr, done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "notes"]


@pytest.mark.parametrize("command", ["decide", "explain"])
def test_two_tenants_contradict(command, tmp_path):
    store = tmp_path / "store"
    keyrule("import", CREDENTIALS, "--store", store)
    words = [command, POLICY, "--store", store, "--tenant", "ws-bank"]
    done = keyrule(*words, "--set", "tenant.id=ws-shop")
    assert done.returncode == 2, done.stdout
    assert "`--tenant ws-bank` and the request's tenant `ws-shop` contradict each other" in done.stderr
    assert keyrule(*words, "--set", "tenant.id=ws-bank").returncode in (0, 1)


def test_a_killed_first_import_never_blocks_the_next(tmp_path):
    """Killed at many moments, the first import leaves no key file or a whole one."""
    killed = 0
    for step in range(40):
        store = tmp_path / f"store{step}"
        child = subprocess.Popen(
            [COMMAND, "import", CREDENTIALS, "--store", store], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(step * 0.0007)
        child.send_signal(signal.SIGKILL)
        killed += child.wait() == -signal.SIGKILL
        done = keyrule("import", CREDENTIALS, "--store", store)
        assert done.returncode == 0, (step, done.stderr)
    assert killed > 10


def test_import_from_standard_input(tmp_path):
    store = tmp_path / "store"
    with open(CREDENTIALS) as file:
        done = subprocess.run(
            [COMMAND, "import", "-", "--store", store], stdin=file, capture_output=True, text=True, timeout=60
        )
    assert done.returncode == 0, done.stderr
    assert "9 added" in done.stdout
    large = '{"credentials": [' + ",".join(
        f'{{"tenant": "t", "provider": "p", "name": "n{i}", "credentials": {{"k": "{"x" * 900}"}}}}' for i in range(300)
    ) + "]}"
    done = subprocess.run(
        [COMMAND, "import", "-", "--store", store], input=large, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert "300 added" in done.stdout


def test_faults_of_standard_input_have_places(tmp_path):
    store = tmp_path / "store"
    words = [COMMAND, "import", "-", "--store", store]
    done = subprocess.run(words, input='{"credentials": [,]}', capture_output=True, text=True, timeout=60)
    assert done.returncode == 4 and "<standard input>:1:18" in done.stderr
    done = subprocess.run(words, input="", capture_output=True, text=True, timeout=60)
    assert done.returncode == 4 and "<standard input>:1:1: it is empty" in done.stderr
    assert not store.exists() and not (tmp_path / "store.key").exists()
