#include "evaluator/packed_memory.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <new>

namespace keyrule::evaluator {
namespace {

constexpr size_t kHugePage = size_t{2} << 20;  // of x86-64, and of arm64 with small ones of 4 KiB
constexpr size_t kWorthIt = kHugePage / 4;     // of a last page: less stays in small ones

size_t RoundUp(size_t size, size_t to) noexcept { return (size + to - 1) / to * to; }

}  // namespace

PackedMemory::~PackedMemory() {
  if (piece_ != nullptr) munmap(piece_, size_);
}

void PackedMemory::Open(size_t bytes) noexcept {
  if (piece_ != nullptr || bytes < kHugePage - kWorthIt) return;
  const size_t size = RoundUp(bytes, kHugePage);
  void* const found = mmap(nullptr, size + kHugePage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (found == MAP_FAILED) return;
  auto* const begin = static_cast<std::byte*>(found);
  const size_t before = RoundUp(reinterpret_cast<uintptr_t>(begin), kHugePage) - reinterpret_cast<uintptr_t>(begin);
  if (before != 0) munmap(begin, before);
  munmap(begin + before + size, kHugePage - before);
  piece_ = begin + before;
  size_ = size;
  const size_t tail = bytes % kHugePage;
  // Advice: a system without large pages has small ones.
  (void)madvise(piece_, tail != 0 && tail < kWorthIt ? bytes - tail : size, MADV_HUGEPAGE);
}

void* PackedMemory::do_allocate(size_t bytes, size_t alignment) {
  const size_t at = RoundUp(used_, std::max(alignment, kLine));
  if (piece_ == nullptr || at > size_ || bytes > size_ - at) return ::operator new(bytes, std::align_val_t(alignment));
  used_ = at + bytes;
  return piece_ + at;
}

void PackedMemory::do_deallocate(void* memory, size_t, size_t alignment) {
  const auto* const at = static_cast<const std::byte*>(memory);
  if (piece_ != nullptr && !std::less<>()(at, piece_) && std::less<>()(at, piece_ + size_)) return;  // with the piece
  ::operator delete(memory, std::align_val_t(alignment));
}

}  // namespace keyrule::evaluator
