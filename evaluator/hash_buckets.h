// Hash tables in one piece of memory. A look-up reads one line of it, and nearly always no more; what is not there is seen
// without a step from place to place, each of which a processor would have to guess.
#pragma once

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <span>
#include <utility>
#include <vector>

#include "evaluator/packed_memory.h"
#include "evaluator/prefetch.h"

namespace keyrule::evaluator {

class HashBuckets {
 public:
  explicit HashBuckets(std::pmr::memory_resource* memory = std::pmr::get_default_resource()) : buckets_(memory) {}

  // One of the tables.
  struct Table {
    uint32_t first = 0;  // bucket
    uint32_t mask = 0;   // buckets - 1
  };

  // `entries`: a hash and what it leads to. Of two with one hash either may be given first.
  Table Add(std::span<const std::pair<uint64_t, uint32_t>> entries) {
    const size_t count = std::bit_ceil(entries.size() / kFilled + 1);
    const Table table{static_cast<uint32_t>(buckets_.size()), static_cast<uint32_t>(count - 1)};
    buckets_.resize(buckets_.size() + count);
    for (const auto& [hash, value] : entries) {
      uint64_t at = hash;
      while (At(table, at).IsFull()) ++at;
      Bucket& bucket = buckets_[table.first + (at & table.mask)];
      size_t place = 0;
      while (bucket.marks[place] != 0) ++place;
      bucket.marks[place] = MarkOf(hash);
      bucket.values[place] = value;
    }
    return table;
  }

  KEYRULE_PREFETCHES void Fetch(const Table& table, uint64_t hash) const noexcept { Prefetch(&At(table, hash)); }

  // Calls `take(value)` for what the hash leads to, and for what some other hash does, of four thousand million.
  template <typename Take>
  void ForEach(const Table& table, uint64_t hash, const Take& take) const {
    const uint32_t mark = MarkOf(hash);
    for (;; ++hash) {
      const Bucket& bucket = At(table, hash);
      for (uint32_t same = bucket.Same(mark); same != 0; same &= same - 1) {
        take(bucket.values[static_cast<size_t>(std::countr_zero(same))]);
      }
      if (!bucket.IsFull()) [[likely]] return;
    }
  }

  size_t bytes() const { return buckets_.size() * sizeof(Bucket); }
  size_t PackedBytes() const noexcept { return PackedMemory::BytesOf(buckets_); }
  void Pack(PackedMemory* memory) { memory->Pack(&buckets_); }

 private:
  static constexpr size_t kPlaces = 8;
  static constexpr size_t kFilled = 5;  // of them, on average and at most

  // A line of the processor's memory. Places are filled in order.
  struct alignas(64) Bucket {
    std::array<uint32_t, kPlaces> marks{};  // halves of hashes; 0: nothing is there
    std::array<uint32_t, kPlaces> values{};

    bool IsFull() const noexcept { return marks[kPlaces - 1] != 0; }
    // A bit for each place that has the mark.
    uint32_t Same(uint32_t mark) const noexcept {
#ifdef __SSE2__
      const __m128i wanted = _mm_set1_epi32(static_cast<int>(mark));
      const auto* const lines = reinterpret_cast<const __m128i*>(marks.data());
      const __m128i low = _mm_cmpeq_epi32(_mm_load_si128(lines), wanted);
      const __m128i high = _mm_cmpeq_epi32(_mm_load_si128(lines + 1), wanted);
      return static_cast<uint32_t>(_mm_movemask_ps(_mm_castsi128_ps(low)) | _mm_movemask_ps(_mm_castsi128_ps(high)) << 4);
#else
      uint32_t same = 0;
      for (size_t i = 0; i < kPlaces; ++i) same |= uint32_t{marks[i] == mark} << i;
      return same;
#endif
    }
  };

  // The other half chooses the bucket.
  static uint32_t MarkOf(uint64_t hash) noexcept { return static_cast<uint32_t>(hash >> 32) | 1; }
  const Bucket& At(const Table& table, uint64_t hash) const noexcept {
    return buckets_[table.first + (hash & table.mask)];
  }

  std::pmr::vector<Bucket> buckets_;
};

}  // namespace keyrule::evaluator
