#include "evaluator/hash.h"

#define XXH_INLINE_ALL  // header only: the state lives on the stack
#include <xxhash.h>

#include <cstring>

namespace keyrule::evaluator {

namespace {

[[gnu::always_inline]] inline uint64_t HashOf(uint64_t seed, std::initializer_list<std::string_view> parts) noexcept {
  static constexpr std::string_view kEdition = "keyrule 1";
  static constexpr char kJoint = 0x1F;
  size_t size = kEdition.size();
  for (std::string_view part : parts) size += 1 + part.size();

  char buffer[512];  // short inputs, nearly all, are hashed at one go
  if (size <= sizeof buffer) {
    char* at = buffer;
    std::memcpy(at, kEdition.data(), kEdition.size());
    at += kEdition.size();
    for (std::string_view part : parts) {
      *at++ = kJoint;
      if (!part.empty()) std::memcpy(at, part.data(), part.size());
      at += part.size();
    }
    return XXH3_64bits_withSeed(buffer, size, seed);
  }
  XXH3_state_t state;
  state.seed = 0;  // reset looks at both
  state.extSecret = nullptr;
  XXH3_64bits_reset_withSeed(&state, seed);
  XXH3_64bits_update(&state, kEdition.data(), kEdition.size());
  for (std::string_view part : parts) {
    XXH3_64bits_update(&state, &kJoint, 1);
    XXH3_64bits_update(&state, part.data(), part.size());
  }
  return XXH3_64bits_digest(&state);
}

}  // namespace

uint64_t Hash(std::initializer_list<std::string_view> parts) noexcept { return HashOf(0, parts); }

uint64_t Hash(uint64_t seed, std::initializer_list<std::string_view> parts) noexcept { return HashOf(seed, parts); }

uint64_t QuickHash(std::string_view text) noexcept { return XXH3_64bits(text.data(), text.size()); }

}  // namespace keyrule::evaluator
