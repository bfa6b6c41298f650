#include "dsl/nesting.h"

#include <algorithm>
#include <utility>

#include "dsl/limits.h"
#include "dsl/wording.h"

namespace keyrule::dsl {
namespace {

// How deep conditions lie: each `and` / `or` group counts one, and so does each name. And how much
// they hold once the names in them are written out: a few names that each stand twice in the next
// one would otherwise cost without bound.
class Conditions {
 public:
  explicit Conditions(Loading& loading)
      : loading_(loading),
        levels_(loading.policy.lets.size(), 0),
        sizes_(loading.policy.lets.size(), 0),
        said_(loading.policy.lets.size(), false) {}

  void Bound(uint32_t let) {
    auto* condition = std::get_if<Condition>(&loading_.policy.lets[let].value);
    cut_ = false;
    size_ = 0;
    if (condition != nullptr) levels_[let] = Measure(*condition, 0);
    sizes_[let] = size_;
    said_[let] = cut_;
  }

  // The condition of a rule or claim.
  void BoundWhen(Condition& when) {
    in_rule_ = true;
    Measure(when, 0);
  }

  // The depth of `condition`, which itself stands `depth` deep. Names that lead too deep are cut.
  size_t Measure(Condition& condition, size_t depth) {
    if (auto* negated = std::get_if<Not>(&condition.node)) {
      return Measure(negated->term.front(), depth);
    }
    auto* bare = std::get_if<Bare>(&condition.node);
    if (bare != nullptr && bare->let != kUnresolved) {
      const size_t level = 1 + levels_[bare->let];
      const bool said = said_[bare->let];
      cut_ = cut_ || said;
      if (!Brings(*bare)) return 1;
      if (depth + level <= kMaxDepth + 1) return level;
      cut_ = true;
      bare->let = kUnresolved;
      if (said) return 1;
      loading_.Error(Code::KR0013, bare->path.span, "nested more than 64 deep",
                     "write a part of it out instead of naming it");
      return 1;
    }
    std::vector<Condition>* terms = nullptr;
    if (auto* all = std::get_if<All>(&condition.node)) terms = &all->terms;
    if (auto* any = std::get_if<Any>(&condition.node)) terms = &any->terms;
    size_t deepest = 0;
    if (terms == nullptr) {
      size_ = std::min(size_ + 1, kMaxNamedComparisons + 1);
      return deepest;
    }
    for (Condition& term : *terms) deepest = std::max(deepest, Measure(term, depth + 1));
    return deepest + 1;
  }

 private:
  // Counts what a name brings to where it stands. False: it was cut, since that is too much.
  bool Brings(Bare& bare) {
    const size_t size = sizes_[bare.let];
    size_ = std::min(size_ + size, kMaxNamedComparisons + 1);
    if (!in_rule_) return true;
    brought_ = std::min(brought_ + size, kMaxNamedComparisons + 1);
    if (brought_ <= kMaxNamedComparisons) return true;
    bare.let = kUnresolved;
    if (std::exchange(too_many_said_, true)) return false;
    loading_.Error(Code::KR0014, bare.path.span,
                   "the number of comparisons that names bring to rules is larger than 1,000,000",
                   "name less in one another, or a list of values in place of many comparisons");
    return false;
  }

  Loading& loading_;
  std::vector<size_t> levels_;
  std::vector<size_t> sizes_;  // comparisons, with those of names; at most one more than is allowed
  size_t size_ = 0;            // of the present condition
  size_t brought_ = 0;         // by names, to all rules so far
  bool in_rule_ = false;
  bool too_many_said_ = false;
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
  for (Rule& rule : policy.rules) conditions.BoundWhen(*rule.when);
  for (Claim& claim : policy.claims) {
    if (claim.when) conditions.BoundWhen(*claim.when);
  }

  std::vector<size_t> levels(policy.pools.size(), 0);
  const auto on_pool = [&](uint32_t pool, const Span& at) {
    report("pool", policy.pools[pool].name, at);
  };
  for (uint32_t pool : SortByReference(pools, on_pool)) BoundPool(loading, pool, levels);
}

}  // namespace keyrule::dsl
