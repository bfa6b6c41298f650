"""The moment of use: retries, streams, waits, failures."""

import dataclasses
import gc
import json
import os
import subprocess
import threading
import time
import weakref
from types import SimpleNamespace

import keyrule.dify
import pytest
from standing import STANDIN, Dify, key, on_path


def fail(dify, name, *errors):
    dify.upstream.faults[key(name)] = list(errors)


def last(dify, node_id):
    (node,) = dify.nodes(node_id)
    return list(node.run())[-1]


@pytest.mark.parametrize("kind", ["InvokeRateLimitError", "InvokeAuthorizationError", "InvokeServerUnavailableError"])
def test_a_stream_that_fails_before_its_first_piece_goes_on_with_the_next(dify, kind):
    fail(dify, "prod-a", getattr(dify.upstream, kind)("retry-after 1"))
    assert last(dify, "tier").kind == "succeeded"
    assert [paid for _, paid in dify.paid()] == [key("prod-a"), key("prod-b")]


def test_a_stream_that_fails_inside_fails_the_node_and_rests_the_key(dify):
    fail(dify, "prod-a", dify.upstream.Inside(1, dify.upstream.InvokeRateLimitError("slow down")))
    failed = last(dify, "tier")
    assert failed.kind == "failed" and "slow down" in failed.error
    assert last(dify, "tier").kind == "succeeded"
    assert [paid for _, paid in dify.paid()] == [key("prod-a"), key("prod-b")]


def test_when_all_are_out_the_policy_has_the_last_word(dify):
    for name in ("prod-a", "prod-b"):
        fail(dify, name, dify.upstream.InvokeRateLimitError("slow down"))
    failed = last(dify, "tier")
    assert failed.kind == "failed" and "all are out" in failed.error


def test_without_a_word_of_the_policy_the_provider_s_error_stands(dify):
    for name in ("prod-a", "prod-b"):
        fail(dify, name, dify.upstream.InvokeRateLimitError("slow down"))
    assert last(dify, "turn").error == "slow down"


def test_the_caller_s_fault_is_not_tried_again(dify):
    fail(dify, "prod-a", dify.upstream.InvokeBadRequestError("too long"))
    assert last(dify, "tier").error == "too long"
    assert len(dify.paid()) == 1


def test_an_error_that_says_nothing_of_the_credential_is_not_tried_again(dify):
    fail(dify, "prod-a", KeyError("a plugin's fault"))
    assert last(dify, "tier").kind == "failed"
    assert len(dify.paid()) == 1


def test_a_later_call_of_the_execution_fails_over_too(dify):
    (node,) = dify.nodes("tier")
    node.calls = 2
    running = node.run()
    while not dify.paid():
        next(running)
    fail(dify, "prod-a", dify.upstream.InvokeRateLimitError("retry-after 1"))
    assert list(running)[-1].kind == "succeeded"
    assert [paid for _, paid in dify.paid()] == [key("prod-a"), key("prod-a"), key("prod-b")]


def test_a_wait_is_waited_and_then_spent(dify):
    began = time.monotonic()
    assert [event.kind for event in dify.run("pace", "pace")] == ["succeeded"] * 2
    assert 0.5 < time.monotonic() - began < 3
    assert [paid for _, paid in dify.paid()] == [key("prod-a")] * 2


def test_a_stream_that_is_given_up_is_reported(dify):
    (node,) = dify.nodes("tier")
    running = node.run()
    for _ in range(3):
        next(running)
    running.close()
    assert last(dify, "tier").kind == "succeeded"
    assert [paid for _, paid in dify.paid()] == [key("prod-a")] * 2


def broken(tmp_path, settings, **changes):
    import dataclasses

    import keyrule.dify
    from keyrule.dify import process

    keyrule.dify.uninstall()
    keyrule.dify.install(dataclasses.replace(settings, **changes))
    assert process.settings() is not None


@pytest.mark.parametrize(
    "changes", [{"store": "/nonexistent/store"}, {"policy": "/nonexistent/p.keyrule"}, {"key": "/nonexistent/key"}]
)
def test_what_cannot_be_decided_is_refused_and_never_falls_back(dify, tmp_path, settings, changes):
    broken(tmp_path, settings, **changes)
    assert "nothing is spent" in last(dify, "a").error
    assert dify.paid() == []


def test_a_policy_with_errors_refuses(dify, tmp_path, settings):
    bad = tmp_path / "bad" / "p.keyrule"
    bad.parent.mkdir()
    bad.write_text("keyrule 1\nnonsense\n")
    broken(tmp_path, settings, policy=str(bad))
    assert "nothing is spent" in last(dify, "a").error
    assert dify.paid() == []


