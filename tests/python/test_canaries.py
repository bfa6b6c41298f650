"""A thousand secrets go through everything that the command, the library and the Python package do, right and wrong; then every
byte that was printed, logged or written is searched for each of them: raw, base64, hex, URL-encoded, and as JSON escapes.

The canaries share a random beginning, so that one pass over the bytes finds where to look closer, in each of these forms.
"""

import base64
import json
import logging
import os
import random
import re
import shutil
import string
import subprocess
import urllib.parse

import pytest

import keyrule

COMMAND = os.environ["KEYRULE_COMMAND"]
COUNT = int(os.environ.get("KEYRULE_CANARIES", "1000"))
POLICY = 'keyrule 1\nschema "dify"\ndefault { use credential node.credential }\n'


class Canaries:
    """`mark` and a number, with characters that every encoding treats differently."""

    def __init__(self, count):
        chosen = random.SystemRandom()
        self.mark = "Cy/+" + "".join(chosen.choice(string.ascii_letters + string.digits) for _ in range(14)) + "é"
        self.secrets = [f"{self.mark}=%{number:04d}\"&" for number in range(count)]
        self.pattern = re.compile(b"|".join(re.escape(form) for form in sorted(set(self.forms(self.mark)))))

    @staticmethod
    def forms(text):
        """Everything that its bytes look like in the encodings, whatever stands before and after."""
        raw = text.encode()
        yield raw
        yield raw[::-1]
        yield raw.hex().encode()
        yield raw.hex().upper().encode()
        yield raw.hex(" ").encode()
        yield text.encode("utf-16-le")
        for safe in ("", "/", "/+"):
            quoted = urllib.parse.quote(text, safe=safe)
            yield quoted.encode()
            yield re.sub("%..", lambda escape: escape.group().lower(), quoted).encode()
        escaped = json.dumps(text)[1:-1]
        yield escaped.encode()
        yield escaped.replace("/", "\\/").encode()
        yield re.sub(r"\\u....", lambda escape: "\\u" + escape.group()[2:].upper(), escaped).encode()
        for before in range(3):  # alignments
            whole = base64.b64encode(b"\0" * before + raw)
            start = -(-before * 8 // 6)
            end = (before + len(raw)) * 8 // 6
            for text64 in (whole, whole.replace(b"+", b"-").replace(b"/", b"_")):
                yield text64[start:end]

    def found(self, data):
        return bool(self.pattern.search(data))


@pytest.fixture(scope="module")
def canaries():
    return Canaries(COUNT)


@pytest.mark.parametrize("encode", [
    lambda secret: secret.encode(),
    lambda secret: secret.encode()[::-1],
    lambda secret: secret.encode().hex().encode(),
    lambda secret: secret.encode().hex().upper().encode(),
    lambda secret: urllib.parse.quote(secret).encode(),
    lambda secret: urllib.parse.quote_plus(secret).encode(),
    lambda secret: re.sub("%..", lambda escape: escape.group().lower(), urllib.parse.quote(secret, safe="")).encode(),
    lambda secret: json.dumps(secret).encode(),
    lambda secret: json.dumps(secret, ensure_ascii=False).encode(),
    lambda secret: base64.b64encode(secret.encode()),
    lambda secret: base64.b64encode(b"x" + secret.encode()),
    lambda secret: base64.b64encode(b"xy" + secret.encode() + b"z"),
    lambda secret: base64.urlsafe_b64encode(b'{"openai_api_key": "' + secret.encode() + b'"}'),
    lambda secret: base64.b64encode(json.dumps({"a": 1, "key": secret}, ensure_ascii=False).encode()),
])
def test_the_search_would_find_one(canaries, encode):
    noise = os.urandom(100_000)
    assert not canaries.found(noise)
    for secret in (canaries.secrets[0], canaries.secrets[-1]):
        assert canaries.found(noise + encode(secret) + noise)


class Run:
    """Commands, and everything they said."""

    def __init__(self, folder, canaries):
        self.folder, self.canaries, self.said, self.runs = folder, canaries, [], 0

    def __call__(self, *arguments, codes=(0,), text=None, environment=()):
        done = subprocess.run([COMMAND, *map(str, arguments)], capture_output=True, timeout=120, input=text,
                              cwd=self.folder, env={**os.environ, **dict(environment)})
        self.said.append((arguments, done.stdout + done.stderr))
        self.runs += 1
        assert done.returncode in codes, (arguments, done.returncode, done.stderr[-600:])
        return done

    def check(self):
        for arguments, said in self.said:
            assert not self.canaries.found(said), f"a secret is in what `keyrule {arguments[0]}` says: {arguments}"


def test_nothing_shows_a_secret(canaries, tmp_path, caplog, capfd):
    run = Run(tmp_path, canaries)
    records = [{"tenant": f"t{i % 10}", "provider": "openai", "name": f"n{i}", "labels": {"team": "a"}, "weight": 2,
                "shared_with": ["*"] if i % 100 == 0 else [], "credentials": {"openai_api_key": secret, "deep": {"list": [secret]}}}
               for i, secret in enumerate(canaries.secrets)]

    def text(rows):
        return json.dumps({"credentials": rows}, ensure_ascii=False).encode()

    store, policy = tmp_path / "store", tmp_path / "p.keyrule"
    policy.write_text(POLICY)
    run("import", "-", "--store", store, text=text(records))  # through a pipe: no file has them
    run("import", "-", "--store", store, "--json", text=text(records))
    spoil_imports(run, store, records, text)
    read_everything(run, store, policy)
    decide_from_python(store, policy, canaries, caplog)
    tenant = ("--store", store, "--tenant", "t1", "--provider", "openai")
    run("revoke", *tenant, "--name", "n1")
    run("disable", *tenant, "--name", "n11", "--json")
    run("enable", *tenant, "--name", "n11")
    run("rotate", "--store", store, "--data-keys")
    run("rotate", "--store", store, "--new-key", tmp_path / "new.key")
    run("rotate", "--store", store, "--key", tmp_path / "new.key", "--retire")
    shutil.move(tmp_path / "new.key", tmp_path / "store.key")
    if b"\n  verify " in run("--help").stdout:
        run("verify", "--store", store)
        run("verify", "--store", store, "--json")
    use_wrong_keys(run, store, tmp_path)
    damage(run, store, policy, canaries, caplog)

    run.check()
    printed = capfd.readouterr()
    assert not canaries.found((printed.out + printed.err).encode())
    logged = "\n".join(record.getMessage() + repr(record.__dict__) for record in caplog.records)
    assert not canaries.found(logged.encode())
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) > 20 and run.runs > 40
    for path in files:
        data = path.read_bytes()
        assert not canaries.found(data), path
        assert not canaries.found(str(path).encode())
    size = sum(path.stat().st_size for path in files)
    with capfd.disabled():
        print(f"{len(canaries.secrets)} secrets, {run.runs} commands, {len(files)} files of {size} bytes: none was found")


