// A policy against the credentials that there are: names that nobody has, pools that stay empty,
// names that two have. A rule whose condition says whose requests it is about is looked at with what those may spend.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "dsl/diagnostic.h"
#include "evaluator/catalog.h"
#include "evaluator/program.h"

namespace keyrule::evaluator {

// That the catalog is one tenant's. A policy that reads `tenant.id` may be about others as well: their rules, and names of
// theirs in lists, are then none of its concern.
struct CatalogView {
  std::string tenant;                             // empty: all tenants'
  std::set<std::string, std::less<>> elsewhere;  // names of credentials that only others may spend
};

// KR0901, KR0902 and KR0903, in the order of their places. `catalog`: each credential once for each tenant that may spend
// it, which `tenant` says (empty: any may).
std::vector<dsl::Diagnostic> CheckAgainst(const std::vector<Credential>& catalog, const Program& program,
                                          const CatalogView& view = {});

}  // namespace keyrule::evaluator
