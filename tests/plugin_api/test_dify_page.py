"""DIFY.md from its beginning to its end, on a folder with Dify's names: what it shows is run, in its order, and prints that."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "plugin_api" / "python"
KEYRULE = Path(os.environ["KEYRULE_COMMAND"]).resolve()
PAGE = (ROOT / "plugin_api" / "DIFY.md").read_text()
sys.path.insert(0, str(PACKAGE))
sys.path.insert(0, str(Path(__file__).parent))
import dify_stand_in  # noqa: E402
from keyrule.dify import Settings  # noqa: E402


def test_the_page_is_run(tmp_path):
    api, folder = dify_stand_in.make(tmp_path), tmp_path / "srv"
    folder.mkdir()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KEYRULE_")}
    environment |= {
        "PATH": f"{KEYRULE.parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(PACKAGE),
        "PYTHONDONTWRITEBYTECODE": "1",
        "KEYRULE_LIBRARY": str(KEYRULE.parent / "libkeyrule.so"),
    }

    def run(*words):
        return subprocess.run(words, capture_output=True, text=True, timeout=300, env=environment, cwd=tmp_path)

    # In place of `sync`, which needs a database: tests/store/dify runs it on real ones.
    store = str(folder / "store")
    assert run("keyrule", "import", str(ROOT / "policies/demo/credentials.json"), "--store", store).returncode == 0
    before = sorted(path for path in api.rglob("*"))
    page = PAGE.replace("/app/api", str(api)).replace("/srv/keyrule", str(folder))
    ran = 0
    for kind, text in re.findall(r"^```(\w+)\n(.*?)^```$", page, re.M | re.S):
        if kind == "keyrule":
            (folder / "policy.keyrule").write_text(text)
        elif kind == "sh":
            environment |= dict(re.findall(r"^export (\w+)=(\S+)$", text, re.M))
        else:
            for part in re.split(r"^\$ ", text, flags=re.M)[1:]:
                command, _, expected = part.partition("\n")
                done = run(*shlex.split(command))
                pattern = ".*".join(map(re.escape, expected.split("…")))
                assert done.returncode == 0 and re.fullmatch(re.sub(r"(?:\\ ){2,}", r"\\s+", pattern), done.stdout, re.S), (
                    command + "\n" + done.stdout + done.stderr
                )
                ran += 1
    assert ran == 6
    assert sorted(path for path in api.rglob("*")) == before


def test_the_settings_are_the_adapters():
    table = PAGE.partition("| variable | is |")[2].partition("\n\n")[0]
    named = re.findall(r"^\| `(KEYRULE_\w+)`", table, re.M)
    # Each changes what the adapter reads; and it reads no other.
    words = {"KEYRULE_ON_MISSING": "host", "KEYRULE_MAX_STALENESS": "60", "KEYRULE_REQUIRED": "1"}
    changed = [Settings.from_environment({name: words.get(name, "x")}) for name in named]
    assert all(one != Settings.from_environment({}) for one in changed)
    assert len(named) == len(Settings.__dataclass_fields__)
