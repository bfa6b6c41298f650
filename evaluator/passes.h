// The way from the rules' conditions to code and index, pass by pass.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "evaluator/program.h"
#include "evaluator/rule_index.h"

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

// Compiles the conditions of program->policy into program->code, entries and index.
void RunPasses(Program* program, PassDumps* dumps);

}  // namespace keyrule::evaluator
