#include <algorithm>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "dsl/check.h"
#include "dsl/implied.h"
#include "dsl/promises.h"
#include "dsl/wording.h"

namespace keyrule::dsl {
namespace {

class ChainCheck {
 public:
  explicit ChainCheck(Check& check)
      : check_(check),
        policy_(check.policy),
        implied_(check.policy),
        promises_(check.policy),
        provider_(check.policy.FindSlot("provider")),
        weighted_(check.policy.pools.size()) {}

  // A pool for some providers may only take the members of pools that are for all of these as well.
  void Take(const Pool& pool) {
    if (pool.providers.empty()) return;
    const Implied::Values own = promises_.Of(static_cast<uint32_t>(&pool - policy_.pools.data()));
    for (const Member& member : pool.members) {
      const auto* all_of = std::get_if<AllOf>(&member.what);
      if (all_of == nullptr || all_of->index == kUnresolved) continue;
      if (promises_.Keeps(all_of->index, own)) continue;
      const Promises::Broken broken = promises_.BrokenBy(all_of->index, own);
      check_.Error(Code::KR0301, all_of->pool.span,
                   Cat({"pool ", Tick(broken.pool->name.text), " is for ",
                        ListOfProviders(*broken.pool), ", but pool ", Tick(pool.name.text),
                        " is also for other providers"}),
                   Cat({"make ", Tick(pool.name.text), " a pool `of` these, or drop `of` from ",
                        Tick(broken.pool->name.text)}));
    }
  }

  void Take(const Claim& claim) { CheckName(std::get_if<Text>(&claim.what)); }

  void Take(const Rule& rule) {
    when_ = rule.when ? &*rule.when : nullptr;
    refused_.clear();
    const Few<Action>& actions = rule.chain.actions;
    for (const Action& action : actions) {
      if (const auto* use = std::get_if<Use>(&action.what)) {
        TakeUse(*use, &action == &actions.back());
        continue;
      }
      if (const auto* deny = std::get_if<Deny>(&action.what)) {
        RefuseEmpty(deny->reason, "say why the request is refused");
      }
      if (&action != &actions.back()) {
        const bool deny = std::holds_alternative<Deny>(action.what);
        check_.Error(Code::KR0404, (&action + 1)->span,
                     Cat({"nothing can follow ", deny ? "`deny`" : "`leave to host`"}),
                     "remove the `else`");
        break;
      }
    }
    CheckTags(rule.chain.tags);
  }

 private:
  void CheckTags(const Few<Tag>& tags) {
    ViewMap<Span> seen;
    for (const Tag& tag : tags) {
      const auto [at, is_new] = seen.try_emplace(tag.name.text, tag.name.span);
      if (!is_new) {
        check_.Error(Code::KR0104, tag.name.span,
                     Cat({"the tag ", Tick(tag.name.text), " stands twice in this rule, first ",
                          check_.loading.Line(at->second)}),
                     "remove one");
      }
      if (const auto* text = std::get_if<Text>(&tag.value.what)) {
        RefuseEmpty(*text, "leave out the tag");
      }
      CheckValue(tag.value);
    }
  }

  void RefuseEmpty(const Text& text, std::string_view help) {
    if (!text.value.empty()) return;
    check_.Error(Code::KR0205, text.span, "an empty text is the same as absent",
                 std::string(help));
  }

  void TakeUse(const Use& use, bool last) {
    if (const auto* credential = std::get_if<UseCredential>(&use.what)) {
      CheckName(std::get_if<Text>(&credential->credential.what));
      CheckValue(credential->credential);
      if (credential->from) CheckProviders(*credential->from);
      if (last) CheckLookup(credential->credential);
    } else {
      TakePool(std::get<UsePool>(use.what), last);
    }
    std::unordered_set<uint32_t> named;
    for (const MeterName& name : use.under) {
      if (name.index == kUnresolved) continue;
      if (!named.insert(name.index).second) {
        check_.Warn(Code::KR0303, name.name.span,
                    Cat({Tick(name.name.text),
                         " stands twice in this `under`; the first place counts"}),
                    "remove one");
        continue;
      }
      if (policy_.meters[name.index].members.empty()) continue;
      check_.Error(Code::KR0308, name.name.span,
                   Cat({"budget ", Tick(name.name.text), " has members and counts by itself"}),
                   Cat({"remove `under ", name.name.text, "`, or its members"}));
    }
  }

