"""The table of patch points: every place in Dify that the adapter changes, and what is lost without it.

Importable without Dify. A point has several places where Dify moved it between versions; the first that is there counts, or all
of them where `every` says so. A place is recognised by its name and by the parameters that the adapter uses, never by a version.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

State = Literal["patched", "pending", "missing", "absent_here"]


@dataclass(frozen=True)
class Place:
    """`owner.name` in `module`; `owner` is None for a name of the module itself. `needs` are parameters that must be there."""

    module: str
    owner: str | None
    name: str
    needs: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.module}.{self.owner}.{self.name}" if self.owner else f"{self.module}.{self.name}"


@dataclass(frozen=True)
class Point:
    """`wrap` is `module:function` inside this package. `loses` says what is not steered without it, in an operator's words.

    `optional`: some Dify lines have no such place, and nothing is lost there. `suspects` are the paths on which a call that came
    through this point would appear if the point is missing, and `suspect_types` the types of model that it would be for,
    whatever its path; with KEYRULE_ON_MISSING=host calls on them are left to Dify.
    """

    name: str
    loses: str
    places: tuple[Place, ...]
    wrap: str
    optional: bool = False
    core: bool = False
    suspects: tuple[str, ...] = ("none",)
    suspect_types: tuple[str, ...] = ()


@dataclass(frozen=True)
class PointState:
    """What became of a point in this process. `detail` names the place, or says what is wrong with it."""

    name: str
    module: str
    state: State
    detail: str


@dataclass
class Report:
    """What `install` did. `points` has one entry a point; it is kept up to date while Dify's modules are still being imported."""

    points: list[PointState] = field(default_factory=list)

    @property
    def missing(self) -> list[PointState]:
        return [point for point in self.points if point.state == "missing"]


def _app(folder: str, owner: str, name: str, needs: tuple[str, ...]) -> Place:
    return Place(f"core.app.apps.{folder}.app_generator", owner, name, needs)


_APPS = (
    ("workflow", "WorkflowAppGenerator"),
    ("advanced_chat", "AdvancedChatAppGenerator"),
    ("chat", "ChatAppGenerator"),
    ("completion", "CompletionAppGenerator"),
    ("agent_chat", "AgentChatAppGenerator"),
)
_BACKWARDS = "core.plugin.backwards_invocation.model"
_CALLBACKS = (
    ("invoke_llm", False),
    ("invoke_llm_with_structured_output", True),
    ("invoke_text_embedding", False),
    ("invoke_multimodal_embedding", True),
    ("invoke_rerank", False),
    ("invoke_multimodal_rerank", True),
    ("invoke_tts", False),
    ("invoke_speech2text", False),
    ("invoke_moderation", False),
    ("invoke_summary", True),
)


def points() -> tuple[Point, ...]:
    """The whole table, in the order in which the points are patched."""
    return _CORE + _WORKFLOWS + _apps() + _KNOWLEDGE + _OTHERS + _callbacks()


_CORE = (
    Point(
        "credentials",
        "the choice itself",
        (
            Place(
                "core.entities.provider_configuration",
                "ProviderConfiguration",
                "get_current_credentials",
                ("model_type", "model"),
            ),
        ),
        "lookup:get_current_credentials",
        core=True,
    ),
    Point(
        "balancer",
        "keeping chosen credentials out of Dify's load balancer",
        (
            Place(
                "core.model_manager",
                "ModelInstance",
                "_get_load_balancing_manager",
                ("configuration", "model_type", "model", "credentials"),
            ),
        ),
        "lookup:get_load_balancing_manager",
        core=True,
    ),
    Point(
        "use",
        "decisions at the moment of use, refusals, retries with another credential",
        (Place("core.model_manager", "ModelInstance", "_round_robin_invoke", ("function",)),),
        "spend:round_robin_invoke",
        core=True,
    ),
)

