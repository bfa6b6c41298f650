// A moment's pause of a loop that waits for another thread's next store.
#pragma once

namespace keyrule::evaluator {

inline void Pause() noexcept {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

}  // namespace keyrule::evaluator
