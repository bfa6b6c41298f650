// A request under two policies: what each decides of it, by the evaluator.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "evaluator/analysis/joint_policies.h"
#include "evaluator/analysis/policy_diff.h"
#include "evaluator/analysis/space.h"
#include "evaluator/program.h"

namespace keyrule::analysis {

class DiffExample {
 public:
  // Borrows `joint`.
  DiffExample(const JointPolicies& joint, std::shared_ptr<const evaluator::Program> old_program,
              std::shared_ptr<const evaluator::Program> new_program)
      : joint_(joint), programs_{std::move(old_program), std::move(new_program)} {}

  // Whether these rules decide it, and their answers differ as the kind says.
  bool Confirm(const Example& example, uint32_t old_rule, uint32_t new_rule, ChangeKind kind) const;
  // A test of the new policy that passes; empty where its schema does not have this request.
  std::string Test(const Example& example, uint32_t rule, const std::string& name) const;

 private:
  struct Answer;
  // False: that policy's schema lacks part of it, which it does not look at either.
  bool Decide(size_t side, const Example& example, Answer* answer) const;

  const JointPolicies& joint_;
  std::array<std::shared_ptr<const evaluator::Program>, 2> programs_;
};

}  // namespace keyrule::analysis
