// Keeping up: looks at the database from time to time and syncs when something has changed.

#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "store/database.h"
#include "store/status.h"

namespace keyrule::store {

struct FollowOptions {
  std::chrono::milliseconds every{2000};         // between two cheap looks
  std::chrono::milliseconds reconcile{300'000};  // a sync at least as often, changed or not
  std::vector<std::string> tenants;              // only these; empty: all
};

// What the caller brings. Each is called in the thread of Follow.
struct FollowHooks {
  std::function<Result<std::unique_ptr<Database>>()> connect;
  // Something else than the database has changed (the side file), so that a sync is due.
  std::function<bool()> changed;
  // Syncs and publishes.
  std::function<Status(Database*)> sync;
  // The store holds what the database did at this moment: after each look that found no change, and
  // after each sync.
  std::function<Status(std::chrono::system_clock::time_point)> confirmed;
  // The store stays what it is, and it will be tried again: said once for each kind of trouble.
  std::function<void(const Status&)> trouble;
  std::function<void()> recovered;
};

// Returns when `stop` is true. After trouble waits longer from time to time, up to 10 seconds. A look
// that is slow is followed by a pause of four times its length, so that it never costs the server
// more than a fifth of one core.
void Follow(const FollowOptions& options, const FollowHooks& hooks, const std::atomic<bool>& stop);

}  // namespace keyrule::store
