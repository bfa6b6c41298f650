// The way from the rules' conditions to code and index, pass by pass.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "evaluator/index_builder.h"
#include "evaluator/program.h"

namespace keyrule::evaluator {

struct PassName {
  std::string_view name;
  std::string_view does;
};

// In the order in which they run.
std::span<const PassName> Passes();

// What is to be shown of a compilation.
struct PassDumps {
  std::string wanted;  // the name of a pass
  std::string text;    // filled: what it made, a line for each rule or constant
  std::vector<RuleReach>* reaches = nullptr;  // filled by rule if it is not null
};

struct CompileOptions {
  // Policies of fewer rules are tried in turn: measured (tests/bench/RESULTS.md), the look-ups of an index cost more then.
  size_t index_from = 13;
  PassDumps* dumps = nullptr;  // borrowed
};

// Compiles the conditions of program->policy into program->code, the entries of its rules, and index.
void RunPasses(Program* program, const CompileOptions& options);

}  // namespace keyrule::evaluator
