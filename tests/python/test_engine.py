"""The package as a host uses it."""

import enum
import gc
import json
import logging
import os
import pickle
import shutil
import subprocess
import sys
import threading
from datetime import datetime, timezone
from pathlib import Path

import pytest

import keyrule

ROOT = Path(__file__).resolve().parents[2]
COMMAND = os.environ["KEYRULE_COMMAND"]

POLICY = """keyrule 1
schema "dify" with { since : timestamp optional  vip : bool optional }
pool both { "a" "b" }
rule forbidden { when app.id == "forbidden" deny "not this app" }
rule old { when since < 2020-01-01T00:00Z deny "too old" }
rule roles { when user.roles contains "banned" deny "banned" }
rule tokens { when request.tokens > 1000 deny "too long" }
rule inputs { when inputs.client == "acme" deny "acme" }
rule vip { when vip deny "vip" }
rule turns {
  when environment == "production"
  use both by round_robin
  tag app = app.id, kind = model.type
}
default { leave to host }
"""

CREDENTIALS = {
    "credentials": [
        {"tenant": "t1", "provider": "openai", "name": "a", "credentials": {"openai_api_key": "sk-ä\n1", "n": {"x": [1]}}},
        {"tenant": "t1", "provider": "openai", "name": "b", "credentials": {"openai_api_key": "sk-2"}},
    ]
}

