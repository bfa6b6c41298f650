// Selection state in this process's memory (scope `process`).
#pragma once

#include <array>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "evaluator/state.h"

namespace keyrule::evaluator {

class LocalState : public SelectionState {
 public:
  LocalState();
  StateScope scope() const override { return StateScope::kProcess; }
  CredentialState* Credential(std::string_view tenant, std::string_view id) override;
  TokenWindow* Tokens(std::string_view tenant, std::string_view id) override;
  std::atomic<uint64_t>* Turns(uint64_t key) noexcept override;
  std::atomic<uint64_t>* Takes() noexcept override { return &takes_; }
  MeterBook& Meters() noexcept override { return meters_; }

 private:
  struct Turn {
    std::atomic<uint64_t> key{0};
    std::atomic<uint64_t> count{0};
  };
  // Turn keys beyond this share counters with others: turns are then uneven, never wrong.
  static constexpr size_t kTurns = size_t{1} << 15;

  std::unique_ptr<Turn[]> turns_;
  std::atomic<uint64_t> takes_{0};
  MeterBook meters_;
  std::mutex mutex_;  // guards the maps below; only taken while a tenant is bound
  std::map<std::pair<std::string, std::string>, std::unique_ptr<CredentialState>> credentials_;
  std::map<std::pair<std::string, std::string>, std::unique_ptr<TokenWindow>> tokens_;
};

}  // namespace keyrule::evaluator
