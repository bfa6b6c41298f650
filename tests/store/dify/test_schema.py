"""The tables that these tests make have exactly the columns of Dify's own, as its migrations leave them in PostgreSQL."""

import pytest

from dify import TABLES, Dify

# From information_schema.columns of a Dify of June 2026 (commit ad96501e0) after `flask db upgrade`. NN: not null.
COLUMNS = """
tenants: id uuid NN, name varchar(255) NN, encrypt_public_key text, plan varchar(255) NN, status varchar(255) NN,
  custom_config text, created_at timestamp NN, updated_at timestamp NN
providers: id uuid NN, tenant_id uuid NN, provider_name varchar(255) NN, provider_type varchar(40) NN, is_valid boolean NN,
  last_used timestamp, credential_id uuid, quota_type varchar(40), quota_limit bigint, quota_used bigint,
  created_at timestamp NN, updated_at timestamp NN
provider_models: id uuid NN, tenant_id uuid NN, provider_name varchar(255) NN, model_name varchar(255) NN,
  model_type varchar(40) NN, credential_id uuid, is_valid boolean NN, created_at timestamp NN, updated_at timestamp NN
provider_credentials: id uuid NN, tenant_id uuid NN, provider_name varchar(255) NN, credential_name varchar(255) NN,
  encrypted_config text NN, user_id uuid, visibility varchar(40) NN, created_at timestamp NN, updated_at timestamp NN
provider_model_credentials: id uuid NN, tenant_id uuid NN, provider_name varchar(255) NN, model_name varchar(255) NN,
  model_type varchar(40) NN, credential_name varchar(255) NN, encrypted_config text NN, created_at timestamp NN,
  updated_at timestamp NN
load_balancing_model_configs: id uuid NN, tenant_id uuid NN, provider_name varchar(255) NN, model_name varchar(255) NN,
  model_type varchar(40) NN, name varchar(255) NN, encrypted_config text, credential_id uuid,
  credential_source_type varchar(40), enabled boolean NN, created_at timestamp NN, updated_at timestamp NN
"""
# Not there before June 2026; all else was in 1.8.0, the first with several credentials of a provider.
LATER = {"provider_credentials.user_id", "provider_credentials.visibility"}

QUERY = """SELECT table_name || '.' || column_name || ' ' ||
  CASE data_type WHEN 'character varying' THEN 'varchar(' || character_maximum_length || ')'
                 WHEN 'timestamp without time zone' THEN 'timestamp' ELSE data_type END ||
  CASE is_nullable WHEN 'NO' THEN ' NN' ELSE '' END
FROM information_schema.columns WHERE table_schema = 'public'"""


@pytest.fixture
def server(servers):
    return servers("postgres")


def of_dify():
    columns = set()
    for line in COLUMNS.replace("\n  ", " ").strip().splitlines():
        table, _, rest = line.partition(": ")
        columns |= {f"{table}.{column.strip()}" for column in rest.split(",")}
    return columns


def test_the_columns_are_those_of_dify(dify):
    assert set(dify.sql(QUERY).splitlines()) == of_dify()
    assert {column.partition(".")[0] for column in of_dify()} == set(TABLES)


def test_the_columns_of_before(server, tmp_path, request):
    old = Dify(server, tmp_path / "old", old=True)
    request.addfinalizer(old.close)
    assert set(old.sql(QUERY).splitlines()) == {column for column in of_dify() if column.split()[0] not in LATER}
