// Decisions that were released and keep their snapshot, each thread its own: the next decision of the thread counts nothing.
#pragma once

#include <cstdint>

#include "plugin_api/handles.h"

namespace keyrule::plugin_api {

// One place for each thread, nearly; all engines of the process share them. Any thread, no lock. A child of fork finds what
// the threads of its parent had left, and may use it.
//
// An idle decision holds a reference on its cell, and so keeps snapshot and engine alive. Whoever makes another snapshot
// current, or closes an engine, calls Outdate afterwards: then no decision of an outdated snapshot is idle. This must hold
// beside a thread that is just giving one back. It stores the decision first and looks at the count of moves then; the other
// counts first and looks at the places then: one of the two sees the other. The places and the count belong to the process,
// because the decision that was given back may have been the last to hold its engine.
class IdleDecisions {
 public:
  // How often any engine has moved on. Read before it is looked up which cell is current.
  static uint64_t Moves() noexcept;
  // This thread's, or null. The decision's cell may be outdated, or another engine's.
  static keyrule_decision* Take(const Engine* engine) noexcept;
  // Leaves it here, or gives it to its engine's pool. Its cell was current after `moves` was read, by decision->moves.
  static void Give(const Engine* engine, keyrule_decision* decision) noexcept;
  // An engine has moved on: whatever is idle and outdated goes to its pool. May be the end of a snapshot, and of an engine
  // that is closed.
  static void Outdate() noexcept;
};

}  // namespace keyrule::plugin_api
