"""The engine's key from each of its sources, through the library, as Dify would give it."""

import logging
import os
import subprocess
from pathlib import Path

import keyrule
import pytest

COMMAND = os.environ["KEYRULE_COMMAND"]
ROOT = Path(__file__).resolve().parents[2]
POLICY = 'keyrule 1\nschema "dify"\npool p { "prod-eu" }\ndefault { use p by round_robin }\n'
CALL = {"tenant": "ws-bank", "provider": "openai", "model": "gpt-5"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("keys")
    (path / "p.keyrule").write_text(POLICY)
    words = [COMMAND, "import", ROOT / "policies/demo/credentials.json", "--quiet"]
    subprocess.run([*words, "--store", path / "store", "--key", path / "keyrule.key"], check=True)
    return path


def spends(folder, key=None):
    with keyrule.Engine(policy=folder / "p.keyrule", store=folder / "store", key=key) as engine:
        for _ in range(2):
            with engine.get_current_credentials(CALL) as decision:
                assert decision.credentials()["openai_api_key"].startswith("sk-")
            engine.reload()  # finds the key again


def test_sources(folder, monkeypatch, caplog):
    text = (folder / "keyrule.key").read_text()
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    with caplog.at_level(logging.WARNING, logger="keyrule"):
        spends(folder, folder / "keyrule.key")
        spends(folder, f"command:cat {folder}/keyrule.key")
        with pytest.raises(keyrule.KeyFileError, match="store.key: there is no master key file"):
            spends(folder)
        monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(folder))
        spends(folder)
        spends(folder, "systemd:keyrule.key")
        assert caplog.records == []
        monkeypatch.setenv("MY_KEY", text)
        spends(folder, "env:MY_KEY")
    said = [record.message for record in caplog.records]
    assert len(said) == 3 and all("environment variable MY_KEY" in line for line in said)
    assert text[21:40] not in " ".join(said)


def test_a_relative_path_survives_a_change_of_folder(folder, monkeypatch):
    monkeypatch.chdir(folder)
    with keyrule.Engine(policy="p.keyrule", store="store", key="keyrule.key") as engine:
        monkeypatch.chdir("/")
        engine.reload()


def test_troubles(folder, monkeypatch):
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    with pytest.raises(keyrule.UsageError, match="there is no such source of a key"):
        spends(folder, "systmd:keyrule.key")
    with pytest.raises(keyrule.KeyFileError, match="LoadCredential"):
        spends(folder, "systemd:keyrule.key")
    with pytest.raises(keyrule.KeyFileError, match="exit code 1"):
        spends(folder, "command:false")
    with pytest.raises(keyrule.KeyFileError, match="no such variable"):
        spends(folder, "env:NO_SUCH_VARIABLE")
    other = folder / "other.key"
    text = (folder / "keyrule.key").read_text()
    other.write_text(text[:21] + text[21:-1][::-1] + "\n")
    other.chmod(0o400)
    with pytest.raises(keyrule.KeyFileError, match="another master key than .*other.key"):
        spends(folder, other)


def test_a_running_engine_goes_on_through_rotations(tmp_path):
    (tmp_path / "p.keyrule").write_text(POLICY)
    store, key = tmp_path / "store", tmp_path / "store.key"

    def command(*words):
        subprocess.run([COMMAND, *words, "--store", store, "--quiet"], check=True)

    def spend(engine):
        with engine.get_current_credentials(CALL) as decision:
            assert decision.credentials()["openai_api_key"].startswith("sk-")

    command("import", ROOT / "policies/demo/credentials.json")
    with keyrule.Engine(policy=tmp_path / "p.keyrule", store=store) as engine:
        for round in range(3):
            spend(engine)
            command("rotate", "--new-key", tmp_path / "next.key")
            spend(engine)
            engine.reload()  # with the old key
            (tmp_path / "next.key").rename(key)
            engine.reload()  # with the new one
            command("rotate", "--retire")
            spend(engine)
            command("rotate", "--data-keys")
            spend(engine)  # of the generation before
            engine.reload()
            spend(engine)
