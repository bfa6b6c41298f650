// The tokens that a credential has spent in the last minute, for `least_used` where no limit covers
// it. Counted as a limit of tokens per minute counts (LANGUAGE.md §4.6): 60 slots of a second and
// the running one. Lock-free.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

namespace keyrule::evaluator {

class TokenWindow {
 public:
  int64_t Used(int64_t now_ms) const noexcept;
  // Returns the slot, to be given to Adjust.
  int64_t Charge(int64_t tokens, int64_t now_ms) noexcept;
  // Changes what was charged in that slot, up or down, if it still counts.
  void Adjust(int64_t slot, int64_t difference) noexcept;

 private:
  static constexpr int64_t kSlots = 61;
  // A slot's second (its low 28 bits: eight years) and the tokens in it, as one word.
  static constexpr int kTokenBits = 36;

  void Add(int64_t slot, int64_t difference, bool take_over) noexcept;

  std::array<std::atomic<uint64_t>, kSlots> slots_{};
};

}  // namespace keyrule::evaluator
