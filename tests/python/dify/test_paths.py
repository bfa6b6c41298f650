"""The other ways to a paid call: apps, knowledge bases, plugins, speech, names."""

from types import SimpleNamespace

import pytest
from standing import OPENAI, key

GENERATORS = {
    "workflow": "WorkflowAppGenerator",
    "advanced_chat": "AdvancedChatAppGenerator",
    "chat": "ChatAppGenerator",
    "completion": "CompletionAppGenerator",
    "agent_chat": "AgentChatAppGenerator",
}


def spend(dify, what="call", calls=1):
    instance = dify.manager().get_model_instance("t1", OPENAI, dify.model_type.LLM, "gpt")
    for _ in range(calls):
        list(instance.invoke_llm(what))


def generate(dify, folder, streaming, work, app=None, inputs=None, **more):
    import importlib

    module = importlib.import_module(f"core.app.apps.{folder}.app_generator")
    generator = getattr(module, GENERATORS[folder])()
    args = {"inputs": inputs or {}, "run": work}
    if folder in ("workflow", "advanced_chat"):
        more["workflow"] = SimpleNamespace(id="w-1")
    app = app or dify.app(folder.replace("_", "-"))
    answer = generator.generate(
        app_model=app, user=dify.end_user(), args=args, invoke_from="service-api", streaming=streaming, **more
    )
    return list(answer) if streaming else answer


@pytest.mark.parametrize("streaming", [False, True])
@pytest.mark.parametrize("folder", list(GENERATORS))
def test_inputs_reach_the_worker_of_every_app(dify, folder, streaming):
    generate(dify, folder, streaming, lambda: spend(dify), inputs={"tier": "gold"})
    assert dify.paid() == [("call", key("prod-b"))]


@pytest.mark.parametrize("streaming", [False, True])
def test_a_message_decides_once(dify, streaming):
    for _ in range(2):
        generate(dify, "chat", streaming, lambda: spend(dify, calls=2))
    assert [paid for _, paid in dify.paid()] == [key("prod-a")] * 2 + [key("prod-b")] * 2


def test_user_and_session_of_a_completion(dify):
    generate(dify, "completion", False, lambda: spend(dify))
    assert dify.paid() == [("call", key("prod-b"))]


def test_the_app_s_tag_is_its_environment(dify):
    app = dify.app("agent-chat", tags=("finance", "environment:staging"))
    generate(dify, "agent_chat", False, lambda: spend(dify), app=app)
    assert dify.paid() == [("call", key("staging"))]


def test_the_installation_s_environment_is_the_last_word(dify, settings):
    import dataclasses

    import keyrule.dify

    keyrule.dify.uninstall()
    keyrule.dify.install(dataclasses.replace(settings, environment="staging"))
    generate(dify, "agent_chat", False, lambda: spend(dify), app=dify.app("agent-chat", tags=("environment:production",)))
    generate(dify, "agent_chat", False, lambda: spend(dify), app=dify.app("agent-chat", identity="untagged"))
    assert [paid for _, paid in dify.paid()] == [key("shared"), key("staging")]


def test_nodes_inside_an_app_know_both(dify):
    generate(dify, "workflow", True, lambda: dify.run("a", "elsewhere"), inputs={"tier": "silver"})
    assert dify.paid() == [("a", key("prod-a")), ("elsewhere", key("shared"))]


def test_an_app_inside_a_node_begins_anew(dify):
    """A workflow that is a tool of another: the outer node and inputs are not its own."""
    inner = dify.app("agent-chat", identity="inner")
    (node,) = dify.nodes("a")
    node._run = lambda: iter([generate(dify, "agent_chat", False, lambda: spend(dify, "inner"), app=inner)])
    list(node.run())
    assert dify.paid() == [("inner", key("shared"))]


def test_documents_are_embedded_for_their_knowledge_base(dify):
    from core.rag.datasource.vdb.vector_factory import _LazyEmbeddings

    for dataset in ("d1", "d2", "d3"):
        embeddings = _LazyEmbeddings(SimpleNamespace(id=dataset, tenant_id="t1"))
        embeddings.embed(dataset)
        embeddings.embed(dataset)
    assert dify.paid() == [("d1", key("prod-a"))] * 2 + [("d2", key("prod-b"))] * 2 + [("d3", key("shared"))] * 2


def test_searches_in_threads_know_their_knowledge_base(dify):
    from core.rag.retrieval import dataset_retrieval

    dataset_retrieval.retrieve_all(["d1", "d2", "d3"])
    assert sorted(dify.paid()) == sorted([("query", key("prod-a")), ("query", key("prod-b")), ("query", key("shared"))])


def test_searches_in_threads_know_their_app(dify):
    from core.rag.retrieval import dataset_retrieval

    generate(dify, "agent_chat", False, lambda: dataset_retrieval.retrieve_all(["d3"]), inputs={"tier": "gold"})
    assert dify.paid() == [("query", key("prod-b"))]


def test_plugins_come_with_their_user(dify):
    from core.plugin.backwards_invocation.model import PluginModelBackwardsInvocation as Plugins

    Plugins.invoke_llm("u-plugin", SimpleNamespace(id="t1"), None)
    Plugins.invoke_rerank("u-other", SimpleNamespace(id="t1"), None)
    assert dify.paid() == [("plugin", key("prod-b")), ("plugin rerank", key("shared"))]


