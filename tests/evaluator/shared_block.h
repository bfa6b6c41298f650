// Selection state over memory that processes share, for tests: a block, and one process's place in it.
#pragma once

#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <functional>
#include <new>
#include <string>

#include "evaluator/state.h"

namespace keyrule::evaluator {

// Memory of zeros that children of fork share with their parent.
template <typename T>
class SharedMemory {
 public:
  SharedMemory() {
    void* memory = mmap(nullptr, sizeof(T), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc();
    memory_ = static_cast<T*>(memory);
  }
  ~SharedMemory() { munmap(static_cast<void*>(memory_), sizeof(T)); }
  SharedMemory(const SharedMemory&) = delete;
  SharedMemory& operator=(const SharedMemory&) = delete;
  T* get() const { return memory_; }
  T* operator->() const { return memory_; }

 private:
  T* memory_;
};

// A process's state over a block of others. Whoever's process id stands in its slot is alive while kill(0) finds it.
class SharedState final : public SelectionState {
 public:
  // `second`: of this process; may be null.
  SharedState(StateBlock* block, uint32_t slot, StateBlock* second = nullptr)
      : SelectionState(StateScope::kHost, block, second, 0), slot_(slot) {
    AfterFork();
  }
  void AfterFork() noexcept override {
    mutable_block()->processes[slot_].pid.store(static_cast<uint64_t>(getpid()));
    Enter(slot_);
  }

 private:
  bool IsAlive(uint32_t slot) noexcept override {
    return kill(static_cast<pid_t>(block().processes[slot].pid.load()), 0) == 0;
  }

  const uint32_t slot_;
};

// A child that runs `body` and exits by what it gives; one that hangs dies of its alarm.
inline pid_t Spawn(const std::function<int()>& body) {
  const pid_t child = fork();
  if (child != 0) return child;
  alarm(120);
  _exit(body());
}

inline int ExitCodeOf(pid_t child) {
  int status = -1;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// A number from the environment, for long forms.
inline uint64_t NumberFrom(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

}  // namespace keyrule::evaluator
