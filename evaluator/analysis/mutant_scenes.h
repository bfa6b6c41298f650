// Beginnings of tests that may tell a policy from a mutant of it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "evaluator/analysis/mutation.h"
#include "evaluator/analysis/suggested_test.h"
#include "evaluator/program.h"
#include "evaluator/session.h"

namespace keyrule::analysis {

// Steps of each, without what to expect; the simplest first. `suggester`: of `program`.
std::vector<std::vector<std::string>> ScenesFor(const std::shared_ptr<const evaluator::Program>& program,
                                                const Mutation& mutation,
                                                const std::shared_ptr<const evaluator::Program>& mutant,
                                                TestSuggester* suggester);

// What may be expected of a session's last step: first that which a reader would write, then ever more exactly.
std::vector<std::string> ExpectationsOf(const evaluator::Session& session);

}  // namespace keyrule::analysis
