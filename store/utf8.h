// UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing over U+10FFFF.

#pragma once

#include <cstddef>
#include <string_view>

namespace keyrule::store {

// Bytes of the character that `text` begins with: 1 to 4, or 0 when it does not begin with one.
size_t Utf8SequenceSize(std::string_view text);

// Where the first byte stands that is not UTF-8; text.size() when there is none.
size_t FindInvalidUtf8(std::string_view text);

}  // namespace keyrule::store
