"""`keyrule dify install`, `uninstall` and `doctor`, on a folder with Dify's names. By hand they are run on a real Dify."""

import hashlib
import json
import os
import re
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "plugin_api" / "python"
KEYRULE = Path(os.environ["KEYRULE_COMMAND"]).resolve()
LIBRARY = KEYRULE.parent / "libkeyrule.so"
POLICY = ROOT / "policies" / "environments.keyrule"
EXTENSION = "core/moderation/keyrule/keyrule.py"

sys.path.insert(0, str(PACKAGE))
sys.path.insert(0, str(Path(__file__).parent))
import dify_stand_in  # noqa: E402

BARE = {name: value for name, value in os.environ.items() if not name.startswith("KEYRULE_")}


def keyrule(*arguments, **environment):
    environment = BARE | {"PYTHONPATH": str(PACKAGE), "PYTHONDONTWRITEBYTECODE": "1"} | environment
    return subprocess.run([KEYRULE, *map(str, arguments)], capture_output=True, text=True, timeout=300, env=environment)


def state_of(folder):
    """Every byte and mode of a folder."""
    return {
        str(path.relative_to(folder)): (path.lstat().st_mode, path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest())
        for path in sorted(folder.rglob("*"))
    }


@pytest.fixture
def api(tmp_path):
    return dify_stand_in.make(tmp_path)


@pytest.fixture
def store(tmp_path):
    path = tmp_path / "store"
    done = keyrule("import", ROOT / "policies" / "demo" / "credentials.json", "--store", path)
    assert done.returncode == 0, done.stderr
    return path


def settings(store, tmp_path):
    folder = tmp_path / "decisions"
    folder.mkdir(mode=0o700, exist_ok=True)
    return {
        "KEYRULE_POLICY": str(POLICY),
        "KEYRULE_STORE": str(store),
        "KEYRULE_DECISIONS": str(folder),
        "KEYRULE_LIBRARY": str(LIBRARY),
    }


def start(api, **environment):
    """Dify's process: makes the app."""
    environment = BARE | {"PYTHONPATH": str(PACKAGE), "PYTHONDONTWRITEBYTECODE": "1"} | environment
    program = "import app_factory; print(app_factory.create_app()); import core.model_manager as m;" + (
        "print(hasattr(m.ModelInstance._round_robin_invoke, '__keyrule_original__'))"
    )
    python = environment.pop("PYTHON", sys.executable)
    return subprocess.run([python, "-c", program], cwd=api, capture_output=True, text=True, timeout=60, env=environment)


def test_install_and_uninstall_leave_no_trace(api):
    before = state_of(api)
    done = keyrule("dify", "install", "--dify-api", api)
    assert done.returncode == 0, done.stderr
    assert f"wrote {api / EXTENSION}" in done.stdout and "1.14.2" in done.stdout
    assert (api / EXTENSION).read_text().splitlines()[1:] == ["import keyrule.dify", "keyrule.dify.install()"]
    assert set(state_of(api)) - set(before) == {"core/moderation/keyrule", EXTENSION}
    installed = state_of(api)
    again = keyrule("dify", "install", "--dify-api", api)
    assert again.returncode == 0 and "nothing to do" in again.stdout and state_of(api) == installed
    # What Python leaves beside it is taken away as well.
    cache = api / "core/moderation/keyrule/__pycache__"
    cache.mkdir()
    (cache / "keyrule.cpython-312.pyc").touch()
    gone = keyrule("dify", "uninstall", "--dify-api", api)
    assert gone.returncode == 0 and "took away" in gone.stdout and state_of(api) == before
    assert "nothing to do" in keyrule("dify", "uninstall", "--dify-api", api).stdout


def test_the_extension_patches_dify_and_fails_closed(api, store, tmp_path):
    keyrule("dify", "install", "--dify-api", api)
    assert start(api, KEYRULE_POLICY=str(POLICY)).stdout.split() == ["the", "app", "True"]
    refused = start(api)
    assert refused.returncode != 0 and "KEYRULE_POLICY is not set" in refused.stderr
    keyrule("dify", "uninstall", "--dify-api", api)
    assert start(api).stdout.split() == ["the", "app", "False"]


