"""`keyrule verify`: a healthy store, and each kind of file damaged once, named in what is found."""

import fcntl
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from test_store_commands import DEMO, KEYRULE, keyrule, state_of, store  # noqa: F401  (a fixture)


def verify(store, *more):
    done = keyrule("verify", "--store", store, "--json", *more)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.stderr == "", done.stderr
    return done.returncode, [line for line in lines if "severity" in line], lines[-1]


def flip(path, at):
    """One bit, whatever the mode of the file says (SHARED is read-only)."""
    mode = path.stat().st_mode
    path.chmod(0o600)
    data = bytearray(path.read_bytes())
    data[at] ^= 4
    path.write_bytes(bytes(data))
    path.chmod(mode)


def table_of(folder):
    """The table with the credentials."""
    return max(folder.glob("*.sst"), key=lambda path: path.stat().st_size)


def test_healthy(store):  # noqa: F811
    before = state_of(store)
    done = keyrule("verify", "--store", store)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        "generation 1: 9 credentials of 2 tenants proved and opened, 2 data keys\n"
        "the writer's database: read whole; all of it is published\n"
        f"{store} is sound\n"
    )
    code, found, summary = verify(store)
    assert (code, found) == (0, [])
    assert summary == {
        "store": str(store), "sound": True, "damages": 0, "warnings": 0, "generation": 1, "credentials": 9,
        "tenants": 2, "data_keys": 2, "master_keys": 1, "writer": "checked", "unpublished": False,
        "revocations_waiting": 0,
    }
    assert keyrule("verify", "--store", store, "--quiet").stdout == ""
    assert state_of(store) == before


def test_healthy_after_all_that_writers_do(store, tmp_path):  # noqa: F811
    for words in (
        ("revoke", "--tenant", "ws-bank", "--provider", "openai", "--name", "prod-us"),
        ("disable", "--tenant", "ws-bank", "--provider", "openai", "--name", "prod-eu"),
        ("rotate", "--data-keys"),
        ("rotate", "--new-key", tmp_path / "new.key"),
        ("import", DEMO / "credentials.json"),
    ):
        assert keyrule(*words, "--store", store).returncode == 0
    code, found, summary = verify(store)
    assert (code, found) == (0, []), found
    assert summary["credentials"] == 9 and summary["master_keys"] == 2


