// In place of an index where there are few rules: sixteen at a time are passed over by one comparison for each attribute that
// they begin with, and those that are left are tried in turn.
#pragma once

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "evaluator/code.h"
#include "evaluator/hash.h"
#include "evaluator/match_scratch.h"
#include "evaluator/request.h"

namespace keyrule::evaluator {

class RuleScan {
 public:
  // `entries`: by rule, where its condition begins in `code`.
  RuleScan() = default;
  RuleScan(const Code& code, const std::vector<Jump>& entries);

  // The first rule for which `rules.Holds(rule)` is true, or how many there are.
  template <typename Rules>
  [[gnu::always_inline]] uint32_t Find(const Value* values, ScanScratch* scratch, const Rules& rules) const {
    const size_t slots = slots_.size();
    if (scratch->marks.size() < slots) [[unlikely]] scratch->marks.resize(slots);
    uint16_t* const marks = scratch->marks.data();
    for (size_t i = 0; i < slots; ++i) {
      const Value& value = values[slots_[i]];
      marks[i] = value.kind() == ValueKind::kText ? MarkOf(value.text()) : kNever;
    }
    const uint32_t* asks = asks_.data();
    uint32_t first = 0;
    for (const Block& block : blocks_) {
      uint32_t maybe = block.otherwise;
      for (size_t i = 0; i < slots; ++i) maybe |= block.Same(marks[i]) & *asks++;
      for (; maybe != 0; maybe &= maybe - 1) {
        const uint32_t rule = first + static_cast<uint32_t>(std::countr_zero(maybe));
        if (rules.Holds(rule)) return rule;
      }
      first += kAtOnce;
    }
    return rules_;
  }

 private:
  static constexpr uint32_t kAtOnce = 16;
  static constexpr uint16_t kNever = 0;  // what no text has
  // Only rules that hold must be found: that others have the same mark makes no difference.
  [[gnu::always_inline]] static uint16_t MarkOf(std::string_view text) noexcept {
    return static_cast<uint16_t>(QuickHash(text) >> 48 | 1);
  }

  // By which texts the conditions of some rules begin.
  struct alignas(16) Block {
    std::array<uint16_t, kAtOnce> marks{};
    uint32_t otherwise = 0;  // a bit for each that begins with another test

    // A bit for each rule that has the mark.
    uint32_t Same(uint16_t mark) const noexcept {
#ifdef __SSE2__
      const __m128i wanted = _mm_set1_epi16(static_cast<int16_t>(mark));
      const auto* const lines = reinterpret_cast<const __m128i*>(marks.data());
      const __m128i low = _mm_cmpeq_epi16(_mm_load_si128(lines), wanted);
      const __m128i high = _mm_cmpeq_epi16(_mm_load_si128(lines + 1), wanted);
      return static_cast<uint32_t>(_mm_movemask_epi8(_mm_packs_epi16(low, high)));
#else
      uint32_t same = 0;
      for (size_t i = 0; i < kAtOnce; ++i) same |= uint32_t{marks[i] == mark} << i;
      return same;
#endif
    }
  };

  uint32_t rules_ = 0;
  std::vector<uint32_t> slots_;  // whose texts are compared
  std::vector<Block> blocks_;
  std::vector<uint32_t> asks_;  // block by block, for each of slots_: a bit for each rule that begins with it
};

}  // namespace keyrule::evaluator