CALL = {"tenant": "t1", "provider": "openai", "model": "m", "environment": "production", "app.id": "x"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("engine")
    (path / "p.keyrule").write_text(POLICY)
    (path / "c.json").write_text(json.dumps(CREDENTIALS))
    subprocess.run([COMMAND, "import", path / "c.json", "--store", path / "store"], check=True, capture_output=True)
    return path


@pytest.fixture
def engine(folder):
    with keyrule.Engine(policy=folder / "p.keyrule", store=folder / "store") as engine:
        yield engine


def test_prepared(engine):
    base = engine.prepare({"tenant": "t1", "provider": "openai", "model": "m", "app.id": "x", "inputs": {"client": "acme"}})
    decide = engine.get_current_credentials
    assert decide({}, base=base).message == "acme"
    assert decide({"environment": "production", "inputs.client": None}, base=base).credential_name in ("a", "b")
    assert decide({"inputs": {"client": None}}, base=base).verdict == "host"
    assert decide({"inputs.client": "", "app.id": "forbidden"}, base=base).message == "not this app"
    assert decide({"tenant": None, "tenant.id": "t1"}, base=base, dry=True).message == "acme"
    assert decide({"inputs.client": "acme"}, base=None).message == "acme"
    assert engine.get_current_credentials(request={}, base=base).message == "acme"
    with pytest.raises(keyrule.UsageError, match="two tenants"):
        decide({"tenant": "t2"}, base=base)
    with pytest.raises(keyrule.UsageError, match="user.roles"):
        engine.prepare({"user.roles": "admin"})
    with pytest.raises(TypeError, match="prepare"):
        decide({}, base={"tenant": "t1"})
    with pytest.raises(TypeError):
        keyrule.Prepared()


def test_prepared_is_its_engines_and_outlives_it(engine, folder):
    with keyrule.Engine(folder / "p.keyrule", folder / "store") as other:
        base = other.prepare({"tenant": "t1", "app.id": "forbidden"})
        other.reload()
        assert other.get_current_credentials({}, base=base).message == "not this app"
    with pytest.raises(keyrule.UsageError, match="another engine"):
        engine.get_current_credentials({}, base=base)
    with pytest.raises(keyrule.UsageError, match="closed"):
        other.prepare({"tenant": "t1"})
    del base


def test_use(engine):
    with engine.get_current_credentials(CALL) as decision:
        assert (decision.verdict, decision.credential_name, decision.rule) == ("use", "a", "turns")
        assert (decision.pool, decision.strategy, decision.arm, decision.attempt) == ("both", "round_robin", 1, 1)
        assert decision.tags == {"app": "x"}
        credentials = decision.credentials()
        assert credentials == {"openai_api_key": "sk-ä\n1", "n": {"x": [1]}}
        credentials["openai_api_key"] = "changed"
        assert decision.credentials()["openai_api_key"] == "sk-ä\n1"  # a fresh dict each time
        assert decision.to_dict()["credential"]["name"] == "a"
        assert "sk-" not in json.dumps(decision.to_dict()) and "sk-" not in repr(decision)


def test_refusal(engine):
    decision = engine.get_current_credentials({"app.id": "forbidden"})
    assert (decision.verdict, decision.reason, decision.message) == ("deny", "denied", "not this app")
    with pytest.raises(keyrule.Refused, match="refused by rule forbidden: not this app") as caught:
        decision.credentials()
    assert caught.value.rule == "forbidden" and isinstance(caught.value, keyrule.NoCredentials)


def test_host(engine):
    decision = engine.get_current_credentials({})
    assert decision.verdict == "host" and decision.rule == "default"
    with pytest.raises(keyrule.LeftToHost):
        decision.credentials()


class ModelType(str, enum.Enum):
    LLM = "llm"


@pytest.mark.parametrize(
    "extra, verdict, message",
    [
        ({"user.roles": ["x", "banned"]}, "deny", "banned"),
        ({"user.roles": ("x",)}, "use", ""),
        ({"user.roles": []}, "use", ""),
        ({"request.tokens": 1001}, "deny", "too long"),
        ({"request.tokens": 1000}, "use", ""),
        ({"vip": True}, "deny", "vip"),
        ({"vip": False}, "use", ""),
        ({"since": datetime(2019, 12, 31, 23, 59, tzinfo=timezone.utc)}, "deny", "too old"),
        ({"since": datetime(2020, 1, 1, tzinfo=timezone.utc)}, "use", ""),
        ({"inputs": {"client": "acme", "other": None}}, "deny", "acme"),
        ({"inputs.client": "acme"}, "deny", "acme"),
        ({"app.id": None, "app.name": ""}, "use", ""),
        ({"model.type": ModelType.LLM}, "use", ""),
        ({"nobody.knows": "this"}, "use", ""),
    ],
)
def test_values(engine, extra, verdict, message):
    decision = engine.get_current_credentials(CALL | extra)
    assert (decision.verdict, decision.message) == (verdict, message)
    if "model.type" in extra:
        assert decision.tags["kind"] == "llm"


@pytest.mark.parametrize(
    "extra, says",
    [
        ({"app.id": 5}, "attribute `app.id`: this value is an integer, the schema says a text"),
        ({"request.tokens": "5"}, "request.tokens"),
        ({"request.tokens": 2**63}, "does not fit 64 bits"),
        ({"app.id": 1.5}, "float is no value"),
        ({"app.id": b"x"}, "bytes is no value"),
        ({"user.roles": [1]}, "int is not a text"),
        ({"since": datetime(2020, 1, 1)}, "needs its zone"),
        ({"tenant": 5}, "`tenant`: int is not a text"),
    ],
)
def test_wrong_values_raise(engine, extra, says):
    with pytest.raises(keyrule.UsageError, match=says) as caught:
        engine.get_current_credentials(CALL | extra)
    assert isinstance(caught.value, ValueError)


def test_report_and_next(engine):
    first = engine.get_current_credentials(CALL)
    with pytest.raises(keyrule.UsageError, match="report the outcome"):
        first.next()
    with pytest.raises(keyrule.UsageError, match="no outcome is named `fine`"):
        first.report("fine")
    first.report("rate_limited", retry_after=30)
    second = first.next()
    assert {first.credential_name, second.credential_name} == {"a", "b"} and second.attempt == 2
    second.report("ok", tokens=1200, latency=0.5, cost_usd=0.01)


SPENT = b'{"error": {"message": "You exceeded your current quota", "code": "insufficient_quota"}}'


def test_report_response(engine):
    first = engine.get_current_credentials(CALL)
    meant = first.report_response(429, {"Retry-After": "20"}, SPENT)
    assert isinstance(meant, keyrule.Classification)
    assert (meant.outcome, meant.row, meant.retry_after) == ("out_of_credit", "generic.insufficient_quota", 0)
    second = first.next()
    assert second.credential_name != first.credential_name
    limited = {"error": {"code": "rate_limit_exceeded", "message": "Please try again in 1.5s"}}
    meant = second.report_response(429, [("X-Other", b"1")], json.dumps(limited), latency=0.2)
    assert (meant.outcome, meant.scope, meant.retry_after) == ("rate_limited", "model", 1.5)
    assert engine.get_current_credentials(CALL).verdict == "deny"


def test_a_limit_of_the_model_leaves_other_models(engine):
    for _ in range(2):
        engine.get_current_credentials(CALL).report("rate_limited", scope="model")
    assert engine.get_current_credentials(CALL).verdict == "deny"
    assert engine.get_current_credentials(CALL | {"model": "n"}).verdict == "use"
    for _ in range(2):
        engine.get_current_credentials(CALL | {"model": "n"}).report("rate_limited")
    assert engine.get_current_credentials(CALL | {"model": "o"}).verdict == "deny"


def test_a_callers_own_timeout_rests_nothing(engine):
    for _ in range(8):
        meant = engine.get_current_credentials(CALL).report_response(failure="timeout", timeout=0.05)
        assert (meant.outcome, meant.callers_timeout) == ("timed_out", True)
        engine.get_current_credentials(CALL).report("timed_out", callers_timeout=True)
    assert engine.get_current_credentials(CALL).verdict == "use"


def test_classify_response():
    body = b'{"usage": {"prompt_tokens": 3, "completion_tokens": 4, "total_tokens": 7}}'
    meant = keyrule.classify_response("openai", 200, {}, body)
    assert meant == ("ok", 0, "credential", False, 3, 4, 7, "generic.ok")
    assert keyrule.classify_response("minimax", 200, body='{"base_resp": {"status_code": 1008}}').outcome == "out_of_credit"
    assert keyrule.classify_response("", 503, {"retry-after": 30}).retry_after == 30
    assert keyrule.classify_response("x", failure="broken").outcome == "server_error"


def test_responses_that_cannot_be(engine):
    decision = engine.get_current_credentials(CALL)
    with pytest.raises(keyrule.UsageError, match="no failure is named `lost`"):
        decision.report_response(failure="lost")
    with pytest.raises(keyrule.UsageError, match="a number is below 0"):
        decision.report_response(200, tokens=-1)
    with pytest.raises(keyrule.UsageError, match="timeout"):
        keyrule.classify_response("x", timeout=1e300)
    for given, says in (
        ({"status": 2**40}, "status: 1099511627776 is out of range"),
        ({"status": None}, "status is of type NoneType: it must be a number"),
        ({"tokens": "12"}, "tokens is of type str: it must be a number"),
        ({"latency": float("nan")}, "latency: nan is out of range"),
        ({"cost_usd": 1j}, "cost_usd is of type complex: it must be a number"),
        ({"body": {"error": "x"}}, "body is of type dict: it must be a text or bytes"),
        ({"body": None}, "body is of type NoneType"),
        ({"provider": 5}, "provider is of type int: it must be a text or bytes"),
        ({"headers": None}, "headers are of type NoneType: they must be a mapping, or pairs of a name and a value"),
        ({"headers": "retry-after: 5"}, "headers are of type str"),
        ({"headers": [("retry-after", "5", "6")]}, "headers are of type list"),
        ({"failure": ["timeout"]}, "no failure is named"),
    ):
        with pytest.raises(keyrule.UsageError, match=says):
            decision.report_response(**given)
    with pytest.raises(keyrule.UsageError, match="retry_after is of type str"):
        decision.report("rate_limited", retry_after="30")
    with pytest.raises(keyrule.UsageError, match="no outcome is named"):
        decision.report(["ok"])
    with pytest.raises(keyrule.UsageError, match="scope is `key`"):
        decision.report("rate_limited", scope="key")
    with pytest.raises(keyrule.UsageError, match="only a decision that is use"):
        engine.get_current_credentials({}).report_response(200)
    decision.report("rate_limited", scope="model")


def test_dry_takes_no_turn(engine):
    names = {engine.get_current_credentials(CALL, dry=True).credential_name for _ in range(4)}
    assert names == {"a"}


def test_explain(engine):
    explained = engine.explain({"environment": "staging"})
    assert explained["decision"]["verdict"] == "host"
    assert any(rule["name"] == "turns" and rule["matched"] is False for rule in explained["rules"])


def test_decisions_outlive_their_engine(folder):
    engine = keyrule.Engine(policy=folder / "p.keyrule", store=folder / "store")
    decision = engine.get_current_credentials(CALL)
    engine.close()
    engine.close()
    assert decision.credentials()["openai_api_key"].startswith("sk-")
    for use in (lambda: engine.get_current_credentials(CALL), engine.reload, lambda: decision.report("ok")):
        with pytest.raises(keyrule.UsageError, match="the engine is closed"):
            use()
    decision.close()
    decision.close()
    assert (decision.verdict, decision.rule, decision.tags) == ("use", "turns", {"app": "x"})
    assert decision.credential_name in ("a", "b")
    with pytest.raises(keyrule.UsageError, match="the decision is closed"):
        decision.credentials()
    del engine, decision
    gc.collect()


def test_reload(folder, tmp_path):
    policy = tmp_path / "p.keyrule"
    policy.write_text(POLICY)
    with keyrule.Engine(policy=policy) as engine:
        policy.write_text(POLICY.replace("not this app", "still not"))
        engine.reload()
        assert engine.get_current_credentials({"app.id": "forbidden"}).message == "still not"
        policy.write_text("keyrule 1\n")
        with pytest.raises(keyrule.PolicyError) as caught:
            engine.reload()
        assert caught.value.diagnostics[0]["severity"] == "error"
        assert engine.get_current_credentials({"app.id": "forbidden"}).message == "still not"


def test_opening_errors(folder, tmp_path):
    with pytest.raises(keyrule.FileError) as caught:
        keyrule.Engine(policy=tmp_path / "none.keyrule")
    assert isinstance(caught.value, OSError)
    bad = tmp_path / "bad.keyrule"
    bad.write_text(POLICY.replace("app.id", "app.idd"))
    with pytest.raises(keyrule.PolicyError, match="KR0101") as caught:
        keyrule.Engine(policy=bad)
    assert {d["code"] for d in caught.value.diagnostics} == {"KR0101"}
    with pytest.raises(keyrule.KeyFileError):
        keyrule.Engine(policy=folder / "p.keyrule", store=folder / "store", key=tmp_path / "none.key")
    with pytest.raises(keyrule.FileError):
        keyrule.Engine(policy=folder / "p.keyrule", store=tmp_path / "none", key=folder / "store.key")


def test_the_log_goes_to_logging(tmp_path, caplog):
    policy = tmp_path / "p.keyrule"
    policy.write_text('keyrule 1\nschema "dify"\npool unused { "a" }\ndefault { leave to host }\n')
    with caplog.at_level(logging.WARNING, logger="keyrule"):
        keyrule.Engine(policy=policy).close()
    assert any("KR0110" in record.message for record in caplog.records)


def test_info(folder):
    with keyrule.Engine(policy=folder / "p.keyrule", store=folder / "store", payload_cache_bytes=1 << 20) as engine:
        before = engine.info()
        assert (before["cached_payloads"], before["payload_reads"], before["payload_cache_limit"]) == (0, 0, 1 << 20)
        assert before["secret_bytes_locked"] + before["secret_bytes_unlocked"] >= 128 * 1024
        assert ("unlocked" in before["secret_gaps"]) == (before["secret_bytes_unlocked"] > 0)
        assert set(before["secret_gaps"]) <= {"unlocked", "dumped", "inherited"}
        for _ in range(10):
            engine.get_current_credentials(CALL).credentials()
        after = engine.info()
        assert (after["cached_payloads"], after["payload_reads"]) == (2, 2)
        assert before["payload_cache_bytes"] < after["payload_cache_bytes"] < 4096
    with keyrule.Engine(policy=folder / "p.keyrule", store=folder / "store", payload_cache_bytes=1) as engine:
        for _ in range(10):
            engine.get_current_credentials(CALL).credentials()
        assert (engine.info()["cached_payloads"], engine.info()["payload_reads"]) == (0, 10)


def test_what_cannot_be_locked_is_in_the_log_once(folder):
    program = (
        "import resource, sys, logging\n"
        "sys.path.insert(0, sys.argv[1])\n"
        "import keyrule\n"
        "logging.basicConfig(format='%(message)s')\n"
        "resource.setrlimit(resource.RLIMIT_MEMLOCK, (0, 0))\n"
        "engine = keyrule.Engine(policy=sys.argv[2], store=sys.argv[3])\n"
        "engine.reload()\n"
        "print(engine.info()['secret_gaps'])\n"
    )
    unprivileged = ["setpriv", "--bounding-set=-ipc_lock", "--inh-caps=-ipc_lock"] if os.geteuid() == 0 else []
    arguments = [ROOT / "plugin_api" / "python", folder / "p.keyrule", folder / "store"]
    done = subprocess.run([*unprivileged, sys.executable, "-B", "-c", program, *arguments], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "['unlocked']\n"
    assert done.stderr.count("could be swapped out") == 1
    assert "limit on locked memory: 0 KiB" in done.stderr and "ulimit -l" in done.stderr


def test_threads(engine):
    wrong = []

    def work():
        for _ in range(200):
            with engine.get_current_credentials(CALL) as decision:
                if not decision.credentials()["openai_api_key"].startswith("sk-"):
                    wrong.append(decision)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_nothing_is_loaded_by_the_import():
    program = (
        f"import sys; sys.path.insert(0, {str(ROOT / 'plugin_api' / 'python')!r})\n"
        "import keyrule\n"
        "assert 'libkeyrule' not in open('/proc/self/maps').read()\n"
    )
    environment = {k: v for k, v in os.environ.items() if k not in ("KEYRULE_LIBRARY", "LD_PRELOAD")}
    subprocess.run([sys.executable, "-B", "-c", program], check=True, env=environment)


def test_where_the_library_is(monkeypatch, tmp_path):
    assert keyrule.library_path() == Path(os.environ["KEYRULE_LIBRARY"])
    monkeypatch.setenv("KEYRULE_LIBRARY", "libkeyrule.so")
    with pytest.raises(keyrule.LibraryNotFound, match="must be an absolute path"):
        keyrule.library_path()
    broken = tmp_path / "libkeyrule.so"
    broken.write_text("no library")
    with pytest.raises(keyrule.LibraryNotFound, match="cannot be loaded"):
        keyrule.Engine(policy="p", library=broken)


def test_the_dify_shaped_host(folder):
    import example_dify

    with keyrule.Engine(policy=folder / "p.keyrule", store=folder / "store") as engine:
        configuration = example_dify.ProviderConfiguration("t1", "openai", engine, {"openai_api_key": "workspace"})
        assert configuration.get_current_credentials("llm", "m") == {"openai_api_key": "workspace"}
        with example_dify.calling({"environment": "production", "app.id": "x"}):
            assert configuration.get_current_credentials("llm", "m")["openai_api_key"] == "sk-ä\n1"
            with example_dify.calling({"app.id": "forbidden"}):
                with pytest.raises(example_dify.CredentialRefused, match="not this app"):
                    configuration.get_current_credentials("llm", "m")
        assert configuration.get_current_credentials(model_type="llm", model="m") == {"openai_api_key": "workspace"}


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        ({"tenant.id": "t2"}, "two tenants"),
        ({"inputs": {"x": "a"}, "inputs.x": "b"}, "`inputs.x` stands twice"),
    ],
)
def test_a_request_says_each_thing_once(engine, extra, message):
    with pytest.raises(keyrule.UsageError, match=message):
        engine.get_current_credentials(CALL | extra)
    with pytest.raises(keyrule.UsageError, match=message):
        engine.get_current_credentials(extra | CALL)


