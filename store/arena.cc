#include "store/arena.h"

#include <string.h>
#include <sys/mman.h>

#include <bit>
#include <new>

#include "store/guarded_memory.h"

#if defined(__SANITIZE_ADDRESS__)
#define KEYRULE_POISON 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define KEYRULE_POISON 1
#endif
#endif
#ifdef KEYRULE_POISON
#include <sanitizer/asan_interface.h>
#endif

namespace keyrule::store {
namespace {

// What is not handed out may not be touched, and the address sanitizer sees to it.
void Poison([[maybe_unused]] const uint8_t* data, [[maybe_unused]] size_t size) {
#ifdef KEYRULE_POISON
  __asan_poison_memory_region(data, size);
#endif
}
void Unpoison([[maybe_unused]] const uint8_t* data, [[maybe_unused]] size_t size) {
#ifdef KEYRULE_POISON
  __asan_unpoison_memory_region(data, size);
#endif
}

constinit Arena wiped_arena(Secret::OnFork::kWipe, Arena::kMaxSlabs);
constinit Arena kept_arena(Secret::OnFork::kKeep, Arena::kMaxSlabs / 2);

}  // namespace

Arena& ArenaOf(Secret::OnFork on_fork) noexcept {
  return on_fork == Secret::OnFork::kWipe ? wiped_arena : kept_arena;
}

uint8_t* Arena::Allocate(size_t size) noexcept {
  if (size == 0 || size > kMaxBlock) return nullptr;
  const size_t size_class = ClassOf(size);
  uint8_t* base = base_.load(std::memory_order_acquire);
  if (base == nullptr && (base = Base()) == nullptr) return nullptr;
  Link link = Pop(size_class);
  if (link == 0) link = Carve(base, size_class);
  if (link == 0) return nullptr;
  uint8_t* block = BlockAt(base, link);
  Unpoison(block, size);
  return block;
}

void Arena::Free(uint8_t* block, size_t size) noexcept {
  explicit_bzero(block, size);  // before anybody can get it, and so zero for whoever does
  Poison(block, size);
  const Link link = LinkOf(base_.load(std::memory_order_acquire), block);
  Push(ClassOf(size), link, link);
}

bool Arena::Owns(const uint8_t* byte) const noexcept {
  const uint8_t* base = base_.load(std::memory_order_acquire);
  return base != nullptr &&
         reinterpret_cast<uintptr_t>(byte) - reinterpret_cast<uintptr_t>(base) < ReservedBytes();
}

size_t Arena::ClassOf(size_t size) noexcept {
  return static_cast<size_t>(std::bit_width((size - 1) / kUnit));
}

// The links come first: whoever sees the base finds them.
uint8_t* Arena::Base() noexcept {
  const size_t link_bytes = slabs_ * (kSlab / kUnit) * sizeof(std::atomic<Link>);
  if (links_.load(std::memory_order_acquire) == nullptr) {
    void* memory = mmap(nullptr, link_bytes, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) return nullptr;
    std::atomic<Link>* none = nullptr;  // zero pages are links to nothing
    if (!links_.compare_exchange_strong(none, static_cast<std::atomic<Link>*>(memory))) {
      (void)munmap(memory, link_bytes);
    }
  }
  uint8_t* fresh = ReserveGuarded(ReservedBytes(), on_fork_);
  if (fresh == nullptr) return nullptr;
  locked_here_.Set();
  uint8_t* base = nullptr;
  if (base_.compare_exchange_strong(base, fresh)) return fresh;
  UnreserveGuarded(fresh, ReservedBytes());  // another thread was quicker
  return base;
}

uint8_t* Arena::BlockAt(uint8_t* base, Link link) const noexcept {
  const size_t unit = link - 1;
  constexpr size_t kUnitsInSlab = kSlab / kUnit;
  return SlabAt(base, unit / kUnitsInSlab) + unit % kUnitsInSlab * kUnit;
}

Arena::Link Arena::LinkOf(const uint8_t* base, const uint8_t* block) const noexcept {
  const auto offset = static_cast<size_t>(block - base) - kGuard;
  constexpr size_t kStride = kSlab + kGuard;
  return static_cast<Link>((offset / kStride * kSlab + offset % kStride) / kUnit + 1);
}

std::atomic<Arena::Link>& Arena::NextOf(Link link) const noexcept {
  return links_.load(std::memory_order_relaxed)[link - 1];
}

Arena::Link Arena::Pop(size_t size_class) noexcept {
  std::atomic<uint64_t>& word = heads_[size_class].word;
  uint64_t head = word.load(std::memory_order_acquire);
  while (static_cast<Link>(head) != 0) {
    const auto first = static_cast<Link>(head);
    // May be stale when another thread has taken the block; then the count has moved on.
    const uint64_t rest =
        ((head >> 32) + 1) << 32 | NextOf(first).load(std::memory_order_relaxed);
    if (word.compare_exchange_weak(head, rest, std::memory_order_acq_rel,
                                   std::memory_order_acquire)) {
      return first;
    }
  }
  return 0;
}

void Arena::Push(size_t size_class, Link first, Link last) noexcept {
  std::atomic<uint64_t>& word = heads_[size_class].word;
  uint64_t head = word.load(std::memory_order_acquire);
  uint64_t mine;
  do {
    NextOf(last).store(static_cast<Link>(head), std::memory_order_relaxed);
    mine = ((head >> 32) + 1) << 32 | first;
  } while (!word.compare_exchange_weak(head, mine, std::memory_order_acq_rel,
                                       std::memory_order_acquire));
}

Arena::Link Arena::Carve(uint8_t* base, size_t size_class) noexcept {
  const size_t block = kUnit << size_class;
  const size_t need = (block + kChunk - 1) / kChunk;
  size_t used = chunks_used_.load(std::memory_order_relaxed);
  size_t at;
  do {
    // A block of several chunks does not straddle two slabs: a guard lies between.
    const size_t left = kChunksInSlab - used % kChunksInSlab;
    at = left < need ? used + left : used;
    if (at / kChunksInSlab >= slabs_) return 0;
    // The slab comes before its chunks: without memory none of them is lost.
    if (!PrepareSlab(base, at / kChunksInSlab)) return 0;
  } while (!chunks_used_.compare_exchange_weak(used, at + need, std::memory_order_relaxed));

  const Link first = static_cast<Link>(at * (kChunk / kUnit) + 1);
  const Link step = static_cast<Link>(block / kUnit);
  const Link blocks = static_cast<Link>(need * kChunk / block);
  Poison(BlockAt(base, first), need * kChunk);
  for (Link i = 1; i + 1 < blocks; ++i) {
    NextOf(first + i * step).store(first + (i + 1) * step, std::memory_order_relaxed);
  }
  if (blocks > 1) Push(size_class, first + step, first + (blocks - 1) * step);
  return first;
}

// Several threads may do it at once: each step can be done again.
bool Arena::PrepareSlab(uint8_t* base, size_t slab) noexcept {
  std::atomic<SlabState>& state = states_[slab];
  if (state.load(std::memory_order_acquire) != SlabState::kNone) return true;
  bool locked = false;
  if (!CommitGuarded(SlabAt(base, slab), kSlab, &locked)) return false;
  state.store(locked ? SlabState::kLocked : SlabState::kUnlocked, std::memory_order_release);
  return true;
}

Arena::Usage Arena::usage() const noexcept {
  const bool here = locked_here_.state() == ForkMark::State::kHere;
  Usage usage;
  for (const std::atomic<SlabState>& state : states_) {
    switch (state.load(std::memory_order_relaxed)) {
      case SlabState::kNone: break;
      case SlabState::kUnlocked: usage.unlocked += kSlab; break;
      case SlabState::kLocked: (here ? usage.locked : usage.unlocked) += kSlab; break;
    }
  }
  return usage;
}

void Arena::LockAgain() noexcept {
  uint8_t* base = base_.load(std::memory_order_acquire);
  if (base == nullptr || locked_here_.state() == ForkMark::State::kHere) return;
  for (size_t slab = 0; slab < slabs_; ++slab) {
    if (states_[slab].load(std::memory_order_relaxed) == SlabState::kNone) continue;
    const bool locked = LockGuarded(SlabAt(base, slab), kSlab);
    states_[slab].store(locked ? SlabState::kLocked : SlabState::kUnlocked,
                        std::memory_order_relaxed);
  }
  locked_here_.Set();
}

}  // namespace keyrule::store
