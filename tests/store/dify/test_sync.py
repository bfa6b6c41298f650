"""`keyrule sync` once, against real servers: what becomes of Dify's rows."""

import base64
import json
import os
import stat
import subprocess
import uuid
from pathlib import Path
from urllib.parse import quote

import pytest

from dify import Dify
from servers import PASSWORD

KEY = "openai_api_key"


def config(workspace, secret, **plain):
    return {KEY: workspace.token(secret), "openai_api_base": "https://api.openai.com/v1", **plain}


@pytest.fixture
def tenant(dify, workspace):
    tenant = dify.tenant(workspace)
    dify.provider(tenant)
    return tenant


def test_all_three_tables(dify, command, tenant, workspace):
    dify.provider(tenant, "cohere")
    dify.model(tenant, "gpt-custom", "text-generation")
    ids = {
        "shared": dify.credential(tenant, "shared", config(workspace, "sk-canary-shared")),
        "legacy": dify.credential(tenant, "legacy", {KEY: workspace.legacy("sk-canary-legacy")}, provider="openai"),
        "Zürich-密钥 🔑": dify.credential(tenant, "Zürich-密钥 🔑", config(workspace, "sk-canary-ünï-密")),
        "rank": dify.credential(tenant, "rank", {"api_key": workspace.token("co-canary-rank")}, provider="cohere"),
        "cm": dify.model_credential(tenant, "cm", config(workspace, "sk-canary-cm"), "gpt-custom"),
        "lb-own": dify.balancing(tenant, "lb-own", config(workspace, "sk-canary-lb"), "gpt-4.1", "text-generation"),
    }
    copied = config(workspace, "sk-canary-shared")
    dify.balancing(tenant, "shared", copied, "gpt-4.1", credential_id=ids["shared"])
    dify.balancing(tenant, "__inherit__", None, "gpt-4.1")
    dify.balancing(tenant, "__inherit__", "", "gpt-5")
    done = command.sync()
    assert done.returncode == 0, done.stderr + done.stdout
    assert "6 added, 0 changed, 0 unchanged, 0 removed; 3 rows left out\n" in done.stdout
    assert "opened 6 secrets with 1 key of workspaces" in done.stdout and "published generation 1 of" in done.stdout
    held = command.named()
    assert {name: one["id"] for name, one in held.items()} == ids
    assert all(one["enabled"] and one["origin"] == "dify" and one["tenant"] == tenant for one in held.values())
    assert {name: one["provider"] for name, one in held.items() if one["provider"] != "openai"} == {"rank": "cohere"}
    assert (held["cm"]["model"], held["cm"]["model_type"]) == ("gpt-custom", "llm")
    assert (held["lb-own"]["model"], held["lb-own"]["model_type"]) == ("gpt-4.1", "llm")
    plain = {"openai_api_base": "https://api.openai.com/v1"}
    assert command.secrets(tenant, "shared") == {KEY: "sk-canary-shared", **plain}
    assert command.secrets(tenant, "legacy") == {KEY: "sk-canary-legacy"}
    assert command.secrets(tenant, "Zürich-密钥 🔑")[KEY] == "sk-canary-ünï-密"
    assert command.secrets(tenant, "rank", "cohere", "rerank-v3", "rerank") == {"api_key": "co-canary-rank"}
    assert command.secrets(tenant, "cm", model="gpt-custom")[KEY] == "sk-canary-cm"
    assert command.secrets(tenant, "lb-own", model="gpt-4.1")[KEY] == "sk-canary-lb"
    assert command.secrets(tenant, "cm", model="gpt-5") == "unknown_credential"
    again = command.sync()
    assert "0 added, 0 changed, 6 unchanged, 0 removed" in again.stdout and "nothing to publish" in again.stdout
    assert "opened" not in again.stdout, "what has not changed is not opened again"
    assert stat.S_IMODE(os.stat(f"{command.store}.key").st_mode) == 0o400


