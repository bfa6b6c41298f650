"""`keyrule decisions`, over records that keyrule.decision_log wrote."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
KEYRULE = os.environ["KEYRULE_COMMAND"]
POLICY = ROOT / "policies" / "dify-workflows.keyrule"
sys.path.insert(0, str(ROOT / "plugin_api" / "python"))
from keyrule.decision_log import DecisionLog  # noqa: E402

RUN = "0f6a1c52-9d0e-4a53-b1de-64e0c0a7a1b4"


def keyrule(*arguments, **options):
    return subprocess.run([KEYRULE, *map(str, arguments)], capture_output=True, text=True, timeout=300, **options)


def decide(*assignments, at="2026-11-23T09:30:00Z"):
    words = [word for one in assignments for word in ("--set", one)]
    done = keyrule("decide", POLICY, "--json", "--at", at, *words)
    assert done.returncode in (0, 1), done.stdout
    return json.loads(done.stdout)


FINANCE = ("app.id=app-invoices", "environment=production", "provider=openai")
DRAFT = ("environment=production", "invoke.from=debugger")


def context(**more):
    known = {"app.id": "a-1", "app.name": "Invoices", "workflow.run_id": RUN, "node.id": "n1", "node.title": "Read"}
    return known | {name.replace("__", "."): value for name, value in more.items()}


@pytest.fixture
def log(tmp_path):
    """Three decisions of two processes, the later process's in between: so that only the time can put them in order."""
    folder = tmp_path / "log"
    first, second = DecisionLog(folder), DecisionLog(folder)
    one = decide(*FINANCE, at="2026-11-23T09:30:00Z")
    first.decided(one, context())
    first.reported(one["id"], "rate_limited", 120, retry_after_ms=1000)
    three = decide(*DRAFT, at="2026-11-23T09:32:00Z")
    first.decided(three, context(app__id="a-2", app__name="Drafts", node__id="n9", node__title=None, workflow__run_id="other"))
    two = decide(*FINANCE, at="2026-11-23T09:31:00Z") | {"attempt": 2}
    two["candidates"][0] |= {"state": "skipped", "why": "cooling"}
    two["credential"] |= {"name": "prod-us", "id": "c-us"}
    second.decided(two, context(node__id="n2"))
    for latency in (300, 400, 200):
        second.reported(two["id"], "ok", latency, tokens=10)
    return folder


def shown(log, *more):
    done = keyrule("decisions", "--log", log, "--json", *more)
    return [json.loads(line) for line in done.stdout.split("\n") if line], done.returncode


def test_all_in_the_order_of_time(log):
    found, code = shown(log)
    assert code == 0 and [one["context"]["node.id"] for one in found] == ["n1", "n2", "n9"]
    assert list(found[0]) == ["kind", "context", "decision", "process", "reports"]
    assert found[0]["process"]["pid"] == os.getpid() and found[0]["process"]["host"]
    assert [one["outcome"] for one in found[0]["reports"]] == ["rate_limited"]
    assert found[0]["reports"][0]["retry_after_ms"] == 1000 and list(found[0]["reports"][0])[:2] == ["at", "outcome"]
    assert [one["latency_ms"] for one in found[1]["reports"]] == [300, 400, 200] and found[2]["reports"] == []


def test_the_table_says_who_paid_and_why(log):
    done = keyrule("decisions", "--log", log)
    assert done.returncode == 0 and done.stderr == ""
    lines = done.stdout.splitlines()
    assert lines[0].split() == (
        "time run node title app verdict credential rule attempt outcome ms tokens reasons tags".split()
    )
    assert (
        "2026-11-23T09:31:00.000Z" in lines[3] and RUN in lines[3] and "prod-us" in lines[3] and "prod-eu cooling" in lines[3]
    )
    assert "ok x 3" in lines[3] and " 400 " in lines[3] and " 30 " in lines[3] and "cost_center=finance" in lines[3]
    assert "drafts do not run on production keys" in lines[4] and "deny" in lines[4] and "denied" in lines[4]


