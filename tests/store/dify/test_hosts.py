"""Hosts that have the store open: what Dify or an operator takes away is refused there, and stays so over syncs."""

import json
import os
import time

import keyrule
import pytest

from follower import wait_for, within

KEY = "openai_api_key"


def config(workspace, secret):
    return {KEY: workspace.token(secret)}


@pytest.fixture
def tenant(dify, workspace):
    tenant = dify.tenant(workspace)
    dify.provider(tenant)
    for name in ("gone", "kept", "other"):
        dify.credential(tenant, name, config(workspace, "sk-canary-" + name))
    return tenant


def wait_until_refused(command, engine, tenant, name, seconds=5):
    """Decides as a busy host does."""
    begin = time.monotonic()
    while command.ask(engine, tenant, name).verdict == "use":
        assert time.monotonic() - begin < within(seconds), "still in use"
        time.sleep(0.01)


def test_a_deleted_row_is_refused_within_five_seconds(dify, command, tenant, follow):
    running = follow(every="2s")  # what it is unless given
    running.said("published generation 1 of")
    with command.engine() as automatic, command.engine(refresh="manual") as manual:
        children = [ask_in_a_child(command, engine, tenant, "gone") for engine in (automatic, manual)]
        begun = command.ask(manual, tenant, "gone")
        assert command.ask(automatic, tenant, "gone").credentials()[KEY] == "sk-canary-gone"
        dify.sql("DELETE FROM provider_credentials WHERE credential_name = 'gone'")
        for engine in (automatic, manual):
            wait_until_refused(command, engine, tenant, "gone")
        # Chosen before it was revoked, and not opened yet.
        with pytest.raises(keyrule.Revoked):
            begun.credentials()
        assert command.ask(manual, tenant, "gone").reason == "unavailable", "by SHARED: its generation still has it"
        assert command.ask(manual, tenant, "kept").credentials()[KEY] == "sk-canary-kept"
        running.said("published generation 2 of")
        manual.refresh()
        assert command.ask(manual, tenant, "gone").reason == "unknown_credential"
        assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0, 0]


