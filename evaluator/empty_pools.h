// Which pools have none of a catalog's credentials, of calls to one provider and of one tenant.
#pragma once

#include <cstdint>
#include <map>
#include <string_view>
#include <tuple>
#include <vector>

#include "evaluator/audience.h"
#include "evaluator/catalog.h"
#include "evaluator/program.h"

namespace keyrule::evaluator {

// Borrows both. Each question is answered once, so that many rules may ask it.
class EmptyPools {
 public:
  EmptyPools(const std::vector<Credential>& catalog, const Program& program);
  // `provider`: empty: only rows that serve all; `tenant`: empty: any. They have to outlive this.
  bool Has(uint32_t pool, std::string_view provider, std::string_view tenant);
  // Of any of these.
  bool HasFor(uint32_t pool, const Audience& audience) const;

 private:
  using Rows = std::vector<const Credential*>;

  bool HasNone(const Rows& rows, uint32_t pool, std::string_view provider) const;

  const Program& program_;
  Rows all_;
  std::map<std::string_view, Rows> rows_;  // by the one tenant that may spend them; under "" those that all may
  std::map<std::tuple<uint32_t, std::string_view, std::string_view>, bool> known_;
};

}  // namespace keyrule::evaluator
