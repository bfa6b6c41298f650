// All counters of quotas and budgets in this process. One lock, held while an arm is tried: what fits is what is taken.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "evaluator/fork_gate.h"
#include "evaluator/meter.h"

namespace keyrule::evaluator {

class MeterBook {
 public:
  // Hold it from the first look at a count to the last charge of a decision, and while settling.
  ForkGate::Lock Lock() { return ForkGate::Lock(mutex_); }
  // For where it is not certain that it is needed: emplace a ForkGate::Lock of it.
  std::mutex& mutex() { return mutex_; }

  // The count of a key (meter, limit, tenant, value of `for each`). Made if it is missing; valid while the lock is held.
  MeterCount& Count(uint64_t key, const MeterLimit& limit, int64_t now_ms);
  // How many there are, those included that count nothing any more but are not thrown away yet. The
  // lock is not held.
  size_t size() {
    const auto lock = Lock();
    return entries_.size();
  }
  // Null if it is gone: nothing of it counts any more.
  MeterCount* Find(uint64_t key);

 private:
  struct Entry {
    MeterLimit limit;
    MeterCount count;
  };
  void Prune(int64_t now_ms);

  std::mutex mutex_;
  std::unordered_map<uint64_t, std::unique_ptr<Entry>> entries_;
  size_t prune_at_ = 65'536;  // entries; callers can bring ever new values of a `for each`
};

}  // namespace keyrule::evaluator
