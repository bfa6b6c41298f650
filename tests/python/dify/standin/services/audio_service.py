from typing import Any

from core.entities.provider_configuration import ModelType
from core.model_manager import ModelManager


class AudioService:
    @classmethod
    def transcript_tts(cls, app_model: Any, text: str | None = None, end_user: str | None = None) -> Any:
        return _speech(app_model).invoke_llm("tts", stream=True)

    @classmethod
    def transcript_asr(cls, app_model: Any, file: Any, end_user: str | None = None) -> Any:
        return _speech(app_model).invoke_llm("asr", stream=False)


def _speech(app_model: Any) -> Any:
    return ModelManager.for_tenant(app_model.tenant_id).get_model_instance(
        app_model.tenant_id, "langgenius/openai/openai", ModelType.TTS, "tts-1"
    )
