// How long a credential takes to answer: a peak average (LANGUAGE.md §4.4). A slower answer counts
// at once, faster ones bring the average down with a half-life of 7 s. Integers only: the same
// everywhere, bit for bit.
#pragma once

#include <cstdint>

#include "evaluator/decision.h"
#include "evaluator/state.h"

namespace keyrule::evaluator {

// Averages are kept in 1/65,536 ms.
inline constexpr int kLatencyFraction = 16;

// The average after one more sample, `elapsed_ms` after the one before; `average` 0: there was
// none.
int64_t PeakAverage(int64_t average, int64_t sample_ms, int64_t elapsed_ms) noexcept;

// Counts what was reported. A call that failed never makes a credential look faster: refusals come
// quickly.
void CountLatency(CredentialState* state, const Report& report, int64_t now_ms) noexcept;

}  // namespace keyrule::evaluator
