"""The moment of use: retries, streams, waits, failures."""

import dataclasses
import time
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


def test_tokens_and_cost_are_reported_from_the_end_of_a_stream():
    from keyrule.dify.stream import begin, relay

    seen = []
    pieces = iter(
        [SimpleNamespace(usage=None), SimpleNamespace(usage=SimpleNamespace(total_tokens=9, total_price="0.25", currency="USD"))]
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
