"""Nodes of workflows: who pays, how often is decided, what a refusal looks like."""

from types import SimpleNamespace

import pytest
from standing import OPENAI, key


def test_the_stand_in_alone_pays_with_the_shared_credential(bare):
    bare.run("a", "b")
    assert bare.paid() == [("a", key("shared")), ("b", key("shared"))]


def test_two_nodes_of_one_model_on_two_credentials(dify):
    events = dify.run("a", "b")
    assert [event.kind for event in events] == ["succeeded"] * 2
    assert dify.paid() == [("a", key("prod-a")), ("b", key("prod-b"))]


def test_schemas_and_counts_are_looked_up_with_the_same_credential(dify):
    dify.run("a", "b")
    assert dify.upstream.looks == [key("prod-a"), key("prod-b"), key("prod-a"), key("prod-b")]


def test_nodes_that_run_interleaved_do_not_see_each_other(dify):
    running = [node.run() for node in dify.nodes("a", "b")]
    for _ in range(5):
        for events in running:
            next(events, None)
    assert sorted(dify.paid()) == [("a", key("prod-a")), ("b", key("prod-b"))]


def test_what_is_left_to_the_host_is_the_host_s_own(dify):
    dify.run("elsewhere")
    assert dify.paid() == [("elsewhere", key("shared"))]


def test_a_tenant_has_its_own_credentials(dify):
    dify.run("a", tenant="t2")
    assert dify.paid() == [("a", key("prod-a", "t2"))]


def test_an_execution_decides_once_however_often_it_looks_and_spends(dify):
    (node,) = dify.nodes("turn")
    node.calls = 3
    list(node.run())
    list(node.run())
    assert [paid for _, paid in dify.paid()] == [key("prod-a")] * 3 + [key("prod-b")] * 3


def test_a_refusal_fails_the_node_and_not_the_graph(dify):
    first, closed = dify.nodes("a", "closed")
    assert list(first.run())[-1].kind == "succeeded"
    last = list(closed.run())[-1]
    assert last.kind == "failed" and "node closed is closed" in last.error and "rule closed" in last.error
    assert dify.paid() == [("a", key("prod-a"))]


def test_a_refused_node_looks_with_nothing_secret(dify):
    dify.run("closed")
    assert dify.upstream.looks == ["None", "None"]  # its schema, and its tokens: the refusal is the use's, which records it


@pytest.mark.parametrize(
    "data",
    [
        {"credential_id": "staging"},
        {"credential_name": "staging"},
        {"model": {"provider": OPENAI, "name": "gpt", "credential_name": "staging"}},
        {"desc": "Writes the answer.\nCredential:  staging \nand more"},
    ],
)
def test_the_credential_that_a_node_names(dify, data):
    dify.run({"id": "a", **data})
    assert dify.paid() == [("a", key("staging"))]


def test_a_description_that_speaks_of_credentials_names_none(dify):
    dify.run({"id": "a", "desc": "Uses the credential: of the app"[:20]}, {"id": "b", "desc": "no credential here"})
    assert dify.paid() == [("a", key("prod-a")), ("b", key("prod-b"))]


def test_the_environment_variable_of_the_workflow(dify):
    dify.run("elsewhere", env={"environment": "staging"})
    assert dify.paid() == [("elsewhere", key("staging"))]


def test_secret_variables_are_no_facts():
    from keyrule.dify import facts

    variables = {"k": SimpleNamespace(name="k", value="sk", value_type="secret")}
    assert facts.of_pool(SimpleNamespace(variable_dictionary={"env": variables}, get=lambda _: None)).get("env.k") is None


def test_a_disabled_model_stays_disabled(dify):
    dify.configuration().disabled.add("gpt")
    with pytest.raises(ValueError, match="is disabled"):
        dify.nodes("a")


def test_without_an_active_credential_a_chosen_one_serves(dify):
    dify.configuration().shared = None
    dify.run("a")
    assert dify.paid() == [("a", key("prod-a"))]
    with pytest.raises(Exception, match="not initialized"):
        dify.manager().get_model_instance("t1", OPENAI, dify.model_type.LLM, "gpt")


def test_the_chosen_credential_passes_the_enterprise_s_check(dify):
    from core.helper import credential_utils

    dify.run("a")
    (checked,) = credential_utils.checked
    assert checked[1:] == (OPENAI, "model") and checked[0]


def test_a_chosen_credential_is_out_of_the_balancer_and_not_in_its_entries(dify):
    entries = [{"name": "__inherit__", "credentials": None}]
    entries += [{"name": name, "credentials": {"openai_api_key": name}} for name in ("sk-2", "sk-3")]
    dify.configuration().balanced = entries
    dify.run("elsewhere", "a", "elsewhere", "a")
    # Of the host's turns every other goes to counting tokens, as without Keyrule.
    assert [paid for _, paid in dify.paid()] == ["sk-2", key("prod-a"), key("shared"), key("prod-a")]
    assert all("prod-a" not in str(entry) for entry in entries)


def test_nothing_is_written_into_what_dify_shares(dify):
    before = dict(dify.configuration().shared)
    dify.run("a", "elsewhere", "closed")
    assert dify.configuration().shared == before


def test_credentials_that_dify_hands_to_its_agent_service_are_decided_when_they_go(dify):
    from core.app.llm.model_access import DifyCredentialsProvider
    from core.workflow.nodes.agent_v2.runtime_request_builder import WorkflowAgentRuntimeRequestBuilder

    provider = DifyCredentialsProvider(run_context=SimpleNamespace(tenant_id="t1"))
    builder = WorkflowAgentRuntimeRequestBuilder(credentials_provider=provider)
    shipped = []
    first, second, closed = dify.nodes("turn", "turn", "closed")
    for node in (first, second, closed):
        node._run = lambda: iter([shipped.append(builder.build(None))])
    assert [list(node.run())[-1].kind for node in (first, second, closed)] == ["succeeded", "succeeded", "failed"]
    assert [type(one["credentials"]) for one in shipped] == [dict, dict]
    assert [one["credentials"]["openai_api_key"] for one in shipped] == [key("prod-a"), key("prod-b")]


def test_what_the_agent_service_spends_is_waited_for_and_passes_the_enterprise_s_check(dify):
    from core.app.llm.model_access import DifyCredentialsProvider
    from core.helper import credential_utils
    from core.workflow.nodes.agent_v2.runtime_request_builder import WorkflowAgentRuntimeRequestBuilder

    builder = WorkflowAgentRuntimeRequestBuilder(
        credentials_provider=DifyCredentialsProvider(run_context=SimpleNamespace(tenant_id="t1"))
    )
    for node in dify.nodes("pace", "pace"):
        node._run = lambda: iter([builder.build(None)])
        assert list(node.run())[-1].kind == "succeeded"
    assert [checked[1] for checked in credential_utils.checked] == [OPENAI] * 2
