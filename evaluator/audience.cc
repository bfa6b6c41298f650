#include "evaluator/audience.h"

#include <algorithm>

#include "dsl/wording.h"

namespace keyrule::evaluator {
namespace {

using dsl::Cat;
using Known = dsl::Implied::Known;

constexpr size_t kMostNamed = 5;

bool IsAny(const Known& known) { return known.all_but && (known.list == nullptr || known.list->empty()); }

std::string OrText(const Known& known) {
  if (known.list == nullptr || known.list->empty()) return "none";
  std::string text;
  const size_t shown = std::min(known.list->size(), kMostNamed);
  for (size_t i = 0; i < shown; ++i) text += Cat({i == 0 ? "" : " or ", dsl::Tick((*known.list)[i])});
  if (known.list->size() > shown) text += Cat({" or ", std::to_string(known.list->size() - shown), " more"});
  return text;
}

}  // namespace

std::string ProvidersText(const Known& providers) {
  if (IsAny(providers)) return "any provider";
  return providers.all_but ? Cat({"any provider but ", OrText(providers)}) : OrText(providers);
}

std::string TenantsText(const Known& tenants) {
  if (IsAny(tenants)) return "";
  return Cat({tenants.all_but ? " and any tenant but " : " and tenant ", OrText(tenants)});
}

}  // namespace keyrule::evaluator
