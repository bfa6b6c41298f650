"""The compiled binding: what a request may hold, what an opened payload becomes, and when other threads run meanwhile."""

import enum
import gc
import json
import os
import random
import subprocess
import sys
import threading
import time
import types
from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime, timezone
from pathlib import Path

import pytest

import keyrule
from keyrule import _binding

COMMAND = os.environ["KEYRULE_COMMAND"]

POLICY = """keyrule 1
schema "dify" with { since : timestamp optional }
rule banned { when user.roles contains "banned" deny "banned" }
rule acme { when inputs.client == "acme" deny "acme" }
rule umlaut { when app.name == "Rechnungsprüfung 🔑" deny "umlaut" }
rule tokens { when request.tokens > 1000 deny "too long" }
rule old { when since < 2020-01-01T00:00Z deny "too old" }
rule a { when environment == "production" use credential "a" tag app = app.id, kind = model.type }
default { leave to host }
"""
CALL = {"tenant": "t1", "provider": "openai", "model": "m", "environment": "production", "app.id": "x"}
PAYLOAD = {"openai_api_key": "sk-" + "ä€🔑" * 4, "lines": "-----BEGIN\nA\n-----END\n", "deep": {"n": [1, -2.5e3, True, None]}}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("binding")
    (path / "p.keyrule").write_text(POLICY)
    held = [{"tenant": tenant, "provider": "openai", "name": "a", "credentials": PAYLOAD} for tenant in ("t1", "t2")]
    (path / "c.json").write_text(json.dumps({"credentials": held}))
    subprocess.run([COMMAND, "import", path / "c.json", "--store", path / "store"], check=True, capture_output=True)
    return path


@pytest.fixture
def engine(folder):
    with keyrule.Engine(folder / "p.keyrule", folder / "store") as engine:
        yield engine


class Word(str):
    pass


class Color(enum.Enum):
    BANNED = "banned"
    NUMBER = 2000


class Number(enum.IntEnum):
    MANY = 2000


class Picky(Mapping):
    """Says what it holds by its own methods only."""

    def __init__(self, value):
        self.value = value

    def __iter__(self):
        return iter(["client"])

    def __len__(self):
        return 1

    def __getitem__(self, _):
        return self.value()


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        ({"user.roles": {"banned"}}, "banned"),
        ({"user.roles": frozenset({"banned"})}, "banned"),
        ({"user.roles": [Color.BANNED]}, "banned"),
        ({"user.roles": type("Roles", (list,), {})(["x", "banned"])}, "banned"),
        ({"user.roles": (Word("banned"),)}, "banned"),
        ({"inputs": OrderedDict(client="acme")}, "acme"),
        ({"inputs": types.MappingProxyType({"client": "acme", "n": None})}, "acme"),
        ({"inputs": Picky(lambda: "acme")}, "acme"),
        ({Word("inputs.client"): "acme"}, "acme"),
        ({"inputs": {Word("client"): Word("acme")}}, "acme"),
        ({"app.name": "Rechnungsprüfung 🔑"}, "umlaut"),
        ({"request.tokens": Number.MANY}, "too long"),
        ({"request.tokens": Color.NUMBER}, "too long"),
        ({"since": datetime(1969, 1, 1, tzinfo=timezone.utc), "inputs": {"client": "x"}}, "too old"),
        ({f"nobody.knows{i}": "x" * i for i in range(300)} | {"inputs": {f"i{i}": "x" for i in range(300)}}, ""),
        ({"user.roles": ["x"] * 1000 + ["banned"]}, "banned"),
    ],
)
def test_what_a_request_may_hold(engine, extra, message):
    for _ in range(3):  # the first for its tenant is made without the interpreter's lock
        assert engine.get_current_credentials(CALL | extra).message == message
    assert engine.get_current_credentials(request=types.MappingProxyType(CALL | extra), dry=True).message == message
    assert engine.explain(CALL | extra)["decision"]["message"] == (message or None)


