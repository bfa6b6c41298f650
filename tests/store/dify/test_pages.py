"""The commands that README.md and DIFY.md show, run as they stand: only the names of server, storage and store are put in."""

import json
import os
import re
import shlex
import signal
import subprocess
from pathlib import Path

import pytest

from servers import PASSWORD

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def server(servers):
    return servers("postgres")


def shown(page):
    text = (ROOT / page).read_text().replace("\\\n", " ")
    return re.findall(r"^    (keyrule sync .*)$", text, re.M)


@pytest.mark.parametrize("page", ["README.md", "store/DIFY.md"])
def test_the_command_of_a_page(page, dify, command, workspace, tmp_path):
    tenant = dify.tenant(workspace)
    dify.provider(tenant)
    dify.credential(tenant, "a", {"openai_api_key": workspace.token("sk-canary-a")})
    dify.flush()
    (tmp_path / "db.password").write_text(PASSWORD + "\n")
    (line,) = shown(page)
    places = {"@db/dify": f"@127.0.0.1:{dify.server.port}/{dify.database}", "/srv/dify/volumes/app/storage": str(dify.storage),
              "/var/lib/keyrule/store": str(command.store), "$STORE": str(command.store)}
    used = [place for place in places if place in line]
    assert len(used) == 3, line
    for place in used:
        line = line.replace(place, places[place])
    words = shlex.split(line)
    process = subprocess.Popen([os.environ["KEYRULE_COMMAND"], *words[1:]], cwd=tmp_path, stdout=subprocess.PIPE, text=True)
    try:
        while "published generation 1 of" not in (said := process.stdout.readline()):
            assert said, "it ended"
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.stdout.close()
        process.wait()
    assert command.secrets(tenant, "a") == {"openai_api_key": "sk-canary-a"}


def test_the_side_file_of_the_page(dify, command, workspace, tmp_path):
    """Its ids are those of its own example: nothing of it is refused, and both entries are missed."""
    dify.tenant(workspace)
    (block,) = re.findall(r"```json\n(.*?)```", (ROOT / "store/DIFY.md").read_text(), re.S)
    json.loads(block)
    side = tmp_path / "side.json"
    side.write_text(block)
    done = command.sync("--side", side)
    assert done.returncode == 0 and done.stderr.count("speaks of no credential of Dify") == 2, done.stderr
