"""Sends as many tasks as its argument says to the worker of celery_app.py and prints the answers, a JSON list."""

import json
import sys

from celery import group
from celery_app import decide

answers = group(decide.s(f"app-{i % 210}") for i in range(int(sys.argv[1])))().get(timeout=240)
print(json.dumps(answers))
