"""A database with Dify's tables, and its storage folder: rows as Dify writes them, by hand."""

import json
import uuid
from urllib.parse import quote

from servers import PASSWORD

TABLES = ["tenants", "providers", "provider_models", "provider_credentials", "provider_model_credentials",
          "load_balancing_model_configs"]


def schema(server, old):
    """The columns of Dify's models: of 1.8.0 if `old`, otherwise of June 2026."""
    uid, text, moment = server.uuid, server.long_text, server.moment
    times = ", ".join(f"{name} {moment} NOT NULL DEFAULT CURRENT_TIMESTAMP" for name in ("created_at", "updated_at"))
    place = f"id {uid} NOT NULL PRIMARY KEY, tenant_id {uid} NOT NULL, provider_name varchar(255) NOT NULL"
    model = "model_name varchar(255) NOT NULL, model_type varchar(40) NOT NULL"
    visible = "" if old else f"user_id {uid} NULL, visibility varchar(40) NOT NULL DEFAULT 'all_team_members', "
    return f"""
CREATE TABLE tenants (id {uid} NOT NULL PRIMARY KEY, name varchar(255) NOT NULL, encrypt_public_key {text} NULL,
  plan varchar(255) NOT NULL DEFAULT 'basic', status varchar(255) NOT NULL DEFAULT 'normal', custom_config {text} NULL, {times});
CREATE TABLE providers ({place}, provider_type varchar(40) NOT NULL DEFAULT 'custom', is_valid boolean NOT NULL DEFAULT false,
  last_used {moment} NULL, credential_id {uid} NULL, quota_type varchar(40) NULL DEFAULT '', quota_limit bigint NULL,
  quota_used bigint NULL, {times}, UNIQUE (tenant_id, provider_name, provider_type, quota_type));
CREATE TABLE provider_models ({place}, {model}, credential_id {uid} NULL, is_valid boolean NOT NULL DEFAULT false, {times},
  UNIQUE (tenant_id, provider_name, model_name, model_type));
CREATE TABLE provider_credentials ({place}, credential_name varchar(255) NOT NULL, encrypted_config {text} NOT NULL,
  {visible} {times});
CREATE INDEX provider_credential_tenant_provider_idx ON provider_credentials (tenant_id, provider_name);
CREATE TABLE provider_model_credentials ({place}, {model}, credential_name varchar(255) NOT NULL,
  encrypted_config {text} NOT NULL, {times});
CREATE INDEX provider_model_credential_tenant_provider_model_idx
  ON provider_model_credentials (tenant_id, provider_name, model_name, model_type);
CREATE TABLE load_balancing_model_configs ({place}, {model}, name varchar(255) NOT NULL, encrypted_config {text} NULL,
  credential_id {uid} NULL, credential_source_type varchar(40) NULL, enabled boolean NOT NULL DEFAULT true, {times});
"""


def literal(value):
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "true" if value else "false"
    assert "\\" not in value  # the servers disagree about it
    return "'" + value.replace("'", "''") + "'"


class Dify:
    def __init__(self, server, folder, old=False):
        self.server = server
        self.pending = []
        self.at_once = False
        self.database = "dify_" + uuid.uuid4().hex[:12]
        self.storage = folder / "storage"
        (self.storage / "privkeys").mkdir(parents=True)
        rights = "".join(f"GRANT SELECT ON {table} TO {server.user};\n" for table in TABLES)
        server.create(self.database, schema(server, old) + rights)

    def close(self):
        self.server.drop(self.database)

    def sql(self, text):
        self.flush()
        return self.server.sql(self.database, text)

    def flush(self):
        """Rows are written together before anybody looks: each run of a client costs."""
        if self.pending:
            text, self.pending = "".join(self.pending), []
            self.server.sql(self.database, text)

    def url(self, password=PASSWORD, user="keyrule", query=""):
        secret = ":" + quote(password, safe="") if password else ""
        return f"{self.server.scheme}://{user}{secret}@127.0.0.1:{self.server.port}/{self.database}{query}"

    def insert(self, table, **values):
        values.setdefault("id", str(uuid.uuid4()))
        columns = ", ".join(values)
        self.pending.append(f"INSERT INTO {table} ({columns}) VALUES ({', '.join(map(literal, values.values()))});\n")
        if self.at_once:
            self.flush()
        return values["id"]

    def tenant(self, workspace, status="normal"):
        tenant = self.insert("tenants", name="ws", encrypt_public_key=workspace.public_pem, status=status)
        self.save_key(tenant, workspace.private_pem)
        return tenant

    def key_path(self, tenant):
        return self.storage / "privkeys" / tenant / "private.pem"

    def save_key(self, tenant, pem):
        path = self.key_path(tenant)
        path.parent.mkdir(exist_ok=True)
        path.write_text(pem)

    def provider(self, tenant, provider="langgenius/openai/openai", **values):
        return self.insert("providers", tenant_id=tenant, provider_name=provider, **{"is_valid": True, **values})

    def model(self, tenant, model, kind="llm", provider="langgenius/openai/openai", **values):
        return self.insert("provider_models", tenant_id=tenant, provider_name=provider, model_name=model, model_type=kind,
                           **{"is_valid": True, **values})

    def credential(self, tenant, name, config, provider="langgenius/openai/openai", **values):
        config = config if isinstance(config, str) else json.dumps(config)
        return self.insert("provider_credentials", tenant_id=tenant, provider_name=provider, credential_name=name,
                           encrypted_config=config, **values)

    def model_credential(self, tenant, name, config, model, kind="llm", provider="langgenius/openai/openai", **values):
        return self.insert("provider_model_credentials", tenant_id=tenant, provider_name=provider, credential_name=name,
                           model_name=model, model_type=kind, encrypted_config=json.dumps(config), **values)

    def balancing(self, tenant, name, config, model, kind="llm", provider="langgenius/openai/openai", **values):
        config = config if config is None or isinstance(config, str) else json.dumps(config)
        return self.insert("load_balancing_model_configs", tenant_id=tenant, provider_name=provider, model_name=model,
                           model_type=kind, name=name, encrypted_config=config, **values)
