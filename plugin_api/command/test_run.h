// Runs the tests of policies for `keyrule test`, and keeps what its reports need.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "evaluator/coverage.h"
#include "evaluator/test_runner.h"
#include "plugin_api/command/policy_input.h"

namespace keyrule::command {

struct TimedResult {
  evaluator::TestResult result;
  int64_t micros = 0;
};

struct PolicyRun {
  std::string file;  // as given
  PolicyInput input;
  std::vector<TimedResult> results;  // none unless the policy is good
  std::unique_ptr<evaluator::Coverage> coverage;  // null unless asked for

  size_t Passed() const;
};

// Reads the policy, which says what is wrong with it, and runs its tests; `only` as in RunTests, `files` as in
// ReadPolicy.
PolicyRun RunPolicy(const std::string& file, const std::string& only, bool with_coverage,
                    const Options& options, ReadFiles* files = nullptr);

// A test is where it is written: real path and offset.
using TestPlace = std::pair<std::string, uint32_t>;
using TestPlaces = std::set<TestPlace>;
TestPlace PlaceOf(const dsl::Span& span, const dsl::Sources& sources);

// A test of a file that several policies import has run in each of them. It stays with the first in
// which it failed, or else with the first.
void CountOnce(std::vector<PolicyRun>* runs);

// A policy that does not load is a suite with one error.
Exit WriteJunit(const std::vector<PolicyRun>& runs, const std::string& path,
                const Options& options);

// A name as it is printed: on one line, control characters as escapes.
std::string OneLineName(const std::string& name);

}  // namespace keyrule::command