def test_updates_renames_deletes(dify, command, tenant, workspace):
    ids = [dify.credential(tenant, name, config(workspace, f"sk-canary-{name}")) for name in ("a", "b", "c", "d")]
    assert command.sync().returncode == 0
    dify.sql(f"UPDATE provider_credentials SET encrypted_config = '{json.dumps(config(workspace, 'sk-canary-new'))}'"
             f" WHERE id = '{ids[0]}'")
    dify.sql(f"UPDATE provider_credentials SET credential_name = 'renamed' WHERE id = '{ids[1]}'")
    dify.sql(f"DELETE FROM provider_credentials WHERE id = '{ids[2]}'")
    done = command.sync("--dry-run")
    assert "would be: 0 added, 2 changed, 1 unchanged, 1 removed" in done.stdout and "nothing was written" in done.stdout
    assert f"removed {tenant}/openai/c ({ids[2]})\n" in done.stdout and "changed" in done.stdout
    assert set(command.named()) == {"a", "b", "c", "d"}
    done = command.sync()
    assert "0 added, 2 changed, 1 unchanged, 1 removed" in done.stdout, done.stdout + done.stderr
    assert "opened 1 secret " in done.stdout, "a rename needs no key"
    assert set(command.named()) == {"a", "renamed", "d"}
    assert command.secrets(tenant, "a")[KEY] == "sk-canary-new"
    assert command.secrets(tenant, "renamed")[KEY] == "sk-canary-b"
    assert command.secrets(tenant, "c") == "unknown_credential"


def test_what_dify_would_not_use_is_disabled(dify, command, workspace):
    def enabled(status="normal", provider=True, model=True, **lb):
        tenant = dify.tenant(workspace, status)
        if provider is not None:
            dify.provider(tenant, is_valid=provider)
        if model is not None:
            dify.model(tenant, "m", is_valid=model)
        dify.credential(tenant, "provider", config(workspace, "sk-canary-1"), provider="openai")
        dify.model_credential(tenant, "model", config(workspace, "sk-canary-2"), "m", "text-generation")
        dify.balancing(tenant, "balancing", config(workspace, "sk-canary-3"), "m", **lb)
        return tenant

    cases = [
        (enabled(), ["provider", "model", "balancing"]),
        (enabled("archive"), []),
        (enabled(provider=False), ["model", "balancing"]),
        (enabled(provider=None), ["model", "balancing"]),
        (enabled(model=False), ["provider", "balancing"]),
        (enabled(model=None), ["provider", "balancing"]),
        (enabled(provider=False, model=False), []),
        (enabled(enabled=False), ["provider", "model"]),
    ]
    system = dify.tenant(workspace)  # a hosted quota is not the workspace's own record
    dify.provider(system, provider_type="system", quota_type="trial")
    dify.credential(system, "provider", config(workspace, "sk-canary-4"))
    cases.append((system, []))
    gone = str(uuid.uuid4())
    dify.credential(gone, "of nobody", config(workspace, "sk-canary-5"))
    done = command.sync()
    assert done.returncode == 0, done.stderr
    held = command.list()
    for tenant, names in cases:
        assert sorted(one["name"] for one in held if one["tenant"] == tenant and one["enabled"]) == sorted(names)
    assert len(held) == 8 * 3 + 1 and not any(one["tenant"] == gone for one in held)
    dify.sql(f"UPDATE tenants SET status = 'archive' WHERE id = '{cases[0][0]}'")
    assert "0 added, 3 changed" in command.sync().stdout
    assert command.secrets(cases[0][0], "provider") == "unavailable"


