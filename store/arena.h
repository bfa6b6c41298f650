// Where keys and opened secrets live: small blocks of guarded memory, handed out and taken back
// without a lock and, once warm, without a system call. Private to store/: everybody else uses
// Secret.
//
//   reservation   ┆ guard ┆ slab 0 ┆ guard ┆ slab 1 ┆ guard ┆ … ┆ guard ┆     address space only
//   slab          16 chunks of 4 KiB, made usable and locked together when the first is needed
//   chunk         blocks of one size: 32, 64, … 4096 bytes; blocks of 8 and 16 KiB take several
//
// Nothing of the bookkeeping lies in the slabs: which blocks are free stands in ordinary memory. So
// a child of fork() in which the kernel has wiped the slabs goes on with the same free blocks, and a
// block that was handed out stays handed out, zeroed. A block that another thread was just taking
// or giving back at the fork is lost to the child; nothing waits for it.

#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "store/fork_mark.h"
#include "store/secret.h"

namespace keyrule::store {

// For static storage: never torn down, so that threads which still run while the process exits, or
// secrets in objects destroyed late, find it in place. Any thread; safe in children of fork().
class Arena {
 public:
  static constexpr size_t kMaxBlock = 16 * 1024;
  static constexpr size_t kMaxSlabs = 512;  // 32 MiB

  // `slabs` of 64 KiB at most, up to kMaxSlabs.
  constexpr Arena(Secret::OnFork on_fork, size_t slabs) : on_fork_(on_fork), slabs_(slabs) {}
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  // `size` zero bytes, 1 to kMaxBlock, aligned to 32. Null when the arena is full, cannot be made,
  // or the size is none of those.
  uint8_t* Allocate(size_t size) noexcept;

  // Wipes the `size` bytes that were asked for and takes the block back.
  void Free(uint8_t* block, size_t size) noexcept;

  // Is this byte one of the arena's?
  bool Owns(const uint8_t* byte) const noexcept;

  // Bytes of the slabs that are usable. Locks do not outlive fork(): until LockAgain a child counts
  // all as unlocked.
  struct Usage {
    uint64_t locked = 0;
    uint64_t unlocked = 0;
  };
  Usage usage() const noexcept;
  void LockAgain() noexcept;

 private:
  enum class SlabState : uint8_t { kNone, kUnlocked, kLocked };
  // The place of a block in units of 32 bytes, plus 1; 0: none.
  using Link = uint32_t;

  static constexpr size_t kUnit = 32;
  static constexpr size_t kClasses = 10;  // kUnit << 0 … kUnit << 9
  static constexpr size_t kChunk = 4096;
  static constexpr size_t kSlab = 64 * 1024;
  static constexpr size_t kChunksInSlab = kSlab / kChunk;
  // As large as a slab, and so whole pages wherever the slab is.
  static constexpr size_t kGuard = kSlab;

  static size_t ClassOf(size_t size) noexcept;

  uint8_t* Base() noexcept;
  size_t ReservedBytes() const noexcept { return slabs_ * (kSlab + kGuard) + kGuard; }
  uint8_t* SlabAt(uint8_t* base, size_t slab) const noexcept {
    return base + kGuard + slab * (kSlab + kGuard);
  }
  uint8_t* BlockAt(uint8_t* base, Link link) const noexcept;
  Link LinkOf(const uint8_t* base, const uint8_t* block) const noexcept;
  std::atomic<Link>& NextOf(Link link) const noexcept;

  Link Pop(size_t size_class) noexcept;
  // Pushes a chain that is linked already, from `first` to `last`.
  void Push(size_t size_class, Link first, Link last) noexcept;
  // Takes fresh chunks, keeps the first block of them and pushes the others.
  Link Carve(uint8_t* base, size_t size_class) noexcept;
  bool PrepareSlab(uint8_t* base, size_t slab) noexcept;

  const Secret::OnFork on_fork_;
  const size_t slabs_;
  std::atomic<uint8_t*> base_{nullptr};
  std::atomic<std::atomic<Link>*> links_{nullptr};  // one for each unit of the reservation
  std::atomic<size_t> chunks_used_{0};
  // Low half: the first free block. High half: counts changes, against ABA.
  struct alignas(64) Head {
    std::atomic<uint64_t> word{0};
  };
  std::array<Head, kClasses> heads_{};
  std::array<std::atomic<SlabState>, kMaxSlabs> states_{};
  ForkMark locked_here_;
};

// The two that there are: for what a child of fork() finds zeroed, and for what it goes on using.
Arena& ArenaOf(Secret::OnFork on_fork) noexcept;

}  // namespace keyrule::store
