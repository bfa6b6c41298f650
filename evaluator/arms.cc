// The arms of the rule that decides: members, eligible, best tier, strategy, take (LANGUAGE.md §4.3).

#include <algorithm>

#include "evaluator/binding.h"
#include "evaluator/hash.h"
#include "evaluator/health.h"
#include "evaluator/listing.h"
#include "evaluator/metering.h"
#include "evaluator/prefetch.h"
#include "evaluator/snapshot.h"
#include "evaluator/strategy.h"
#include "evaluator/whole_tier.h"

namespace keyrule::evaluator {
namespace {

// All of a tier, with their weights.
void GatherWhole(const WholeTier& whole, size_t first_candidate, Decision* d) {
  const auto first = static_cast<uint32_t>(first_candidate);
  d->eligible.resize(whole.count);
  for (uint32_t i = 0; i < whole.count; ++i) d->eligible[i] = first + whole.Place(i);
  if (whole.weights.empty()) {
    d->weights.assign(whole.count, whole.first_weight);
  } else {
    d->weights.assign(whole.weights.begin(), whole.weights.end());
  }
}

// Of the two the lesser: it recovers as the credential, or as the credential with the model.
uint32_t FifthsOf(const Candidate& candidate, int64_t at_ms) noexcept {
  const uint32_t fifths = SlowStartFifths(candidate.state->rest, at_ms);
  return candidate.model == nullptr ? fifths : std::min(fifths, SlowStartFifths(*candidate.model, at_ms));
}

// Claims the probes that a candidate needs, of itself and with the model. False: another call was faster.
bool ClaimProbes(Candidate* candidate, StateOwner owner, Decision* d) noexcept {
  RestState& whole = candidate->state->rest;
  RestState* const model = candidate->model;
  const bool needs_whole = whole.needs_probe.load(std::memory_order_relaxed) != 0;
  const bool needs_model = model != nullptr && model->needs_probe.load(std::memory_order_relaxed) != 0;
  if (!needs_whole && !needs_model) [[likely]] return true;
  if (needs_whole && !ClaimProbe(&whole, d->at_ms)) return false;
  if (needs_model && !ClaimProbe(model, d->at_ms)) {
    if (needs_whole) GiveUpProbe(&whole);
    return false;
  }
  d->probe = needs_whole;
  d->model_probe = needs_model;
  d->prober = owner;
  return true;
}

void GiveUpProbes(const Candidate& candidate, Decision* d) noexcept {
  if (d->probe) GiveUpProbe(&candidate.state->rest);
  if (d->model_probe) GiveUpProbe(candidate.model);
  d->probe = d->model_probe = false;
}

// The members of the lowest tier that has an eligible one, with their weights as of now.
void Gather(size_t first_candidate, Decision* d) {
  d->eligible.clear();
  d->weights.clear();
  uint16_t tier = UINT16_MAX;
  for (size_t i = first_candidate; i < d->candidates.size(); ++i) {
    const Candidate& candidate = d->candidates[i];
    if (candidate.why != Skip::kNone || candidate.tier > tier) continue;
    if (candidate.tier < tier) {
      tier = candidate.tier;
      d->eligible.clear();
    }
    d->eligible.push_back(static_cast<uint32_t>(i));
  }
  bool recovering = false;
  for (uint32_t i : d->eligible) {
    const Candidate& candidate = d->candidates[i];
    d->weights.push_back(candidate.weight);
    recovering = recovering || !HasAllItsWeight(candidate, d->at_ms);
  }
  if (!recovering) return;
  for (size_t i = 0; i < d->eligible.size(); ++i) {
    d->weights[i] *= FifthsOf(d->candidates[d->eligible[i]], d->at_ms);
  }
}

// The first eligible one of the lowest tier that has one; null: none is eligible.
Candidate* FirstOfBestTier(size_t first_candidate, Decision* d) noexcept {
  Candidate* best = nullptr;
  for (size_t i = first_candidate; i < d->candidates.size(); ++i) {
    Candidate& candidate = d->candidates[i];
    if (candidate.why == Skip::kNone && (best == nullptr || candidate.tier < best->tier)) best = &candidate;
  }
  return best;
}

// The candidate that is free again first; null: none at a known moment.
const Candidate* FirstFree(const Decision& d, size_t first_candidate) noexcept {
  const Candidate* first = nullptr;
  for (size_t i = first_candidate; i < d.candidates.size(); ++i) {
    const Candidate& candidate = d.candidates[i];
    if (candidate.free_ms == 0) continue;
    const int64_t expires_ms = candidate.credential->expires_ms;
    if (expires_ms != 0 && expires_ms <= candidate.free_ms) continue;  // it is never free again
    if (first == nullptr || candidate.free_ms < first->free_ms) first = &candidate;
  }
  return first;
}

Reason WaitReason(Skip why) noexcept {
  if (why == Skip::kOverQuota) return Reason::kOverQuota;
  return why == Skip::kOverBudget ? Reason::kOverBudget : Reason::kCooling;
}

}  // namespace

Listed Snapshot::ListMembers(const Arm& arm, const Roster& roster, Decision* d) const {
  d->strategy = StrategyWord(arm.strategy);
  const Now now{RevokedNow(), state_->models(), ModelOf(*d)};
  const BoundPool& pool = roster.Pool(arm.pool);
  if (!arm.narrowed()) return ListAll(pool, arm, !program_->meters.empty(), now, state_, d);
  const std::string_view wanted = program_->Resolve(arm.value, d->values);
  if (wanted.empty()) return {};  // absent equals nothing
  const CredentialField& field = program_->fields[arm.narrow_field];
  const std::string_view provider = d->values[Program::kKeptProvider].text();
  ListWanted(pool, arm.number, field, provider, wanted, now, d);
  return {};
}

// False: an attribute's value names no credential (or none in the allow-list), so that the request is refused.
bool Snapshot::ListCredential(const Arm& arm, const Roster& roster, Decision* d) const {
  d->strategy = {};
  const std::string_view wanted = program_->Resolve(arm.value, d->values);
  if (wanted.empty()) return true;  // absent: the arm has no candidate
  const bool by_attribute = arm.value.kind == ValueRef::Kind::kSlot;
  const bool literal = arm.value.kind == ValueRef::Kind::kLiteral;
  const BoundCredential* found = literal ? roster.Written(arm.value) : roster.ByName(wanted);
  if (found == nullptr && by_attribute) found = roster.ById(wanted);
  const Skip missing = found == nullptr ? roster.WhyMissing(wanted) : Skip::kUnknown;
  if (found != nullptr && arm.pool != dsl::kUnresolved) {
    const BoundPool& pool = roster.Pool(arm.pool);
    const bool allowed = std::any_of(pool.members.begin(), pool.members.end(), [found](const BoundMember& m) {
      return m.bound.credential == found->credential;
    });
    if (!allowed) found = nullptr;
  }
  static constexpr BoundCredential kNone{};
  Candidate& candidate = d->Add(found != nullptr ? *found : kNone, 1, 1, arm.number);
  if (found == nullptr) {
    candidate.name = wanted;
    candidate.why = missing;
    return !by_attribute;
  }
  Prefetch(found->state);
  Prefetch(&found->credential->source_ref);  // the payload is looked for by it
  const Now now{RevokedNow(), state_->models(), ModelOf(*d)};
  Judge(*found, missing, now.revoked == nullptr && d->tried.empty(), now, *d, &candidate);
  return true;
}

[[gnu::always_inline]] inline Candidate* Snapshot::Choose(const Arm& arm, size_t first_candidate, const Listed& listed,
                                                         uint64_t takes, Decision* d) const {
  if (arm.kind == Arm::Kind::kCredential || arm.strategy == dsl::StrategyKind::kFirstAvailable) {
    return listed.whole != nullptr ? &d->candidates[first_candidate + listed.whole->Place(0)]
                                   : FirstOfBestTier(first_candidate, d);
  }
  return ChooseByStrategy(arm, first_candidate, listed, takes, d);
}

Candidate* Snapshot::ChooseByStrategy(const Arm& arm, size_t first_candidate, const Listed& listed, uint64_t takes,
                                      Decision* d) const {
  const WholeTier* const whole = listed.whole;
  if (whole != nullptr && listed.place != Listed::kNobody) return &d->candidates[first_candidate + listed.place];
  PickInput input;
  input.strategy = arm.strategy;
  input.turns = d->roster->tenant().turns();
  input.takes = takes;
  input.seed = Seed();
  input.dry = d->dry;
  Value sticky;
  if (arm.sticky_slot != dsl::kUnresolved) sticky = program_->Kept(arm.sticky_slot, d->values);
  const Decimal number(sticky.number());
  input.sticky_value = sticky.is_number() ? number.view() : sticky.text();
  CycleCache& cycles = binding_->cycles();
  if (whole != nullptr && PicksByWeights(input, !program_->meters.empty())) {
    return &d->candidates[first_candidate + PickWhole(input, *whole, *state_, cycles, d)];
  }
  if (whole != nullptr && arm.strategy == dsl::StrategyKind::kSticky) {
    const BoundPool& pool = d->roster->Pool(arm.pool);
    if (Candidate* const found = StickTo(listed, pool, input.sticky_value, first_candidate, d)) return found;
  }
  if (whole != nullptr) {
    GatherWhole(*whole, first_candidate, d);
  } else {
    Gather(first_candidate, d);
  }
  if (d->eligible.empty()) return nullptr;
  if (GoesByLimits(input.strategy)) MeasureUse(*program_, arm, *state_, d);
  return &d->candidates[d->eligible[Pick(input, *state_, cycles, d)]];
}

[[gnu::always_inline]] inline bool Snapshot::Take(const Arm& arm, size_t first_candidate, const Listed& listed,
                                                  Decision* d) const {
  // One take a decision, however often it has to choose again, and only where some arm of the policy goes by takes: all
  // threads would meet at this counter.
  uint64_t takes = 0;
  if (program_->counts_takes) {
    if (listed.whole == nullptr && FirstOfBestTier(first_candidate, d) == nullptr) return false;
    StateWord* all = state_->Takes();
    takes = d->dry ? all->load(std::memory_order_relaxed) : all->fetch_add(1, std::memory_order_relaxed);
  }
  static constexpr Listed kNothing;
  for (const Listed* known = &listed;; known = &kNothing) {
    Candidate* const chosen = Choose(arm, first_candidate, *known, takes, d);
    if (chosen == nullptr) return false;
    Candidate& taken = *chosen;
    if (!d->dry && !ClaimProbes(&taken, state_->owner(), d)) {
      taken.why = Skip::kCooling;
      continue;
    }
    if (!d->dry && !program_->meters.empty() && !ReserveMeters(*program_, arm, *state_, &taken, d)) {
      GiveUpProbes(taken, d);
      continue;
    }
    MarkTaken(&taken, d);
    if (!d->dry) {
      ChargeTokens(*program_, taken, *state_, d);
      if (program_->counts_load) {
        d->call = state_->BeginCall(taken.state, d->at_ms, &d->lease_hint);
        taken.state->last_taken.store(takes + 1, std::memory_order_relaxed);
        d->counted = true;
      }
    }
    return true;
  }
}

bool Snapshot::Wait(const Arm& arm, size_t first_candidate, Decision* d) const {
  if (arm.waiting_ms == 0) return false;
  const Candidate* free = FirstFree(*d, first_candidate);
  if (free == nullptr || free->free_ms - d->began_ms > arm.waiting_ms) return false;
  d->verdict = Verdict::kWait;
  d->reason = WaitReason(free->why);
  d->retry_after_ms = free->free_ms - d->at_ms;
  return true;
}

void Snapshot::RunArms(const CompiledRule& rule, size_t first, const Roster* last, Decision* d) const {
  const Program& program = *program_;
  for (size_t i = first; i < rule.arm_count; ++i) {
    const Arm& arm = program.ArmOf(rule, i);
    d->arm = arm.number;
    if (arm.kind == Arm::Kind::kDeny || arm.kind == Arm::Kind::kHost) {  // no pool has answered
      d->pool = UINT32_MAX;
      d->strategy = {};
    }
    if (arm.kind == Arm::Kind::kDeny) {
      Refuse(d, Reason::kDenied);
      d->message = arm.value.literal();
      return;
    }
    if (arm.kind == Arm::Kind::kHost) return LeaveToHost(d);
    if (d->roster == nullptr) {  // it is not needed for what only refuses or leaves to the host
      if (!FindRoster(last, d)) return;
      if (program.counts_load || !program.meters.empty()) state_->LookAfterLeases(d->at_ms);
    }
    d->pool = arm.pool;
    const size_t first_candidate = d->candidates.size();
    Listed listed;
    if (arm.kind == Arm::Kind::kPool) {
      listed = ListMembers(arm, *d->roster, d);
    } else if (!ListCredential(arm, *d->roster, d)) {
      return Refuse(d, Reason::kUnknownCredential);
    }
    if (!program.meters.empty()) {
      for (size_t c = first_candidate; c < d->candidates.size(); ++c) {
        Candidate& candidate = d->candidates[c];
        if (candidate.why != Skip::kNone && candidate.why != Skip::kCooling) continue;
        const Skip before = candidate.why;
        ApplyLimits(program, arm, *state_, &candidate, d);
        if (candidate.why != before) listed.whole = nullptr;
      }
    }
    if (Take(arm, first_candidate, listed, d) || Wait(arm, first_candidate, d)) return;
  }
  d->arm = 0;
  d->pool = UINT32_MAX;
  d->strategy = {};
  Refuse(d, Reason::kUnavailable);
  const Candidate* free = FirstFree(*d, 0);
  if (free != nullptr && free->free_ms > d->at_ms) d->retry_after_ms = free->free_ms - d->at_ms;
}

}  // namespace keyrule::evaluator