@pytest.mark.parametrize(
    "words, nodes",
    [
        (("--run", RUN), ["n1", "n2"]),
        (("--node", "n2"), ["n2"]),
        (("--node", "Read"), ["n1", "n2"]),
        (("--app", "a-2"), ["n9"]),
        (("--app", "Invoices"), ["n1", "n2"]),
        (("--credential", "prod-us"), ["n2"]),
        (("--credential", "c-us"), ["n2"]),
        (("--rule", "drafts"), ["n9"]),
        (("--since", "2026-11-23T09:31Z"), ["n2", "n9"]),
        (("--since", "2026-11-23T10:31:00.001+01:00"), ["n9"]),
        (("--run", RUN, "--credential", "prod-us"), ["n2"]),
    ],
)
def test_filters(words, nodes, log):
    found, code = shown(log, *words)
    assert code == 0 and [one["context"]["node.id"] for one in found] == nodes
    assert all(one["reports"] for one in found if one["context"]["node.id"] != "n9")


def test_nothing_found(log, tmp_path):
    done = keyrule("decisions", "--log", log, "--run", "another")
    assert done.returncode == 1 and done.stdout == "" and "no such decision" in done.stderr
    assert keyrule("decisions", "--log", log, "--credential", "Invoices").returncode == 1  # stands in the line, elsewhere
    (tmp_path / "empty").mkdir()
    assert keyrule("decisions", "--log", tmp_path / "empty").returncode == 0


def test_odd_texts_are_found_and_move_no_cursor(tmp_path):
    title = 'a "b"\\ \x1b[31m é\u2028'
    DecisionLog(tmp_path).decided(decide(*FINANCE), context(node__title=title))
    assert len(shown(tmp_path, "--node", title)[0]) == 1
    assert "\x1b" not in keyrule("decisions", "--log", tmp_path).stdout


def test_half_lines_are_named_and_passed_over(log):
    file = sorted(log.iterdir())[0]
    whole = file.read_bytes()
    lines = whole.split(b"\n")
    file.write_bytes(
        b"\n".join([*lines[:2], b"\x00garbage", b"[1]", b'{"kind":"decided"}', b"", *lines[2:-1]]) + b"\n" + lines[1][:99]
    )
    done = keyrule("decisions", "--log", log)
    assert done.returncode == 0 and len(done.stdout.splitlines()) == 5
    for number in (3, 4, 5, len(lines) + 4):
        assert f"warning: {file}:{number}: this is no whole record" in done.stderr
    assert done.stderr.count("warning: ") == 4
    assert keyrule("decisions", "--log", log, "--deny-warnings").returncode == 1
    problems = [one for one in shown(log)[0] if "severity" in one]
    assert [one["line"] for one in problems] == [3, 4, 5, len(lines) + 4]
    quiet = keyrule("decisions", "--log", log, "--quiet")
    assert quiet.stdout == quiet.stderr == "" and quiet.returncode == 0


def test_every_cut_of_a_killed_process_leaves_what_is_whole(log):
    file = sorted(log.iterdir())[0]
    whole = file.read_bytes()
    for cut in range(0, len(whole), 97):
        file.write_bytes(whole[:cut])
        found, code = shown(log)
        decided = [one for one in found if "decision" in one]
        lines = whole[:cut].split(b"\n")
        complete = sum(line.startswith(b'{"kind":"decided"') and line.endswith(b"}}") for line in lines)
        assert code == 0 and len(decided) == complete + 1, cut


def test_many_damaged_lines_are_counted(tmp_path):
    DecisionLog(tmp_path).decided(decide(*FINANCE), context())
    (file,) = tmp_path.iterdir()
    with file.open("a") as out:
        out.write("x\n" * 100)
    done = keyrule("decisions", "--log", tmp_path)
    assert done.stderr.count("warning: ") == 20 and "and 80 more warnings" in done.stderr


def test_what_hosts_could_not_write_is_said(log):
    with sorted(log.iterdir())[0].open("a") as out:
        out.write('{"kind":"lost","at":"2026-11-23T09:40:00.000Z","records":12}\n{"kind":"of a newer version"}\n')
    done = keyrule("decisions", "--log", log)
    assert "12 records could not be written" in done.stderr and done.stderr.count("warning: ") == 1


