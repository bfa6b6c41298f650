"""What the command says when it is called wrongly, and its lists."""

import json
import os
import subprocess
from pathlib import Path

import pytest

COMMAND = os.environ["KEYRULE_COMMAND"]
ROOT = Path(__file__).resolve().parents[2]
CREDENTIALS = ROOT / "policies" / "demo" / "credentials.json"


def keyrule(*arguments, **options):
    return subprocess.run([COMMAND, *arguments], capture_output=True, text=True, timeout=60, **options)


@pytest.mark.parametrize("name", ["import", "check", "fmt", "test", "mutate", "decide", "explain", "repl", "simulate", "list", "rotate"])
def test_help_about_a_command(name):
    assert keyrule("help", name).stdout == keyrule(name, "--help").stdout != ""


def test_help_about_an_unknown_command():
    done = keyrule("help", "imprt")
    assert done.returncode == 2
    assert "did you mean `import`?" in done.stderr


@pytest.mark.parametrize(
    "words, said",
    [
        (["list", "--store"], "`--store` needs a value"),
        (["list", "--store", "a", "--store", "b"], "`--store` is given twice"),
    ],
)
def test_mistakes_in_options(words, said):
    done = keyrule(*words)
    assert done.returncode == 2
    assert done.stderr.startswith(f"error: {said}\n   = help: usage: keyrule list")


def test_quiet_says_why_warnings_fail(tmp_path):
    policy = tmp_path / "p.keyrule"
    policy.write_text('keyrule 1\nschema "dify"\npool p { "a" }\ndefault { leave to host }\n')
    done = keyrule("check", "--quiet", "--deny-warnings", policy)
    assert done.returncode == 3
    assert "1 warning, which `--deny-warnings` does not allow" in done.stderr
    assert "KR0110" not in done.stderr


def test_list_is_sorted_and_knows_its_tenants(tmp_path):
    store = tmp_path / "store"
    keyrule("import", CREDENTIALS, "--store", store)
    rows = [json.loads(line) for line in keyrule("list", "--store", store, "--json").stdout.splitlines()]
    keys = [(row["tenant"], row["provider"], row["name"]) for row in rows]
    assert keys == sorted(keys) and len(keys) == 9
    done = keyrule("list", "--store", store, "--tenant", "ws-bnk")
    assert done.returncode == 2
    assert "the store has no tenant `ws-bnk`" in done.stderr and "did you mean `ws-bank`?" in done.stderr


def test_a_broken_output_does_not_hide_the_new_key(tmp_path):
    store = tmp_path / "store"
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [COMMAND, "import", CREDENTIALS, "--store", store], stdout=full, stderr=subprocess.PIPE, text=True
        )
    assert done.returncode == 4
    assert f"made the master key {store}.key" in done.stderr
    assert "standard output cannot be written" in done.stderr


def test_a_name_cannot_turn_the_table(tmp_path):
    """Direction marks and line breaks of a caller's value are shown, not obeyed."""
    request = {"app.id": "a\u202eb\u200bc\nd", "provider": "openai"}
    file = tmp_path / "requests.jsonl"
    file.write_text((json.dumps(request) + "\n") * 2)
    done = keyrule("decide", ROOT / "policies" / "dify-workflows.keyrule", "--request", file)
    assert "\u202e" not in done.stdout and "\u200b" not in done.stdout
    assert len(done.stdout.splitlines()) == 4


def test_a_whole_map_is_set_by_any_entry(tmp_path):
    policy = tmp_path / "p.keyrule"
    policy.write_text(
        'keyrule 1\nschema "dify"\nrule a {\n  when inputs is set\n  deny "no inputs"\n}\ndefault { leave to host }\n'
    )
    assert keyrule("decide", policy, "--set", "inputs.x=1").returncode == 1
    assert keyrule("decide", policy).returncode == 0


def test_a_moment_is_not_a_range(tmp_path):
    policy = tmp_path / "p.keyrule"
    policy.write_text(
        'keyrule 1\nschema "dify"\nrule a {\n  when time in 09:00 at "UTC"\n  deny "x"\n}\ndefault { leave to host }\n'
    )
    done = keyrule("check", policy)
    assert done.returncode == 3
    assert "KR0206" in done.stderr and "write a range such as `09:00..17:00`" in done.stderr


def test_a_deny_behind_a_pool_names_no_pool(tmp_path):
    policy = tmp_path / "p.keyrule"
    policy.write_text(
        'keyrule 1\nschema "dify"\npool p { "a" }\nrule a {\n  when app.id == "k"\n'
        '  use p by round_robin\n  else deny "no"\n}\ndefault { leave to host }\n'
    )
    catalog = tmp_path / "c.json"
    catalog.write_text('{"credentials": [{"tenant": "t", "provider": "openai", "name": "b"}]}')
    words = ["--set", "app.id=k", "--set", "provider=openai", "--set", "model=m", "--set", "tenant.id=t"]
    done = keyrule("decide", policy, "--catalog", catalog, "--json", *words)
    decision = json.loads(done.stdout.splitlines()[-1])
    assert decision["verdict"] == "deny" and decision["message"] == "no", done.stdout
    assert decision["pool"] is None and decision["strategy"] is None


def test_a_person_reads_fifty_warnings_a_program_all(tmp_path):
    policy = tmp_path / "p.keyrule"
    pools = "\n".join(f'pool p{i} {{ "a" }}' for i in range(80))
    policy.write_text(f'keyrule 1\nschema "dify"\n{pools}\ndefault {{ leave to host }}\n')
    done = keyrule("check", policy)
    assert done.returncode == 0
    assert done.stderr.count("KR0110") == 50 and "and 30 more warnings" in done.stderr
    assert keyrule("check", "--json", policy).stdout.count('"KR0110"') == 80


def test_money_is_not_counted_at_once(tmp_path):
    """What a call costs is known when it is over: the limit would never hold."""
    policy = tmp_path / "p.keyrule"
    policy.write_text(
        'keyrule 1\nschema "dify"\nbudget b {\n  "a"\n  limit 1.00 usd at once\n}\ndefault { leave to host }\n'
    )
    done = keyrule("check", policy)
    assert done.returncode == 3
    assert "p.keyrule:5:18" in done.stderr and "`limit 50.00 usd per month`" in done.stderr
