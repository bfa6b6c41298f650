from copy import deepcopy
from typing import Any

from core.entities.provider_configuration import ModelType
from core.model_manager import ModelInstance, ModelManager


class DifyCredentialsProvider:
    def __init__(self, *, run_context: Any) -> None:
        self.tenant_id = run_context.tenant_id
        self.credentials_cache: dict[tuple[str, str], dict[str, Any]] = {}
        self.provider_model_cache: dict[tuple[str, str], Any] = {}

    def fetch(self, provider_name: str, model_name: str) -> dict[str, Any]:
        if (provider_name, model_name) in self.credentials_cache:
            return deepcopy(self.credentials_cache[provider_name, model_name])
        configuration = ModelManager.configurations[self.tenant_id, provider_name]
        credentials = configuration.get_current_credentials(model_type=ModelType.LLM, model=model_name)
        assert credentials is not None
        self.credentials_cache[provider_name, model_name] = deepcopy(credentials)
        self.provider_model_cache[provider_name, model_name] = model_name
        return credentials


def fetch_model_config(model: Any, credentials_provider: Any, model_manager: ModelManager, tenant_id: str) -> ModelInstance:
    """Looks twice, reads the schema, and puts the first look's credentials into the instance of the second, as Dify does."""
    credentials = credentials_provider.fetch(model["provider"], model["name"])
    instance = model_manager.get_model_instance(tenant_id, model["provider"], ModelType.LLM, model["name"])
    instance.model_type_instance.get_model_schema(model["name"], credentials)
    instance.credentials = credentials
    return instance
