"""The manual: pages that man(1) and mandoc take without a word, made of what the commands say of themselves."""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
KEYRULE = os.environ["KEYRULE_COMMAND"]
SOURCES = ROOT / "plugin_api" / "command"


def run(*words, **options):
    return subprocess.run([*map(str, words)], capture_output=True, text=True, timeout=60, **options)


NAMES = re.findall(r"^  ([a-z]+) +[a-z]", run(KEYRULE, "--help").stdout.split("Commands:")[1], re.M)


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("man")
    done = run(KEYRULE, "man", "--write", folder)
    assert done.returncode == 0 and done.stdout == f"{len(NAMES) + 1} pages written into {folder}\n"
    return folder


def test_a_page_for_each_command(pages):
    assert sorted(path.name for path in pages.iterdir()) == sorted(["keyrule.1", *(f"keyrule-{name}.1" for name in NAMES)])
    for path in pages.iterdir():
        name = path.name.removesuffix(".1").removeprefix("keyrule").removeprefix("-")
        assert run(KEYRULE, "man", *([name] if name else [])).stdout == path.read_text()


def test_nobody_has_anything_to_say_against_them(pages):
    every = sorted(pages.iterdir())
    lint = run("mandoc", "-T", "lint", "-W", "warning", *every)
    assert lint.returncode == 0 and lint.stdout == "", lint.stdout
    for path in every:
        groff = run("groff", "-ww", "-man", "-Tutf8", "-K", "utf8", path)
        assert groff.returncode == 0 and groff.stderr == "", groff.stderr


def text_of(path):
    return re.sub(r".\x08", "", run("mandoc", "-T", "utf8", "-O", "width=300", path).stdout)


@pytest.mark.parametrize("name", NAMES)
def test_what_a_page_says(name, pages):
    text = text_of(pages / f"keyrule-{name}.1")
    for heading in ("NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXAMPLES", "EXIT STATUS", "ENVIRONMENT", "SEE ALSO"):
        assert f"\n{heading}\n" in text, heading
    help_text = run(KEYRULE, name, "--help").stdout
    for option in re.findall(r"^  (--[a-z][^\n]*?)  +", help_text.split("Options:")[1], re.M):
        assert re.search(r"^ +" + re.escape(option), text, re.M), option
    for line in re.findall(r"^  (.*)$", help_text.split("Options:")[0], re.M):
        assert re.sub(r"\s+", " ", line).strip() in re.sub(r"\s+", " ", text), line
    for other in re.findall(r"keyrule-([a-z]+)\(1\)", text.split("SEE ALSO")[1]):
        assert other in [*NAMES]


def test_the_overview_has_all_exit_codes_and_all_commands(pages):
    text = text_of(pages / "keyrule.1")
    exits = (SOURCES / "exit.h").read_text()
    for code in re.findall(r"= (\d+)", exits):
        assert re.search(rf"^ +{code} ", text, re.M), code
    for name in NAMES:
        assert f"keyrule-{name}(1)" in text


def test_every_variable_that_the_command_reads_is_named(pages):
    """Those of the libraries apart, which man pages of their own describe."""
    everything = "".join(text_of(path) for path in pages.iterdir())
    for folder in ("plugin_api/command", "store", "evaluator", "dsl"):
        for path in (ROOT / folder).rglob("*.cc"):
            for variable in re.findall(r'getenv\("([A-Z_]+)"\)', path.read_text()):
                if variable != "HOME":
                    assert variable in everything, (path.name, variable)


def test_wrong_usage_and_json():
    wrong = run(KEYRULE, "man", "chekc")
    assert wrong.returncode == 2 and "did you mean `check`?" in wrong.stderr
    as_json = json.loads(run(KEYRULE, "man", "check", "--json").stdout)
    assert as_json == {"page": "keyrule-check", "section": 1, "text": run(KEYRULE, "man", "check").stdout}
    assert run(KEYRULE, "man", "--write", "/no/such/folder").returncode == 4
