"""The facts that Dify's own objects hold, as attribute paths of the schema. Read by attribute, so any version's will do.

What an object does not hold is left out, never guessed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .names import word
from .node_choice import credential_of

Facts = dict[str, Any]

_ACCOUNTS_FROM = ("explore", "debugger")  # only these runs are an account's


def of_app(app_model: Any) -> Facts:
    """Dify's App."""
    return {
        "app.id": word(getattr(app_model, "id", None)),
        "app.name": getattr(app_model, "name", None),
        "app.mode": word(getattr(app_model, "mode", None)),
    }


def of_user(user: Any) -> Facts:
    """Dify's Account, or its EndUser, who alone has a session."""
    if user is None or not hasattr(user, "id"):
        return {}
    session = getattr(user, "session_id", None)
    kind = "end-user" if hasattr(user, "session_id") else "account"
    return {"user.id": str(user.id), "user.kind": kind, "user.session": session}


def of_invocation(invoke_from: Any) -> Facts:
    text = word(invoke_from)
    return {"invoke.from": text} if text else {}


def of_inputs(inputs: Any) -> Facts:
    """Start inputs that are words or numbers; files and lists are left out."""
    return dict(_texts("inputs", inputs.items())) if isinstance(inputs, Mapping) else {}


def of_entity(entity: Any) -> Facts:
    """Dify's *AppGenerateEntity: what the worker of an app is given."""
    config = getattr(entity, "app_config", None)
    facts = {
        "app.id": word(getattr(config, "app_id", None)),
        "app.mode": word(getattr(config, "app_mode", None)),
        "workflow.id": word(getattr(config, "workflow_id", None)),
        "workflow.run_id": word(getattr(entity, "workflow_execution_id", None) or getattr(entity, "workflow_run_id", None)),
        "user.id": word(getattr(entity, "user_id", None)),
        "conversation.id": word(getattr(entity, "conversation_id", None)),
    }
    facts |= of_invocation(getattr(entity, "invoke_from", None)) | of_inputs(getattr(entity, "inputs", None))
    return {name: value for name, value in facts.items() if value}


def of_node(node: Any) -> Facts:
    """A node that runs, with the run's variables."""
    identity = word(getattr(node, "_node_id", None) or getattr(node, "id", None))
    facts: Facts = {
        "node.id": identity,
        "node.title": _quietly(node, "title"),
        "node.type": word(getattr(node, "node_type", None)),
        "node.credential": credential_of(_data_in_graph(getattr(node, "graph_config", None), identity)),
        "workflow.id": word(getattr(node, "workflow_id", None)),
    }
    facts |= of_run_context(_run_context(node))
    facts |= of_pool(getattr(getattr(node, "graph_runtime_state", None), "variable_pool", None))
    return {name: value for name, value in facts.items() if value}


def of_node_config(config: Any) -> Facts:
    """A node that is about to be made: its entry in the graph."""
    if not isinstance(config, Mapping):
        return {}
    data = config.get("data")
    known = data if isinstance(data, Mapping) else getattr(data, "__dict__", {})
    return {
        "node.id": word(config.get("id")),
        "node.title": known.get("title"),
        "node.type": word(known.get("type")),
        "node.credential": credential_of(known),
    }


def of_run_context(context: Any) -> Facts:
    """Dify's run context, or whatever has the same attributes: who runs which app, and from where."""
    if context is None:
        return {}
    sender = word(getattr(context, "user_from", None))
    facts = {
        "app.id": word(getattr(context, "app_id", None)),
        "user.id": word(getattr(context, "user_id", None)),
        "user.kind": sender if sender in ("account", "end-user") else None,
    }
    return {name: value for name, value in facts.items() if value} | of_invocation(getattr(context, "invoke_from", None))


def of_pool(pool: Any) -> Facts:
    """The variables of a run: `env.*` without the secret ones, the run and the conversation."""
    if pool is None:
        return {}
    facts: Facts = {"workflow.run_id": _system(pool, "workflow_run_id"), "conversation.id": _system(pool, "conversation_id")}
    variables = getattr(pool, "variable_dictionary", None)
    found = variables.get("env", {}) if isinstance(variables, Mapping) else {}
    shown = {v.name: v.value for v in found.values() if hasattr(v, "name") and "secret" not in word(v.value_type).lower()}
    return facts | dict(_texts("env", shown.items()))


def account_kind(facts: Mapping[str, Any]) -> str | None:
    """Whose runs come from there, where nothing else says it."""
    origin = facts.get("invoke.from")
    return None if origin is None else ("account" if origin in _ACCOUNTS_FROM else "end-user")


def _run_context(node: Any) -> Any:
    if hasattr(node, "app_id"):  # before 1.13.1 a node holds it itself
        return node
    context = getattr(node, "run_context", None)
    inner = context.get("_dify") if isinstance(context, Mapping) else None
    return _Attributes(inner) if isinstance(inner, Mapping) else inner


class _Attributes:
    def __init__(self, given: Mapping[str, Any]) -> None:
        self.__dict__.update(given)


def _data_in_graph(graph: Any, identity: str) -> Any:
    """The node's data as its author stored it: Dify's own model of it drops fields that it does not know."""
    nodes = graph.get("nodes") if isinstance(graph, Mapping) else None
    return next((n.get("data") for n in nodes or () if isinstance(n, Mapping) and n.get("id") == identity), None)


def _system(pool: Any, name: str) -> str:
    try:
        return word(pool.get(["sys", name]))
    except Exception:  # a pool that has no such variable, in the words of its version
        return ""


def _quietly(thing: Any, name: str) -> Any:
    try:
        return getattr(thing, name)
    except Exception:  # a title is a property that some nodes do not answer
        return None


def _texts(prefix: str, items: Any) -> Iterator[tuple[str, str]]:
    for name, value in items:
        if isinstance(value, bool):
            yield f"{prefix}.{name}", "true" if value else "false"
        elif isinstance(value, str | int | float) and value != "":
            yield f"{prefix}.{name}", str(getattr(value, "value", value))
