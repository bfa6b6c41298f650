"""Workflows: which node a credential is looked up for, and which node spends it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import facts
from .app_facts import environment_of_app, known_app
from .context import CallContext, current, entered, iterate
from .names import word

_BY_NODE = "_keyrule_caches"


def model_manager_init(original: Callable[..., Any]) -> Callable[..., Any]:
    """ModelManager.__init__: its cache knows models, not nodes."""

    def __init__(self: Any, *args: Any, enable_credentials_cache: bool = False, **kwargs: Any) -> None:
        del enable_credentials_cache
        original(self, *args, **kwargs)

    return __init__


def credentials_provider_fetch(original: Callable[..., Any]) -> Callable[..., Any]:
    """DifyCredentialsProvider.fetch: its two caches are kept for each node apart."""

    def fetch(self: Any, provider_name: str, model_name: str) -> Any:
        if not hasattr(self, "credentials_cache") or not hasattr(self, "provider_model_cache"):
            return original(self, provider_name, model_name)
        context = current()
        if context.spends_where_it_looks:
            self.credentials_cache, self.provider_model_cache = {}, {}
        else:
            caches = self.__dict__.setdefault(_BY_NODE, {})
            node = context.facts.get("node.id")
            self.credentials_cache, self.provider_model_cache = caches.setdefault(node, ({}, {}))
        return original(self, provider_name, model_name)

    return fetch


def create_node(original: Callable[..., Any]) -> Callable[..., Any]:
    """DifyNodeFactory.create_node: newer Dify looks credentials up here, before anything runs."""

    def create_node(self: Any, node_config: Any, *args: Any, **kwargs: Any) -> Any:
        parameters = getattr(self, "graph_init_params", None)
        run = getattr(self, "_dify_context", None) or (parameters if hasattr(parameters, "app_id") else None)
        known = facts.of_run_context(run) | {"workflow.id": word(getattr(parameters, "workflow_id", None))}
        known |= facts.of_pool(getattr(getattr(self, "graph_runtime_state", None), "variable_pool", None))
        with entered(_inside("build", known | facts.of_node_config(node_config))):
            return original(self, node_config, *args, **kwargs)

    return create_node


def node_run(original: Callable[..., Any]) -> Callable[..., Any]:
    """Node.run: one execution of a node, and so one decision."""

    def run(self: Any, *args: Any, **kwargs: Any) -> Any:
        context = _inside("node", facts.of_node(self))
        with entered(context):
            events = original(self, *args, **kwargs)
        return iterate(context, events) if hasattr(events, "send") else events

    return run


def agent_request(original: Callable[..., Any]) -> Callable[..., Any]:
    """The request builders of Dify's agent service: what they look up is spent over there."""

    def build(self: Any, *args: Any, **kwargs: Any) -> Any:
        here = current()
        with entered(here.within("agent service", {}, spends_where_it_looks=True)):
            return original(self, *args, **kwargs)

    return build


def _inside(path: str, known: facts.Facts) -> CallContext:
    """The context around, unless that is another app's: a workflow that is a tool begins anew."""
    here = current()
    app = known.get("app.id") or here.facts.get("app.id")
    if here.facts.get("app.id") == app and app is not None:
        context = here.within(path, {**_without_node(here), **known})
        context.facts = {k: v for k, v in context.facts.items() if not k.startswith("node.") or k in known}
        return context
    context = CallContext(path, {**known_app(app), **known}, environment_of_app(app))
    if "user.kind" not in context.facts and facts.account_kind(context.facts):
        context.facts["user.kind"] = facts.account_kind(context.facts)
    return context


def _without_node(context: CallContext) -> facts.Facts:
    return {name: value for name, value in context.facts.items() if not name.startswith("node.")}
