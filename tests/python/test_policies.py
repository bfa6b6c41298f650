"""The library of policies: the table names each of them, and each is clean."""

import os
import re
import subprocess
from pathlib import Path

import pytest

POLICIES = Path(__file__).resolve().parents[2] / "policies"
NAMES = sorted(path.stem for path in POLICIES.glob("*.keyrule"))
COMMAND = os.environ["KEYRULE_COMMAND"]


def keyrule(*arguments):
    return subprocess.run([COMMAND, *arguments], cwd=POLICIES, capture_output=True, text=True, timeout=60)


def test_the_table_names_each_policy_once():
    rows = re.findall(r"^\| \[([a-z-]+)\]\(([a-z-]+)\.keyrule\) \|", (POLICIES / "README.md").read_text(), re.M)
    assert all(name == link for name, link in rows)
    assert sorted(name for name, _ in rows) == NAMES
    assert len(NAMES) >= 16


@pytest.mark.parametrize("name", NAMES)
def test_clean_formatted_and_tested(name):
    checked = keyrule("check", "--deny-warnings", f"{name}.keyrule")
    assert checked.returncode == 0, checked.stderr
    assert keyrule("fmt", "--check", f"{name}.keyrule").returncode == 0
    tested = keyrule("test", "--min-coverage", "80", f"{name}.keyrule")
    assert tested.returncode == 0, tested.stdout + tested.stderr


@pytest.mark.parametrize("name", NAMES)
def test_the_head_says_for_whom(name):
    lines = (POLICIES / f"{name}.keyrule").read_text().splitlines()
    assert lines[0] == "keyrule 1" and lines[1] == "" and lines[2].startswith("# ")
