#include "store/key_text.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <cstring>

namespace keyrule::store {
namespace {

constexpr const char* kForm =
    "a master key is the line `keyrule master key 1` and a line of 64 lower-case hex digits; "
    "restore it from your backup";

bool IsLowerHex(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool IsBeginning(std::string_view text) {
  const std::string_view header = text.substr(0, kKeyTextHeader.size());
  return text.size() < kKeyTextSize && kKeyTextHeader.starts_with(header) &&
         IsLowerHex(text.substr(header.size()));
}

}  // namespace

Result<Secret> ParseKeyText(std::string_view text, LastBreak last_break, const std::string& where) {
  const bool has_break = text.ends_with('\n') && text.size() == kKeyTextSize;
  const std::string_view lines = has_break ? text.substr(0, text.size() - 1) : text;
  Secret key(kKeySize, Secret::OnFork::kKeep);
  if ((has_break || last_break == LastBreak::kOptional) && lines.starts_with(kKeyTextHeader) &&
      FromHex(lines.substr(kKeyTextHeader.size()), key.Fill())) {
    return key;
  }
  if (IsBeginning(text)) {
    return Status(Code::kKeyTruncated, where,
                  text.empty() ? "it is empty, not a master key"
                               : "the master key is cut off after " + std::to_string(text.size()) +
                                     " of " + std::to_string(kKeyTextSize) + " bytes",
                  kForm);
  }
  return Status(Code::kKeyMalformed, where, "it does not hold a master key", kForm);
}

Result<Secret> FreshKeyText() {
  Secret key(kKeySize);
  if (!RandomBytes(key.Fill())) {
    return Status(Code::kIo, "", "the system gives no random bytes", "");
  }
  std::string hex = ToHex(key.Expose());
  Secret text(kKeyTextSize);
  uint8_t* out = text.Fill().data();
  std::memcpy(out, kKeyTextHeader.data(), kKeyTextHeader.size());
  std::memcpy(out + kKeyTextHeader.size(), hex.data(), hex.size());
  out[kKeyTextSize - 1] = '\n';
  OPENSSL_cleanse(hex.data(), hex.size());
  return text;
}

}  // namespace keyrule::store