def spoil_imports(run, store, records, text):
    """Files that are wrong in every kind of place, near a secret."""
    whole, secret = text(records[:3]), records[0]["credentials"]["openai_api_key"]
    quoted = json.dumps(secret, ensure_ascii=False).encode()
    wrong = [
        whole[: len(whole) // 2], whole[:-3], whole.replace(quoted, quoted[:-1], 1), whole.replace(quoted, quoted + b" 1", 1),
        whole.replace(quoted, quoted + quoted, 1), whole.replace(quoted, secret.encode(), 1), b"[" + quoted + b"]", quoted,
        whole.replace(quoted, quoted[:5] + b"\xff" + quoted[5:], 1), whole.replace(quoted, quoted[:5] + b"\n" + quoted[5:], 1),
        text([{**records[0], "credentials": secret}]), text([{**records[0], "credentials": [secret]}]),
        text([{**records[0], "credentials": {secret: 1}}, {**records[0], "weight": 5000}]),
        text([{**records[0], "credentials": {"a": secret * 4000}}]),
        text([{**records[0]}, {**records[0]}]), text([{**records[0], "weight": 0}]),
        b'{"credentials": [{"tenant": "a", "provider": "p", "name": "n", "credentials": {"k": ' + quoted + b', "k": ' + quoted + b"}}]}",
    ]
    for one in wrong:
        for json_too in ((), ("--json",)):
            run("import", "-", "--store", store, *json_too, codes=(4,), text=one)


def read_everything(run, store, policy):
    for more in ((), ("--json",), ("--tenant", "t3")):
        run("list", "--store", store, *more)
    wanted = ["--store", store, "--set", "tenant.id=t5", "--set", "provider=openai"]
    for name in ("n5", "n15", "n100", "no-such", "n1"):
        for more in ((), ("--json",)):
            run("decide", policy, *wanted, "--set", f"node.credential={name}", *more, codes=(0, 1, 2))
            run("explain", policy, *wanted, "--set", f"node.credential={name}", *more, codes=(0, 1, 2))
    run("repl", policy, "--store", store, "--tenant", "t5", codes=(0, 1, 2),
        text=b"set provider openai\nset node.credential n5\ndecide\nwhy\nshow\ncredentials\nhelp\nnonsense\nquit\n")
    catalog = run("list", "--store", store, "--json").stdout
    (policy.parent / "catalog.jsonl").write_bytes(catalog)
    run("check", policy, "--catalog", policy.parent / "catalog.jsonl", codes=(0, 1, 2, 3, 4))
    run("check", policy, "--catalog", policy.parent / "catalog.jsonl", "--format", "sarif", codes=(0, 1, 2, 3, 4))


def decide_from_python(store, policy, canaries, caplog):
    """Everything of the package that can be printed; that the secrets do come out of it where they should."""
    caplog.set_level(logging.DEBUG, logger="keyrule")
    shown, raised = [], []
    with keyrule.Engine(policy=policy, store=store) as engine:
        for i in range(0, len(canaries.secrets)):
            request = {"tenant": f"t{i % 10}", "provider": "openai", "node.credential": f"n{i}"}
            decision = engine.get_current_credentials(request)
            assert decision.credentials()["openai_api_key"] == canaries.secrets[i]
            if i % 50 == 0:
                shown += [repr(decision), str(decision), decision.reason, json.dumps(decision.to_dict())
                          if hasattr(decision, "to_dict") else "", json.dumps(engine.explain(request))]
                shown += [f"{name}={getattr(decision, name)!r}" for name in dir(decision)
                          if not name.startswith("_") and not callable(getattr(decision, name))]
            decision.report("unauthorized" if i % 7 == 0 else "ok", tokens=3)
        shown += [repr(engine), str(engine), json.dumps(engine.info())]
        refused = engine.get_current_credentials({"tenant": "t1", "provider": "openai", "node.credential": "none"})
        for wrong in (refused.credentials, lambda: engine.get_current_credentials({"tenant": 5}),
                      lambda: engine.get_current_credentials({"no.such": "x"}), lambda: keyrule.Engine(policy=policy, store="/no")):
            try:
                shown.append(repr(wrong()))
            except Exception as error:  # whatever a host may print
                raised.append(error)
                shown += [repr(error), str(error), repr(vars(error))]
    assert len(shown) > 100 and len(raised) >= 3
    assert not canaries.found("\n".join(map(str, shown)).encode())


def use_wrong_keys(run, store, folder):
    good = (folder / "store.key").read_text()
    cases = {"other": good[:25] + "ab" * 32 + "\n", "cut": good[:40], "words": "hunter2\n", "empty": ""}
    for name, content in cases.items():
        key = folder / f"{name}.key"
        key.write_text(content)
        key.chmod(0o400)
        run("list", "--store", store, "--key", key, codes=(4,))
        run("import", "-", "--store", store, "--key", key, codes=(4,), text=b'{"credentials": []}')
    loose = folder / "loose.key"
    loose.write_text(good)
    loose.chmod(0o444)
    run("list", "--store", store, "--key", loose, codes=(4,))
    for path in folder.glob("*.key"):
        if path.name != "store.key":
            path.unlink()


def damage(run, store, policy, canaries, caplog):
    """Damaged tables, so that payloads and rows do not open."""
    bad = store.parent / "bad"
    for part in (0.1, 0.3, 0.5, 0.7, 0.9):
        shutil.rmtree(bad, ignore_errors=True)
        shutil.copytree(store, bad)
        shutil.copy(store.parent / "store.key", store.parent / "bad.key")
        for table in bad.rglob("*.sst"):
            data = bytearray(table.read_bytes())
            at = int(len(data) * part)
            data[at:at + 200] = bytes(byte ^ 0x5A for byte in data[at:at + 200])
            table.write_bytes(data)
        run("list", "--store", bad, codes=(0, 4))
        run("decide", policy, "--store", bad, "--set", "tenant.id=t5", "--set", "provider=openai",
            "--set", "node.credential=n15", codes=(0, 1, 2, 4))
        run("import", "-", "--store", bad, codes=(0, 4), text=b'{"credentials": []}')
        run("rotate", "--store", bad, "--data-keys", codes=(0, 4))
        try:
            with keyrule.Engine(policy=policy, store=bad) as engine:
                for i in range(0, len(canaries.secrets), 20):
                    request = {"tenant": f"t{i % 10}", "provider": "openai", "node.credential": f"n{i}"}
                    decision = engine.get_current_credentials(request)
                    if decision.verdict == "use":
                        assert decision.credentials()["openai_api_key"] == canaries.secrets[i]
        except keyrule.KeyruleError as error:
            assert not canaries.found((repr(error) + str(error)).encode())
