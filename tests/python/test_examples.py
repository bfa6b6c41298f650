"""Every example that a page shows is run: policies are checked and tested, console blocks print what they show."""
import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
KEYRULE = Path(os.environ["KEYRULE_COMMAND"])
PAGES = [ROOT / "README.md", ROOT / "dsl" / "LANGUAGE.md"]
# A block with a name behind its kind is a file that later blocks of the page read.
FENCE = re.compile(r"^```(\w*)(?: (\S+))?\n(.*?)^```$", re.M | re.S)
# `ebnf` is run by test_reference_grammar.py.
KINDS = {"keyrule", "bad", "console", "python", "csv", "ebnf"}


def fences(page):
    return list(FENCE.finditer(page.read_text()))


def blocks(kind):
    for page in PAGES:
        for match in fences(page):
            if match[1] == kind and not match[2]:
                line = page.read_text()[: match.start()].count("\n") + 2
                yield pytest.param(match[3], id=f"{page.name}:{line}")


@pytest.fixture
def folder(tmp_path):
    """A folder with the files that the pages show."""
    for page in PAGES:
        for match in fences(page):
            if match[2]:
                (tmp_path / match[2]).parent.mkdir(parents=True, exist_ok=True)
                (tmp_path / match[2]).write_text(match[3])
    return tmp_path


def run(*arguments, **options):
    environment = dict(os.environ, PATH=f"{KEYRULE.parent}:{os.environ['PATH']}", NO_COLOR="1") | options.pop("env", {})
    return subprocess.run(
        arguments, **{"cwd": ROOT} | options, env=environment, text=True, capture_output=True, timeout=60
    )


def test_pages_have_examples():
    assert len(list(blocks("keyrule"))) >= 8 and len(list(blocks("console"))) >= 1


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_block_is_run(page):
    text = page.read_text()
    assert text.count("```") == 2 * len(fences(page))
    assert {match[1] for match in fences(page)} <= KINDS
    for match in fences(page):
        if match[2]:
            assert f'"{match[2]}"' in text[match.end() :], f"no later example reads {match[2]}"


def test_the_dependency_table_names_every_package():
    packages = {line for line in (ROOT / "Aptfile").read_text().splitlines() if line and not line.startswith("#")}
    table = (ROOT / "README.md").read_text().partition("## Dependencies")[2].partition("\n## ")[0]
    first_column = "".join(re.findall(r"^\|([^|]*)\|", table, re.M))
    assert set(re.findall(r"`([^`]+)`", first_column)) == packages


@pytest.mark.parametrize("policy", blocks("keyrule"))
def test_policy_block_loads_and_passes_its_tests(policy, folder):
    file = folder / "example.keyrule"
    file.write_text(policy)
    checked = run(KEYRULE, "check", "--deny-warnings", file)
    assert checked.returncode == 0, checked.stderr
    if re.search(r'^test "', policy, re.M):
        tested = run(KEYRULE, "test", file)
        assert tested.returncode == 0, tested.stdout + tested.stderr


@pytest.mark.parametrize("block", blocks("bad"))
def test_bad_block_shows_its_error(block, folder):
    """A block of kind `bad` is a policy, a line `---`, and the complete error that it gives."""
    policy, expected = block.split("---\n")
    file = folder / "example.keyrule"
    file.write_text(policy)
    checked = run(KEYRULE, "check", file)
    assert checked.returncode == 3
    assert checked.stderr.replace(f"{folder}/", "").strip() == expected.strip()


def same_json(printed, shown):
    """Whether both say the same, their keys in the same order. `…` in a text that is shown stands for anything."""

    def same(one, other):
        if isinstance(one, (list, tuple)) and type(one) is type(other):
            return len(one) == len(other) and all(map(same, one, other))
        if isinstance(one, str) and isinstance(other, str):
            return re.fullmatch(re.escape(other).replace("…", ".*"), one, re.S) is not None
        return type(one) is type(other) and one == other

    return same(*(json.loads(text, object_pairs_hook=list) for text in (printed, shown)))


@pytest.mark.parametrize("block", blocks("console"))
def test_console_block_prints_what_it_shows(block, tmp_path):
    """`$STORE` is a path of the test's own, with the demo's credentials unless the block imports them itself. JSON may be
    shown on more lines than it is printed on.
    """
    store = str(tmp_path / "store")
    if "$STORE" in block and "keyrule import" not in block:
        assert run(KEYRULE, "import", "policies/demo/credentials.json", "--store", store).returncode == 0
    for part in re.split(r"^\$ ", block.replace("$STORE", store), flags=re.M)[1:]:
        command, _, expected = part.partition("\n")
        done = run(*shlex.split(command))
        # What people are told on the way stands before the result, as on a terminal.
        told = done.stderr.startswith(("made ", "revoked ", "disabled "))
        printed = done.stderr + done.stdout if told else done.stdout + done.stderr
        if expected.startswith("{\n"):
            assert same_json(printed, expected), printed
        else:
            assert printed == expected, command


@pytest.mark.parametrize("block", blocks("python"))
def test_python_block_runs(block, tmp_path):
    """On a store with the demo's credentials, which is where the page says that it is."""
    store = tmp_path / "store"
    assert run(KEYRULE, "import", "policies/demo/credentials.json", "--store", store).returncode == 0
    assert "/var/lib/keyrule/store" in block
    code = block.replace("/var/lib/keyrule/store", str(store))
    done = run(sys.executable, "-B", "-c", code, env={"PYTHONPATH": "plugin_api/python"})
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("policy", sorted((ROOT / "policies").glob("*.keyrule")), ids=lambda p: p.name)
def test_shipped_policy_passes_its_tests(policy):
    tested = run(KEYRULE, "test", "--deny-warnings", policy)
    assert tested.returncode == 0, tested.stdout + tested.stderr
