// How well this process protects its keys and opened secrets, for whoever runs it. Any thread.

#pragma once

#include <cstdint>
#include <vector>

#include "store/status.h"

namespace keyrule::store {

struct SecretMemoryStatus {
  uint64_t locked_bytes = 0;    // can never reach a swap device
  uint64_t unlocked_bytes = 0;  // could
  bool dumped = false;          // the system refused to keep some of it out of core dumps
  bool inherited = false;       // the system refused to wipe some of it in children of fork()
};

SecretMemoryStatus SecretMemory() noexcept;

// What is missing, why, and how to mend it; empty when everything is in place. Nothing is refused
// because of it: an unlocked page is a smaller evil than a host without credentials.
std::vector<Status> SecretMemoryGaps();

// Locks do not outlive fork(): a child calls this once, before it opens secrets. Costs some
// microseconds; does nothing in a process where the locks are in place.
void LockSecretMemoryAgain() noexcept;

}  // namespace keyrule::store
