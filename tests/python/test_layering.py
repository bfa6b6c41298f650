"""Each folder knows only those below it, and each third-party library only its own layer."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
INCLUDE = re.compile(r'^\s*#\s*include\s+(?:"([^"]+)"|<([^>]+)>)', re.M)

# Which folders a folder may include from.
LAYERS = {
    "dsl": {"dsl"},
    "evaluator": {"dsl", "evaluator"},
    "store": {"store"},
    "plugin_api": {"dsl", "evaluator", "store", "plugin_api", "keyrule"},
}

# Beginnings of third-party headers, and where they may stand.
LIBRARIES = {
    "tao/pegtl": {"dsl"},
    "re2/": {"dsl", "evaluator"},
    "date/": {"dsl", "evaluator", "store"},
    "xxhash": {"evaluator"},
    "rocksdb/": {"store"},
    "openssl/": {"store"},
    "nettle/": {"store"},
    "libpq": {"store/postgres.cc"},
    "mysql": {"store/mysql.cc"},
    "spdlog/": {"plugin_api"},
    "fmt/": set(),
    "CLI/": {"plugin_api/command"},
    "editline/": set(),
    "histedit": {"plugin_api/command"},
    "nlohmann/": {"dsl", "evaluator", "store", "plugin_api/command"},
    "dlfcn.h": {"plugin_api/example_host.c", "plugin_api/python/binding/library.cc"},
    "Python.h": {"plugin_api/python/binding/python_ref.h"},
    "tree_sitter/": set(),
}


# What tree-sitter generates is an editor's, and in no layer.
GENERATED = ROOT / "plugin_api" / "editors" / "tree-sitter-keyrule" / "src"


def sources(folder):
    paths = (p for p in (ROOT / folder).rglob("*") if p.suffix in (".h", ".cc", ".c", ".in"))
    return sorted(p for p in paths if GENERATED not in p.parents)


def problems_in(path, text):
    """What an included header breaks; `path` is from the root."""
    folder = path.split("/")[0]
    for quoted, angled in INCLUDE.findall(text):
        header = quoted or angled
        top = header.split("/")[0]
        if "/" in header and top in {*LAYERS, "keyrule", "tests"} and top not in LAYERS[folder]:
            yield f"{path} includes {header}"
        for beginning, allowed in LIBRARIES.items():
            if header.startswith(beginning) and not any(path.startswith(place) for place in allowed):
                yield f"{path} includes {header}"
        # From the root, so that the layer can be read off: never relative.
        if quoted and "/" not in quoted:
            yield f"{path} includes {quoted} without its folder"


@pytest.mark.parametrize("folder", LAYERS)
def test_no_upward_include(folder):
    files = sources(folder)
    assert len(files) >= 10
    found = [p for f in files for p in problems_in(str(f.relative_to(ROOT)), f.read_text())]
    assert found == []


def test_only_the_command_of_the_plugin_knows_its_own_headers():
    """The library must not come to depend on the command."""
    for path in sources("plugin_api"):
        name = str(path.relative_to(ROOT))
        if not name.startswith("plugin_api/command/"):
            assert "plugin_api/command/" not in path.read_text(), name


@pytest.mark.parametrize(
    "path, text",
    [
        ("dsl/x.cc", '#include "evaluator/program.h"\n'),
        ("evaluator/x.cc", '  #  include "store/reader.h"\n'),
        ("store/x.h", '#include "dsl/ast.h"\n'),
        ("evaluator/x.cc", "#include <rocksdb/db.h>\n"),
        ("plugin_api/engine.cc", "#include <openssl/evp.h>\n"),
        ("plugin_api/engine.cc", "#include <CLI/CLI.hpp>\n"),
        ("dsl/x.cc", '#include "ast.h"\n'),
    ],
)
def test_the_rule_sees_a_break(path, text):
    assert len(list(problems_in(path, text))) == 1


def test_top_level():
    """No common/, no util/: each layer owns its words."""
    allowed = {"dsl", "evaluator", "store", "plugin_api", "tests", "policies", "build"}
    folders = {p.name for p in ROOT.iterdir() if p.is_dir() and not p.name.startswith(".")}
    assert folders <= allowed, folders - allowed


def test_files_are_small():
    sizes = {str(p.relative_to(ROOT)): len(p.read_text().splitlines()) for f in LAYERS for p in sources(f)}
    assert {name: size for name, size in sizes.items() if size > 450} == {}
    assert sorted(sizes.values())[len(sizes) // 2] <= 150