def test_a_credential_of_the_policy_that_is_not_there_is_refused(dify):
    dify.run({"id": "a", "credential_name": "nobody"})
    assert dify.paid() == []


def test_a_policy_that_changes_is_read_again_by_itself(dify, settings):
    dify.run("a")
    with open(settings.policy, "w") as file:
        file.write('keyrule 1\nschema "dify"\ndefault { use credential "staging" }\n')
    until = time.monotonic() + 5
    while time.monotonic() < until and dify.paid()[-1] != ("a", key("staging")):
        time.sleep(0.2)
        dify.run("a")
    assert dify.paid()[-1] == ("a", key("staging"))


def test_outcomes_of_dify_s_errors(dify):
    from keyrule.dify.outcome import Failure, failure_of

    up = dify.upstream
    assert failure_of(up.InvokeRateLimitError("rig fault 429 retry-after 7")) == Failure("rate_limited", 7)
    assert failure_of(up.InvokeRateLimitError("Please try again in 350ms")) == Failure("rate_limited", 0.35)
    assert failure_of(up.InvokeRateLimitError("you exceeded your current quota")) == Failure("out_of_credit", 0)
    assert failure_of(up.InvokeAuthorizationError("bad key")) == Failure("unauthorized", 0)
    assert failure_of(up.InvokeServerUnavailableError("read timed out")) == Failure("timed_out", 0)
    assert failure_of(TimeoutError()) == Failure("timed_out", 0)
    assert failure_of(ValueError("whatever")) is None


def test_answers_in_an_error_s_text_mean_what_the_table_of_dialects_says(dify):
    from keyrule.dify.outcome import Failure, failure_of

    up = dify.upstream
    limit = up.InvokeRateLimitError
    said = "[models] Rate Limit Error, Error code: 429 - "
    spent = said + "{'error': {'message': 'You exceeded your current quota', 'type': 'insufficient_quota', 'code': 'insufficient_quota'}}"
    assert failure_of(limit(spent), "openai") == Failure("out_of_credit", 0)
    large = said + "{'error': {'message': 'Request too large for gpt-4o', 'type': 'tokens', 'code': 'rate_limit_exceeded'}}"
    assert failure_of(limit(large), "openai") == Failure("caller_error", 0)
    busy = said + "{'error': {'message': 'overloaded', 'type': 'engine_overloaded_error'}}"
    assert failure_of(limit(busy), "moonshot") == Failure("server_error", 0)
    balance = said + "{'error': {'message': 'insufficient balance (1008)', 'type': 'insufficient_balance_error'}}"
    assert failure_of(limit(balance), "minimax") == Failure("out_of_credit", 0)
    wait = said + "{'error': {'message': 'Please try again in 7m12s', 'code': 'rate_limit_exceeded'}}"
    assert failure_of(limit(wait), "openai") == Failure("rate_limited", 432, "model")
    region = "Error code: 403 - {'error': {'code': 'unsupported_country_region_territory', 'message': 'not here'}}"
    assert failure_of(up.InvokeAuthorizationError(region), "openai") == Failure("caller_error", 0)
    # What the table only knows by its status, Dify's class knows better.
    assert failure_of(up.InvokeAuthorizationError("Error code: 403 - {'detail': 'no'}"), "nobody") == Failure("unauthorized", 0)
    overloaded = "Error code: 529 - {'type': 'error', 'error': {'type': 'overloaded_error', 'message': 'Overloaded'}}"
    assert failure_of(up.InvokeServerUnavailableError(overloaded), "anthropic") == Failure("server_error", 0)
    # Google's SDK prints its answers in another way.
    spent = "[models] Rate Limit Error, 429 RESOURCE_EXHAUSTED. {'error': {'message': 'Your prepayment credits are depleted.'}}"
    assert failure_of(limit(spent), "google") == Failure("out_of_credit", 0)


def test_an_answer_that_cannot_be_looked_up_counts_by_dify_s_class(dify, monkeypatch):
    from keyrule.dify.outcome import Failure, failure_of

    monkeypatch.setenv("KEYRULE_LIBRARY", "/nonexistent/libkeyrule.so")
    error = dify.upstream.InvokeRateLimitError("Error code: 429 - {'error': {'code': 'rate_limit_exceeded'}}")
    assert failure_of(error, "openai") == Failure("rate_limited", 0)


