"""`keyrule import` and `list`, and what is said of stores and keys that are not as they should be."""

import hashlib
import json
import os
import stat
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
KEYRULE = os.environ["KEYRULE_COMMAND"]
DEMO = ROOT / "policies" / "demo"
POLICY = ROOT / "policies" / "dify-workflows.keyrule"


def keyrule(*arguments):
    return subprocess.run([KEYRULE, *map(str, arguments)], capture_output=True, text=True, timeout=120)


def state_of(folder):
    """Every byte of a folder, so that "nothing is overwritten" can be seen."""
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


@pytest.fixture
def store(tmp_path):
    path = tmp_path / "store"
    done = keyrule("import", DEMO / "credentials.json", "--store", path)
    assert done.returncode == 0, done.stderr
    return path


def decide(store, *more):
    return keyrule("decide", POLICY, "--store", store, "--set", "tenant.id=ws-bank", *more)


def test_import_makes_key_and_store(tmp_path):
    store = tmp_path / "store"
    done = keyrule("import", DEMO / "credentials.json", "--store", f"{store}/")
    assert done.returncode == 0, done.stderr
    key = tmp_path / "store.key"
    assert f"made the master key {key} (mode 0400)" in done.stderr
    assert stat.S_IMODE(key.stat().st_mode) == 0o400
    assert "9 added, 0 changed, 0 unchanged\n" in done.stdout and "published generation 1" in done.stdout
    assert ["ws-bank", "openai", "5"] in [line.split() for line in done.stdout.splitlines()]
    assert not any(b"sk-example" in p.read_bytes() for p in store.rglob("*") if p.is_file())


def test_import_again(store, tmp_path):
    again = keyrule("import", DEMO / "credentials.json", "--store", store)
    assert "0 added, 0 changed, 9 unchanged" in again.stdout and "made the master key" not in again.stdout
    file = tmp_path / "more.json"
    credentials = json.loads((DEMO / "credentials.json").read_text())
    credentials["credentials"][0]["weight"] = 7
    credentials["credentials"].append(dict(credentials["credentials"][1], name="new"))
    file.write_text(json.dumps(credentials))
    done = keyrule("import", file, "--store", store, "--json")
    summary = json.loads(done.stdout)
    assert (summary["added"], summary["changed"], summary["unchanged"]) == (1, 1, 8)
    assert summary["generation"] == 3 and summary["credentials"] == 10 and summary["key_created"] is False


def test_list(store):
    rows = [json.loads(line) for line in keyrule("list", "--store", store, "--json").stdout.splitlines()]
    assert len(rows) == 9 and {row["tenant"] for row in rows} == {"ws-bank", "ws-shop"}
    assert not any("credentials" in row for row in rows)
    text = keyrule("list", "--store", store, "--tenant", "ws-shop")
    assert "gemini-shop" in text.stdout and "legal-key" not in text.stdout
    assert "sk-" not in text.stdout and text.stdout.endswith("generation 1\n")


def listed(store, *more):
    done = keyrule("list", "--store", store, "--json", *more)
    assert done.returncode == 0, done.stdout
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_list_says_all_that_can_be_selected_on(tmp_path):
    """Everything but the secret of a record that has everything."""
    file = tmp_path / "c.json"
    record = {
        "tenant": "t", "provider": "openai", "name": "n", "id": "i", "model": "gpt-4o", "model_type": "llm", "owner": "o",
        "labels": {"a": "1", "b": "2"}, "enabled": True, "expires": "2031-01-01T00:00Z", "weight": 7, "shared_with": ["u"],
        "limits": [{"amount": 5, "unit": "tokens", "period": "day", "zone": "Europe/Berlin"}],
        "allowed_hosts": ["api.openai.com"],
    }
    old = {"tenant": "t", "provider": "openai", "name": "old", "expires": "2001-01-01T00:00Z"}
    secret = {"credentials": {"k": "sk-marked"}}
    file.write_text(json.dumps({"credentials": [record | secret, old | secret]}))
    assert keyrule("import", file, "--store", tmp_path / "s").returncode == 0
    full, plain = listed(tmp_path / "s")
    assert full == record | {
        "version": 1, "expires": "2031-01-01T00:00:00.000Z", "disabled_by_hand": False, "revoked": False, "origin": "import",
    }
    assert set(plain) == set(full) and plain["weight"] is None and plain["limits"] == []
    assert keyrule("disable", "--store", tmp_path / "s", "--tenant", "t", "--provider", "openai", "--name", "n").returncode == 0
    full = listed(tmp_path / "s")[0]
    assert (full["enabled"], full["disabled_by_hand"], full["version"]) == (False, True, 2)
    text = keyrule("list", "--store", tmp_path / "s").stdout
    for shown in ("gpt-4o", "llm", "disabled by hand", "expired 2001-01-01", "a=1 b=2", "api.openai.com"):
        assert shown in text, text
    assert "sk-marked" not in text


