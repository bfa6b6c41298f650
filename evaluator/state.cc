#include "evaluator/state.h"

#include <algorithm>
#include <cstring>

#include "evaluator/fork_gate.h"
#include "evaluator/hash.h"
#include "evaluator/lease_owner.h"
#include "evaluator/place_table.h"

namespace keyrule::evaluator {
namespace {

constexpr uint32_t kTurnProbes = 64;
// Longer than a lease lasts: who has counted nothing for so long has nothing in flight.
constexpr int64_t kQuietSeconds = 660;
constexpr int64_t kLeastPauseMs = 50;

PlaceKey KeyOf(uint64_t seed, std::string_view what, std::string_view tenant, std::string_view id) noexcept {
  const auto not_zero = [](uint64_t hash) { return hash == 0 ? 1 : hash; };
  return {not_zero(Hash(seed, {what, tenant, id})), not_zero(Hash(seed, {"second", what, id, tenant}))};
}

// The block's seed, which is `mine` if it had none.
uint64_t SeedOf(StateBlock* block, uint64_t mine) noexcept {
  uint64_t seen = 0;
  return mine == 0 || !block->header.seed.compare_exchange_strong(seen, mine) ? block->header.seed.load() : mine;
}

uint64_t Checksum(std::string_view bytes) noexcept { return Hash({"state", bytes}); }

}  // namespace

std::string StateFixedPart(std::string_view boot_id) {
  StateHeader header{};
  std::memcpy(header.magic, kStateMagic, sizeof kStateMagic);
  header.layout = kStateLayout;
  header.byte_order = kStateByteOrder;
  header.size = sizeof(StateBlock);
  std::memcpy(header.boot_id, boot_id.data(), std::min(boot_id.size(), sizeof header.boot_id));
  size_t i = 0;
  for (const StateTable& table : kStateTables) {
    if (table.offset == 0) continue;
    header.counts[i] = static_cast<uint32_t>(table.count);
    header.entry_sizes[i++] = static_cast<uint32_t>(table.entry_size);
  }
  char bytes[kStateFixedSize];
  std::memcpy(bytes, static_cast<const void*>(&header), sizeof bytes);
  const uint64_t checksum = Checksum({bytes, offsetof(StateHeader, checksum)});
  std::memcpy(bytes + offsetof(StateHeader, checksum), &checksum, sizeof checksum);
  return std::string(bytes, sizeof bytes);
}

SelectionState::SelectionState(StateScope scope, StateBlock* block, StateBlock* second, uint64_t seed) noexcept
    : scope_(scope),
      block_(block),
      second_(second),
      seed_(SeedOf(block, seed)),
      counters_(block, second, &no_room_, &fleet_),
      fleet_(block) {}

SelectionState::~SelectionState() = default;

StateOwner SelectionState::owner() const noexcept {
  const uint64_t word = owner_.load(std::memory_order_relaxed);
  return {static_cast<uint32_t>(word >> 32), static_cast<uint32_t>(word)};
}

void SelectionState::Enter(uint32_t slot) noexcept {
  const uint64_t life = block_->processes[slot % kStateProcesses].life.fetch_add(1) + 1;
  owner_.store(uint64_t{slot} << 32 | (life & UINT32_MAX), std::memory_order_relaxed);
}

void SelectionState::NoteNoRoom() noexcept {
  no_room_.fetch_add(1, std::memory_order_relaxed);
  block_->header.no_room.fetch_add(1, std::memory_order_relaxed);
}

CredentialState* SelectionState::Credential(std::string_view tenant, std::string_view id) {
  const PlaceKey key = KeyOf(seed_, "credential", tenant, id);
  const uint32_t place = PlaceOf(block_->credential_keys, kStateCredentialKeys, &block_->header.credentials_used,
                                 kStateCredentials, key);
  if (place < kStateCredentials) return &block_->credentials[place];
  NoteNoRoom();
  const ForkGate::Lock lock(mutex_);
  std::unique_ptr<CredentialState>& own = others_[{key.first, key.second}];
  if (own == nullptr) own = std::make_unique<CredentialState>();
  return own.get();
}

StateWord* SelectionState::Tokens(std::string_view tenant, std::string_view id) {
  const PlaceKey key = KeyOf(seed_, "tokens", tenant, id);
  for (StateBlock* block : {block_, second_}) {
    if (block == nullptr) break;
    const uint32_t place =
        PlaceOf(block->token_keys, kStateTokenKeys, &block->header.tokens_used, kStateTokenWindows, key);
    if (place < kStateTokenWindows) return &block->token_keys[place].tally;
    NoteNoRoom();
  }
  return nullptr;
}

// Where the table is full, turn keys share counters with others: turns are then uneven, never wrong.
StateWord* SelectionState::Turns(uint64_t key) noexcept {
  constexpr uint64_t kMask = kStateTurns - 1;
  for (uint32_t i = 0; i < kTurnProbes; ++i) {
    TurnEntry& turn = block_->turns[(key + i) & kMask];
    uint64_t seen = turn.key.load(std::memory_order_relaxed);
    if (seen == 0 && turn.key.compare_exchange_strong(seen, key, std::memory_order_relaxed)) {
      return &turn.count;
    }
    if (seen == key) return &turn.count;
  }
  NoteNoRoom();
  return &block_->turns[key & kMask].count;
}

Lease SelectionState::BeginCall(CredentialState* credential, int64_t now_ms, uint32_t* hint) noexcept {
  credential->counted_at.store(static_cast<uint32_t>(now_ms / 1000), std::memory_order_relaxed);
  Lease lease;
  const std::ptrdiff_t place = credential - block_->credentials;
  Leases leases(block_);
  if (place >= 0 && place < static_cast<std::ptrdiff_t>(kStateCredentials)) {
    const LeaseTarget target{LeaseTarget::Kind::kCredential, static_cast<uint32_t>(place), 0};
    lease = leases.Take(owner(), target, 1, now_ms, hint);
  }
  credential->in_flight.fetch_add(1, std::memory_order_relaxed);
  if (lease.ok()) (void)leases.Hold(&lease);
  return lease;
}

void SelectionState::EndCall(CredentialState* credential, const Lease& lease) noexcept {
  if (lease.ok() && (!IsLeaseOf(owner(), lease) || !Leases(block_).GiveUp(lease))) return;
  credential->in_flight.fetch_sub(1, std::memory_order_relaxed);
}

void SelectionState::GiveUpAllProbes() noexcept {
  const uint64_t used = block_->header.credentials_used.load(std::memory_order_relaxed);
  for (uint64_t i = 0; i < used && i < kStateCredentials; ++i) block_->credentials[i].rest.probe_since.store(0);
  if (block_->header.models_used.load(std::memory_order_relaxed) == 0) return;
  for (ModelState& pair : block_->models) pair.rest.probe_since.store(0);
}

void SelectionState::GiveBack(StateBlock* block, const LeaseTarget& target, uint64_t amount) noexcept {
  if (target.kind == LeaseTarget::Kind::kTotal) Counters::GiveBack(block, target, amount);
  if (target.kind == LeaseTarget::Kind::kCredential && target.index < kStateCredentials) {
    block->credentials[target.index].in_flight.fetch_sub(1, std::memory_order_relaxed);
  }
}

// What a process that was killed between two stores has left counted as in flight.
void SelectionState::SettleIdle(int64_t now_ms) noexcept {
  const uint64_t used = block_->header.credentials_used.load(std::memory_order_relaxed);
  for (uint64_t i = 0; i < used && i < kStateCredentials; ++i) {
    CredentialState& credential = block_->credentials[i];
    int32_t calls = credential.in_flight.load(std::memory_order_relaxed);
    const int64_t quiet = now_ms / 1000 - int64_t{credential.counted_at.load(std::memory_order_relaxed)};
    if (calls != 0 && quiet > kQuietSeconds) credential.in_flight.compare_exchange_strong(calls, 0);
  }
}

// Without asking who is alive: that would enter the system.
void SelectionState::GiveBackOld(int64_t now_ms) noexcept {
  StateWord& next = block_->header.next_look_ms;
  uint64_t seen = next.load(std::memory_order_relaxed);
  const auto claimed = static_cast<uint64_t>(now_ms + Leases::kLastMs);
  if (!next.compare_exchange_strong(seen, claimed)) return;  // another one does it
  int64_t first = static_cast<int64_t>(claimed);
  for (StateBlock* block : {block_, second_}) {
    if (block == nullptr) break;
    const int64_t then = Leases(block).Collect(
        now_ms, [](StateOwner) { return false; },
        [&](const LeaseTarget& target, uint64_t amount) { GiveBack(block, target, amount); });
    first = std::min(first, then);
  }
  SettleIdle(now_ms);
  // Not each time where a host never reports.
  next.store(static_cast<uint64_t>(std::max(first, now_ms + kLeastPauseMs)), std::memory_order_relaxed);
}

void SelectionState::GiveBackOfTheDead(int64_t now_ms) noexcept {
  // Each slot is asked for once, and only if it holds anything.
  enum class Known : uint8_t { kNot, kAlive, kGone };
  Known known[kStateProcesses] = {};
  const auto is_gone = [&](StateOwner owner) noexcept {
    if (owner.slot >= kStateProcesses) return true;
    const uint64_t life = block_->processes[owner.slot].life.load();
    if ((life & ((1 << 26) - 1)) != owner.life) return true;  // the slot is another's by now
    if (known[owner.slot] == Known::kNot) known[owner.slot] = IsAlive(owner.slot) ? Known::kAlive : Known::kGone;
    return known[owner.slot] == Known::kGone;
  };
  (void)Leases(block_).Collect(now_ms, is_gone,
                               [&](const LeaseTarget& target, uint64_t amount) { GiveBack(block_, target, amount); });
}

}  // namespace keyrule::evaluator
