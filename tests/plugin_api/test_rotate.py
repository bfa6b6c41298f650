"""`keyrule rotate`: what it does, what it says, and what is left when it is stopped."""

import json
import os
import shutil
import signal
import stat
import subprocess
import time

import pytest

from test_store_commands import DEMO, KEYRULE, decide, keyrule, state_of, store  # noqa: F401 (a fixture)


def rotate(store, *more):  # noqa: F811
    return keyrule("rotate", "--store", store, *more)


def answer(store, *more):  # noqa: F811
    done = rotate(store, *more, "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def rows(store, key=None):  # noqa: F811
    done = keyrule("list", "--store", store, "--json", *(("--key", key) if key else ()))
    assert done.returncode == 0, done.stdout + done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_the_three_steps(store, tmp_path):  # noqa: F811
    key, new = tmp_path / "store.key", tmp_path / "new.key"
    old = tmp_path / "old.key"
    shutil.copy2(key, old)
    before = rows(store)
    done = rotate(store, "--new-key", new)
    assert done.returncode == 0, done.stderr
    assert done.stderr == f"made the master key {new} (mode 0400): keep a copy elsewhere\n"
    assert done.stdout == (
        f"{new} opens the store now, as its newest master key\n"
        "2 master keys open it: keep them all until every host uses the newest; then run\n"
        f"  keyrule rotate --store {store} --key {new} --retire\n"
    )
    assert stat.S_IMODE(new.stat().st_mode) == 0o400
    assert rows(store) == rows(store, new) == before
    new.rename(key)
    done = rotate(store, "--retire")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"1 master key retired; only {key} opens the store\nthe old key is no longer needed\n"
    assert rows(store) == before
    done = keyrule("list", "--store", store, "--key", old)
    assert done.returncode == 4 and f"another master key than {old}" in done.stderr


def test_steps_said_twice_change_nothing_and_say_so(store, tmp_path):  # noqa: F811
    new = tmp_path / "new.key"
    assert answer(store, "--new-key", new) == {
        "master_keys": 2, "changed": True, "newest": str(new), "key_created": True, "old_keys_needed": True,
    }
    before = state_of(store)
    assert answer(store, "--new-key", new) == {
        "master_keys": 2, "changed": False, "newest": str(new), "key_created": False, "old_keys_needed": True,
    }
    assert "is the newest master key of the store already" in rotate(store, "--new-key", new).stdout
    assert state_of(store) == before
    retired = {"master_keys": 1, "newest": str(new), "old_keys_needed": False}
    assert answer(store, "--key", new, "--retire") == retired | {"changed": True, "retired": 1}
    assert answer(store, "--key", new, "--retire") == retired | {"changed": False, "retired": 0}
    assert rotate(store, "--key", new, "--retire").stdout == (
        f"nothing to retire: only {new} opens the store\nthe old key is no longer needed\n"
    )
    assert "no other opens it: an older one is not needed any more" in rotate(store, "--key", new, "--new-key", new).stdout


def test_the_older_key_cannot_retire_the_newer_by_mistake(store, tmp_path):  # noqa: F811
    new = tmp_path / "new.key"
    assert rotate(store, "--new-key", new).returncode == 0
    before = state_of(store)
    done = rotate(store, "--retire")  # the key file was not replaced yet
    assert done.returncode == 4 and "not the newest of the 2" in done.stderr, done.stderr
    assert state_of(store) == before
    # On purpose: back to the old one.
    assert rotate(store, "--new-key", tmp_path / "store.key").returncode == 0
    assert rotate(store, "--retire").returncode == 0
    assert keyrule("list", "--store", store, "--key", new).returncode == 4


def test_to_a_key_of_another_source(store, tmp_path):  # noqa: F811
    new = tmp_path / "k"
    assert keyrule("import", DEMO / "credentials.json", "--store", tmp_path / "other", "--key", new).returncode == 0
    command = f"command:cat '{new}'"
    done = rotate(store, "--new-key", command)
    assert done.returncode == 0 and "command:cat … opens the store now" in done.stdout, done.stderr
    assert rotate(store, "--key", command, "--retire").returncode == 0
    assert keyrule("list", "--store", store).returncode == 4
    assert len(rows(store, new)) == 9


def test_a_key_that_cannot_be_had_changes_nothing(store, tmp_path):  # noqa: F811
    before = state_of(store)
    text = (tmp_path / "store.key").read_text()
    loose = tmp_path / "loose.key"
    loose.write_text(text)
    loose.chmod(0o644)
    for words, said, code in [
        (("--new-key", loose), "others than its owner may use the master key", 4),
        (("--new-key", tmp_path / "no" / "such" / "folder"), "cannot be written", 4),
        (("--new-key", "env:NO_SUCH_VARIABLE"), "no such variable", 4),
        (("--new-key", "command:false"), "exit code 1", 4),
        (("--new-key", "systmd:k"), "no such source of a key", 2),
        (("--new-key", tmp_path / "n", "--key", tmp_path / "none"), "there is no master key file", 4),
        (("--retire", "--key", tmp_path / "none"), "there is no master key file", 4),
        (("--data-keys", "--key", tmp_path / "none"), "there is no master key file", 4),
    ]:
        done = rotate(store, *words)
        assert done.returncode == code and said in done.stderr, (words, done.stderr)
    assert state_of(store) == before
    # No new key is made for a store that could not be opened.
    assert not (tmp_path / "n").exists()


@pytest.mark.parametrize("words", [("--new-key", "n"), ("--retire",), ("--data-keys",)])
def test_no_store(tmp_path, words, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for store in ("nowhere", "empty"):  # noqa: F811
        (tmp_path / "empty").mkdir(exist_ok=True)
        done = rotate(store, *words)
        assert done.returncode == 4 and (store in done.stderr), done.stderr
    assert list((tmp_path / "empty").iterdir()) == [] and not (tmp_path / "n").exists()


@pytest.mark.parametrize(
    "words, said",
    [
        ((), "say what to change"),
        (("--retire", "--data-keys"), "one change at a time"),
        (("--new-key", "n", "--retire"), "one change at a time"),
        (("--new-key", ""), "`--new-key` is empty"),
        (("--tenant", "ws-bank", "--retire"), "`--tenant` says whose data keys change"),
        (("--tenant", "", "--data-keys"), "the value of `--tenant` is empty"),
        (("--tenant", "ws-bnk", "--data-keys"), "the store has no tenant `ws-bnk`"),
    ],
)
def test_wrong_usage(store, words, said):  # noqa: F811
    before = rows(store)
    done = rotate(store, *words)
    assert done.returncode == 2 and said in done.stderr, done.stderr
    if "ws-bnk" in words:
        assert "did you mean `ws-bank`?" in done.stderr
    assert rows(store) == before


def test_data_keys(store):  # noqa: F811
    before = rows(store)
    done = rotate(store, "--data-keys")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        "2 data keys made for 2 tenants, 9 credentials sealed anew, 2 old data keys removed\n"
        f"published generation 2 of {store}: 9 credentials\n"
    )
    assert rows(store) == before  # versions, too
    assert answer(store, "--data-keys", "--tenant", "ws-shop") == {
        "tenants": 1, "data_keys_made": 1, "sealed_anew": 2, "data_keys_removed": 1, "resumed": False,
        "generation": 3, "credentials": 9,
    }
    done = keyrule("import", DEMO / "credentials.json", "--store", store)
    assert "0 added, 0 changed, 9 unchanged" in done.stdout
    used = decide(store, "--set", "provider=openai", "--set", "environment=production", "--set", "app.id=app-invoices")
    assert used.returncode == 0, used.stderr


def test_killed_data_key_rotations_leave_a_store_that_opens(store):  # noqa: F811
    before, killed = rows(store), 0
    start = time.monotonic()
    rotate(store, "--data-keys")
    whole = time.monotonic() - start
    for step in range(8):
        child = subprocess.Popen(
            [KEYRULE, "rotate", "--store", store, "--data-keys"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(whole * step / 8)
        child.send_signal(signal.SIGKILL)
        killed += child.wait() == -signal.SIGKILL
        assert rows(store) == before, step
        # Others may write between.
        if step % 4 == 3:
            assert "9 unchanged" in keyrule("import", DEMO / "credentials.json", "--store", store).stdout
    assert killed > 3
    answer(store, "--data-keys")
    assert answer(store, "--data-keys")["resumed"] is False
    assert rows(store) == before


def test_made_by_root_for_somebody_else(store, tmp_path):  # noqa: F811
    if os.geteuid() != 0:
        pytest.skip("only root can give a folder away")
    os.chown(store, 12345, 12345)
    done = rotate(store, "--new-key", tmp_path / "n")
    assert done.returncode == 0
    assert f"{tmp_path}/n: the store belongs to user 12345, who cannot read the new key" in done.stderr
    assert f"chown 12345 {tmp_path}/n" in done.stderr
