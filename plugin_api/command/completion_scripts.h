// What a shell reads to complete the words of `keyrule`. Each asks the program itself, as complete_words.h describes.
#pragma once

#include <string_view>

namespace keyrule::command {

extern const std::string_view kBashScript;
extern const std::string_view kZshScript;
extern const std::string_view kFishScript;

}  // namespace keyrule::command
