"""The dialects of providers: responses/ has answers as providers give them, each with its source and what it means. Every row
of the table has one, every one a row; evaluator/PROVIDERS.md is the table."""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
KEYRULE = Path(os.environ["KEYRULE_COMMAND"])
FILES = sorted((Path(__file__).parent / "responses").glob("*.http"))
PAGE = ROOT / "evaluator" / "PROVIDERS.md"
NUMBERS = ("retry_after_ms", "input_tokens", "output_tokens", "tokens")


def keyrule(*arguments, **options):
    return subprocess.run([KEYRULE, *arguments], capture_output=True, timeout=60, **options)


def facts(path):
    """The comments that a response begins with."""
    lines = path.read_bytes().split(b"\n")
    return dict(re.findall(r"^# (\w+): (.*)$", "\n".join(line.decode() for line in lines if line.startswith(b"# ")), re.M))


def table():
    objects = [json.loads(line) for line in keyrule("classify", "--list", "--json").stdout.splitlines()]
    return [one for one in objects if "row" in one], [one for one in objects if "provider" in one]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_response_means_what_it_says(path):
    expected = facts(path)
    assert expected["source"]
    options = [word for name in ("provider", "failure", "timeout", "at") if name in expected for word in (f"--{name}", expected[name])]
    done = keyrule("classify", path, "--json", *options)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["row"], found["outcome"]) == (expected["row"], expected["outcome"])
    assert found["scope"] == expected.get("scope", "credential")
    assert found["callers_timeout"] == (expected.get("callers_timeout") == "true")
    for name in NUMBERS:
        assert found[name] == (int(expected[name]) if name in expected else None), name


def test_every_row_has_a_response_and_every_response_a_row():
    rows = {row["row"] for row in table()[0]}
    assert len(FILES) >= 150
    assert {facts(path)["row"] for path in FILES} == rows


def test_rows_are_in_an_order_in_which_each_can_be_reached():
    rows, providers = table()
    assert len({row["row"] for row in rows}) == len(rows)
    seen = set()
    for row in rows:
        looks = (row["dialect"], row["status"], row["field"], row["text"])
        assert looks not in seen, looks
        seen.add(looks)
        assert row["source"] and row["means"]
    dialects = {row["dialect"] for row in rows}
    assert {one["dialect"] for one in providers} <= dialects and {row["parent"] for row in rows} <= dialects
    assert len({one["provider"] for one in providers}) == len(providers)


def page():
    rows, providers = table()
    speakers = {}
    for one in providers:
        speakers.setdefault(one["dialect"], []).append(f"`{one['provider']}`")
    text = PAGE.read_text().partition("<!-- the table -->\n")[0] + "<!-- the table -->\n"
    for dialect in dict.fromkeys(row["dialect"] for row in rows):
        own = [row for row in rows if row["dialect"] == dialect]
        parent = own[0]["parent"]
        then = "" if dialect == "generic" else f"; then those of `{parent}`" + ("" if parent == "generic" else " and `generic`")
        text += f"\n## {dialect}\n\n{', '.join(speakers.get(dialect, ['every other provider']))}{then}.\n\n"
        text += "| row | answer | outcome | means | source |\n|---|---|---|---|---|\n"
        for row in own:
            outcome = row["outcome"] + (", of the model" if row["scope"] == "model" else "")
            text += f"| {row['row'].partition('.')[2]} | {row['looks']} | {outcome} | {row['means']} | {row['source']} |\n"
    return text


def test_the_page_is_the_table():
    if os.environ.get("UPDATE_GOLDEN"):
        PAGE.write_text(page())
    assert PAGE.read_text() == page()


def test_text_says_what_rests_and_why():
    path = Path(__file__).parent / "responses" / "gemini_retry_delay.http"
    done = keyrule("classify", path, "--provider", "google", text=True)
    assert done.stdout.splitlines()[0] == "rate_limited  google.resource_exhausted"
    assert "    rests        27s, as said, for this model only: the limit is the model's\n" in done.stdout
    assert "    retry after  27s\n" in done.stdout


def test_a_body_alone_and_standard_input():
    body = b'{"base_resp": {"status_code": 1008, "status_msg": "insufficient balance"}}'
    done = keyrule("classify", "-", "--provider", "minimax", "--status", "200", input=body)
    assert done.stdout.startswith(b"out_of_credit  minimax.insufficient_balance\n")
    head = b"HTTP/1.1 200 Connection established\r\n\r\nHTTP/2 429 \r\nretry-after: 9\r\n\r\n"
    done = keyrule("classify", "-", "--json", input=head)
    assert json.loads(done.stdout)["retry_after_ms"] == 9000


def test_nothing_of_the_response_is_printed():
    secret = b"sk-canary-7f3a"
    head = b"HTTP/1.1 401 " + secret + b"\r\nAuthorization: " + secret + b"\r\nretry-after: " + secret + b"\r\n\r\n"
    for body in (b'{"error": {"message": "bad ' + secret + b'", "code": "' + secret + b'"}}', secret, b'{"' + secret):
        for more in ([], ["--json"], ["--provider", "openai"]):
            done = keyrule("classify", "-", *more, input=head + body)
            assert done.returncode == 0 and secret not in done.stdout + done.stderr


@pytest.mark.parametrize(
    "arguments, says",
    [
        ([], "name a file"),
        (["--failure", "timout"], "did you mean `timeout`"),
        (["--failure", "timeout", "--timeout", "soon"], "is no duration"),
        (["x.http", "--list"], "stands alone"),
        (["--list", "--provider", "openai"], "takes no `--provider`"),
        (["--list", "--at", "2026-01-05T09:00Z"], "takes no `--at`"),
        (["--failure", "connect", "--status", "429"], "no answer to read"),
        ([str(FILES[0]), "--failure", "connect"], "no answer to read"),
        ([str(FILES[0]), "--status", "599"], "is not what the response says itself"),
        (["a.http", "b.http"], "one argument too many"),
    ],
)
def test_wrong_usage(arguments, says):
    done = keyrule("classify", *arguments, text=True)
    assert done.returncode == 2 and says in done.stderr


def test_a_file_that_is_not_there(tmp_path):
    assert keyrule("classify", tmp_path / "none.http").returncode == 4


@pytest.mark.parametrize("pasted", ["sk-canary-7f3a", '{"error": "sk-canary-7f3a"}', "x" * 300 + "sk-canary-7f3a"])
def test_what_is_pasted_in_place_of_a_file_is_not_repeated(pasted):
    for more in ([], ["--json"], ["--provider", "openai"]):
        done = keyrule("classify", pasted, *more, text=True)
        said = done.stdout + done.stderr
        assert done.returncode == 4 and "no file of the name" in said and "sk-canary" not in said


def test_what_changes_nothing_is_said():
    done = keyrule("classify", "--status", "429", "--provider", "opnai", text=True)
    assert done.returncode == 0 and "no dialect is known of `opnai`" in done.stderr and "did you mean `openai`" in done.stderr
    assert keyrule("classify", "--status", "429", "--provider", "langgenius/openai/openai", text=True).stderr == ""
    for more, says in ((["--status", "42"], "no status of HTTP"), (["--status", "429", "--timeout", "5s"], "`--failure timeout`"),
                       (["--failure", "connect", "--callers-timeout"], "`--failure timeout`")):
        done = keyrule("classify", *more, text=True)
        assert done.returncode == 2 and says in done.stderr
