// The cheap look: six aggregates, no configuration leaves the server.

#include <array>
#include <string>

#include "store/dify/source.h"

namespace keyrule::store {
namespace {

struct Look {
  const char* table;
  const char* columns;          // that say something, for both
  bool has_tenant;              // a column tenant_id
  bool is_credential;           // each change of the row counts
  const char* mysql_columns;    // in place of PostgreSQL's version of the row
};

constexpr std::array<Look, 6> kLooks = {{
    {"tenants", "id, status", false, false, ""},
    {"providers", "id, tenant_id, provider_name, provider_type, is_valid", true, false, ""},
    {"provider_models", "id, tenant_id, provider_name, model_name, model_type, is_valid", true,
     false, ""},
    {"provider_credentials", "id", true, true,
     "tenant_id, provider_name, credential_name, encrypted_config"},
    {"provider_model_credentials", "id", true, true,
     "tenant_id, provider_name, model_name, model_type, credential_name, encrypted_config"},
    {"load_balancing_model_configs", "id", true, true,
     "tenant_id, provider_name, model_name, model_type, name, coalesce(encrypted_config, ''), "
     "coalesce(credential_id, ''), enabled"},
}};

// A sum does not depend on the order of rows. `updated_at` is not enough: it has whole seconds in
// MySQL, and an UPDATE by hand leaves it alone. PostgreSQL marks each version of a row with the
// transaction that wrote it (xmin).
std::string Aggregate(const Look& look, Database::Dialect dialect) {
  std::string columns = look.columns;
  std::string hash;
  if (dialect == Database::Dialect::kPostgres) {
    if (look.is_credential) columns += ", xmin::text";
    hash = "hashtextextended(concat_ws('|', " + columns + "), 0)";
  } else {
    if (look.is_credential) columns += std::string(", ") + look.mysql_columns;
    hash = "CRC32(CONCAT_WS('|', " + columns + "))";
  }
  return "SELECT count(*), coalesce(sum(" + hash + "), 0) FROM " + look.table;
}

}  // namespace

Result<std::string> DifyFingerprint(Database* database, const std::vector<std::string>& tenants) {
  if (Status status = database->BeginSnapshot(); !status.ok()) return status;
  std::string fingerprint;
  for (const Look& look : kLooks) {
    std::string sql = Aggregate(look, database->dialect());
    for (const std::string& tenant : tenants) {
      sql += &tenant == &tenants.front() ? " WHERE " : ", ";
      if (&tenant == &tenants.front()) {
        sql += std::string(look.has_tenant ? "tenant_id" : "id") + " IN (";
      }
      sql += database->Quote(tenant);
    }
    if (!tenants.empty()) sql += ")";
    const Status status = database->Query(sql, [&fingerprint](DatabaseRow row) {
      fingerprint += std::string(row[0].value_or("")) + ":" + std::string(row[1].value_or("")) + " ";
      return Status();
    });
    if (!status.ok()) return status;
  }
  if (Status status = database->End(); !status.ok()) return status;
  return fingerprint;
}

}  // namespace keyrule::store
