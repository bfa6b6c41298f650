// What finding a rule reads of it, and often all that deciding by it does: one line of the processor's memory.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "evaluator/code.h"
#include "evaluator/name_numbers.h"
#include "evaluator/request.h"

namespace keyrule::evaluator {

class alignas(64) RuleLine {
 public:
  // How a request goes on that the rule decides.
  enum class Course : uint8_t {
    kByArms,        // as its arms say
    kTakesWritten,  // its first arm writes a credential's name, and the policy counts and limits nothing
    kLeftToHost,
    kDenied,
  };

  // For the rule's condition, which begins at `entry`: the comparisons with texts that it begins with are copied.
  void SetCondition(const Code& code, Jump entry);
  // `run(jump)` is what the code says from there on.
  template <typename Run>
  [[gnu::always_inline]] bool Holds(const Value* values, const Run& run) const noexcept {
    const char* text = texts_.data();
    for (size_t i = 0; i < count_; ++i) {
      const Part& part = parts_[i];
      if (values[part.slot].text_is({text, part.size()}) == part.is_negated()) return false;
      text += part.size();
    }
    return rest_ == kJumpTrue || run(rest_);
  }
  // Where the code goes on behind what is copied.
  Jump rest() const noexcept { return rest_; }

  uint32_t name = NameNumbers::kNone;  // of the credential that its first arm writes, in Program::written_names
  Course course = Course::kByArms;
  bool is_tagged : 1 = false;

 private:
  // A text that a value has to be, or must not be.
  class Part {
   public:
    Part() = default;
    Part(uint8_t of, size_t size, bool negated) noexcept
        : slot(of), size_(static_cast<uint8_t>(size | (negated ? kNegated : 0))) {}
    size_t size() const noexcept { return size_ & ~kNegated; }
    bool is_negated() const noexcept { return (size_ & kNegated) != 0; }

    uint8_t slot = 0;

   private:
    static constexpr size_t kNegated = 0x80;
    uint8_t size_ = 0;
  };

  static constexpr size_t kMostParts = 3;

  uint8_t count_ : 7 = 0;  // in one byte with the flag, so that the texts have 48
  std::array<Part, kMostParts> parts_;
  Jump rest_ = kJumpTrue;
  std::array<char, 48> texts_{};  // one behind the other
};
static_assert(sizeof(RuleLine) == 64);

}  // namespace keyrule::evaluator
