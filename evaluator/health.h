// When a credential rests after failures, and how it comes back (LANGUAGE.md §4.7).
#pragma once

#include <cstdint>
#include <span>

#include "dsl/ast.h"
#include "evaluator/decision.h"
#include "evaluator/state.h"

namespace keyrule::evaluator {

// Whether the credential rests at `now_ms`; *until_ms gets the end, 0 if it is not known (a probe is out).
bool Resting(const CredentialState& state, int64_t now_ms, int64_t* until_ms) noexcept;

// Claims the one probe of a credential that has rested. False: another call is the probe.
bool ClaimProbe(CredentialState* state, int64_t now_ms) noexcept;

// Fifths of its weight that a recovering credential has now; 5: all.
uint32_t SlowStartFifths(const CredentialState& state, int64_t now_ms) noexcept;

// An end of rest never moves earlier.
void RestUntil(CredentialState* state, int64_t until_ms) noexcept;

// Counts an outcome. `coolings` are those of the pool it was taken through; `probe`: the call was the probe.
void CountOutcome(CredentialState* state, const Report& report, bool probe,
                  std::span<const dsl::Cooling> coolings, int64_t now_ms) noexcept;

}  // namespace keyrule::evaluator