def ask_in_a_child(command, engine, tenant, name):
    """A worker forked off while the credential is in use: ends with 0 once it is refused there, 1 if it never is."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        for _ in range(3000):
            if command.ask(engine, tenant, name).verdict != "use":
                code = 0
                break
            time.sleep(0.01)
    finally:
        os._exit(code)


def test_what_dify_disables_is_refused(dify, command, tenant, workspace, workspaces, follow):
    running = follow()
    running.said("published generation 1 of")
    with command.engine(refresh="manual") as engine:
        assert command.ask(engine, tenant, "kept").verdict == "use"
        spoilt = json.dumps(config(workspaces[1], "sk-canary-strange"))  # does not open any more
        dify.sql(f"UPDATE provider_credentials SET encrypted_config = '{spoilt}' WHERE credential_name = 'kept'")
        wait_until_refused(command, engine, tenant, "kept", 10)
        assert command.ask(engine, tenant, "other").verdict == "use"
        dify.sql(f"UPDATE tenants SET status = 'archive' WHERE id = '{tenant}'")
        wait_until_refused(command, engine, tenant, "other", 10)


def test_few_deletions_are_not_held_back(dify, command, tenant, follow):
    """All three keys of a workspace at once: somebody means it."""
    running = follow()
    running.said("published generation 1 of")
    with command.engine(refresh="manual") as engine:
        assert command.ask(engine, tenant, "kept").verdict == "use"
        dify.sql("DELETE FROM provider_credentials")
        for name in ("gone", "kept", "other"):
            wait_until_refused(command, engine, tenant, name)


def test_disabled_by_hand_stays_so(dify, command, tenant, workspace):
    assert command.sync().returncode == 0
    with command.engine(refresh="manual") as engine:
        assert command.ask(engine, tenant, "kept").verdict == "use"
        command.withdraw("disable", tenant, "kept")
        assert command.ask(engine, tenant, "kept").reason == "unavailable", "at once"
    for change in (
        "SELECT 1",
        f"UPDATE provider_credentials SET encrypted_config = '{json.dumps(config(workspace, 'sk-canary-new'))}'"
        " WHERE credential_name = 'kept'",
        "UPDATE providers SET is_valid = false",
        "UPDATE providers SET is_valid = true",
    ):
        dify.sql(change)
        assert command.sync().returncode == 0
        assert "3 unchanged" in command.sync("--dry-run").stdout, "nor is it a change each time"
        assert command.secrets(tenant, "kept") == "unavailable"
        assert not command.named()["kept"]["enabled"]
    command.withdraw("enable", tenant, "kept")
    assert command.secrets(tenant, "kept")[KEY] == "sk-canary-new"
    assert "3 unchanged" in command.sync().stdout
    assert command.secrets(tenant, "kept")[KEY] == "sk-canary-new"


def test_revoked_by_hand_is_disabled_until_enabled(dify, command, tenant, workspace, follow):
    assert command.sync().returncode == 0
    row = dify.sql("SELECT id FROM provider_credentials WHERE credential_name = 'gone'").strip()
    assert "it is disabled in place of removed; delete it there" in command.withdraw("revoke", tenant, "gone")
    assert command.sync().returncode == 0
    running = follow()
    dify.sql("UPDATE provider_credentials SET credential_name = 'renamed' WHERE credential_name = 'kept'")
    running.said("published generation", running.said("changed"))
    assert command.secrets(tenant, "gone") == "unavailable" and "gone" in command.named()
    dify.sql(f"DELETE FROM provider_credentials WHERE id = '{row}'")
    running.said("published generation", running.said(f"removed {tenant}/openai/gone"))
    assert "gone" not in command.named()
    # The very row again, as after a restore of the database: it was not enabled by anybody.
    since = len(running.lines)
    dify.credential(tenant, "gone", config(workspace, "sk-canary-restored"), id=row)
    running.said("published generation", running.said("added", since))
    assert command.secrets(tenant, "gone") == "unavailable"
    command.withdraw("enable", tenant, "gone")
    assert command.secrets(tenant, "gone")[KEY] == "sk-canary-restored"


def test_a_new_row_of_a_revoked_name_is_a_new_credential(dify, command, tenant, workspace):
    assert command.sync().returncode == 0
    command.withdraw("revoke", tenant, "gone")
    dify.sql("DELETE FROM provider_credentials WHERE credential_name = 'gone'")
    dify.credential(tenant, "gone", config(workspace, "sk-canary-second"))
    assert command.sync().returncode == 0
    assert command.secrets(tenant, "gone")[KEY] == "sk-canary-second"


@pytest.mark.parametrize("trouble", ["the follower is killed", "the database cannot be read"])
def test_staleness_decides_while_the_source_is_down(dify, command, tenant, follow, caplog, trouble):
    running = follow(every="500ms")
    running.said("published generation 1 of")
    longest = 4000
    with command.engine(max_staleness_ms=longest) as bounded, command.engine() as unbounded:
        # The generation is announced before it is confirmed.
        wait_for(lambda: bounded.info()["confirmed_ms"] > 0, within(10))
        first = bounded.info()["confirmed_ms"]  # it is confirmed as long as the follower runs, also when nothing changes
        wait_for(lambda: bounded.info()["confirmed_ms"] > first, within(10))
        wait_for(lambda: command.ask(bounded, tenant, "kept").verdict == "use", within(10))
        if trouble == "the follower is killed":
            running.kill()
        else:
            dify.sql("ALTER TABLE provider_credentials RENAME TO away")
        wait_for(lambda: command.ask(bounded, tenant, "kept").verdict != "use", within(15))
        last = bounded.info()["confirmed_ms"]
        assert time.time() * 1000 - last > longest, "not before its time"
        decision = command.ask(bounded, tenant, "kept")
        assert (decision.verdict, decision.reason) == ("deny", "stale")
        with pytest.raises(keyrule.Refused):
            decision.credentials()
        assert "no credential is used" in caplog.text and "keyrule sync --follow" in caplog.text
        assert command.ask(unbounded, tenant, "kept").verdict == "use", "unless told otherwise, for ever"
        said = caplog.text.count("no credential is used")
        if trouble == "the follower is killed":
            assert command.sync().returncode == 0
        else:
            dify.sql("ALTER TABLE away RENAME TO provider_credentials")
        wait_for(lambda: command.ask(bounded, tenant, "kept").verdict == "use", within(30))
        assert "confirmed again" in caplog.text
        assert said == 1 or caplog.text.count("confirmed again") > 1, "said once, each time"


def test_a_store_that_no_sync_has_confirmed_is_stale(dify, command, tenant):
    assert command.sync().returncode == 0
    (command.store / "SHARED").unlink()  # who cannot know refuses
    with command.engine(max_staleness_ms=3_600_000) as engine:
        assert command.ask(engine, tenant, "kept").reason == "stale"
        assert command.ask(engine, tenant, "kept").verdict == "deny"
    assert command.sync().returncode == 0
    with command.engine(max_staleness_ms=3_600_000) as engine:
        assert command.ask(engine, tenant, "kept").verdict == "use"
