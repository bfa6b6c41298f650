// Runs a trace through a balancer and the providers, event by event, in simulated time.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "plugin_api/command/simulation_balancer.h"

namespace keyrule::command::simulation {

// How a request ended.
enum class Ending : uint8_t {
  kServed,   // its last call succeeded
  kFailed,   // calls were made and none succeeded
  kRefused,  // no call was made
  kHost,     // left to the host, which is not simulated
};
inline constexpr size_t kEndings = 4;

struct CredentialCount {
  uint64_t served = 0;
  uint64_t tokens = 0;        // of the calls that were served
  uint64_t rate_limited = 0;  // 429
  uint64_t failed = 0;        // in any other way
};

struct RunResult {
  std::string balancer;
  uint64_t requests = 0;
  uint64_t endings[kEndings] = {};
  uint64_t calls = 0;
  uint64_t retries = 0;  // calls behind the first of their request
  uint64_t rate_limited = 0;
  uint64_t failed_calls = 0;  // in any other way
  uint64_t decisions = 0;
  std::vector<uint64_t> rate_limited_by_hour;  // of the scenario; what comes after its end is the last hour's
  std::vector<int64_t> waits_ms;   // of each request that waited on purpose, all its waits together; sorted
  std::vector<int64_t> delays_ms;  // of each that was served: from its arrival to the begin of that call; sorted
  std::vector<CredentialCount> credentials;  // beside Scenario::credentials
  std::vector<uint64_t> rests;               // likewise

  uint64_t Of(Ending ending) const { return endings[static_cast<size_t>(ending)]; }
};

// Sees what happens; for tests.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void Called(uint32_t, const Arrival&, const Answer&, int64_t /*now_ms*/) {}
  virtual void Answered(uint32_t, const Arrival&, const Answer&, int64_t /*now_ms*/) {}
  virtual void Finished(const Arrival&, Ending, int64_t /*now_ms*/) {}
};

// Requests that arrive until the scenario's end; those that are out then are followed to their own.
RunResult Run(const Scenario& scenario, const std::vector<Arrival>& trace, Balancer* balancer,
              Observer* observer = nullptr);

// The least value that so many of a hundred do not exceed; 0 of none. `sorted` is.
int64_t Percentile(const std::vector<int64_t>& sorted, size_t percent);

}  // namespace keyrule::command::simulation
