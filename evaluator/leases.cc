#include "evaluator/leases.h"

#include "evaluator/hash.h"

namespace keyrule::evaluator {
namespace {

constexpr uint32_t kProbes = 64;
// Processes begin near each other, so that looking through all leases is short while there are few.
constexpr uint32_t kApart = 64;
constexpr uint32_t kNear = 1024;

}  // namespace

LeaseTarget LeaseTarget::Of(uint64_t word) noexcept {
  LeaseTarget target;
  target.kind = static_cast<Kind>(word >> 60 > 2 ? 0 : word >> 60);
  target.life = static_cast<uint32_t>(word >> 32) & ((1 << 28) - 1);
  target.index = static_cast<uint32_t>(word);
  return target;
}

uint64_t LeaseTarget::Word() const noexcept {
  return static_cast<uint64_t>(kind) << 60 | uint64_t{life} << 32 | index;
}

Lease Leases::Take(StateOwner owner, LeaseTarget target, uint64_t amount, int64_t now_ms, uint32_t* hint) noexcept {
  if (owner.life == 0) return {};  // this process has no slot: nobody could tell when it is gone
  uint32_t index = *hint;
  for (uint32_t i = 0; i < 4 * kProbes; ++i, ++index) {
    if (i == kProbes) index = owner.slot * kApart + static_cast<uint32_t>(Mix(index)) % kNear;
    if (i == 2 * kProbes) index = static_cast<uint32_t>(Mix(index));
    index &= kStateLeases - 1;
    LeaseEntry& entry = block_->leases[index];
    uint64_t word = entry.owner.load(std::memory_order_relaxed);
    if (StateOf(word) != State::kFree) continue;
    const uint64_t pending = WordOf(State::kPending, owner, word + 1);
    if (!entry.owner.compare_exchange_strong(word, pending)) continue;
    entry.since_ms.store(static_cast<uint64_t>(now_ms), std::memory_order_relaxed);
    entry.target.store(target.Word(), std::memory_order_relaxed);
    entry.amount.store(amount, std::memory_order_relaxed);
    uint64_t end = block_->header.leases_end.load(std::memory_order_relaxed);
    while (end <= index && !block_->header.leases_end.compare_exchange_weak(end, index + 1)) {
    }
    *hint = index;
    return {index, pending};
  }
  return {};
}

bool Leases::Hold(Lease* lease) noexcept {
  uint64_t seen = lease->word;
  const uint64_t held = WordOf(State::kHeld, OwnerOf(seen), seen);
  if (block_->leases[lease->index].owner.compare_exchange_strong(seen, held, std::memory_order_release,
                                                                 std::memory_order_relaxed)) {
    lease->word = held;
    return true;
  }
  *lease = {};
  return false;
}

bool Leases::GiveUp(const Lease& lease) noexcept {
  uint64_t seen = lease.word;
  return block_->leases[lease.index].owner.compare_exchange_strong(seen, Freed(seen));
}

}  // namespace keyrule::evaluator
