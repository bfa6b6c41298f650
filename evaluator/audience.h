// Whose requests a rule is about, and to which providers, as far as its condition says; and whether a credential is for any.
#pragma once

#include <string>
#include <string_view>

#include "dsl/implied.h"
#include "evaluator/catalog.h"

namespace keyrule::evaluator {

struct Audience {
  dsl::Implied::Known providers, tenants;

  auto operator<=>(const Audience&) const = default;
};

// Of a catalog that has a row for each tenant that may spend it; one without a provider serves all, one without a tenant is
// for all.
inline bool ServesAny(const Credential& row, const Audience& audience) {
  return row.provider.empty() || audience.providers.Allows(row.provider);
}
inline bool MaySpend(const Credential& row, std::string_view tenant) {
  return tenant.empty() || row.tenant.empty() || row.tenant == tenant;
}
inline bool Fits(const Credential& row, const Audience& audience) {
  return ServesAny(row, audience) && (row.tenant.empty() || audience.tenants.Allows(row.tenant));
}

// "`openai` or `google`", "any provider but `openai`", "any provider".
std::string ProvidersText(const dsl::Implied::Known& providers);
// " and tenant `a` or `b`", " and any tenant but `a`"; empty: of all.
std::string TenantsText(const dsl::Implied::Known& tenants);

}  // namespace keyrule::evaluator
