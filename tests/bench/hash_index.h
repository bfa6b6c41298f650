// The hash table of the hand-written yardsticks: from one or two texts to a number. Open addressing, at most half full; a cell
// has half of the hash beside the number, so that a miss compares no text.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace keyrule::bench {

class HashIndex {
 public:
  static constexpr uint32_t kNothing = UINT32_MAX;

  // Room for so many keys; called once, before the first.
  void Reserve(size_t keys) { cells_.assign(std::bit_ceil(2 * keys + 2), Cell()); }

  // The number under these texts; it is `number` if there was none.
  uint32_t Add(std::string_view first, std::string_view second, uint32_t number) {
    const uint64_t hash = Hash(first, second);
    Cell& cell = cells_[Find(first, second, hash)];
    if (cell.number == kNothing) {
      cell = {Half(hash), number, static_cast<uint32_t>(texts_.size()), static_cast<uint16_t>(first.size()),
              static_cast<uint16_t>(second.size())};
      texts_.append(first).append(second);
    }
    return cell.number;
  }

  uint32_t Get(std::string_view first, std::string_view second = {}) const {
    return cells_[Find(first, second, Hash(first, second))].number;
  }

 private:
  struct Cell {
    uint32_t half = 0, number = kNothing, text = 0;
    uint16_t first = 0, second = 0;
  };

  static uint32_t Half(uint64_t hash) { return static_cast<uint32_t>(hash >> 32); }
  static uint64_t Fold(uint64_t a, uint64_t b) {
    __extension__ using Wide = unsigned __int128;
    const Wide product = static_cast<Wide>(a) * b;
    return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
  }
  // Eight bytes at a step; the last step overlaps the one before, so that no byte is read behind the text.
  static uint64_t HashOne(std::string_view text, uint64_t hash) {
    constexpr uint64_t kOdd = 0x9FB21C651E98DF25ULL;
    const char* at = text.data();
    uint64_t low = 0, high = 0;
    if (text.size() >= 8) {
      for (const char* const last = at + text.size() - 8; at < last; at += 8) {
        std::memcpy(&low, at, 8);
        hash = Fold(hash ^ low, kOdd);
      }
      std::memcpy(&low, text.data() + text.size() - 8, 8);
    } else if (text.size() >= 4) {
      std::memcpy(&low, at, 4);
      std::memcpy(&high, at + text.size() - 4, 4);
      low |= high << 32;
    } else {
      for (const char c : text) low = low << 8 | static_cast<uint8_t>(c);
    }
    return Fold(hash ^ low, kOdd ^ text.size());
  }
  static uint64_t Hash(std::string_view first, std::string_view second) {
    const uint64_t hash = HashOne(first, 0xC2B2AE3D27D4EB4FULL);
    return second.empty() ? hash : HashOne(second, hash);
  }
  size_t Find(std::string_view first, std::string_view second, uint64_t hash) const {
    const size_t mask = cells_.size() - 1;
    size_t i = hash & mask;
    for (; cells_[i].number != kNothing; i = (i + 1) & mask) {
      const Cell& cell = cells_[i];
      if (cell.half != Half(hash) || cell.first != first.size() || cell.second != second.size()) continue;
      const char* const text = texts_.data() + cell.text;
      if (std::memcmp(text, first.data(), first.size()) == 0 &&
          std::memcmp(text + first.size(), second.data(), second.size()) == 0) {
        break;
      }
    }
    return i;
  }

  std::vector<Cell> cells_ = {Cell(), Cell()};
  std::string texts_;
};

}  // namespace keyrule::bench
