// Who chooses the credential of each call in a simulation: Keyrule, or the model of another balancer.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "plugin_api/command/simulation.h"
#include "plugin_api/command/simulation_provider.h"
#include "plugin_api/command/simulation_trace.h"

namespace keyrule::command::simulation {

// What a request does next.
struct Step {
  enum class Kind : uint8_t {
    kCall,  // with `credential`
    kWait,  // until `until_ms`
    kEnd,   // it is over: served by its last call, failed, or refused
    kHost,  // the policy leaves it to the host
  };
  Kind kind = Kind::kEnd;
  uint32_t credential = 0;
  int64_t until_ms = 0;
};

// One request at a time stands in a slot; slots are used again. `Resume` follows a wait, `Ended` a call.
class Balancer {
 public:
  // `rests`: how often each credential was taken out of the choice.
  explicit Balancer(size_t credentials) : rests_(credentials, 0) {}
  virtual ~Balancer() = default;

  virtual std::string_view name() const = 0;
  virtual Step Begin(uint32_t slot, const Arrival& arrival, int64_t now_ms) = 0;
  virtual Step Resume(uint32_t slot, int64_t now_ms) = 0;
  virtual Step Ended(uint32_t slot, const Arrival& arrival, const Answer& answer, int64_t now_ms) = 0;

  uint64_t decisions() const { return decisions_; }
  const std::vector<uint64_t>& rests() const { return rests_; }

 protected:
  uint64_t decisions_ = 0;
  std::vector<uint64_t> rests_;
};

}  // namespace keyrule::command::simulation
