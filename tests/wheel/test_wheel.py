"""The wheel that `make wheel` makes of this build: installed where nothing else of Keyrule's is, it needs nothing of the system
but what every Linux with as new a C library has. KEYRULE_WHEEL_PYTHON names a further interpreter to try, 3.11 or later;
clean_root.sh does the same in a root that has neither compilers nor RocksDB (`make wheel-clean-root`).
"""

import json
import os
import re
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
BUILD = Path(os.environ["KEYRULE_COMMAND"]).parent
POLICY = ROOT / "policies" / "dify-workflows.keyrule"
PYTHONS = [python for python in (sys.executable, os.environ.get("KEYRULE_WHEEL_PYTHON")) if python]

# PEP 600: what a manylinux wheel may expect of a system; Python's own extensions and libpython aside.
SYSTEMS = re.compile(r"/(ld-linux-x86-64|lib(c|m|dl|rt|pthread|resolv|stdc\+\+|gcc_s|z|expat))(\.so|-)")


@pytest.fixture(scope="module")
def wheel():
    done = subprocess.run([ROOT / "plugin_api/python/wheel.sh", BUILD], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return Path(done.stdout.splitlines()[-1])


def test_what_it_holds(wheel):
    held = {info.filename: info for info in zipfile.ZipFile(wheel).infolist()}
    for name in ("py.typed", "_binding.pyi", "_binding.abi3.so", "libkeyrule.so", "engine.py"):
        assert f"keyrule/{name}" in held
    assert held["keyrule/bin/keyrule"].external_attr >> 16 & stat.S_IXUSR
    assert any(name.startswith("keyrule.libs/librocksdb") for name in held)
    licences = [name.split("/")[-1] for name in held if ".dist-info/licenses/" in name]
    assert {"librocksdb7.8", "libssl3", "libpq5", "nlohmann-json3-dev"} <= set(licences)
    assert len(licences) >= sum(name.startswith("keyrule.libs/") for name in held) // 2  # one package has several libraries
    assert not any("__pycache__" in name or name.endswith((".cc", ".h", "CMakeLists.txt")) for name in held)
    assert re.search(r"-cp311-abi3-manylinux_2_\d+_", wheel.name)


@pytest.fixture(scope="module", params=PYTHONS)
def installed(request, wheel, tmp_path_factory):
    folder = tmp_path_factory.mktemp("installed")
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "LANG": "C.UTF-8"}

    def run(*words):
        done = subprocess.run(words, capture_output=True, text=True, env=environment, cwd=folder)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    run(request.param, "-m", "venv", folder / "venv")
    run(folder / "venv/bin/pip", "install", "-q", "--no-index", "--disable-pip-version-check", wheel)
    return folder, run


def test_it_decides_and_carries_what_it_loads(installed):
    folder, run = installed
    store = folder / "store"
    command = folder / "venv/bin/keyrule"
    assert "published generation 1" in run(command, "import", ROOT / "policies/demo/credentials.json", "--store", store)
    assert "no errors" in run(command, "check", POLICY)
    said = json.loads(run(folder / "venv/bin/python", HERE / "clean_host.py", POLICY, store))
    assert said["verdict"] == "use" and said["fields"]
    assert said["package"].startswith(str(folder))
    others = [path for path in said["libraries"] if not path.startswith(str(folder)) and not SYSTEMS.search(path)]
    prefix = run(folder / "venv/bin/python", "-c", "import sys; print(sys.base_prefix)").strip()
    assert [path for path in others if not path.startswith(f"{prefix}/lib") or "x86_64-linux-gnu/" in path] == []
    assert any("/keyrule.libs/librocksdb" in path for path in said["libraries"])


def test_the_command_carries_what_it_loads(installed):
    folder, run = installed
    (command,) = (folder / "venv/lib").glob("python3.*/site-packages/keyrule/bin/keyrule")
    needed = dict(re.findall(r"^\s*(\S+) => (\S+)", run("ldd", command), re.M))
    assert needed and "not" not in needed.values()
    assert [path for path in needed.values() if str(folder) not in path and not SYSTEMS.search(path)] == []


def test_types_are_installed(installed):
    folder, run = installed
    (package,) = (folder / "venv/lib").glob("python3.*/site-packages/keyrule")
    assert (package / "py.typed").exists() and (package / "_binding.pyi").exists()
