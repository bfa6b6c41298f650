// A scenario of `keyrule simulate`: who asks for what, and how the providers behind the credentials behave. All times are
// Unix milliseconds, all numbers integers: the same scenario gives the same run, bit for bit on every machine.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "evaluator/catalog.h"
#include "evaluator/decision.h"
#include "evaluator/hash.h"
#include "evaluator/program.h"
#include "evaluator/request.h"
#include "evaluator/request_builder.h"

namespace keyrule::command::simulation {

inline constexpr int64_t kMinuteMs = 60'000;
inline constexpr int64_t kHourMs = 60 * kMinuteMs;
inline constexpr int64_t kMaxHours = 168;
inline constexpr uint64_t kMaxRequests = 10'000'000;
inline constexpr int64_t kNoEnd = std::numeric_limits<int64_t>::max();

// An even draw from `least` to `most`, both included.
struct Range {
  int64_t least = 0;
  int64_t most = 0;

  int64_t At(uint64_t hash) const noexcept {
    return least + static_cast<int64_t>(evaluator::Scale(hash, static_cast<uint64_t>(most - least) + 1));
  }
};

// The n-th draw of a stream: no draw depends on how many others were made before it.
constexpr uint64_t Draw(uint64_t seed, uint64_t stream, uint64_t n) noexcept {
  return evaluator::Mix(evaluator::Mix(evaluator::Mix(seed) ^ stream) + n);
}

// An attribute that differs from request to request: one of so many texts, "name-1", "name-2", ….
struct Varied {
  uint32_t slot = 0;
  std::vector<std::string> texts;
};

// One kind of request.
struct Traffic {
  std::string name;
  std::unique_ptr<evaluator::RequestBuilder> request;  // owns the texts that `values` borrows
  evaluator::SlotValues values;
  std::string tenant;
  std::vector<Varied> varied;
  uint32_t tokens_slot = UINT32_MAX;             // of `request.tokens`; UINT32_MAX: no rule reads it
  std::array<uint32_t, 24> per_minute{};         // by hour of the day, UTC
  bool poisson = true;                           // otherwise evenly spaced
  Range tokens;
  Range duration_ms;                             // of a call that succeeds, beside the provider's latency
  uint32_t group = 0;                            // into Scenario::groups
};

// The credentials that a balancer without a policy has for a kind of request: those of its tenant, provider and model.
struct Group {
  std::vector<uint32_t> credentials;  // into Scenario::credentials
};

// Calls that end so from `from_ms` to before `to_ms`, of a hundred so many.
struct Failure {
  evaluator::Outcome outcome = evaluator::Outcome::kServerError;
  int64_t from_ms = 0;
  int64_t to_ms = kNoEnd;
  uint32_t percent = 100;
};

// How a provider treats an account: one credential, or several that share its limits.
struct Account {
  int64_t requests_per_minute = 0;  // 0: no limit
  int64_t tokens_per_minute = 0;    // 0: no limit
  bool token_bucket = false;        // refills all the time; otherwise minutes of the clock
  bool retry_after = true;          // its 429s say when
  int64_t latency_ms = 0;
  int64_t latency_per_call_ms = 0;  // more for each call that the account has in flight
  int64_t credit_requests = -1;     // after so many it is out of credit; -1: never
  int64_t micro_usd_per_million_tokens = 0;
  std::vector<Failure> failures;    // the first that applies counts
};

struct Scenario {
  std::shared_ptr<const evaluator::Program> program;
  std::shared_ptr<const evaluator::CredentialSource> source;
  std::vector<evaluator::Credential> credentials;  // each that some traffic's tenant may spend, once
  std::vector<uint32_t> account_of;                // beside `credentials`, into `accounts`
  std::vector<Account> accounts;
  std::vector<Traffic> traffic;
  std::vector<Group> groups;
  int64_t start_ms = 0;
  int64_t hours = 24;
  int64_t timeout_ms = 60'000;  // the caller gives up on a call after so long
  uint64_t seed = 0;

  int64_t end_ms() const { return start_ms + hours * kHourMs; }
};

// Fills `credentials`, `groups` and each traffic's `group` from `source` and the requests; every credential gets account 0,
// which must stand in `accounts`. False: the source cannot be read.
bool ListCredentials(Scenario* scenario);

}  // namespace keyrule::command::simulation