@pytest.mark.parametrize("what", ["another file", "a file of ours that was changed", "a link", "a file in its place"])
def test_what_is_not_ours_is_left_alone(what, api, tmp_path):
    folder = api / "core/moderation/keyrule"
    if what == "another file":
        folder.mkdir()
        (folder / "schema.json").write_text("{}")
    elif what == "a file of ours that was changed":
        keyrule("dify", "install", "--dify-api", api)
        (api / EXTENSION).write_text((api / EXTENSION).read_text() + "print('mine')\n")
    elif what == "a link":
        (tmp_path / "elsewhere").mkdir()
        folder.symlink_to(tmp_path / "elsewhere")
    else:
        folder.write_text("mine")
    before = state_of(tmp_path)
    for command in ("install", "uninstall"):
        done = keyrule("dify", command, "--dify-api", api)
        assert done.returncode == 1 and str(folder) in done.stderr and "by hand" in done.stderr
    assert state_of(tmp_path) == before


def test_what_is_no_api_folder_of_dify(api, tmp_path):
    for given, code, words in (
        (tmp_path, 2, "app_factory.py"),
        (api.parent, 2, f"--dify-api {api}"),
        (tmp_path / "nowhere", 4, "no folder"),
        ("", 2, "is empty"),
    ):
        for command in ("install", "uninstall", "doctor"):
            done = keyrule("dify", command, "--dify-api", given)
            assert done.returncode == code and words in done.stderr and "= help: " in done.stderr
    problem = json.loads(keyrule("dify", "install", "--dify-api", tmp_path, "--json").stdout)
    assert problem["severity"] == "error" and problem["file"] == str(tmp_path) and problem["help"]


def test_usage():
    assert re.search(r"^  dify +puts Keyrule into Dify", keyrule("--help").stdout, re.M)
    assert "KEYRULE_PYTHON" in keyrule("dify", "--help").stdout
    for arguments in (["dify"], ["dify", "mend"], ["dify", "install"], ["dify", "doctor", "--dify-api"]):
        done = keyrule(*arguments)
        assert done.returncode == 2 and done.stderr.startswith("error: ") and done.stdout == "", arguments
    for command in ("install", "uninstall", "doctor"):
        page = keyrule("dify", command, "--help")
        assert page.returncode == 0 and f"keyrule dify {command} --dify-api /app/api" in page.stdout


def test_without_the_package_it_says_how_to_get_it(api):
    done = keyrule("dify", "install", "--dify-api", api, PYTHONPATH="")
    assert done.returncode == 4 and "pip install keyrule" in done.stderr and "PYTHONPATH" in done.stderr
    said = json.loads(keyrule("dify", "install", "--dify-api", api, "--json", PYTHONPATH="").stdout)
    assert "pip install keyrule" in said["help"]
    done = keyrule("dify", "install", "--dify-api", api, KEYRULE_PYTHON="/nowhere/python")
    assert done.returncode == 4 and "/nowhere/python" in done.stderr


def doctor(api, *more, **environment):
    done = keyrule("dify", "doctor", "--dify-api", api, "--json", *more, **environment)
    return done.returncode, {one["check"]: one for one in map(json.loads, done.stdout.splitlines())}


def test_doctor_finds_all_well(api, store, tmp_path):
    keyrule("dify", "install", "--dify-api", api)
    code, found = doctor(api, **settings(store, tmp_path))
    assert code == 0 and {one["state"] for one in found.values()} == {"ok"}, found
    assert list(found) == [
        "dify", "way in", "package", "policy", "store", "credentials", "state", "master key", "decisions", "settings", "plugins",
        "patch points",
    ]  # fmt: skip
    assert "generation 1, published" in found["store"]["detail"] and "0400" in found["master key"]["detail"]
    assert " patched on import, 0 found in the source" in found["patch points"]["detail"]
    text = keyrule("dify", "doctor", "--dify-api", api, "--no-import", **settings(store, tmp_path))
    assert text.returncode == 0 and text.stdout.count("\n") == 12 and "0 patched on import" in text.stdout


