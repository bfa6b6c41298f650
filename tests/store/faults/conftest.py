import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))
sys.path.insert(0, str(HERE.parent / "dify"))

KEYRULE = os.environ["KEYRULE_COMMAND"]


def document(count, mark, tenants=3):
    """An import file; each secret holds `mark`, so that a generation can be told from the one before."""
    return json.dumps({"credentials": [
        {"tenant": f"t{i % tenants}", "provider": "openai", "name": f"n{i}", "owner": mark,
         "credentials": {"openai_api_key": f"sk-{mark}-{i}-" + "x" * 200}} for i in range(count)]})


class Store:
    """A store below `folder`, worked on by the command, which may be run under another program."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.path = self.folder / "store"

    def run(self, *arguments, under=(), text=None):
        return subprocess.run([*map(str, under), KEYRULE, *map(str, arguments)], capture_output=True, text=True, timeout=120,
                              input=text)

    def import_(self, text, under=()):
        return self.run("import", "-", "--store", self.path, under=under, text=text)

    def rows(self):
        """What a host would see now, by name."""
        done = self.run("list", "--store", self.path, "--json")
        assert done.returncode == 0, done.stdout + done.stderr
        rows = map(json.loads, done.stdout.splitlines())
        return {(row["tenant"], row["name"]): row for row in rows if not row["revoked"]}

    def generation(self):
        return int((self.path / "CURRENT").read_text().split("generation ")[1].split()[0]) if self.path.exists() else 0


@pytest.fixture
def folder():
    """In memory where there is such a place: not the disk is tested."""
    place = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="keyrule-faults-", dir=place) as path:
        yield Path(path)
