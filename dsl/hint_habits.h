// Help for whole turns of phrase that other languages have and this one writes otherwise. Private
// to dsl/.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>

#include "dsl/expected.h"

namespace keyrule::dsl {

inline bool IsAnyOf(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// Empty if the failure looks like none of them.
std::string HintForHabit(const Failure& failure);

// What was written in one go around the wrong token: prod-eu is three tokens, but one name to its
// author.
std::string_view WrittenInOneGo(const Failure& failure);

}  // namespace keyrule::dsl
