"""Fills an empty Dify database through Dify's own services, and writes what it made to a state file.

Runs under DIFY_PYTHON with the working directory DIFY_API (rig.py does that). Dify encrypts every
credential itself; nothing here knows the format.
"""

import json
import os
import sys
import uuid

sys.path.insert(0, os.getcwd())
sys.path.insert(1, os.path.dirname(os.path.abspath(__file__)))

import apps as rig_apps  # noqa: E402

STATE = os.environ["RIG_STATE_FILE"]
BASE = os.environ["RIG_UPSTREAM"]

CREDENTIALS = {  # the first of each provider becomes the active one
    rig_apps.OPENAI: ["shared", "prod-a", "prod-b", "staging"],
    rig_apps.COHERE: ["co-shared", "co-prod"],
}
MODEL_CREDENTIALS = ["cm-shared", "cm-prod"]  # of one custom model, gpt-custom


def key_of(name):
    return f"sk-rig-{name}-0123456789abcdef"


def secret(provider, name):
    if provider == rig_apps.COHERE:
        return {"api_key": key_of(name)}
    return {"openai_api_key": key_of(name), "openai_api_base": BASE, "api_protocol": "chat"}


def credentials(service, tenant_id, state, prefix=""):
    """The credentials of a tenant. Those of another have the same names; `prefix` tells their keys apart."""
    for provider, names in CREDENTIALS.items():
        if provider not in state["providers"]:
            continue
        for name in names:
            service.create_provider_credential(tenant_id, provider, secret(provider, prefix + name), name)
            state["key_names"][key_of(prefix + name)] = prefix + name
    for name in MODEL_CREDENTIALS:
        try:
            service.create_model_credential(tenant_id, rig_apps.OPENAI, "llm", "gpt-custom",
                                            secret(rig_apps.OPENAI, prefix + name), name)
            state["key_names"][key_of(prefix + name)] = prefix + name
        except Exception as error:  # a custom model is an extra; its absence is reported, not fatal
            state.setdefault("warnings", []).append(f"custom model {name}: {error!r}")


def published(db, app_model, account):
    from services.workflow_service import WorkflowService
    from sqlalchemy.orm import Session

    with Session(db.engine, expire_on_commit=False) as session:
        workflow = WorkflowService().publish_workflow(session=session, app_model=app_model, account=account)
        session.commit()
    app_model.workflow_id = workflow.id
    db.session.commit()
    return workflow.id