def test_a_newer_format_is_passed_over(log):
    file = sorted(log.iterdir())[0]
    file.write_bytes(file.read_bytes().replace(b'"format":1,"at"', b'"format":2,"at"', 1))
    done = keyrule("decisions", "--log", log)
    assert done.returncode == 0 and "newer version" in done.stderr and len(done.stdout.splitlines()) == 3


def test_other_files_and_links_are_left_alone(log, tmp_path):
    (log / "notes.txt").write_text("x")
    (tmp_path / "elsewhere").write_text("x\n")
    (log / "decisions-9-9-9.jsonl").symlink_to(tmp_path / "elsewhere")
    os.mkfifo(log / "decisions-8-8-8.jsonl")
    done = keyrule("decisions", "--log", log)
    assert len(done.stdout.splitlines()) == 5 and "decisions-9-9-9.jsonl" in done.stderr


def test_usage(log, tmp_path):
    for words, code, said in (
        (["decisions"], 2, "--log DIR"),
        (["decisions", "--log", ""], 2, "empty"),
        (["decisions", "--log", log, "--since", "yesterday"], 2, "no time"),
        (["decisions", "--log", log, "more"], 2, "one argument too many"),
        (["decisions", "--log", tmp_path / "nowhere"], 4, "KEYRULE_DECISIONS"),
        (["decisions", "--log", POLICY], 4, "Not a directory"),
    ):
        done = keyrule(*words)
        assert done.returncode == code and said in done.stderr, (words, done.stderr)
    assert "decisions" in keyrule("--help").stdout and "--run ID" in keyrule("decisions", "--help").stdout


def test_a_large_record_is_read_in_little_memory(tmp_path):
    """100,000 decisions of 4 processes, 90 MB (KEYRULE_DECISIONS_TEST=1000000 for more): one run of them is found in moments."""
    number = int(os.environ.get("KEYRULE_DECISIONS_TEST", "100000"))
    one = decide(*FINANCE)
    head, _, rest = json.dumps(one, separators=(",", ":")).partition(one["id"])
    middle, _, tail = rest.partition(one["at"])
    for process in range(4):
        with (tmp_path / f"decisions-{process}-1-x.jsonl").open("w") as out:
            opened = {"kind": "opened", "format": 1, "at": one["at"], "host": "h", "pid": process}
            out.write(json.dumps(opened) + "\n")
            for i in range(process, number, 4):
                moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(1_800_000_000 + i // 1000)) + f".{i % 1000:03}Z"
                context = f'{{"workflow.run_id":"run-{i // 10}","node.id":"n"}}'
                decision = f"{head}{i:026}{middle}{moment}{tail}"
                out.write(f'{{"kind":"decided","context":{context},"decision":{decision}}}\n')
                report = f'"id":"{i:026}","at":"{moment}","outcome":"ok","latency_ms":5,"tokens":null'
                out.write(f'{{"kind":"reported",{report}}}\n')
    started = time.monotonic()
    found, _ = shown(tmp_path, "--run", f"run-{number // 20}")
    one_run = time.monotonic() - started
    assert [one["decision"]["id"] for one in found] == [f"{i:026}" for i in range(number // 20 * 10, number // 20 * 10 + 10)]
    assert all(one["reports"][0]["outcome"] == "ok" for one in found)
    program = (
        "import resource,subprocess,sys\n"
        "subprocess.run(sys.argv[1:],stdout=subprocess.DEVNULL,check=True)\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    words = [sys.executable, "-c", program, KEYRULE, "decisions", "--log", str(tmp_path), "--json"]
    started = time.monotonic()
    peak = int(subprocess.run(words, capture_output=True, text=True, check=True).stdout) * 1024
    whole = time.monotonic() - started
    size = sum(path.stat().st_size for path in tmp_path.iterdir())
    print(f"{number} decisions, {size / 1e6:.0f} MB: one run {one_run:.2f} s, all {whole:.2f} s, {peak / 1e6:.0f} MB of memory")
    assert peak < 40e6 + 400 * number  # of the bytes of the record, a part: it is not held
