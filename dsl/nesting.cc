#include "dsl/nesting.h"

#include <algorithm>

#include "dsl/limits.h"
#include "dsl/wording.h"

namespace keyrule::dsl {
namespace {

// How deep conditions lie: each name counts one, and so does what must stand in parentheses: a group
// inside another, and a group behind `not`.
class Conditions {
 public:
  explicit Conditions(Loading& loading)
      : loading_(loading),
        levels_(loading.policy.lets.size(), 0),
        said_(loading.policy.lets.size(), false) {}

  void Bound(uint32_t let) {
    auto* condition = std::get_if<Condition>(&loading_.policy.lets[let].value);
    cut_ = false;
    if (condition != nullptr) levels_[let] = Measure(*condition, 0);
    said_[let] = cut_;
  }

  // The depth of `condition`, which itself stands `depth` deep, in a group or not. Names that lead
  // too deep are cut.
  size_t Measure(Condition& condition, size_t depth, bool in_group = false) {
    if (auto* negated = std::get_if<Not>(&condition.node)) {
      Condition& term = negated->term.front();
      const size_t own = TermsOf(term) != nullptr || std::holds_alternative<Not>(term.node);
      return own + Measure(term, depth + own);
    }
    auto* bare = std::get_if<Bare>(&condition.node);
    if (bare != nullptr && bare->let != kUnresolved) {
      const size_t level = 1 + levels_[bare->let];
      const bool said = said_[bare->let];
      cut_ = cut_ || said;
      if (depth + level <= kMaxDepth) return level;
      cut_ = true;
      bare->let = kUnresolved;
      if (said) return 1;
      loading_.Error(Code::KR0013, bare->path.span, "nested more than 64 deep",
                     "write a part of it out instead of naming it");
      return 1;
    }
    std::vector<Condition>* terms = TermsOf(condition);
    if (terms == nullptr) return 0;
    const size_t own = in_group ? 1 : 0;
    size_t deepest = 0;
    for (Condition& term : *terms) deepest = std::max(deepest, Measure(term, depth + own, true));
    return own + deepest;
  }

 private:
  static std::vector<Condition>* TermsOf(Condition& condition) {
    if (auto* all = std::get_if<All>(&condition.node)) return &all->terms;
    auto* any = std::get_if<Any>(&condition.node);
    return any != nullptr ? &any->terms : nullptr;
  }

  Loading& loading_;
  std::vector<size_t> levels_;
  std::vector<bool> said_;  // what names too deep, or names such a one: a chain is reported once
  bool cut_ = false;        // in the present condition
};

void BoundPool(Loading& loading, uint32_t pool, std::vector<size_t>& levels) {
  for (Member& member : loading.policy.pools[pool].members) {
    auto* all_of = std::get_if<AllOf>(&member.what);
    if (all_of == nullptr || all_of->index == kUnresolved) continue;
    const size_t level = 1 + levels[all_of->index];
    if (level > kMaxDepth) {
      all_of->index = kUnresolved;
      loading.Error(Code::KR0013, all_of->pool.span, "nested more than 64 deep",
                    "name a part of its credentials here");
      continue;
    }
    levels[pool] = std::max(levels[pool], level);
  }
}

}  // namespace

void BoundNesting(Loading& loading, const std::vector<std::vector<Reference>>& lets,
                  const std::vector<std::vector<Reference>>& pools) {
  Policy& policy = loading.policy;
  const auto report = [&](std::string_view what, const Name& name, const Span& at) {
    loading.Error(Code::KR0109, at, Cat({what, " ", Tick(name.text), " contains itself"}));
  };
  Conditions conditions(loading);
  const auto on_let = [&](uint32_t let, const Span& at) {
    report("condition", policy.lets[let].name, at);
  };
  for (uint32_t let : SortByReference(lets, on_let)) conditions.Bound(let);
  for (Rule& rule : policy.rules) conditions.Measure(*rule.when, 0);
  for (Claim& claim : policy.claims) {
    if (claim.when) conditions.Measure(*claim.when, 0);
  }

  std::vector<size_t> levels(policy.pools.size(), 0);
  const auto on_pool = [&](uint32_t pool, const Span& at) {
    report("pool", policy.pools[pool].name, at);
  };
  for (uint32_t pool : SortByReference(pools, on_pool)) BoundPool(loading, pool, levels);
}

}  // namespace keyrule::dsl
