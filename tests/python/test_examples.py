"""Every example that a page shows is run: policies are checked and tested, console blocks print what they show."""
import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
KEYRULE = Path(os.environ["KEYRULE_COMMAND"])
PAGES = [ROOT / "README.md", ROOT / "dsl" / "LANGUAGE.md"]
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)


def blocks(kind):
    for page in PAGES:
        for match in FENCE.finditer(page.read_text()):
            if match[1] == kind:
                line = page.read_text()[: match.start()].count("\n") + 2
                yield pytest.param(match[2], id=f"{page.name}:{line}")


def run(*arguments, **options):
    environment = dict(os.environ, PATH=f"{KEYRULE.parent}:{os.environ['PATH']}", NO_COLOR="1")
    return subprocess.run(
        arguments, cwd=ROOT, env=environment, text=True, capture_output=True, timeout=60, **options
    )


def test_pages_have_examples():
    assert len(list(blocks("keyrule"))) >= 8 and len(list(blocks("console"))) >= 1


@pytest.mark.parametrize("policy", blocks("keyrule"))
def test_policy_block_loads_and_passes_its_tests(policy, tmp_path):
    file = tmp_path / "example.keyrule"
    file.write_text(policy)
    checked = run(KEYRULE, "check", file)
    assert checked.returncode == 0, checked.stderr
    if re.search(r'^test "', policy, re.M):
        tested = run(KEYRULE, "test", file)
        assert tested.returncode == 0, tested.stdout + tested.stderr


@pytest.mark.parametrize("block", blocks("bad"))
def test_bad_block_shows_its_error(block, tmp_path):
    """A block of kind `bad` is a policy, a line `---`, and the complete error that it gives."""
    policy, expected = block.split("---\n")
    file = tmp_path / "example.keyrule"
    file.write_text(policy)
    checked = run(KEYRULE, "check", file)
    assert checked.returncode == 3
    assert checked.stderr.replace(f"{tmp_path}/", "").strip() == expected.strip()


@pytest.mark.parametrize("block", blocks("console"))
def test_console_block_prints_what_it_shows(block):
    for part in re.split(r"^\$ ", block, flags=re.M)[1:]:
        command, _, expected = part.partition("\n")
        done = run(*shlex.split(command))
        assert done.stdout + done.stderr == expected, command


@pytest.mark.parametrize("policy", sorted((ROOT / "policies").glob("*.keyrule")), ids=lambda p: p.name)
def test_shipped_policy_passes_its_tests(policy):
    tested = run(KEYRULE, "test", "--deny-warnings", policy)
    assert tested.returncode == 0, tested.stdout + tested.stderr
