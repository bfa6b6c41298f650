from enum import Enum
from types import SimpleNamespace
from typing import Any


class ModelType(Enum):
    LLM = "llm"
    TEXT_EMBEDDING = "text-embedding"
    RERANK = "rerank"
    TTS = "tts"
    MODERATION = "moderation"


class ProviderConfiguration:
    def __init__(self, tenant_id: str, provider: str, shared: dict[str, Any] | None, balanced: list[Any] | None = None) -> None:
        schema = SimpleNamespace(credential_form_schemas=["openai_api_key", "api_key"])
        self.tenant_id = tenant_id
        self.provider = SimpleNamespace(provider=provider, provider_credential_schema=schema, model_credential_schema=None)
        self.shared = shared
        self.balanced = balanced or []
        self.disabled: set[str] = set()

    def extract_secret_variables(self, credential_form_schemas: list[str]) -> list[str]:
        return list(credential_form_schemas)

    def get_current_credentials(self, model_type: ModelType, model: str) -> dict[str, Any] | None:
        if model in self.disabled:
            raise ValueError(f"Model {model} is disabled.")
        return self.shared
