#include "store/blob_table.h"

#include <sys/mman.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <new>

namespace keyrule::store {
namespace {

constexpr size_t kUnit = 16;
constexpr size_t kChunk = size_t{2} << 20;  // a huge page
constexpr uint64_t kUnitsInChunk = kChunk / kUnit;
constexpr uint64_t kMaxChunks = 4096;  // 8 GiB
constexpr uint64_t kLeastPiece = 4 * kUnit;
constexpr uint64_t kLeastCells = 128;  // room for what threads that add at the same moment are too many

// Of any size that pages have.
size_t WholePages(size_t bytes) noexcept { return (bytes + 0xffff) / 0x10000 * 0x10000; }

// Zero pages, aligned to a huge page, not yet there. Null when there is no address space.
uint8_t* MapAligned(size_t bytes) noexcept {
  bytes = WholePages(bytes);
  void* memory = mmap(nullptr, bytes + kChunk, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) return nullptr;
  auto* begin = static_cast<uint8_t*>(memory);
  const size_t before = (kChunk - reinterpret_cast<uintptr_t>(begin) % kChunk) % kChunk;
  if (before != 0) (void)munmap(begin, before);
  if (before != kChunk) (void)munmap(begin + before + bytes, kChunk - before);
  return begin + before;
}

// A look-up touches pages at random: with huge ones the processor finds them at once.
void UseHugePages(uint8_t* memory, size_t bytes) noexcept {
  (void)madvise(memory, bytes, MADV_HUGEPAGE);
}

}  // namespace

struct BlobTable::Head {
  BlobId id;
  uint32_t size;
  uint32_t unused[3];  // the bytes are aligned like the head
};

BlobTable::BlobTable(uint64_t most, uint64_t max_bytes) {
  max_bytes_ = std::min(max_bytes, kMaxChunks * kChunk);
  most_ = std::min(most, max_bytes_ / kLeastPiece);
  mask_ = std::bit_ceil(std::max(2 * most_, kLeastCells)) - 1;  // at most half full
  const size_t cell_bytes = (mask_ + 1) * sizeof(Cell);
  chunk_count_ = max_bytes_ / kChunk + 1;
  chunks_ = std::make_unique<std::atomic<uint8_t*>[]>(chunk_count_);
  uint8_t* cells = MapAligned(cell_bytes);
  if (cells == nullptr) throw std::bad_alloc();
  if (cell_bytes >= kChunk) UseHugePages(cells, cell_bytes);
  cells_ = reinterpret_cast<Cell*>(cells);  // zero bytes are free cells
}

BlobTable::~BlobTable() {
  (void)munmap(static_cast<void*>(cells_), WholePages((mask_ + 1) * sizeof(Cell)));
  for (size_t i = 0; i < chunk_count_; ++i) {
    if (uint8_t* chunk = chunks_[i].load()) (void)munmap(chunk, kChunk);
  }
}

uint64_t BlobTable::bytes() const noexcept {
  return units_.load(std::memory_order_relaxed) * kUnit + (mask_ + 1) * sizeof(Cell);
}

const BlobTable::Head* BlobTable::HeadAt(uint32_t place) const noexcept {
  const uint64_t unit = place - 1;
  const uint8_t* chunk = chunks_[unit / kUnitsInChunk].load(std::memory_order_acquire);
  return reinterpret_cast<const Head*>(chunk + unit % kUnitsInChunk * kUnit);
}

std::span<const uint8_t> BlobTable::Find(const BlobId& id) const noexcept {
  for (size_t at = Home(id[0]), probes = 0; probes <= mask_; at = (at + 1) & mask_, ++probes) {
    const uint64_t cell = cells_[at].load(std::memory_order_acquire);
    if (cell == 0) return {};
    if (cell >> 32 != id[1] >> 32) continue;
    const Head* head = HeadAt(static_cast<uint32_t>(cell));
    // All of a small piece at once, not line after line.
    const char* lines = reinterpret_cast<const char*>(head);
    for (size_t line = 1; line < 7; ++line) __builtin_prefetch(lines + 64 * line);
    if (head->id == id) return {reinterpret_cast<const uint8_t*>(head + 1), head->size};
  }
  return {};
}

bool BlobTable::Add(const BlobId& id, std::initializer_list<std::string_view> parts) noexcept {
  size_t size = 0;
  for (std::string_view part : parts) size += part.size();
  if (size > kChunk - sizeof(Head)) return false;
  // Threads that add at once may be a few too many; counting them before would turn one away for
  // what another is about to find there already.
  if (size_.load(std::memory_order_relaxed) >= most_) return false;
  const uint32_t place = Reserve((sizeof(Head) + size + kUnit - 1) / kUnit);
  if (place == 0) return false;
  auto* head = const_cast<Head*>(HeadAt(place));
  head->id = id;
  head->size = static_cast<uint32_t>(size);
  auto* out = reinterpret_cast<char*>(head + 1);
  for (std::string_view part : parts) {
    std::memcpy(out, part.data(), part.size());
    out += part.size();
  }
  const uint64_t mine = id[1] >> 32 << 32 | place;
  for (size_t at = Home(id[0]), probes = 0; probes <= mask_; at = (at + 1) & mask_, ++probes) {
    uint64_t cell = 0;
    if (cells_[at].compare_exchange_strong(cell, mine, std::memory_order_acq_rel)) {
      size_.fetch_add(1, std::memory_order_relaxed);
      return true;
    }
    // Another thread was quicker; the room is lost.
    if (cell >> 32 == id[1] >> 32 && HeadAt(static_cast<uint32_t>(cell))->id == id) return true;
  }
  return false;
}

uint32_t BlobTable::Reserve(uint64_t units) noexcept {
  const uint64_t room = (max_bytes_ - std::min(max_bytes_, (mask_ + 1) * sizeof(Cell))) / kUnit;
  uint64_t used = units_.load(std::memory_order_relaxed);
  uint64_t at;
  do {
    const uint64_t left = kUnitsInChunk - used % kUnitsInChunk;
    at = left < units ? used + left : used;  // a piece does not straddle two chunks
    if (at + units > room || Chunk(at / kUnitsInChunk) == nullptr) return 0;
  } while (!units_.compare_exchange_weak(used, at + units, std::memory_order_relaxed));
  return static_cast<uint32_t>(at + 1);
}

uint8_t* BlobTable::Chunk(size_t index) noexcept {
  uint8_t* chunk = chunks_[index].load(std::memory_order_acquire);
  if (chunk != nullptr) return chunk;
  uint8_t* fresh = MapAligned(kChunk);
  if (fresh == nullptr) return nullptr;
  // A small store does with the first few pages of the first chunk, which turns huge when it is full.
  if (index == 0) {
    (void)madvise(fresh, kChunk, MADV_NOHUGEPAGE);
  } else {
    UseHugePages(fresh, kChunk);
    if (uint8_t* first = chunks_[0].load(std::memory_order_acquire)) UseHugePages(first, kChunk);
  }
  if (chunks_[index].compare_exchange_strong(chunk, fresh, std::memory_order_acq_rel)) return fresh;
  (void)munmap(fresh, kChunk);  // another thread was quicker
  return chunk;
}

}  // namespace keyrule::store
