from typing import Any

import dify_like


class WorkflowAppGenerator:
    def generate(
        self,
        *,
        app_model: Any,
        workflow: Any,
        user: Any,
        args: Any,
        invoke_from: Any,
        streaming: bool = True,
        call_depth: int = 0,
    ) -> Any:
        entity = dify_like.entity(app_model, user, args, invoke_from, workflow)
        return dify_like.worker(self, entity, streaming, carries=True, runner=args["run"])

    def _generate_worker(self, flask_app: Any, application_generate_entity: Any, queue_manager: Any, context: Any) -> None:
        dify_like.work(context, queue_manager)
