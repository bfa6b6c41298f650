"""A follower beside all else that changes a store: rotations, other followers, its own violent end."""

import json
import os
import random
import shutil
import subprocess
import time
import uuid

import pytest

from follower import wait_for
from servers import PASSWORD

KEY = "openai_api_key"
KILLS = int(os.environ.get("KEYRULE_FOLLOWER_KILLS", "5"))  # more by the target `follower-kill-soak`


def config(workspace, secret):
    return {KEY: workspace.token(secret)}


@pytest.fixture
def server(servers):
    return servers("postgres")  # the store does not know where rows come from


@pytest.fixture
def tenant(dify, workspace):
    tenant = dify.tenant(workspace)
    dify.provider(tenant)
    for name in ("a", "b", "c"):
        dify.credential(tenant, name, config(workspace, "sk-canary-" + name))
    return tenant


def rename(dify, old, new):
    dify.sql(f"UPDATE provider_credentials SET credential_name = '{new}' WHERE credential_name = '{old}'")


def change_secret(dify, workspace, name, secret):
    text = json.dumps(config(workspace, secret))
    dify.sql(f"UPDATE provider_credentials SET encrypted_config = '{text}' WHERE credential_name = '{name}'")


def test_data_keys_are_rotated_under_a_follower(dify, command, tenant, workspace, follow):
    running = follow(every="100ms")
    running.said("published generation 1 of")
    for i in range(4):
        change_secret(dify, workspace, "a", f"sk-canary-new-{i}")
        done = command.other("rotate", "--data-keys")
        assert done.returncode == 0, done.stderr
        wait_for(lambda: command.secrets(tenant, "a")[KEY] == f"sk-canary-new-{i}", 20)
        assert command.secrets(tenant, "b")[KEY] == "sk-canary-b"
    assert "3 unchanged" in command.sync().stdout
    assert running.end() == 0 and not any("error" in line for line in running.lines), running.lines


def test_the_master_key_is_rotated_under_a_follower(dify, command, tenant, follow):
    running = follow()
    running.said("published generation 1 of")
    key, fresh = f"{command.store}.key", f"{command.store}.new"
    assert command.other("rotate", "--new-key", fresh).returncode == 0
    rename(dify, "a", "a2")
    running.said("published generation 2 of")
    os.replace(fresh, key)
    assert command.other("rotate", "--retire").returncode == 0
    since = len(running.lines)
    rename(dify, "a2", "a3")
    running.said("the master key was rotated: going on with the new one", since)
    running.said("published generation 3 of", since)
    assert command.secrets(tenant, "a3")[KEY] == "sk-canary-a"
    assert running.end() == 0 and not any("warning" in line or "error" in line for line in running.lines)


def test_a_follower_whose_master_key_was_retired_says_so_until_it_has_the_new_one(dify, command, tenant, follow, tmp_path):
    running = follow()
    running.said("published generation 1 of")
    fresh = tmp_path / "elsewhere.key"
    assert command.other("rotate", "--new-key", fresh).returncode == 0
    assert command.other("rotate", "--key", fresh, "--retire").returncode == 0
    rename(dify, "a", "a2")
    number = running.said("the store was sealed with another master key than")
    said = "\n".join(running.lines[number:])
    assert f"{command.store}.key" in said and "the store stays what it is, and this goes on trying" in said, said
    time.sleep(2)
    assert sum("another master key" in line for line in running.lines) == 1
    assert command.secrets(tenant, "a", key=fresh)[KEY] == "sk-canary-a"
    shutil.move(fresh, f"{command.store}.key")
    running.said("all is well again", 0, 30)
    wait_for(lambda: "a2" in command.named(), 10)


def state(dify):
    rows = dify.sql("SELECT id, credential_name FROM provider_credentials").splitlines()
    return dict(row.split("|") for row in rows)


def test_two_followers(dify, command, tenant, workspace, follow):
    """Each finds the store locked now and then; none ends, none undoes what the other did."""
    both = [follow(every="100ms"), follow(every="100ms")]
    wait_for(lambda: any("published" in line for one in both for line in one.lines), 20)
    for i in range(8):
        dify.credential(tenant, f"n{i}", config(workspace, f"sk-canary-{i}"))
        rename(dify, f"n{i - 1}", f"m{i - 1}")
        time.sleep(random.random() / 3)
    dify.sql("DELETE FROM provider_credentials WHERE credential_name = 'm3'")
    wait_for(lambda: {one["id"]: one["name"] for one in command.list()} == state(dify), 30)
    assert all(one.process.poll() is None for one in both), [one.lines for one in both]
    assert "10 unchanged" in command.sync().stdout or "another process" in command.said[-1]
    assert all(one.end() == 0 for one in both)
    for line in both[0].lines + both[1].lines:
        assert "error" not in line and ("warning" not in line or "another process is writing to this store" in line), line
    assert command.secrets(tenant, "m5")[KEY] == "sk-canary-5"


