// The smallest change of a request after which a credential may be chosen: of those that bring it to a rule with an arm that
// may take it, with the value that the arm goes by.
#pragma once

#include <cstdint>
#include <span>

#include "evaluator/analysis/nearest.h"
#include "evaluator/catalog.h"
#include "evaluator/program.h"
#include "evaluator/request.h"

namespace keyrule::analysis {

struct NearestSpend {
  NearestChange change;  // kNone: no request at all leads to it
  uint32_t rule = 0;     // kFound: that decides then; the number of rules: the default
  uint32_t arm = 0;      // kFound: of the rule that may take it, from 1; of equally near ones that with the least number
};

// The least of all credentials of one name. Whether it is free then, and the ones of arms before it are not, is not asked; that
// no arm before it refuses a name that it does not know, is. Within some two seconds.
NearestSpend FindNearestSpend(const evaluator::Program& program, std::span<const evaluator::Value> values, int64_t now_ms,
                              std::span<const evaluator::Credential> named);

}  // namespace keyrule::analysis