@pytest.mark.parametrize(
    ("extra", "says"),
    [
        ({"inputs": {"client": 1.5}}, "attribute `inputs.client`: float is no value"),
        ({"inputs": {"client": {}}}, "attribute `inputs.client`: dict is no value"),
        ({"user.roles": [None]}, "`user.roles`: NoneType is not a text"),
        ({"app.id": object()}, "object is no value"),
        ({5: "x"}, "a path of the request is 5"),
        ({"request.tokens": -(2**63) - 1}, "does not fit 64 bits"),
    ],
)
def test_what_it_may_not(engine, extra, says):
    with pytest.raises(keyrule.UsageError, match=says):
        engine.get_current_credentials(CALL | extra)


def test_wrong_calls_raise(engine):
    for wrong in (lambda: engine.get_current_credentials(), lambda: engine.get_current_credentials(CALL, True)):
        with pytest.raises(TypeError):
            wrong()
    with pytest.raises(TypeError):
        engine.get_current_credentials(CALL, wet=True)
    with pytest.raises(keyrule.UsageError, match="the request is of type int: it must be a mapping"):
        engine.get_current_credentials(5)
    with pytest.raises(UnicodeEncodeError):
        engine.get_current_credentials(CALL | {"app.id": "\ud800"})
    with pytest.raises(TypeError):
        keyrule.Decision()
    with pytest.raises(AttributeError):
        engine.get_current_credentials(CALL).verdict = "host"
    with pytest.raises(ZeroDivisionError):
        engine.get_current_credentials(CALL | {"inputs": Picky(lambda: 1 // 0)})


def test_the_payload_is_what_was_imported(engine):
    for _ in range(3):
        assert engine.get_current_credentials(CALL).credentials() == PAYLOAD


def random_json(chance, depth=0):
    kind = chance.randrange(8 if depth < 4 else 6)
    if kind < 2:
        return "".join(chance.choice('aé€🔑"\\/\b\f\n\r\t\x01\x7f\ud83d\udd11') for _ in range(chance.randrange(12)))
    if kind == 2:
        return chance.choice([0, -1, 7, 2**70, -(2**63)])
    if kind == 3:
        return chance.choice([0.5, -1e300, 1e-7, 12345.678])
    if kind < 6:
        return chance.choice([True, False, None])
    if kind == 6:
        return [random_json(chance, depth + 1) for _ in range(chance.randrange(4))]
    return {f"k{i}é": random_json(chance, depth + 1) for i in range(chance.randrange(4))}


def test_payloads_are_read_as_json_loads_does():
    chance = random.Random(7)
    for _ in range(3000):
        value = {f"key {i}": random_json(chance) for i in range(chance.randrange(5))}
        for ascii_only in (True, False):
            text = json.dumps(value, ensure_ascii=ascii_only, indent=chance.choice([None, 1]))
            try:
                written = text.encode()
            except UnicodeEncodeError:  # half a surrogate, written as it is
                continue
            assert _binding.parse_json(written) == json.loads(written), written


@pytest.mark.parametrize(
    "wrong",
    ['', '[]', '"x"', '{', '{"a"}', '{"a":}', '{"a":1,}', '{"a":1}x', '{"a":01}', '{"a":-}', '{"a":1.}', '{"a":1e}', '{"a":tru}']
    + ['{"a":"\\x"}', '{"a":"\\u12g4"}', '{"a":"\\u12', '{"a":"\n"}', '{"a":"x', "{'a':1}", '{"a":[1,]}', '{1:2}', '{"a":NaN}'],
)
def test_what_is_no_payload_is_refused_and_not_shown(wrong):
    with pytest.raises(ValueError, match="^the payload is no JSON object$"):
        _binding.parse_json(wrong.encode())


def test_broken_payloads_do_no_harm():
    whole = json.dumps(PAYLOAD).encode() + json.dumps(PAYLOAD, ensure_ascii=False).encode()
    chance = random.Random(11)
    for _ in range(20000):
        broken = bytearray(whole[: chance.randrange(len(whole))])
        for _ in range(chance.randrange(4)):
            if broken:
                broken[chance.randrange(len(broken))] = chance.randrange(256)
        try:
            assert _binding.parse_json(bytes(broken)) == json.loads(broken)
        except ValueError as error:
            assert str(error) == "the payload is no JSON object"
    with pytest.raises(ValueError, match="no JSON object"):
        _binding.parse_json(b'{"a":' * 10_000)
    with pytest.raises(ValueError, match="no JSON object"):
        _binding.parse_json(b'{"a":"\xff"}')


def memory():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def test_nothing_leaks(engine):
    def work(times):
        for number in range(times):
            request = CALL | {"inputs": {"client": f"c{number}"}, "user.roles": ["x"], "model.type": Color.BANNED}
            with engine.get_current_credentials(request) as decision:
                assert decision.credentials() == PAYLOAD and decision.tags["kind"] == "banned"
            dropped = engine.get_current_credentials(request)
            dropped.credentials()
            for wrong in ({"app.id": 1.5}, {"app.id": 5}, {"user.roles": [1]}):
                try:
                    engine.get_current_credentials(CALL | wrong)
                except keyrule.UsageError:
                    pass
            try:
                engine.get_current_credentials({"user.roles": ["banned"]}).credentials()
            except keyrule.Refused:
                pass

    work(1000)
    gc.collect()
    before = memory()
    work(6000)
    gc.collect()
    assert memory() - before < 2 * 1024 * 1024
    assert max(sys.getrefcount(value) for value in (CALL, PAYLOAD, keyrule.Decision, None)) < 20_000


def test_attributes_cannot_be_changed_under_a_decision(folder):
    """A request that other threads change all the while, in decisions that give the interpreter's lock back."""
    request = dict(CALL)
    stop = threading.Event()

    def change():
        number = 0
        while not stop.is_set():
            number += 1
            request["app.id"] = "x" * (number % 50 + 1)
            request["user.roles"] = [str(number), "y" * (number % 90)]

    changing = threading.Thread(target=change)
    changing.start()
    try:
        for _ in range(30):
            with keyrule.Engine(folder / "p.keyrule", folder / "store") as engine:
                for _ in range(20):
                    decision = engine.get_current_credentials(request)
                    assert decision.credential_name == "a" and set(decision.tags["app"]) == {"x"}
    finally:
        stop.set()
        changing.join()


def test_one_decision_in_many_threads(folder):
    with keyrule.Engine(folder / "p.keyrule", folder / "store", payload_cache_bytes=1) as engine:
        for _ in range(50):  # nothing is kept: each opening gives the interpreter's lock back
            decision = engine.get_current_credentials(CALL)
            said = []

            def work(decision=decision, said=said):
                for _ in range(20):
                    try:
                        said.append(decision.credentials() == PAYLOAD and decision.to_dict()["verdict"] == "use")
                    except keyrule.UsageError as error:
                        said.append("is closed" in str(error))

            threads = [threading.Thread(target=work) for _ in range(4)]
            for thread in threads:
                thread.start()
            decision.close()
            for thread in threads:
                thread.join(60)
                assert not thread.is_alive()
            assert said == [True] * 80


def test_others_run_while_an_engine_opens(folder, tmp_path):
    """The key comes from a program that takes its time; a thread of Python's goes on meanwhile."""
    program = tmp_path / "key"
    program.write_text(f"#!/bin/sh\nsleep 0.5\ncat {folder}/store.key\n")
    program.chmod(0o700)
    ticks = []
    stop = threading.Event()

    def tick():
        while not stop.is_set():
            ticks.append(time.monotonic())
            time.sleep(0.005)

    ticking = threading.Thread(target=tick)
    ticking.start()
    try:
        keyrule.Engine(folder / "p.keyrule", folder / "store", f"command:{program}").close()
    finally:
        stop.set()
        ticking.join()
    assert len(ticks) > 10
    assert max(after - before for before, after in zip(ticks, ticks[1:])) < 0.4
