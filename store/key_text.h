// The written form of a master key, in a file or wherever else it comes from: the line
// `keyrule master key 1` and a line of 64 lower-case hex digits.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "store/crypto.h"
#include "store/secret.h"
#include "store/status.h"

namespace keyrule::store {

inline constexpr std::string_view kKeyTextHeader = "keyrule master key 1\n";
inline constexpr size_t kKeyTextSize = kKeyTextHeader.size() + 2 * kKeySize + 1;  // bytes

// Is the line break at the end needed? Shells strip it from what goes into a variable; from a file
// its absence says that the file was cut.
enum class LastBreak { kNeeded, kOptional };

// The 32 bytes, readable after fork(). kKeyTruncated for the beginning of a key, kKeyMalformed for
// anything else; `where` is what messages call the source. No message quotes the text.
Result<Secret> ParseKeyText(std::string_view text, LastBreak last_break, const std::string& where);

// A fresh random key in that form. kIo when there is no randomness.
Result<Secret> FreshKeyText();

}  // namespace keyrule::store
