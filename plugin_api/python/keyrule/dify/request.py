"""What the policy is asked: the facts of the call's context, and what Dify looks up, as attributes of dsl/dify.schema.keyrule."""

from __future__ import annotations

from typing import Any

from . import process
from .context import CallContext
from .names import model_type_name, provider_name

ENVIRONMENT_VARIABLE = "env.environment"


def request_of(configuration: Any, model_type: Any, model: str, context: CallContext) -> dict[str, Any]:
    """`configuration` is Dify's ProviderConfiguration: the tenant is its, whatever the context says."""
    request = dict(context.facts)
    request["tenant"] = str(configuration.tenant_id)
    request["provider"] = provider_name(configuration.provider.provider)
    request["model"] = model
    request["model.type"] = model_type_name(model_type)
    environment = environment_of(context)
    if environment:
        request["environment"] = environment
    return request


def environment_of(context: CallContext) -> str | None:
    """The workflow's environment variable `environment`, else the app's tag `environment:…`, else the installation's setting."""
    chosen = process.settings()
    return context.facts.get(ENVIRONMENT_VARIABLE) or context.app_environment or (chosen.environment if chosen else None)
