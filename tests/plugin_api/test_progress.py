"""Progress: for who waits at a terminal, and for nobody else."""

import json
import os
import re
import subprocess
import time

import pexpect
import pytest

KEYRULE = os.environ["KEYRULE_COMMAND"]
# A test whose calls take some seconds, whatever the machine.
SLOW = 'keyrule 1\nschema "dify"\npool keys { "a"  "b" }\ndefault { use keys by least_in_flight }\n' + "".join(
    f'test "many calls {i}" {{ request 300000 times with app.id = unique  expect credential in keys }}\n' for i in range(6)
)


@pytest.fixture
def slow(tmp_path):
    """A command that takes longer than a second."""
    path = tmp_path / "slow.keyrule"
    path.write_text(SLOW)
    begin = time.monotonic()
    subprocess.run([KEYRULE, "test", path], capture_output=True, timeout=300)
    assert time.monotonic() - begin > 1.5, "give it more to do"
    return path


def shown(*arguments, term="xterm"):
    """What a terminal on standard error gets to see while standard output goes elsewhere."""
    command = " ".join(f"'{one}'" for one in (KEYRULE, *arguments)) + " >/dev/null"
    child = pexpect.spawn("/bin/sh", ["-c", command], encoding="utf-8", timeout=300, dimensions=(24, 120), env=dict(os.environ, TERM=term))
    child.expect(pexpect.EOF)
    child.close()
    return child.before, child.exitstatus


def test_on_a_terminal_it_is_drawn_over_itself_and_taken_away(slow):
    said, code = shown("test", slow)
    assert code == 0
    drawn = re.findall(r"\rtesting, ([0-9]+) s\x1b\[K", said)
    assert len(drawn) >= 2 and drawn == sorted(drawn, key=int)
    assert said.endswith("\r\x1b[K")
    assert "\n" not in said


def test_nobody_else_sees_it(slow):
    for more in (["--quiet"], ["--json"]):
        assert shown("test", slow, *more) == ("", 0)
    piped = subprocess.run([KEYRULE, "test", slow], capture_output=True, text=True, timeout=300)
    assert piped.stderr == "" and "testing" not in piped.stdout


def test_a_dumb_terminal_gets_no_control_characters(slow):
    said, code = shown("test", slow, term="dumb")
    assert code == 0 and "\x1b" not in said and "\r" not in said.replace("\r\n", "")
    assert re.match(r"testing, 1 s\r\n", said)


def test_what_is_short_says_nothing(tmp_path):
    path = tmp_path / "short.keyrule"
    path.write_text('keyrule 1\nschema "dify"\ndefault { leave to host }\ntest "t" { request  expect host }\n')
    assert shown("test", path) == ("", 0)


def test_what_is_printed_meanwhile_stands_on_lines_of_its_own(tmp_path):
    """Diagnostics of a folder's policies come while progress is drawn."""
    (tmp_path / "a.keyrule").write_text(SLOW)
    (tmp_path / "b.keyrule").write_text('keyrule 1\nschema "dify"\npool unused { "x" }\ndefault { leave to host }\n')
    said, _ = shown("test", tmp_path)
    lines = said.split("\n")
    first = next(line for line in lines if "warning[KR0110]" in line)
    assert re.fullmatch(r"(\rtesting[^\r]*\x1b\[K)+\r\x1b\[K.*warning\[KR0110\].*\r?", first), repr(first)


def test_large_imports(tmp_path):
    credentials = tmp_path / "c.json"
    credentials.write_text(json.dumps({"credentials": [
        {"tenant": f"t-{i % 50}", "provider": "openai", "name": f"n{i}", "credentials": {"k": "sk"}} for i in range(200_000)]}))
    said, code = shown("import", credentials, "--store", tmp_path / "store")
    assert code == 0
    assert "made the master key" in said
    assert re.search(r"\r(sealing 200000 credentials|publishing|reading what was published: )", said), said
    said, code = shown("verify", "--store", tmp_path / "store")
    assert code == 0 and re.search(r"\rverifying [^\r]* of 200,000 credentials, [0-9]+%", said), said
