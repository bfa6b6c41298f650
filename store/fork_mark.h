// Tells a process from the children that fork() makes of it, by a byte that the kernel clears there.
// That costs nothing at fork and needs no handler, so it also works where a host forks by a bare
// system call. Private to store/.

#pragma once

#include <atomic>
#include <cstdint>

namespace keyrule::store {

// For static storage: it is never torn down. Any thread. Where the kernel cannot clear the byte
// (before Linux 4.14), a child looks like its parent.
class ForkMark {
 public:
  enum class State : uint8_t {
    kNever,     // not set, neither here nor in a process that led here by fork()
    kHere,      // set in this process
    kAncestor,  // set before the fork() that made this process, and not since
  };

  constexpr ForkMark() = default;
  ForkMark(const ForkMark&) = delete;
  ForkMark& operator=(const ForkMark&) = delete;

  // Without memory for the byte nothing is set.
  void Set() noexcept;
  State state() const noexcept;

 private:
  std::atomic<uint8_t*> byte_{nullptr};  // the first of a page of its own
};

}  // namespace keyrule::store