@pytest.mark.parametrize(
    ("words", "seconds"),
    [
        ("Please try again in 7m12s. Visit", 432),
        ("Please try again in 1h13m4.5s", 4384.5),
        ("Limit 3, Used 3. Please try again in 6m0s", 360),
        ("try again in 5 minutes", 300),
        ("retry-after: 2 hours and 30 seconds", 7230),
        ("retry after 3 min", 180),
        ("try again in 1.5 hours", 5400),
        ("Try again in 20s.", 20),
        ("retry-after 12. Limit 3 seconds", 12),
        ("retry-after 5 requests", 5),
        ("try again in 90 days", 24 * 3600),
        ("Retry-After: Wed, 21 Oct 2026", 0),
    ],
)
def test_times_as_providers_write_them(dify, words, seconds):
    from keyrule.dify.outcome import failure_of

    assert failure_of(dify.upstream.InvokeRateLimitError(words)).retry_after == seconds


def test_what_an_end_user_wrote_puts_no_key_to_rest(dify):
    """A provider that refuses an input may repeat it."""
    from keyrule.dify.outcome import failure_of

    bad = dify.upstream.InvokeBadRequestError
    said = "[models] Bad Request Error, Error code: 400 - "
    anthropic = (
        said + "{'type': 'error', 'error': {'type': 'invalid_request_error', 'message': '%sYour credit balance is too low"
    )
    for echo in (
        "input 'my credit balance is too low' was flagged",
        said + "{'message': 'flagged: Error code: 402 insufficient_quota'}",
        said + "flagged: 402 out of credit",
        anthropic % "the input said: ",
        anthropic % "\"'message': '",
    ):
        assert failure_of(bad(echo)).outcome == "caller_error", echo
    assert failure_of(bad(anthropic % "")).outcome == "out_of_credit"
    assert (
        failure_of(bad("[models] Error code: 402 - {'error': {'message': 'Insufficient Balance'}}")).outcome == "out_of_credit"
    )
    assert failure_of(bad("403: payment required")).outcome == "out_of_credit"


def test_others_errors_of_the_same_name_are_not_the_provider_s():
    from keyrule.dify.outcome import failure_of

    for module, name in (
        ("redis.exceptions", "TimeoutError"),
        ("sqlalchemy.exc", "TimeoutError"),
        ("gevent.timeout", "Timeout"),
    ):
        assert failure_of(type(name, (Exception,), {"__module__": module})()) is None
    for module, name in (("httpx", "TimeoutException"), ("requests.exceptions", "Timeout")):
        kind = type(name, (Exception,), {"__module__": module})
        assert failure_of(type("ReadTimeout", (kind,), {})()).outcome == "timed_out"


BUDGET = """keyrule 1
schema "dify"
budget few { limit 1 request per hour }
rule r { when provider == "openai"  use credential "prod-a" under few else deny "used up" }
default { leave to host }
"""


def again(settings, policy=None, **changes):
    keyrule.dify.uninstall()
    if policy is not None:
        with open(settings.policy, "w") as file:
            file.write(policy)
    keyrule.dify.install(dataclasses.replace(settings, **changes))


def model(dify):
    return dify.manager().get_model_instance("t1", "langgenius/openai/openai", dify.model_type.LLM, "gpt")


def records(folder):
    lines = [line for path in sorted(folder.iterdir()) for line in path.read_text().splitlines()]
    return [one for one in map(json.loads, lines) if one["kind"] != "opened"]


@pytest.mark.parametrize("by_provider", [False, True])
def test_counting_after_the_budget_is_used_up_fails_nothing(dify, settings, by_provider):
    """As Dify's pipeline does when somebody stops an answer."""
    again(settings, BUDGET)
    dify.upstream.counts_by_provider = by_provider
    list(model(dify).invoke_llm("paid"))
    assert model(dify).get_llm_num_tokens() == (0 if by_provider else 3)
    assert model(dify).get_text_embedding_num_tokens(["one", "two"]) == [0 if by_provider else 3] * 2
    with pytest.raises(ValueError, match="used up"):
        list(model(dify).invoke_llm("refused"))
    assert [what for what, _ in dify.paid()] == ["paid"]


def test_a_refusal_stands_in_the_record_though_tokens_are_counted_first(dify, settings, tmp_path):
    again(settings, decisions=str(tmp_path / "record"))
    assert "node closed is closed" in last(dify, "closed").error
    (refused,) = records(tmp_path / "record")
    assert refused["decision"]["verdict"] == "deny" and refused["context"]["node.id"] == "closed"


def test_what_cannot_be_decided_stands_in_the_record(dify, settings, tmp_path):
    again(settings, decisions=str(tmp_path / "record"), store="/nonexistent/store")
    assert "nothing is spent" in last(dify, "a").error
    (refused,) = records(tmp_path / "record")
    assert refused["context"]["node.id"] == "a" and refused["context"]["provider"] == "openai"
    assert refused["decision"]["verdict"] == "deny" and refused["decision"]["reason"] == "internal"
    assert "/nonexistent/store" in refused["decision"]["message"]
    command = [os.environ["KEYRULE_COMMAND"], "decisions", "--log", tmp_path / "record", "--node", "a"]
    shown = subprocess.run(command, capture_output=True, text=True)
    assert shown.returncode == 0 and "internal: " in shown.stdout and "/nonexistent/store" in shown.stdout, shown


