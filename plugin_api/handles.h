// What stands behind the opaque types of keyrule.h.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "evaluator/decision.h"
#include "evaluator/request.h"
#include "keyrule/keyrule.h"
#include "plugin_api/request_shape.h"
#include "plugin_api/snapshot_ref.h"
#include "store/secret.h"

namespace keyrule::plugin_api {

class Engine;
struct Generation;

// What a request is read into; keeps its room.
struct RequestScratch {
  evaluator::SlotValues values;
  RequestShape shape;
  std::vector<std::string_view> lists;
  std::vector<uint32_t> taken_away;  // ids that the request gives as absent, where it has a base
};

enum class Reported : uint8_t { kNo, kNow, kDone };

}  // namespace keyrule::plugin_api

struct keyrule_engine {
  std::shared_ptr<keyrule::plugin_api::Engine> engine;
};

// Lives in the engine's DecisionPool. While it is out, and while it is idle (IdleDecisions), its cell keeps snapshot, store
// and engine alive. In lines of the processor's memory of its own, in pairs as they are fetched: neighbours are other threads'.
struct alignas(128) keyrule_decision {
  keyrule::plugin_api::SnapshotCell<keyrule::plugin_api::Generation>* cell = nullptr;  // null: in the pool
  uint64_t moves = 0;  // IdleDecisions::Moves, before the cell was found to be current
  keyrule::evaluator::Decision facts;
  keyrule::plugin_api::RequestScratch scratch;
  std::atomic<keyrule::plugin_api::Reported> reported{keyrule::plugin_api::Reported::kNo};
  std::string json;                  // made when first asked for
  keyrule::store::Secret payload;    // opened when first asked for
  uint32_t payload_fork = 0;         // a child of fork finds the payload wiped and opens it again
  uint32_t index = 0;                // the pool's
  std::atomic<uint32_t> next_free{0};
};
