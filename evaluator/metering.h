// Quotas and budgets on the way of a decision: which apply to a candidate, whether it fits them, what it takes of them.
#pragma once

#include <cstdint>

#include "evaluator/decision.h"
#include "evaluator/meter_book.h"
#include "evaluator/program.h"

namespace keyrule::evaluator {

// Finds the first of kOverQuota and kOverBudget that keeps the candidate out, if any: its `why`, unless it has one, and the
// end of that. candidate->free_ms gets the moment at which all limits have room as well, 0 if it is not known. The book's
// lock is held.
void ApplyLimits(const Program& program, const Arm& arm, const Decision& d, MeterBook& book,
                 Candidate* candidate);

// Charges everything that applies; d->charges remembers it. The book's lock is held.
void ChargeMeters(const Program& program, const Arm& arm, const Candidate& candidate,
                  MeterBook& book, Decision* d);

// Fills d->used beside d->eligible: of each candidate the largest used share of the limits that
// cover it. A budget of the arm counts where each credential has its own, for what all share tells
// none from another. The book's lock is held.
void MeasureUse(const Program& program, const Arm& arm, MeterBook& book, Decision* d);

// Remembers the tokens that `taken` spends; nothing unless the policy chooses by them.
void ChargeTokens(const Program& program, const Candidate& taken, Decision* d) noexcept;

// Settles what was charged by what was reported. Takes the book's lock.
void SettleMeters(const Program& program, const Report& report, MeterBook& book, Decision* d) noexcept;

}  // namespace keyrule::evaluator
