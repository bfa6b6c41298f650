#include "dsl/resolve.h"

#include "dsl/nesting.h"
#include "dsl/resolver.h"

namespace keyrule::dsl {

void ResolveNames(Loading& loading) {
  Policy& policy = loading.policy;
  Resolver resolver(loading);
  std::vector<std::vector<Reference>> lets(policy.lets.size());
  for (size_t i = 0; i < policy.lets.size(); ++i) {
    auto* condition = std::get_if<Condition>(&policy.lets[i].value);
    if (condition == nullptr) continue;
    const size_t errors = loading.diagnostics.errors();
    resolver.ResolveCondition(*condition, Place::kRequest, &lets[i]);
    // `let l = a` of a list a: what l was to be is not known, so its uses are no errors of their own.
    const bool alone = std::holds_alternative<Bare>(condition->node);
    if (alone && loading.diagnostics.errors() > errors) loading.lost.NoteName(policy.lets[i].name.text);
  }
  std::vector<std::vector<Reference>> pools(policy.pools.size());
  for (size_t i = 0; i < policy.pools.size(); ++i) {
    resolver.ResolveMembers(policy.pools[i].members, &pools[i]);
  }
  for (Meter& meter : policy.meters) resolver.ResolveMeter(meter);
  for (Rule& rule : policy.rules) {
    resolver.ResolveCondition(*rule.when, Place::kRequest);
    resolver.ResolveChain(rule.chain);
  }
  resolver.ResolveChain(policy.fallback.chain);
  for (Claim& claim : policy.claims) resolver.ResolveClaim(claim);
  for (Test& test : policy.tests) resolver.ResolveTest(test);
  BoundNesting(loading, lets, pools);
}

}  // namespace keyrule::dsl