def test_both_names_of_one_tenant_are_fine(engine):
    assert engine.get_current_credentials(CALL | {"tenant.id": "t1"}).verdict == "use"


def test_closing_while_others_decide(folder):
    for _ in range(20):
        engine = keyrule.Engine(folder / "p.keyrule", folder / "store")
        surprises = []
        started = threading.Barrier(5)

        def work(engine=engine, surprises=surprises, started=started):
            started.wait()
            try:
                while True:
                    decision = engine.get_current_credentials(CALL)
                    decision.credentials()
                    decision.report("ok")
            except keyrule.UsageError as error:
                if "is closed" not in str(error):
                    surprises.append(error)

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        started.wait()
        engine.close()
        for thread in threads:
            thread.join(timeout=60)
            assert not thread.is_alive()
        assert not surprises


def publish(folder, store, weight):
    """A new generation, in which a opens to another key."""
    changed = {"tenant": "t1", "provider": "openai", "name": "a", "credentials": {"openai_api_key": f"sk-w{weight}"}}
    (folder / "more.json").write_text(json.dumps({"credentials": [changed]}))
    subprocess.run([COMMAND, "import", folder / "more.json", "--store", store], check=True, capture_output=True)


@pytest.fixture
def own(tmp_path):
    (tmp_path / "p.keyrule").write_text(POLICY)
    (tmp_path / "c.json").write_text(json.dumps(CREDENTIALS))
    subprocess.run([COMMAND, "import", tmp_path / "c.json", "--store", tmp_path / "store"], check=True, capture_output=True)
    return tmp_path


