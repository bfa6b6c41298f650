"""The applications of the rig, as Dify DSL documents built in Python.

Every prompt carries [[node:NAME]] and [[run:ID]], which upstream.py writes down with the key.
"""

OPENAI = "langgenius/openai/openai"
COHERE = "langgenius/cohere/cohere"
LLM = "gpt-4o-mini"
EMBEDDING = "text-embedding-3-small"
RERANK = "rerank-v3.5"


def model(name=LLM, provider=OPENAI):
    return {"provider": provider, "name": name, "mode": "chat", "completion_params": {"temperature": 0.1}}


def prompt(node, tail="{{#start.q#}}"):
    return f"[[node:{node}]] [[run:{{{{#start.run#}}}}]] {tail}"


def node(node_id, kind, title=None, parent=None, **data):
    entry = {"id": node_id, "type": "custom", "position": {"x": 0, "y": 0},
             "data": {"type": kind, "title": title or node_id, **{"desc": "", **data}}}
    if parent:
        entry.update(parentId=parent)
        entry["data"].update(isInIteration=True, iteration_id=parent)
    return entry


def start(*extra):
    variables = [{"variable": v, "label": v, "type": "paragraph", "required": False, "options": [], "max_length": 48000}
                 for v in ("run", "q", *extra)]
    return node("start", "start", variables=variables)


def llm(node_id, tail="{{#start.q#}}", parent=None, context=None, data=None, **kw):
    return node(node_id, "llm", parent=parent, **(data or {}), model=model(**kw), variables=[],
                context={"enabled": bool(context), "variable_selector": context or []},
                prompt_template=[{"role": "system", "text": prompt(node_id, "")}, {"role": "user", "text": tail}],
                vision={"enabled": False})


def end(selector):
    return node("end", "end", outputs=[{"variable": "out", "value_selector": selector, "value_type": "string"}])


def edge(source, target, handle="source", **data):
    return {"id": f"{source}-{handle}-{target}", "source": source, "sourceHandle": handle, "target": target,
            "targetHandle": "target", "type": "custom", "data": data}


def chain(*ids):
    return [edge(a, b) for a, b in zip(ids, ids[1:])]


def workflow_app(name, nodes, edges, mode="workflow", environment=None, conversation=None):
    return {
        "app": {"name": name, "mode": mode, "icon": "r", "icon_background": "#FFFFFF", "description": "rig",
                "use_icon_as_answer_icon": False},
        "kind": "app", "version": "0.3.1", "dependencies": [],
        "workflow": {
            "conversation_variables": conversation or [], "environment_variables": environment or [],
            "features": {"file_upload": {}, "retriever_resource": {"enabled": True}, "opening_statement": "",
                         "sensitive_word_avoidance": {"enabled": False}, "speech_to_text": {"enabled": False},
                         "suggested_questions": [], "suggested_questions_after_answer": {"enabled": False},
                         "text_to_speech": {"enabled": False, "language": "", "voice": ""}},
            "graph": {"nodes": nodes, "edges": edges, "viewport": {"x": 0, "y": 0, "zoom": 1}},
        },
    }


def easy_app(name, mode, **config):
    base = {
        "model": {"provider": OPENAI, "name": LLM, "mode": "chat", "completion_params": {"temperature": 0.1}},
        "pre_prompt": f"[[node:{name}]] [[run:{{{{run}}}}]]", "prompt_type": "simple",
        "user_input_form": [{"paragraph": {"label": "run", "variable": "run", "required": False, "default": ""}}],
        "opening_statement": "", "suggested_questions": [], "suggested_questions_after_answer": {"enabled": False},
        "text_to_speech": {"enabled": False}, "speech_to_text": {"enabled": False},
        "retriever_resource": {"enabled": False}, "sensitive_word_avoidance": {"enabled": False, "type": "", "configs": []},
        "annotation_reply": {"enabled": False}, "agent_mode": {"enabled": False, "strategy": "function_call", "tools": []},
        "dataset_configs": {"retrieval_model": "multiple", "datasets": {"datasets": []}}, "dataset_query_variable": "",
        "chat_prompt_config": {}, "completion_prompt_config": {}, "external_data_tools": [],
        "file_upload": {"image": {"enabled": False, "number_limits": 3, "detail": "high", "transfer_methods": []}},
    }
    base.update(config)
    if mode == "completion":
        base["user_input_form"].append({"paragraph": {"label": "query", "variable": "query", "required": False, "default": ""}})
        base["pre_prompt"] += " {{query}}"
    return {"app": {"name": name, "mode": mode, "icon": "r", "icon_background": "#FFFFFF", "description": "rig",
                    "use_icon_as_answer_icon": False},
            "kind": "app", "version": "0.3.1", "dependencies": [], "model_config": base}


