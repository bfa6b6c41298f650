// `keyrule diff` as text, as Markdown for a pull request, as JSON, and as tests.
#pragma once

#include <string>

#include "evaluator/analysis/policy_diff.h"
#include "evaluator/program.h"
#include "plugin_api/command/console.h"

namespace keyrule::command {

struct DiffNames {
  std::string before, after;  // as they were given
};

// `most`: classes that are shown; the others are counted.
std::string DiffText(const analysis::PolicyDiff& diff, const evaluator::Program& before, const evaluator::Program& after,
                     const DiffNames& names, size_t most);
std::string DiffMarkdown(const analysis::PolicyDiff& diff, const evaluator::Program& before,
                         const evaluator::Program& after, const DiffNames& names, size_t most);
// One object a line: each class, then the sum.
std::string DiffJson(const analysis::PolicyDiff& diff, const evaluator::Program& before, const evaluator::Program& after,
                     const DiffNames& names, size_t most);
// A test of each class's request, as the new policy answers it; names that the policy has already are numbered.
std::string DiffTests(const analysis::PolicyDiff& diff, size_t most);

}  // namespace keyrule::command