def test_plain_and_broken_configurations(dify, command, tenant, workspace, workspaces):
    other = workspaces[1]
    good = workspace.token("sk-canary-good")
    changed = bytearray(base64.b64decode(good))
    changed[-1] ^= 1
    dify.credential(tenant, "plain", {"base_url": "http://127.0.0.1:11434", "mode": "chat", "n": 1.5, "x": None})
    dify.credential(tenant, "none", "{}")
    dify.credential(tenant, "single", workspace.token("sk-canary-single"))
    bad = {
        "empty": "",
        "null": "null",
        "list": "[]",
        "json": '{"a": ',
        "wrong key": {KEY: other.token("sk-canary-other")},
        "changed": {KEY: base64.b64encode(bytes(changed)).decode()},
        "cut": {KEY: good[:200], "fine": good},
        "legacy of another": {KEY: other.legacy("sk-canary-other")},
    }
    ids = {name: dify.credential(tenant, name, value) for name, value in bad.items()}
    done = command.sync()
    assert done.returncode == 1, "some credentials could not be read"
    assert "8 not readable" in done.stdout and "published generation 1" in done.stdout
    for name in bad:
        assert f"error: {tenant}/openai/{name} ({ids[name]}): " in done.stderr, done.stderr
    assert f"/{KEY}: its token does not open with the workspace's private key" in done.stderr
    assert f"/{KEY}: its token was changed after it was written" in done.stderr
    assert f"/{KEY}: its token is cut or not base64" in done.stderr
    held = command.named()
    assert {name for name, one in held.items() if not one["enabled"]} == set(bad)
    assert command.secrets(tenant, "plain") == {"base_url": "http://127.0.0.1:11434", "mode": "chat", "n": 1.5, "x": None}
    assert command.secrets(tenant, "none") == {}
    assert command.secrets(tenant, "single") == {KEY: "sk-canary-single"}
    assert all(command.secrets(tenant, name) == "unavailable" for name in bad)
    lines = [json.loads(line) for line in command.sync("--json").stdout.splitlines()]
    assert [one["name"] for one in lines[:-1]] == [one["name"] for one in lines[:-1] if one["severity"] == "error"]
    assert {one["name"] for one in lines[:-1]} == set(bad) and lines[-1]["unreadable"] == 8
    assert lines[-1]["unchanged"] == 11 and lines[-1]["generation"] is None
    dify.sql(f"UPDATE provider_credentials SET encrypted_config = '{json.dumps({KEY: good})}' WHERE id = '{ids['cut']}'")
    assert command.sync().returncode == 1
    assert command.secrets(tenant, "cut") == {KEY: "sk-canary-good"}


def test_a_secret_that_was_good_is_not_spent_when_its_row_changes_and_does_not_open(dify, command, tenant, workspace, workspaces):
    first = dify.credential(tenant, "kept", config(workspace, "sk-canary-kept"))
    second = dify.credential(tenant, "rotated", config(workspace, "sk-canary-old"))
    assert command.sync().returncode == 0
    # Without the private key: what has not changed is still what Dify means; what has changed is not known.
    dify.key_path(tenant).unlink()
    assert "2 unchanged" in command.sync().stdout
    dify.sql(f"UPDATE provider_credentials SET encrypted_config = '{json.dumps(config(workspace, 'sk-canary-new'))}'"
             f" WHERE id = '{second}'")
    done = command.sync()
    assert done.returncode == 1 and f"private.pem: the workspace's private key is missing" in done.stderr
    assert command.secrets(tenant, "kept")[KEY] == "sk-canary-kept"
    assert command.secrets(tenant, "rotated") == "unavailable"
    assert not command.named()["rotated"]["enabled"]
    dify.save_key(tenant, workspaces[1].private_pem)  # of another workspace
    assert command.sync().returncode == 1
    assert command.secrets(tenant, "rotated") == "unavailable"
    dify.save_key(tenant, workspace.private_pem)
    assert command.sync().returncode == 0
    assert command.secrets(tenant, "rotated")[KEY] == "sk-canary-new"
    assert command.named()["kept"]["id"] == first


def test_keys_that_cannot_be_used(dify, command, tenant, workspace):
    dify.credential(tenant, "a", config(workspace, "sk-canary-a"))
    dify.save_key(tenant, "nonsense")
    done = command.sync()
    assert done.returncode == 1 and "it is not an unencrypted private key in PEM form" in done.stderr
    dify.key_path(tenant).unlink()
    dify.key_path(tenant).mkdir()
    assert command.sync().returncode == 1
    for storage, says in [(dify.storage / "nothing", "there is no such folder"), (dify.storage / "privkeys", "there is no such folder")]:
        done = command.run(*[storage if part == dify.storage else part for part in command.arguments()])
        assert done.returncode == 4 and says in done.stderr and "volumes/app/storage" in done.stderr


