// What quotas and budgets have counted: looked at, reserved exactly and settled, by threads and processes that never wait.
#pragma once

#include <atomic>
#include <cstdint>

#include "evaluator/counter_table.h"
#include "evaluator/fleet_share.h"
#include "evaluator/leases.h"
#include "evaluator/meter.h"
#include "evaluator/state_layout.h"

namespace keyrule::evaluator {

// What was reserved, to be undone or settled.
struct Reservation {
  uint64_t key = 0;
  int64_t slot = 0;
  int64_t amount = 0;
  CounterPlace place;
  Lease lease;           // of `at once`
  bool spilled = false;  // in the second block
  bool alone = false;    // it, or others of the same counter that still count
  FleetPart fleet;       // what it has spent of what hosts share
};

// The counters of one or two blocks. What finds no entry in the first is counted in the second, which is this process's
// own; where that is full as well, or missing, nothing is admitted: a limit that cannot be counted is not ignored. Once the
// first has room again, the counter goes on there, and what the second holds counts as well for as long as it does.
class Counters {
 public:
  // `second` may be null. All are borrowed. `no_room` counts how often an entry was not to be had in the first block. Where
  // hosts share limits, what `fleet` says comes before what is counted here.
  Counters(StateBlock* first, StateBlock* second, std::atomic<uint64_t>* no_room, FleetShare* fleet) noexcept
      : first_(first), second_(second), no_room_(no_room), fleet_(fleet) {}

  // What counts of the limit now, under this key, what other hosts have used included. *alone is set if some of it stands in
  // the second block.
  int64_t UsedAt(CounterKey key, const MeterLimit& limit, int64_t now_ms, bool* alone = nullptr) const noexcept;
  // What this host has counted at that slot, day or month (meter.h).
  int64_t UsedHere(uint64_t key, const MeterLimit& limit, int64_t slot, int64_t now_ms, bool* alone = nullptr) const noexcept;
  // 0 if `need` fits now. Otherwise when it may fit, in Unix milliseconds; kNeverFree if that is not known.
  int64_t FreeAt(CounterKey key, const MeterLimit& limit, int64_t need, int64_t now_ms, bool* alone = nullptr) noexcept;

  // Charges `need` if it fits; never is more than the limit charged at once. False: nothing was charged. `need` 0 only
  // makes room for what is charged afterwards. `hint`: as Leases::Take has it.
  bool Reserve(CounterKey key, const MeterLimit& limit, int64_t need, int64_t now_ms, StateOwner owner, uint32_t* hint,
               Reservation* made) noexcept;
  // Takes back what Reserve has made.
  void Undo(const MeterLimit& limit, const Reservation& made) noexcept;
  // Changes what was reserved, up or down, if it still counts.
  void Settle(const MeterLimit& limit, const Reservation& made, int64_t difference) noexcept;

  // Of a lease that was given up: takes `amount` from the total that it was for. `block` is the lease's.
  static void GiveBack(StateBlock* block, const LeaseTarget& target, uint64_t amount) noexcept;
  // Of a child whose blocks are copies of its parent's, where hosts share limits: the parent tells them what these count.
  void ForgetAll() noexcept;
  // How many are somebody's, those included that count nothing any more but were not given to others yet.
  uint64_t size() const noexcept;

 private:
  enum class Try : uint8_t { kDone, kFull, kMoved, kNoEntry };

  int64_t FreeHere(uint64_t key, const MeterLimit& limit, int64_t need, int64_t now_ms, bool* alone) const noexcept;
  bool ReserveHere(uint64_t key, const MeterLimit& limit, int64_t need, int64_t now_ms, StateOwner owner, uint32_t* hint,
                   Reservation* made) noexcept;
  void UndoHere(const MeterLimit& limit, const Reservation& made) noexcept;
  // `limit` with what is left of it for this block.
  Try ReserveIn(StateBlock* block, uint64_t key, const MeterLimit& limit, int64_t need, int64_t now_ms, StateOwner owner,
                uint32_t* hint, Reservation* made) noexcept;
  // The counter's entry in the second block, if that has one which may still count.
  CounterPlace PlaceApart(uint64_t key, const MeterLimit& limit, int64_t now_ms) const noexcept;
  void CountsApart(const MeterLimit& limit, int64_t now_ms) noexcept;
  StateBlock* BlockOf(const Reservation& made) const noexcept { return made.spilled ? second_ : first_; }

  StateBlock* const first_;
  StateBlock* const second_;
  std::atomic<uint64_t>* const no_room_;
  std::atomic<int64_t> apart_until_s_{INT64_MIN};  // until then something in the second block may count
  FleetShare* const fleet_;
};

}  // namespace keyrule::evaluator