_WORKFLOWS = (
    Point(
        "manager cache",
        "a lookup per node for model managers that remember credentials",
        (Place("core.model_manager", "ModelManager", "__init__", ("enable_credentials_cache",)),),
        "workflow_paths:model_manager_init",
        optional=True,
    ),
    Point(
        "access cache",
        "a lookup per node where a run remembers credentials by model",
        (Place("core.app.llm.model_access", "DifyCredentialsProvider", "fetch", ("provider_name", "model_name")),),
        "workflow_paths:credentials_provider_fetch",
        optional=True,
    ),
    Point(
        "node factory",
        "which node a model is looked up for while a workflow is built",
        (
            Place("core.workflow.node_factory", "DifyNodeFactory", "create_node", ("node_config",)),
            Place("core.app.workflow.node_factory", "DifyNodeFactory", "create_node", ("node_config",)),
            Place("core.workflow.nodes.node_factory", "DifyNodeFactory", "create_node", ("node_config",)),
        ),
        "workflow_paths:create_node",
    ),
    Point(
        "node run",
        "choices by node: LLM, classifier, extractor and knowledge retrieval nodes of workflows",
        (
            Place("graphon.nodes.base.node", "Node", "run"),
            Place("dify_graph.nodes.base.node", "Node", "run"),
            Place("core.workflow.nodes.base.node", "Node", "run"),
        ),
        "workflow_paths:node_run",
        suspects=("none", "build", "app:workflow", "app:advanced-chat"),
    ),
    Point(
        "agent backend of nodes",
        "agent nodes that hand their credential to Dify's agent service",
        (
            Place(
                "core.workflow.nodes.agent_v2.runtime_request_builder",
                "WorkflowAgentRuntimeRequestBuilder",
                "build",
                ("context",),
            ),
        ),
        "workflow_paths:agent_request",
        optional=True,
        suspects=("none", "node", "build"),
    ),
    Point(
        "agent backend of apps",
        "agent apps that hand their credential to Dify's agent service",
        (Place("core.app.apps.agent_app.runtime_request_builder", "AgentAppRuntimeRequestBuilder", "build", ("context",)),),
        "workflow_paths:agent_request",
        optional=True,
        suspects=("none", "app:agent"),
    ),
)


def _apps() -> tuple[Point, ...]:
    found: list[Point] = []
    for folder, owner in _APPS:
        words = folder.replace("_", " ")
        found.append(
            Point(
                f"{words} app",
                f"choices by app, user and inputs in {words} apps",
                (_app(folder, owner, "generate", ("app_model", "user", "args", "invoke_from")),),
                "app_paths:generate",
                suspects=_suspects(folder),
            )
        )
        found.append(
            Point(
                f"{words} worker",
                f"choices by app in the worker thread of {words} apps",
                (_app(folder, owner, "_generate_worker", ("application_generate_entity",)),),
                "app_paths:generate_worker",
                suspects=_suspects(folder),
            )
        )
    for folder, owner in _APPS[:2]:
        words = folder.replace("_", " ")
        for name in ("resume", "single_iteration_generate", "single_loop_generate"):
            found.append(
                Point(
                    f"{words} {name.replace('_', ' ')}",
                    f"choices by app in {name.replace('_', ' ')} of {words} apps",
                    (_app(folder, owner, name, ("app_model", "user")),),
                    "app_paths:generate",
                    optional=True,
                    suspects=_suspects(folder),
                )
            )
    found.append(
        Point(
            "more like this",
            "choices by app, user and inputs where a completion is asked for once more",
            (_app("completion", "CompletionAppGenerator", "generate_more_like_this", ("app_model", "user", "invoke_from")),),
            "app_paths:generate",
            suspects=_suspects("completion"),
        )
    )
    found.append(
        Point(
            "agent app",
            "choices by app in agent apps of newer Dify",
            (_app("agent_app", "AgentAppGenerator", "generate", ("app_model", "user", "args", "invoke_from")),),
            "app_paths:generate",
            optional=True,
            suspects=_suspects("agent"),
        )
    )
    return tuple(found)


def _suspects(folder: str) -> tuple[str, ...]:
    """Where the calls of an app appear that is not entered: in its worker, and in the nodes of what is a workflow."""
    nodes = ("node", "build") if folder in ("workflow", "advanced_chat") else ()
    return ("none", f"app:{folder.replace('_', '-')}", "app:", *nodes)


