from typing import Any

import dify_like


class CompletionAppGenerator:
    def generate(self, app_model: Any, user: Any, args: Any, invoke_from: Any, streaming: bool = True) -> Any:
        entity = dify_like.entity(app_model, user, args, invoke_from)
        return dify_like.worker(self, entity, streaming, carries=False, runner=args["run"])

    def generate_more_like_this(self, app_model: Any, message_id: str, user: Any, invoke_from: Any, stream: bool = True) -> Any:
        entity = dify_like.entity(app_model, user, {"inputs": {}}, invoke_from)
        return dify_like.worker(self, entity, stream, carries=False, runner=dify_like.runner)

    def _generate_worker(
        self, flask_app: Any, application_generate_entity: Any, queue_manager: Any, message_id: str, conversation_id: str = ""
    ) -> None:
        dify_like.work(None, queue_manager)
