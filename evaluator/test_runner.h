// Runs the tests written in a policy file.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "dsl/diagnostic.h"
#include "dsl/policy.h"
#include "evaluator/coverage.h"
#include "evaluator/program.h"
#include "evaluator/session.h"

namespace keyrule::evaluator {

struct TestResult {
  std::string name;
  dsl::Span span;
  bool passed = false;
  // KR0703, one for each expectation that failed: expected, got, and in notes or help the request and the reasons.
  std::vector<dsl::Diagnostic> failures;
};

// One test of the program's policy. It starts fresh and shares nothing. Any thread, with a coverage of its own. `after`: sees
// what the calls have come to in the end.
TestResult RunTest(std::shared_ptr<const Program> program, const dsl::Test& test,
                   Coverage* coverage = nullptr, const std::function<void(const Session&)>& after = {});
// `only`: a glob over test names (`*`); empty: all.
std::vector<TestResult> RunTests(std::shared_ptr<const Program> program, const std::string& only = {});

}  // namespace keyrule::evaluator
