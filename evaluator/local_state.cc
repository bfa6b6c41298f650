#include "evaluator/local_state.h"

#include "evaluator/fork_gate.h"

namespace keyrule::evaluator {

LocalState::LocalState() : turns_(std::make_unique<Turn[]>(kTurns)) {}

CredentialState* LocalState::Credential(std::string_view tenant, std::string_view id) {
  const ForkGate::Lock lock(mutex_);
  auto [it, inserted] = credentials_.try_emplace({std::string(tenant), std::string(id)});
  if (inserted) it->second = std::make_unique<CredentialState>();
  return it->second.get();
}

TokenWindow* LocalState::Tokens(std::string_view tenant, std::string_view id) {
  const ForkGate::Lock lock(mutex_);
  auto [it, inserted] = tokens_.try_emplace({std::string(tenant), std::string(id)});
  if (inserted) it->second = std::make_unique<TokenWindow>();
  return it->second.get();
}

std::atomic<uint64_t>* LocalState::Turns(uint64_t key) noexcept {
  constexpr size_t kMask = kTurns - 1;
  constexpr size_t kMostProbes = 64;
  for (size_t i = 0; i < kMostProbes; ++i) {
    Turn& turn = turns_[(key + i) & kMask];
    uint64_t seen = turn.key.load(std::memory_order_relaxed);
    if (seen == 0 && turn.key.compare_exchange_strong(seen, key, std::memory_order_relaxed)) {
      return &turn.count;
    }
    if (seen == key) return &turn.count;
  }
  return &turns_[key & kMask].count;
}

}  // namespace keyrule::evaluator
