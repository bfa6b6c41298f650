// Changes a policy as a person's slip would: by whole tokens, so that the fuzzer gets past the first scan and deep into
// grammar, names and checks.
#pragma once

#include <cstddef>
#include <random>
#include <string>
#include <string_view>

namespace keyrule::dsl {

// `text` with one to four tokens removed, doubled, swapped, moved or replaced by words of the language or by tokens of the
// text itself; now and then with one run of them many times, or with conditions that name each other twice. At most `limit`
// bytes.
std::string MutateTokens(std::string_view text, size_t limit, std::minstd_rand& random);

}  // namespace keyrule::dsl
