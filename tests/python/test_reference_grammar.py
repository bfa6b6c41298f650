"""The grammar that the language reference prints, run: it accepts what the program accepts, and nothing else."""
import json
import os
import random
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
KEYRULE = Path(os.environ["KEYRULE_COMMAND"]).resolve()
PAGE = (ROOT / "dsl" / "LANGUAGE.md").read_text()
GRAMMAR = re.search(r"^```ebnf\n(.*?)^```$", PAGE, re.M | re.S)[1]
WORDS = re.findall(r"^KEYRULE_(\w+)\((\w+)\)$", (ROOT / "dsl" / "token_words.def").read_text(), re.M)
RESERVED = {word for kind, word in WORDS if kind in ("STATEMENT", "RESERVED")}


def read_grammar():
    """Rules as nested tuples, tokens as compiled patterns."""
    tokens = {name: re.compile(regex) for name, regex in re.findall(r"^([A-Z]+) += /(.*)/$", GRAMMAR, re.M)}
    rules = {}
    for name, body in re.findall(r"^([a-z]+) += (.*?)(?=^\w+ +=|\Z)", GRAMMAR, re.M | re.S):
        parts = re.findall(r'"[^"]*"|[A-Za-z]+|[][(){}|]', body)
        rules[name], rest = read_choice(parts)
        assert not rest, name
    return rules, tokens


def read_choice(parts):
    choices = []
    while True:
        items = []
        while parts and parts[0] not in "|])}":
            part, parts = parts[0], parts[1:]
            if part in "[({":
                inner, parts = read_choice(parts)
                kind = {"[": "optional", "(": "group", "{": "many"}[part]
                assert parts[0] == {"[": "]", "(": ")", "{": "}"}[part]
                items.append((kind, inner))
                parts = parts[1:]
            else:
                items.append(("rule", part) if part.islower() and part.isalpha() else ("token", part))
        choices.append(items)
        if not parts or parts[0] != "|":
            return choices, parts
        parts = parts[1:]


RULES, TOKENS = read_grammar()
MARKS = ["==", "!=", "<=", ">=", "..", "=", "<", ">", "{", "}", "[", "]", "(", ")", ",", ":"]
LITERALS = ("INT", "MONEY", "PERCENT", "DURATION", "MOMENT", "TIMESTAMP")
BLANK = re.compile(r"[ \t\r\n]+|#[^\n]*")
DOTTED = re.compile(rf"(\.({TOKENS['WORD'].pattern}|{TOKENS['TEXT'].pattern}))+")
RUN = re.compile(r"-?[0-9](?:(?!\.\.)[\w.:+-])*%?", re.A)


def lex(text):
    """Each token as its text and all that it can be; None if there is something else."""
    found = []
    at = 1 if text.startswith("\ufeff") else 0
    while at < len(text):
        if blank := BLANK.match(text, at):
            at = blank.end()
            continue
        kinds = set()
        if word := TOKENS["WORD"].match(text, at):
            end = word.end()
            if dotted := DOTTED.match(text, end):
                kinds, end = {"PATH", "KEY"}, dotted.end()
            else:
                kinds = {f'"{word[0]}"', "KEY"} | (set() if word[0] in RESERVED else {"NAME", "PATH"})
                if TOKENS["MOMENT"].fullmatch(word[0]):
                    kinds.add("MOMENT")
        elif quoted := TOKENS["TEXT"].match(text, at):
            kinds, end = {"TEXT"}, quoted.end()
        elif run := RUN.match(text, at):
            end = run.end()
            kinds = {kind for kind in LITERALS if TOKENS[kind].fullmatch(text, at, end)}
        elif found and found[-1][0] == "matches" and text[at] == "/":
            pattern = TOKENS["PATTERN"].match(text, at)
            kinds, end = ({"PATTERN"}, pattern.end()) if pattern else (set(), at)
        elif mark := next((mark for mark in MARKS if text.startswith(mark, at)), None):
            kinds, end = {f'"{mark}"'} | ({"COMPARE"} if TOKENS["COMPARE"].fullmatch(mark) else set()), at + len(mark)
        if not kinds:
            return None
        found.append((text[at:end], kinds))
        at = end
    return found


