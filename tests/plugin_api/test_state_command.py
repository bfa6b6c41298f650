"""`keyrule state DIR` and `keyrule decide --state DIR`: what processes count together, seen from outside."""

import json
import os
from concurrent.futures import ThreadPoolExecutor

from test_store_commands import keyrule

POLICY = """keyrule 1
schema "dify"
pool both { "a" weight 2  "b" }
quota day { all of both  limit 30 requests per day }
default { use both by weighted_round_robin else deny "used up" }
"""


def policy(tmp_path):
    path = tmp_path / "p.keyrule"
    path.write_text(POLICY)
    return path


def split(path, state, times):
    done = keyrule("decide", path, "--state", state, "--times", str(times), "--json")
    assert done.stderr == "" and done.returncode in (0, 1), done.stderr
    return {one["credential"]: one["times"] for one in json.loads(done.stdout)["split"]}


def test_several_commands_go_on_where_the_others_are(tmp_path):
    path, state = policy(tmp_path), tmp_path / "state"

    def together(times):
        with ThreadPoolExecutor(6) as threads:
            parts = list(threads.map(lambda _: split(path, state, times), range(6)))
        return {name: sum(part.get(name, 0) for part in parts) for name in ("a", "b", None)}

    assert together(4) == {"a": 16, "b": 8, None: 0}  # below the limit turns are exact
    last = together(4)  # a turn is used up where another was faster at the limit
    assert last["a"] + last["b"] == 6 and last[None] == 18
    done = keyrule("decide", path, "--state", state, "--json")
    assert json.loads(done.stdout)["scope"] == "host"


def test_state_shows_it(tmp_path):
    path, state = policy(tmp_path), tmp_path / "state"
    split(path, state, 9)
    done = keyrule("state", state)
    assert done.returncode == 0 and done.stderr == ""
    assert f"{state}: 0 processes share it; 2 credentials, 1 list in turn, 1 counter in use" in done.stdout
    shown = json.loads(keyrule("state", state, "--json").stdout)
    assert shown["turns"][0]["taken"] == 9
    assert [one["per"] for one in shown["counters"]] == ["day"]
    assert {one["table"]: one["used"] for one in shown["tables"]} == {
        "turns": 1, "credentials": 2, "tokens": 0, "windows": 0, "totals": 1, "models": 0
    }
    assert shown["no_room"] == 0 and "was full" not in done.stdout
    assert {(one["in_flight"], one["failures"], one["rests_until"], one["latency_ms"]) for one in shown["credentials"]} == {
        (0, 0, None, None)
    }, "numbers are numbers, and what there is not is null"
    assert '"a"' not in done.stdout, "hashes only"


def test_what_is_wrong_is_said(tmp_path):
    path = policy(tmp_path)
    done = keyrule("state", tmp_path / "nowhere")
    assert done.returncode == 4 and "there is no state" in done.stderr
    folder = tmp_path / "state"
    folder.mkdir()
    folder.chmod(0o755)
    done = keyrule("decide", path, "--state", folder)
    assert done.returncode == 4 and f"chmod 700 {folder}" in done.stderr
    folder.chmod(0o700)
    (folder / "STATE").write_bytes(b"x" * 4096)
    (folder / "STATE").chmod(0o600)
    done = keyrule("state", folder)
    assert done.returncode == 4 and "another boot or another version" in done.stderr
    assert keyrule("decide", path, "--state", folder).returncode == 0, "replaced"
    assert keyrule("state", folder).returncode == 0
    os.link(folder / "STATE", folder / "other")
    assert "a hard link" in refusal(folder)
    (folder / "other").unlink()
    (folder / "STATE").chmod(0o644)
    assert "other users may open it" in refusal(folder)
    (folder / "STATE").unlink()
    (folder / "STATE").mkdir()
    assert "it is a folder, and the state is a file" in refusal(folder)


def test_another_users_state_is_called_that(tmp_path):
    """Root can open it, and is told whom to run this as; another user cannot even look into the folder."""
    state = tmp_path / "state"
    assert keyrule("decide", policy(tmp_path), "--state", state).returncode == 0
    if os.geteuid() == 0:
        os.chown(state / "STATE", 12345, 12345)
        said = refusal(state)
        assert "it belongs to user 12345, and this runs as user 0" in said and "--reuid 12345" in said
        assert "another boot" not in said
    else:
        state.chmod(0)
        assert "run this as the user of the hosts" in refusal(state)
        state.chmod(0o700)


def refusal(folder):
    done = keyrule("state", folder)
    assert done.returncode == 4 and done.stdout == ""
    return done.stderr


def test_another_time_than_the_hosts_would_give_back_what_they_hold(tmp_path):
    path, state = policy(tmp_path), tmp_path / "state"
    done = keyrule("decide", path, "--state", state, "--at", "2027-01-01T00:00Z")
    assert done.returncode == 2 and "`--at`" in done.stderr and not state.exists()
