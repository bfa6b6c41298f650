// To whom of many credentials a value belongs (LANGUAGE.md §4.4, `sticky`), with each credential's part of the hash computed
// beforehand: the language's hash adds up products of 16 bytes each, and most of them have bytes of the id alone or of the
// value alone. A value that was asked about lately is remembered.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace keyrule::evaluator {

// Any thread; what is remembered is lock-free. Finding allocates nothing.
class StickyTable {
 public:
  struct Member {
    std::string_view id;
    uint32_t weight;
  };

  explicit StickyTable(std::span<const Member> members);

  // The index of the member with the largest hash, by weight. Nothing where only a closer look can tell: two are equal, which
  // no two of a thousand ever were, or a text is longer than nearly all are.
  std::optional<uint32_t> Find(std::string_view value) const noexcept;
  // The same, from the hashes each time.
  std::optional<uint32_t> Compute(std::string_view value) const noexcept;

 private:
  static constexpr size_t kMostText = 128;  // of what is hashed
  static constexpr size_t kBlock = 16;
  static constexpr size_t kMostPairs = kMostText / kBlock / 2;

  // Members whose ids have one length and whose weight is one, in their order.
  struct Run {
    size_t id_size;
    uint32_t weight;
    uint32_t first;  // into members_ and front_
    uint32_t count;
    size_t text;     // where the first one's stands in texts_
    size_t stride;   // between two of them
  };
  struct Remembered {
    std::atomic<uint64_t> check{0};  // the low half of the value's hash, and `word`, by exclusive or
    std::atomic<uint64_t> word{0};   // 40 bits of the high half, 24 of 1 + the index; 0: nothing
  };
  class Blocks;
  struct Best;

  Best BestOf(const Run& run, const Blocks& blocks) const noexcept;
  template <size_t kMixed>
  Best BestOfMany(const Run& run, const Blocks& blocks) const noexcept;

  std::vector<Run> runs_;
  std::vector<uint32_t> members_;  // their indices, run by run
  // What the blocks behind the first add, that end before a value can begin: of one such block, of two, of three.
  std::array<std::vector<uint64_t>, kMostPairs> front_;
  std::vector<char> texts_;        // ids with zeros around them
  bool even_ = true;               // all weigh the same
  size_t mask_ = 0;
  std::unique_ptr<Remembered[]> remembered_;  // null: there are too many members
};

}  // namespace keyrule::evaluator
