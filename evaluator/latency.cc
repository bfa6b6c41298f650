#include "evaluator/latency.h"

#include <algorithm>
#include <array>

#include "evaluator/hash.h"

namespace keyrule::evaluator {
namespace {

constexpr int64_t kHalfLifeMs = 7'000;
constexpr int64_t kLongestMs = 24 * 60 * 60 * 1000;

// 2^(-2^k / 7000) in units of 2^-64: what is left of a difference after 2^k milliseconds.
constexpr std::array<uint64_t, 13> kLeft = {
    0xFFF982C8FD033BF3, 0xFFF305BC15D9607C, 0xFFE60C2096B96BF0, 0xFFCC1AE2B7674C7E,
    0xFF98404A8586ED0E, 0xFF30AAA0DEA6B4F2, 0xFE61FD2CE99DA7CB, 0xFCC697E6F5FFB012,
    0xF997951E07B630BC, 0xF35839D5AB497C3B, 0xE7509C3373241CFB, 0xD1029346D941E18A,
    0xAAA5348050936868};

}  // namespace

int64_t PeakAverage(int64_t average, int64_t sample_ms, int64_t elapsed_ms) noexcept {
  const int64_t sample = std::clamp<int64_t>(sample_ms, 0, kLongestMs) << kLatencyFraction;
  if (sample >= average) return sample;
  const int64_t elapsed = std::max<int64_t>(elapsed_ms, 0);
  const int64_t halvings = elapsed / kHalfLifeMs;
  if (halvings >= 62) return sample;
  Wide left = static_cast<Wide>(average - sample);  // below 2^43, so that a product fits
  for (size_t k = 0; k < kLeft.size(); ++k) {
    if (((elapsed % kHalfLifeMs) >> k & 1) != 0) left = (left * kLeft[k]) >> 64;
  }
  return sample + static_cast<int64_t>(left >> halvings);
}

void CountLatency(CredentialState* state, const Report& report, int64_t now_ms) noexcept {
  if (report.latency_ms <= 0) return;
  const bool failed =
      report.outcome == Outcome::kTimedOut || report.outcome == Outcome::kServerError;
  if (report.outcome != Outcome::kOk && !failed) return;
  int64_t seen = state->latency.load(std::memory_order_relaxed);
  int64_t next;
  do {
    const int64_t at = state->latency_at.load(std::memory_order_relaxed);
    next = PeakAverage(seen, report.latency_ms, static_cast<int64_t>(static_cast<uint64_t>(now_ms) - static_cast<uint64_t>(at)));
    if (failed && next <= seen) return;
  } while (!state->latency.compare_exchange_weak(seen, next, std::memory_order_relaxed));
  state->latency_at.store(now_ms, std::memory_order_relaxed);
}

}  // namespace keyrule::evaluator
