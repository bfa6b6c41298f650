#include "store/dify/source.h"

#include <algorithm>
#include <array>
#include <utility>

#include "store/dify/names.h"

namespace keyrule::store {
namespace {

constexpr std::string_view kInherit = "__inherit__";  // the managed credential, not one of its own

// Columns of the walk, in this order.
enum Column { kId, kTenant, kProvider, kName, kModel, kModelType, kConfig, kOwner, kEnabled, kCopyOf };

std::string Text(const std::optional<std::string_view>& value) {
  return std::string(value.value_or(""));
}

// As either database writes it.
bool True(const std::optional<std::string_view>& value) {
  return value && (*value == "t" || *value == "1" || *value == "true");
}

}  // namespace

std::string DifySource::Where(const char* condition) const {
  std::string where = condition;
  if (!tenants_.empty()) {
    where += where.empty() ? "" : " AND ";
    where += "tenant_id IN (";
    for (const std::string& tenant : tenants_) {
      where += (&tenant == &tenants_.front() ? "" : ", ") + database_->Quote(tenant);
    }
    where += ")";
  }
  return where.empty() ? "" : " WHERE " + where;
}

Status DifySource::ReadSet(const std::string& sql, const std::function<void(DatabaseRow)>& add) {
  return database_->Query(sql, [&add](DatabaseRow row) {
    add(row);
    return Status();
  });
}

Status DifySource::Open() {
  Result<DifySchema> schema = DifySchema::Read(database_);
  if (!schema.ok()) return schema.status();
  schema_ = *schema;
  Status status = ReadSet("SELECT id, status FROM tenants", [this](DatabaseRow row) {
    const bool archived = row[1] == std::string_view("archive");
    (archived ? archived_ : normal_).Add(DigestSet::Of({row[0].value_or("")}));
  });
  if (!status.ok()) return status;
  status = ReadSet("SELECT tenant_id, provider_name FROM providers" +
                       Where("provider_type <> 'system' AND is_valid = true"),
                   [this](DatabaseRow row) {
                     providers_.Add(
                         DigestSet::Of({row[0].value_or(""), ProviderName(row[1].value_or(""))}));
                   });
  if (!status.ok()) return status;
  status = ReadSet("SELECT tenant_id, provider_name, model_name, model_type FROM provider_models" +
                       Where("is_valid = true"),
                   [this](DatabaseRow row) {
                     models_.Add(DigestSet::Of(
                         {row[0].value_or(""), ProviderName(row[1].value_or("")),
                          row[2].value_or(""), ModelTypeName(row[3].value_or(""))}));
                   });
  for (DigestSet* set : {&normal_, &archived_, &providers_, &models_}) (void)set->Sort();
  return status;
}

bool DifySource::HasTenant(const std::string& tenant) const {
  const DigestSet::Entry entry = DigestSet::Of({tenant});
  return normal_.Contains(entry) || archived_.Contains(entry);
}

bool DifySource::InScope(const std::string& tenant) const {
  return tenants_.empty() || std::find(tenants_.begin(), tenants_.end(), tenant) != tenants_.end();
}

Status DifySource::Walk(bool with_config, const SourceVisitor& visit) {
  skipped_ = 0;
  const std::string config = with_config ? "encrypted_config" : "NULL";
  const std::string rest = Where("") + (with_config ? " ORDER BY tenant_id" : "");
  const std::string owner = schema_.has_user_id ? "user_id" : "NULL";
  Status status = WalkTable("SELECT id, tenant_id, provider_name, credential_name, NULL, NULL, " +
                                config + ", " + owner + ", true, NULL FROM provider_credentials" + rest,
                            true, false, visit);
  if (!status.ok()) return status;
  status = WalkTable(
      "SELECT id, tenant_id, provider_name, credential_name, model_name, model_type, " + config +
          ", NULL, true, NULL FROM provider_model_credentials" + rest,
      false, false, visit);
  if (!status.ok()) return status;
  // Whether there is a configuration decides if it is a candidate at all.
  const std::string there = with_config ? config : "CASE WHEN encrypted_config <> '' THEN 'some' END";
  return WalkTable(
      "SELECT id, tenant_id, provider_name, name, model_name, model_type, " + there +
          ", NULL, enabled, credential_id FROM load_balancing_model_configs" + rest,
      false, true, visit);
}

Status DifySource::WalkTable(const std::string& sql, bool of_provider, bool balancing,
                             const SourceVisitor& visit) {
  SourceCredential credential;
  return database_->Query(sql, [&](DatabaseRow row) {
    if (Take(row, of_provider, balancing, &credential)) return visit(credential);
    ++skipped_;
    return Status();
  });
}

bool DifySource::Take(DatabaseRow row, bool of_provider, bool balancing,
                      SourceCredential* out) const {
  // A copy of a credential, or the managed one itself: that stands in its own table.
  if (balancing && (row[kName] == kInherit || row[kCopyOf] || row[kConfig].value_or("").empty())) {
    return false;
  }
  Metadata metadata;
  metadata.tenant = Text(row[kTenant]);
  const DigestSet::Entry tenant = DigestSet::Of({metadata.tenant});
  const bool normal = normal_.Contains(tenant);
  if (!normal && !archived_.Contains(tenant)) return false;
  metadata.id = Text(row[kId]);
  metadata.provider = ProviderName(Text(row[kProvider]));
  metadata.name = Text(row[kName]);
  metadata.model = Text(row[kModel]);
  metadata.model_type = ModelTypeName(Text(row[kModelType]));
  metadata.owner = Text(row[kOwner]);
  metadata.origin = kFromDify;
  const bool provider_in_use =
      providers_.Contains(DigestSet::Of({metadata.tenant, metadata.provider}));
  const bool model_in_use = models_.Contains(DigestSet::Of(
      {metadata.tenant, metadata.provider, metadata.model, metadata.model_type}));
  const bool in_use = of_provider  ? provider_in_use
                      : balancing ? provider_in_use || model_in_use
                                  : model_in_use;
  metadata.enabled = normal && in_use && True(row[kEnabled]);
  *out = {std::move(metadata), row[kConfig], of_provider};
  return true;
}

}  // namespace keyrule::store
