"""What the library shows to the world, and that its header is plain C and C++."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = os.environ["KEYRULE_LIBRARY"]
COMMAND = os.environ["KEYRULE_COMMAND"]
EXAMPLE_HOST = os.environ["KEYRULE_EXAMPLE_HOST"]
DEMO = ROOT / "policies" / "demo"
POLICY = ROOT / "policies" / "dify-workflows.keyrule"

COMPILERS = {"c": ["gcc", "clang-14"], "c++": ["g++", "clang++-14"]}
STANDARDS = [("c", "c11"), ("c", "c17"), ("c++", "c++17"), ("c++", "c++20")]


def compilers():
    for language, standard in STANDARDS:
        for compiler in COMPILERS[language]:
            if shutil.which(compiler):
                yield pytest.param(compiler, language, standard, id=f"{compiler}-{standard}")


@pytest.mark.parametrize("compiler, language, standard", compilers())
def test_header_compiles_alone(compiler, language, standard, tmp_path):
    source = tmp_path / ("host.c" if language == "c" else "host.cc")
    source.write_text(
        '#include "keyrule/keyrule.h"\n'
        '#include "keyrule/keyrule.h"\n'
        "keyrule_host host = KEYRULE_HOST_INIT;\n"
        "keyrule_engine_options options = KEYRULE_ENGINE_OPTIONS_INIT;\n"
        "keyrule_request request = KEYRULE_REQUEST_INIT;\n"
        "keyrule_report report = KEYRULE_REPORT_INIT;\n"
        "keyrule_response response = KEYRULE_RESPONSE_INIT;\n"
        "keyrule_classification classification = KEYRULE_CLASSIFICATION_INIT;\n"
        "keyrule_decision_info info = KEYRULE_DECISION_INFO_INIT;\n"
        "const keyrule_api *get(void);\n"
        "const keyrule_api *get(void) { return keyrule_get_api(KEYRULE_ABI_MAJOR); }\n"
    )
    flags = ["-pedantic", "-Wall", "-Wextra", "-Wshadow", "-Wconversion", "-Werror", "-fsyntax-only"]
    done = subprocess.run(
        [compiler, f"-std={standard}", *flags, f"-I{ROOT}/plugin_api/include", source], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def symbols(*options):
    done = subprocess.run(["nm", "-D", *options, LIBRARY], capture_output=True, text=True, check=True)
    return [line.split() for line in done.stdout.splitlines()]


def test_one_symbol_is_exported():
    names = [fields[-1] for fields in symbols("--defined-only")]
    assert names == ["keyrule_get_api"]


def test_soname():
    done = subprocess.run(["readelf", "-d", LIBRARY], capture_output=True, text=True, check=True)
    assert "Library soname: [libkeyrule.so.0]" in done.stdout


def test_spdlog_is_not_a_shared_library():
    """Its registry would be one for all users in the process."""
    done = subprocess.run(["readelf", "-d", LIBRARY], capture_output=True, text=True, check=True)
    assert "NEEDED" in done.stdout and "libspdlog" not in done.stdout


if not os.environ["KEYRULE_SANITIZE"]:  # whose runtime stays mapped

    def test_dlclose_unloads():
        """The process no longer maps the library afterwards."""
        program = (
            "import _ctypes, ctypes, sys\n"
            "library = ctypes.CDLL(sys.argv[1])\n"
            "library.keyrule_get_api(1)\n"
            "name = sys.argv[1].rsplit('/', 1)[1].split('.so')[0]\n"
            "assert name in open('/proc/self/maps').read()\n"
            "_ctypes.dlclose(library._handle)\n"
            "assert name not in open('/proc/self/maps').read()\n"
        )
        done = subprocess.run(["python3", "-c", program, LIBRARY], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    path = tmp_path_factory.mktemp("example") / "store"
    subprocess.run([COMMAND, "import", DEMO / "credentials.json", "--store", path], check=True, capture_output=True)
    return path


def host(arguments, lines):
    return subprocess.run([EXAMPLE_HOST, *arguments], input=lines, capture_output=True, text=True, timeout=60)


def words():
    done = subprocess.run(
        ["python3", DEMO / "words.py"], stdin=open(DEMO / "requests.jsonl"), capture_output=True, text=True, check=True
    )
    return done.stdout


def test_example_host_answers_the_demo(store):
    done = host([LIBRARY, POLICY, store], words())
    assert done.returncode == 0, done.stderr
    rows = [line.split("\t") for line in done.stdout.splitlines()]
    assert [row[1] for row in rows] == ["use"] * 6 + ["deny", "host"]
    assert [row[2] for row in rows[:4]] == ["prod-eu", "prod-eu", "prod-us", "prod-eu"]
    assert rows[0][4].startswith("openai_api_key=sk-…(51) openai_api_base=htt…(28)")
    assert "vertex_service_account_key={\\n…(" in rows[4][4]
    assert "example-" not in done.stdout and "EXAMPLE" not in done.stdout


@pytest.mark.parametrize(
    "arguments, lines, says",
    [
        (["/nonexistent/libkeyrule.so", POLICY, "STORE"], "tenant=x\n", "libkeyrule.so"),
        ([LIBRARY, DEMO / "bad.keyrule.txt", "STORE"], "tenant=x\n", "KR0101"),
        ([LIBRARY, POLICY, "/nonexistent/store"], "tenant=x\n", "status -4"),
        ([LIBRARY, POLICY, "STORE"], "", "no requests"),
        ([LIBRARY, POLICY, "STORE"], "tenant=x\tnonsense\n", "`nonsense` is not `path=value`"),
        ([LIBRARY, POLICY, "STORE"], "tenant=x\trequest.tokens=5\n", "request.tokens"),
    ],
)
def test_example_host_says_what_is_wrong(store, arguments, lines, says):
    done = host([store if argument == "STORE" else argument for argument in arguments], lines)
    assert done.returncode == 1
    assert says in done.stderr


def test_example_host_usage():
    assert host([], "").returncode == 2