def test_moves_on_by_itself(own):
    with keyrule.Engine(policy=own / "p.keyrule", store=own / "store") as engine:
        assert not engine.stale
        assert engine.get_current_credentials(CALL).to_dict()["snapshot"] == 1
        publish(own, own / "store", 2)
        assert engine.stale
        engine.get_current_credentials(CALL)  # b's turn
        decision = engine.get_current_credentials(CALL)
        assert decision.to_dict()["snapshot"] == 2 and decision.credentials() == {"openai_api_key": "sk-w2"}
        assert not engine.stale


def test_moves_on_by_hand(own):
    with keyrule.Engine(policy=own / "p.keyrule", store=own / "store", refresh="manual") as engine:
        publish(own, own / "store", 2)
        assert engine.get_current_credentials(CALL).to_dict()["snapshot"] == 1
        assert engine.stale
        done = []
        threads = [threading.Thread(target=lambda: done.append(engine.refresh())) for _ in range(4)]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):  # others decide meanwhile
            assert engine.get_current_credentials(CALL, dry=True).verdict == "use"
        assert done == [None] * 4
        assert not engine.stale
        assert engine.get_current_credentials(CALL).to_dict()["snapshot"] == 2
        (own / "store" / "CURRENT").write_text("nonsense")
        with pytest.raises(keyrule.DamagedStoreError, match="CURRENT"):
            engine.refresh()
        assert engine.get_current_credentials(CALL).verdict == "use"
    with pytest.raises(keyrule.UsageError, match="automatic or manual"):
        keyrule.Engine(policy=own / "p.keyrule", refresh="sometimes")


