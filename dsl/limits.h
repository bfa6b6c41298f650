// How large the parts of a policy may be (language reference, "Limits").
#pragma once

#include <cstddef>
#include <cstdint>

namespace keyrule::dsl {

inline constexpr size_t kMaxTextBytes = 64U << 20;  // of all files together
inline constexpr size_t kMaxFiles = 1'000;
inline constexpr size_t kMaxAttributes = 250'000;  // of one schema, as declared
inline constexpr size_t kMaxRules = 1'000'000;
inline constexpr uint32_t kMaxDepth = 64;          // of parentheses
inline constexpr size_t kMaxLiteralBytes = 4'096;  // of one text or pattern
inline constexpr size_t kMaxListItems = 100'000;
inline constexpr size_t kMaxTableRows = 1'000'000;  // of all tables; the same columns of a file once
inline constexpr size_t kMaxKeptWarnings = 100'000;      // kept of one policy; the others are counted
inline constexpr int64_t kMaxWeight = 1'000;
inline constexpr int64_t kMaxRetries = 100;
inline constexpr int64_t kMaxRepeats = 1'000'000;  // of one test step
inline constexpr int64_t kMaxAtOnce = 10'000;     // calls of one test step in flight together
inline constexpr size_t kMaxCounters = 20'000;    // of quotas and budgets, in one test
// Of all patterns together, as RE2 counts the steps of a compiled one; and so many more for each of
// their bytes. What is too large by itself counts as the first alone: finding that out takes long.
inline constexpr size_t kMaxPatternSteps = 200'000;
inline constexpr size_t kMaxStepsPerByte = 16;
inline constexpr size_t kStepsOfTooLarge = 50'000;
inline constexpr int64_t kMaxDurationDays = 36'500;
inline constexpr int64_t kMaxUsd = 1'000'000'000'000;

}  // namespace keyrule::dsl
