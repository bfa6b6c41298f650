#include "plugin_api/command/in_parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace keyrule::command {

size_t Workers() { return std::clamp<size_t>(std::thread::hardware_concurrency(), 1, 64); }

void InParallel(size_t count, const std::function<bool(size_t worker, size_t i)>& work) {
  std::atomic<size_t> next{0};
  std::mutex mutex;
  std::exception_ptr thrown;
  const auto run = [&](size_t worker) {
    try {
      for (size_t i = next++; i < count; i = next++) {
        if (!work(worker, i)) next = count;
      }
    } catch (...) {
      next = count;
      const std::lock_guard lock(mutex);
      if (thrown == nullptr) thrown = std::current_exception();
    }
  };
  std::vector<std::thread> others;
  others.reserve(Workers());
  try {
    for (size_t worker = 1; worker < std::min(Workers(), count); ++worker) others.emplace_back(run, worker);
  } catch (const std::system_error&) {  // the system gives no more: those that there are do it
  }
  run(0);
  for (std::thread& other : others) other.join();
  if (thrown != nullptr) std::rethrow_exception(thrown);
}

}  // namespace keyrule::command
