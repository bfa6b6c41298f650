// What the fuzzers share: policies as input, limits on time and memory, slips as mutations.
#pragma once

#include <string_view>

namespace keyrule::dsl {

// Says what broke and aborts, so that the fuzzer keeps the input.
void Require(bool holds, const char* what);

// Each fuzzer has its own. More than a second of processor time or more than 64 MiB beyond the text is a bug.
void Try(std::string_view text);

}  // namespace keyrule::dsl
