"""The credential that the author of an app named on a node: `node.credential`.

Dify's screens have no field for it, so three places are read, the first that names something counts: `credential_id` or
`credential_name` in the node's data, the same in its model block, and a line `credential: NAME` in the node's description.
The policy says whether it counts at all, and from which pool.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_LINE = re.compile(r"^[ \t]*credential[ \t]*:[ \t]*(\S.*?)[ \t]*$", re.IGNORECASE | re.MULTILINE)
_FIELDS = ("credential_id", "credential_name")
LONGEST = 255  # characters of a credential's name in Dify's tables


def credential_of(data: Any) -> str | None:
    """`data` is a node's `data` in the graph of its workflow; None if it names no credential."""
    if not isinstance(data, Mapping):
        return None
    model = data.get("model")
    for block in (data, model if isinstance(model, Mapping) else {}):
        for field in _FIELDS:
            value = block.get(field)
            if isinstance(value, str) and value.strip():
                return value.strip()[:LONGEST]
    description = data.get("desc")
    found = _LINE.search(description) if isinstance(description, str) else None
    return found.group(1)[:LONGEST] if found else None
