// What is remembered between decisions: turns, takes, the health of credentials, quotas and budgets, and what is in flight.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string_view>
#include <utility>

#include "evaluator/counters.h"
#include "evaluator/fleet_share.h"
#include "evaluator/leases.h"
#include "evaluator/model_rests.h"
#include "evaluator/state_layout.h"
#include "evaluator/token_tally.h"

namespace keyrule::evaluator {

enum class StateScope { kProcess, kHost, kFleet };

// Selection state over a block of memory (state_layout.h), which may be this process's own or a mapping that processes
// share: there is one way for both. What finds no room in the block is kept by this process alone. Any thread, concurrently
// with other processes.
class SelectionState {
 public:
  virtual ~SelectionState();
  SelectionState(const SelectionState&) = delete;
  SelectionState& operator=(const SelectionState&) = delete;

  // Who shares the counters at that moment, but for what finds no room.
  StateScope scope(int64_t now_ms) const noexcept {
    return fleet_.is_on() && fleet_.IsLive(now_ms) ? StateScope::kFleet : scope_;
  }
  // Does it stand in the block, so that all of them share it?
  template <typename Entry>
  bool Shares(const Entry* entry) const noexcept {
    const auto* const at = reinterpret_cast<const std::byte*>(entry);
    const auto* const block = reinterpret_cast<const std::byte*>(block_);
    return !std::less<>()(at, block) && std::less<>()(at, block + sizeof(StateBlock));
  }
  // How often something of this process found no room in the block.
  uint64_t no_room() const noexcept { return no_room_.load(std::memory_order_relaxed); }
  // Of the hashes that keys in the block are: the same for all who share it.
  uint64_t seed() const noexcept { return seed_; }
  // Of those that turns have, which hosts may share.
  uint64_t seed_of_turns() const noexcept { return fleet_.is_on() ? fleet_.seed() : seed_; }

  // The state of a credential, for as long as this object lives. Called when a tenant is bound; may allocate and lock.
  CredentialState* Credential(std::string_view tenant, std::string_view id);
  // The sum of its tokens of the last minute, likewise; only policies that choose by them ask. Null: there is no room.
  StateWord* Tokens(std::string_view tenant, std::string_view id);
  // A sum that Tokens gave, with its window. No allocation, no lock.
  TokenTally TallyOf(StateWord* sum) noexcept {
    const auto place_in = [sum](const StateBlock& block) {
      return (reinterpret_cast<uintptr_t>(sum) - reinterpret_cast<uintptr_t>(block.token_keys)) / sizeof(PlaceEntry);
    };
    StateBlock* const block = place_in(*block_) < kStateTokenWindows ? block_ : second_;
    return {&block->tokens[place_in(*block)], sum};
  }
  // How often this turn key has been taken. No allocation, no lock. Never null.
  StateWord* Turns(uint64_t key) noexcept;
  // All takes.
  StateWord* Takes() noexcept { return &block_->header.takes; }
  // How credentials rest for one model only.
  ModelRests models() noexcept { return {block_, seed_}; }
  // Quotas and budgets. Policies without them never touch it.
  Counters& counters() noexcept { return counters_; }
  // Limits and turns that hosts share, once that has begun.
  FleetShare& fleet() noexcept { return fleet_; }

  // Counts a call of the credential as in flight, under a lease of this process (not ok where there is none to be had).
  // `hint`: as Leases::Take has it.
  Lease BeginCall(CredentialState* credential, int64_t now_ms, uint32_t* hint) noexcept;
  // The end of it. Does nothing if that was given back already.
  void EndCall(CredentialState* credential, const Lease& lease) noexcept;

  // Gives back what was held for ten minutes, when the first of it has been. Never waits; one thread of all does it. On the
  // decision path, before anything is chosen.
  void LookAfterLeases(int64_t now_ms) noexcept {
    const auto next = static_cast<int64_t>(block_->header.next_look_ms.load(std::memory_order_relaxed));
    // A clock that was put back, or a word that was scribbled over, must not end it.
    if (now_ms < next && next - now_ms <= Leases::kLastMs) [[likely]] return;
    GiveBackOld(now_ms);
  }
  // Gives back what processes hold that are gone. IsAlive may enter the system: not on the decision path.
  void GiveBackOfTheDead(int64_t now_ms) noexcept;

  // This process among those that share the block.
  StateOwner owner() const noexcept;
  // For a child of fork, before anything else: what the parent holds stays the parent's.
  virtual void AfterFork() noexcept = 0;

  const StateBlock& block() const noexcept { return *block_; }
  StateBlock* mutable_block() noexcept { return block_; }

 protected:
  // Both blocks are the derived class's, empty or with what others have counted; `second` may be null. `seed` is taken if
  // the block has none yet; 0: nobody chooses names to do harm.
  SelectionState(StateScope scope, StateBlock* block, StateBlock* second, uint64_t seed) noexcept;

  // Is the process that has this slot of the first block still there? Called off the decision path.
  virtual bool IsAlive(uint32_t slot) noexcept = 0;
  // Enters this process into a slot, which is its own from now on.
  void Enter(uint32_t slot) noexcept;
  // Leaves the slot that a parent was in: counts of this process stand without leases from now on.
  // Another owner than the parent was, all the same.
  void EnterNowhere() noexcept { owner_.store(uint64_t{owner().slot + 1} << 32, std::memory_order_relaxed); }
  // Of a child whose block is a copy of its parent's: the probes that are out are the parent's.
  void GiveUpAllProbes() noexcept;
  // Likewise: what hosts share is the parent's, and so is what it has counted of that.
  void ForgetFleet() noexcept {
    if (!fleet_.is_on()) return;
    fleet_.BeginAnew();
    counters_.ForgetAll();
  }

 private:
  void GiveBackOld(int64_t now_ms) noexcept;
  void GiveBack(StateBlock* block, const LeaseTarget& target, uint64_t amount) noexcept;
  void SettleIdle(int64_t now_ms) noexcept;
  void NoteNoRoom() noexcept;

  const StateScope scope_;
  StateBlock* const block_;
  StateBlock* const second_;
  const uint64_t seed_;
  std::atomic<uint64_t> no_room_{0};
  Counters counters_;
  FleetShare fleet_;
  std::atomic<uint64_t> owner_{0};  // slot << 32 | life
  std::mutex mutex_;                // guards the map: credentials that found no room
  std::map<std::pair<uint64_t, uint64_t>, std::unique_ptr<CredentialState>> others_;
};

}  // namespace keyrule::evaluator
