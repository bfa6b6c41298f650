"""The same host as a Celery worker: `celery -A celery_app worker -P prefork`."""

import os

import celery
from host_app import answer

app = celery.Celery(broker=os.environ["KEYRULE_TEST_BROKER"], backend=os.environ["KEYRULE_TEST_BROKER"])


@app.task(name="decide")
def decide(name):
    return answer(name)
