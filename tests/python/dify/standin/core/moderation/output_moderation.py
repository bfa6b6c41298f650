import threading
import time
from typing import Any

from core.entities.provider_configuration import ModelType
from core.model_manager import ModelManager


class OutputModeration:
    def __init__(self, tenant_id: str, app_id: str) -> None:
        self.tenant_id = tenant_id
        self.app_id = app_id
        self.thread: threading.Thread | None = None
        self.buffer = ""
        self.is_final_chunk = False

    def append_new_token(self, token: str) -> None:
        self.buffer += token
        if not self.thread:
            self.thread = self.start_thread()

    def moderation_completion(self, completion: str) -> None:
        self.is_final_chunk = True
        self.moderation(tenant_id=self.tenant_id, app_id=self.app_id, moderation_buffer=completion)

    def start_thread(self) -> threading.Thread:
        thread = threading.Thread(target=self.worker, kwargs={"flask_app": None, "buffer_size": 4})
        thread.start()
        return thread

    def worker(self, flask_app: Any, buffer_size: int) -> None:
        while not self.is_final_chunk:
            if len(self.buffer) >= buffer_size:
                self.moderation(tenant_id=self.tenant_id, app_id=self.app_id, moderation_buffer=self.buffer)
                return
            time.sleep(0.01)

    def moderation(self, tenant_id: str, app_id: str, moderation_buffer: str) -> None:
        manager = ModelManager.for_tenant(tenant_id)
        model = manager.get_model_instance(
            tenant_id, "langgenius/openai/openai", ModelType.MODERATION, "omni-moderation-latest"
        )
        model.invoke_llm("moderation", stream=False)
