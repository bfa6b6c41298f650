#include "store/guarded_memory.h"

#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <limits>

namespace keyrule::store {
namespace {

constexpr size_t kAlignment = 16;
constexpr size_t kLockedBit = 1;  // in a handle, whose other bits are a number of whole pages

std::atomic<int> lock_error{0};
std::atomic<int> dump_error{0};
std::atomic<int> wipe_error{0};
std::atomic<uint64_t> mapped_locked{0};
std::atomic<uint64_t> mapped_unlocked{0};

// Not remembered in a static: whose first use would take a lock. It is no system call.
size_t PageSize() noexcept { return static_cast<size_t>(sysconf(_SC_PAGESIZE)); }

void Advise(void* data, size_t bytes, int advice, std::atomic<int>* error) noexcept {
  if (madvise(data, bytes, advice) != 0) error->store(errno, std::memory_order_relaxed);
}

}  // namespace

GuardedErrors GuardedMemoryErrors() noexcept {
  return {lock_error.load(std::memory_order_relaxed), dump_error.load(std::memory_order_relaxed),
          wipe_error.load(std::memory_order_relaxed)};
}

uint8_t* ReserveGuarded(size_t bytes, Secret::OnFork on_fork) noexcept {
  void* memory =
      mmap(nullptr, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) return nullptr;
  // These harden. An old kernel or a container's policy may refuse; the secrets are still better
  // off here than anywhere else, so it goes on and says so.
  Advise(memory, bytes, MADV_DONTDUMP, &dump_error);
  if (on_fork == Secret::OnFork::kWipe) Advise(memory, bytes, MADV_WIPEONFORK, &wipe_error);
  return static_cast<uint8_t*>(memory);
}

void UnreserveGuarded(uint8_t* data, size_t bytes) noexcept { (void)munmap(data, bytes); }

bool CommitGuarded(uint8_t* data, size_t bytes, bool* locked) noexcept {
  if (mprotect(data, bytes, PROT_READ | PROT_WRITE) != 0) return false;
  *locked = LockGuarded(data, bytes);
  return true;
}

bool LockGuarded(uint8_t* data, size_t bytes) noexcept {
  if (mlock(data, bytes) == 0) return true;
  lock_error.store(errno, std::memory_order_relaxed);
  return false;
}

GuardedBytes MapGuarded(size_t size, Secret::OnFork on_fork) noexcept {
  const size_t page = PageSize();
  if (size > std::numeric_limits<size_t>::max() - 4 * page) return {};
  const size_t rounded = (size + kAlignment - 1) / kAlignment * kAlignment;
  const size_t usable = (rounded + page - 1) / page * page;
  uint8_t* memory = ReserveGuarded(usable + 2 * page, on_fork);
  if (memory == nullptr) return {};
  bool locked = false;
  if (!CommitGuarded(memory + page, usable, &locked)) {
    UnreserveGuarded(memory, usable + 2 * page);
    return {};
  }
  (locked ? mapped_locked : mapped_unlocked).fetch_add(usable, std::memory_order_relaxed);
  return {memory + page + usable - rounded, usable | (locked ? kLockedBit : 0)};
}

void UnmapGuarded(uint8_t* data, size_t handle) noexcept {
  const size_t page = PageSize();
  const size_t usable = handle & ~kLockedBit;
  const bool locked = (handle & kLockedBit) != 0;
  // The first page of the mapping's usable part holds the first byte.
  uint8_t* begin = data - reinterpret_cast<uintptr_t>(data) % page;
  UnreserveGuarded(begin - page, usable + 2 * page);
  (locked ? mapped_locked : mapped_unlocked).fetch_sub(usable, std::memory_order_relaxed);
}

GuardedMapped GuardedMappings() noexcept {
  return {mapped_locked.load(std::memory_order_relaxed),
          mapped_unlocked.load(std::memory_order_relaxed)};
}

}  // namespace keyrule::store
