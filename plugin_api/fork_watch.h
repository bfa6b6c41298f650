// Tells a process that it was made by fork.
#pragma once

#include <atomic>
#include <cstdint>

namespace keyrule::plugin_api {

// Begins to count. Any thread; more than once is fine. False: the system has no memory for it.
[[nodiscard]] bool WatchForks();
extern std::atomic<uint32_t> fork_count;  // WatchForks writes it
// How many forks lie between the process that first called WatchForks and this one.
inline uint32_t Forks() noexcept { return fork_count.load(std::memory_order_acquire); }
// Differs between a process and its forks, and between two children of one parent.
uint64_t ProcessSalt() noexcept;

}  // namespace keyrule::plugin_api
