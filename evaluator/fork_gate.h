// Holds fork() off for the moments in which a lock is held that a child would inherit locked.
#pragma once

#include <mutex>

namespace keyrule::evaluator {

// Whoever takes a lock, of ours or of a library's, does it inside: binding a tenant, reading a store, counting quotas,
// opening and closing a store, loading. fork() waits until everybody is out, at most five seconds: then the child may find a
// lock that nobody will ever release, but the host does not hang. Decisions come here only where they take a lock: for a
// tenant that is new, a payload that is read for the first time, and under policies with quotas or budgets.
//
// Nothing inside may call the host: it may need what the forking thread holds (in Python, the interpreter's lock).
class ForkGate {
 public:
  // Once for the process is enough. Any thread.
  static void Install();

  // Is inside from here to its end. May be nested; a thread that is inside may fork.
  class Pass {
   public:
    Pass() noexcept;
    ~Pass();
    Pass(const Pass&) = delete;
    Pass& operator=(const Pass&) = delete;
  };

  // Holds a mutex, inside.
  class Lock {
   public:
    explicit Lock(std::mutex& mutex) : lock_(mutex) {}

   private:
    const Pass pass_;
    const std::lock_guard<std::mutex> lock_;
  };
};

}  // namespace keyrule::evaluator
