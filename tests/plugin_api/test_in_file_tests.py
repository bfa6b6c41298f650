"""`keyrule test` over folders, with coverage, and as JUnit XML."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from test_command import BAD, FAILING, GOOD, keyrule, lines, write  # noqa: F401 (write is a fixture)

# The parts of a policy that two others import: rules and tests, no default.
BASE = """keyrule 1
schema "dify"
rule closed { when environment == "closed"  deny "closed" }
test "closed here, too" { request with environment = "closed"  expect rule closed }
"""
IMPORTING = """keyrule 1
schema "dify"
import "parts/base.keyrule"
rule named { when app.id == "x" and environment is set  use credential "k"  else deny "no key" }
default { leave to host }
test "own" { request with app.id = "x", environment = "e"  expect rule named, credential "k" }
"""


@pytest.fixture
def folder(tmp_path):
    root = tmp_path / "policies"
    (root / "parts").mkdir(parents=True)
    (root / ".hidden").mkdir()
    (root / "parts" / "base.keyrule").write_text(BASE)
    (root / "one.keyrule").write_text(IMPORTING)
    (root / "two.keyrule").write_text(IMPORTING)
    (root / "own.schema.keyrule").write_text('keyrule 1\nschema "own" { provider : string  model : string }\n')
    (root / ".hidden" / "broken.keyrule").write_text("not a policy")
    (root / "notes.txt").write_text("not a policy")
    return root


def test_each_result_has_the_keys_that_the_reference_names(write):
    """LANGUAGE.md, "The command": the table of results and the objects that are printed."""
    page = (Path(__file__).resolve().parents[2] / "dsl" / "LANGUAGE.md").read_text()
    table = page[page.index("| result of | keys |") :].split("\n\n")[0]
    named = {}
    for row in table.splitlines()[2:]:
        what, keys = row.strip("| ").split(" | ")
        named[what] = [key for key in re.findall(r"`(\w+)`", re.sub(r"\(.*?\)|`--?\w+`|`null`", "", keys))]
    path = write(GOOD)
    unformatted = write(GOOD.replace("  ", " "), "unformatted.keyrule")

    def keys(*arguments, **options):
        return [list(o) for o in lines(keyrule(*arguments, "--json", **options).stdout) if "severity" not in o]

    assert keys("check", path) == [named["`check`, for each policy"]]
    assert keys("check", write(BAD, "bad.keyrule")) == [named["`check`, for each policy"]]
    assert keys("test", path) == [named["`test`, for each test"]] * 2
    assert keys("test", "--list", path) == [named["`test --list`, for each test"]] * 2
    counted = keys("test", "--coverage", path)
    assert counted[2:12] == [named["`test --coverage`, for each thing counted"]] * 10
    assert counted[12:] == [named["`test --coverage`, for each file and for all"]] * 2
    assert keys("fmt", "--check", unformatted) == [["file", "changed"]]
    assert keys("fmt", "--diff", unformatted) == [["file", "changed", "diff"]]
    assert keys("fmt", "--stdout", unformatted) == [["file", "changed", "text"]]
    assert named["`fmt`, for each file"] == ["file", "changed", "diff", "text"]


def test_given_without_a_provider_stands_for_all(write):
    policy = (
        'keyrule 1\nschema "dify"\npool p { "a" }\ndefault { use p by first_available }\n'
        'test "t" { given credential "a" of "openai"  GIVEN  request with provider = "openai"  expect WANT }\n'
    )
    for given, expected in (
        ('given credential "a" with enabled = false', 'deny, skipped "a" as disabled'),
        ('given credential "a" of "openai" with enabled = false', 'deny, skipped "a" as disabled'),
        ('given credential "a" of "google" with enabled = false', 'credential "a"'),
    ):
        done = keyrule("test", write(policy.replace("GIVEN", given).replace("WANT", expected), "given.keyrule"))
        assert done.returncode == 0, done.stdout + done.stderr


def test_a_budget_is_charged_once(write):
    path = write(
        'keyrule 1\nschema "dify"\npool p { "a" }\npool q { "a"  all of p }\n'
        'quota each { "a"  all of q  where name == "a"  limit 3 requests per minute }\n'
        "budget b { limit 2 requests per minute }\n"
        'default { use p by first_available under b, b  else deny "used up" }\n'
        'test "t" { request 2 times  expect 2 on "a"  again  expect deny "used up", skipped "a" as over_budget }\n',
        "twice.keyrule",
    )
    done = keyrule("test", path)
    assert done.returncode == 0 and "warning[KR0303]" in done.stderr, done.stdout + done.stderr


def test_test_walks_folders(folder):
    done = keyrule("test", folder)
    assert done.returncode == 0, done.stderr
    # The imported test has run in both policies and counts once.
    assert done.stdout == (
        f"  pass  closed here, too\n  pass  own\n{folder}/one.keyrule: 2 passed, 0 failed\n"
        f"  pass  own\n{folder}/two.keyrule: 1 passed, 0 failed\n"
        "total: 3 passed, 0 failed in 2 policies\n"
    )
    listed = keyrule("test", "--list", folder, folder / "two.keyrule")
    assert [line.split("  ", 1)[1] for line in listed.stdout.splitlines()] == ["closed here, too", "own", "own"]
    only = keyrule("test", "--list", "--only", "closed*", folder)
    assert only.stdout == f"{folder}/parts/base.keyrule:4:1  closed here, too\n"
    assert [o["test"] for o in lines(keyrule("test", "--list", "--json", folder).stdout)] == ["closed here, too", "own", "own"]


def test_an_imported_test_stays_where_it_fails(folder):
    path = folder / "two.keyrule"
    path.write_text(path.read_text().replace("import", 'rule first { when environment is set  deny "first" }\nimport'))
    done = keyrule("test", folder)
    assert done.returncode == 1
    assert f"{folder}/one.keyrule: 1 passed, 0 failed" in done.stdout
    assert f"  FAIL  closed here, too\n  FAIL  own\n{folder}/two.keyrule: 0 passed, 2 failed" in done.stdout
    assert "rule `closed` would decide too, but rule `first` stands before it" in done.stderr


def test_folders_that_cannot_be_tested(folder, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    done = keyrule("test", empty)
    assert done.returncode == 2 and f"{empty}: this folder holds no policy" in done.stderr
    # Two that import each other are both read, and say so.
    (folder / "one.keyrule").write_text(IMPORTING.replace("parts/base", "two"))
    (folder / "two.keyrule").write_text(IMPORTING.replace("parts/base", "one"))
    (folder / "parts" / "base.keyrule").unlink()
    done = keyrule("test", folder)
    assert done.returncode == 3 and "KR0803" in done.stderr


def test_coverage(write):
    path = write(GOOD)
    done = keyrule("test", "--coverage", path)
    assert done.returncode == 0
    assert done.stdout.splitlines()[-3:] == [
        "covered" + " " * (len(str(path)) - 5) + "rules   arms    conditions  all",
        "-" * len(str(path)) + "  ------  ------  ----------  -------",
        f"{path}  2 of 3  2 of 3  3 of 4      70.00 %",
    ]
    warnings = [line for line in done.stderr.splitlines() if "KR0704" in line]
    assert warnings == [
        'warning[KR0704]: outcome false of `environment == "closed"` is not covered by a test',
        "warning[KR0704]: `default` is not covered by a test",
        "warning[KR0704]: arm 1 of `default` is not covered by a test",
    ]
    assert f"--> {path}:10:8" in done.stderr and f"--> {path}:13:1" in done.stderr and f"--> {path}:13:11" in done.stderr
    quiet = keyrule("test", "--coverage", "--quiet", path)
    assert quiet.stdout == quiet.stderr == ""
    assert keyrule("test", "--coverage", "--deny-warnings", path).returncode == 3
    only = keyrule("test", "--coverage", "--only", "three*", path)
    assert "1 of 3  1 of 3  1 of 4      30.00 %" in only.stdout


def test_coverage_that_a_comment_allows(write, folder):
    allowed = GOOD.replace("default {", "# allow KR0704: what is left is the host's\ndefault {")
    path = write(allowed, "allowed.keyrule")
    done = keyrule("test", "--coverage", path)
    assert [line for line in done.stderr.splitlines() if "KR0" in line] == [
        'warning[KR0704]: outcome false of `environment == "closed"` is not covered by a test'
    ]
    assert "2 of 3  2 of 3  3 of 4      70.00 %" in done.stdout
    whole = allowed.replace("rule closed", "# allow KR0704: open is the usual case\nrule closed")
    done = keyrule("test", "--coverage", "--deny-warnings", write(whole, "whole.keyrule"))
    assert (done.returncode, done.stderr) == (0, "")
    idle = GOOD.replace("rule turns", "# allow KR0704: hard to test\nrule turns")
    done = keyrule("test", "--coverage", write(idle, "idle.keyrule"))
    assert "warning[KR0112]: `allow KR0704` silences nothing" in done.stderr
    # Of a file that two policies import, once.
    base = folder / "parts" / "base.keyrule"
    rare = '# allow KR0704: seen once a year\nrule rare { when environment == "rare"  deny "rare" }\n'
    base.write_text(BASE.replace("rule closed", rare + "rule closed", 1))
    assert "parts/base" not in keyrule("test", "--coverage", folder).stderr
    base.write_text(BASE.replace("test", "# allow KR0704: idle\ntest", 1))
    assert keyrule("test", "--coverage", folder).stderr.count("KR0112") == 1


def test_an_expectation_that_fails_tells_the_story_once(write):
    path = write(
        'keyrule 1\nschema "dify"\npool p { "a"  "b" }\ndefault { use p by first_available }\n'
        'test "t" { request with app.id = "x"  expect host, deny, credential "b", wait, skipped "a" as cooling }\n',
        "wants.keyrule",
    )
    done = keyrule("test", path)
    assert done.returncode == 1 and done.stderr.count("error[KR0703]") == 5
    assert done.stderr.count("the request was") == 1 and done.stderr.count("candidate b") == 1


def test_coverage_as_json(write):
    path = write(GOOD)
    objects = lines(keyrule("test", "--coverage", "--json", path).stdout)
    items = [o for o in objects if o.get("coverage") in ("rule", "arm", "true", "false")]
    assert len(items) == 10 and all(o["file"] == str(path) for o in items)
    assert items[0] == {"coverage": "rule", "file": str(path), "line": 4, "column": 6, "text": "rule `turns`", "count": 4}
    assert [o["count"] for o in items if o["coverage"] in ("true", "false")] == [4, 1, 1, 0]
    share = {"rules": {"covered": 2, "all": 3}, "arms": {"covered": 2, "all": 3}, "conditions": {"covered": 3, "all": 4}}
    assert objects[-2:] == [
        {"coverage": "file", "file": str(path)} | share | {"percent": 70.0},
        {"coverage": "total", "file": None} | share | {"percent": 70.0},
    ]
    uncovered = [o for o in objects if o.get("code") == "KR0704"]
    assert [(o["severity"], o["line"], o["column"]) for o in uncovered] == [("warning", 10, 8), ("warning", 13, 1), ("warning", 13, 11)]


def test_coverage_belongs_to_the_file_where_it_is_written(folder):
    done = keyrule("test", "--coverage", folder)
    table = [line.split() for line in done.stdout.splitlines()[-4:]]
    # "closed" is true in its own test and false in the others', in whichever policy these stand.
    assert table == [
        [f"{folder}/parts/base.keyrule", *"1 of 1 1 of 1 2 of 2 100.00 %".split()],
        [f"{folder}/one.keyrule", *"1 of 2 1 of 3 2 of 4 44.44 %".split()],
        [f"{folder}/two.keyrule", *"1 of 2 1 of 3 2 of 4 44.44 %".split()],
        ["total", *"3 of 5 3 of 7 6 of 10 54.54 %".split()],
    ]


def test_min_coverage(write, tmp_path):
    path = write(GOOD)
    done = keyrule("test", "--min-coverage", "70.01", path)
    assert done.returncode == 5 and "coverage is 70.00 %, less than 70.01 %" in done.stderr
    assert "70.00 %" in done.stdout
    for enough in ["70", "70%", "69.9", "0"]:
        assert keyrule("test", "--min-coverage", enough, path).returncode == 0, enough
    for wrong in ["x", "%", "101", "100.01", "1.234", ".5", "5.", "1e1", "80 %"]:
        done = keyrule("test", "--min-coverage", wrong, path)
        assert done.returncode == 2 and "is not a percentage" in done.stderr, wrong
    # The first of 2, 4, 3, 1, 5 counts.
    failing = write(FAILING, "failing.keyrule")
    bad = write(BAD, "bad.keyrule")
    assert keyrule("test", "--min-coverage", "100", failing).returncode == 1
    assert keyrule("test", "--min-coverage", "100", failing, bad).returncode == 3
    assert keyrule("test", "--min-coverage", "100", failing, bad, tmp_path / "none.keyrule").returncode == 4
    assert keyrule("test", "--list", "--coverage", path).returncode == 2


# Elements and attributes that the readers of JUnit XML agree on (Jenkins, GitLab, pytest's own form).
JUNIT = {
    "testsuites": ({"name", "tests", "failures", "errors", "time"}, {"testsuite"}),
    "testsuite": ({"name", "tests", "failures", "errors", "time"}, {"testcase"}),
    "testcase": ({"name", "classname", "file", "line", "time"}, {"failure", "error"}),
    "failure": ({"message", "type"}, set()),
    "error": ({"message", "type"}, set()),
}


def junit(path):
    """The root, after a look at everything the form asks for."""
    root = ElementTree.parse(path).getroot()
    assert root.tag == "testsuites"
    for element in root.iter():
        attributes, children = JUNIT[element.tag]
        assert set(element.attrib) <= attributes and {"name", "type"} & set(element.attrib), element.attrib
        assert {child.tag for child in element} <= children
        assert len(list(element)) <= 1 or element.tag.startswith("testsuite")
        for number in {"tests", "failures", "errors", "line"} & set(element.attrib):
            assert element.attrib[number].isdigit()
        if "time" in element.attrib:
            assert float(element.attrib["time"]) >= 0
    for suite in [root, *root.iter("testsuite")]:
        for name, tag in [("tests", "testcase"), ("failures", "failure"), ("errors", "error")]:
            assert int(suite.attrib[name]) == len(list(suite.iter(tag)))
    return root


def test_junit(write, tmp_path):
    odd = FAILING.replace('test "three to one"', 'test "<three> & \\"one\\" \\u{1} \\n ü"')
    report = tmp_path / "report.xml"
    failing, bad = write(odd, "failing.keyrule"), write(BAD, "bad & worse.keyrule")
    done = keyrule("test", "--junit", report, failing, bad)
    assert done.returncode == 3 and "FAIL" in done.stdout
    assert done.stdout.endswith("total: 1 passed, 1 failed in 2 policies, of which 1 cannot be used\n")
    root = junit(report)
    assert root.attrib["tests"] == "3" and root.attrib["failures"] == "1" and root.attrib["errors"] == "1"
    first, second = root
    assert first.attrib["name"] == str(failing)
    case = first[0]
    assert case.attrib["name"] == '<three> & "one" \ufffd \n ü'
    assert case.attrib["classname"] == case.attrib["file"] == str(failing) and case.attrib["line"] == "14"
    failure = case[0]
    assert failure.attrib["type"] == "KR0703" and failure.attrib["message"].endswith('expected 2 on "a", got 3 on "a" (1 on "b")')
    assert "= help: the request was environment=production" in failure.text and "candidate a (weight 3): taken" in failure.text
    assert first[1].attrib["name"] == "closed is closed" and len(first[1]) == 0
    error = second[0][0]
    assert error.tag == "error" and error.attrib["type"] == "KR0101" and "enviroment" in error.text


def test_junit_of_a_folder_and_of_nothing(folder, write, tmp_path):
    report = tmp_path / "report.xml"
    assert keyrule("test", "--quiet", "--junit", report, folder).returncode == 0
    assert [suite.attrib["tests"] for suite in junit(report)] == ["2", "1"]
    untested = GOOD[: GOOD.index("test ")]
    assert keyrule("test", "--junit", report, write(untested)).returncode == 0
    assert junit(report).attrib["tests"] == "0"
    done = keyrule("test", "--junit", tmp_path / "no" / "folder.xml", write(GOOD))
    assert done.returncode == 4 and "folder.xml: this file cannot be written" in done.stderr


def test_suggest_prints_nothing_but_tests(write):
    """What is appended to a policy leaves a policy."""
    policy = 'keyrule 1\nschema "dify"\nrule r { when app.id == "x"  deny "no" }\ndefault { leave to host }\n'
    failing = keyrule("test", "--suggest", write(policy + 'test "t" { request  expect rule r }\n', "failing.keyrule"))
    assert failing.returncode == 1 and failing.stdout == "" and "KR0703" in failing.stderr and "1 test fails" in failing.stderr
    path = write(policy, "whole.keyrule")
    done = keyrule("test", "--suggest", path)
    assert done.returncode == 0 and done.stderr == ""
    path.write_text(policy + done.stdout)
    assert keyrule("fmt", "--check", path).returncode == 0 or keyrule("fmt", path).returncode == 0
    tested = keyrule("test", "--min-coverage", "100", path)
    assert tested.returncode == 0, tested.stdout + tested.stderr
    assert keyrule("test", "--suggest", "--min-coverage", "90", path).returncode == 2


def test_a_key_with_a_quote_in_it(write, tmp_path):
    """One meaning wherever it is written: in a rule, a test, an assignment and a caller's JSON."""
    policy = write(
        'keyrule 1\nschema "dify"\nrule quoted { when inputs."k\\"x" == "1"  deny "quoted" }\n'
        'rule plain { when inputs.kx == "1"  deny "plain" }\ndefault { leave to host }\n'
        'test "t" { request with inputs."k\\"x" = "1"  expect rule quoted }\n',
        "quoted.keyrule",
    )
    assert keyrule("test", policy).returncode == 0
    assert keyrule("decide", policy, "--set", 'inputs."k\\"x"=1').stdout.startswith("deny quoted")
    requests = tmp_path / "requests.json"
    requests.write_text('{"provider": "o", "model": "m", "inputs": {"k\\"x": "1"}}\n')
    assert keyrule("decide", policy, "--request", requests).stdout.startswith("deny quoted")