def main():
    from app import app

    with app.test_request_context("/"):
        from flask import g

        from extensions.ext_database import db
        from models.account import Account, Tenant
        from models.model import ApiToken
        from services.account_service import RegisterService, TenantService
        from services.model_provider_service import ModelProviderService

        RegisterService.setup(email="rig@example.com", name="rig", password="Rig-passw0rd", ip_address="127.0.0.1",
                              language="en-US")
        account = db.session.query(Account).filter_by(email="rig@example.com").one()
        tenant = db.session.query(Tenant).first()
        TenantService.switch_tenant(account, tenant.id)
        account = db.session.query(Account).filter_by(email="rig@example.com").one()
        account.set_tenant_id(tenant.id)
        g._login_user = account
        state = {"tenant_id": tenant.id, "account_id": account.id, "apps": {}, "credentials": {}, "key_names": {}}

        if os.environ.get("RIG_PLUGIN_PACKAGES"):
            install_plugins(tenant.id, os.environ["RIG_PLUGIN_PACKAGES"].split(os.pathsep))

        service = ModelProviderService()
        have = {p.provider for p in service.get_provider_list(tenant.id)}
        state["providers"] = sorted(have)
        credentials(service, tenant.id, state)
        for provider in service.get_provider_list(tenant.id):
            for c in provider.custom_configuration.available_credentials or []:
                state["credentials"][c.credential_name] = {"id": c.credential_id, "provider": provider.provider}
            if provider.custom_configuration.current_credential_name:
                state.setdefault("active", {})[provider.provider] = provider.custom_configuration.current_credential_name
        defaults = [("llm", rig_apps.OPENAI, rig_apps.LLM), ("text-embedding", rig_apps.OPENAI, rig_apps.EMBEDDING),
                    ("tts", rig_apps.OPENAI, "tts-1"), ("speech2text", rig_apps.OPENAI, "whisper-1"),
                    ("moderation", rig_apps.OPENAI, "omni-moderation-latest"), ("rerank", rig_apps.COHERE, rig_apps.RERANK)]
        for kind, provider, model in defaults:
            if provider in have:
                service.update_default_model_of_model_type(tenant.id, kind, provider, model)

        balance(state, tenant.id, "gpt-4.1-mini", ["staging", "prod-b"])
        datasets = [make_dataset(db, tenant, account, n) for n in ("rig", "rig two")]
        state["dataset_id"], state["dataset_ids"] = datasets[0], datasets
        ids = {name: str(c["id"]) for name, c in state["credentials"].items()}
        for name, document in rig_apps.everything(datasets, ids).items():
            make_app(db, tenant, account, state, name, document)
        tag(db, tenant, account, state["apps"]["env_tag"]["id"], "environment:staging")
        edit_export_import(db, tenant, account, state)
        second_tenant(db, service, account, state)
        token = "dataset-" + uuid.uuid4().hex[:24]
        db.session.add(ApiToken(tenant_id=tenant.id, type="dataset", token=token))
        db.session.commit()
        state["dataset_token"] = token
    with open(STATE, "w") as f:
        json.dump(state, f, indent=1, default=str)
    print(json.dumps({"seeded": sorted(state["apps"]), "credentials": sorted(state["credentials"]),
                      "active": state.get("active"), "warnings": state.get("warnings", [])}, indent=1))


def make_app(db, tenant, account, state, name, document, key=None):
    from models.model import ApiToken, App
    from services.app_dsl_service import AppDslService
    from sqlalchemy.orm import Session

    try:
        with Session(db.engine) as session:
            done = AppDslService(session).import_app(account=account, import_mode="yaml-content",
                                                     yaml_content=json.dumps(document))
            session.commit()
        if not done.app_id:
            raise RuntimeError(f"{done.status}: {done.error}")
        app_model = db.session.get(App, done.app_id)
        workflow_id = None
        if app_model.mode in ("workflow", "advanced-chat"):
            workflow_id = published(db, app_model, account)
        app_model.enable_api = True
        token = "app-" + uuid.uuid4().hex[:24]
        db.session.add(ApiToken(app_id=app_model.id, tenant_id=tenant.id, type="app", token=token))
        db.session.commit()
        state["apps"][key or name] = {"id": app_model.id, "token": token, "mode": str(app_model.mode),
                                      "workflow_id": workflow_id}
    except Exception as error:
        db.session.rollback()
        state.setdefault("warnings", []).append(f"app {key or name}: {error!r}")


def edit_export_import(db, tenant, account, state):
    """The app `named` the long way: its draft is saved again as the console saves it, published, exported, and imported as
    `named_again`. What its nodes name must survive all of that; the runs of that app show whether it does.
    """
    import yaml
    from models.model import App
    from services.app_dsl_service import AppDslService
    from services.workflow_service import WorkflowService

    try:
        app_model = db.session.get(App, state["apps"]["named"]["id"])
        service = WorkflowService()
        draft = service.get_draft_workflow(app_model=app_model)
        graph = json.loads(json.dumps(draft.graph_dict))
        graph["nodes"][1]["position"] = {"x": 5, "y": 5}
        service.sync_draft_workflow(
            app_model=app_model, graph=graph, features=draft.features_dict, unique_hash=draft.unique_hash, account=account,
            environment_variables=draft.environment_variables, conversation_variables=draft.conversation_variables)
        published(db, app_model, account)
        document = yaml.safe_load(AppDslService.export_dsl(app_model))
        make_app(db, tenant, account, state, "named", document, key="named_again")
    except Exception as error:
        db.session.rollback()
        state.setdefault("warnings", []).append(f"named_again: {error!r}")


