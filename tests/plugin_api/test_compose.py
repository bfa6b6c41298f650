"""The overlay for Dify's compose file, merged as Docker merges, and held against what the specification says of each key. Docker
itself is not run here. DIFY_COMPOSE=FILE (or several, by `:`) merges it with real files of Dify's as well.
"""

import os
import re
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "plugin_api" / "docker"
sys.path.insert(0, str(ROOT / "plugin_api" / "python"))
from keyrule.dify import Settings  # noqa: E402
from keyrule.dify import extension  # noqa: E402

# What Dify's files have of the services that the overlay speaks of; names and mounts only.
_SERVICE = {
    "image": "langgenius/dify-api:0",
    "environment": {"MODE": "api"},
    "volumes": ["./volumes/app/storage:/app/api/storage"],
    "depends_on": {"redis": {"condition": "service_started"}},
    "networks": ["ssrf_proxy_network", "default"],
}
_BEAT = {key: value for key, value in _SERVICE.items() if key != "volumes"}
_OLD = {"api": _SERVICE, "worker": _SERVICE, "worker_beat": _BEAT, "redis": {"image": "redis"}}
DIFY = {
    "1.8.0": _OLD,
    "1.10.0": _OLD,
    "1.13.1": _OLD,
    "1.14.2": _OLD | {"api_websocket": _BEAT | {"profiles": ["collaboration"]}},
}
KEYS = {
    "build": (str, dict),
    "command": (str, list),
    "depends_on": (list, dict),
    "entrypoint": (str, list),
    "environment": (list, dict),
    "image": (str,),
    "network_mode": (str,),
    "restart": (str,),
    "user": (str,),
    "volumes": (list,),
}


def target(mount):
    return mount.split(":")[1] if isinstance(mount, str) else mount["target"]


def merged(base, overlay):
    """Services as Docker Compose merges them: maps by key, mounts by target, the rest replaced."""
    services = {name: dict(service) for name, service in base.items()}
    for name, more in overlay.items():
        service = services.setdefault(name, {})
        for key, value in more.items():
            if key == "volumes":
                mounts = {target(one): one for one in service.get(key) or []} | {target(one): one for one in value}
                service[key] = list(mounts.values())
            elif isinstance(value, dict) and isinstance(service.get(key), dict):
                service[key] = service[key] | value
            else:
                service[key] = value
    return services


def overlay(*, websocket):
    files = ["compose.keyrule.yaml"] + (["compose.keyrule-websocket.yaml"] if websocket else [])
    documents = [yaml.safe_load((FOLDER / file).read_text()) for file in files]
    services, volumes = {}, {}
    for document in documents:
        assert {key for key in document if not key.startswith("x-")} <= {"services", "volumes"}
        services = merged(services, document["services"])
        volumes |= document.get("volumes") or {}
    return services, volumes


def bases():
    yield from ((version, services) for version, services in DIFY.items())
    for path in filter(None, os.environ.get("DIFY_COMPOSE", "").split(":")):
        yield path, yaml.safe_load(Path(path).read_text())["services"]


@pytest.mark.parametrize("name, base", bases(), ids=lambda one: one if isinstance(one, str) else "")
def test_it_merges_with_dify(name, base):
    more, volumes = overlay(websocket="api_websocket" in base)
    services = merged(base, more)
    ours = {name for name in more if name.startswith("keyrule_")}
    assert set(services) - set(base) == ours
    for name in more:
        service = services[name]
        assert service.get("image") or service.get("build"), f"{name} of this Dify has no image"
        for mount in more[name]["volumes"]:
            source = mount.split(":")[0]
            assert source.startswith("./") or source in volumes, mount
        for other in more[name].get("depends_on", {}):
            assert other in services
    for name in ("api", "worker", "worker_beat"):
        service = services[name]
        assert service["environment"].items() >= base[name]["environment"].items() and service["image"] == base[name]["image"]
        assert [one for one in service["volumes"] if one not in more[name]["volumes"]] == (base[name].get("volumes") or [])
        assert set(base[name]["depends_on"]) < set(service["depends_on"])


def test_keys_and_types_are_those_of_the_specification():
    services, volumes = overlay(websocket=True)
    for name, service in services.items():
        assert set(service) <= set(KEYS), name
        for key, value in service.items():
            assert isinstance(value, KEYS[key]), (name, key)
        for mount in service["volumes"]:
            assert re.fullmatch(r"(\./)?[\w./]+:/[\w./-]+(:ro)?", mount), mount
        for one in service.get("depends_on", {}).values():
            assert one == {"condition": "service_completed_successfully"}
        # Docker reads `$` as its own: each is a variable with a default.
        text = yaml.safe_dump(service)
        assert all(re.match(r"\$\{\w+:-", text[at:]) for at in (m.start() for m in re.finditer(r"\$", text))), name
    assert set(volumes.values()) == {None}


def test_what_dify_is_told_is_what_the_adapter_reads():
    services, _ = overlay(websocket=True)
    told = services["api"]["environment"]
    for name in ("worker", "worker_beat", "api_websocket"):
        assert services[name]["environment"] == told and services[name]["volumes"] == services["api"]["volumes"]
    plain = {key: re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", value) for key, value in told.items()}
    settings = Settings.from_environment(plain).checked()
    assert settings.on_missing == "refuse" and settings.environment == "production" and settings.max_staleness_s == 0
    for name, word, read in (("KEYRULE_MAX_STALENESS", "60", "max_staleness_s"), ("KEYRULE_KEY", "/run/key", "key")):
        given = plain | {name: re.sub(r"\$\{%s:-[^}]*\}" % name, word, told[name])}
        assert str(getattr(Settings.from_environment(given), read)).removesuffix(".0") == word
    sync = services["keyrule_sync"]["command"]
    assert sync[sync.index("--key") + 1] == told["KEYRULE_KEY"]
    mounts = {target(one): one for one in services["api"]["volumes"]}
    for path in (settings.policy, settings.store, settings.decisions, told["PYTHONPATH"]):
        assert any(path == place or path.startswith(place + "/") for place in mounts), path
    assert f"/app/api/{extension.FOLDER}" in mounts
    assert not mounts["/var/lib/keyrule-decisions"].endswith(":ro") and mounts["/var/lib/keyrule"].endswith(":ro")


def test_the_sidecar_says_what_the_command_knows():
    services, _ = overlay(websocket=False)
    command = services["keyrule_sync"]["command"]
    source = "".join((ROOT / "plugin_api" / "command" / name).read_text() for name in ("sync.cc", "key_input.h"))
    assert command[0] == "sync" and all(f'"{word}' in source for word in command if word.startswith("--"))
    files = services["keyrule_files"]["command"][0]
    dockerfile = (FOLDER / "Dockerfile").read_text()
    for path in ("/opt/keyrule/package", "/opt/keyrule/extension", "/var/lib/keyrule-decisions"):
        assert path in files and path in dockerfile
    assert "keyrule.dify.extension import TEXT" in dockerfile and extension.TEXT.count("\n") == 3
