#include "evaluator/hash.h"

#define XXH_INLINE_ALL  // header only: the state lives on the stack
#include <xxhash.h>

#include <cstring>

namespace keyrule::evaluator {
namespace {

constexpr std::string_view kEdition = "keyrule 1";
constexpr char kJoint = 0x1F;

char* Put(std::string_view text, char* at) noexcept {
  if (!text.empty()) std::memcpy(at, text.data(), text.size());
  return at + text.size();
}

[[gnu::always_inline]] inline uint64_t HashOf(uint64_t seed, std::initializer_list<std::string_view> parts) noexcept {
  size_t size = kEdition.size();
  for (std::string_view part : parts) size += 1 + part.size();

  char buffer[512];  // short inputs, nearly all, are hashed at one go
  if (size <= sizeof buffer) {
    char* at = Put(kEdition, buffer);
    for (std::string_view part : parts) {
      *at++ = kJoint;
      at = Put(part, at);
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

MiddleHash::MiddleHash(std::string_view first, std::string_view last) noexcept : first_(first), last_(last) {
  const size_t begins = kEdition.size() + 1 + first.size() + 1;
  if (begins > text_.size()) return;
  char* at = Put(kEdition, text_.data());
  *at++ = kJoint;
  at = Put(first, at);
  *at = kJoint;
  begins_ = begins;
}

uint64_t MiddleHash::operator()(std::string_view middle) noexcept {
  const size_t room = text_.size() - begins_;
  if (begins_ == 0 || room <= last_.size() || room - last_.size() <= middle.size()) return Hash({first_, middle, last_});
  char* const at = Put(middle, text_.data() + begins_);
  if (middle.size() != size_) {
    *at = kJoint;
    Put(last_, at + 1);
    size_ = middle.size();
  }
  return XXH3_64bits(text_.data(), begins_ + middle.size() + 1 + last_.size());
}

uint64_t LongHash(std::string_view text) noexcept { return XXH3_64bits(text.data(), text.size()); }

}  // namespace keyrule::evaluator
