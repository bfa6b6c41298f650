// What becomes of the requests of a class when something is gone: as the evaluator decides one of them before and after.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "evaluator/analysis/policy_diff.h"
#include "evaluator/catalog.h"
#include "evaluator/program.h"
#include "plugin_api/command/affected_subject.h"

namespace keyrule::command {

struct Effect {
  std::string_view word;              // "denied", "moves", "left with fewer", "loses a reserve", …
  std::string now;                    // "denied: no credential is available"
  std::optional<size_t> left, of;     // credentials to choose from, where some are left
  analysis::Example example;          // with the provider of the credential, where it needs one
};

class EffectFinder {
 public:
  // Borrows all of it. `rows`: null: the credentials that the policy names.
  EffectFinder(std::shared_ptr<const evaluator::Program> program, std::shared_ptr<const evaluator::Program> without,
               const Subject& subject, const std::vector<evaluator::Credential>* rows);

  Effect Of(const analysis::ChangeClass& one) const;

 private:
  std::shared_ptr<const evaluator::Program> program_, without_;
  const Subject& subject_;
  const evaluator::Credential* row_ = nullptr;  // of the credential that is gone
  std::vector<evaluator::Credential> before_, after_;
};

}  // namespace keyrule::command