  void CheckName(const Text* credential) {
    if (credential != nullptr) RefuseEmpty(*credential, "name a credential");
  }

  void TakePool(const UsePool& use, bool last) {
    CheckProviders(use.pool);
    CheckWeights(use);
    if (use.strategy.on) check_.HasOneValue(*use.strategy.on);
    if (!use.narrow) return;
    if (const auto* text = std::get_if<Text>(&use.narrow->value.what)) {
      RefuseEmpty(*text, "name the value; what is absent is equal to nothing");
    }
    CheckValue(use.narrow->value);
    if (last) CheckLookup(use.narrow->value);
  }

  static std::string ListOfProviders(const Pool& pool) {
    std::vector<std::string> ticked;
    for (const Text& provider : pool.providers) ticked.push_back(Tick(provider.value));
    return ListOf({ticked.begin(), ticked.end()});
  }

  // `of` promises that only calls to these providers reach the pool.
  void CheckProviders(const PoolName& name) {
    if (name.index == kUnresolved || provider_ == kUnresolved) return;
    const Implied::Values values = when_ ? implied_.Of(*when_, provider_) : nullptr;
    if (promises_.Keeps(name.index, values)) return;
    if (std::find(refused_.begin(), refused_.end(), name.index) != refused_.end()) return;
    refused_.push_back(name.index);
    const Promises::Broken broken = promises_.BrokenBy(name.index, values);
    const Implied::Values legal = promises_.Of(name.index);
    Diagnostic& error = check_.loading.Error(
        Code::KR0301, name.name.span,
        Cat({"pool ", Tick(broken.pool->name.text), " is for ", ListOfProviders(*broken.pool),
             ", but this rule also matches other providers"}),
        legal->empty()
            ? Cat({"the pools in ", Tick(name.name.text), " are for different providers; write a "
                   "rule for each, or drop `of` from them"})
            : Cat({"add `provider == ", InQuotes(legal->size() == 1 || broken.by != nullptr
                                                     ? legal->front()
                                                     : broken.pool->providers.front().value.view()),
                   "` to its `when`, or drop `of` from the pool"}));
    if (broken.by == nullptr) return;
    error.notes.push_back({Cat({Tick(name.name.text), " takes its members from there"}),
                           broken.by->span});
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
    if (values != nullptr && contained_.Of(implied_.KeysOf(lookup->index), values)) return;
    const std::string_view table = lookup->table.text;
    const std::string_view key = check_.sources.TextOf(lookup->key.span);
    check_.Warn(Code::KR0411, value.span,
                Cat({Tick(table), " may have no entry for ", Tick(key), "; the rule then refuses"}),
                when_ ? Cat({"add `", key, " in ", table, "` to its `when`, or an `else`"})
                      : std::string("add an `else`"));
  }

  Check& check_;
  const Policy& policy_;
  Implied implied_;
  Promises promises_;
  Containment contained_;
  const uint32_t provider_;
  std::vector<std::optional<bool>> weighted_;  // by pool
  const Condition* when_ = nullptr;            // of the present rule
  std::vector<uint32_t> refused_;              // the pools whose `of` it breaks
};

}  // namespace

void CheckChains(Check& check) {
  ChainCheck chains(check);
  for (const Pool& pool : check.policy.pools) chains.Take(pool);
  ForEachRule(check.policy, [&](const Rule& rule) { chains.Take(rule); });
  for (const Claim& claim : check.policy.claims) chains.Take(claim);
}

}  // namespace keyrule::dsl
