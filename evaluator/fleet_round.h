// What one host tells the others, and what it makes of their answers: reports of what it has spent under each key, and
// orders for turns. How they travel is not this file's affair (plugin_api/fleet_link.h has Redis).
#pragma once

#include <cstdint>
#include <vector>

#include "evaluator/counters.h"
#include "evaluator/fleet_share.h"

namespace keyrule::evaluator {

// Of one key, since the last report.
struct FleetReport {
  struct Refund {
    int64_t age_ms = 0;  // of the slot that it was spent in
    int64_t amount = 0;
  };

  CounterPlace place;
  uint64_t key = 0;
  FleetKindWord kind;
  int64_t slots_ms = 0;   // of windows: how long sixty slots are
  uint64_t period = 0;    // of days and months: their number
  int64_t most = 0;
  uint64_t life = 0;      // which life of the server's data this host knows (FleetRound::Begin)
  int64_t pace = 0;       // what it spends in a second, lately
  FleetCap cap;           // as this report made it
  int64_t spent = 0;      // in all, since the entry was made
  int64_t held = 0;       // what it may still spend
  int64_t used = 0;       // what its own counters count now; of `at once`: what is in flight
  int64_t needed = 0;     // the most that a call asked for
  bool leaves = false;    // it has been silent, and holds nothing from now on
  std::vector<Refund> refunds;
};

struct FleetAnswer {
  bool is_stale = false;   // a later report was there before: nothing of it counts
  int64_t granted = 0;     // more than was held
  int64_t target = 0;      // how much should be held from the next report on
  int64_t used = 0;        // by all hosts
  int64_t held_by_others = 0;
  int64_t free_ms = 0;     // how long until there may be more; 0: there is; -1: not known
};

// Turns that a key is short of.
struct FleetOrder {
  CounterPlace place;
  uint64_t key = 0;
  uint64_t count = 0;  // whole cycles
};

// One report of everything that has something to say. Several processes of a host may be at it at once: what one of them
// was told is not used once another has reported. `steady_ms` is of a clock that nobody sets, the same in all processes.
class FleetRound {
 public:
  // How often a host that spends says so, and how long it must be silent to give back what it holds.
  static constexpr int64_t kEveryMs = 100;
  static constexpr int64_t kSilentMs = 1'000;
  // Where nothing is admitted that was not granted, a call's worth is kept for longer.
  static constexpr int64_t kSilentDenyMs = 30'000;
  // What it holds is told again this often, so that it is not taken for gone.
  static constexpr int64_t kRenewMs = 1'500;

  FleetRound(StateBlock* block, FleetShare* share, const Counters* counters) noexcept
      : block_(block), share_(share), counters_(counters) {}

  // What is to be told. Lowers what this host may spend where that was asked of it, or where the last answer no longer
  // holds. May throw std::bad_alloc: nothing was reported then.
  void Collect(int64_t now_ms, int64_t steady_ms, std::vector<FleetReport>* reports, std::vector<FleetOrder>* orders);
  void Apply(const FleetReport& report, const FleetAnswer& answer, int64_t now_ms, int64_t steady_ms) noexcept;
  void Deliver(const FleetOrder& order, uint64_t first) noexcept;
  // The server's data began at that moment (Unix ms), and so many hosts are there. If they began anew, all that this host has
  // used is told again.
  void Begin(uint64_t life, uint64_t hosts) noexcept;
  // Answers are in: what they say holds from when they were asked for.
  void Hold(int64_t began_ms) noexcept;
  // At the end: this host gives back all it holds. Collects as Collect does.
  void Leave(int64_t now_ms, int64_t steady_ms, std::vector<FleetReport>* reports);

 private:
  void CollectLimit(const CounterPlace& place, uint64_t key, FleetKindWord kind, int64_t now_ms, int64_t steady_ms,
                    bool is_live, std::vector<FleetReport>* reports);
  void TakeRefunds(int64_t now_ms);

  StateBlock* const block_;
  FleetShare* const share_;
  const Counters* const counters_;
  bool leaving_ = false;
  std::vector<std::vector<FleetReport::Refund>> refunds_;  // by entry; scratch
  std::vector<uint32_t> refunded_;                         // which of them are not empty
};

}  // namespace keyrule::evaluator