def test_list_filters(store):
    names = lambda *more: [row["name"] for row in listed(store, *more)]  # noqa: E731
    bank = names("--tenant", "ws-bank", "--provider", "openai")
    assert len(bank) == 5 and bank == sorted(bank) and "prod-eu" in bank
    assert set(names("--provider", "openai", "--name", "prod-eu")) == {"prod-eu"}
    assert names("--tenant", "ws-bank", "--provider", "openai", "--name", "prod-eu") == ["prod-eu"]
    assert {row["tenant"] for row in listed(store, "--provider", "google")} == {"ws-bank", "ws-shop"}
    for words, said in [
        (("--tenant", "ws-bnk"), "the store has no tenant `ws-bnk`"),
        (("--provider", "opnai"), "the store has no provider `opnai`"),
        (("--tenant", "ws-bank", "--name", "prod-e"), "tenant `ws-bank` has no credential `prod-e`"),
    ]:
        done = keyrule("list", "--store", store, *words)
        assert done.returncode == 2 and said in done.stderr and "did you mean" in done.stderr, done.stderr


def test_list_of_many(tmp_path):
    """12,000 credentials: they come as they are read, in two tables."""
    file = tmp_path / "c.json"
    file.write_text(json.dumps({"credentials": [
        {"tenant": f"t{i % 40:02}", "provider": "p", "name": f"n{i:05}", "credentials": {"k": "x"}} for i in range(12_000)
    ]}))
    assert keyrule("import", file, "--store", tmp_path / "s", "--quiet").returncode == 0
    rows = listed(tmp_path / "s")
    assert len(rows) == 12_000
    assert [(row["tenant"], row["name"]) for row in rows] == sorted((row["tenant"], row["name"]) for row in rows)
    text = keyrule("list", "--store", tmp_path / "s").stdout
    assert text.count("tenant  provider") == 2 and text.count(" import ") == 12_000


@pytest.mark.parametrize(
    "text, says",
    [
        ('{"credentials": [\n  {"tenant": "t",\n   "provider" "p"}]}', "c.json:3:"),
        ('{"credentials": [{"tenant": "t", "provider": "p"}]}', "`name` is missing"),
        ('{"credentials": [{"tenant": "t", "provider": "p", "name": 5, "credentials": {"k": "SECRET"}}]}', "name"),
        ("", "c.json:1:1:"),
    ],
)
def test_a_bad_file_changes_nothing(tmp_path, text, says):
    file = tmp_path / "c.json"
    file.write_text(text)
    done = keyrule("import", file, "--store", tmp_path / "store")
    assert done.returncode == 4 and says in done.stderr and "SECRET" not in done.stderr
    assert sorted(p.name for p in tmp_path.iterdir()) == ["c.json"]  # neither store nor key


def test_a_bad_file_leaves_the_store_as_it_was(store, tmp_path):
    before = state_of(store)
    file = tmp_path / "c.json"
    good = json.loads((DEMO / "credentials.json").read_text())
    good["credentials"][0]["name"] = "new"
    good["credentials"][3]["weight"] = 5000
    file.write_text(json.dumps(good))
    assert keyrule("import", file, "--store", store).returncode == 4
    assert state_of(store) == before


def test_unreadable_file(tmp_path):
    done = keyrule("import", tmp_path / "none.json", "--store", tmp_path / "store")
    assert done.returncode == 4 and "none.json" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_missing_key(store, tmp_path):
    (tmp_path / "store.key").unlink()
    before = state_of(store)
    for done in (decide(store), keyrule("list", "--store", store), keyrule("import", DEMO / "credentials.json", "--store", store)):
        assert done.returncode == 4 and "store.key" in done.stderr
    # No new key is made beside a store that it could not open.
    assert not (tmp_path / "store.key").exists() and state_of(store) == before


def test_key_that_others_may_read(store, tmp_path):
    (tmp_path / "store.key").chmod(0o444)
    done = decide(store)
    assert done.returncode == 4 and "store.key" in done.stderr and "chmod" in done.stderr


def test_malformed_key(store, tmp_path):
    key = tmp_path / "other.key"
    key.write_text("hunter2\n")
    key.chmod(0o400)
    done = decide(store, "--key", key)
    assert done.returncode == 4 and "other.key" in done.stderr and "hunter2" not in done.stderr


def test_another_stores_key(store, tmp_path):
    assert keyrule("import", DEMO / "credentials.json", "--store", tmp_path / "second").returncode == 0
    before = state_of(store)
    second = tmp_path / "second.key"
    for done in (decide(store, "--key", second), keyrule("import", DEMO / "credentials.json", "--store", store, "--key", second)):
        assert done.returncode == 4 and "another master key" in done.stderr, done.stderr
    assert state_of(store) == before


def test_no_store(tmp_path, store):
    done = decide(tmp_path / "elsewhere", "--key", tmp_path / "store.key")
    assert done.returncode == 4 and "keyrule import" in done.stderr


def test_newer_format(store):
    file = store / "STORE"
    text = file.read_text()
    file.chmod(0o600)
    assert "format 1\n" in text
    file.write_text(text.replace("format 1\n", "format 99\n"))
    before = state_of(store)
    done = decide(store)
    assert done.returncode == 4 and "newer" in done.stderr, done.stderr
    done = keyrule("import", DEMO / "credentials.json", "--store", store)
    assert done.returncode == 4 and "newer" in done.stderr
    assert state_of(store) == before


