// How long a provider asks to be left alone: in a header, in the body, or in words. Any bytes will do.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace keyrule::evaluator {

struct BodyFacts;
struct Header;

// Longer times count as this long.
constexpr int64_t kMostRetryAfterMs = int64_t{366} * 24 * 3'600 * 1'000;

// "27s", "1m12s", "6ms", "1h13m4.5s", "2 hours and 5 minutes"; a number alone is of seconds. Ends before what is no time.
// Nothing where the text does not begin with one.
std::optional<int64_t> ParseSpan(std::string_view text) noexcept;

// Unix milliseconds of a date in one of HTTP's three forms. Nothing for any other text.
std::optional<int64_t> ParseHttpDate(std::string_view text) noexcept;

// Milliseconds from now on, at least 1 where something is said; 0: not said. First what is meant for clients (retry-after-ms,
// Retry-After, RetryInfo), then the words of the message if `words_too`, then when the limit that is used up begins anew if
// `limits_too`. Dates count from the answer's own Date where it has one, else from `now_ms`.
int64_t RetryAfter(std::span<const Header> headers, const BodyFacts& body, int64_t now_ms, bool words_too,
                   bool limits_too) noexcept;

// Whether RetryAfter looks at a header of this name.
bool IsRetryHeader(std::string_view name) noexcept;

}  // namespace keyrule::evaluator
