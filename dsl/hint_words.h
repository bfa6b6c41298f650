// Help for a single wrong word: what other languages call it, the word it is a slip of, or the
// words that fit.
#pragma once

#include <string>

#include "dsl/expected.h"

namespace keyrule::dsl {

std::string HintForWord(const Failure& failure);

}  // namespace keyrule::dsl
