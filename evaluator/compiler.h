// Checked policy to program.
#pragma once

#include <memory>

#include "dsl/policy.h"
#include "evaluator/passes.h"
#include "evaluator/program.h"

namespace keyrule::evaluator {

// Cannot fail on a policy that Load (dsl/load.h) returned. Any thread.
std::shared_ptr<const Program> Compile(std::shared_ptr<const dsl::Policy> policy, const CompileOptions& options = {});

}  // namespace keyrule::evaluator