def named(ids):
    """Nodes whose authors name a credential: by id and by name in the node's data, in its model block, in its description."""
    by = {
        "llm_id": {"credential_id": ids["prod-b"]},
        "llm_name": {"credential_name": "prod-a"},
        "llm_desc": {"desc": "Writes the answer.\ncredential: staging"},
        "llm_plain": {"desc": "Its credential is not named."},
    }
    nodes = [llm(name, data=data) for name, data in by.items()]
    return workflow_app("named", [start(), *nodes, end(["llm_plain", "text"])], chain("start", *by, "end"))


def environment_app(name, value=None):
    variables = [{"id": "00000000-0000-4000-8000-000000000002", "name": "environment", "description": "", "value": value,
                  "value_type": "string", "selector": ["env", "environment"]}] if value else []
    return workflow_app(name, [start(), llm("llm_e"), end(["llm_e", "text"])], chain("start", "llm_e", "end"),
                        environment=variables)


def everything(datasets, ids):
    """name -> DSL document. `ids` are those of the credentials, by name."""
    retrieval = {
        "query_variable_selector": ["start", "q"], "dataset_ids": datasets, "retrieval_mode": "multiple",
        "multiple_retrieval_config": {
            "top_k": 3, "score_threshold": None, "reranking_enable": True, "reranking_mode": "reranking_model",
            "reranking_model": {"provider": COHERE, "model": RERANK}},
    }
    classifier = {
        "query_variable_selector": ["start", "q"], "model": model(), "vision": {"enabled": False}, "topics": [],
        "classes": [{"id": "c1", "name": "one"}, {"id": "c2", "name": "two"}],
        "instruction": prompt("classify", ""), "instructions": prompt("classify", ""),
    }
    extractor = {
        "query": ["start", "q"], "model": model(), "reasoning_mode": "function_call", "vision": {"enabled": False},
        "instruction": prompt("extract", ""),
        "parameters": [{"name": "city", "type": "string", "description": "a city", "required": False}],
    }
    iteration = {
        "iterator_selector": ["conversation", "items"], "output_selector": ["llm_in", "text"], "output_type": "array[string]",
        "start_node_id": "it_start", "is_parallel": False, "parallel_nums": 2, "error_handle_mode": "terminated",
        "iterator_input_type": "array[string]", "flatten_output": True,
    }
    return {
        "pair": workflow_app(
            "pair", [start("tier"), llm("llm_a"), llm("llm_b", "{{#llm_a.text#}}"), end(["llm_b", "text"])],
            chain("start", "llm_a", "llm_b", "end")),
        "parallel": workflow_app(
            "parallel", [start(), llm("llm_a"), llm("llm_b"), end(["llm_b", "text"])],
            [*chain("start", "llm_a", "end"), *chain("start", "llm_b", "end")]),
        "mixed": workflow_app(
            "mixed",
            [start(), node("classify", "question-classifier", **classifier), node("extract", "parameter-extractor", **extractor),
             llm("llm_o", name="gpt-4.1-mini"), end(["llm_o", "text"])],
            [edge("start", "classify"), edge("classify", "extract", "c1"), edge("classify", "extract", "c2"),
             *chain("extract", "llm_o", "end")]),
        "balanced": workflow_app(  # gpt-4.1-mini has load balancing configured; it acts only with MODEL_LB_ENABLED=true
            "balanced", [start(), llm("llm_p", name="gpt-4.1-mini"), llm("llm_q", name="gpt-4.1-mini"), end(["llm_q", "text"])],
            chain("start", "llm_p", "llm_q", "end")),
        "knowledge": workflow_app(
            "knowledge", [start(), node("retrieve", "knowledge-retrieval", **retrieval),
                          llm("llm_k", "{{#context#}} {{#start.q#}}", context=["retrieve", "result"]), end(["llm_k", "text"])],
            chain("start", "retrieve", "llm_k", "end")),
        "iteration": workflow_app(
            "iteration",
            [start(), node("loop", "iteration", **iteration),
             node("it_start", "iteration-start", parent="loop"), llm("llm_in", "{{#loop.item#}}", parent="loop"),
             node("answer", "answer", answer="{{#loop.output#}}", variables=[])],
            [*chain("start", "loop", "answer"), edge("it_start", "llm_in", isInIteration=True, iteration_id="loop")],
            mode="advanced-chat", conversation=[{"id": "00000000-0000-4000-8000-000000000001", "name": "items",
                "description": "", "value_type": "array[string]", "value": ["x", "y"], "selector": ["conversation", "items"]}]),
        "flowchat": workflow_app(
            "flowchat", [start(), llm("llm_a", "{{#sys.query#}}"), llm("llm_b", "{{#llm_a.text#}}"),
                         node("answer", "answer", answer="{{#llm_b.text#}}", variables=[])],
            chain("start", "llm_a", "llm_b", "answer"), mode="advanced-chat"),
        "named": named(ids),
        "env_variable": environment_app("env_variable", "staging"),
        "env_tag": environment_app("env_tag"),
        "env_none": environment_app("env_none"),
        "custom": workflow_app("custom", [start(), llm("llm_c", name="gpt-custom"), end(["llm_c", "text"])],
                               chain("start", "llm_c", "end")),
        "chat": easy_app("chat", "chat"),
        "chat_dataset": easy_app("chat_dataset", "chat", dataset_configs={
            "retrieval_model": "multiple", "top_k": 3, "score_threshold": None, "score_threshold_enabled": False,
            "reranking_enable": True, "reranking_mode": "reranking_model",
            "reranking_model": {"reranking_provider_name": COHERE, "reranking_model_name": RERANK},
            "datasets": {"strategy": "router", "datasets": [{"dataset": {"enabled": True, "id": d}} for d in datasets]}}),
        "chat_moderated": easy_app("chat_moderated", "chat", sensitive_word_avoidance={
            "enabled": True, "type": "openai_moderation", "configs": [],
            "config": {"inputs_config": {"enabled": True, "preset_response": "no"},
                       "outputs_config": {"enabled": False, "preset_response": ""}}}),
        "chat_moderated_answer": easy_app("chat_moderated_answer", "chat", sensitive_word_avoidance={
            "enabled": True, "type": "openai_moderation", "configs": [],
            "config": {"inputs_config": {"enabled": False, "preset_response": ""},
                       "outputs_config": {"enabled": True, "preset_response": "no"}}}),
        "chat_spoken": easy_app("chat_spoken", "chat", text_to_speech={
            "enabled": True, "language": "en-US", "voice": "alloy", "autoPlay": "enabled"}),
        "completion": easy_app("completion", "completion", text_to_speech={"enabled": True, "language": "en-US", "voice": "alloy"}),
        "agent": easy_app("agent", "agent-chat", agent_mode={
            "enabled": True, "strategy": "function_call", "max_iteration": 3, "prompt": None,
            "tools": [{"provider_id": "time", "provider_name": "time", "provider_type": "builtin", "enabled": True,
                       "tool_name": "current_time", "tool_label": "current_time", "tool_parameters": {}}]}),
    }
