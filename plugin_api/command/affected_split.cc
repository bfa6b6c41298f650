#include "plugin_api/command/affected_split.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "evaluator/analysis/answer_split.h"
#include "evaluator/compiler.h"
#include "evaluator/field.h"
#include "evaluator/test_world.h"

namespace keyrule::command {
namespace {

using analysis::AnswerSplit;
using analysis::ValueKinds;
using evaluator::Credential;

// Kinds of values, by what an arm gives with them; behind these, in fours: whom.
constexpr uint32_t kStays = 1;
constexpr uint32_t kLosesAll = 2;
constexpr uint32_t kLosesSome = 3;
constexpr uint32_t kKinds = 4;
// So many are told apart by whom they give, where that may be whom another arm gives.
constexpr size_t kMostTold = 16;
// Rules that are added by taking others apart.
constexpr size_t kMostAdded = 50'000;
constexpr size_t kMostPaired = 2'000;

class SplitMaker {
 public:
  SplitMaker(const evaluator::Program& program, const Subject& subject, const std::vector<Credential>& world,
             const Served& served, const std::string& tenant)
      : program_(program), subject_(subject), served_(served), tenant_(tenant) {
    for (const Credential& credential : world) {
      if (!Serves(credential, served)) continue;
      world_.push_back(&credential);
      const Credential*& counts = counts_[credential.name];
      if (counts == nullptr || evaluator::CountsBefore(credential, *counts)) counts = &credential;
    }
  }

  SplitPolicies Make() {
    const auto kinds = [&](const dsl::Use& arm) { return KindsOf(arm); };
    // Where others may decide than before, they are compared pair by pair.
    const size_t most = subject_.KeepsRules() ? kMostAdded : kMostPaired;
    AnswerSplit split = analysis::SplitByAnswers(*program_.policy, kinds, most);
    SplitPolicies result;
    result.unsplit = std::move(split.unsplit);
    result.several = std::move(split.several);
    const dsl::Policy& policy = *split.policy;
    for (size_t rule = 0; subject_.KeepsRules() && rule <= policy.rules.size(); ++rule) {
      const dsl::Chain& chain = rule < policy.rules.size() ? policy.rules[rule].chain : policy.fallback.chain;
      result.loses.push_back(split.kinds[rule].empty() || Loses(chain, split.kinds[rule]));
    }
    result.values = std::move(split.values);
    const std::vector<dsl::Rule> guards = Guards();
    result.before = evaluator::Compile(Guarded(policy, guards));
    result.values.insert(result.values.begin(), guards.size(), "");
    if (subject_.KeepsRules()) result.loses.insert(result.loses.begin(), guards.size(), false);
    if (subject_.remove == nullptr) {
      result.after = result.before;
    } else if (subject_.of_conditions) {
      // A value that no condition names stays one that answers go by.
      const AnswerSplit after = analysis::SplitByAnswers(*subject_.remove(*program_.policy), kinds, most);
      result.after = evaluator::Compile(Guarded(*after.policy, guards));
      result.unsplit.insert(result.unsplit.end(), after.unsplit.begin(), after.unsplit.end());
      result.several = after.several;
    } else {
      result.after = evaluator::Compile(Guarded(*subject_.remove(policy), guards));
    }
    result.several.insert(result.several.begin(), guards.size(), {});
    return result;
  }

 private:
  // Of a pool also what stays in another tier of one that has it.
  bool IsLost(const Credential& credential, uint32_t pool) const {
    if (!subject_.credential.empty()) return credential.name == subject_.credential;
    return subject_.pool != dsl::kUnresolved && pool != dsl::kUnresolved && HasSubject(pool) && Holds(subject_.pool, credential);
  }

  bool HasSubject(uint32_t pool) const {
    if (pool == subject_.pool) return true;
    const auto& members = program_.policy->pools[pool].members;
    return std::any_of(members.begin(), members.end(), [&](const dsl::Member& member) {
      const auto* all = std::get_if<dsl::AllOf>(&member.what);
      return all != nullptr && HasSubject(all->index);
    });
  }

