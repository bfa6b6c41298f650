// The policy before and after, its rules taken apart so that what becomes of one request of a rule becomes of all of them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "evaluator/catalog.h"
#include "evaluator/program.h"
#include "plugin_api/command/affected_subject.h"
#include "plugin_api/command/affected_world.h"

namespace keyrule::command {

struct SplitPolicies {
  std::shared_ptr<const evaluator::Program> before, after;
  std::vector<std::string> values;  // by rule before: what its answer goes by, in words; empty: nothing
  std::vector<bool> loses;          // by rule before: an arm of it may have what is gone; empty: others may decide after
  // By rule after, and by action of its chain: requests of one kind may be given different credentials.
  std::vector<std::vector<bool>> several;
  std::vector<std::string> unsplit;  // rules of which not each kind of requests is looked at: they go by too many values
};

// Of the requests that are served so, and of one tenant (empty: of all); no other is decided by a rule.
SplitPolicies SplitFor(const evaluator::Program& program, const Subject& subject,
                       const std::vector<evaluator::Credential>& world, const Served& served, const std::string& tenant);

}  // namespace keyrule::command