def test_followers_that_are_killed(dify, command, tenant, workspace, follow):
    """At any moment: the next one makes the store what the database says, and what was deleted stays so meanwhile."""
    secrets = {name: "sk-canary-" + name for name in ("a", "b", "c")}
    gone = []
    for kill in range(KILLS):
        running = follow(every="100ms")
        if kill == 0:
            running.said("published generation 1 of")
        for _ in range(3):
            name = f"k{len(secrets) + len(gone)}"
            secrets[name] = f"sk-canary-{name}"
            dify.credential(tenant, name, config(workspace, secrets[name]))
            victim = random.choice(sorted(secrets))
            if random.random() < 0.4 and len(secrets) > 4:
                dify.sql(f"DELETE FROM provider_credentials WHERE credential_name = '{victim}'")
                gone.append(victim)
                del secrets[victim]
            else:
                secrets[victim] += "+"
                change_secret(dify, workspace, victim, secrets[victim])
            time.sleep(random.random() / 4)
        running.kill()
        listed = command.run(*command.arguments()[:1], "list", "--store", command.store)
        assert listed.returncode == 0, "what is published is whole: " + listed.stderr
    done = command.sync()
    assert done.returncode == 0, done.stderr
    assert {one["id"]: one["name"] for one in command.list()} == state(dify)
    with command.engine() as engine:
        assert {name: command.ask(engine, tenant, name).credentials()[KEY] for name in secrets} == secrets
        assert all(command.ask(engine, tenant, name).verdict == "deny" for name in gone)


def test_a_core_of_a_follower_holds_no_secret(dify, command, tenant, workspace, follow, tmp_path):
    """Between two syncs: neither what was opened, nor the private key, nor the master key."""
    running = follow()
    running.said("published generation 1 of")
    time.sleep(1)
    done = subprocess.run(["gcore", "-o", tmp_path / "core", str(running.process.pid)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    core = (tmp_path / f"core.{running.process.pid}").read_bytes()
    assert PASSWORD.encode() in core, "its heap is in it: to connect again it keeps the database's password"
    key = workspace.key
    pem = workspace.private_pem.splitlines()
    needles = {f"the secret {name}": f"sk-canary-{name}".encode() for name in "abc"}
    needles |= {f"line {i} of the PEM": pem[i].encode() for i in range(2, len(pem) - 1, 3)}
    for name in ("d", "p", "q"):
        number = getattr(key, name).to_bytes(256 if name == "d" else 128, "big")
        needles |= {f"{name}, big-endian": number[-64:], f"{name}, little-endian": number[::-1][:64]}
    master = open(f"{command.store}.key").read().split()
    needles |= {f"word {i} of the master key": word.encode() for i, word in enumerate(master) if len(word) >= 32}
    assert len(needles) > 15
    assert [what for what, needle in needles.items() if needle in core] == []


def test_more_than_one_commit(dify, command, tenant):
    """So much that it is not staged at once: some eighty megabytes of plain configurations."""
    dify.sql("DELETE FROM provider_credentials")
    rows = ", ".join(f"('{uuid.uuid4()}', '{tenant}', 'openai', 'n{i}', '{json.dumps({'text': str(i) * 900})}')" for i in range(90))
    dify.sql(f"INSERT INTO provider_credentials (id, tenant_id, provider_name, credential_name, encrypted_config) VALUES {rows}")
    dify.sql("UPDATE provider_credentials SET encrypted_config = "
             "concat('{\"text\": \"', repeat(substr(encrypted_config, 11, 900), 1000), '\"}')")
    done = command.sync()
    assert done.returncode == 0 and "90 added" in done.stdout and "generation 1 of" in done.stdout, done.stdout + done.stderr
    assert len(command.secrets(tenant, "n7")["text"]) == 900_000
    assert "90 unchanged" in command.sync().stdout
