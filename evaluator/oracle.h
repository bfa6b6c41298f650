// The language's meaning, decided the slow and obvious way over the syntax tree. For tests only: its own target, never
// linked into the plugin; it shares no code with the compiled program but the request and the interfaces.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "dsl/policy.h"
#include "evaluator/catalog.h"
#include "evaluator/decision.h"
#include "evaluator/request.h"

namespace keyrule::evaluator {

struct OracleAnswer {
  Verdict verdict = Verdict::kDeny;
  Reason reason = Reason::kNone;
  std::string message;
  std::string credential;  // id
  std::string rule;
  int arm = 0;
  std::map<std::string, std::string> tags;
  std::vector<std::pair<std::string, Skip>> skipped;  // name and reason, in the order of the candidates
  // The choice hung on scores that floating point cannot tell apart surely: it proves nothing, nor does what follows.
  bool near_tie = false;
  int call = -1;  // of the credential taken, for CountReport
};

// Remembers turns and takes between calls, as a snapshot's state does. Not thread-safe.
class Oracle {
 public:
  // `revocations` is borrowed; null: nothing is taken back.
  Oracle(const dsl::Policy& policy, std::vector<Credential> credentials, uint64_t seed,
         const Revocations* revocations = nullptr);
  OracleAnswer Decide(const Request& request, int64_t now_ms);
  // Once for each answer that took a credential; `ok` or `caller_error`.
  void CountReport(const OracleAnswer& answer, const Report& report, int64_t now_ms);

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace keyrule::evaluator
