"""A change of a policy is noticed, whatever lies beside it; what could not be read is tried again."""

import os
import time

import pytest
from keyrule.dify import policy_watch, process
from keyrule.dify.policy_watch import PolicyWatch


@pytest.fixture
def policy(tmp_path):
    (tmp_path / "parts").mkdir()
    (tmp_path / "policy.keyrule").write_text('keyrule 1\nimport "parts/limits.keyrule"\nimport # not yet\n  "later.keyrule"\n')
    (tmp_path / "parts" / "limits.keyrule").write_text('keyrule 1\ntable t from "apps.csv" maps "a" to "b"\n')
    (tmp_path / "parts" / "apps.csv").write_text("a,b\nx,y\n")
    return tmp_path / "policy.keyrule"


def watching(policy):
    watch = PolicyWatch(str(policy))
    watch.look()
    assert not watch.changed()
    return watch


@pytest.mark.parametrize("name", ["policy.keyrule", "parts/limits.keyrule", "parts/apps.csv", "later.keyrule"])
def test_what_a_policy_reads_is_watched_and_nothing_else(policy, name):
    store = policy.parent / "store"
    store.mkdir()
    for number in range(1100):
        (store / f"{number}.keyrule").touch()
    watch = watching(policy)
    (store / "7.keyrule").write_text("changed")
    (policy.parent / "other.keyrule").write_text("new")
    assert not watch.changed()
    with open(policy.parent / name, "a") as file:
        file.write("# changed\n")
    assert watch.changed() and watch.changed()
    watch.was_read()
    assert not watch.changed()


def test_a_mode_that_was_mended_is_a_change(policy):
    watch = watching(policy)
    policy.chmod(0o600)
    assert watch.changed()


def test_a_file_of_a_new_import_is_watched_at_once(policy):
    watch = watching(policy)
    policy.write_text('keyrule 1\nimport "other.keyrule"\n')
    assert watch.changed()
    watch.was_read()
    (policy.parent / "other.keyrule").write_text("keyrule 1\n")
    assert watch.changed()


def test_a_policy_that_is_away_is_awaited(policy):
    watch = watching(policy)
    os.replace(policy, policy.with_suffix(".old"))
    assert not watch.changed()
    os.replace(policy.with_suffix(".old"), policy)
    assert watch.changed()


def test_what_could_not_be_read_is_tried_again(policy, monkeypatch):
    watch = watching(policy)
    policy.write_text("keyrule 1\n# changed\n")
    assert watch.changed()
    watch.could_not_be_read()
    assert not watch.changed()
    monkeypatch.setattr(policy_watch, "_TRY_AGAIN_S", 0)
    assert watch.changed()
    monkeypatch.undo()
    policy.chmod(0o640)
    assert watch.changed()


def test_a_reload_that_fails_is_tried_again_once_the_file_is_mended(dify, settings, monkeypatch):
    monkeypatch.setattr(process, "_PAUSE_AFTER_FAILURE_S", 0.0)
    dify.run("a")
    own = process.own()

    class Failing:
        tried, stale = 0, False

        def reload(self):
            self.tried += 1
            raise PermissionError(13, "denied")

    working, own._engine = own._engine, Failing()
    with open(settings.policy, "a") as file:
        file.write("# changed\n")
    until = time.monotonic() + 10
    while not own._engine.tried and time.monotonic() < until:
        time.sleep(0.1)
    time.sleep(1.5)
    assert own._engine.tried == 1
    os.chmod(settings.policy, 0o640)
    while own._engine.tried < 2 and time.monotonic() < until + 10:
        time.sleep(0.1)
    assert own._engine.tried >= 2
    own._engine = working
