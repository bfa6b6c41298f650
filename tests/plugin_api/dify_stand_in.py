"""An api folder with Dify's names and signatures, made from the table of patch points: no code of Dify's."""

import importlib
from pathlib import Path

from keyrule.dify import points

_FACTORY = '''\
"""Makes the app: loads code-based extensions as Dify does, by spec."""
import importlib
import importlib.util
import os


def create_app():
    import core.moderation
    folder = os.path.dirname(core.moderation.__file__)
    for name in sorted(os.listdir(folder)):
        if os.path.isfile(os.path.join(folder, name, name + ".py")):
            spec = importlib.util.find_spec(f"core.moderation.{name}.{name}")
            spec.loader.exec_module(importlib.util.module_from_spec(spec))
    import core.model_manager
    return "the app"
'''


def make(folder: Path, *, without: str = "") -> Path:
    """`without` names a patch point that this Dify has not."""
    api = folder / "dify" / "api"
    modules: dict[str, dict[str | None, list[str]]] = {}
    for point in points():
        if point.name == without:
            continue
        place = point.places[0]
        if place.owner is None:
            line = "from concurrent.futures import ThreadPoolExecutor" if place.name[0].isupper() else f"import {place.name}"
            modules.setdefault(place.module, {}).setdefault(None, []).append(line)
        else:
            arguments = ", ".join(("self", *place.needs))
            modules.setdefault(place.module, {}).setdefault(place.owner, []).append(f"    def {place.name}({arguments}): pass")
    for module, owners in modules.items():
        lines = owners.pop(None, [])
        for owner, methods in owners.items():
            lines += [f"class {owner}:", *methods]
        _write(api, module, "\n".join(lines) + "\n")
    for module in ("core.moderation.base", "core.extension.extensible"):
        _write(api, module, "")
    (api / "app_factory.py").write_text(_FACTORY)
    (api / "pyproject.toml").write_text('[project]\nname = "dify-api"\nversion = "1.14.2"\n')
    importlib.invalidate_caches()
    return api


def _write(api: Path, module: str, text: str) -> None:
    *parents, last = module.split(".")
    folder = api
    for name in parents:
        folder /= name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "__init__.py").touch()
    (folder / f"{last}.py").write_text(text)
