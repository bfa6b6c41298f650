// What is remembered between decisions: turns, takes, and the health of credentials. Lock-free atomics only, laid out so
// that a mapping shared by processes can hold them as well as this process's memory.
#pragma once

#include <atomic>
#include <cstdint>
#include <string_view>

#include "evaluator/meter_book.h"
#include "evaluator/token_window.h"

namespace keyrule::evaluator {

// Health and use of one credential. All times are Unix milliseconds, 0: never.
// One line of the processor's memory, so that no two credentials share one.
struct alignas(64) CredentialState {
  std::atomic<int64_t> rests_until{0};
  std::atomic<int64_t> probe_since{0};      // a probe is out since then
  std::atomic<int64_t> recovered_at{0};     // slow start began
  std::atomic<uint64_t> last_taken{0};      // the takes counter when it was last taken; 0: not yet
  std::atomic<int64_t> latency{0};          // its peak average (latency.h); 0: not known
  std::atomic<int64_t> latency_at{0};       // of the last sample
  std::atomic<uint32_t> failures{0};        // in a row
  std::atomic<int32_t> in_flight{0};
  std::atomic<uint8_t> needs_probe{0};      // after the rest, one call at a time until one succeeds
};

enum class StateScope { kProcess, kHost, kFleet };

class SelectionState {
 public:
  virtual ~SelectionState() = default;
  virtual StateScope scope() const = 0;
  // The state of a credential, for as long as this object lives. Called when a tenant is bound; may allocate.
  virtual CredentialState* Credential(std::string_view tenant, std::string_view id) = 0;
  // Its tokens of the last minute, likewise; only policies that choose by them ask.
  virtual TokenWindow* Tokens(std::string_view tenant, std::string_view id) = 0;
  // How often this turn key has been taken. On the decision path: no allocation, no lock. Never null.
  virtual std::atomic<uint64_t>* Turns(uint64_t key) noexcept = 0;
  // All takes.
  virtual std::atomic<uint64_t>* Takes() noexcept = 0;
  // Quotas and budgets. Policies without them never touch it.
  virtual MeterBook& Meters() noexcept = 0;
};

}  // namespace keyrule::evaluator
