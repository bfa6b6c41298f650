#include "evaluator/fleet_round.h"

#include <algorithm>

namespace keyrule::evaluator {
namespace {

using dsl::LimitPeriod;
using Mark = CounterTable::Mark;

constexpr uint64_t kFewestTurns = 32;
// A slot's number modulo 2^16 says which one it is when it is younger than this.
constexpr int64_t kSlotsTold = 4'096;

int64_t Signed(uint64_t amount) noexcept { return static_cast<int64_t>(std::min(amount, FleetCap::kMost)); }

MeterLimit LimitOf(FleetKindWord kind) noexcept {
  MeterLimit limit;
  limit.period = kind.period;
  return limit;
}

int64_t SixtySlotsMs(LimitPeriod period) noexcept {
  const MeterLimit limit{.period = period};
  return SlotBegins(limit, 60);
}

}  // namespace

// Words that were written for an entry's last life go with it.
void FleetRound::TakeRefunds(int64_t now_ms) {
  if (refunds_.empty()) refunds_.resize(kStateFleet);
  for (const uint32_t index : refunded_) refunds_[index].clear();
  refunded_.clear();
  for (StateWord& word : block_->refunds) {
    if (word.load(std::memory_order_relaxed) == 0) continue;
    const FleetRefund refund = FleetRefund::Of(word.exchange(0));
    if (refund.amount == 0) continue;
    const Mark mark = Mark::Of(block_->fleet_heads[refund.index].mark.load());
    if (mark.state != Mark::State::kUsed || (mark.life & 3) != refund.life) continue;
    const FleetKindWord kind = FleetKindWord::Of(block_->fleet[refund.index].kind.load(std::memory_order_relaxed));
    if (kind.kind != FleetKind::kWindow) continue;
    const MeterLimit limit = LimitOf(kind);
    const int64_t slot = SlotOf(limit, now_ms);
    const int64_t age = (slot - static_cast<int64_t>(refund.slot)) & 0xFFFF;
    if (age > kSlotsTold) continue;
    if (refunds_[refund.index].empty()) refunded_.push_back(refund.index);
    refunds_[refund.index].push_back({std::max<int64_t>(now_ms - SlotBegins(limit, slot - age), 0), refund.amount});
  }
}

void FleetRound::Collect(int64_t now_ms, int64_t steady_ms, std::vector<FleetReport>* reports,
                         std::vector<FleetOrder>* orders) {
  reports->clear();
  orders->clear();
  const bool is_live = share_->IsLive(now_ms);
  block_->header.fleet_wanted.store(0);
  TakeRefunds(now_ms);
  for (uint32_t index = 0; index < kStateFleet; ++index) {
    const Mark mark = Mark::Of(block_->fleet_heads[index].mark.load(std::memory_order_relaxed));
    if (mark.state != Mark::State::kUsed || mark.IsIdle(now_ms / 1000)) continue;
    const uint64_t key = block_->fleet_heads[index].key.load();
    const CounterPlace place{index, mark.life};
    FleetEntry& entry = block_->fleet[index];
    const FleetKindWord kind = FleetKindWord::Of(entry.kind.load(std::memory_order_relaxed));
    if (kind.kind != FleetKind::kTurns) {
      CollectLimit(place, key, kind, now_ms, steady_ms, is_live, reports);
      continue;
    }
    const uint64_t taken = entry.spent.load(std::memory_order_relaxed);
    if (taken == entry.reported.load(std::memory_order_relaxed)) continue;
    int empty = 0;
    for (const StateWord& turns : entry.turns) empty += FleetTurns::Of(turns.load()).count == 0 ? 1 : 0;
    if (empty == 0) continue;
    // As many as went since the last order, so that orders become large where turns go quickly.
    const uint64_t cycle = std::clamp<uint64_t>(entry.most.load(std::memory_order_relaxed), 1, FleetTurns::kMostCount / 2);
    const uint64_t went = taken - entry.reported.load(std::memory_order_relaxed);
    const uint64_t wanted = std::clamp<uint64_t>(2 * went, kFewestTurns, FleetTurns::kMostCount - cycle);
    entry.reported.store(taken, std::memory_order_relaxed);
    for (; empty > 0; --empty) orders->push_back({place, key, (wanted + cycle - 1) / cycle * cycle});
  }
}

void FleetRound::CollectLimit(const CounterPlace& place, uint64_t key, FleetKindWord kind, int64_t now_ms, int64_t steady_ms,
                              bool is_live, std::vector<FleetReport>* reports) {
  FleetEntry& entry = block_->fleet[place.index];
  const uint64_t spent_before = entry.spent.load();
  const uint64_t counter = entry.counter.load(std::memory_order_relaxed);
  const uint64_t needed = entry.needed.load();
  const bool at_once = kind.kind == FleetKind::kAtOnce;
  const MeterLimit limit = LimitOf(kind);
  const auto slot_of = [&]() -> int64_t {
    return kind.kind == FleetKind::kWindow ? SlotOf(limit, now_ms) : static_cast<int64_t>(entry.period.load());
  };
  const auto reported_ms = static_cast<int64_t>(entry.reported_ms.load(std::memory_order_relaxed));
  const uint64_t life = block_->header.fleet_life.load(std::memory_order_relaxed);
  // Redis has lost what it knew: whoever has used anything says so, also one that has been silent.
  const bool is_lost = entry.life.load(std::memory_order_relaxed) != 0 && entry.life.load(std::memory_order_relaxed) != life;
  const bool has_news = is_lost || needed != 0 || spent_before != entry.reported.load(std::memory_order_relaxed) ||
                        !refunds_[place.index].empty() ||
                        (at_once && counters_->UsedHere(counter, limit, slot_of(), now_ms) != 0 && reported_ms == 0);
  if (has_news) entry.changed_ms.store(static_cast<uint64_t>(steady_ms), std::memory_order_relaxed);
  const bool is_parked = reported_ms == 0;  // holds nothing that others know of
  if (!has_news && (is_parked || (is_live && !leaving_ && steady_ms - reported_ms < kRenewMs))) return;

  FleetReport report;
  report.place = place;
  report.key = key;
  report.kind = kind;
  const auto changed_ms = static_cast<int64_t>(entry.changed_ms.load(std::memory_order_relaxed));
  const int64_t silent_ms = share_->denies_alone() ? kSilentDenyMs : kSilentMs;
  report.leaves = leaving_ || (!has_news && steady_ms - changed_ms >= silent_ms);
  if (needed != 0) entry.needed.store(0);

  // First what may be spent is lowered, then what is spent is read (FleetShare::Take does the opposite).
  uint64_t seen = entry.cap.load();
  for (;;) {
    report.cap = FleetCap::Of(seen);
    const uint64_t base = at_once ? 0 : entry.spent.load();
    uint64_t keep = is_parked ? FleetCap::kMost : entry.target.load(std::memory_order_relaxed);
    if (!is_live || report.leaves) keep = 0;
    if (report.cap.amount > base && report.cap.amount - base > keep) report.cap.amount = base + keep;
    ++report.cap.round;
    if (entry.cap.compare_exchange_weak(seen, report.cap.Word())) break;
  }
  report.spent = Signed(entry.spent.load());
  report.used = std::min<int64_t>(counters_->UsedHere(counter, limit, slot_of(), now_ms), Signed(FleetCap::kMost));
  const int64_t cap = Signed(report.cap.amount);
  report.held = at_once ? std::max(cap, report.used) : std::max<int64_t>(cap - report.spent, 0);
  if (at_once && report.used > 0 && !leaving_) report.leaves = false;
  report.period = entry.period.load();
  report.most = Signed(entry.most.load());
  report.life = life;
  // Of the last second or so; it fades by a quarter with each report.
  const int64_t since_ms = std::max<int64_t>(steady_ms - reported_ms, 20);
  const int64_t spent_since = std::max<int64_t>(report.spent - Signed(entry.reported.load(std::memory_order_relaxed)), 0);
  report.pace = is_parked ? spent_since : std::max(spent_since * 1'000 / since_ms, Signed(entry.pace.load()) * 3 / 4);
  report.needed = Signed(needed);
  if (kind.kind == FleetKind::kWindow) report.slots_ms = SixtySlotsMs(kind.period);
  report.refunds = refunds_[place.index];
  reports->push_back(std::move(report));
}

void FleetRound::Apply(const FleetReport& report, const FleetAnswer& answer, int64_t now_ms, int64_t steady_ms) noexcept {
  if (answer.is_stale) return;
  const Mark mark = Mark::Of(block_->fleet_heads[report.place.index].mark.load());
  if (mark.state != Mark::State::kUsed || mark.life != report.place.life) return;
  FleetEntry& entry = block_->fleet[report.place.index];
  const bool at_once = report.kind.kind == FleetKind::kAtOnce;
  const int64_t room = std::max<int64_t>(report.most - answer.used - answer.held_by_others - (report.leaves ? 0 : report.held), 0);
  uint64_t seen = report.cap.Word();
  FleetCap cap = report.cap;
  if (report.leaves) {
    // What it may spend when it is asked again, before it has spoken: nothing that is known not to be there.
    const int64_t advance = std::min(share_->Advance(report.most, 1), room);
    const auto base = static_cast<uint64_t>(at_once ? 0 : report.spent);
    cap.amount = std::max(cap.amount, base + static_cast<uint64_t>(advance));
  } else {
    cap.amount += static_cast<uint64_t>(std::clamp<int64_t>(answer.granted, 0, report.most));
  }
  if (!entry.cap.compare_exchange_strong(seen, cap.Word())) return;  // another process has reported since
  const int64_t own = at_once || report.kind.kind == FleetKind::kPeriod ? report.used : std::min(report.used, answer.used);
  entry.others.store(static_cast<uint64_t>(std::max<int64_t>((at_once ? 0 : answer.used - own) + answer.held_by_others, 0)),
                     std::memory_order_relaxed);
  entry.others_at_ms.store(static_cast<uint64_t>(now_ms), std::memory_order_relaxed);
  uint64_t free_at = answer.free_ms < 0 ? kFleetFreeLater : 0;
  if (answer.free_ms > 0) free_at = static_cast<uint64_t>(now_ms + std::min<int64_t>(answer.free_ms, 86'400'000));
  entry.free_at_ms.store(free_at, std::memory_order_relaxed);
  entry.life.store(report.life, std::memory_order_relaxed);
  entry.pace.store(static_cast<uint64_t>(report.pace), std::memory_order_relaxed);
  entry.target.store(static_cast<uint64_t>(std::clamp<int64_t>(answer.target, 0, report.most)), std::memory_order_relaxed);
  entry.reported.store(static_cast<uint64_t>(report.spent), std::memory_order_relaxed);
  entry.reported_ms.store(report.leaves ? 0 : static_cast<uint64_t>(steady_ms), std::memory_order_relaxed);
}

void FleetRound::Deliver(const FleetOrder& order, uint64_t first) noexcept {
  const Mark mark = Mark::Of(block_->fleet_heads[order.place.index].mark.load());
  if (mark.state != Mark::State::kUsed || mark.life != order.place.life) return;
  const uint64_t turns = FleetTurns{first & ((uint64_t{1} << 44) - 1), order.count}.Word();
  for (StateWord& word : block_->fleet[order.place.index].turns) {
    uint64_t seen = word.load();
    if (FleetTurns::Of(seen).count == 0 && word.compare_exchange_strong(seen, turns)) return;
  }
}

void FleetRound::Begin(uint64_t life, uint64_t hosts) noexcept {
  block_->header.fleet_hosts.store(hosts, std::memory_order_relaxed);
  block_->header.fleet_life.store(life, std::memory_order_relaxed);
}

void FleetRound::Hold(int64_t began_ms) noexcept {
  block_->header.fleet_until_ms.store(static_cast<uint64_t>(began_ms + FleetShare::kHoldsMs), std::memory_order_relaxed);
}

void FleetRound::Leave(int64_t now_ms, int64_t steady_ms, std::vector<FleetReport>* reports) {
  block_->header.fleet_until_ms.store(0);
  std::vector<FleetOrder> none;
  leaving_ = true;
  Collect(now_ms, steady_ms, reports, &none);
  leaving_ = false;
}

}  // namespace keyrule::evaluator
