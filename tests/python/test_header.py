"""keyrule.h keeps the habits that make it readable in ten minutes."""

import re
from pathlib import Path

HEADER = Path(__file__).resolve().parents[2] / "plugin_api" / "include" / "keyrule" / "keyrule.h"
TEXT = HEADER.read_text()
TABLE = TEXT[TEXT.index("typedef struct keyrule_api {") : TEXT.index("} keyrule_api;")]
TAG = re.compile(r"\[(any-thread|exclusive)\]")


def comment_before_each_entry():
    """(name, the comment that covers it): its own, before or behind it."""
    position = 0
    for match in re.finditer(r"\(\*(\w+)\)\([^;]*\);([^\n]*)", TABLE, re.S):
        before = TABLE[position : match.start()]
        comments = re.findall(r"/\*.*?\*/", before + match[2], re.S)
        yield match[1], " ".join(comments)
        position = match.end()


def test_every_entry_has_a_thread_tag():
    entries = dict(comment_before_each_entry())
    assert len(entries) >= 17
    assert [name for name, comment in entries.items() if not TAG.search(comment)] == []


def test_the_exported_function_has_one():
    assert TAG.search(TEXT[TEXT.index("/* The only exported symbol") : TEXT.index("KEYRULE_EXPORT const")])


def test_size_and_comments():
    lines = TEXT.splitlines()
    assert len(lines) <= 400
    commented = 0
    inside = False
    for line in lines:
        begins = "/*" in line
        commented += inside or begins
        inside = (inside or begins) and "*/" not in line[line.rfind("/*") if begins else 0 :]
    assert commented / len([line for line in lines if line.strip()]) >= 0.4


def test_structs_that_the_host_fills_begin_with_their_size():
    for name in ("host", "engine_options", "request", "report", "response", "classification", "decision_info", "api"):
        body = TEXT[TEXT.index(f"typedef struct keyrule_{name} {{") :].split("{", 1)[1]
        assert body.split(";")[0].split() == ["uint32_t", "struct_size"], name


def test_plain_c_only():
    code = re.sub(r"/\*.*?\*/", "", TEXT, flags=re.S)
    for word in ("bool", "long", "time_t", "enum keyrule", "wchar_t", "//"):
        assert not re.search(rf"(?<!\w){re.escape(word)}(?!\w)", code), word


def test_conventions_are_numbered():
    numbers = [int(n) for n in re.findall(r"^ \* +(\d+)\. ", TEXT, re.M)]
    assert numbers == list(range(1, len(numbers) + 1)) and len(numbers) >= 9
