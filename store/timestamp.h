// Points in time as people write them in an import file.

#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace keyrule::store {

// Unix milliseconds of "2027-01-01T00:00Z", "2027-01-01T00:00:00Z", "2027-01-01T00:00:00.250Z" or
// with
// "+01:00" in place of "Z". Nothing for any other text: no zone, no such day, second 60. Any
// thread.
std::optional<int64_t> ParseTimestamp(std::string_view text);

}  // namespace keyrule::store
