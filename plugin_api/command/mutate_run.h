// The mutations of one policy, each tried against its tests, for `keyrule mutate`.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "evaluator/analysis/mutation_tester.h"
#include "plugin_api/command/policy_input.h"

namespace keyrule::command {

struct TriedMutation {
  analysis::Mutation mutation;
  bool tried = false;  // false: time was up
  analysis::MutantResult result;
  std::optional<analysis::SuggestedTest> test;  // of a survivor, where one was found
};

struct MutationRun {
  std::string file;  // as given
  PolicyInput input;
  std::vector<std::string> failing;  // tests that fail as the policy is: then nothing was tried
  std::vector<TriedMutation> all;    // in the order of the files
  uint64_t seconds = 0;              // that it was given

  size_t Count(analysis::MutantResult::Fate fate) const;
  size_t Untried() const;
  // Of those that change something: how many the tests notice, in hundredths of a percent, rounded down.
  uint64_t Hundredths() const;
};

// Reads the policy, which says what is wrong with it, and tries its mutations for at most so many seconds. `tests`: how many
// survivors a test is looked for.
MutationRun TryMutations(const std::string& file, uint64_t seconds, size_t tests, const Options& options);

// `- before`, `+ after`: the lines that are otherwise.
std::string ChangedLines(const analysis::Mutation& mutation, const dsl::Sources& sources);

}  // namespace keyrule::command
