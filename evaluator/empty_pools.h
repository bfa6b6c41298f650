// Which pools have none of a catalog's credentials, of calls to one provider and of one tenant.
#pragma once

#include <cstdint>
#include <map>
#include <string_view>
#include <tuple>
#include <vector>

#include "evaluator/catalog.h"
#include "evaluator/program.h"

namespace keyrule::evaluator {

// Whether this tenant may spend a row of a catalog that has one for each that may. Empty: of the tenant, any; of the row, all.
inline bool MaySpend(const Credential& credential, std::string_view tenant) {
  return tenant.empty() || credential.tenant.empty() || credential.tenant == tenant;
}

// Borrows both. Each question is answered once, so that many rules may ask it.
class EmptyPools {
 public:
  EmptyPools(const std::vector<Credential>& catalog, const Program& program);
  // `provider`, `tenant`: empty: any. They have to outlive this.
  bool Has(uint32_t pool, std::string_view provider, std::string_view tenant);

 private:
  using Rows = std::vector<const Credential*>;

  bool HasNone(const Rows& rows, uint32_t pool, std::string_view provider) const;

  const Program& program_;
  Rows all_;
  std::map<std::string_view, Rows> rows_;  // by the one tenant that may spend them; under "" those that all may
  std::map<std::tuple<uint32_t, std::string_view, std::string_view>, bool> known_;
};

}  // namespace keyrule::evaluator
