"""A provider's name as Dify writes it: what the adapter asks for is what `keyrule check` says that it is."""

import json
import os
import subprocess

import pytest
from keyrule.dify.names import provider_name

COMMAND = os.environ.get("KEYRULE_COMMAND", "")


@pytest.mark.parametrize(
    "given",
    [
        "openai",
        "google",
        "langgenius/openai/openai",
        "langgenius/gemini/google",
        "langgenius/google/google",
        "langgenius/gemini/gemini",
        "langgenius/openai/azure",
        "langgenius/openai",
        "langgenius/openai/openai/openai",
        "acme/models/models",
    ],
)
def test_checked_as_it_is_asked_for(given, tmp_path):
    policy = tmp_path / "p.keyrule"
    rule = f'rule r {{ when provider == "{given}"  deny "no" }}'
    policy.write_text(f'keyrule 1\nschema "dify"\n{rule}\ndefault {{ leave to host }}\n')
    done = subprocess.run([COMMAND, "check", "--json", policy], capture_output=True, text=True)
    found = [one for one in map(json.loads, done.stdout.splitlines()) if one.get("code") == "KR0202"]
    asked = provider_name(given)
    assert [one["help"] for one in found] == ([] if asked == given else [f'Dify\'s requests spell it `"{asked}"`'])
