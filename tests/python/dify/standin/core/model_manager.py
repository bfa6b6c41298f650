from collections.abc import Callable
from copy import deepcopy
from types import SimpleNamespace
from typing import Any

import upstream
from core.entities.provider_configuration import ModelType, ProviderConfiguration
from core.errors.error import ProviderTokenNotInitError


class PluginCredentialType:
    MODEL = "model"


class TypeInstance:
    """What speaks to the plugin daemon in Dify."""

    def __init__(self, model_type: ModelType) -> None:
        self.model_type = model_type

    def invoke(self, model: str, credentials: dict[str, Any], what: str, stream: bool = False) -> Any:
        return upstream.pay(what, credentials, stream)

    def get_num_tokens(self, model: str, credentials: dict[str, Any], texts: list[str] | None = None) -> Any:
        upstream.looks.append(str(credentials.get("openai_api_key")))
        if upstream.counts_by_provider and "openai_api_key" not in credentials:
            raise upstream.InvokeAuthorizationError("no key, no count")
        return 3 if texts is None else [3] * len(texts)

    def get_model_schema(self, model: str, credentials: dict[str, Any]) -> dict[str, Any]:
        upstream.looks.append(str(credentials.get("openai_api_key")))
        return {"base": credentials.get("openai_api_base")}


class Balancer:
    """Turns over a configuration's entries, and keeps what it is given in them, as Dify's does."""

    def __init__(self, configuration: ProviderConfiguration, managed: dict[str, Any] | None) -> None:
        self.configuration = configuration
        for entry in configuration.balanced:
            if entry["name"] == "__inherit__":
                entry["credentials"] = managed

    def fetch_next(self) -> dict[str, Any]:
        entries = self.configuration.balanced
        entries.append(entries.pop(0))
        return entries[-1]["credentials"]


class ModelInstance:
    def __init__(self, provider_model_bundle: Any, model: str, credentials: dict[str, Any] | None = None) -> None:
        self.provider_model_bundle = provider_model_bundle
        self.model_name = model
        self.provider = provider_model_bundle.configuration.provider.provider
        self.model_type_instance = provider_model_bundle.model_type_instance
        if credentials is None:
            credentials = provider_model_bundle.configuration.get_current_credentials(
                model_type=self.model_type_instance.model_type, model=model
            )
        if credentials is None:
            raise ProviderTokenNotInitError(f"Model {model} credentials is not initialized.")
        self.credentials = credentials
        self.load_balancing_manager = self._get_load_balancing_manager(
            configuration=provider_model_bundle.configuration,
            model_type=self.model_type_instance.model_type,
            model=model,
            credentials=self.credentials,
        )

    @staticmethod
    def _get_load_balancing_manager(
        configuration: ProviderConfiguration, model_type: ModelType, model: str, credentials: dict[str, Any]
    ) -> Balancer | None:
        return Balancer(configuration, credentials) if configuration.balanced else None

    def invoke_llm(self, what: str, stream: bool = True) -> Any:
        return self._round_robin_invoke(
            self.model_type_instance.invoke, model=self.model_name, credentials=self.credentials, what=what, stream=stream
        )

    def get_text_embedding_num_tokens(self, texts: list[str]) -> list[int]:
        return self._round_robin_invoke(
            self.model_type_instance.get_num_tokens, model=self.model_name, credentials=self.credentials, texts=texts
        )

    def get_llm_num_tokens(self) -> int:
        return self._round_robin_invoke(
            self.model_type_instance.get_num_tokens, model=self.model_name, credentials=self.credentials
        )

    def _round_robin_invoke(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if not self.load_balancing_manager:
            return function(*args, **kwargs)
        kwargs["credentials"] = self.load_balancing_manager.fetch_next()
        return function(*args, **kwargs)


class ModelManager:
    """Knows the configurations of tenants, which the tests put into it."""

    configurations: dict[tuple[str, str], ProviderConfiguration] = {}

    def __init__(self, provider_manager: Any = None, *, enable_credentials_cache: bool = False) -> None:
        self._credentials_cache: dict[Any, Any] = {}
        self._enable_credentials_cache = enable_credentials_cache

    @classmethod
    def for_tenant(cls, tenant_id: str, user_id: str | None = None) -> "ModelManager":
        return cls()

    def get_model_instance(self, tenant_id: str, provider: str, model_type: ModelType, model: str) -> ModelInstance:
        bundle = SimpleNamespace(
            configuration=self.configurations[tenant_id, provider], model_type_instance=TypeInstance(model_type)
        )
        key = (tenant_id, provider, model_type, model)
        if key in self._credentials_cache:
            return ModelInstance(bundle, model, deepcopy(self._credentials_cache[key]))
        made = ModelInstance(bundle, model)
        if self._enable_credentials_cache:
            self._credentials_cache[key] = deepcopy(made.credentials)
        return made
