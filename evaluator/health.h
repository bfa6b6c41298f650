// When a credential, or a credential with one model, rests after failures, and how it comes back (LANGUAGE.md §4.7).
#pragma once

#include <cstdint>
#include <span>

#include "dsl/ast.h"
#include "evaluator/decision.h"
#include "evaluator/state.h"

namespace keyrule::evaluator {

// Whether it rests at `now_ms`; *until_ms gets the end, 0 if it is not known (a probe is out).
bool Resting(const RestState& state, int64_t now_ms, int64_t* until_ms) noexcept;

// Claims the one probe of what has rested. False: another call is the probe.
bool ClaimProbe(RestState* state, int64_t now_ms) noexcept;
// Of a call that says nothing of it: the next call is the probe.
inline void GiveUpProbe(RestState* state) noexcept { state->probe_since.store(0, std::memory_order_relaxed); }

// Fifths of its weight that a credential has now that recovers; 5: all.
uint32_t SlowStartFifths(const RestState& state, int64_t now_ms) noexcept;

// Whether it has all of its weight. Most have never rested: that is seen without a call.
inline bool HasAllItsWeight(const RestState& state, int64_t now_ms) noexcept {
  return state.recovered_at.load(std::memory_order_relaxed) == 0 || SlowStartFifths(state, now_ms) >= 5;
}

// An end of rest never moves earlier.
void RestUntil(RestState* state, int64_t until_ms) noexcept;

// Does it say that the credential, or the credential with the model, did not do?
bool IsFailure(const Report& report) noexcept;

// After how many failures in a row it rests, and for how long.
struct Rest {
  uint32_t count = 0;  // 0: never
  int64_t first_ms = 0;
  int64_t most_ms = 0;  // doubling up to
  bool probe = false;   // comes back by one probe, then slowly
};
// Through a pool with these rows.
Rest RestAfter(Outcome outcome, std::span<const dsl::Cooling> coolings) noexcept;

// Counts an outcome. `coolings` are those of the pool it was taken through; `probe`: the call was the probe.
void CountOutcome(RestState* state, const Report& report, bool probe,
                  std::span<const dsl::Cooling> coolings, int64_t now_ms) noexcept;

}  // namespace keyrule::evaluator