def tag(db, tenant, account, app_id, name):
    """An app's tag, as the console would make it."""
    from models.model import Tag, TagBinding

    made = Tag(tenant_id=tenant.id, type="app", name=name, created_by=account.id)
    db.session.add(made)
    db.session.commit()
    db.session.add(TagBinding(tenant_id=tenant.id, tag_id=made.id, target_id=app_id, created_by=account.id))
    db.session.commit()


def second_tenant(db, service, account, state):
    """Another workspace with credentials of the same names and other keys, and one app."""
    from models.account import Account
    from services.account_service import TenantService

    tenant = TenantService.create_tenant("second", is_setup=True)
    TenantService.create_tenant_member(tenant, account, role="owner")
    TenantService.switch_tenant(account, tenant.id)
    account = db.session.query(Account).filter_by(email="rig@example.com").one()
    account.set_tenant_id(tenant.id)
    from flask import g

    g._login_user = account
    credentials(service, tenant.id, state, "t2-")
    service.update_default_model_of_model_type(tenant.id, "llm", rig_apps.OPENAI, rig_apps.LLM)
    make_app(db, tenant, account, state, "pair", rig_apps.everything([], dict.fromkeys(state["credentials"], ""))["pair"],
             key="second_pair")
    state["second_tenant_id"] = tenant.id


def balance(state, tenant_id, model, names):
    """Load balancing over the active credential and two more, as the console would save it."""
    from services.model_load_balancing_service import ModelLoadBalancingService

    try:
        service = ModelLoadBalancingService()
        service.get_load_balancing_configs(tenant_id, rig_apps.OPENAI, model, "llm", "predefined-model")
        configs = [{"credential_id": str(state["credentials"][n]["id"]), "name": n, "enabled": True} for n in names]
        inherit = [{"id": str(i), "name": "__inherit__", "enabled": True} for i in inherit_ids(tenant_id, model)]
        service.update_load_balancing_configs(tenant_id, rig_apps.OPENAI, model, "llm", inherit + configs, "predefined-model")
        service.enable_model_load_balancing(tenant_id, rig_apps.OPENAI, model, "llm")
    except Exception as error:
        state.setdefault("warnings", []).append(f"load balancing: {error!r}")


def inherit_ids(tenant_id, model):
    from extensions.ext_database import db
    from models.provider import LoadBalancingModelConfig

    return [r.id for r in db.session.query(LoadBalancingModelConfig).filter_by(
        tenant_id=tenant_id, model_name=model, name="__inherit__").all()]


def make_dataset(db, tenant, account, name):
    from services.dataset_service import DatasetService

    dataset = DatasetService.create_empty_dataset(
        tenant_id=tenant.id, name=name, description="rig", indexing_technique="high_quality", account=account,
        permission="all_team_members", provider="vendor", embedding_model_provider=rig_apps.OPENAI,
        embedding_model_name=rig_apps.EMBEDDING)
    db.session.commit()
    return str(dataset.id)


def install_plugins(tenant_id, packages):
    import time

    try:
        from core.plugin.plugin_service import PluginService
    except ImportError:
        from services.plugin.plugin_service import PluginService

    for path in packages:
        with open(path, "rb") as f:
            decoded = PluginService.upload_pkg(tenant_id, f.read())
        PluginService.install_from_local_pkg(tenant_id, [decoded.unique_identifier])
    for _ in range(600):
        tasks = PluginService.fetch_install_tasks(tenant_id, 1, 20)
        states = {str(getattr(t.status, "value", t.status)) for t in tasks}
        if tasks and states <= {"success", "failed"}:
            print("plugins:", states, file=sys.stderr)
            return
        time.sleep(1)


if __name__ == "__main__":
    main()
