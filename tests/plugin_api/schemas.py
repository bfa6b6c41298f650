"""The schemas of plugin_api/schemas, and whether lines of output keep to them."""

import json
from functools import lru_cache
from pathlib import Path

import jsonschema

FOLDER = Path(__file__).resolve().parents[2] / "plugin_api" / "schemas"
ALWAYS = ("diagnostic", "more-errors")  # stand between the results of every command


@lru_cache
def validator(kind):
    schema = json.loads((FOLDER / f"{kind}.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    resolver = jsonschema.RefResolver(f"{FOLDER.as_uri()}/{kind}.json", schema)
    return jsonschema.Draft202012Validator(schema, resolver=resolver)


def kinds():
    return sorted(path.stem for path in FOLDER.glob("*.json"))


def hold(text, *expected):
    """Every line is of exactly one of the kinds. Gives the kinds in the order of the lines."""
    found = []
    for line in text.splitlines():
        value = json.loads(line)
        fitting = [kind for kind in (*expected, *ALWAYS) if validator(kind).is_valid(value)]
        if len(fitting) != 1:
            reasons = {kind: [error.message for error in validator(kind).iter_errors(value)][:3] for kind in (*expected, *ALWAYS)}
            raise AssertionError(f"{line}\nis {fitting or 'of no kind'}: {json.dumps(reasons, indent=2)}")
        found += fitting
    return found