def test_imported_credentials_stay(dify, command, tenant, workspace, tmp_path):
    ids = [dify.credential(tenant, name, config(workspace, f"sk-canary-{name}")) for name in ("both", "twin", "gone")]
    file = tmp_path / "import.json"
    entry = {"tenant": tenant, "provider": "openai", "credentials": {KEY: "sk-canary-imported"}}
    file.write_text(json.dumps({"credentials": [
        {**entry, "name": "mine"}, {**entry, "name": "both", "id": ids[0]}, {**entry, "name": "twin"}]}))
    assert command.run(command.arguments()[0], "import", file, "--store", command.store).returncode == 0
    done = command.sync()
    assert done.returncode == 0 and "2 added, 1 changed" in done.stdout
    assert f"warning: {tenant}/openai/both ({ids[0]}): it was imported, and it is a credential of Dify" in done.stderr
    assert "it was imported, and a credential of Dify has the same name" in done.stderr
    assert command.secrets(tenant, "both")[KEY] == "sk-canary-both", "the database is the truth"
    dify.sql(f"DELETE FROM provider_credentials WHERE id = '{ids[2]}'")
    assert "1 removed" in command.sync().stdout
    held = command.list()
    assert sorted((one["name"], one["origin"]) for one in held) == [
        ("both", "dify"), ("mine", "import"), ("twin", "dify"), ("twin", "import")]
    assert command.secrets(tenant, "mine")[KEY] == "sk-canary-imported"


def test_two_of_one_name(dify, command, tenant, workspace):
    for provider in ("openai", "langgenius/openai/openai"):
        dify.credential(tenant, "API KEY 1", config(workspace, "sk-canary-1"), provider=provider)
    dify.model(tenant, "m")
    dify.model_credential(tenant, "API KEY 1", config(workspace, "sk-canary-2"), "m")  # for one model: told apart
    done = command.sync()
    assert done.returncode == 0 and done.stderr.count("two credentials have this name") == 2
    assert len(command.list()) == 3


def test_only_some_workspaces(dify, command, tenant, workspaces):
    other = dify.tenant(workspaces[1])
    dify.provider(other)
    dify.credential(tenant, "a", config(workspaces[0], "sk-canary-a"))
    dify.credential(other, "b", config(workspaces[1], "sk-canary-b"))
    assert "1 added" in command.sync("--tenant", tenant).stdout
    assert set(command.named()) == {"a"}
    assert command.sync().returncode == 0 and set(command.named()) == {"a", "b"}
    dify.sql("DELETE FROM provider_credentials")
    assert "0 removed" in command.sync("--tenant", str(uuid.uuid4())).stdout
    assert "1 removed" in command.sync("--tenant", other).stdout
    assert set(command.named()) == {"a"}
    assert command.sync("--tenant", "ws-bank").returncode == 2


def test_too_much_is_not_removed(dify, command, tenant, workspace, server, tmp_path, request):
    names = [chr(ord("a") + i) for i in range(21)]
    for name in names:
        dify.credential(tenant, name, config(workspace, f"sk-canary-{name}"))
    assert command.sync().returncode == 0
    empty = Dify(server, tmp_path / "other")
    request.addfinalizer(empty.close)
    done = command.sync(url=empty.url())
    assert done.returncode == 1 and "21 of them of workspaces that this database does not know" in done.stderr
    assert "--allow-mass-removal" in done.stderr and "nothing was changed" in done.stderr
    dify.sql("DELETE FROM provider_credentials WHERE credential_name < 'l'")
    dify.credential(tenant, "new", config(workspace, "sk-canary-new"))
    done = command.sync()
    assert done.returncode == 1 and "this would remove 11 of 21 credentials" in done.stderr
    assert set(command.named()) == set(names), "nothing is changed, not even the new one"
    assert command.secrets(tenant, "a")[KEY] == "sk-canary-a"
    done = command.sync("--dry-run")
    assert done.returncode == 1
    assert "11 removed" in command.sync("--allow-mass-removal").stdout
    assert set(command.named()) == {*names[11:], "new"}
    dify.sql("DELETE FROM provider_credentials WHERE credential_name <> 'new'")
    assert "10 removed" in command.sync().stdout, "so many somebody deletes by hand"
    dify.sql("DELETE FROM provider_credentials")
    assert "1 removed" in command.sync().stdout, "and the last one"
    assert command.list() == []


