"""The real graph engine of recent Dify, graphon from PyPI, over the stand-in for the rest of Dify.

Python 3.11 gets 0.1.2, the last that runs there; 3.12 and later the newest. KEYRULE_GRAPHON names a folder that has it already.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import keyrule
import pytest
from standing import POLICY, STANDIN, key

ROOT = Path(__file__).resolve().parents[3]
PACKAGES = ["graphon==0.1.2"] if sys.version_info < (3, 12) else ["graphon"]
# What its engine imports; the rest of its dependencies read documents.
NEEDS = ["pydantic~=2.12.5", "pydantic-extra-types", "jsonschema", "httpx", "pyyaml", "orjson", "charset-normalizer"]


@pytest.fixture(scope="session")
def graphon():
    given = os.environ.get("KEYRULE_GRAPHON")
    if given:
        return Path(given)
    folder = ROOT / "build" / f"graphon-{sys.version_info.major}.{sys.version_info.minor}"
    if not (folder / "done").exists():
        pip = [
            sys.executable,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--only-binary=:all:",
            "--target",
            folder,
        ]
        subprocess.run([*pip, "--no-deps", *PACKAGES], check=True)
        subprocess.run([*pip, *NEEDS], check=True)
        (folder / "done").touch()
    return folder


def test_nodes_side_by_side_in_the_real_engine(graphon, store, tmp_path):
    policy = tmp_path / "policy.keyrule"
    policy.write_text(POLICY)
    package = Path(keyrule.__file__).parents[1]
    environment = {**os.environ, "PYTHONPATH": f"{graphon}:{STANDIN}:{package}"}
    host = Path(__file__).with_name("graphon_host.py")
    done = subprocess.run([sys.executable, host, policy, store], env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    print("graphon", told["graphon"])
    assert told["paid"]["a"] == [key("prod-a")]
    assert told["paid"]["b"] == [key("prod-b")]
    assert told["paid"].get("elsewhere", [key("shared")]) == [key("shared")]
    assert "closed" not in told["paid"]
    assert "node closed is closed" in told["errors"]["closed"]