def test_revoked_after_the_decision(own):
    with keyrule.Engine(policy=own / "p.keyrule", store=own / "store", refresh="manual") as engine:
        decision = engine.get_current_credentials(CALL)
        assert decision.credential_name == "a"
        words = ["--store", own / "store", "--tenant", "t1", "--provider", "openai", "--name", "a"]
        subprocess.run([COMMAND, "revoke", *words], check=True, capture_output=True)
        with pytest.raises(keyrule.Revoked, match="decide again"):
            decision.credentials()
        for _ in range(3):
            assert engine.get_current_credentials(CALL).credential_name == "b"


def test_a_child_of_fork_moves_on_by_itself(own):
    with keyrule.Engine(policy=own / "p.keyrule", store=own / "store") as engine:
        assert engine.get_current_credentials(CALL).to_dict()["snapshot"] == 1
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(writing)
            os.read(reading, 1)
            os._exit(engine.get_current_credentials(CALL).to_dict()["snapshot"])
        os.close(reading)
        publish(own, own / "store", 2)
        os.close(writing)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 2


def test_refusals_cross_processes():
    for error in (keyrule.Refused("denied", "not this app", "r"), keyrule.MustWait(1.5), keyrule.Revoked("gone")):
        again = pickle.loads(pickle.dumps(error))
        assert type(again) is type(error) and str(again) == str(error) and vars(again) == vars(error)


