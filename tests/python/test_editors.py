"""The TextMate grammar gives every token of the corpus the scope that the language means, and what tree-sitter generated
belongs to the grammar beside it (which tests/plugin_api/editors runs).

The TextMate grammar keeps to `match`, and to one `begin`/`end` without nesting, so that the few lines below apply it as
editors do: at each place of a line the first pattern that matches earliest wins."""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXTENSION = ROOT / "plugin_api" / "editors" / "vscode"
GRAMMAR = json.loads((EXTENSION / "syntaxes" / "keyrule.tmLanguage.json").read_text())
RULES = [GRAMMAR["repository"][pattern["include"][1:]] for pattern in GRAMMAR["patterns"]]
CORPUS = sorted([*(ROOT / "policies").glob("*.keyrule"), *(ROOT / "tests" / "golden" / "examples").glob("*.keyrule")])
WORDS = dict(
    reversed(match) for match in re.findall(r"^KEYRULE_(\w+)\((\w+)\)$", (ROOT / "dsl" / "token_words.def").read_text(), re.M)
)


def scopes(line):
    """(text, scope) of each part of a line that has one."""
    at = 0
    while at < len(line):
        found = [(match.start(), i, match) for i, rule in enumerate(RULES)
                 if (match := re.compile(rule.get("match", rule.get("begin"))).search(line, at))]
        if not found:
            return
        _, i, match = min(found, key=lambda one: one[:2])
        rule, end = RULES[i], match.end()
        if "begin" in rule:
            escape = re.compile(rule["patterns"][0]["match"])
            while end < len(line) and line[end] != '"':
                skipped = escape.match(line, end)
                end = skipped.end() if skipped else end + 1
            end = min(end + 1, len(line))
            yield line[match.start():end], rule["name"]
        elif "captures" in rule:
            for group, capture in rule["captures"].items():
                yield match.group(int(group)), capture["name"]
        else:
            yield match.group(), rule["name"]
        at = max(end, at + 1)


def expected(token):
    if token.startswith("#"):
        return "comment"
    if token.startswith('"'):
        return "string.quoted"
    if token.startswith("/"):
        return "string.regexp"
    if re.fullmatch(r"\d{4}-.*|\d\d:\d\d", token):
        return "constant.other.moment"
    if re.match(r"-?\d", token):
        return "constant.numeric"
    if "." in token and token != "..":
        return "variable.other.attribute"
    return ("keyword", "constant.language") if WORDS.get(token) in ("STATEMENT", "RESERVED") else None


TOKEN = re.compile(
    r'#.*|"(?:\\.|[^"\\])*"|/(?:\\.|[^/\\])+/|\d{4}-\d\d-\d\d(?:T[\d:]+(?:Z|[+-][\d:]+))?|\d\d:\d\d'
    r"|-?\d[\d_]*(?:\.\d+)?(?:%|ms|[smhd]\b)?|[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*|\.\.|[=!<>]=?"
)


@pytest.mark.parametrize("policy", CORPUS, ids=lambda path: path.stem)
def test_tokens_have_their_scopes(policy):
    seen = 0
    for line in policy.read_text().splitlines():
        given = list(scopes(line))
        for token in TOKEN.findall(line):
            wanted = expected(token)
            if wanted is None:
                continue
            scope = next((scope for text, scope in given if text == token), None)
            assert scope is not None and scope.startswith(wanted), f"{line!r}: {token!r} is {scope}, not {wanted}"
            seen += 1
    assert seen > 20


def test_every_word_of_the_language_is_in_the_grammar():
    text = json.dumps(GRAMMAR)
    assert [word for word in WORDS if not re.search(rf"[(|:]{word}[)|]", text)] == []


def test_the_extension_names_files_that_exist():
    package = json.loads((EXTENSION / "package.json").read_text())
    for entry in package["contributes"]["grammars"] + package["contributes"]["languages"]:
        assert (EXTENSION / entry.get("path", entry.get("configuration"))).is_file()
    json.loads((EXTENSION / "language-configuration.json").read_text())


TREE_SITTER = ROOT / "plugin_api" / "editors" / "tree-sitter-keyrule"
SCRIPT = re.sub(r"^ *//.*$", "", (TREE_SITTER / "grammar.js").read_text(), flags=re.M)
GENERATED = json.loads((TREE_SITTER / "src" / "grammar.json").read_text())


def values(rule, kind):
    """What stands in a rule's strings or patterns, however deep."""
    if isinstance(rule, list):
        return {value for part in rule for value in values(part, kind)}
    if not isinstance(rule, dict):
        return set()
    own = {rule["value"]} if rule.get("type") == kind else set()
    return own | values(list(rule.values()), kind)


def test_tree_sitter_rules_are_generated():
    assert re.findall(r"^    (\w+): \(", SCRIPT, re.M) == list(GENERATED["rules"])


def test_tree_sitter_words_are_generated():
    fields = set(re.findall(r"field\('(\w+)'", SCRIPT))
    written = set(re.findall(r"'([^']+)'", re.sub(r"field\('\w+'|name: 'keyrule'", "", SCRIPT)))
    assert written == values(GENERATED["rules"], "STRING")
    assert set(re.findall(r'"FIELD",\s+"name": "(\w+)"', json.dumps(GENERATED, indent=1))) == fields
    assert set(WORDS) <= written


def test_tree_sitter_patterns_are_generated():
    patterns = values(GENERATED, "PATTERN")
    assert len(patterns) > 10 and [pattern for pattern in patterns if f"/{pattern}/" not in SCRIPT] == []


def test_tree_sitter_parser_is_generated_from_the_same_rules():
    symbols = re.findall(r'^  \[\w+\] = "(\w+)",$', (TREE_SITTER / "src" / "parser.c").read_text(), re.M)
    kinds = {rule for rule in GENERATED["rules"] if not rule.startswith("_")}
    assert kinds | set(WORDS) | set(re.findall(r"field\('(\w+)'", SCRIPT)) <= set(symbols)


def test_the_lines_that_install_the_grammar_work(tmp_path):
    page = (TREE_SITTER.parent / "README.md").read_text()
    environment = {key: value for key, value in os.environ.items() if key != "LD_PRELOAD"} | {"HOME": str(tmp_path)}
    install = [block for block in re.findall(r"^```sh\n(.*?)^```$", page, re.M | re.S) if "cc " in block]
    assert len(install) == 2
    for block in install:
        subprocess.run(["sh", "-euc", block], cwd=TREE_SITTER, env=environment, check=True)
    nvim, helix = tmp_path / ".config" / "nvim", tmp_path / ".config" / "helix" / "runtime"
    for library in (nvim / "parser" / "keyrule.so", helix / "grammars" / "keyrule.so"):
        assert b"tree_sitter_keyrule" in library.read_bytes()
    assert (nvim / "queries" / "keyrule" / "highlights.scm").read_text().count("@number") == 1
    query = (helix / "queries" / "keyrule" / "highlights.scm").read_text()
    assert re.findall(r"@(number|boolean|string.escape)\b", query) == [] and "] @constant.numeric" in query
