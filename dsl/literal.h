// Literals: what kind a run of characters is, and what it stands for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "dsl/token.h"

namespace keyrule::dsl {

// The kind of a run that begins with a digit; kMalformed if it is no literal.
TokenKind LiteralKind(std::string_view run);

// Each takes the text of a token of its kind. Empty: the value does not fit, or there is no such
// moment.
std::optional<int64_t> IntegerValue(std::string_view text);
std::optional<int64_t> DurationMs(std::string_view text);
std::optional<int64_t> MicroUsd(std::string_view text);  // also of an integer
std::optional<int64_t> HundredthsOfPercent(std::string_view text);
std::optional<int64_t> DaysSinceEpoch(std::string_view text);  // of a calendar day
std::optional<int64_t> MsSinceMidnight(std::string_view text);
std::optional<int64_t> UnixMs(std::string_view timestamp);

// What a quoted text, quotes included, stands for.
std::string DecodeText(std::string_view quoted);
// The pattern between its slashes, with `\/` undone.
std::string DecodePattern(std::string_view slashed);

}  // namespace keyrule::dsl
