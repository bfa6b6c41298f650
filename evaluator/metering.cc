#include "evaluator/metering.h"

#include <algorithm>

#include "evaluator/hash.h"
#include "evaluator/lease_owner.h"

namespace keyrule::evaluator {
namespace {

// Calls `visit(meter index)` for the meters that cover the candidate, then for the arm's own budgets.
template <typename Visit>
void ForEachMeter(const Program& program, const Arm& arm, const Candidate& candidate, const Visit& visit) {
  if (candidate.meters != nullptr) {
    for (uint32_t meter : *candidate.meters) visit(meter);
  }
  for (uint32_t meter : program.BudgetsOf(arm)) visit(meter);
}

// By what it counts as well: a reloaded policy, or another process's, may count otherwise under the same name.
CounterKey KeyOf(const Program& program, const CompiledMeter& meter, size_t limit, const Candidate& candidate,
                 SelectionState& state, const Decision& d) noexcept {
  std::string_view each;
  Decimal number(0);
  if (meter.each_credential) {
    each = candidate.credential->id;
  } else if (meter.each_slot != dsl::kUnresolved) {
    const Value& value = program.Kept(meter.each_slot, d.values);
    if (value.is_number()) number = Decimal(value.number());
    each = value.is_number() ? number.view() : value.text();
  }
  const MeterLimit& counts = meter.limits[limit];
  const size_t kind = limit * 32 + static_cast<size_t>(counts.period) * 4 + static_cast<size_t>(counts.unit);
  const auto key = [&](uint64_t seed) { return Hash(seed, {"meter", meter.name, Decimal(kind).view(), d.tenant, each}); };
  return {key(state.seed()), state.fleet().is_on() ? key(state.fleet().seed()) : 0};
}

int64_t TokensOf(const Program& program, const Decision& d) noexcept {
  if (program.tokens_slot == dsl::kUnresolved) return 0;
  return std::max<int64_t>(program.Kept(program.tokens_slot, d.values).number(), 0);
}

int64_t NeedOf(const Program& program, const MeterLimit& limit, const Decision& d) noexcept {
  switch (limit.unit) {
    case dsl::LimitUnit::kRequests: return 1;
    case dsl::LimitUnit::kUsd: return 0;  // known only afterwards
    case dsl::LimitUnit::kTokens: break;
  }
  return TokensOf(program, d);
}

// What stays charged of `amount` tokens.
int64_t TokensSpent(const Report& report, int64_t amount) noexcept {
  if (report.tokens > 0) return report.tokens;
  switch (report.outcome) {
    case Outcome::kRateLimited:
    case Outcome::kUnauthorized:
    case Outcome::kOutOfCredit:
    case Outcome::kCallerError: return 0;  // refused: nothing was spent
    case Outcome::kNone:
    case Outcome::kOk:
    case Outcome::kTimedOut:
    case Outcome::kServerError: break;
  }
  return amount;
}

}  // namespace

void ApplyLimits(const Program& program, const Arm& arm, SelectionState& state, Candidate* candidate, Decision* decision) {
  const Decision& d = *decision;
  int64_t quota_free = 0;
  int64_t budget_free = 0;
  ForEachMeter(program, arm, *candidate, [&](uint32_t index) {
    const CompiledMeter& meter = program.meters[index];
    for (size_t i = 0; i < meter.limits.size(); ++i) {
      const MeterLimit& limit = meter.limits[i];
      const CounterKey key = KeyOf(program, meter, i, *candidate, state, d);
      const int64_t free = state.counters().FreeAt(key, limit, NeedOf(program, limit, d), d.at_ms, &decision->alone);
      int64_t& free_at = meter.is_budget ? budget_free : quota_free;
      free_at = std::max(free_at, free);
    }
  });
  if (quota_free == 0 && budget_free == 0) return;
  auto known = [](int64_t moment) { return moment == kNeverFree ? 0 : moment; };
  const int64_t all_free = std::max(quota_free, budget_free);
  if (candidate->why == Skip::kNone) {
    candidate->why = quota_free != 0 ? Skip::kOverQuota : Skip::kOverBudget;
    candidate->until_ms = known(quota_free != 0 ? quota_free : budget_free);
    candidate->free_ms = known(all_free);
  } else if (candidate->free_ms != 0) {
    candidate->free_ms = known(std::max(candidate->free_ms, all_free));
  }
}

bool ReserveMeters(const Program& program, const Arm& arm, SelectionState& state, Candidate* candidate, Decision* d) {
  Counters& counters = state.counters();
  const StateOwner owner = state.owner();
  Skip full = Skip::kNone;
  // Whatever is reserved must be remembered: memory runs out before, or not at all.
  size_t most = 0;
  ForEachMeter(program, arm, *candidate, [&](uint32_t index) { most += program.meters[index].limits.size(); });
  d->charges.reserve(most);
  ForEachMeter(program, arm, *candidate, [&](uint32_t index) {
    const CompiledMeter& meter = program.meters[index];
    for (size_t i = 0; i < meter.limits.size() && full == Skip::kNone; ++i) {
      const MeterLimit& limit = meter.limits[i];
      Decision::Charge& charge = d->charges.emplace_back();
      charge.meter = index;
      charge.limit = static_cast<uint32_t>(i);
      const CounterKey key = KeyOf(program, meter, i, *candidate, state, *d);
      if (counters.Reserve(key, limit, NeedOf(program, limit, *d), d->at_ms, owner, &d->lease_hint, &charge.made)) {
        d->alone = d->alone || charge.made.alone;
        continue;
      }
      d->charges.pop_back();
      full = meter.is_budget ? Skip::kOverBudget : Skip::kOverQuota;
    }
  });
  if (full == Skip::kNone) return true;
  UndoMeters(program, state, d);
  ApplyLimits(program, arm, state, candidate, d);
  // Whoever was faster may have given it back since. There is a way out of every circle.
  if (candidate->why == Skip::kNone) candidate->why = full;
  return false;
}

void UndoMeters(const Program& program, SelectionState& state, Decision* d) noexcept {
  for (const Decision::Charge& charge : d->charges) {
    state.counters().Undo(program.meters[charge.meter].limits[charge.limit], charge.made);
  }
  d->charges.clear();
}

void MeasureUse(const Program& program, const Arm& arm, SelectionState& state, Decision* d) {
  d->used.assign(d->eligible.size(), UsedShare());
  if (program.meters.empty()) return;
  for (size_t e = 0; e < d->eligible.size(); ++e) {
    const Candidate& candidate = d->candidates[d->eligible[e]];
    ForEachMeter(program, arm, candidate, [&](uint32_t index) {
      const CompiledMeter& meter = program.meters[index];
      if (!meter.has_members && !meter.each_credential) return;
      for (size_t i = 0; i < meter.limits.size(); ++i) {
        const MeterLimit& limit = meter.limits[i];
        const CounterKey key = KeyOf(program, meter, i, candidate, state, *d);
        const int64_t used = state.counters().UsedAt(key, limit, d->at_ms, &d->alone);
        const UsedShare share{used, limit.most};
        if (d->used[e].limit == 0 || d->used[e].LessThan(share)) d->used[e] = share;
      }
    });
  }
}

void ChargeTokens(const Program& program, const Candidate& taken, SelectionState& state, Decision* d) noexcept {
  if (taken.tokens == nullptr) return;
  d->alone = d->alone || !state.Shares(taken.tokens);
  d->token_sum = taken.tokens;
  d->tokens_charged = TokensOf(program, *d);
  d->token_slot = state.TallyOf(taken.tokens).Charge(d->tokens_charged, d->at_ms);
}

void SettleMeters(const Program& program, const Report& report, SelectionState& state, Decision* d) noexcept {
  if (d->token_sum != nullptr) {
    const int64_t spent = TokensSpent(report, d->tokens_charged);
    state.TallyOf(d->token_sum).Adjust(d->token_slot, spent - d->tokens_charged);
    d->token_sum = nullptr;
  }
  for (const Decision::Charge& charge : d->charges) {
    if (charge.made.lease.ok() && !IsLeaseOf(state.owner(), charge.made.lease)) continue;
    const MeterLimit& limit = program.meters[charge.meter].limits[charge.limit];
    const int64_t amount = charge.made.amount;
    int64_t difference = 0;
    if (limit.period == dsl::LimitPeriod::kAtOnce) {
      difference = -amount;
    } else if (limit.unit == dsl::LimitUnit::kTokens) {
      difference = TokensSpent(report, amount) - amount;
    } else if (limit.unit == dsl::LimitUnit::kUsd) {
      difference = report.cost_micro_usd;
    }
    state.counters().Settle(limit, charge.made, difference);
  }
  d->charges.clear();
}

}  // namespace keyrule::evaluator