_KNOWLEDGE = (
    Point(
        "embeddings",
        "choices by knowledge base while documents and queries are embedded",
        (
            Place("core.rag.datasource.vdb.vector_factory", "_LazyEmbeddings", "_ensure"),
            Place("core.rag.datasource.vdb.vector_factory", "Vector", "_get_embeddings"),
        ),
        "knowledge_paths:embeddings",
        suspect_types=("text-embedding",),
    ),
    Point(
        "search",
        "choices by knowledge base while it is searched, reranking included",
        (Place("core.rag.datasource.retrieval_service", "RetrievalService", "retrieve", ("dataset_id",)),),
        "knowledge_paths:retrieve",
        suspect_types=("text-embedding", "rerank"),
    ),
    Point(
        "search threads",
        "app and node of the threads that search several knowledge bases",
        (Place("core.rag.retrieval.dataset_retrieval", None, "threading"),),
        "knowledge_paths:threading_module",
        suspects=("none", "search", "embedding"),
    ),
    Point(
        "search pool",
        "app and node of the threads that search one knowledge base",
        (Place("core.rag.datasource.retrieval_service", None, "ThreadPoolExecutor"),),
        "knowledge_paths:thread_pool",
        suspects=("none", "search", "embedding"),
    ),
    Point(
        "indexing",
        "choices by knowledge base for the questions and answers that a model makes of documents",
        (Place("core.indexing_runner", "IndexingRunner", "_transform", ("dataset",)),),
        "knowledge_paths:for_dataset",
    ),
    Point(
        "indexing estimate",
        "choices by knowledge base for the preview of questions and answers",
        (Place("core.indexing_runner", "IndexingRunner", "indexing_estimate", ("dataset_id",)),),
        "knowledge_paths:for_dataset",
    ),
    Point(
        "indexing threads",
        "the knowledge base of the threads that make questions and answers",
        (Place("core.rag.index_processor.processor.qa_index_processor", None, "threading"),),
        "knowledge_paths:threading_module",
    ),
    Point(
        "summaries",
        "choices by knowledge base for summaries of its segments",
        (Place("services.summary_index_service", "SummaryIndexService", "generate_summary_for_segment", ("dataset",)),),
        "knowledge_paths:for_dataset",
        optional=True,
    ),
    Point(
        "summaries of pipelines",
        "choices by knowledge base for summaries that a pipeline shows",
        (Place("core.rag.index_processor.index_processor", "IndexProcessor", "get_preview_output", ("dataset_id",)),),
        "knowledge_paths:for_dataset",
        optional=True,
    ),
    Point(
        "threads of pipelines",
        "knowledge base, app and node of the threads that make a pipeline's summaries",
        (Place("core.rag.index_processor.index_processor", None, "concurrent"),),
        "knowledge_paths:concurrent_module",
        optional=True,
    ),
)

_OTHERS = (
    Point(
        "moderation of answers",
        "choices by app for the moderation of answers",
        (Place("core.moderation.output_moderation", "OutputModeration", "moderation", ("app_id",)),),
        "app_paths:moderation",
    ),
    Point(
        "moderation threads",
        "app, user and environment of the threads that moderate answers while they are streamed",
        (Place("core.moderation.output_moderation", None, "threading"),),
        "knowledge_paths:threading_module",
        suspects=("none", "moderation"),
    ),
    Point(
        "text to speech",
        "choices by app for speech",
        (Place("services.audio_service", "AudioService", "transcript_tts", ("app_model",)),),
        "app_paths:app_service",
    ),
    Point(
        "speech to text",
        "choices by app for speech",
        (Place("services.audio_service", "AudioService", "transcript_asr", ("app_model",)),),
        "app_paths:app_service",
    ),
    Point(
        "suggested questions",
        "choices by app for suggested questions",
        (Place("services.message_service", "MessageService", "get_suggested_questions_after_answer", ("app_model",)),),
        "app_paths:app_service",
    ),
    Point(
        "conversation names",
        "choices by app for the names of conversations",
        (
            Place(
                "core.app.task_pipeline.message_cycle_manager",
                "MessageCycleManager",
                "_generate_conversation_name_worker",
                ("conversation_id",),
            ),
        ),
        "app_paths:conversation_name",
    ),
)


def _callbacks() -> tuple[Point, ...]:
    return tuple(
        Point(
            f"plugin {name}",
            "choices by user for models that plugins ask for",
            (Place(_BACKWARDS, "PluginModelBackwardsInvocation", name, ("user_id",)),),
            "app_paths:plugin_callback",
            optional=optional,
        )
        for name, optional in _CALLBACKS
    )