def test_old_and_unknown_versions(server, command, dify, tmp_path, workspace, request):
    old = Dify(server, tmp_path / "old", old=True)
    request.addfinalizer(old.close)
    tenant = old.tenant(workspace)
    old.provider(tenant)
    old.credential(tenant, "a", config(workspace, "sk-canary-a"))
    assert command.sync("--storage", old.storage, url=old.url()).returncode == 2  # given twice
    command.dify = old
    done = command.sync()
    assert done.returncode == 0, done.stderr
    assert command.secrets(tenant, "a")[KEY] == "sk-canary-a"
    old.sql("ALTER TABLE provider_credentials DROP COLUMN credential_name")
    done = command.sync()
    assert done.returncode == 4 and "are missing: provider_credentials.credential_name" in done.stderr
    old.sql("DROP TABLE provider_credentials; ALTER TABLE providers ADD COLUMN encrypted_config varchar(10)")
    done = command.sync()
    assert done.returncode == 4 and "a Dify before 1.8.0: without provider_credentials" in done.stderr
    assert set(command.named()) == {"a"}


def test_who_added_a_credential_is_its_owner(dify, command, tenant, workspace):
    account = str(uuid.uuid4())
    dify.credential(tenant, "a", config(workspace, "sk-canary-a"), user_id=account)
    command.sync()
    assert command.named()["a"]["owner"] == account


def test_the_database_says_no(dify, command, tenant, workspace, server, tmp_path):
    dify.credential(tenant, "a", config(workspace, "sk-canary-a"))
    done = command.sync(url=dify.url("wrong-canary-password"))
    assert done.returncode == 4 and "--password-file" in done.stderr
    assert not command.store.exists() and not os.path.exists(f"{command.store}.key"), "nothing was made"
    done = command.sync(url=dify.url().replace(dify.database, "nothing"))
    assert done.returncode == 4 and "nothing" in done.stderr
    dify.sql(f"REVOKE SELECT ON provider_credentials FROM {server.user}")
    done = command.sync()
    assert done.returncode == 4, done.stderr
    assert "permission denied" in done.stderr or "may its user read them?" in done.stderr
    dify.sql(f"GRANT SELECT ON provider_credentials TO {server.user}")
    done = command.sync(url=dify.url().replace(str(server.port), "1"))
    assert done.returncode == 4 and "is the server there" in done.stderr
    file = tmp_path / "password"
    file.write_text(PASSWORD + "\n")
    assert command.sync("--password-file", file, url=dify.url("")).returncode == 0
    variable = "PGPASSWORD" if server.name == "postgres" else "MYSQL_PWD"
    environment = {**os.environ, variable: PASSWORD, "KEYRULE_SYNC_FROM": dify.url("")}
    arguments = [part for part in command.arguments() if part not in ("--from", dify.url())]
    assert command.run(*arguments, env=environment).returncode == 0
    file.write_text("\n")
    assert command.sync("--password-file", file, url=dify.url("")).returncode == 4


def test_tls(dify, command, tenant, workspace, server):
    dify.credential(tenant, "a", config(workspace, "sk-canary-a"))

    def query(certificate):
        if server.name == "postgres":
            return f"?sslmode=verify-full&sslrootcert={certificate}"
        return f"?ssl-mode=verify-identity&ssl-ca={certificate}"

    assert command.sync(url=dify.url(query=query(server.certificate))).returncode == 0
    done = command.sync(url=dify.url(query=query(server.other_certificate)))
    assert done.returncode == 4 and "certificate" in done.stderr.lower(), done.stderr


@pytest.mark.parametrize(
    "url, says",
    [
        ("nonsense", "this is not the address of a database"),
        ("oracle://x/y", "`oracle` is not a kind of database"),
        ("postgresql://u:p%zz@h/d", "is not followed by two digits"),
        ("mysql://u:canary-p@h:99999/d", "its host or port is wrong"),
        ("mysql://u:canary-p@127.0.0.1/d?ssl-mod=required", "did you mean `ssl-mode`?"),
        ("mysql://u:canary-p@h/d?ssl-mode=verify", "is not an ssl-mode"),
        ("postgresql://u:canary-p@h/d?x", "its parameters are not name=value"),
        ("postgresql://u:canary-p@h/d?sslmod=require", "sslmod"),
    ],
)
def test_addresses(tmp_path, url, says):
    (tmp_path / "privkeys").mkdir()
    done = subprocess.run([os.environ["KEYRULE_COMMAND"], "sync", "--from", url, "--storage", tmp_path, "--store", tmp_path / "s"],
                          capture_output=True, text=True)
    assert done.returncode == 2 and says in done.stderr and "canary" not in done.stderr, done.stderr