def accepts(text):
    tokens = lex(text)
    if tokens is None:
        return False

    @cache
    def rule(name, at):
        return choice(RULES[name], at)

    def choice(choices, at):
        return next((end for end in (sequence(items, at) for items in choices) if end is not None), None)

    def sequence(items, at):
        for kind, what in items:
            if kind == "token":
                end = at + 1 if at < len(tokens) and what in tokens[at][1] else None
            elif kind == "rule":
                end = rule(what, at)
            else:
                end = choice(what, at)
                while kind == "many" and end is not None:
                    at, end = end, choice(what, end)
                if kind in ("many", "optional") and end is None:
                    end = at
            if end is None:
                return None
            at = end
        return at

    return rule("file", 0) == len(tokens)


# What the grammar says; and what it does not say, so that such a file is no witness.
SYNTAX = {"KR0001", "KR0002", "KR0003", "KR0004", "KR0005", "KR0010", "KR0011", "KR0012"}
BEYOND = {"KR0006", "KR0007", "KR0013", "KR0015", "KR0017"}
INVISIBLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff]|\\u\{")


def program_says(folder, texts):
    """For each text whether the program finds it well formed; None where it cannot be a witness."""
    paths = []
    for number, text in enumerate(texts):
        paths.append(folder / f"{number}.keyrule")
        paths[-1].write_bytes(text.encode())
    done = subprocess.run([KEYRULE, "check", "--json", *paths], text=True, capture_output=True, timeout=300)
    codes = {str(path): set() for path in paths}
    for one in map(json.loads, done.stdout.splitlines()):
        if one.get("code") and one["file"] in codes:
            codes[one["file"]].add(one["code"])
    return [None if found & BEYOND else not found & SYNTAX for found in codes.values()]


@cache
def corpus():
    paths = [*(ROOT / "policies").rglob("*.keyrule"), *(ROOT / "tests" / "golden").rglob("*.keyrule")]
    texts = re.findall(r"^```keyrule\n(.*?)^```$", PAGE, re.M | re.S)
    for path in sorted(paths):
        data = path.read_bytes()
        try:
            text = data.decode()
        except UnicodeDecodeError:
            continue
        if len(data) < 20_000 and not INVISIBLE.search(text.removeprefix("\ufeff")):
            texts.append(text)
    return texts


def test_the_corpus_is_read_alike(tmp_path):
    texts = corpus()
    assert len(texts) > 150
    wrong = [t for t, said in zip(texts, program_says(tmp_path, texts)) if said is not None and said != accepts(t)]
    assert wrong == []


@cache
def well_formed():
    return [text for text in corpus() if len(text) < 4_000 and accepts(text)]


def damaged(tokens, words, chance):
    """One token behind the first two is lost, doubled, exchanged with another or replaced by any word of the language."""
    at = chance.randrange(2, len(tokens))
    other = chance.randrange(2, len(tokens))
    changed = list(tokens)
    match chance.randrange(4):
        case 0:
            del changed[at]
        case 1:
            changed.insert(at, changed[at])
        case 2:
            changed[at], changed[other] = changed[other], changed[at]
        case 3:
            changed[at] = chance.choice(words)
    return "\n".join(changed)


@pytest.mark.parametrize("seed", range(4))
def test_damaged_policies_are_read_alike(seed, tmp_path):
    chance = random.Random(seed)
    good = well_formed()
    words = [word for _, word in WORDS] + MARKS + ['"x"', "a.b", "3", "3s", "5%", "mon", "09:00", "1.50", "2026-01-05T09:00Z"]
    texts = []
    while len(texts) < 1000:
        tokens = [text for text, _ in lex(chance.choice(good))]
        if 2 < len(tokens) < 600:
            texts.append(damaged(tokens, words, chance))
    said = program_says(tmp_path, texts)
    assert said.count(True) > 20 and said.count(False) > 200
    wrong = [t for t, one in zip(texts, said) if one is not None and one != accepts(t)]
    assert wrong == []
