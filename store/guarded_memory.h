// Pages for secrets: between pages that nobody may touch, kept out of core dumps, wiped in children
// of fork() where that is wanted, and locked against swapping where the system allows it. What the
// system refuses is remembered for SecretMemory (secret_memory.h). Private to store/. Any thread.

#pragma once

#include <cstddef>
#include <cstdint>

#include "store/secret.h"

namespace keyrule::store {

// What the system refused last, as errno; 0: nothing.
struct GuardedErrors {
  int lock = 0;  // locking pages
  int dump = 0;  // keeping pages out of core dumps
  int wipe = 0;  // wiping pages in children
};
GuardedErrors GuardedMemoryErrors() noexcept;

// Address space of `bytes`, whole pages, that nobody may touch yet; out of core dumps, and wiped on
// fork as wanted, whatever of it is made usable later. Null when there is none.
uint8_t* ReserveGuarded(size_t bytes, Secret::OnFork on_fork) noexcept;
void UnreserveGuarded(uint8_t* data, size_t bytes) noexcept;

// Makes whole pages of that usable, zero, and tries to lock them. False when there is no memory.
// Doing it twice does no harm.
[[nodiscard]] bool CommitGuarded(uint8_t* data, size_t bytes, bool* locked) noexcept;

// Tries to lock pages: also those that a fork() left unlocked in this child.
[[nodiscard]] bool LockGuarded(uint8_t* data, size_t bytes) noexcept;

// A mapping of its own for one secret: `size` zero bytes, aligned to 16, whose last ones are the
// last before the guard. Null `data` when there is no memory.
struct GuardedBytes {
  uint8_t* data = nullptr;
  size_t handle = 0;  // not 0; to be given back to UnmapGuarded
};
GuardedBytes MapGuarded(size_t size, Secret::OnFork on_fork) noexcept;
// The caller has wiped the bytes.
void UnmapGuarded(uint8_t* data, size_t handle) noexcept;

// Bytes of those mappings, of the whole process.
struct GuardedMapped {
  uint64_t locked = 0;
  uint64_t unlocked = 0;
};
GuardedMapped GuardedMappings() noexcept;

}  // namespace keyrule::store
