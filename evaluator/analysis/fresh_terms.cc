#include "evaluator/analysis/fresh_terms.h"

#include "evaluator/analysis/pool_entries.h"

namespace keyrule::analysis {

bool FreshTerms::GoesByName(const Spend& spend, const SpendCase& one) {
  if (spend.pool != dsl::kUnresolved && names_.NamesOf(spend.pool)) return true;
  return spend.by_name && !one.by_id;
}

FreshTerms::Fresh FreshTerms::Add(const dsl::Use& use, const Spend& spend, std::span<const NodeRef> cases, Chain* chain) {
  std::vector<NodeRef> ways, plain_ways;
  for (size_t i = 0; i < spend.cases.size() && i < cases.size(); ++i) {
    const SpendCase& one = spend.cases[i];
    std::vector<NodeRef> all = {cases[i]};
    std::vector<NodeRef> outside;
    for (const Past& past : *chain) {
      const bool is_within = IsWithinLimits(*past.use, use);
      if (is_within && past.spend->number == spend.number && !spend.or_id) all.push_back(kNever);
      const auto* pool = std::get_if<dsl::UsePool>(&past.use->what);
      const bool is_whole = pool != nullptr && !pool->narrow;
      if (is_whole) outside.push_back(terms_.InPool(pool->pool.index, one.bindings, 0, false));
      if (!is_within) continue;
      // Of a name several may have, and which of them it means is not known here.
      if (is_whole && (pool->pool.index == spend.pool || NamesIn(policy_, pool->pool.index).empty())) {
        all.push_back(outside.back());
      } else if (GoesByName(spend, one)) {
        IdleArms::Taken taken;
        names_.AddTaken(*past.use, &taken);
        for (const Names* pool_names : taken.pools) taken.others.insert(pool_names->begin(), pool_names->end());
        if (!taken.empty()) {
          all.push_back(terms_.IsNamed(terms_.NamesList({taken.others.begin(), taken.others.end()}), one.bindings, 0, false));
        }
      }
    }
    ways.push_back(graph_.All(all));
    all.insert(all.end(), outside.begin(), outside.end());
    plain_ways.push_back(graph_.All(std::move(all)));
  }
  chain->push_back({&use, &spend});
  return {graph_.Any(std::move(ways)), graph_.Any(std::move(plain_ways))};
}

}  // namespace keyrule::analysis