@pytest.mark.parametrize(
    "what", [{"tokens": 2**64}, {"cost_usd": 1e30}, {"latency": float("inf")}, {"retry_after": float("nan")}]
)
def test_numbers_that_the_interface_does_not_hold(engine, what):
    decision = engine.get_current_credentials(CALL)
    with pytest.raises(keyrule.UsageError, match=f"{next(iter(what))}: .* is out of range"):
        decision.report("ok", **what)
    decision.report("ok")


@pytest.mark.parametrize("what", [{"seed": -1}, {"payload_cache_bytes": -5}, {"seed": 2**64}])
def test_options_that_the_interface_does_not_hold(folder, what):
    with pytest.raises(keyrule.UsageError, match="is out of range"):
        keyrule.Engine(folder / "p.keyrule", folder / "store", **what)


@pytest.mark.parametrize("tenant", [{}, {"tenant": ""}, {"tenant": None}])
def test_nobody_gets_what_is_shared_with_all(tmp_path, tenant):
    shared = {"tenant": "t1", "provider": "openai", "name": "star", "shared_with": ["*"], "credentials": {"k": "v"}}
    (tmp_path / "c.json").write_text(json.dumps({"credentials": [shared]}))
    (tmp_path / "p.keyrule").write_text('keyrule 1\nschema "dify"\ndefault { use credential "star" }\n')
    subprocess.run([COMMAND, "import", tmp_path / "c.json", "--store", tmp_path / "s"], check=True, capture_output=True)
    with keyrule.Engine(tmp_path / "p.keyrule", tmp_path / "s") as engine:
        assert engine.get_current_credentials({"provider": "openai"} | tenant).verdict == "deny"
        assert engine.get_current_credentials({"provider": "openai", "tenant": "t2"}).verdict == "use"