def test_doctor_says_what_is_wrong_and_what_mends_it(api, store, tmp_path):
    good = settings(store, tmp_path)
    broken = tmp_path / "broken.keyrule"
    broken.write_text("keyrule 1\nrule x { use nothing }\n")
    lacking = tmp_path / "lacking.keyrule"
    lacking.write_text(
        'keyrule 1\nschema "dify"\nrule x { when provider == "openai"  use credential "nobody-has-this" }\ndefault { leave to host }\n'
    )
    foreign = tmp_path / "foreign.key"
    foreign.write_text("0" * 64 + "\n")
    foreign.chmod(0o400)
    open_folder = tmp_path / "open"
    open_folder.mkdir(mode=0o755)
    for change, check, state, words in (
        ({}, "way in", "trouble", "install --dify-api"),
        ({"KEYRULE_POLICY": ""}, "policy", "trouble", "KEYRULE_POLICY"),
        ({"KEYRULE_POLICY": str(broken)}, "policy", "trouble", "keyrule check"),
        ({"KEYRULE_POLICY": "/nowhere.keyrule"}, "policy", "trouble", "/nowhere.keyrule"),
        ({"KEYRULE_STORE": ""}, "store", "trouble", "KEYRULE_STORE"),
        ({"KEYRULE_STORE": "/nowhere"}, "store", "trouble", "no such folder"),
        ({"KEYRULE_POLICY": "policy.keyrule"}, "paths", "trouble", "whole path"),
        ({"KEYRULE_STORE": "store"}, "paths", "trouble", "whole path"),
        ({"KEYRULE_POLICY": str(lacking)}, "credentials", "trouble", "nobody-has-this"),
        ({"KEYRULE_KEY": "command:"}, "master key", "trouble", "names no program"),
        ({"KEYRULE_KEY": "command:/nowhere/key"}, "master key", "trouble", "/nowhere/key"),
        ({"KEYRULE_KEY": "systemd:foo"}, "master key", "trouble", "no systemd service"),
        ({"KEYRULE_REQUIRED": "perhaps"}, "settings", "trouble", "`1` or `0`"),
        ({"KEYRULE_KEY": str(foreign)}, "store", "trouble", "key"),
        ({"KEYRULE_KEY": "/nowhere.key"}, "master key", "trouble", "KEYRULE_KEY"),
        ({"KEYRULE_KEY": "env:SECRET"}, "master key", "warning", "child"),
        ({"KEYRULE_STATE": str(open_folder)}, "state", "trouble", "chmod 700"),
        ({"KEYRULE_REDIS_URL": "redis://127.0.0.1:1"}, "redis", "trouble", "cannot be reached"),
        ({"KEYRULE_REDIS_URL": "http://redis"}, "redis", "trouble", "no scheme of Redis"),
        ({"KEYRULE_DECISIONS": ""}, "decisions", "warning", "KEYRULE_DECISIONS"),
        ({"KEYRULE_DECISIONS": str(broken)}, "decisions", "trouble", "folder"),
        ({"KEYRULE_DECISIONS": str(open_folder)}, "decisions", "warning", "chmod 700"),
        ({"KEYRULE_ON_MISSING": "perhaps"}, "settings", "trouble", "refuse"),
        ({"KEYRULE_MAX_STALENESS": "1h"}, "settings", "trouble", "a number of seconds"),
        ({"KEYRULE_LIBRARY": "/nowhere.so"}, "policy", "trouble", "/nowhere.so"),
    ):
        code, found = doctor(api, "--no-import", **good | change)
        one = found[check]
        assert code == 1 and one["state"] == state and one["mend"], (change, one)
        assert words in one["detail"] + one["mend"], (change, one)


def test_doctor_sees_a_key_that_others_may_read(api, store, tmp_path):
    key = Path(f"{store}.key")
    key.chmod(0o644)
    code, found = doctor(api, "--no-import", **settings(store, tmp_path))
    assert code == 1 and found["master key"]["state"] == "trouble" and f"chmod 400 {key}" in found["master key"]["mend"]


