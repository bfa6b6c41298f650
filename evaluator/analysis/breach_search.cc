#include "evaluator/analysis/breach_search.h"

#include <algorithm>

#include "evaluator/analysis/idle_arms.h"

namespace keyrule::analysis {

using Answer = Reached::Answer;
using BreachWhat = Breach::What;

namespace {

// Requests that are tried for one that breaks a claim for sure; each takes all those away that are like it.
constexpr int kMostSureTries = 64;

}  // namespace

BreachSearch::BreachSearch(PolicyModel* model)
    : model_(*model), terms_(*model->claims()), reach_(model->reach()), graph_(model->graph()), view_(model->graph()) {}

// What a credential cannot change: the request, and, of one that the policy names, its name.
bool BreachSearch::IsFixed(uint32_t variable, bool name_too) const {
  const uint32_t slot = model_.space()[variable].slot;
  if (!terms_.credentials().IsField(slot)) return true;
  return name_too && terms_.credentials().CopyOf(slot) == 0 && terms_.credentials().FieldOf(slot) == "name";
}

// The classes around the point, of what is fixed, for which no credential at all is `contrary`; otherwise *against is one.
std::optional<Box> BreachSearch::SureAround(NodeRef contrary, const Point& point, bool name_too, Point* against) {
  against->clear();
  const Space& space = model_.space();
  Box top;
  if (!graph_.Top(contrary, &top)) return Box();
  for (const Box::Side& side : top.sides) {
    if (!IsFixed(side.variable, name_too) || side.set.Has(point[side.variable])) continue;
    Box box;
    box.Put(side.variable, side.set.Not(space[side.variable].size));
    return box;
  }
  Box fixed;
  for (uint32_t variable = 0; variable < point.size(); ++variable) {
    if (IsFixed(variable, name_too)) fixed.Put(variable, ClassSet::One(point[variable]));
  }
  Reached reached = reach_.FindAny({&contrary, 1}, 0, fixed);
  if (reached.answer == Answer::kFound) *against = std::move(reached.point);
  if (reached.answer != Answer::kNone) return std::nullopt;
  if (reached.box.sides.empty()) return fixed;
  // Of the credential it says what its proof looked at: outside of that `contrary` plainly does not hold.
  std::erase_if(reached.box.sides, [&](const Box::Side& side) { return !IsFixed(side.variable, name_too); });
  return std::move(reached.box);
}

std::optional<BreachSearch::SureRegion> BreachSearch::FindSure(NodeRef breaks, NodeRef contrary, bool name_too,
                                                               std::vector<NodeRef> base, uint32_t below) {
  base.push_back(breaks);
  std::vector<NodeRef> required = base;
  for (int tries = 0; tries < kMostSureTries; ++tries) {
    const Reached reached = reach_.FindAny(required, below);
    if (reached.answer != Answer::kFound) return std::nullopt;
    Point against;
    if (std::optional<Box> box = SureAround(contrary, reached.point, name_too, &against)) {
      return SureRegion{std::move(base), std::move(*box)};
    }
    if (against.empty()) return std::nullopt;
    // That credential is contrary for all requests like this one, and they need not be tried.
    view_.Begin();
    std::vector<NodeRef> elsewhere;
    for (const Box::Side& side : view_.Implicant(contrary, against).sides) {
      if (IsFixed(side.variable, name_too)) elsewhere.push_back(graph_.Outside(side.variable, side.set, true));
    }
    const NodeRef other = graph_.Any(std::move(elsewhere));
    if (other == kNever) return std::nullopt;
    required.push_back(other);
  }
  return std::nullopt;
}

std::optional<BreachSearch::SureRegion> BreachSearch::FindSure(const Stake& stake, const std::vector<NodeRef>& base,
                                                               uint32_t below) {
  if (auto found = FindSure(stake.breaks, stake.contrary, false, base, below)) return found;
  for (const Stake::Named& named : stake.named) {
    if (named.breaks == kNever) continue;
    if (auto found = FindSure(named.breaks, named.contrary, true, base, below)) return found;
  }
  return std::nullopt;
}

const BreachSearch::Nature& BreachSearch::NatureOf(const Stake& stake) {
  const auto [place, is_new] = natures_.try_emplace(&stake);
  Nature& nature = place->second;
  if (!is_new) return nature;
  nature.possible = stake.breaks != kNever && reach_.FindAny({&stake.breaks, 1}, 0).answer != Answer::kNone;
  if (!nature.possible) return nature;
  // What an attribute may name without a list may be anything, as what the host does may.
  nature.always_sure = terms_.rows() != nullptr || stake.spend->unbound ||
                       reach_.FindAny({&stake.contrary, 1}, 0).answer == Answer::kNone;
  if (!nature.always_sure) nature.ever_sure = FindSure(stake, {}, 0).has_value();
  return nature;
}

std::optional<Breach> BreachSearch::Existing(Breach breach, std::vector<NodeRef> required, Box region, bool* decided) {
  Reached reached = reach_.FindAny(required, std::min(breach.rule, model_.rule_count()), region);
  if (reached.answer == Answer::kNotDecided) *decided = false;
  if (reached.answer != Answer::kFound) return std::nullopt;
  breach.point = std::move(reached.point);
  breach.required = std::move(required);
  breach.region = std::move(region);
  return breach;
}

void BreachSearch::MakePlain(Breach* breach) {
  Reached reached = reach_.Find(breach->required, std::min(breach->rule, model_.rule_count()), breach->region);
  if (reached.answer == Answer::kFound) breach->point = std::move(reached.point);
}

Reached::Answer BreachSearch::Other(Breach* breach, const std::vector<uint32_t>& variables) {
  std::vector<NodeRef> moved;
  for (const uint32_t variable : variables) {
    moved.push_back(graph_.Outside(variable, ClassSet::One(breach->point[variable]), true));
  }
  breach->required.push_back(graph_.Any(std::move(moved)));
  Reached reached = reach_.Find(breach->required, std::min(breach->rule, model_.rule_count()), breach->region);
  if (reached.answer == Answer::kFound) breach->point = std::move(reached.point);
  return reached.answer;
}

std::vector<uint32_t> BreachSearch::NameVariables(const Breach& breach) const {
  std::vector<uint32_t> slots = {terms_.credentials().SlotOf("name", 0)};
  for (const Passing::Named& named : terms_.Before(breach.rule, breach.arm).named) {
    slots.push_back(NamingSlot(*named.spend));
  }
  std::vector<uint32_t> variables;
  for (uint32_t variable = 0; variable < breach.point.size(); ++variable) {
    const uint32_t slot = model_.space()[variable].slot;
    if (slot != dsl::kUnresolved && std::find(slots.begin(), slots.end(), slot) != slots.end()) variables.push_back(variable);
  }
  return variables;
}

bool BreachSearch::IsAnswered(uint32_t rule, size_t arm, bool heed_limits) const {
  const Spend& spend = *terms_.SpendOf(rule, arm);
  if (!spend.or_id) return false;
  const auto& actions = terms_.rule(rule).chain.actions;
  const auto use_of = [&](size_t of) -> const dsl::Use& { return std::get<dsl::Use>(actions[of].what); };
  for (size_t before = 0; before < arm; ++before) {
    const Spend* earlier = terms_.SpendOf(rule, before);
    if (earlier == nullptr || !earlier->or_id || NamingSlot(*earlier) != NamingSlot(spend)) continue;
    if (!heed_limits || IsWithinLimits(use_of(before), use_of(arm))) return true;
  }
  return false;
}

std::vector<NodeRef> BreachSearch::Past(std::vector<NodeRef> nodes, uint32_t rule, size_t arm) const {
  for (const NodeRef node : terms_.Before(rule, arm).nodes) nodes.push_back(node);
  return nodes;
}

template <typename Search>
std::optional<Breach> BreachSearch::Surest(uint32_t rule, size_t arm, const std::vector<NodeRef>& when, const Search& search) {
  const std::vector<NodeRef>& certain = terms_.Before(rule, arm).certain;
  std::vector<NodeRef> base = Past(when, rule, arm);
  if (std::all_of(certain.begin(), certain.end(), [](NodeRef node) { return node == kAlways; })) return search(std::move(base));
  std::vector<NodeRef> surely = base;
  surely.insert(surely.end(), certain.begin(), certain.end());
  std::optional<Breach> found = search(std::move(surely));
  if (found && found->sure) return found;
  found = search(std::move(base));
  if (found) found->sure = found->passes_surely = false;
  return found;
}

std::optional<Breach> BreachSearch::Arm(uint32_t claim, uint32_t rule, size_t arm, const std::vector<NodeRef>& when,
                                        bool* decided) {
  Breach breach;
  breach.rule = rule;
  breach.arm = arm;
  const dsl::Action& action = terms_.rule(rule).chain.actions[arm];
  if (std::holds_alternative<dsl::Deny>(action.what)) return std::nullopt;
  if (std::holds_alternative<dsl::LeaveToHost>(action.what)) {
    breach.what = BreachWhat::kHost;
    return Surest(rule, arm, when, [&](std::vector<NodeRef> base) { return Existing(breach, std::move(base), {}, decided); });
  }
  breach.stake = &terms_.StakeOf(claim, rule, arm);
  if (breach.stake->breaks == kNever || IsAnswered(rule, arm) || !NatureOf(*breach.stake).possible) return std::nullopt;
  return Surest(rule, arm, when, [&](std::vector<NodeRef> base) { return Spent(breach, std::move(base), decided); });
}

std::optional<Breach> BreachSearch::Spent(Breach breach, std::vector<NodeRef> base, bool* decided) {
  const Stake& stake = *breach.stake;
  const Nature nature = NatureOf(stake);
  if (!nature.always_sure && nature.ever_sure) {
    if (auto sure = FindSure(stake, base, std::min(breach.rule, model_.rule_count()))) {
      return Existing(std::move(breach), std::move(sure->required), std::move(sure->box), decided);
    }
  }
  breach.sure = nature.always_sure;
  base.push_back(stake.breaks);
  return Existing(std::move(breach), std::move(base), {}, decided);
}

// Of a claim about answers: whether this arm, or that none is left after it, is an answer that it does not allow.
std::optional<Breach> BreachSearch::Reply(const dsl::Claim& claim, uint32_t rule, size_t arm,
                                          const std::vector<NodeRef>& when, bool* decided) {
  Breach breach;
  breach.rule = rule;
  breach.arm = arm;
  const auto& actions = terms_.rule(rule).chain.actions;
  const bool about_deny = std::holds_alternative<dsl::Deny>(claim.what);
  const bool denies = std::holds_alternative<dsl::Deny>(actions[arm].what);
  const bool leaves = std::holds_alternative<dsl::LeaveToHost>(actions[arm].what);
  const auto with = [&](NodeRef node) {
    return [&, node](std::vector<NodeRef> base) {
      if (node != kAlways) base.push_back(node);
      return Existing(breach, std::move(base), {}, decided);
    };
  };
  if (denies || leaves) {
    if ((about_deny ? denies : leaves) != claim.never) return std::nullopt;
    breach.what = denies ? BreachWhat::kDenied : BreachWhat::kHost;
    return Surest(rule, arm, when, with(kAlways));
  }
  if (claim.never) return std::nullopt;  // a credential is neither
  if (!about_deny && arm + 1 == actions.size()) {
    breach.what = BreachWhat::kRefused;
    return Existing(std::move(breach), when, {}, decided);
  }
  const Stake& stake = terms_.AnyOf(rule, arm);
  if (!about_deny && stake.contrary != kNever) {
    breach.what = BreachWhat::kRefused;
    if (auto found = Surest(rule, arm, when, with(stake.contrary))) return found;
    breach.what = BreachWhat::kSpent;
  }
  if (stake.breaks == kNever || IsAnswered(rule, arm)) return std::nullopt;
  breach.stake = &stake;
  return Surest(rule, arm, when, with(stake.breaks));
}

BreachSearch::Found BreachSearch::Of(uint32_t index) {
  Found found;
  const dsl::Claim& claim = model_.policy().claims[index];
  std::vector<NodeRef> when;
  if (claim.when) when.push_back(graph_.Add(*claim.when));
  switch (reach_.FindAny(when, 0).answer) {
    case Answer::kFound: break;
    case Answer::kNone: found.when_is_met = false; return found;
    case Answer::kNotDecided: found.when_is_decided = false; return found;
  }
  if (terms_.asked() != kAlways) when.push_back(terms_.asked());
  const bool spends = std::holds_alternative<dsl::PoolName>(claim.what) || std::holds_alternative<dsl::Text>(claim.what);
  for (uint32_t rule = 0; rule <= model_.rule_count(); ++rule) {
    std::vector<NodeRef> base;
    if (rule < model_.rule_count()) base.push_back(reach_.rule(rule));
    base.insert(base.end(), when.begin(), when.end());
    bool decided = true;
    bool some = false, settled = false;
    const size_t arms = terms_.rule(rule).chain.actions.size();
    for (size_t arm = 0; arm < arms && !settled; ++arm) {
      std::optional<Breach> breach =
          spends ? Arm(index, rule, arm, base, &decided) : Reply(claim, rule, arm, base, &decided);
      if (!breach) continue;
      if (terms_.rows() == nullptr && breach->stake != nullptr && !breach->stake->spend->trouble.empty()) {
        if (found.trouble == nullptr) {
          found.trouble = breach->stake->spend;
          found.trouble_rule = rule;
        }
        continue;
      }
      // Behind an arm that an attribute names, one may turn out to be none (Witness::HasTwin).
      settled = breach->sure && terms_.Before(rule, arm).named.empty();
      some = true;
      found.breaches.push_back(std::move(*breach));
    }
    if (!some && !decided) found.undecided.push_back(rule);
  }
  return found;
}

BreachSearch::Answering BreachSearch::AnswerBy(uint32_t rule, size_t arm) {
  Answering answering;
  Breach& breach = answering.breach;
  breach.rule = rule;
  breach.arm = arm;
  if (rule < model_.rule_count()) breach.required.push_back(reach_.rule(rule));
  if (terms_.asked() != kAlways) breach.required.push_back(terms_.asked());
  breach.required = Past(std::move(breach.required), rule, arm);
  const dsl::Action& action = terms_.rule(rule).chain.actions[arm];
  FreshTerms::Fresh fresh;
  if (std::holds_alternative<dsl::Use>(action.what)) {
    breach.stake = &terms_.AnyOf(rule, arm);
    if (!breach.stake->spend->trouble.empty()) return answering;
    fresh = IsAnswered(rule, arm, true) ? FreshTerms::Fresh{kNever, kNever} : terms_.FreshOf(rule, arm);
  } else {
    breach.what = std::holds_alternative<dsl::Deny>(action.what) ? BreachWhat::kDenied : BreachWhat::kHost;
  }
  std::vector<NodeRef> ways = {fresh.plain};
  if (fresh.any != fresh.plain) ways.push_back(fresh.any);
  breach.required.push_back(kAlways);
  for (const NodeRef way : ways) {
    breach.required.back() = way;
    Reached reached = reach_.Find(breach.required, std::min(rule, model_.rule_count()));
    answering.answer = reached.answer;
    breach.point = std::move(reached.point);
    if (answering.answer == Answer::kFound) break;
  }
  return answering;
}

}  // namespace keyrule::analysis
