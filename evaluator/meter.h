// What a quota or budget has counted (LANGUAGE.md §4.6): windows that slide, calendar periods, and calls in flight.
#pragma once

#include <array>
#include <cstdint>

#include "dsl/ast.h"
#include "evaluator/clock_test.h"

namespace keyrule::evaluator {

// One limit, compiled.
struct MeterLimit {
  int64_t most = 0;  // requests, tokens, or micro-USD
  dsl::LimitUnit unit = dsl::LimitUnit::kRequests;
  dsl::LimitPeriod period = dsl::LimitPeriod::kMinute;
  const Zone* zone = nullptr;  // of days and months
};

// How much one counter has counted for one limit. Not thread-safe: MeterBook locks.
class MeterCount {
 public:
  // 0 if `need` fits now. Otherwise when it may fit, in Unix milliseconds; kNever if that is not known.
  static constexpr int64_t kNever = INT64_MAX;
  int64_t FreeAt(const MeterLimit& limit, int64_t need, int64_t now_ms) const noexcept;
  // What counts of the limit now.
  int64_t UsedAt(const MeterLimit& limit, int64_t now_ms) const noexcept;
  // Charges; returns the slot, to be given to Adjust.
  int64_t Charge(const MeterLimit& limit, int64_t amount, int64_t now_ms) noexcept;
  // Changes what was charged in that slot, up or down, if it still counts.
  void Adjust(const MeterLimit& limit, int64_t slot, int64_t difference) noexcept;
  // Whether nothing that counts is left.
  bool Idle(const MeterLimit& limit, int64_t now_ms) const noexcept;

 private:
  // 60 slots and the running one: never more than the limit in any stretch of the period's length.
  static constexpr int64_t kSlots = 61;

  int64_t Used(const MeterLimit& limit, int64_t slot) const noexcept;

  int64_t newest_ = INT64_MIN;  // the slot, day or month last charged
  int64_t total_ = 0;           // of a calendar period, or in flight
  std::array<int64_t, kSlots> slots_{};
};

}  // namespace keyrule::evaluator
