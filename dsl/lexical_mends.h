// What the first scan says of characters that come from elsewhere: other alphabets, word
// processors, version control, chats and web pages.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace keyrule::dsl {

// How a character that the language does not use is mended. It stands at `at` in `text`.
std::string MendOfCharacter(char32_t code, std::string_view text, size_t at);

// A letter that no name may have: names consist of a–z, A–Z, digits and `_`.
bool IsForeignLetter(char32_t code);

// Something that was pasted with the policy and is no part of it.
struct Pasted {
  size_t end = 0;  // behind it; 0: there is none
  std::string_view what;
  std::string_view help;
};
// At `at`: a mark of an unresolved merge, a fence of a code block, a line number, an entity of HTML.
Pasted PastedAt(std::string_view text, size_t at);

}  // namespace keyrule::dsl
