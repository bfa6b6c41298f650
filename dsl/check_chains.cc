#include <algorithm>
#include <optional>

#include "dsl/check.h"
#include "dsl/implied.h"
#include "dsl/wording.h"

namespace keyrule::dsl {
namespace {

class ChainCheck {
 public:
  explicit ChainCheck(Check& check)
      : check_(check),
        policy_(check.policy),
        implied_(check.policy),
        provider_(check.policy.FindSlot("provider")),
        weighted_(check.policy.pools.size()) {}

  void Take(const Claim& claim) { CheckName(std::get_if<Text>(&claim.what)); }

  void Take(const Rule& rule) {
    when_ = rule.when ? &*rule.when : nullptr;
    refused_.clear();
    const std::vector<Action>& actions = rule.chain.actions;
    for (const Action& action : actions) {
      if (const auto* use = std::get_if<Use>(&action.what)) {
        TakeUse(*use, &action == &actions.back());
      } else if (&action != &actions.back()) {
        const bool deny = std::holds_alternative<Deny>(action.what);
        check_.Error(Code::KR0404, (&action + 1)->span,
                     Cat({"nothing can follow ", deny ? "`deny`" : "`leave to host`"}),
                     "remove the `else`");
        break;
      }
    }
    for (const Tag& tag : rule.chain.tags) CheckValue(tag.value);
  }

 private:
  void TakeUse(const Use& use, bool last) {
    if (const auto* credential = std::get_if<UseCredential>(&use.what)) {
      CheckName(std::get_if<Text>(&credential->credential.what));
      CheckValue(credential->credential);
      if (credential->from) CheckProviders(*credential->from);
      if (last) CheckLookup(credential->credential);
    } else {
      TakePool(std::get<UsePool>(use.what), last);
    }
    for (const MeterName& name : use.under) {
      if (name.index == kUnresolved || policy_.meters[name.index].members.empty()) continue;
      check_.Error(Code::KR0308, name.name.span,
                   Cat({"budget ", Tick(name.name.text), " has members and counts by itself"}),
                   Cat({"remove `under ", name.name.text, "`, or its members"}));
    }
  }

  void CheckName(const Text* credential) {
    if (credential == nullptr || !credential->value.empty()) return;
    check_.Error(Code::KR0205, credential->span, "an empty text is the same as absent",
                 "name a credential");
  }

  void TakePool(const UsePool& use, bool last) {
    CheckProviders(use.pool);
    CheckWeights(use);
    if (use.strategy.on) check_.HasOneValue(*use.strategy.on);
    if (!use.narrow) return;
    CheckValue(use.narrow->value);
    if (last) CheckLookup(use.narrow->value);
  }

  // `of` promises that only calls to these providers reach the pool.
  void CheckProviders(const PoolName& name) {
    if (name.index == kUnresolved || provider_ == kUnresolved) return;
    const Pool& pool = policy_.pools[name.index];
    if (pool.providers.empty()) return;
    const Implied::Values values = when_ ? implied_.Of(*when_, provider_) : nullptr;
    if (values != nullptr && implied_.Contains(implied_.ProvidersOf(name.index), values)) return;
    if (std::find(refused_.begin(), refused_.end(), name.index) != refused_.end()) return;
    refused_.push_back(name.index);
    std::string providers;
    for (const Text& provider : pool.providers) {
      if (!providers.empty()) providers += ", ";
      providers += Tick(provider.value);
    }
    check_.Error(Code::KR0301, name.name.span,
                 Cat({"pool ", Tick(name.name.text), " is for ", providers,
                      ", but this rule also matches other providers"}),
                 Cat({"add `provider == ", InQuotes(pool.providers.front().value),
                      "` to its `when`, or drop `of` from the pool"}));
  }

  void CheckWeights(const UsePool& use) {
    const StrategyKind kind = use.strategy.kind;
    const bool has_weighted = kind == StrategyKind::kRoundRobin || kind == StrategyKind::kRandom;
    if (!has_weighted && kind != StrategyKind::kFirstAvailable) return;
    if (use.pool.index == kUnresolved || !HasWeights(use.pool.index)) return;
    check_.Warn(Code::KR0302, use.strategy.span,
                Cat({Tick(Spelling(kind)), " ignores the weights of ", Tick(use.pool.name.text)}),
                has_weighted ? Cat({"write `weighted_", Spelling(kind), "`, or remove the weights"})
                             : std::string("remove the weights"));
  }

  bool HasWeights(uint32_t pool) {
    if (weighted_[pool]) return *weighted_[pool];
    bool weighted = false;
    for (const Member& member : policy_.pools[pool].members) {
      const auto* all_of = std::get_if<AllOf>(&member.what);
      weighted = weighted || member.weight ||
                 (all_of != nullptr && all_of->index != kUnresolved && HasWeights(all_of->index));
    }
    weighted_[pool] = weighted;
    return weighted;
  }

  void CheckValue(const Value& value) {
    const auto* lookup = std::get_if<Lookup>(&value.what);
    const auto* path = lookup != nullptr ? &lookup->key : std::get_if<Path>(&value.what);
    if (path != nullptr) check_.HasText(*path);
  }

  // A lookup in the last arm: without an entry the rule has no answer but refusal.
  void CheckLookup(const Value& value) {
    const auto* lookup = std::get_if<Lookup>(&value.what);
    if (lookup == nullptr || lookup->index == kUnresolved || lookup->key.slot == kUnresolved) {
      return;
    }
    const Implied::Values values = when_ ? implied_.Of(*when_, lookup->key.slot) : nullptr;
    if (values != nullptr && implied_.Contains(implied_.KeysOf(lookup->index), values)) return;
    const std::string& table = lookup->table.text;
    const std::string_view key = check_.sources.TextOf(lookup->key.span);
    check_.Warn(Code::KR0411, value.span,
                Cat({Tick(table), " may have no entry for ", Tick(key), "; the rule then refuses"}),
                when_ ? Cat({"add `", key, " in ", table, "` to its `when`, or an `else`"})
                      : std::string("add an `else`"));
  }

  Check& check_;
  const Policy& policy_;
  Implied implied_;
  const uint32_t provider_;
  std::vector<std::optional<bool>> weighted_;  // by pool
  const Condition* when_ = nullptr;            // of the present rule
  std::vector<uint32_t> refused_;              // the pools whose `of` it breaks
};

}  // namespace

void CheckChains(Check& check) {
  ChainCheck chains(check);
  ForEachRule(check.policy, [&](const Rule& rule) { chains.Take(rule); });
  for (const Claim& claim : check.policy.claims) chains.Take(claim);
}

}  // namespace keyrule::dsl
