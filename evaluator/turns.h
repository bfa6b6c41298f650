// Turns: what they are counted under, and taking one (LANGUAGE.md §4.4).
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "evaluator/state.h"

namespace keyrule::evaluator {

// What a turn counter counts: takes of one tenant and strategy from exactly these credentials and weights.
class TurnKey {
 public:
  explicit TurnKey(uint64_t seed) noexcept : key_(seed) {}
  // A multiply-xorshift step for each member: order, identity and weight all count.
  void Add(uint64_t member, uint64_t weight) noexcept {
    key_ = (key_ ^ member) * 0x9E3779B97F4A7C15u;
    key_ = ((key_ ^ (key_ >> 29)) + weight) * 0xBF58476D1CE4E5B9u;
    key_ ^= key_ >> 32;
  }
  uint64_t Get() const noexcept { return key_ == 0 ? 1 : key_; }  // 0 is no key in the table

 private:
  uint64_t key_;
};

// The turns before this one, of cycles of so many: the fleet's where hosts share turns and one is at hand, else this host's.
// Dry ones take none.
inline uint64_t TakeTurn(SelectionState* state, uint64_t key, size_t cycle, bool dry, int64_t at_ms) noexcept {
  uint64_t turn = 0;
  if (state->fleet().is_on() && !dry && state->fleet().Turn(key, cycle, at_ms, &turn)) return turn;
  StateWord* turns = state->Turns(key);
  return dry ? turns->load(std::memory_order_relaxed) : turns->fetch_add(1, std::memory_order_relaxed);
}

}  // namespace keyrule::evaluator
