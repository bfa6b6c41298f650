"""Requests as JSON, one object a line, to the words `path=value`, separated by tabs, that example_host reads."""

import json
import sys

for line in sys.stdin:
    print(*(f"{path}={value}" for path, value in json.loads(line).items()), sep="\t")
