"""A host shaped like Dify: the same `get_current_credentials(model_type, model)`, answered by Keyrule.

    python3 example_dify.py POLICY STORE < requests.jsonl

Dify's method knows tenant, provider, model type and model. App, workflow, node, user and environment come to it by a
context variable, which follows threads of execution as Dify's own context does.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Iterator

import keyrule

call_context: ContextVar[Mapping[str, Any]] = ContextVar("call_context", default={})


@contextmanager
def calling(context: Mapping[str, Any]) -> Iterator[None]:
    """Sets app, workflow, node, user, environment and invoke.from for the calls inside."""
    token = call_context.set(context)
    try:
        yield
    finally:
        call_context.reset(token)


class CredentialRefused(ValueError):
    """The policy does not let this call spend a credential. Dify shows the text of a ValueError to the user."""


@dataclass
class ProviderConfiguration:
    """Stands where Dify has its class of this name."""

    tenant_id: str
    provider: str
    engine: keyrule.Engine
    workspace_credentials: dict[str, Any] | None = None  # what Dify uses without Keyrule
    last_decision: keyrule.Decision | None = None

    def get_current_credentials(self, model_type: str, model: str) -> dict[str, Any] | None:
        request = {
            **call_context.get(),
            "tenant": self.tenant_id,
            "provider": self.provider,
            "model": model,
            "model.type": model_type,
        }
        decision = self.last_decision = self.engine.get_current_credentials(request)
        try:
            return decision.credentials()
        except keyrule.LeftToHost:
            return self.workspace_credentials
        except keyrule.NoCredentials as refusal:
            raise CredentialRefused(str(refusal)) from refusal


def masked(credentials: Mapping[str, Any] | None) -> str:
    """field=sk-…(51): three characters of longer values, and the length."""
    shown = []
    for name, value in (credentials or {}).items():
        text = str(value)
        head = json.dumps(text, ensure_ascii=False)[1:4] if len(text) > 8 else ""
        shown.append(f"{name}={head}…({len(text)})")
    return " ".join(shown)


def main(policy: str, store: str) -> int:
    with keyrule.Engine(policy=policy, store=store) as engine:
        for number, line in enumerate(filter(str.strip, sys.stdin), start=1):
            request = json.loads(line)
            configuration = ProviderConfiguration(request.pop("tenant"), request.pop("provider"), engine)
            model, model_type = request.pop("model"), request.pop("model.type")
            with calling(request):
                try:
                    shown = masked(configuration.get_current_credentials(model_type, model))
                except CredentialRefused as refusal:
                    shown = str(refusal)
            with configuration.last_decision as decision:
                print(number, decision.verdict, decision.credential_name, decision.rule, shown, sep="\t")
                if decision.verdict == "use":
                    decision.report("ok")
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: example_dify.py POLICY STORE < requests.jsonl")
    sys.exit(main(*sys.argv[1:]))