  bool Holds(uint32_t pool, const Credential& credential) const {
    return pool == dsl::kUnresolved || TierIn(pool, credential) != 0;
  }

  uint16_t TierIn(uint32_t pool, const Credential& credential) const {
    return evaluator::PoolTier(program_, pool, credential, served_.bounds[0].value.value_or(credential.provider), Counts(credential));
  }

  // Whether its name means it, and no other one of that name.
  bool Counts(const Credential& credential) const {
    const auto counts = counts_.find(credential.name);
    return counts == counts_.end() || counts->second == &credential;
  }

  ValueKinds KindsOf(const dsl::Use& arm) {
    const auto* pool = std::get_if<dsl::UsePool>(&arm.what);
    const auto* single = std::get_if<dsl::UseCredential>(&arm.what);
    const bool by_attribute = single != nullptr && std::holds_alternative<dsl::Path>(single->credential.what);
    const uint32_t bound = pool != nullptr ? pool->pool.index : single->from ? single->from->index : dsl::kUnresolved;
    const evaluator::CredentialField field(pool != nullptr ? pool->narrow->field.text.view() : "name");
    struct Found {
      bool stays = false, lost = false, is_id = false;
      std::vector<const Credential*> whom;
    };
    std::map<std::string, Found, std::less<>> found;
    const auto add = [&](std::string_view value, const Credential& credential, bool is_id) {
      if (value.empty()) return;
      Found& of = found[std::string(value)];
      of.is_id = is_id;
      const bool is_lost = IsLost(credential, bound);
      if (!IsUsable(credential) && !(is_lost && subject_.MayBe(credential))) return;
      (is_lost ? of.lost : of.stays) = true;
      of.whom.push_back(&credential);
    };
    for (const Credential* credential : world_) {
      if (pool == nullptr && !Counts(*credential)) continue;
      if (Holds(bound, *credential)) add(field.Of(*credential, served_.provider()), *credential, false);
    }
    if (by_attribute) {  // a name, or where no name fits an id
      const auto names = found;
      for (const Credential* credential : world_) {
        if (!names.contains(credential->id) && Holds(bound, *credential)) add(credential->id, *credential, true);
      }
    }
    // Without a credential nobody is given what he was not given before, but by arms behind; else an arm behind may give
    // the same again.
    ValueKinds kinds;
    std::map<std::vector<const Credential*>, uint32_t> told;
    const auto told_as = [&](const std::vector<const Credential*>& whom) -> uint32_t {
      if (told.size() >= kMostTold && !told.contains(whom)) {
        kinds.whole = false;
        return 0;
      }
      return told.try_emplace(whom, static_cast<uint32_t>(told.size()) + 1).first->second;
    };
    for (const auto& [value, of] : found) {
      uint32_t kind = of.lost ? (of.stays ? kLosesSome : kLosesAll) : of.stays ? kStays : analysis::kGivesNone;
      if (subject_.credential.empty() && kind != analysis::kGivesNone) kind += kKinds * told_as(of.whom);
      if (!subject_.credential.empty() && kind == kLosesSome) kind += kKinds * FirstTier(of.whom, bound);
      // What an attribute names refuses nothing, though it is not to be had.
      if (kind != analysis::kGivesNone || by_attribute) kinds.of.emplace(value, analysis::ValueKind{kind, of.is_id});
    }
    return kinds;
  }

  // Whether the tier that serves loses some (1), has others (2), or both: who is left may be of a tier behind, or only they
  // are gone.
  uint32_t FirstTier(const std::vector<const Credential*>& whom, uint32_t pool) const {
    std::map<uint16_t, uint32_t> tiers;
    for (const Credential* one : whom) {
      tiers[TierIn(pool, *one)] |= IsLost(*one, pool) ? 1U : 2U;
    }
    return tiers.empty() ? 0 : tiers.begin()->second;
  }