@pytest.mark.parametrize("damaged", ["CURRENT", "STORE", "sst"])
def test_damage(store, damaged):
    files = [store / damaged] if damaged != "sst" else sorted((store / "generations").rglob("*.sst"))
    for file in files:
        data = bytearray(file.read_bytes())
        for at in range(len(data) // 4, len(data) // 2):
            data[at] ^= 0x55
        file.chmod(0o600)
        file.write_bytes(data)
    before = state_of(store)
    done = decide(store, "--set", "provider=openai", "--set", "environment=production", "--set", "app.id=app-invoices")
    assert done.returncode in (1, 4) and done.stderr != "", done.stdout  # refused, never allowed
    assert not done.stdout.startswith("use")
    assert state_of(store) == before


def test_not_a_store(tmp_path, store):
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "letter.txt").write_text("dear")
    done = keyrule("import", DEMO / "credentials.json", "--store", folder, "--key", tmp_path / "store.key")
    assert done.returncode == 4 and "documents" in done.stderr
    assert state_of(folder) == {"letter.txt": hashlib.sha256(b"dear").hexdigest()}


def test_names_among_many(tmp_path):
    """So many that they are found by hash: each, none, and of two with one name the one for the model."""
    names = [f"n{i}" for i in range(70)]
    records = [{"tenant": "t", "provider": "openai", "name": name, "id": f"id-{name}"} for name in names]
    records.append({"tenant": "t", "provider": "openai", "name": "n9", "id": "bound", "model": "gpt-4o"})
    file = tmp_path / "c.json"
    file.write_text(json.dumps({"credentials": [record | {"credentials": {"k": "x"}} for record in records]}))
    assert keyrule("import", file, "--store", tmp_path / "s", "--quiet").returncode == 0
    policy = tmp_path / "p.keyrule"
    rules = [f'rule r{i} {{ when app.id == "{name}" use credential "{name}" }}' for i, name in enumerate(names + ["none"])]
    policy.write_text("\n".join(["keyrule 1", 'schema "dify"', *rules, 'default { deny "no" }']))
    asked = [(name, "gpt-4") for name in names] + [("n9", "gpt-4o"), ("none", "gpt-4")]
    found = []
    for name, model in [asked[0], asked[9], asked[33], asked[69], *asked[70:]]:
        done = keyrule("decide", policy, "--store", tmp_path / "s", "--json", "--set", "tenant.id=t", "--set", "provider=openai",
                       "--set", f"app.id={name}", "--set", f"model={model}")
        credential = json.loads(done.stdout)["credential"]
        found.append(credential and credential["id"])
    assert found == ["id-n0", "id-n9", "id-n33", "id-n69", "bound", None]


def test_the_key_of_a_store_called_dot_is_beside_it(tmp_path):
    folder = tmp_path / "vault"
    folder.mkdir()
    for path in (".", f"{folder}/."):
        done = subprocess.run(
            [KEYRULE, "import", DEMO / "credentials.json", "--store", path], cwd=folder, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "vault.key").exists() and not list(folder.glob("*.key"))


SECRET = "sk-proj-0123456789abcdefghijklmnopqrstuvwxyz"


@pytest.mark.parametrize(
    "more",
    [
        {"limits": [{"amount": 1, "unit": SECRET, "period": "day"}]},
        {"limits": [{"amount": 1, "unit": "tokens", "period": SECRET}]},
        {"allowed_hosts": [f"https://{SECRET}@x.com"]},
        {"allowed_hosts": [SECRET + "/"]},
        {SECRET: 1},
        {"labels": {SECRET: 1}},
    ],
)
def test_a_secret_in_the_wrong_place_is_not_echoed(tmp_path, more):
    file = tmp_path / "c.json"
    credential = {"tenant": "t", "provider": "openai", "name": "n", "credentials": {"k": "v"}} | more
    file.write_text(json.dumps({"credentials": [credential]}))
    for options in ([], ["--json"]):
        done = keyrule("import", file, "--store", tmp_path / "store", *options)
        said = done.stdout + done.stderr
        assert done.returncode == 4 and f"{file}" in said and SECRET[:12] not in said, said


def test_names_write_no_lines(tmp_path):
    file = tmp_path / "c.json"
    name = "x\x1b[2J\nrevoked `other` of t"
    credential = {"tenant": "t", "provider": "openai", "id": "i", "name": name, "credentials": {"k": "v"}}
    file.write_text(json.dumps({"credentials": [credential]}))
    assert keyrule("import", file, "--store", tmp_path / "store").returncode == 0
    which = ["--store", tmp_path / "store", "--tenant", "t", "--provider", "openai"]
    for done in (keyrule("list", *which, "--name", "nobody"), keyrule("disable", *which, "--id", "i")):
        said = done.stdout + done.stderr
        assert "\x1b" not in said and "\nrevoked" not in said, said
