// How large the parts of a policy may be (language reference, "Limits").
#pragma once

#include <cstddef>
#include <cstdint>

namespace keyrule::dsl {

inline constexpr size_t kMaxTextBytes = 64U << 20;  // of all files together
inline constexpr size_t kMaxFiles = 1'000;
inline constexpr size_t kMaxRules = 1'000'000;
inline constexpr uint32_t kMaxDepth = 64;          // of parentheses
inline constexpr size_t kMaxNamedComparisons = 1'000'000;  // that names bring to all rules together
inline constexpr size_t kMaxLiteralBytes = 4'096;  // of one text or pattern
inline constexpr size_t kMaxListItems = 100'000;
inline constexpr size_t kMaxTableRows = 1'000'000;
inline constexpr int64_t kMaxWeight = 1'000;
inline constexpr int64_t kMaxRetries = 100;
inline constexpr int64_t kMaxRepeats = 1'000'000;  // of one test step
inline constexpr int64_t kMaxDurationDays = 36'500;
inline constexpr int64_t kMaxUsd = 1'000'000'000'000;

}  // namespace keyrule::dsl
