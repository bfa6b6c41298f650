// The digits of the policy language and of headers: ASCII, whatever the locale says.
#pragma once

namespace keyrule::dsl {

constexpr bool IsDigit(char c) noexcept { return c >= '0' && c <= '9'; }

}  // namespace keyrule::dsl