def test_doctor_names_a_missing_patch_point(tmp_path, store):
    api = dify_stand_in.make(tmp_path, without="search")
    keyrule("dify", "install", "--dify-api", api)
    code, found = doctor(api, **settings(store, tmp_path))
    assert code == 1 and found["patch point search"]["state"] == "trouble"
    code, found = doctor(api, **settings(store, tmp_path), KEYRULE_ON_MISSING="host")
    assert code == 0 and found["patch point search"]["state"] == "warning"
    code, _ = doctor(api, "--deny-warnings", **settings(store, tmp_path), KEYRULE_ON_MISSING="host")
    assert code == 1


def test_doctor_reads_the_source_where_dify_cannot_be_imported(api, store, tmp_path):
    keyrule("dify", "install", "--dify-api", api)
    module = api / "core" / "model_manager.py"
    module.write_text("import a_package_that_is_not_there\n" + module.read_text())
    code, found = doctor(api, **settings(store, tmp_path))
    assert code == 0 and "core.model_manager cannot be imported here: ModuleNotFoundError" in found["patch points"]["detail"]


def test_doctor_says_that_the_package_is_not_there(api, store, tmp_path):
    """Ours runs it; Dify's Python has nothing."""
    bare = tmp_path / "python"
    bare.write_text(f'#!/bin/sh\nunset PYTHONPATH\nexec {sys.executable} "$@"\n')
    bare.chmod(0o755)
    code, found = doctor(api, "--dify-python", bare, **settings(store, tmp_path))
    assert (
        code == 1 and "ModuleNotFoundError" in found["package"]["detail"] and "pip install keyrule" in found["package"]["mend"]
    )
    code, found = doctor(api, "--dify-python", "/nowhere", **settings(store, tmp_path))
    assert code == 1 and found["package"]["state"] == "trouble"


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """A Python of Dify's own, which finds the package as if pip had put it there."""
    folder = tmp_path_factory.mktemp("venv")
    venv.create(folder, with_pip=False, symlinks=True)
    (site,) = folder.glob("lib/python3.*/site-packages")
    (site / "keyrule").symlink_to(PACKAGE / "keyrule")
    return folder / "bin" / "python", site


def test_the_pth_way(api, environment):
    python, site = environment
    ways = ["--dify-api", api, "--dify-python", python, "--pth"]
    before = state_of(site)
    with_policy = {"KEYRULE_POLICY": str(POLICY), "PYTHON": str(python), "PYTHONPATH": ""}
    assert start(api, **with_policy).stdout.split() == ["the", "app", "False"]  # pip alone patches nothing
    done = keyrule("dify", "install", *ways)
    assert done.returncode == 0 and str(site / "keyrule_dify.pth") in done.stdout, done.stderr
    assert set(state_of(site)) - set(before) == {"keyrule_dify.pth"}
    assert (site / "keyrule_dify.pth").read_text().count("\n") == 1
    assert "nothing to do" in keyrule("dify", "install", *ways).stdout

    healthy = start(api, **with_policy)
    assert healthy.stdout.split() == ["the", "app", "True"] and "MISSING" not in healthy.stderr
    assert "keyrule: process " in healthy.stderr and " patched" in healthy.stderr
    # Without a policy it does nothing; if it is required, Dify does not start, and other programs do.
    idle = start(api, PYTHON=str(python), PYTHONPATH="")
    assert idle.stdout.split() == ["the", "app", "False"] and idle.stderr == ""
    for word, words in (("true", "KEYRULE_POLICY is not set"), ("ture", "must be `1` or `0`")):
        required = start(api, PYTHON=str(python), PYTHONPATH="", KEYRULE_REQUIRED=word)
        assert required.returncode != 0 and words in required.stderr, required.stderr
    required = start(api, PYTHON=str(python), PYTHONPATH="", KEYRULE_REQUIRED="1")
    assert required.returncode != 0 and "KEYRULE_POLICY is not set" in required.stderr
    other = subprocess.run(
        [python, "-c", "print('works')"], env=BARE | {"KEYRULE_REQUIRED": "1"}, capture_output=True, text=True
    )
    assert other.stdout == "works\n" and other.stderr == ""

    other_way = keyrule("dify", "uninstall", "--dify-api", api, "--dify-python", python)
    assert "nothing to do" in other_way.stdout and "uninstall --pth" in other_way.stderr
    _, found = doctor(api, "--no-import", "--dify-python", python, KEYRULE_POLICY=str(POLICY))
    assert "KEYRULE_REQUIRED=1" in found["settings"]["mend"]
    assert keyrule("dify", "uninstall", *ways).returncode == 0 and state_of(site) == before