def test_a_policy_can_refuse_what_plugins_ask_for(dify):
    from core.plugin.backwards_invocation.model import PluginModelBackwardsInvocation as Plugins

    with pytest.raises(ValueError, match="no plugin spends here"):
        Plugins.invoke_llm("u-closed", SimpleNamespace(id="t1"), None)
    assert dify.paid() == []


def test_more_of_a_completion_knows_what_the_first_knew(dify):
    import dify_like
    from core.app.apps.completion.app_generator import CompletionAppGenerator

    dify_like.runner = lambda: spend(dify)
    more = CompletionAppGenerator().generate_more_like_this
    assert list(more(dify.app("completion"), "m-1", dify.end_user(), "web-app"))
    staged = dify.app("completion", tags=("environment:staging",), identity="never seen before")
    assert more(staged, "m-1", dify.end_user(), "web-app", stream=False)
    assert [paid for _, paid in dify.paid()] == [key("prod-b"), key("staging")]


@pytest.mark.parametrize("streaming", [False, True])
def test_the_moderation_of_an_answer_knows_its_app(dify, streaming):
    from core.moderation.output_moderation import OutputModeration

    def moderate(app_id):
        moderation = OutputModeration("t1", app_id)
        if streaming:
            moderation.append_new_token("four words of it")
            moderation.thread.join()
        else:
            moderation.moderation_completion("all of it")

    staged = dify.app("agent-chat", tags=("environment:staging",), identity="staged")
    generate(dify, "agent_chat", False, lambda: moderate("staged"), app=staged)
    app = dify.app("agent-chat", identity="gold")
    generate(dify, "agent_chat", False, lambda: moderate("gold"), app=app, inputs={"tier": "gold"})
    moderate("moderated")  # nothing around it says for whom
    assert dify.paid() == [("moderation", key("staging"))] + [("moderation", key("prod-b"))] * 2


def test_questions_and_summaries_of_documents_know_their_knowledge_base(dify):
    from core.indexing_runner import IndexingRunner
    from core.rag.index_processor.index_processor import IndexProcessor
    from services.summary_index_service import SummaryIndexService

    base = SimpleNamespace(id="d1", name="Base", tenant_id="t1")
    IndexingRunner().run(base, ["qa", "qa"])
    IndexingRunner().indexing_estimate("t1", ["preview"], dataset_id="d2")
    IndexingRunner().indexing_estimate("t1", ["preview"])
    SummaryIndexService.generate_summary_for_segment("summary", base, None)
    IndexProcessor().get_preview_output(["pipeline"], "d2", "", "text", None)
    a, b = key("prod-a"), key("prod-b")
    assert dify.paid() == [("qa", a)] * 2 + [
        ("preview", b), ("preview", key("shared")), ("summary", a), ("pipeline", b)
    ]  # fmt: skip


def test_annotations_are_of_an_app_and_no_knowledge_base(dify, monkeypatch):
    from core.rag.datasource.vdb.vector_factory import _LazyEmbeddings
    from keyrule.dify import choice

    asked = []
    request_of = choice.request_of
    monkeypatch.setattr(choice, "request_of", lambda *given: asked.append(request_of(*given)) or asked[-1])
    _LazyEmbeddings(SimpleNamespace(id="app-1", name=None, tenant_id="t1")).embed("alone")
    app = dify.app("agent-chat", identity="app-2")
    made_up = SimpleNamespace(id="app-2", name=None, tenant_id="t1")
    generate(dify, "agent_chat", False, lambda: _LazyEmbeddings(made_up).embed("inside"), app=app)
    assert {one.get("dataset.id") for one in asked} == {None}
    assert {one["app.id"] for one in asked} == {"app-1", "app-2"}


def test_what_was_learnt_of_an_app_outlives_thousands_of_others(dify):
    from keyrule.dify import app_facts

    app_facts.learn(dify.app("chat", tags=("environment:staging",), identity="first"))
    for number in range(app_facts._MOST_APPS - 1):
        app_facts.learn(SimpleNamespace(id=f"x{number}", name="n", mode="chat", tags=()))
    assert app_facts.environment_of_app("first") == "staging"
    app_facts.learn(SimpleNamespace(id="one too many", name="n", mode="chat", tags=()))
    assert app_facts.known_app("first") == {} and app_facts.known_app("x0")
    assert len(app_facts._known) == app_facts._MOST_APPS


def test_speech_and_questions_know_their_app(dify):
    from services.audio_service import AudioService
    from services.message_service import MessageService

    chat = dify.app("chat")
    list(AudioService.transcript_tts(app_model=chat, text="hello"))
    AudioService.transcript_asr(chat, None)
    MessageService.get_suggested_questions_after_answer(chat, dify.end_user(), "m", "service-api")
    assert {paid for _, paid in dify.paid()} <= {key("prod-a"), key("prod-b")}
    assert [what for what, _ in dify.paid()] == ["tts", "asr", "questions"]


def test_names_of_conversations_know_their_app(dify):
    import dify_like
    from core.app.task_pipeline.message_cycle_manager import MessageCycleManager

    app = dify.app("chat", identity="named")
    entity = dify_like.entity(app, dify.end_user(), {"inputs": {}}, "service-api")
    MessageCycleManager(entity).generate_conversation_name("c-1", "hello")
    assert dify.paid()[0][1] in (key("prod-a"), key("prod-b"))


def test_the_console_is_nowhere(dify):
    spend(dify)
    assert dify.paid() == [("call", key("shared"))]


def test_a_context_does_not_outlive_its_call(dify):
    from keyrule.dify import context

    generate(dify, "workflow", True, lambda: dify.run("a"))
    assert context.current() is context.NOWHERE
