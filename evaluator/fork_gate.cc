#include "evaluator/fork_gate.h"

#include <pthread.h>
#include <time.h>

#include <atomic>
#include <cstdint>

namespace keyrule::evaluator {
namespace {

constexpr long kPauseNs = 50'000;
constexpr int kPauses = 100'000;  // five seconds

std::atomic<bool> installed{false};
std::atomic<int> inside{0};   // threads
std::atomic<int> forking{0};  // threads
thread_local int depth = 0;   // of this thread's passes

void Pause() noexcept {
  const timespec pause{0, kPauseNs};
  nanosleep(&pause, nullptr);
}

// Both sides raise their own flag first and look at the other's then: one of them sees the other.
void Before() {
  forking.fetch_add(1);
  const int own = depth > 0 ? 1 : 0;
  for (int i = 0; inside.load() > own && i < kPauses; ++i) Pause();
}

void InParent() { forking.fetch_sub(1); }

void InChild() {
  forking.store(0);
  inside.store(depth > 0 ? 1 : 0);
}

}  // namespace

void ForkGate::Install() {
  if (!installed.exchange(true)) pthread_atfork(Before, InParent, InChild);
}

ForkGate::Pass::Pass() noexcept {
  if (depth++ > 0) return;
  for (;;) {
    inside.fetch_add(1);
    if (forking.load() == 0) return;
    inside.fetch_sub(1);
    while (forking.load() != 0) Pause();
  }
}

ForkGate::Pass::~Pass() {
  if (--depth == 0) inside.fetch_sub(1);
}

}  // namespace keyrule::evaluator
