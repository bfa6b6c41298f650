// Limits of one credential, as its provider sets them: in the words of a policy's `limit`.

#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "store/bytes.h"

namespace keyrule::store {

inline constexpr size_t kMaxLimits = 16;                 // of one credential
inline constexpr uint64_t kMaxAmount = 1'000'000'000'000;  // as in a policy
inline constexpr size_t kMaxZone = 64;                   // bytes

// The numbers stand on disk.
enum class LimitUnit : uint8_t { kRequests = 1, kTokens = 2 };
enum class LimitPeriod : uint8_t {
  kAtOnce = 1,  // in flight
  kSecond = 2,
  kMinute = 3,
  kHour = 4,
  kDay = 5,    // of the calendar in `zone`
  kMonth = 6,  // of the calendar in `zone`
};

struct Limit {
  LimitUnit unit = LimitUnit::kRequests;
  LimitPeriod period = LimitPeriod::kMinute;
  std::string zone;     // an IANA name; empty: UTC. Only with days and months
  uint64_t amount = 0;  // 0: nothing may be spent

  friend auto operator<=>(const Limit&, const Limit&) = default;
};

// "requests", "at once", … and back; false for any other word.
std::string_view NameOf(LimitUnit unit);
std::string_view NameOf(LimitPeriod period);
[[nodiscard]] bool ReadUnit(std::string_view word, LimitUnit* unit);
[[nodiscard]] bool ReadPeriod(std::string_view word, LimitPeriod* period);

// Empty, or what is wrong with a limit: one line without a full stop.
std::string_view ProblemOf(const Limit& limit);

// Does this system know the zone? Asked of what people write; what is stored was written by a system
// that may know others.
bool KnowsZone(const std::string& zone);

// The two limits count the same thing, so that one of them is never reached.
bool CountSame(const Limit& a, const Limit& b);

// "600 requests per minute", "8 requests at once", "1 request per day at Europe/Berlin".
std::string Describe(const Limit& limit);

// On disk; Get is false where the bytes are none.
void PutLimit(std::string* out, const Limit& limit);
[[nodiscard]] bool GetLimit(ByteReader* reader, Limit* limit);

}  // namespace keyrule::store
