#include "evaluator/sticky.h"

#include <array>
#include <bit>

#include "evaluator/hash.h"

namespace keyrule::evaluator {
namespace {

constexpr int kFraction = 32;
constexpr int kTableBits = 10;

// log2(1 + i/1024) with 32 fractional bits, rounded: one binary digit for each squaring, in integers, so that the table
// is the same whatever the machine's mathematics library does.
constexpr std::array<uint64_t, (1 << kTableBits) + 1> MakeTable() {
  std::array<uint64_t, (1 << kTableBits) + 1> table{};
  for (uint64_t i = 0; i < table.size(); ++i) {
    Wide x = static_cast<Wide>((1u << kTableBits) + i) << (62 - kTableBits);  // 62 fractional bits
    uint64_t log = 0;
    const Wide two = static_cast<Wide>(2) << 62;
    if (x >= two) {
      table[i] = uint64_t{1} << kFraction;
      continue;
    }
    for (int bit = 0; bit <= kFraction; ++bit) {
      x = (x * x) >> 62;
      log <<= 1;
      if (x >= two) {
        log |= 1;
        x >>= 1;
      }
    }
    table[i] = (log + 1) >> 1;
  }
  return table;
}
constexpr auto kLog2 = MakeTable();

}  // namespace

uint64_t RendezvousScore(uint64_t hash) noexcept {
  // log2(hash + ½) = log2(2·hash + 1) - 1; the odd number has up to 65 bits.
  const Wide odd = (static_cast<Wide>(hash) << 1) | 1;
  const int bits = (odd >> 64) != 0 ? 64 : 63 - std::countl_zero(static_cast<uint64_t>(odd));
  // The fraction behind the leading one, as 64 bits.
  const auto fraction =
      static_cast<uint64_t>(bits == 64 ? odd : odd << (64 - bits));
  const uint64_t index = fraction >> (64 - kTableBits);
  const uint64_t rest = (fraction << kTableBits) >> 32;  // 32 bits between two entries
  const uint64_t step = kLog2[index + 1] - kLog2[index];
  const uint64_t log = (static_cast<uint64_t>(bits) << kFraction) + kLog2[index] + ((step * rest) >> 32);
  return (uint64_t{65} << kFraction) - log;
}

}  // namespace keyrule::evaluator
