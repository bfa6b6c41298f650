"""A request that says two things at once is refused, not guessed at."""

import os
import subprocess
from pathlib import Path

import pytest

COMMAND = os.environ["KEYRULE_COMMAND"]
POLICY = Path(__file__).resolve().parents[2] / "policies" / "dify-workflows.keyrule"


def decide(*arguments):
    return subprocess.run([COMMAND, "decide", POLICY, *arguments], capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize(
    "line, said",
    [
        ('{"tenant": "a", "tenant.id": "b"}', '`tenant.id` is given twice, as "a" and as "b"'),
        ('{"tenant": {"id": "a"}, "tenant.id": "b"}', "`tenant.id` is given twice"),
        ('{"app.id": "x", "app": {"id": "y"}}', "`app.id` is given twice"),
        ('{"app.id": "x", "app.id": "x"}', "the same name stands twice in this object"),
        ('{"inputs": {"tier": "x", "tier": "y"}}', "the same name stands twice in this object"),
    ],
)
def test_contradictions_in_a_request(line, said, tmp_path):
    file = tmp_path / "requests.jsonl"
    file.write_text('{"app.id": "fine"}\n' + line + "\n")
    done = decide("--request", file)
    assert done.returncode == 2, done.stderr
    assert said in done.stderr
    assert "requests.jsonl:2" in done.stderr


def test_one_request_over_lines_says_where(tmp_path):
    file = tmp_path / "request.json"
    file.write_text('{\n  "app.id": "x",\n  "app.id": "y"\n}\n')
    done = decide("--request", file)
    assert done.returncode == 2
    assert "request.json:3:3" in done.stderr


def test_equal_spellings_agree(tmp_path):
    file = tmp_path / "requests.jsonl"
    file.write_text('{"tenant": "a", "tenant.id": "a", "provider": "openai"}\n')
    assert decide("--request", file).returncode in (0, 1)


def test_an_assignment_stands_once():
    done = decide("--set", "app.id=x", "--set", "app.id=y")
    assert done.returncode == 2
    assert "`--set app.id=…` is given twice" in done.stderr
