// Which requests notice that something is gone, and what becomes of them.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "evaluator/analysis/space.h"
#include "evaluator/catalog.h"
#include "evaluator/program.h"
#include "plugin_api/command/affected_effect.h"
#include "plugin_api/command/affected_subject.h"

namespace keyrule::command {

// Requests of one rule that one thing becomes of.
struct AffectedKind {
  std::string rule;  // "default" of the default, which is no rule's name
  std::string at;    // "billing.keyrule:7:6"
  std::string when;  // its condition, and the values that its answer goes by
  std::string was;   // "use p by random else deny \"no\""
  Effect effect;
  analysis::Example example;
};

struct AffectedRequests {
  std::vector<AffectedKind> kinds;
  size_t undecided = 0;          // rules, or pairs of one before and one after, of which nothing is known
  std::string overlap;           // of the first of these: what to simplify; empty: no readable request was found
  std::set<std::string> partly;  // rules of which not each kind of requests was looked at: they go by too many values
  size_t unserved = 0;           // combinations of providers and models for which no request was looked for
};

// `rows`: null: the credentials that the policy names. `tenant`: whose; empty: anybody's.
AffectedRequests FindRequests(const evaluator::Program& program, const Subject& subject,
                              const std::vector<evaluator::Credential>* rows, const std::string& tenant);

}  // namespace keyrule::command
