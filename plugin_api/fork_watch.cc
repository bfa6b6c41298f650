#include "plugin_api/fork_watch.h"

#include <pthread.h>
#include <time.h>
#include <unistd.h>

namespace keyrule::plugin_api {

std::atomic<uint32_t> fork_count{0};

namespace {

std::atomic<bool> watching{false};

// Runs in the child with its one thread: counts, and takes no lock that another thread may have held.
void InChild() { fork_count.fetch_add(1, std::memory_order_release); }

}  // namespace

bool WatchForks() {
  if (watching.exchange(true) || pthread_atfork(nullptr, nullptr, InChild) == 0) return true;
  watching.store(false);
  return false;
}

uint64_t ProcessSalt() noexcept {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  // The process id alone comes back after a while; the odd factor spreads it over all bits.
  return static_cast<uint64_t>(getpid()) * 0x9E3779B97F4A7C15u ^
         (static_cast<uint64_t>(now.tv_sec) << 30) ^ static_cast<uint64_t>(now.tv_nsec);
}

}  // namespace keyrule::plugin_api
