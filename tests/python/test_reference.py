"""The language reference against the program: its words, limits, codes and what it settles are the code's."""
import json
import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
KEYRULE = Path(os.environ["KEYRULE_COMMAND"]).resolve()
PAGE = (ROOT / "dsl" / "LANGUAGE.md").read_text()
GRAMMAR = re.search(r"^```ebnf\n(.*?)^```$", PAGE, re.M | re.S)[1]
WORDS = re.findall(r"^KEYRULE_(\w+)\((\w+)\)$", (ROOT / "dsl" / "token_words.def").read_text(), re.M)
RESERVED = {word for kind, word in WORDS if kind in ("STATEMENT", "RESERVED")}


def section(number):
    """The text under the heading that begins with this number."""
    level = "#" * (2 + number.rstrip(".").count("."))
    return re.search(rf"^{level} {re.escape(number)} .*?(?=^#{{2,{len(level)}}} |\Z)", PAGE, re.M | re.S)[0]


# ---- words, limits, codes


def test_every_word_stands_in_the_grammar_and_no_other():
    assert set(re.findall(r'"([a-z_]+)"', GRAMMAR)) | set("mon tue wed thu fri sat sun".split()) == {w for _, w in WORDS}


def test_reserved_words():
    quoted = re.findall(r"^> (.*)$", section("2.2"), re.M)
    assert sorted(" ".join(quoted).split()) == sorted(RESERVED)


def constants():
    """The constants of limits.h, and those that stand where they are used."""
    text = (ROOT / "dsl" / "limits.h").read_text()
    found = {}
    for name, value in re.findall(r"constexpr \w+ (kMax\w+) = ([^;]+);", text):
        found[name] = eval(value.replace("'", "").replace("U", ""))  # such as 64U << 20
    pool = (ROOT / "dsl" / "lower_pool.cc").read_text()
    found["failures"] = int(re.search(r'"the number of failures", 1, ([\d\']+)\)', pool)[1].replace("'", ""))
    found["amount"] = int(re.search(r'"this limit", 0, ([\d\']+)\)', pool)[1].replace("'", ""))
    found["errors"] = int(re.search(r"kMaxErrors = (\d+);", (ROOT / "dsl" / "diagnostic.h").read_text())[1])
    console = (ROOT / "plugin_api" / "command" / "console.cc").read_text()
    found["warnings"] = int(re.search(r"kMaxWarnings = (\d+);", console)[1])
    return found


def test_limits():
    rows = dict(re.findall(r"^\| (.+?) \| ([\d,]+(?: MiB)?) \|$", section("2.5"), re.M))
    shown = {what: int(value.replace(",", "").replace(" MiB", "")) << (20 if "MiB" in value else 0) for what, value in rows.items()}
    names = {
        "all files of a policy together": "kMaxTextBytes",
        "files, with those that are named and not there": "kMaxFiles",
        "rules": "kMaxRules",
        "attributes that a schema declares": "kMaxAttributes",
        "nesting: parentheses, conditions named in conditions, pools in pools": "kMaxDepth",
        "a text, pattern, path or name, in bytes": "kMaxLiteralBytes",
        "items of a list in brackets": "kMaxListItems",
        "all different patterns together, in steps of RE2's compiled programs": "kMaxPatternSteps",
        "… and so many steps more for each byte of theirs": "kMaxStepsPerByte",
        "rows of all tables together; of a file, the same two columns count once": "kMaxTableRows",
        "weight, from 1": "kMaxWeight",
        "`retry`": "kMaxRetries",
        "repetitions of a test step, from 1, and counts of `expect`": "kMaxRepeats",
        "calls of a test step that are in flight together (`at once`)": "kMaxAtOnce",
        "counters of quotas and budgets in one test, a value of a `for each` having its own": "kMaxCounters",
        "duration, in days; a rest (`cool`) from 1 ms": "kMaxDurationDays",
        "`usd` of a `limit`": "kMaxUsd",
        "failures before a rest, from 1": "failures",
        "requests or tokens of a `limit`": "amount",
        "errors shown for one policy; the others are counted": "errors",
        "warnings shown as text; the others are counted": "warnings",
        "warnings kept, and so all that `--json` shows; the others are counted": "kMaxKeptWarnings",
    }
    assert shown.pop("share, in percent") == 100
    assert {names[what]: value for what, value in shown.items()} == constants()


def test_codes():
    listed = subprocess.run([KEYRULE, "explain", "--list", "--json"], text=True, capture_output=True, timeout=60, check=True)
    program = [(one["code"], one["severity"], one["message"]) for one in map(json.loads, listed.stdout.splitlines())]
    rows = re.findall(r"^\| (KR\d{4}) \| (\w+) \| (.*?) \|$", section("5.3"), re.M)
    assert [(code, severity, text.replace("\\|", "|")) for code, severity, text in rows] == program


def test_exit_codes():
    header = (ROOT / "plugin_api" / "command" / "exit.h").read_text()
    codes = dict(re.findall(r"^  (k\w+) = (\d+),", header, re.M))
    assert re.findall(r"^\| (\d+) \|", section("7."), re.M) == list(codes.values())
    order = re.findall(r"Exit::(k\w+)", re.search(r"for \(const Exit exit : \{(.*?)\}\)", header, re.S)[1])
    assert f"the first of {', '.join(codes[name] for name in order)} counts" in PAGE


# ---- what chapter 2 settles

