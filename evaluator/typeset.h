// How texts of people and policies are set in the lines that the evaluator prints.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace keyrule::evaluator {

// Text on one line that a terminal cannot take for commands: control characters are written as escapes.
std::string Printable(std::string_view text);
// As Printable; in quotes if it is empty or has a blank or a quote in it, so that it reads as one word.
std::string Word(std::string_view text);
// What stands in a source, on one line: runs of blanks, line breaks and comments become one blank.
std::string OneLine(std::string_view source);
// At most `most` characters; the last is then "…".
std::string Shorten(std::string_view text, size_t most);
// Characters (code points), for columns.
size_t Width(std::string_view text);
// "1 rule", "2 rules".
std::string Count(size_t number, std::string_view noun);
// Padded with blanks to `width` characters.
std::string Pad(std::string_view text, size_t width);

}  // namespace keyrule::evaluator
