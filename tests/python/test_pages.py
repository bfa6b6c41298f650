"""The pages about diagnostics: every code that the program issues has one, and both its examples do what it says."""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
KEYRULE = Path(os.environ["KEYRULE_COMMAND"]).resolve()
PAGES = {page.stem: page.read_text() for page in sorted((ROOT / "dsl" / "diagnostics").glob("*.md"))}
TABLE = (ROOT / "dsl" / "diagnostic_codes.def").read_text()
COMMANDS = {"KR0703": ["test"], "KR0704": ["test", "--coverage"]}
BLOCK = re.compile(r"^```(\w+)(?: (in )?(\S+))?\n(.*?)^```$", re.M | re.S)


def issued_codes():
    """The codes that the sources name where they make a diagnostic."""
    found = set()
    for folder in ("dsl", "evaluator", "plugin_api"):
        for path in (ROOT / folder).rglob("*.cc"):
            text = re.sub(r"bool (NeedsMore|SpeaksOfAllow)\(.*?\n}\n", "", path.read_text(), flags=re.S)
            found |= set(re.findall(r"\bCode::(KR\d{4})\b", text))
    text = (ROOT / "dsl" / "grammar_messages.h").read_text()
    return found | set(re.findall(r"\bCode::(KR\d{4})\b", text))


def titles():
    pattern = r'KEYRULE_DIAGNOSTIC\((\d+), k\w+,\s*((?:"(?:[^"\\]|\\.)*"\s*)+)\)'
    for match in re.finditer(pattern, TABLE):
        text = "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', match[2]))
        yield "KR" + match[1], re.sub(r"\\(.)", r"\1", text)


def run(*arguments, **options):
    return subprocess.run([KEYRULE, *arguments], text=True, capture_output=True, timeout=60, **options)


def diagnostics(page, heading, folder):
    """What the example under a heading leads to, as JSON objects in the order they are shown."""
    shared, _, examples = page.partition("## Bad\n")
    bad, _, mended = examples.partition("## Mended\n")
    for _, _, name, text in BLOCK.findall(shared) + BLOCK.findall(bad if heading == "Bad" else mended):
        encoding = "utf-8"
        if name == "latin-1":
            name, encoding = "", name
        path = folder / (name or "policy.keyrule")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode(encoding))
    command = COMMANDS.get(page[2:8], ["check"])
    catalog = ["--catalog", "catalog.json"] if (folder / "catalog.json").exists() else []
    done = run(*command, "--json", *catalog, "policy.keyrule", cwd=folder)
    assert done.returncode in (0, 1, 3, 4), done.stdout + done.stderr
    return [one for one in map(json.loads, done.stdout.splitlines()) if "code" in one]


def test_every_code_has_a_page_and_every_page_a_code():
    assert len(PAGES) >= 60
    assert issued_codes() == set(PAGES)


@pytest.mark.parametrize("code, title", titles())
def test_page_begins_with_the_message(code, title):
    if code in PAGES:
        assert PAGES[code].splitlines()[0] == f"# {code}: {title}"
    else:
        assert "does not report it yet" in run("explain", code).stdout


@pytest.mark.parametrize("code", PAGES)
def test_bad_example_shows_the_code_first(code, tmp_path):
    found = diagnostics(PAGES[code], "Bad", tmp_path)
    assert found and found[0]["code"] == code, found


@pytest.mark.parametrize("code", PAGES)
def test_bad_example_shows_nothing_else(code, tmp_path):
    assert {one["code"] for one in diagnostics(PAGES[code], "Bad", tmp_path)} <= {code}


@pytest.mark.parametrize("code", PAGES)
def test_mended_example_is_clean(code, tmp_path):
    assert diagnostics(PAGES[code], "Mended", tmp_path) == []


@pytest.mark.parametrize("code", PAGES)
def test_explain_prints_the_page(code):
    upper, lower = run("explain", code), run("explain", code.lower())
    assert upper.returncode == 0 and upper.stdout == lower.stdout
    text = upper.stdout
    assert re.match(rf"(error|warning|note)\[{code}\]: ", text) and "\nBad:\n" in text and "\nMended:\n" in text
    assert all(c.isprintable() or c == "\n" for c in text) and "\n\n\n" not in text
    assert all(len(line) <= 132 for line in text.splitlines()) or code == "KR0013"
    page = json.loads(run("explain", "--json", code).stdout)
    assert page["code"] == code and page["bad"]["policy"] and page["mended"]["policy"]
    assert list(page) == ["code", "severity", "message", "text", "bad", "mended"]


def test_unknown_code_guesses_or_says_where_to_look():
    done = run("explain", "KR0302222")
    assert done.returncode == 2 and "KR0302222" in done.stderr
    near = run("explain", "KR0319")
    assert near.returncode == 2 and "did you mean KR0" in near.stderr and "--list" in near.stderr


def test_list_names_every_code():
    lines = run("explain", "--list").stdout.splitlines()
    assert [line.split()[0] for line in lines] == [code for code, _ in titles()]
    objects = [json.loads(line) for line in run("explain", "--list", "--json").stdout.splitlines()]
    assert [one["message"] for one in objects] == [title for _, title in titles()]


def test_an_example_with_files_names_them():
    text = run("explain", "KR0207").stdout
    assert "  and apps.csv:" in text and "    app_id,credential" in text
    assert json.loads(run("explain", "--json", "KR0207").stdout)["bad"]["files"]["apps.csv"].startswith("app_id,")


def test_an_invisible_character_is_shown_by_its_number():
    assert "inv<U+200B>oices" in run("explain", "KR0007").stdout
