#include "store/dify/schema.h"

#include <array>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace keyrule::store {
namespace {

struct Table {
  std::string_view name;
  std::vector<std::string_view> columns;  // of every version from 1.8.0 on
};

const std::vector<Table>& Tables() {
  static const std::vector<Table> tables = {
      {"tenants", {"id", "status"}},
      {"providers", {"tenant_id", "provider_name", "provider_type", "is_valid"}},
      {"provider_models", {"tenant_id", "provider_name", "model_name", "model_type", "is_valid"}},
      {"provider_credentials",
       {"id", "tenant_id", "provider_name", "credential_name", "encrypted_config"}},
      {"provider_model_credentials",
       {"id", "tenant_id", "provider_name", "model_name", "model_type", "credential_name",
        "encrypted_config"}},
      {"load_balancing_model_configs",
       {"id", "tenant_id", "provider_name", "model_name", "model_type", "name", "encrypted_config",
        "credential_id", "enabled"}},
  };
  return tables;
}

// PostgreSQL: what a bare table name means under the search path, whoever may read it.
// MySQL: what the user may read; there is no other way to ask.
std::string ColumnsQuery(Database::Dialect dialect) {
  std::string names;
  for (const Table& table : Tables()) {
    names += (names.empty() ? "'" : ", '") + std::string(table.name) + "'";
  }
  if (dialect == Database::Dialect::kMysql) {
    return "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = "
           "DATABASE() AND table_name IN (" + names + ")";
  }
  return "SELECT t.name, a.attname FROM unnest(ARRAY[" + names + "]) AS t(name) JOIN pg_attribute a "
         "ON a.attrelid = to_regclass(t.name) WHERE a.attnum > 0 AND NOT a.attisdropped";
}

}  // namespace

Result<DifySchema> DifySchema::Read(Database* database) {
  std::map<std::string, std::set<std::string, std::less<>>, std::less<>> found;
  const Status status =
      database->Query(ColumnsQuery(database->dialect()), [&found](DatabaseRow row) {
        if (row[0] && row[1]) found[std::string(*row[0])].emplace(*row[1]);
        return Status();
      });
  if (!status.ok()) return status;

  std::string missing;
  for (const Table& table : Tables()) {
    const auto columns = found.find(table.name);
    if (columns == found.end()) {
      missing += (missing.empty() ? "" : ", ") + std::string(table.name);
      continue;
    }
    for (const std::string_view column : table.columns) {
      if (columns->second.contains(column)) continue;
      missing += (missing.empty() ? "" : ", ") + std::string(table.name) + "." + std::string(column);
    }
  }
  if (!missing.empty()) {
    const auto providers = found.find("providers");
    if (providers != found.end() && providers->second.contains("encrypted_config")) {
      return Status(Code::kInvalid, "", "this is the database of a Dify before 1.8.0: without " + missing,
                    "bring Dify to 1.8.0 or later: since then it has several credentials of a "
                    "provider");
    }
    return Status(Code::kInvalid, "", "tables or columns of Dify are missing: " + missing,
                  found.empty() ? "is this Dify's database, and the right schema of it?"
                                : "may its user read them? if so, this version of Dify is not "
                                  "known: look for a newer Keyrule");
  }
  DifySchema schema;
  schema.has_user_id = found["provider_credentials"].contains("user_id");
  return schema;
}

}  // namespace keyrule::store
