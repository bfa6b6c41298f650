#include "plugin_api/store_source.h"

#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "evaluator/fork_gate.h"

namespace keyrule::plugin_api {

namespace {

store::CredentialRef RefOf(const evaluator::Credential& credential) {
  return {credential.tenant, credential.provider, credential.id, credential.source_ref};
}

}  // namespace

evaluator::Credential CredentialFrom(const store::Metadata& metadata) {
  evaluator::Credential credential;
  credential.tenant = metadata.tenant;
  credential.id = metadata.id;
  credential.name = metadata.name;
  credential.provider = metadata.provider;
  credential.model = metadata.model;
  credential.model_type = metadata.model_type;
  credential.owner = metadata.owner;
  credential.labels.assign(metadata.labels.begin(), metadata.labels.end());
  credential.enabled = metadata.usable();
  credential.expires_ms = metadata.expires_ms;
  credential.weight = metadata.weight;
  for (const store::Limit& limit : metadata.limits) {
    credential.limits.push_back({std::string(store::NameOf(limit.unit)),
                                 std::string(store::NameOf(limit.period)), limit.zone,
                                 limit.amount});
  }
  credential.allowed_hosts = metadata.allowed_hosts;
  credential.version = metadata.version;
  credential.source_ref = store::CredentialRef(metadata.key()).digest;
  return credential;
}

StoreSource::StoreSource(std::unique_ptr<store::Reader> reader,
                         std::function<void(const store::Status&)> trouble,
                         uint64_t max_staleness_ms)
    : reader_(std::move(reader)),
      shared_(reader_->shared()),
      generation_(reader_->generation()),
      max_staleness_ms_(max_staleness_ms),
      trouble_(std::move(trouble)) {}

bool StoreSource::Candidates(std::string_view tenant,
                             std::vector<evaluator::Credential>* out) const {
  out->clear();
  if (tenant.empty()) return true;  // "shared with all" means every tenant, not nobody
  std::set<std::tuple<std::string, std::string, std::string>> seen;  // shared with all and by name
  store::Status status;
  {
    const evaluator::ForkGate::Pass pass;  // RocksDB locks; `trouble_` is the host's
    status = reader_->Candidates(tenant, [&](const store::Metadata& metadata) {
      if (seen.emplace(metadata.tenant, metadata.provider, metadata.id).second) {
        out->push_back(CredentialFrom(metadata));
        const store::RevocationMark mark = reader_->MarkOf(metadata.key());
        out->back().mark = {mark.first, mark.second};
      }
      return true;
    });
  }
  if (status.ok()) return true;
  out->clear();
  trouble_(status);
  return false;
}

uint64_t StoreSource::AgeMs(int64_t now_ms) const noexcept {
  const int64_t confirmed_ms = shared_ == nullptr ? 0 : shared_->ConfirmedMs();
  if (confirmed_ms <= 0) return UINT64_MAX;
  // A clock that was set back: nothing is known to be old.
  return now_ms <= confirmed_ms ? 0 : static_cast<uint64_t>(now_ms) - static_cast<uint64_t>(confirmed_ms);
}

store::Result<store::Secret> StoreSource::OpenPayload(
    std::string_view tenant, const evaluator::Credential& credential) const {
  store::Secret kept;
  if (reader_->OpenKept(tenant, credential.source_ref, &kept)) return kept;
  const evaluator::ForkGate::Pass pass;  // RocksDB locks
  return reader_->OpenPayload(tenant, RefOf(credential));
}

}  // namespace keyrule::plugin_api
