// The words of the language in a line each, for `help WORD`.
#pragma once

#include <span>
#include <string_view>

namespace keyrule::evaluator {

struct LanguageWord {
  std::string_view word;
  std::string_view form;     // how it is written
  std::string_view summary;  // what it means, one line
};

std::span<const LanguageWord> LanguageWords();

}  // namespace keyrule::evaluator
