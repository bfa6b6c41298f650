"""`keyrule revoke`, `disable` and `enable`."""

import fcntl
import json
import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
KEYRULE = os.environ["KEYRULE_COMMAND"]
DEMO = ROOT / "policies" / "demo"
POLICY = """keyrule 1
schema "dify"
pool all { "prod-us" }
default { use all by first_available else deny "nobody" }
"""


def keyrule(*arguments):
    return subprocess.run([KEYRULE, *map(str, arguments)], capture_output=True, text=True, timeout=120)


@pytest.fixture
def store(tmp_path):
    path = tmp_path / "store"
    done = keyrule("import", DEMO / "credentials.json", "--store", path)
    assert done.returncode == 0, done.stderr
    return path


def one(store, name="prod-us"):
    rows = [json.loads(line) for line in keyrule("list", "--store", store, "--json").stdout.splitlines()]
    found = [row for row in rows if row["name"] == name and row["tenant"] == "ws-bank"]
    return found[0] if found else None


def words(store, *more):
    return ["--store", store, "--tenant", "ws-bank", "--provider", "openai", *more]


def test_revoke_removes(store):
    done = keyrule("revoke", *words(store, "--name", "prod-us"))
    assert done.returncode == 0, done.stderr
    assert "revoked `prod-us` of ws-bank (openai, id " in done.stderr
    assert "no process uses it from now on" in done.stderr
    assert done.stdout == "published generation 2: 8 credentials\n"
    assert one(store) is None
    assert not (store / "REVOKED").exists()
    again = keyrule("revoke", *words(store, "--name", "prod-us"))
    assert again.returncode == 2 and "has no credential `prod-us` of provider `openai`" in again.stderr
    back = keyrule("import", DEMO / "credentials.json", "--store", store)  # the source still has it
    assert "1 added" in back.stdout and one(store)["version"] == 2


def test_by_id_and_json(store):
    identity = one(store)["id"]
    done = keyrule("revoke", *words(store, "--id", identity, "--json"))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "did": "revoked",
        "tenant": "ws-bank",
        "provider": "openai",
        "name": "prod-us",
        "id": identity,
        "at_once": True,
        "generation": 2,
    }
    assert one(store) is None


def test_disabled_by_hand_survives_imports(store, tmp_path):
    done = keyrule("disable", *words(store, "--name", "prod-us"))
    assert done.returncode == 0 and "disabled `prod-us`" in done.stderr, done.stderr
    row = one(store)
    assert (row["enabled"], row["disabled_by_hand"], row["revoked"]) == (False, True, False)
    assert "disabled by hand" in keyrule("list", "--store", store).stdout
    again = keyrule("import", DEMO / "credentials.json", "--store", store)
    assert "9 unchanged" in again.stdout and one(store)["enabled"] is False
    policy = tmp_path / "p.keyrule"
    policy.write_text(POLICY)
    ask = ["decide", policy, "--store", store, "--set", "tenant.id=ws-bank", "--set", "provider=openai"]
    refused = keyrule(*ask)
    assert refused.returncode == 1 and "nobody" in refused.stdout, refused.stdout
    enabled = keyrule("enable", *words(store, "--name", "prod-us"))
    assert enabled.returncode == 0 and "enabled `prod-us`" in enabled.stderr, enabled.stderr
    assert one(store)["enabled"] is True
    assert keyrule(*ask).returncode == 0


def test_names_that_are_wrong_or_two(store, tmp_path):
    wrong = keyrule("revoke", *words(store, "--name", "prod-uss"))
    assert wrong.returncode == 2 and "`prod-us`" in wrong.stderr
    foreign = keyrule("revoke", "--store", store, "--tenant", "ws-bonk", "--provider", "openai", "--name", "prod-us")
    assert foreign.returncode == 2 and "has no credential" in foreign.stderr
    twins = [
        {"tenant": "ws-bank", "provider": "openai", "name": "twin", "model": model, "credentials": {"k": "v"}}
        for model in ("m1", "m2")
    ]
    file = tmp_path / "twins.json"
    file.write_text(json.dumps({"credentials": twins}))
    keyrule("import", file, "--store", store)
    two = keyrule("disable", *words(store, "--name", "twin"))
    assert two.returncode == 2 and "2 credentials are named `twin`" in two.stderr and "--id" in two.stderr
    assert keyrule("revoke", *words(store)).returncode == 2
    assert keyrule("revoke", *words(store, "--name", "a", "--id", "b")).returncode == 2
    assert keyrule("revoke", "--store", store, "--name", "a").returncode == 2
    assert keyrule("list", "--store", store).stdout.endswith("generation 2\n")  # nothing of it wrote


def test_beside_a_writer_that_is_at_work(store):
    """In effect at once; the next writer makes it permanent."""
    with open(store / "LOCK") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = keyrule("revoke", *words(store, "--name", "prod-us"))
        assert done.returncode == 0, done.stderr
        assert "no process uses it from now on" in done.stderr
        assert "another process is writing to this store" in done.stdout
        row = one(store)
        assert row["revoked"] is True and row["enabled"] is True
        assert "revoked" in keyrule("list", "--store", store).stdout
        held = keyrule("enable", *words(store, "--name", "prod-us"))
        assert held.returncode == 4 and "another process is writing" in held.stderr
    file = store.parent / "one.json"
    file.write_text('{"credentials": [{"tenant": "t", "provider": "p", "name": "n", "credentials": {"k": "v"}}]}')
    assert keyrule("import", file, "--store", store).returncode == 0
    assert one(store) is None and not (store / "REVOKED").exists()


def test_a_store_that_may_not_be_written(store):
    if os.geteuid() == 0:
        (store / "REVOKED.new").mkdir()  # in the way of the file that must be written first
    else:
        store.chmod(0o500)
    done = keyrule("revoke", *words(store, "--name", "prod-us"))
    store.chmod(0o700)
    assert done.returncode == 4 and "REVOKED: it cannot be written" in done.stderr
    assert one(store)["revoked"] is False


@pytest.mark.parametrize("command", ["revoke", "disable", "enable"])
def test_help_teaches(command):
    done = keyrule(command, "--help")
    assert done.returncode == 0 and f"keyrule {command} --store /var/lib/keyrule/store --tenant" in done.stdout
