#include "evaluator/empty_pools.h"

#include <algorithm>

#include "evaluator/test_world.h"

namespace keyrule::evaluator {

EmptyPools::EmptyPools(const std::vector<Credential>& catalog, const Program& program) : program_(program) {
  for (const Credential& credential : catalog) {
    all_.push_back(&credential);
    rows_[credential.tenant].push_back(&credential);
  }
}

bool EmptyPools::Has(uint32_t pool, std::string_view provider, std::string_view tenant) {
  const auto [known, is_new] = known_.try_emplace({pool, provider, tenant}, false);
  if (is_new) {
    known->second = tenant.empty() ? HasNone(all_, pool, provider)
                                   : HasNone(rows_[{}], pool, provider) && HasNone(rows_[tenant], pool, provider);
  }
  return known->second;
}

bool EmptyPools::HasFor(uint32_t pool, const Audience& audience) const {
  return std::none_of(all_.begin(), all_.end(), [&](const Credential* row) {
    return Fits(*row, audience) && PoolHolds(program_, pool, *row, row->provider);
  });
}

bool EmptyPools::HasNone(const Rows& rows, uint32_t pool, std::string_view provider) const {
  return std::none_of(rows.begin(), rows.end(), [&](const Credential* credential) {
    return Serves(*credential, provider) && PoolHolds(program_, pool, *credential, provider);
  });
}

}  // namespace keyrule::evaluator