def test_busy(dify, command, tenant, workspace):
    """Two at once: one waits for nothing and says so, and nothing is lost."""
    rows = ", ".join(
        f"('{uuid.uuid4()}', '{tenant}', 'openai', 'n{i}', '{json.dumps(config(workspace, f'sk-canary-{i}'))}')" for i in range(150))
    dify.sql(f"INSERT INTO provider_credentials (id, tenant_id, provider_name, credential_name, encrypted_config) VALUES {rows}")
    assert command.sync("--tenant", str(uuid.uuid4())).returncode == 0  # makes the store
    both = [subprocess.Popen(list(map(str, command.arguments())), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            for _ in range(2)]
    ends = [(one.communicate(timeout=120), one.returncode) for one in both]
    assert sorted(code for _, code in ends) in ([0, 4], [0, 0]), ends
    for (out, err), code in ends:
        command.said.append(out + err)
        assert code == 0 or "another process is writing to this store" in err
    assert command.sync().returncode == 0 and len(command.list()) == 150


def test_written_but_not_published_is_published_by_the_next(dify, command, tenant, workspace):
    first = dify.credential(tenant, "a", config(workspace, "sk-canary-a"))
    assert command.sync().returncode == 0
    dify.sql(f"UPDATE provider_credentials SET credential_name = 'b' WHERE id = '{first}'")
    (command.store / "CURRENT.new").mkdir()  # in the way of the pointer to the next generation
    assert command.sync().returncode == 4
    assert set(command.named()) == {"a"}
    (command.store / "CURRENT.new").rmdir()
    done = command.sync()
    assert done.returncode == 0 and "1 unchanged" in done.stdout and "published generation" in done.stdout
    assert set(command.named()) == {"b"}


def test_no_secret_is_said_anywhere(dify, command, tenant, workspace, workspaces, server, tmp_path):
    """The canaries of a run with every kind of trouble: in no output, no file, and not in `ps`."""
    secrets = [f"sk-canary-{i}-0123456789" for i in range(5)]
    tokens = [workspace.token(secret) for secret in secrets] + [workspaces[1].token("sk-canary-other")]
    for i, token in enumerate(tokens):
        dify.credential(tenant, f"n{i}", {KEY: token})
    dify.credential(tenant, "cut", {KEY: tokens[0][:300]})
    assert command.sync("--json").returncode == 1
    assert command.sync().returncode == 1
    command.sync("--dry-run")
    command.list()
    dify.save_key(tenant, workspaces[1].private_pem)
    dify.sql(f"UPDATE provider_credentials SET encrypted_config = '{json.dumps({KEY: tokens[1]})}' WHERE credential_name = 'n0'")
    command.sync()
    dify.sql(f"REVOKE SELECT ON provider_credentials FROM {server.user}")
    command.sync()
    dify.sql(f"GRANT SELECT ON provider_credentials TO {server.user}")
    needles = secrets + ["sk-canary-other", PASSWORD, workspace.private_pem[100:160]] + [t[20:80] for t in tokens]
    forms = [form for text in needles for form in (text, base64.b64encode(text.encode()).decode().rstrip("="),
                                                   text.encode().hex())]
    forms.append(quote(PASSWORD, safe=""))
    everything = "\n".join(command.said).encode() + b"".join(p.read_bytes() for p in command.store.rglob("*") if p.is_file())
    assert len(everything) > 2000
    assert [form for form in forms if form.encode() in everything] == []


def test_the_password_is_not_in_the_process_list(dify, command, tenant, workspace, server):
    dify.credential(tenant, "a", config(workspace, "sk-canary-a"))
    dify.flush()
    query = f"?sslpassword=canary-key&password={quote(PASSWORD, safe='')}&connect_timeout=9" if server.name == "postgres" else ""
    process = subprocess.Popen(list(map(str, command.arguments("--follow", url=dify.url(query=query)))), stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout.readline().startswith("added")
        seen = Path(f"/proc/{process.pid}/cmdline").read_text()
        assert "xxx@127.0.0.1" in seen and "canary" not in seen
        assert "connect_timeout=9" in seen or not query
    finally:
        process.terminate()
        process.communicate(timeout=60)
    assert process.returncode == 0
