// Policies in tests: from a text to a program, and requests from assignments.
#pragma once

#include <gtest/gtest.h>

#include <initializer_list>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "dsl/load.h"
#include "dsl/render.h"
#include "evaluator/compiler.h"
#include "evaluator/request_builder.h"
#include "tests/support/memory_reader.h"

namespace keyrule::evaluator {

// "p.keyrule" in messages. Fails the test, and ends it by an exception, if the policy has errors.
inline std::shared_ptr<const Program> CompileText(std::string text) {
  const dsl::LoadResult loaded = dsl::LoadText(dsl::MemoryReader(), "p.keyrule", std::move(text));
  if (loaded.policy != nullptr) return Compile(loaded.policy);
  std::string problems;
  for (const dsl::Diagnostic& diagnostic : loaded.diagnostics.all()) {
    if (diagnostic.severity != dsl::Severity::kError) continue;
    problems += dsl::Render(diagnostic, *loaded.sources, dsl::RenderStyle::kText);
  }
  throw std::runtime_error("the test's policy does not load:\n" + problems);
}

// A request of these assignments, required attributes filled in.
inline RequestBuilder RequestOf(const Program& program,
                                std::initializer_list<const char*> assignments) {
  RequestBuilder builder(program.policy);
  for (const char* assignment : assignments) {
    std::string error;
    EXPECT_TRUE(builder.SetAssignment(assignment, &error)) << assignment << ": " << error;
  }
  builder.FillRequired(0);
  return builder;
}

}  // namespace keyrule::evaluator
