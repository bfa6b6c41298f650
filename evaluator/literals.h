// Literals of the language where people type them outside a policy: in assignments, requests and the REPL.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace keyrule::evaluator {

// "10_000", "-5": as in the language.
std::optional<int64_t> ParseInteger(std::string_view text);
// "2026-11-23T09:30Z", "…T09:30:15+01:00"; also with a fraction of a second, as decisions print it. Unix milliseconds.
std::optional<int64_t> ParseTimestamp(std::string_view text);
// "500ms", "3s", "5m", "1h", "7d". Milliseconds.
std::optional<int64_t> ParseDuration(std::string_view text);
// "50.00", "1_000": micro-USD.
std::optional<int64_t> ParseMoney(std::string_view text);

// "2s", "1m", "500ms": the largest unit that needs no fraction; "1.2s" below a minute.
std::string FormatDuration(int64_t ms);

}  // namespace keyrule::evaluator