def test_without_an_interpreter_of_dify_s_own_one_must_be_named(api):
    done = keyrule("dify", "install", "--dify-api", api, "--pth")
    assert done.returncode == 2 and "--dify-python" in done.stderr


def test_an_install_that_was_killed_is_put_right(api):
    before = state_of(api)
    folder = api / "core/moderation/keyrule"
    folder.mkdir()
    (folder / ".keyrule.new").write_text("half")
    assert keyrule("dify", "install", "--dify-api", api).returncode == 0
    (folder / ".keyrule.new").write_text("half")
    assert keyrule("dify", "uninstall", "--dify-api", api).returncode == 0 and state_of(api) == before
    folder.mkdir()
    (folder / ".keyrule.new").write_text("half")
    gone = keyrule("dify", "uninstall", "--dify-api", api)
    assert f"took away {folder}\n" == gone.stdout and state_of(api) == before


def test_a_library_that_is_not_there_is_named(api):
    for named in ("/nowhere/libkeyrule.so", "libkeyrule.so"):
        done = keyrule("dify", "install", "--dify-api", api, KEYRULE_LIBRARY=named)
        assert done.returncode == 0, done.stderr
        code, found = doctor(api, "--no-import", KEYRULE_LIBRARY=named, KEYRULE_POLICY=str(POLICY))
        assert code == 1 and named in found["policy"]["detail"], found


def test_the_pth_way_refuses_an_incomplete_adapter(tmp_path, environment):
    python, site = environment
    api = dify_stand_in.make(tmp_path, without="search")
    keyrule("dify", "install", "--dify-api", api, "--dify-python", python, "--pth")
    try:
        base = {"KEYRULE_POLICY": str(POLICY), "PYTHON": str(python), "PYTHONPATH": ""}
        refused = start(api, **base)
        assert refused.returncode != 0 and "search" in refused.stderr
        left = start(api, **base, KEYRULE_ON_MISSING="host")
        assert left.returncode == 0 and "1 MISSING" in left.stderr, left.stderr
        required = start(api, **base, KEYRULE_ON_MISSING="host", KEYRULE_REQUIRED="1")
        assert required.returncode != 0 and "KEYRULE_REQUIRED is set" in required.stderr
        # The package is gone, its line is not: with KEYRULE_REQUIRED nothing of that environment runs.
        link = site / "keyrule"
        link.rename(site / "away")
        try:
            gone = start(api, **base)
            assert gone.returncode == 0 and "Keyrule is not there" in gone.stderr
            gone = start(api, **base, KEYRULE_REQUIRED="1")
            assert gone.returncode == 70 and gone.stdout == ""
            # A word that nobody can read counts as yes; without policy and requirement the line is not noticed at all.
            gone = start(api, **base, KEYRULE_REQUIRED="ture")
            assert gone.returncode == 70
            idle = start(api, PYTHON=str(python), PYTHONPATH="", KEYRULE_REQUIRED="no")
            assert "Keyrule is not there" not in idle.stderr
        finally:
            (site / "away").rename(link)
    finally:
        (site / "keyrule_dify.pth").unlink()


def test_a_pth_file_of_somebody_else_is_left_alone(api, environment):
    python, site = environment
    file = site / "keyrule_dify.pth"
    file.write_text("import os\n")
    try:
        for command in ("install", "uninstall"):
            done = keyrule("dify", command, "--dify-api", api, "--dify-python", python, "--pth")
            assert done.returncode == 1 and file.read_text() == "import os\n" and str(file) in done.stderr
    finally:
        file.unlink()
