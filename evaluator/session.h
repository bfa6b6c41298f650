// Calls one after the other against one snapshot, with a clock that is set: what in-file tests and the REPL share.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "evaluator/catalog.h"
#include "evaluator/coverage.h"
#include "evaluator/decision.h"
#include "evaluator/local_state.h"
#include "evaluator/program.h"
#include "evaluator/request_builder.h"
#include "evaluator/snapshot.h"

namespace keyrule::evaluator {

// 2026-01-05T12:00Z, a Monday: when tests begin.
inline constexpr int64_t kTestStartMs = 1'767'614'400'000;

// How often a step calls.
struct Repetition {
  int64_t times = 1;
  bool at_once = false;  // all in flight together
  int64_t every_ms = 0;
};

// What the calls of one step came to.
struct Tally {
  std::map<std::string, int64_t> credentials;  // by name
  std::map<std::string, int64_t> others;       // by verdict line
  int64_t all = 0;

  int64_t Of(const std::string& credential) const {
    const auto found = credentials.find(credential);
    return found == credentials.end() ? 0 : found->second;
  }
};

class Session {
 public:
  using Fill = std::function<bool(RequestBuilder*)>;

  Session(std::shared_ptr<const Program> program, std::shared_ptr<const CredentialSource> source,
          int64_t now_ms, uint64_t seed);

  int64_t now() const { return now_ms_; }
  // Of quotas and budgets (Counters::size).
  uint64_t counters() { return state_.counters().size(); }
  void SetClock(int64_t now_ms) { now_ms_ = now_ms; }
  // Counts what every call meets from now on. Borrowed.
  void SetCoverage(Coverage* coverage) { coverage_ = coverage; }
  // Draws of the random strategies begin anew; what is remembered of credentials stays.
  void SetSeed(uint64_t seed);

  // Calls as often as asked; `fill` gives each call its attributes and may refuse (then false). Whatever is still in
  // flight from earlier steps is reported `ok` first.
  bool Call(const Repetition& repetition, const Fill& fill);
  // The next candidate of the last call, which is reported `ok` if nobody did. A refusal, and what was left to the host,
  // stay what they are.
  void Next();
  void Report(const Report& report);

  // Null before the first call.
  const Decision* last() const { return last_.get(); }
  // Id of the credential before the last one; nothing if that decision had none.
  const std::optional<std::string>& previous_credential() const { return previous_credential_; }
  const Tally& tally() const { return tally_; }
  // The attributes of the last call.
  const RequestBuilder& request() const { return builder_; }
  Request last_request() { return builder_.Build(); }
  const Snapshot& snapshot() const { return *snapshot_; }
  const Program& program() const { return *program_; }

 private:
  void Settle();
  void Begin();
  void Count();

  std::shared_ptr<const Program> program_;
  std::shared_ptr<const CredentialSource> source_;
  LocalState state_;
  std::unique_ptr<Snapshot> snapshot_;
  int64_t now_ms_;
  RequestBuilder builder_;
  std::unique_ptr<Decision> last_;
  std::unique_ptr<Decision> spare_;
  std::vector<std::unique_ptr<Decision>> in_flight_;  // earlier ones of an `at once`
  std::vector<std::unique_ptr<Snapshot>> retired_;    // decisions point into them
  Coverage* coverage_ = nullptr;
  std::optional<std::string> previous_credential_;
  Tally tally_;
};

}  // namespace keyrule::evaluator
