"""`--watch` of check and test: real editors' ways of writing, folders, pipes, terminals, signals; with inotify and without."""

import json
import os
import signal
import subprocess
import threading
import time
from queue import Empty, Queue

import pexpect
import pytest
from schemas import hold

KEYRULE = os.environ["KEYRULE_COMMAND"]
GOOD = 'keyrule 1\nschema "dify"\ndefault { deny "no" }\ntest "refused" { request  expect deny "no" }\n'
BAD = GOOD.replace("deny", "dney", 1)
FAILING = GOOD.replace('expect deny "no"', "expect host")
NO_INOTIFY = """
#include <errno.h>
int inotify_init1(int flags) { (void)flags; errno = EMFILE; return -1; }
"""


class Watching:
    """The command in the background; each run's lines of standard output as they come."""

    def __init__(self, *arguments, cwd=None, env=None):
        self.process = subprocess.Popen([KEYRULE, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=cwd,
                                        env=dict(os.environ, NO_COLOR="1") | (env or {}))
        self.lines = Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.put(line)

    def run(self):
        """The objects of the next run; the last one says how it ended."""
        found = []
        while not found or "run" not in found[-1]:
            line = self.lines.get(timeout=30)
            hold(line, "check", "test", "watch-run")
            found.append(json.loads(line))
        return found

    def quiet(self, seconds=0.5):
        try:
            raise AssertionError(f"an unasked-for line: {self.lines.get(timeout=seconds)!r}")
        except Empty:
            pass

    def leave(self, sign=signal.SIGINT):
        self.process.send_signal(sign)
        return self.process.wait(timeout=30)


@pytest.fixture(params=["inotify", "polling"])
def watching(request, tmp_path_factory):
    env = {}
    if request.param == "polling":
        folder = tmp_path_factory.mktemp("shim")
        (folder / "shim.c").write_text(NO_INOTIFY)
        subprocess.run(["gcc", "-shared", "-fPIC", "-o", folder / "shim.so", folder / "shim.c"], check=True)
        env["LD_PRELOAD"] = os.pathsep.join(filter(None, [os.environ.get("LD_PRELOAD"), str(folder / "shim.so")]))
    started = []

    def start(*arguments, **options):
        started.append(Watching(*arguments, env=env, **options))
        return started[-1]

    yield start
    for one in started:
        one.process.kill()
        one.process.wait()


def replace(path, text):
    """As vim and many others write: beside it, then renamed."""
    beside = path.with_name("." + path.name + ".swp")
    beside.write_text(text)
    os.replace(beside, path)


def test_check_runs_again_at_each_change_and_leaves_with_the_last_exit_code(watching, tmp_path):
    policy = tmp_path / "p.keyrule"
    policy.write_text(GOOD)
    watch = watching("check", "--watch", "--json", policy)
    first = watch.run()
    assert [first[0]["ok"], first[-1]] == [True, {"run": 1, "exit": 0, "files": 1}]
    policy.write_text(BAD)  # in place
    second = watch.run()
    assert second[0]["severity"] == "error" and second[-1]["exit"] == 3
    replace(policy, GOOD)
    assert watch.run()[-1] == {"run": 3, "exit": 0, "files": 1}
    policy.unlink()
    assert watch.run()[-1]["exit"] == 4
    policy.write_text(BAD)
    assert watch.run()[-1]["exit"] == 3
    assert watch.leave() == 3


def test_test_runs_again(watching, tmp_path):
    policy = tmp_path / "p.keyrule"
    policy.write_text(GOOD)
    watch = watching("test", "--watch", "--json", "p.keyrule", cwd=tmp_path)
    assert watch.run()[-1]["exit"] == 0
    replace(policy, FAILING)
    run = watch.run()
    assert run[0]["passed"] is False and run[-1]["exit"] == 1
    assert watch.leave(signal.SIGTERM) == 1


def test_imports_and_tables_and_what_is_not_there_yet(watching, tmp_path):
    policy = tmp_path / "p.keyrule"
    (tmp_path / "company").mkdir()
    policy.write_text('keyrule 1\nschema "dify"\nimport "company/base.keyrule"\ntable keys from "company/keys.csv" maps "app" to "key"\n'
                      'rule own { when app.id in keys  use credential keys[app.id] }\ndefault { leave to host }\n')
    (tmp_path / "company" / "keys.csv").write_text("app,key\na,k\n")
    watch = watching("check", "--watch", "--json", policy)
    assert watch.run()[-1]["exit"] == 4  # the import is missing
    base = tmp_path / "company" / "base.keyrule"
    # Whole at once: a busy machine could look at it between its beginning and its end.
    fresh = base.with_suffix(".new")
    fresh.write_text('keyrule 1\nschema "dify"\nrule closed { when app.id == "x"  deny "closed" }\n')
    fresh.rename(base)
    run = watch.run()
    assert run[-1]["exit"] == 0 and run[-1]["files"] == 3
    replace(tmp_path / "company" / "keys.csv", "app,key\na,k\na,l\n")
    assert watch.run()[-1]["exit"] == 3
    replace(tmp_path / "company" / "keys.csv", "app,key\na,k\n")
    assert watch.run()[-1]["exit"] == 0
    replace(base, base.read_text().replace("deny", "dney"))
    assert watch.run()[-1]["exit"] == 3
    assert watch.leave() == 3


def test_folders_grow_and_shrink(watching, tmp_path):
    folder = tmp_path / "policies"
    (folder / "deep").mkdir(parents=True)
    (folder / "a.keyrule").write_text(GOOD)
    watch = watching("check", "--watch", "--json", folder)
    assert len(watch.run()) == 2
    replace(folder / "deep" / "b.keyrule", BAD)  # at once: a file that is still empty is a run of its own
    assert watch.run()[-1]["exit"] == 3
    (folder / "deep" / "b.keyrule").unlink()
    assert watch.run()[-1]["exit"] == 0
    (folder / "deeper" / "still").mkdir(parents=True)
    replace(folder / "deeper" / "still" / "c.keyrule", GOOD)
    assert len(watch.run()) == 3
    (folder / "notes.txt").write_text("no policy")
    (folder / ".hidden.keyrule").write_text(BAD)
    watch.quiet()
    assert watch.leave() == 0


def test_a_link_and_what_it_leads_to(watching, tmp_path):
    (tmp_path / "real").mkdir()
    real = tmp_path / "real" / "p.keyrule"
    real.write_text(GOOD)
    other = tmp_path / "real" / "other.keyrule"
    other.write_text(BAD)
    link = tmp_path / "link.keyrule"
    link.symlink_to(real)
    watch = watching("check", "--watch", "--json", link)
    assert watch.run()[-1]["exit"] == 0
    replace(real, BAD)
    assert watch.run()[-1]["exit"] == 3
    replace(real, GOOD)
    assert watch.run()[-1]["exit"] == 0
    fresh = tmp_path / "fresh"
    fresh.symlink_to(other)
    os.replace(fresh, link)  # as Kubernetes changes mounted files
    assert watch.run()[-1]["exit"] == 3
    assert watch.leave() == 3


def test_a_catalog_is_watched_as_well(watching, tmp_path):
    policy = tmp_path / "p.keyrule"
    policy.write_text('keyrule 1\nschema "dify"\ndefault { use credential "a" }\n')
    catalog = tmp_path / "c.json"
    catalog.write_text('{"credentials": [{"tenant": "t", "provider": "openai", "name": "a"}]}')
    watch = watching("check", "--watch", "--json", policy, "--catalog", catalog)
    assert watch.run()[-1]["exit"] == 0
    replace(catalog, catalog.read_text().replace('"a"', '"b"'))
    assert watch.run()[-1]["exit"] == 3
    assert watch.leave() == 3


def test_a_burst_of_writes_is_one_run(tmp_path):
    policy = tmp_path / "p.keyrule"
    policy.write_text(GOOD)
    watch = Watching("check", "--watch", "--json", policy)
    watch.run()
    for number in range(20):
        policy.write_text(GOOD + f"# {number}\n")
        time.sleep(0.01)
    runs = 0
    try:
        while True:
            watch.lines.get(timeout=1)
            runs += 1
    except Empty:
        pass
    # Two lines a run. A machine that is busy may make a few of it, never twenty.
    assert 2 <= runs <= 2 * 10
    assert watch.leave() == 0


def test_text_on_a_pipe_clears_nothing(tmp_path):
    policy = tmp_path / "p.keyrule"
    policy.write_text(GOOD)
    watch = Watching("check", "--watch", policy)
    assert watch.lines.get(timeout=30).endswith("no errors, 0 rules, 1 test\n")
    policy.write_text(GOOD + "\n")
    assert watch.lines.get(timeout=30).endswith("no errors, 0 rules, 1 test\n")
    assert watch.leave() == 0
    said = watch.process.stderr.read()
    assert said.count("watching 1 file; Ctrl-C ends") == 2 and "\x1b" not in said


def test_on_a_terminal(tmp_path):
    policy = tmp_path / "p.keyrule"
    policy.write_text(GOOD)
    child = pexpect.spawn(KEYRULE, ["check", "--watch", str(policy)], encoding="utf-8", timeout=30, env=dict(os.environ, TERM="xterm"))
    child.expect("1 test")
    child.expect("watching 1 file; Ctrl-C ends")
    policy.write_text(BAD)
    child.expect_exact("\x1b[H\x1b[2J")
    child.expect("KR00")
    child.expect("Ctrl-C ends")
    child.send("\x03")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 3


def test_a_reader_that_has_left_ends_it(tmp_path):
    policy = tmp_path / "p.keyrule"
    policy.write_text(GOOD)
    process = subprocess.Popen([KEYRULE, "check", "--watch", "--json", policy], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    process.stdout.readline()
    process.stdout.readline()
    process.stdout.close()
    policy.write_text(BAD)
    assert process.wait(timeout=30) in (-signal.SIGPIPE, 4)


@pytest.mark.parametrize("arguments, says", [
    (["check", "--watch", "--format", "sarif", "x.keyrule"], "`--watch` and `--format sarif` exclude each other"),
    (["test", "--watch", "--list", "x.keyrule"], "`--list` runs no test"),
    (["test", "--watch", "--suggest", "x.keyrule"], "`--watch` and `--suggest` exclude each other"),
])
def test_what_does_not_go_together(arguments, says):
    done = subprocess.run([KEYRULE, *arguments], capture_output=True, text=True, timeout=30)
    assert done.returncode == 2 and says in done.stderr


def test_polling_is_said_once(tmp_path):
    (tmp_path / "shim.c").write_text(NO_INOTIFY)
    subprocess.run(["gcc", "-shared", "-fPIC", "-o", tmp_path / "shim.so", tmp_path / "shim.c"], check=True)
    policy = tmp_path / "p.keyrule"
    policy.write_text(GOOD)
    watch = Watching("check", "--watch", policy, env={"LD_PRELOAD": str(tmp_path / "shim.so")})
    watch.lines.get(timeout=30)
    policy.write_text(GOOD + "\n")
    watch.lines.get(timeout=30)
    watch.leave()
    assert watch.process.stderr.read().count("the system does not tell of changes (Too many open files)") == 1
