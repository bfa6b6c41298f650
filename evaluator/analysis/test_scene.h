// A request and the credentials that there are for it: what a test of a policy begins with.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "evaluator/analysis/pool_member.h"
#include "evaluator/analysis/space.h"
#include "evaluator/catalog.h"
#include "evaluator/coverage.h"
#include "evaluator/program.h"
#include "evaluator/session.h"

namespace keyrule::analysis {

// `given credential "a" with labels.team = "x", enabled = false`.
std::string GivenStep(const std::string& name, const CredentialFields& fields, bool enabled = true);

struct TestScene {
  struct Added {
    std::string name;
    CredentialFields fields;
    bool enabled = true;
  };

  // Calls like the one that counts, before it: they use a limit up.
  struct Spent {
    int64_t calls = 1;
    int64_t tokens = 0;  // that the last of them is reported with; 0: none
    int64_t usd = 0;     // likewise
  };

  Example example;
  std::set<std::string> disabled;  // names of credentials that are turned off
  std::vector<Added> added;        // beside those that the policy names
  std::vector<Spent> spent;
  int64_t at_once = 1;  // calls in flight together; the last is the one that counts

  // All that it has but its provider: it is one for any.
  void Add(const evaluator::Credential& credential);
  std::vector<evaluator::Credential> World(const dsl::Policy& policy) const;
  // `given credential …`, `request with …`, `again`: without what is expected.
  std::vector<std::string> Steps() const;
  // After its calls. Null: it does not fit the schema, which is a fault of the analysis. `coverage`: borrowed, may be null.
  std::unique_ptr<evaluator::Session> Play(std::shared_ptr<const evaluator::Program> program,
                                           evaluator::Coverage* coverage = nullptr) const;
};

}  // namespace keyrule::analysis
