"""`keyrule sync --follow`: what changes in Dify is in the store within seconds, whatever happens to the server meanwhile."""

import json
import time

import pytest

from follower import wait_for

KEY = "openai_api_key"


def config(workspace, secret):
    return {KEY: workspace.token(secret)}


@pytest.fixture
def tenant(dify, workspace):
    tenant = dify.tenant(workspace)
    dify.provider(tenant)
    return tenant


def test_changes_arrive(dify, command, tenant, workspace, follow):
    first = dify.credential(tenant, "first", config(workspace, "sk-canary-1"))
    dify.credential(tenant, "other", config(workspace, "sk-canary-2"))
    running = follow()
    running.said("published generation 1 of")
    assert f"added {tenant}/openai/first ({first})" in running.lines
    steps = [
        ("added", lambda: dify.credential(tenant, "second", config(workspace, "sk-canary-3"))),
        ("changed", lambda: dify.sql(f"UPDATE provider_credentials SET credential_name = 'renamed' WHERE id = '{first}'")),
        # By hand, twice within a second, `updated_at` left alone.
        ("changed", lambda: dify.sql("UPDATE provider_credentials SET encrypted_config = "
                                     f"'{json.dumps(config(workspace, 'sk-canary-new'))}' WHERE id = '{first}'")),
        ("changed", lambda: dify.sql(f"UPDATE providers SET is_valid = false WHERE tenant_id = '{tenant}'")),
        ("changed", lambda: dify.sql(f"UPDATE providers SET is_valid = true WHERE tenant_id = '{tenant}'")),
        ("changed", lambda: dify.sql(f"UPDATE tenants SET status = 'archive' WHERE id = '{tenant}'")),
        ("changed", lambda: dify.sql(f"UPDATE tenants SET status = 'normal' WHERE id = '{tenant}'")),
    ]
    for word, change in steps:
        since = len(running.lines)
        change()
        running.said("published generation", running.said(word, since))
    assert command.secrets(tenant, "renamed")[KEY] == "sk-canary-new"
    since = len(running.lines)
    deleted = time.monotonic()
    dify.sql(f"DELETE FROM provider_credentials WHERE id = '{first}'")
    running.said("published generation", running.said(f"removed {tenant}/openai/renamed", since))
    assert command.secrets(tenant, "renamed") == "unknown_credential"
    assert time.monotonic() - deleted < 5, "a deleted credential is not spent five seconds later"
    since = len(running.lines)
    time.sleep(1.5)
    assert running.lines[since:] == [], "nothing changes, nothing is said"
    # What every message of a busy Dify writes is not a change.
    dify.sql(f"UPDATE providers SET last_used = CURRENT_TIMESTAMP, quota_used = 7 WHERE tenant_id = '{tenant}'")
    time.sleep(1.2)
    assert running.lines[since:] == []
    assert running.end() == 0


def test_json_lines(dify, tenant, workspace, follow):
    dify.credential(tenant, "a", config(workspace, "sk-canary-1"))
    dify.credential(tenant, "cut", {KEY: workspace.token("sk-canary-2")[:99]})
    running = follow("--json")
    running.said('"generation"')
    lines = [json.loads(line) for line in running.lines]
    changes = [one for one in lines if "change" in one]
    assert [(one["change"], one["name"], one["enabled"]) for one in sorted(changes, key=lambda one: one["name"])] == [
        ("added", "a", True), ("added", "cut", False)]
    assert [one["field"] for one in lines if one.get("severity") == "error"] == ["/" + KEY]
    assert lines[-1]["added"] == 2 and lines[-1]["generation"] == 1


def test_a_server_that_dies_comes_back(dify, command, tenant, workspace, server, follow):
    dify.credential(tenant, "a", config(workspace, "sk-canary-1"))
    running = follow()
    running.said("published generation 1 of")
    since = len(running.lines)
    server.kill()
    try:
        running.said("the store stays what it is, and this goes on trying", since)
        assert command.secrets(tenant, "a")[KEY] == "sk-canary-1"
        time.sleep(2)
        assert sum("goes on trying" in line for line in running.lines) == 1, running.lines
        assert running.process.poll() is None
    finally:
        server.start()
    dify.credential(tenant, "b", config(workspace, "sk-canary-2"))
    running.said("all is well again", since, 30)
    running.said("added", since)
    running.said("published generation 2 of", since)
    assert command.secrets(tenant, "b")[KEY] == "sk-canary-2"
    assert running.end() == 0


