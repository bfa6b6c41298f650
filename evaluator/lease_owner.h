// Whose a lease is. A child of fork has copies of its parent's decisions: what they hold is the parent's to give back.
#pragma once

#include "evaluator/leases.h"

namespace keyrule::evaluator {

inline bool IsLeaseOf(StateOwner owner, const Lease& lease) noexcept {
  const StateOwner taker = Leases::OwnerOf(lease.word);
  return taker.slot == owner.slot && taker.life == (owner.life & Leases::OwnerOf(~uint64_t{0}).life);
}

}  // namespace keyrule::evaluator
