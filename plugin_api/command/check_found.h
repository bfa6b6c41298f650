// What `keyrule check` finds in a policy beside what reading it says.
#pragma once

#include <string>
#include <vector>

#include "dsl/diagnostic.h"
#include "dsl/silence.h"
#include "plugin_api/command/policy_input.h"

namespace keyrule::command {

// A policy with all that was found in it.
struct Checked {
  PolicyInput input;
  dsl::Diagnostics found;               // those of the policy, then those of further checks
  std::vector<dsl::Silenced> silenced;  // likewise
  bool proved = false;                  // all requests were looked at, and the claims
};

// Shows what a further check has found and the policy's comments do not allow, and sets the exit code by it. `settled`: codes
// that nothing else finds, so that a comment that allows one where there is none is idle (KR0112).
void TakeFound(std::vector<dsl::Diagnostic> found, const std::vector<dsl::Code>& settled, const std::string& file,
               const Options& options, Checked* checked);

}  // namespace keyrule::command
