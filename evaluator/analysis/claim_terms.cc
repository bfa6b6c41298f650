#include "evaluator/analysis/claim_terms.h"

#include <algorithm>

#include "evaluator/analysis/pool_entries.h"
#include "evaluator/explanation.h"
#include "evaluator/test_world.h"

namespace keyrule::analysis {

ClaimTerms::ClaimTerms(std::shared_ptr<const evaluator::Program> program, std::vector<evaluator::Credential> catalog,
                       std::string tenant)
    : program_(std::move(program)), catalog_(std::move(catalog)), tenant_(std::move(tenant)), slots_(program_->policy->slots) {
  for (const evaluator::Credential& credential : evaluator::CredentialsOfPolicy(*program_->policy)) {
    names_.push_back(credential.name);
  }
}

const dsl::Rule& ClaimTerms::rule(uint32_t index) const {
  return evaluator::RuleAt(*program_, index);
}

void ClaimTerms::AddTo(ConditionGraph* graph) {
  graph_ = graph;
  const dsl::Policy& policy = *program_->policy;
  terms_ = std::make_unique<CredentialTerms>(policy, &slots_, graph);
  spend_terms_ = std::make_unique<SpendTerms>(policy, terms_.get());
  if (!catalog_.empty()) {
    rows_ = std::make_unique<CatalogRows>(*program_, std::move(catalog_), terms_.get(), graph);
  }
  if (!tenant_.empty() && program_->tenant_slot != dsl::kUnresolved) {
    asked_ = terms_->IsOneOf(program_->tenant_slot, {tenant_});
  }
  if (policy.claims.empty() && !keeps_every_arm_) return;
  named_ = &terms_->NamesList({names_.begin(), names_.end()});
  AddRules();
  for (const dsl::Claim& claim : policy.claims) AddClaim(claim);
}

void ClaimTerms::AddRules() {
  const auto count = static_cast<uint32_t>(program_->policy->rules.size());
  passings_.emplace_back();
  for (uint32_t index = 0; index <= count; ++index) {
    first_arm_.push_back(spends_.size());
    uint32_t before = 0;
    uint32_t copy = 0;
    for (const dsl::Action& action : rule(index).chain.actions) {
      const auto* use = std::get_if<dsl::Use>(&action.what);
      const Spend* spend = use != nullptr ? &spend_terms_->Of(*use) : nullptr;
      spends_.push_back(spend);
      before_.push_back(before);
      ++copy;
      if (spend == nullptr || !spend->or_id || &action == &rule(index).chain.actions.back()) continue;
      passings_.push_back(Past(passings_[before], *spend, copy));
      before = static_cast<uint32_t>(passings_.size() - 1);
    }
  }
  any_.resize(spend_terms_->count());
  const std::vector<dsl::Claim>& claims = program_->policy->claims;
  const bool asked = std::any_of(claims.begin(), claims.end(), [](const dsl::Claim& claim) {
    const bool of_answers = std::holds_alternative<dsl::Deny>(claim.what) || std::holds_alternative<dsl::LeaveToHost>(claim.what);
    return !claim.never && of_answers;
  });
  if (!asked && !keeps_every_arm_) return;
  for (const Spend* spend : spends_) {
    if (spend != nullptr && any_[spend->number].spend == nullptr) any_[spend->number] = Make(*spend, nullptr);
  }
  if (keeps_every_arm_) AddFresh();
}

void ClaimTerms::AddFresh() {
  FreshTerms fresh(*program_->policy, terms_.get(), graph_);
  const auto count = static_cast<uint32_t>(program_->policy->rules.size());
  for (uint32_t index = 0; index <= count; ++index) {
    FreshTerms::Chain chain;
    for (const dsl::Action& action : rule(index).chain.actions) {
      const auto* use = std::get_if<dsl::Use>(&action.what);
      const Spend* spend = spends_[fresh_.size()];
      fresh_.push_back(use != nullptr ? fresh.Add(*use, *spend, any_[spend->number].cases, &chain) : FreshTerms::Fresh());
    }
  }
}

Passing ClaimTerms::Past(Passing passing, const Spend& spend, uint32_t copy) {
  const uint32_t slot = NamingSlot(spend);
  Passing::Named named;
  named.spend = &spend;
  named.copy = copy;
  NodeRef certain_before = kAlways;
  // One attribute names one credential, whichever arm asks: of two lists it has to be in both. (Rows are what they are.)
  for (size_t i = 0; rows_ == nullptr && i < passing.named.size(); ++i) {
    const Passing::Named& earlier = passing.named[i];
    if (NamingSlot(*earlier.spend) != slot) continue;
    if (spend.pool == dsl::kUnresolved) return passing;
    named.also = earlier.also;
    if (earlier.spend->pool != dsl::kUnresolved) named.also.push_back(earlier.spend->pool);
    const auto at = static_cast<std::ptrdiff_t>(i);
    if (!named.also.empty()) certain_before = passing.certain[i];
    passing.named.erase(passing.named.begin() + at);
    passing.nodes.erase(passing.nodes.begin() + at);
    passing.certain.erase(passing.certain.begin() + at);
    break;
  }
  std::vector<NodeRef> ways;
  if (rows_ != nullptr) {
    CatalogRows::Spent spent = rows_->Of(spend, nullptr, true);
    named.rows = std::move(spent.rows);
    ways.push_back(spent.node);
  } else {
    for (const SpendCase& one : spend.cases) {
      std::vector<NodeRef> all = {one.given, spend_terms_->Spends(spend, one, copy, true)};
      for (const uint32_t pool : named.also) all.push_back(terms_->InPool(pool, one.bindings, copy, true));
      named.cases.push_back(graph_->All(std::move(all)));
    }
    ways = named.cases;
  }
  ways.push_back(terms_->IsUnset(slot));
  passing.nodes.push_back(graph_->Any(std::move(ways)));
  if (rows_ != nullptr) {
    passing.certain.push_back(kAlways);
  } else {
    const bool any = spend.pool == dsl::kUnresolved;
    const Texts written = any ? Texts(names_.begin(), names_.end()) : NamesIn(*program_->policy, spend.pool);
    const NodeRef unset = terms_->IsUnset(slot);
    const NodeRef certain = written.empty() ? unset : graph_->Any({unset, terms_->IsOneOf(slot, written)});
    passing.certain.push_back(graph_->All({certain_before, certain}));
  }
  passing.named.push_back(std::move(named));
  return passing;
}

void ClaimTerms::AddClaim(const dsl::Claim& claim) {
  Aim aim;
  aim.never = claim.never;
  if (const auto* pool = std::get_if<dsl::PoolName>(&claim.what)) {
    aim.pool = pool->index;
  } else if (const auto* name = std::get_if<dsl::Text>(&claim.what)) {
    aim.name = name->value;
  } else {
    aim_of_.push_back(dsl::kUnresolved);
    return;
  }
  const auto known = std::find_if(aims_.begin(), aims_.end(), [&](const Aim& other) {
    return other.pool == aim.pool && other.name == aim.name && other.never == aim.never;
  });
  aim_of_.push_back(static_cast<uint32_t>(known - aims_.begin()));
  if (known != aims_.end()) return;
  if (aim.pool == dsl::kUnresolved) aim.names = &terms_->NamesList({aim.name});
  aims_.push_back(aim);
  std::vector<Stake>& stakes = stakes_.emplace_back(spend_terms_->count());
  for (const Spend* spend : spends_) {
    if (spend != nullptr && stakes[spend->number].spend == nullptr) stakes[spend->number] = Make(*spend, &aim);
  }
}

NodeRef ClaimTerms::Within(const Aim& aim, const SpendCase& one, bool truth) {
  if (aim.pool != dsl::kUnresolved) return terms_->InPool(aim.pool, one.bindings, 0, truth);
  return terms_->IsNamed(*aim.names, one.bindings, 0, truth);
}

NodeRef ClaimTerms::NamedNode(const SpendCase& one) {
  return terms_->IsNamed(*named_, one.bindings, 0, true);
}

Stake ClaimTerms::Make(const Spend& spend, const Aim* aim) {
  Stake stake;
  stake.spend = &spend;
  if (aim == nullptr && spend.or_id) stake.contrary = terms_->IsSet(std::get<dsl::Path>(spend.value->what).slot);
  if (rows_ != nullptr) {
    CatalogRows::Spent spent;
    if (aim == nullptr) {
      spent = rows_->Of(spend, nullptr, true);
    } else {
      const CatalogRows::Target target{aim->pool, aim->name};
      spent = rows_->Of(spend, &target, aim->never);
    }
    stake.breaks = spent.node;
    stake.rows = std::move(spent.rows);
    return stake;
  }
  // Which credential has a name is known; what else it has is not.
  const bool by_name = aim != nullptr && (spend.field.empty() || spend.field == "name" || spend.field == "provider");
  std::vector<NodeRef> breaks, contrary, named_breaks, named_contrary;
  for (const SpendCase& one : spend.cases) {
    const NodeRef spends = spend_terms_->Spends(spend, one, 0, true);
    const NodeRef bad = aim == nullptr ? kAlways : Within(*aim, one, aim->never);
    const NodeRef good = aim == nullptr ? kNever : Within(*aim, one, !aim->never);
    breaks.push_back(graph_->All({one.given, spends, bad}));
    contrary.push_back(graph_->All({one.given, spends, good}));
    if (!by_name || one.by_id) continue;
    if (breaks.back() != kNever) named_breaks.push_back(graph_->All({breaks.back(), NamedNode(one)}));
    named_contrary.push_back(
        graph_->All({one.given, graph_->Any({spend_terms_->Spends(spend, one, 0, false), good})}));
  }
  stake.cases = breaks;
  stake.breaks = graph_->Any(std::move(breaks));
  if (aim == nullptr) return stake;
  stake.contrary = graph_->Any(std::move(contrary));
  if (!named_breaks.empty()) {
    stake.named.push_back({graph_->Any(std::move(named_breaks)), graph_->Any(std::move(named_contrary))});
  }
  return stake;
}

const Stake& ClaimTerms::StakeOf(uint32_t claim, uint32_t rule, size_t arm) const {
  return stakes_[aim_of_[claim]][spends_[first_arm_[rule] + arm]->number];
}

const Stake& ClaimTerms::AnyOf(uint32_t rule, size_t arm) const {
  return any_[spends_[first_arm_[rule] + arm]->number];
}

const Passing& ClaimTerms::Before(uint32_t rule, size_t arm) const { return passings_[before_[first_arm_[rule] + arm]]; }

}  // namespace keyrule::analysis
