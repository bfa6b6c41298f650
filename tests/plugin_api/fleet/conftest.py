import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

sys.path[:0] = [str(Path(__file__).resolve().parent), str(Path(__file__).resolve().parents[3] / "plugin_api" / "python")]

from servers import Host, Redis  # noqa: E402

CREDENTIALS = [{"tenant": "t1", "provider": "openai", "name": name, "credentials": {"k": name}} for name in "abc"]


@pytest.fixture(scope="session")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fleet")
    (folder / "c.json").write_text(json.dumps({"credentials": CREDENTIALS}))
    words = [os.environ["KEYRULE_COMMAND"], "import", folder / "c.json", "--store", folder / "store"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return folder / "store"


@pytest.fixture
def redis(tmp_path):
    with Redis(tmp_path) as server:
        yield server


@pytest.fixture
def fleet(tmp_path, store):
    """Makes hosts of one policy; all are ended at the end."""
    made = []

    def make(limits, url, name="host", pool='"a" "b" "c"', strategy="round_robin", inside=(), state=True, **environ):
        path = tmp_path / f"{name}.keyrule"
        path.write_text(
            f'keyrule 1\nschema "dify"\npool all {{ {pool} }}\n{limits}\n'
            f'default {{ use all by {strategy} else deny "used up" }}\n'
        )
        made.append(Host(path, store, tmp_path / f"{name}.state" if state else "", url, inside, **environ))
        return made[-1]

    yield make
    for host in made:
        host.__exit__()