  bool LosesOf(uint32_t pool, std::string_view field, std::string_view value) const {
    return std::any_of(world_.begin(), world_.end(), [&](const Credential* one) {
      return subject_.MayBe(*one) && Holds(pool, *one) && IsLost(*one, pool) &&
             (field.empty() || evaluator::CredentialField(field).Of(*one, served_.provider()) == value);
    });
  }

  // Whether an arm has something that is gone, of a request with values of these kinds.
  bool Loses(const dsl::Chain& chain, const std::vector<uint32_t>& kinds) {
    for (size_t action = 0; action < chain.actions.size(); ++action) {
      const auto* use = std::get_if<dsl::Use>(&chain.actions[action].what);
      if (use == nullptr) continue;
      if (kinds[action] == analysis::kRefuses) return false;
      if (kinds[action] % kKinds == kLosesAll || kinds[action] % kKinds == kLosesSome) return true;
      if (const auto* pool = std::get_if<dsl::UsePool>(&use->what)) {
        if (!pool->narrow) {
          auto known = pools_.find(pool->pool.index);
          if (known == pools_.end()) known = pools_.emplace(pool->pool.index, LosesOf(pool->pool.index, "", "")).first;
          if (known->second) return true;
        } else if (const auto* text = std::get_if<dsl::Text>(&pool->narrow->value.what)) {
          if (LosesOf(pool->pool.index, pool->narrow->field.text.view(), text->value)) return true;
        }
        continue;
      }
      const auto& single = std::get<dsl::UseCredential>(use->what);
      const auto* text = std::get_if<dsl::Text>(&single.credential.what);
      if (text == nullptr) continue;
      if (!subject_.credential.empty() ? text->value == subject_.credential
                                       : single.from && LosesOf(single.from->index, "name", text->value)) {
        return true;
      }
    }
    return false;
  }

  // Rules before all others, for the requests that are not asked about.
  std::vector<dsl::Rule> Guards() const {
    const dsl::Policy& policy = *program_.policy;
    std::vector<dsl::Rule> guards;
    const auto leave_out = [&](std::string_view path, const std::set<std::string>& values, bool others) {
      const uint32_t slot = policy.FindSlot(path);
      if (values.empty() || slot == dsl::kUnresolved) return;
      dsl::Membership member;
      member.path = policy.slots[slot].path;
      member.path.slot = slot;
      member.negated = others;
      dsl::TextList list;
      for (const std::string& value : values) list.items.push_back({value, {}});
      member.set = std::move(list);
      dsl::Rule rule;
      rule.name = policy.fallback.name;
      rule.when = dsl::Condition{std::move(member), policy.fallback.name.span};
      rule.chain.actions.push_back({dsl::Deny{{std::string("served otherwise"), {}}}, policy.fallback.name.span});
      guards.push_back(std::move(rule));
    };
    for (size_t bound = 0; bound < kServedPaths.size(); ++bound) {
      const Served::Bound& of = served_.bounds[bound];
      leave_out(kServedPaths[bound], of.value ? std::set<std::string>{*of.value} : *of.named, of.value.has_value());
    }
    if (!tenant_.empty()) leave_out("tenant.id", {tenant_}, true);
    if (subject_.of_conditions) leave_out(subject_.path, {subject_.value}, true);
    return guards;
  }

  static std::shared_ptr<const dsl::Policy> Guarded(const dsl::Policy& policy, const std::vector<dsl::Rule>& guards) {
    auto guarded = std::make_shared<dsl::Policy>(policy);
    guarded->rules.insert(guarded->rules.begin(), guards.begin(), guards.end());
    return guarded;
  }

  const evaluator::Program& program_;
  const Subject& subject_;
  const Served& served_;
  const std::string& tenant_;
  std::vector<const Credential*> world_;  // who serves such requests
  std::map<std::string_view, const Credential*> counts_;  // of them, whom a name means
  std::map<uint32_t, bool> pools_;
};

}  // namespace

SplitPolicies SplitFor(const evaluator::Program& program, const Subject& subject, const std::vector<Credential>& world,
                       const Served& served, const std::string& tenant) {
  return SplitMaker(program, subject, world, served, tenant).Make();
}

}  // namespace keyrule::command
