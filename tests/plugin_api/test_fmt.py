"""`keyrule fmt`: what it writes, what it leaves alone, and what it says."""

import json
import os
import resource
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
KEYRULE = os.environ["KEYRULE_COMMAND"]

UGLY = b'\xef\xbb\xbfkeyrule 1\r\nschema   "dify" # host\r\n\r\n\r\ndefault\t{ leave to host }'
NEAT = 'keyrule 1\n\nschema "dify"                                 # host\n\ndefault { leave to host }\n'
BROKEN = 'keyrule 1\nschema "dify"\nrule r {   when app.id = "x" deny "no" }\ndefault { leave to host }\n'


def fmt(*arguments, **options):
    return subprocess.run(
        [KEYRULE, "fmt", *map(str, arguments)], capture_output=True, timeout=120,
        env=dict(os.environ, NO_COLOR="1"), **options,
    )  # fmt: skip


@pytest.fixture
def ugly(tmp_path):
    path = tmp_path / "p.keyrule"
    path.write_bytes(UGLY)
    return path


def test_rewrites_in_place_and_names_what_changed(ugly):
    done = fmt(ugly)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{ugly}\n".encode(), b"")
    assert ugly.read_bytes() == NEAT.encode()
    before = ugly.stat()
    again = fmt(ugly)
    assert (again.returncode, again.stdout, again.stderr) == (0, b"", b"")
    assert ugly.stat().st_ino == before.st_ino and ugly.stat().st_mtime_ns == before.st_mtime_ns
    assert os.listdir(ugly.parent) == [ugly.name]


def test_check_lists_and_changes_nothing(ugly):
    done = fmt("--check", ugly)
    assert (done.returncode, done.stdout, done.stderr) == (1, f"{ugly}\n".encode(), b"")
    assert ugly.read_bytes() == UGLY
    assert fmt("--check", "--quiet", ugly).stdout == b""
    fmt(ugly)
    done = fmt("--check", ugly)
    assert (done.returncode, done.stdout) == (0, b"")


def test_diff_is_a_patch_that_makes_the_file_neat(ugly, tmp_path):
    lines = "".join(f'let list_{i} = ["a"]\n' for i in range(40))
    old = f'keyrule 1\n\nschema "dify"\n\n{lines}default   {{ leave to host }}'
    ugly.write_text(old.replace('list_9 = ["a"]', 'list_9=["a"]').replace("list_30 =", "list_30  ="))
    text = ugly.read_bytes()
    done = fmt("--diff", ugly)
    assert done.returncode == 0 and done.stdout.count(b"@@ -") == 3 and ugly.read_bytes() == text
    assert fmt("--check", "--diff", ugly).returncode == 1
    copy = tmp_path / "copy.keyrule"
    shutil.copy(ugly, copy)
    subprocess.run(["git", "apply", "--unsafe-paths", "-p0", "--directory=", "-"], cwd=tmp_path, check=True,
                   input=done.stdout.replace(str(ugly).encode(), b"copy.keyrule"))  # fmt: skip
    fmt(ugly)
    assert copy.read_bytes() == ugly.read_bytes()
    assert fmt("--diff", ugly).stdout == b""


def test_standard_input_to_standard_output(ugly):
    done = fmt("-", input=UGLY)
    assert (done.returncode, done.stdout, done.stderr) == (0, NEAT.encode(), b"")
    assert fmt("--check", "-", input=NEAT.encode()).returncode == 0
    assert fmt("--check", "-", input=UGLY).returncode == 1
    assert b"+++ standard input" in fmt("--diff", "-", input=UGLY).stdout
    done = fmt("--stdout", ugly)
    assert done.stdout == NEAT.encode() and ugly.read_bytes() == UGLY
    wrong = fmt("-", input=BROKEN.encode())
    assert wrong.returncode == 3 and wrong.stdout == b"" and b"standard input:3:" in wrong.stderr


def test_what_does_not_parse_is_not_touched_and_the_others_are(ugly):
    broken = ugly.with_name("broken.keyrule")
    broken.write_text(BROKEN)
    done = fmt(ugly.parent)
    checked = subprocess.run([KEYRULE, "check", broken], capture_output=True)
    assert done.returncode == 3 and b"KR0010" in done.stderr and done.stderr in checked.stderr
    assert done.stdout == f"{ugly}\n".encode()
    assert broken.read_text() == BROKEN and ugly.read_bytes() == NEAT.encode()


def test_names_that_mean_nothing_do_not_matter(tmp_path):
    path = tmp_path / "p.keyrule"
    path.write_text('keyrule 1\nimport "gone.keyrule"\nrule r{when nobody==1 use nothing by random}\n')
    assert fmt(path).returncode == 0
    assert "rule r {\n  when nobody == 1\n" in path.read_text()


def test_folders_hold_schemas_and_imported_files_too(tmp_path):
    inner = tmp_path / "inner"
    inner.mkdir()
    names = ["own.schema.keyrule", "main.keyrule", "inner/imported.keyrule"]
    for name in names:
        (tmp_path / name).write_text('keyrule 1\nschema "dify"\nimport "inner/imported.keyrule"\n')
    (tmp_path / ".hidden.keyrule").write_text("keyrule  1")
    (tmp_path / "notes.txt").write_text("keyrule  1")
    done = fmt("--check", tmp_path)
    assert done.returncode == 1
    assert sorted(done.stdout.decode().split()) == sorted(str(tmp_path / name) for name in names)


def test_permissions_stay_and_links_stay_links(ugly):
    ugly.chmod(0o640)
    link = ugly.with_name("link.keyrule")
    link.symlink_to(ugly.name)
    done = fmt(link)
    assert done.returncode == 0 and done.stdout == f"{link}\n".encode()
    assert link.is_symlink() and ugly.read_bytes() == NEAT.encode()
    assert stat.S_IMODE(ugly.stat().st_mode) == 0o640


def test_a_write_that_fails_leaves_the_old_text_and_nothing_else(ugly):
    def no_room():
        resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))

    done = fmt(ugly, preexec_fn=no_room, restore_signals=False)  # SIGXFSZ stays ignored: an error, not a kill
    assert done.returncode == 4 and str(ugly).encode() in done.stderr and done.stdout == b""
    assert ugly.read_bytes() == UGLY and os.listdir(ugly.parent) == [ugly.name]


def test_missing_files_and_wrong_usage(ugly):
    done = fmt(ugly.with_name("none.keyrule"), ugly)
    assert done.returncode == 4 and b"none.keyrule: cannot be read: no such file" in done.stderr
    assert ugly.read_bytes() == NEAT.encode()
    assert fmt().returncode == 2
    done = fmt("--chek", ugly)
    assert done.returncode == 2 and b"did you mean `--check`?" in done.stderr
    assert fmt("--stdout", "--check", ugly).returncode == 2


def test_json(ugly):
    done = fmt("--json", "--check", "--diff", ugly)
    (line,) = map(json.loads, done.stdout.splitlines())
    assert done.returncode == 1 and line["file"] == str(ugly) and line["changed"] is True
    assert line["diff"].startswith(f"--- {ugly}\n")
    (line,) = map(json.loads, fmt("--json", "-", input=UGLY).stdout.splitlines())
    assert line == {"file": "standard input", "changed": True, "text": NEAT}


def test_shipped_policies_are_formatted():
    done = fmt("--check", *sorted((ROOT / "policies").glob("*.keyrule")))
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