def test_it_waits_for_a_server_that_is_not_there_yet(dify, tenant, workspace, server, follow):
    dify.credential(tenant, "a", config(workspace, "sk-canary-1"))
    dify.flush()
    server.kill()
    try:
        running = follow()
        running.said("goes on trying")
    finally:
        server.start()
    running.said("published generation 1 of", 0, 30)


def test_mass_removal_waits_for_a_person(dify, command, tenant, workspace, follow):
    for name in "abcdefghijk":
        dify.credential(tenant, name, config(workspace, "sk-canary-" + name))
    running = follow()
    running.said("published generation 1 of")
    dify.sql("DELETE FROM provider_credentials")
    running.said("this would remove 11 of 11 credentials that came from Dify; nothing was changed")
    time.sleep(2)
    assert sum("would remove" in line for line in running.lines) == 1
    assert command.secrets(tenant, "a")[KEY] == "sk-canary-a"
    dify.credential(tenant, "new", config(workspace, "sk-canary-new"))
    time.sleep(2)
    assert set(command.named()) == set("abcdefghijk")
    running.end()
    assert command.sync("--allow-mass-removal").returncode == 0
    assert set(command.named()) == {"new"}


def test_the_store_is_free_between_changes(dify, command, tenant, workspace, follow, tmp_path):
    dify.credential(tenant, "a", config(workspace, "sk-canary-1"))
    running = follow()
    running.said("published generation 1 of")
    file = tmp_path / "import.json"
    file.write_text(json.dumps({"credentials": [
        {"tenant": tenant, "provider": "openai", "name": "mine", "credentials": {KEY: "sk-canary-mine"}}]}))
    for _ in range(5):
        assert command.run(command.arguments()[0], "import", file, "--store", command.store).returncode == 0
        time.sleep(0.2)
    dify.credential(tenant, "b", config(workspace, "sk-canary-2"))
    running.said("added")
    wait_for(lambda: set(command.named()) == {"a", "b", "mine"}, 10)


def test_the_side_file_is_read_again(dify, command, tenant, workspace, follow, tmp_path):
    side = tmp_path / "side.json"

    def write(weight):
        temporary = tmp_path / "side.new"
        temporary.write_text(json.dumps({"credentials": [
            {"tenant": tenant, "provider": "openai", "name": "a", "weight": weight}]}))
        temporary.rename(side)

    write(3)
    dify.credential(tenant, "a", config(workspace, "sk-canary-1"))
    running = follow("--side", side)
    running.said("published generation 1 of")
    assert command.named()["a"]["weight"] == 3
    write(5)
    running.said("published generation 2 of")
    assert command.named()["a"]["weight"] == 5
    write(5000)
    number = running.said("the weight is not a whole number from 1 to 1000")
    time.sleep(1.5)
    assert sum("whole number" in line for line in running.lines) == 1
    dify.credential(tenant, "b", config(workspace, "sk-canary-2"))
    running.said("published generation 3 of", number)
    assert command.named()["a"]["weight"] == 5, "the last sound one stays"
    write(7)
    running.said("published generation 4 of")
    assert command.named()["a"]["weight"] == 7


def test_sigterm_in_the_middle_of_a_first_sync(dify, command, tenant, workspace, follow):
    import uuid

    token = json.dumps(config(workspace, "sk-canary-1"))
    rows = ", ".join(f"('{uuid.uuid4()}', '{tenant}', 'openai', 'n{i}', '{token}')" for i in range(400))
    dify.sql(f"INSERT INTO provider_credentials (id, tenant_id, provider_name, credential_name, encrypted_config) VALUES {rows}")
    running = follow()
    running.said("added")
    assert running.end() == 0
    done = command.sync()
    assert done.returncode == 0 and "published generation 1 of" in done.stdout and len(command.list()) == 400


def test_all_of_it_is_read_again_from_time_to_time(dify, command, tenant, workspace, follow, tmp_path):
    """What no look at the database can tell: somebody changed the store."""
    row = dify.credential(tenant, "a", config(workspace, "sk-canary-1"))
    running = follow("--reconcile", "1s")
    running.said("published generation 1 of")
    file = tmp_path / "import.json"
    file.write_text(json.dumps({"credentials": [
        {"tenant": tenant, "provider": "openai", "name": "a", "id": row, "credentials": {KEY: "sk-canary-mine"}}]}))
    since = len(running.lines)
    assert command.other("import", file).returncode == 0
    running.said("published generation", running.said(f"changed {tenant}/openai/a", since))
    assert command.secrets(tenant, "a")[KEY] == "sk-canary-1"