@pytest.mark.parametrize("name", ["STORE", "CURRENT", "WRITTEN"])
@pytest.mark.parametrize("how", ["flipped", "cut", "missing"])
def test_damaged_small_file(store, name, how):  # noqa: F811
    path = store / name
    if how == "flipped":
        flip(path, path.stat().st_size // 2)
    elif how == "cut":
        path.write_bytes(path.read_bytes()[:-3])
    else:
        path.unlink()
    before = state_of(store)
    code, found, summary = verify(store)
    assert code == 1 and summary["sound"] is False
    assert any(f["file"] == str(path) and f["severity"] == "error" and f["help"] for f in found), found
    assert state_of(store) == before


@pytest.mark.parametrize("pattern", ["*.sst", "MANIFEST-*", "OPTIONS-*", "CURRENT"])
@pytest.mark.parametrize("how", ["flipped", "cut", "missing"])
def test_damaged_file_of_the_generation(store, pattern, how):  # noqa: F811
    folder = store / "generations" / "000001"
    path = table_of(folder) if pattern == "*.sst" else next(folder.glob(pattern))
    data = bytearray(path.read_bytes())
    path.unlink()  # tables are hard links to the writer's
    data[len(data) // 2] ^= 4
    if how != "missing":
        path.write_bytes(bytes(data[:-3]) if how == "cut" else bytes(data))
    code, found, summary = verify(store)
    assert code == 1 and not summary["sound"]
    assert [f["file"] for f in found if f["severity"] == "error"] == [str(path)], found
    assert summary["writer"] == "checked"


def test_every_damaged_file_of_a_generation_is_named(store):  # noqa: F811
    folder = store / "generations" / "000001"
    (folder / "more").write_text("x")
    for pattern in ("MANIFEST-*", "OPTIONS-*"):
        flip(next(folder.glob(pattern)), 20)
    code, found, _ = verify(store)
    assert code == 1
    assert {Path(f["file"]).name.split("-")[0] for f in found} == {"MANIFEST", "OPTIONS", "more"}, found


@pytest.mark.parametrize("pattern", ["*.sst", "MANIFEST-*", "CURRENT"])
@pytest.mark.parametrize("how", ["flipped", "cut", "missing"])
def test_damaged_file_of_the_writer(store, pattern, how):  # noqa: F811
    folder = store / "writer"
    path = table_of(folder) if pattern == "*.sst" else next(folder.glob(pattern))
    data = bytearray(path.read_bytes())
    path.unlink()
    data[len(data) // 2] ^= 4
    if how != "missing":
        path.write_bytes(bytes(data[:-3]) if how == "cut" else bytes(data))
    code, found, summary = verify(store)
    errors = [f for f in found if f["severity"] == "error"]
    assert code == 1 and errors and all("/writer" in f["file"] for f in errors), found
    # The generation is another matter, and was read.
    assert summary["credentials"] == 9


@pytest.mark.parametrize("part", range(12))
def test_damage_in_a_table_that_was_never_published(store, tmp_path, part):  # noqa: F811
    """RocksDB may end the process that meets it: the command must not be that process."""
    stop = store / "generations" / "000002.tmp" / "in the way"
    stop.mkdir(parents=True)  # a publication fails there, behind the commit
    file = tmp_path / "more.json"
    credentials = json.loads((DEMO / "credentials.json").read_text())
    credentials["credentials"][0]["weight"] = 9
    file.write_text(json.dumps(credentials))
    assert keyrule("import", file, "--store", store).returncode == 4
    shutil.rmtree(stop.parent)
    code, found, summary = verify(store)
    assert (code, found, summary["unpublished"]) == (0, [], True)
    published = {table.name for table in (store / "generations" / "000001").glob("*.sst")}
    path = max((table for table in (store / "writer").glob("*.sst") if table.name not in published),
               key=lambda table: table.stat().st_size)
    size = path.stat().st_size
    flip(path, size - 50 if part == 11 else size * part // 11)
    code, found, summary = verify(store)
    assert code == 1 and found and all("/writer" in f["file"] for f in found), found
    assert summary["credentials"] == 9


@pytest.mark.parametrize("how", ["flipped", "cut", "missing"])
def test_shared_is_a_warning(store, how):  # noqa: F811
    path = store / "SHARED"
    if how == "flipped":
        flip(path, 2)
    elif how == "cut":
        path.chmod(0o600)
        os.truncate(path, 5000)
    else:
        path.unlink()
    code, found, _ = verify(store)
    assert code == 0 and [(f["severity"], f["file"]) for f in found] == [("warning", str(path))], found
    assert keyrule("verify", "--store", store, "--deny-warnings").returncode == 1
    # The mend that it names does mend it.
    assert keyrule("import", DEMO / "credentials.json", "--store", store).returncode == 0
    assert verify(store)[:2] == (0, [])


def test_shared_of_another_generation(store):  # noqa: F811
    flip(store / "SHARED", 64)
    code, found, _ = verify(store)
    assert code == 0 and "names generation 5, CURRENT names 1" in found[0]["message"], found


def test_damaged_revoked(store):  # noqa: F811
    (store / "REVOKED").write_text("keyrule revoked\nproof 00\n")
    code, found, _ = verify(store)
    assert code == 1 and found[0]["file"] == str(store / "REVOKED")


def test_beside_a_writer(store):  # noqa: F811
    with open(store / "LOCK") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        (store / "CURRENT.new").write_text("begun")
        (store / "generations" / "000002.tmp").mkdir()
        code, found, summary = verify(store)
        assert (code, found) == (0, []) and summary["writer"] == "busy" and summary["credentials"] == 9
        text = keyrule("verify", "--store", store)
        assert "not looked at, for a writer is at work" in text.stdout


def test_leftovers(store):  # noqa: F811
    (store / "CURRENT.new").write_text("begun")
    (store / "notes.txt").write_text("mine")
    (store / "generations" / "000002.tmp").mkdir()
    shutil.copytree(store / "generations" / "000001", store / "generations" / "000007")
    held = store / "generations" / "000008"
    shutil.copytree(store / "generations" / "000001", held)
    descriptor = os.open(held, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    code, found, _ = verify(store)
    os.close(descriptor)
    assert code == 0 and {f["severity"] for f in found} == {"warning"}
    assert {Path(f["file"]).name for f in found} == {"CURRENT.new", "notes.txt", "000002.tmp", "000007"}, found


def test_permissions(store, tmp_path):  # noqa: F811
    store.chmod(0o755)
    (store / "STORE").chmod(0o622)
    code, found, _ = verify(store)
    assert code == 0
    assert {(f["file"], f["help"]) for f in found} == {
        (str(store), f"run `chmod 700 {store}`"),
        (str(store / "STORE"), f"run `chmod go-w {store / 'STORE'}`"),
    }, found
    store.chmod(0o700)
    (store / "STORE").chmod(0o600)
    tmp_path.chmod(0o777)
    assert [f["file"] for f in verify(store)[1]] == [str(tmp_path)]
    tmp_path.chmod(0o700)
    key = store / "k.key"
    shutil.copy(tmp_path / "store.key", key)
    code, found, _ = verify(store, "--key", key)
    assert code == 0 and any("the key lies inside the store" in f["message"] for f in found)
    (tmp_path / "store.key").chmod(0o440)
    done = keyrule("verify", "--store", store)
    assert done.returncode == 4 and "chmod" in done.stderr


def test_nothing_to_verify(tmp_path, store):  # noqa: F811
    assert keyrule("verify").returncode == 2
    for path, says in ((tmp_path / "none", "there is no store here"), (tmp_path, "it is not a store and not empty")):
        done = keyrule("verify", "--store", path, "--key", tmp_path / "store.key")
        assert done.returncode == 4 and says in done.stderr, done.stderr
    assert keyrule("import", DEMO / "credentials.json", "--store", tmp_path / "second").returncode == 0
    done = keyrule("verify", "--store", store, "--key", tmp_path / "second.key")
    assert done.returncode == 4 and "another master key" in done.stderr


def test_no_secret_is_shown(store):  # noqa: F811
    folder = store / "writer"
    flip(table_of(folder), 300)  # and with it the generation's, which is the same file
    done = keyrule("verify", "--store", store)
    assert done.returncode == 1 and "sk-" not in done.stdout + done.stderr


def test_progress_is_for_terminals_only(store):  # noqa: F811
    done = subprocess.run([KEYRULE, "verify", "--store", store], capture_output=True, text=True, timeout=120)
    assert "\r" not in done.stderr
