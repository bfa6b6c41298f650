// Quotas and budgets on the way of a decision: which apply to a candidate, whether it fits them, what it takes of them.
#pragma once

#include <cstdint>

#include "evaluator/decision.h"
#include "evaluator/program.h"
#include "evaluator/state.h"

namespace keyrule::evaluator {

// Finds the first of kOverQuota and kOverBudget that keeps the candidate out, if any: its `why`, unless it has one, and the
// end of that. candidate->free_ms gets the moment at which all limits have room as well, 0 if it is not known. Only looks.
void ApplyLimits(const Program& program, const Arm& arm, SelectionState& state, Candidate* candidate, Decision* decision);

// Reserves in everything that applies, or in nothing: then another call was faster, the candidate is marked as ApplyLimits
// has it, and false is returned. d->charges remembers what was reserved.
bool ReserveMeters(const Program& program, const Arm& arm, SelectionState& state, Candidate* candidate, Decision* d);

// Takes all of that back.
void UndoMeters(const Program& program, SelectionState& state, Decision* d) noexcept;

// Fills d->used beside d->eligible: of each candidate the largest used share of the limits that
// cover it. A budget of the arm counts where each credential has its own, for what all share tells
// none from another.
void MeasureUse(const Program& program, const Arm& arm, SelectionState& state, Decision* d);

// Remembers the tokens that `taken` spends; nothing unless the policy chooses by them.
void ChargeTokens(const Program& program, const Candidate& taken, SelectionState& state, Decision* d) noexcept;

// Settles what was charged by what was reported.
void SettleMeters(const Program& program, const Report& report, SelectionState& state, Decision* d) noexcept;

}  // namespace keyrule::evaluator