def test_failures_of_the_store_keep_no_frames(dify, settings):
    """Those hold prompts, and Dify's own key."""

    class Prompt:
        pass

    again(settings, store="/nonexistent/store")
    alive = []
    for _ in range(5):
        prompt = Prompt()
        alive.append(weakref.ref(prompt))
        with pytest.raises(ValueError, match="nothing is spent"):
            model(dify).invoke_llm(prompt, stream=False)
        del prompt
    gc.collect()
    assert [one() for one in alive] == [None] * 5


def test_half_a_character_of_an_input_refuses_nothing(dify):
    from keyrule.dify.context import CallContext, entered

    with entered(CallContext("app:chat", {"app.id": "z", "inputs.name": "\ud83d", "app.tags": ["\ud83d"]})):
        list(model(dify).invoke_llm("left to the host"))
    with entered(CallContext("app:chat", {"inputs.name": "\ud83d", "inputs.tier": "gold"})):
        list(model(dify).invoke_llm("gold"))
    assert dify.paid() == [("left to the host", key("shared")), ("gold", key("prod-b"))]


def test_a_staleness_below_a_millisecond_is_not_for_ever(dify, settings):
    again(settings, max_staleness_s=0.0004)
    assert "stale" in last(dify, "a").error


def test_threads_of_one_execution_decide_once(dify):
    from keyrule.dify.context import CallContext, entered
    from keyrule.dify.knowledge_paths import CarryingPool

    instance, together = model(dify), threading.Barrier(8)

    def call(number):
        together.wait()
        list(instance.invoke_llm(f"call {number}"))

    for round_number in range(4):
        with entered(CallContext("search", {"node.id": f"turn {round_number}"})), CarryingPool(8) as pool:
            list(pool.map(call, range(8)))
    assert [paid for _, paid in dify.paid()] == ([key("prod-a")] * 8 + [key("prod-b")] * 8) * 2


def test_an_error_that_says_nothing_is_reported_as_that(dify, settings, tmp_path):
    again(settings, decisions=str(tmp_path / "record"))
    fail(dify, "prod-a", KeyError("a plugin's fault"))
    assert last(dify, "tier").kind == "failed"
    assert [one.get("outcome") for one in records(tmp_path / "record")] == [None, "caller_error"]
    assert last(dify, "tier").kind == "succeeded"
    assert [paid for _, paid in dify.paid()] == [key("prod-a")] * 2, "no key rests for it"


def test_a_stream_whose_greenlet_is_killed_is_not_reported_as_ok(dify, settings, tmp_path):
    class Killed(BaseException):
        pass

    again(settings, decisions=str(tmp_path / "record"))
    fail(dify, "prod-a", dify.upstream.Inside(1, Killed()))
    with pytest.raises(Killed):
        dify.run("a")
    assert [one.get("outcome") for one in records(tmp_path / "record")] == [None, "caller_error"]


def test_tokens_and_cost_are_reported_from_the_end_of_a_stream():
    from keyrule.dify.stream import begin, relay

    seen = []
    pieces = iter(
        [
            SimpleNamespace(usage=None),
            SimpleNamespace(usage=SimpleNamespace(total_tokens=9, total_price="0.25", currency="USD")),
        ]
    )
    first, streamed = begin(pieces)
    assert streamed
    assert len(list(relay(first, pieces, lambda problem, usage: seen.append((problem, usage))))) == 2
    assert [(p, u.tokens, u.cost_usd) for p, u in seen] == [(None, 9, 0.25)]


def test_a_stream_that_nobody_reads_ends_as_well():
    from keyrule.dify.stream import begin, relay

    seen = []
    pieces = iter([1, 2])
    first, _ = begin(pieces)
    relayed = relay(first, pieces, lambda problem, usage: seen.append(problem))
    del relayed
    assert seen == [None]


def test_a_store_that_no_sync_confirms_is_refused_and_never_left_to_the_host(settings):
    with on_path(STANDIN):
        keyrule.dify.install(dataclasses.replace(settings, max_staleness_s=60))
        try:
            dify = Dify()
            failed = last(dify, "a")
            assert failed.kind == "failed" and "stale" in failed.error
            assert dify.paid() == []
            assert last(dify, "z").kind == "succeeded", "what is left to the host does not need the store"
            assert dify.paid() == [("z", key("shared"))]
        finally:
            keyrule.dify.uninstall()
