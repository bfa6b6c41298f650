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
};

// Whether it is free then is not asked. Within some two seconds.
NearestSpend FindNearestSpend(const evaluator::Program& program, std::span<const evaluator::Value> values, int64_t now_ms,
                              const evaluator::Credential& credential);

// The least of several, which share a name.
NearestSpend FindNearestSpend(const evaluator::Program& program, std::span<const evaluator::Value> values, int64_t now_ms,
                              std::span<const evaluator::Credential> named);

}  // namespace keyrule::analysis
