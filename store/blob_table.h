// A hash table of immutable pieces of bytes that is only ever added to. Neither looking up nor
// adding takes a lock, so that a child of fork() finds it whole at any moment: what another thread
// was just adding is there or is not. What is in it is no secret. Private to store/.

#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string_view>

namespace keyrule::store {

// Names a piece: evenly spread, and too long for two ever to be the same by accident or on purpose
// (half a SHA-256).
using BlobId = std::array<uint64_t, 2>;

// Any thread. Pieces stay where they are as long as the table.
class BlobTable {
 public:
  // Room for `most` pieces and, the table itself included, `max_bytes`. Takes the memory as it is
  // filled, not at once. Throws std::bad_alloc.
  BlobTable(uint64_t most, uint64_t max_bytes);
  ~BlobTable();
  BlobTable(const BlobTable&) = delete;
  BlobTable& operator=(const BlobTable&) = delete;

  // The piece, aligned to 16; no bytes when there is none.
  std::span<const uint8_t> Find(const BlobId& id) const noexcept;
  // Tells the processor that Find is about to come, of an id with this lower half of its first word.
  void Prefetch(uint32_t id_hint) const noexcept { __builtin_prefetch(&cells_[Home(id_hint)]); }

  // Adds the parts, one after the other, as one piece, unless there is one of this name. False when
  // it is full.
  bool Add(const BlobId& id, std::initializer_list<std::string_view> parts) noexcept;

  uint64_t size() const noexcept { return size_.load(std::memory_order_relaxed); }
  uint64_t bytes() const noexcept;

 private:
  // A half of the id, and where the piece is: its unit of 16 bytes, plus 1. 0: free.
  using Cell = std::atomic<uint64_t>;
  struct Head;

  // By the first word of an id, or as much of its lower half as the mask takes.
  size_t Home(uint64_t first_word) const noexcept { return first_word & mask_; }
  const Head* HeadAt(uint32_t place) const noexcept;
  uint8_t* Chunk(size_t index) noexcept;
  // Units in a row within one chunk; 0: full.
  uint32_t Reserve(uint64_t units) noexcept;

  uint64_t most_ = 0;
  uint64_t max_bytes_ = 0;
  size_t mask_ = 0;
  Cell* cells_ = nullptr;
  size_t chunk_count_ = 0;
  std::unique_ptr<std::atomic<uint8_t*>[]> chunks_;
  std::atomic<uint64_t> units_{0};  // reserved, from the first unit of the first chunk
  std::atomic<uint64_t> size_{0};
};

}  // namespace keyrule::store