HEAD = b'keyrule 1\nschema "dify"\n'
DEFAULT = b"default { leave to host }\n"


def when(condition):
    return HEAD + b"rule r { when " + condition.encode() + b"  leave to host }\n" + DEFAULT


def default(body):
    return HEAD + b"default { " + body.encode() + b" }\n"


def limited(limit):
    return HEAD + b'pool p { "a" }\nbudget b { limit ' + limit.encode() + b" }\ndefault { use p by random under b }\n"


def cooled(clause):
    return HEAD + b'pool p { "a"  ' + clause.encode() + b" }\ndefault { use p by random }\n"


def repeated(times):
    return HEAD + DEFAULT + b'test "t" {\n  request ' + times.encode() + b" times\n  expect host\n}\n"


@pytest.mark.parametrize(
    "policy, codes",
    [
        (b"\xef\xbb\xbf" + HEAD + DEFAULT, []),
        ((HEAD + DEFAULT).replace(b"\n", b"\r\n"), []),
        (HEAD + DEFAULT + b"# \xff", ["KR0006"]),
        (HEAD + DEFAULT + b"# \x07", ["KR0001"]),
        (default('deny "a\x07"'), ["KR0001"]),
        (HEAD + DEFAULT + "# \u202e".encode(), ["KR0007"]),
        (HEAD + DEFAULT + "# \u200b".encode(), []),
        (default('deny "a\u200bb"'), ["KR0007"]),
        (default('deny "a\u00a0b"'), []),
        (default('deny\u00a0"a b"'), ["KR0007"]),
        (default("deny \u201ca\u201d"), ["KR0004"]),
        *[(HEAD + DEFAULT + mark.encode(), ["KR0005"]) for mark in ("&&", "&", "||", "|", "!", ";", "//", "/*")],
        (default('deny "\\u{}"'), ["KR0003"]),
        (default('deny "\\u{D800}"'), ["KR0003"]),
        (default('deny "\\u{1F511}"'), []),
        (when("model matches //"), ["KR0017"]),
        (when("model matches /a(/"), ["KR0017"]),
        (when('time in 22:00..24:00 at "UTC"'), []),
        (when('time in 22:00..24:30 at "UTC"'), ["KR0016"]),
        (when('date == 2026-02-30 at "UTC"'), ["KR0016"]),
        (when('weekday == sat at "Europe/Nowhere"'), ["KR0016"]),
        (when('weekday in 09:00..10:00 at "UTC"'), ["KR0016"]),
        (HEAD + DEFAULT + b'test "t" {\n clock 2026-01-01T23:59:59+14:00\n request\n expect host\n}', []),
        (HEAD + DEFAULT + b'test "t" {\n clock 2026-01-01T24:00Z\n request\n expect host\n}', ["KR0016"]),
        (HEAD + DEFAULT + b'test "t" {\n clock 2026-01-01T12:00+14:01\n request\n expect host\n}', ["KR0016"]),
        (when("user.id in 100%"), []),
        (when("user.id in 100.01%"), ["KR0014"]),
        (default('use credential "a" waiting up to 36500d'), []),
        (default('use credential "a" waiting up to 36501d'), ["KR0014"]),
        (default('use credential "a" retry 100 times within 1s'), []),
        (default('use credential "a" retry 101 times within 1s'), ["KR0014"]),
        (default('use credential "a" retry 1 time within 1s retry 1 time within 1s'), ["KR0102"]),
        (cooled("after 1_000 timed_out cool 1s"), []),
        (cooled("after 1_001 timed_out cool 1s"), ["KR0014"]),
        (cooled("after 0 timed_out cool 1s"), ["KR0014"]),
        (limited("1_000_000_000_000 requests per day"), []),
        (limited("1_000_000_000_001 requests per day"), ["KR0014"]),
        (limited("1_000_000_000_000.00 usd per day"), []),
        (limited("1_000_000_000_000.01 usd per day"), ["KR0014"]),
        (limited("-1 requests per day"), ["KR0014"]),
        (repeated("1_000_000"), []),
        (repeated("1_000_001"), ["KR0014"]),
        (repeated("0"), ["KR0014"]),
        (HEAD + DEFAULT + b'test "t" {\n  request 10_000 times at once\n  expect host\n}\n', []),
        (HEAD + DEFAULT + b'test "t" {\n  request 10_001 times at once\n  expect host\n}\n', ["KR0014"]),
    ],
)
def test_what_the_text_of_a_policy_may_be(policy, codes, tmp_path):
    file = tmp_path / "p.keyrule"
    file.write_bytes(policy)
    done = subprocess.run([KEYRULE, "check", "--json", file], text=True, capture_output=True, timeout=60)
    assert [one["code"] for one in map(json.loads, done.stdout.splitlines()) if "code" in one] == codes


def test_after_a_mistake_the_next_statement_is_read(tmp_path):
    """A statement word that is indented deeper than the broken statement does not count."""
    file = tmp_path / "p.keyrule"
    file.write_text(
        'keyrule 1\nschema "dify"\nrule a {\n  when app.id = "x"\n  default nonsense\n}\n'
        'rule b { when enviroment == "x"  deny "b" }\ndefault { leave to host }\n'
    )
    done = subprocess.run([KEYRULE, "check", "--json", file], text=True, capture_output=True, timeout=60)
    found = [(one["code"], one["line"]) for one in map(json.loads, done.stdout.splitlines()) if "code" in one]
    assert found == [("KR0010", 4), ("KR0101", 7)]
